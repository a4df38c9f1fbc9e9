"""What surrounds every page: the rooms one may enter, who is acting, whose world it is."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext

from workflows.powers import Power
from workflows.words import N_

ROOMS = (
    (N_("Waiting for me"), "home.show", Power.HOME_READ),
    (N_("Notices"), "notices.listing", Power.NOTICE_READ),
    (N_("Calendar"), "calendars.show", Power.CALENDAR_READ),
    (N_("Entrustments"), "entrustments.listing", Power.ENTRUSTMENT_READ),
    (N_("Batches"), "batches.everywhere", Power.BATCH_READ),
    (N_("Trace"), "traces.find", Power.TRACE_READ),
    (N_("Files sent"), "intakes.listing", Power.BATCH_RECORD),
    (N_("Products"), "products.listing", Power.EVIDENCE_READ),
    (N_("Materials"), "materials.listing", Power.EVIDENCE_READ),
    (N_("Evidence"), "evidence.listing", Power.EVIDENCE_READ),
    (N_("People"), "people.listing", Power.PERSON_READ),
    (N_("Interfaces"), "clients.listing", Power.CLIENT_KEEP),
    (N_("Inspection view"), "authority.lens", Power.EXPORT_TAKE),
)


def register_frame(app: Flask) -> None:
    @app.context_processor
    def frame() -> dict[str, Any]:
        actor = g.get("actor")
        return {"actor": actor, "nav": _nav(actor), "demo_world": app.config.get("DEMO_WORLD", False)}


def crumb(label: str, endpoint: str | None = None, **found: Any) -> tuple[str, str | None]:
    """A step of the breadcrumb; the last one has no endpoint."""
    return label, url_for(endpoint, **found) if endpoint else None


def absolute(endpoint: str, **found: Any) -> str:
    """An address to be used outside the portal; where that is reached the settings say, never the request."""
    address: str = current_app.config["SETTINGS"].address
    return address + url_for(endpoint, **found)


def home_crumb() -> tuple[str, str | None]:
    return crumb(gettext("Waiting for me"), "home.show")


def _nav(actor: Any) -> list[tuple[str, str, bool]]:
    if actor is None:
        return []
    here = (request.endpoint or "").split(".")[0]
    return [
        (label, url_for(endpoint), endpoint.split(".")[0] == here)
        for label, endpoint, power in ROOMS
        if actor.may(power)
    ]
