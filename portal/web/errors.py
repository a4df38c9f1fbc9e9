"""One way to fail: what happened, what is unchanged, what to do."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, NotFound, SecurityError

from portal import logs
from portal.acting import Refused, Stale, Unreasoned, Unsigned
from portal.db import now
from portal.filing import Damaged, OutOfReach
from portal.limits import Throttled, Uncounted
from portal.signing import Barred, Spent, log_refusal
from portal.web.moves import mend_for
from portal.web.origin import ForeignOrigin

NOT_REPEATED = frozenset({"csrf_token", "seen_version", "intent", "password", "code", "repeated", "once", "passkey"})
# The page for a status; any other refusal of a request reads as a bad request.
PAGE_OF = {400: "400", 401: "403", 403: "403", 405: "403", 413: "413", 429: "429", 500: "500", 503: "503"}


def register_errors(app: Flask) -> None:
    handlers: dict[type[Exception], Callable[[Any], ResponseReturnValue]] = {
        Refused: _refused,
        Stale: _stale,
        StaleDataError: _stale,
        IntegrityError: _stale,
        Barred: _barred,
        Spent: _spent,
        Unsigned: _unsigned,
        Unreasoned: _unsigned,
        Throttled: _throttled,
        OutOfReach: _out_of_reach,
        Damaged: _damaged,
        Uncounted: _uncounted,
        CSRFError: _forged,
        ForeignOrigin: _foreign,
        NotFound: _missing,
        SecurityError: _not_our_name,
        HTTPException: _said_no,
        Exception: _broken,
    }
    for kind, handler in handlers.items():
        app.register_error_handler(kind, handler)


def _refused(error: Refused) -> ResponseReturnValue:
    log_refusal(g.actor, f"{error.decision.transition.event}.refused", request.path)
    mend_href = mend_for(g.get("mend_ids", {}) | (request.view_args or {}))
    return _page("refused", 409, decision=error.decision, mend_href=mend_href)


def _stale(_: Exception) -> ResponseReturnValue:
    typed = {name: value for name, value in request.form.items() if name not in NOT_REPEATED and value}
    return _page("stale", 409, typed=typed, current_url=request.path)


def _spent(_: Spent) -> ResponseReturnValue:
    log_refusal(g.actor, "signature.spent", request.path)
    return _page("used", 409)


def _barred(error: Barred) -> ResponseReturnValue:
    log_refusal(g.actor, "signature.barred", request.path)
    return _page("barred", 409, until=error.until)


def _unsigned(_: Exception) -> ResponseReturnValue:
    log_refusal(g.actor, "signature.missing", request.path)
    return _page("unsigned", 422)


def _throttled(error: Throttled) -> ResponseReturnValue:
    logs.security("throttled", seconds=error.seconds)
    page, status = _page("429", 429, retry_at=now() + timedelta(seconds=error.seconds))
    return page, status, {"Retry-After": str(error.seconds)}


def _uncounted(error: Uncounted) -> ResponseReturnValue:
    """Fail closed: what is limited is not let through uncounted."""
    logs.error("limit.uncounted", error.__cause__ or error)
    return *_page("uncounted", 503), {"Retry-After": "60"}


def _forged(_: CSRFError) -> ResponseReturnValue:
    log_refusal(g.get("actor"), "csrf.refused", request.path)
    return _page("400", 400)


def _out_of_reach(error: OutOfReach) -> ResponseReturnValue:
    logs.error("files.out-of-reach", error.__cause__ or error)
    return render_template("files/out_of_reach.html"), 503, {"Retry-After": "30"}


def _damaged(_: Damaged) -> ResponseReturnValue:
    log_refusal(g.actor, "stored_file.damaged", request.path)
    return render_template("files/damaged.html"), 500


def _foreign(_: ForeignOrigin) -> ResponseReturnValue:
    log_refusal(g.get("actor"), "origin.refused", request.path)
    return _page("400", 400)


def _missing(_: NotFound) -> ResponseReturnValue:
    return render_template("errors/404.html"), 404


def _not_our_name(_: SecurityError) -> ResponseReturnValue:
    """Asked under a host name that is not ours: there is no address from which a page could be drawn."""
    return gettext("This portal does not answer under that name."), 400, {"Content-Type": "text/plain; charset=utf-8"}


def _said_no(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:
        return error
    if code == 403:
        log_refusal(g.get("actor"), "door.refused", request.path)
    more = {"limit": request.max_content_length, "retry_at": None, "reference": g.get("request_id")}
    page = render_template(f"errors/{PAGE_OF.get(code, '400')}.html", **more)
    return page, code, {"Allow": ", ".join(sorted(getattr(error, "valid_methods", None) or ()))} if code == 405 else {}


def _broken(error: Exception) -> ResponseReturnValue:
    if _is_tried():
        raise error
    logs.error("unexpected", error)
    return render_template("errors/500.html", reference=g.get("request_id")), 500


def _is_tried() -> bool:
    """A test wants the error itself, not the page that hides it."""
    return bool(current_app.config["SETTINGS"].testing)


def _page(name: str, status: int, **given: Any) -> tuple[str, int]:
    return render_template(f"errors/{name}.html", back_url=g.get("back_url", "/"), **given), status
