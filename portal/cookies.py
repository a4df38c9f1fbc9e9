"""Cookies: bound to this host over https, out of reach of scripts, and not sent along by other sites' forms."""

from typing import Any

from flask import Response, current_app, request


def bound(name: str, *, over_https: bool) -> str:
    """``__Host-`` binds a cookie to this host; plain http in development cannot carry it."""
    return f"__Host-{name}" if over_https else name


def read(name: str) -> str | None:
    return request.cookies.get(bound(name, over_https=_over_https()))


def put(answer: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    """``max_age`` is in seconds; without it the cookie goes with the browser's session."""
    answer.set_cookie(bound(name, over_https=_over_https()), value, max_age=max_age, **_marks())


def drop(answer: Response, name: str) -> None:
    answer.delete_cookie(bound(name, over_https=_over_https()), **_marks())


def _marks() -> dict[str, Any]:
    return {"httponly": True, "samesite": "Lax", "secure": _over_https(), "path": "/"}


def _over_https() -> bool:
    over_https: bool = current_app.config["SETTINGS"].over_https
    return over_https
