"""Where somebody may be sent back to: pages of this portal and nowhere else."""

import unicodedata
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def way_back(wanted: str | None) -> str | None:
    """``wanted`` as an address of a page that can be opened here, or None if it is anything else."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted or _hides(wanted):
        return None
    parts = urlsplit(wanted)
    if parts.scheme or parts.netloc:
        return None
    try:
        endpoint, _ = current_app.url_map.bind_to_environ(request.environ).match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return None if endpoint == "static" else f"{request.script_root}{wanted}"


def _hides(wanted: str) -> bool:
    """Whether it holds control, format or separator characters, which browsers read in their own ways."""
    return any(unicodedata.category(each)[0] in "CZ" for each in wanted)
