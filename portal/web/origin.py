"""Where a request comes from: a form of ours is sent from a page of ours, whatever token it carries."""

from flask import Response, current_app, request
from flask_babel import gettext
from werkzeug.exceptions import SecurityError

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OURS = frozenset({None, "same-origin", "none"})


class ForeignOrigin(Exception):
    """The browser says that another site sent this."""


def refuse_foreign_host() -> Response | None:
    """A name that is not ours gets one plain sentence: no page can be drawn for it, since no address can be built."""
    if not isinstance(request.routing_exception, SecurityError):
        return None
    return Response(gettext("This portal does not answer under that name.") + "\n", 400, mimetype="text/plain")


def refuse_foreign_origin() -> None:
    """Beside the CSRF token; a client that is no browser says neither of the two."""
    if request.method in SAFE:
        return
    origin = request.headers.get("Origin")
    if request.headers.get("Sec-Fetch-Site") not in OURS or origin not in (None, _own()):
        raise ForeignOrigin


def _own() -> str:
    scheme = "https" if current_app.config["SETTINGS"].over_https else request.scheme
    return f"{scheme}://{request.host}"
