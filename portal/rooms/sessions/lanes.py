"""Browsers in which somebody has signed in before: a stranger's tries at an address must not keep its owner out.

Tries are counted by address; a browser that knows the address is counted apart, on a lane of its own.
"""

import hashlib
import secrets

from flask import Response, current_app
from itsdangerous import BadData, URLSafeSerializer

from portal import cookies
from portal.identity.proving import address_of
from portal.limits import SIGN_IN, spend
from portal.settings import Settings

HALF_A_YEAR = 180 * 24 * 60 * 60
MOST_KNOWN = 8
COOKIE = "known"


def spend_a_try(email: str) -> None:
    """Count a try to sign in with this address, known or not; raises ``Throttled``."""
    browser, known = _known()
    address = address_of(email)
    spend(SIGN_IN, f"{address}\0{browser}" if _mark(address) in known else address)


def know(answer: Response, email: str) -> None:
    """From now on this browser knows the address."""
    browser, known = _known()
    marks = [_mark(address_of(email)), *(each for each in known if each != _mark(address_of(email)))][:MOST_KNOWN]
    cookies.put(answer, COOKIE, str(_signed().dumps([browser, marks])), max_age=HALF_A_YEAR)


def _known() -> tuple[str, list[str]]:
    try:
        browser, marks = _signed().loads(cookies.read(COOKIE) or "")
        return str(browser), [str(each) for each in marks]
    except (BadData, ValueError, TypeError):
        return secrets.token_hex(8), []


def _mark(address: str) -> str:
    return hashlib.sha256(f"known\0{_settings().secret_key}\0{address}".encode()).hexdigest()[:24]


def _signed() -> URLSafeSerializer:
    return URLSafeSerializer(_settings().signing_keys, salt="known-browser")


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
