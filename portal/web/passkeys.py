"""Passkeys on pages: where they are at home, and what a page needs to ask for one."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app, request
from flask_babel import gettext

from portal.db import today
from portal.identity.passkeys import Host
from portal.settings import Settings
from portal.wording import day


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether passkeys work at this address, and at which they do."""

    here: bool
    address: str


def host() -> Host:
    """The host that passkeys are bound to.  On one's own machine the port is that of the page."""
    settings: Settings = current_app.config["SETTINGS"]
    name = settings.passkey_host
    if settings.over_https or urlsplit(settings.address).port:
        return Host(name, settings.address)
    _, colon, port = request.host.rpartition(":")
    return Host(name, f"http://{name}:{port}" if colon else f"http://{name}")


def offer() -> Offer:
    """They work under the name they are bound to; at 127.0.0.1, which is no name, browsers make none."""
    home = host()
    return Offer(here=urlsplit(f"//{request.host}").hostname == home.name, address=f"{home.origin}/")


def asked(options: str) -> Response:
    """The options as the page's script reads them."""
    return current_app.response_class(options, mimetype="application/json")


def name_for_new() -> str:
    """What a passkey is called until its person gives it another name."""
    name: str = gettext("Passkey of %(day)s", day=day(today()))
    return name
