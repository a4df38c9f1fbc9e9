"""The cookie of a session, and what a page may say about where it was begun."""

from flask import Response, g, request
from flask import session as form_cookie

from portal import cookies
from portal.identity.sessions import COOKIE, renew_session

BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def give_session(answer: Response, token: str) -> Response:
    """A fresh session and a fresh form cookie: nothing from before is carried over."""
    form_cookie.clear()
    cookies.put(answer, COOKIE, token)
    return answer


def take_session(answer: Response) -> Response:
    form_cookie.clear()
    cookies.drop(answer, COOKIE)
    return answer


def with_new_token(answer: Response) -> Response:
    """The same session under a new token, as after every proof and every change of a factor."""
    token = renew_session(g.actor.session_id)
    return give_session(answer, token) if token else take_session(answer)


def seen_from() -> str:
    """Browser, system and the coarse half of the address: enough to know one's own session, too little to follow it."""
    agent = request.user_agent.string
    told = [next((name for mark, name in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, [*told, _coarse(request.remote_addr or "")]))


def _coarse(address: str) -> str:
    if ":" in address:
        return ":".join(address.split(":")[:3]) + "::"
    parts = address.split(".")
    return ".".join(parts[:2]) + ".*.*" if len(parts) == 4 else ""
