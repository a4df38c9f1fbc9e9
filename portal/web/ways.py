"""Where somebody may be sent back to: pages of this portal and nowhere else."""

import unicodedata
from urllib.parse import quote, unquote, urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

LONGEST = 2000


def way_back(wanted: str | None) -> str | None:
    """``wanted`` as an address of a page that can be opened here, or None if it is anything else.

    It is taken apart once and what is returned is put together again from the parts that were judged, so that no
    browser can read in it what was not looked at here.
    """
    if not wanted or len(wanted) > LONGEST or not wanted.startswith("/") or _hides(wanted):
        return None
    try:
        parts = urlsplit(wanted)
        path = unquote(parts.path, errors="strict")
        query = unquote(parts.query, errors="strict")
    except ValueError:
        return None
    if parts.scheme or parts.netloc or "//" in path or "%" in path or _hides(path) or _hides(query, blanks=True):
        return None
    try:
        endpoint, _ = current_app.url_map.bind_to_environ(request.environ).match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    if endpoint == "static":
        return None
    return f"{request.script_root}{quote(path)}" + (f"?{quote(parts.query, safe=_IN_A_QUERY)}" if parts.query else "")


_IN_A_QUERY = "=&+%/-._~:,;!*()@?"


def _hides(text: str, *, blanks: bool = False) -> bool:
    """Whether it holds what browsers read in their own ways: backslashes, control, format or separator characters."""
    read = text.replace(" ", "").replace("+", "") if blanks else text
    return any(each == "\\" or unicodedata.category(each)[0] in "CZ" for each in read)
