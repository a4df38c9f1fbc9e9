"""One way to say no to a machine: problem+json, with the words of the pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, current_app, g, request
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal import logs
from portal.acting import OnlyForPeople, Refused, Stale, Unreasoned, Unsigned
from portal.api.shapes import ProblemShape, Unmet, Wrong
from portal.filing import OutOfReach
from portal.identity.tokens import NotGenuine
from portal.limits import Throttled, Uncounted
from portal.signing import log_refusal
from portal.wording import cite, said
from workflows.engine import Decision
from workflows.words import N_

MEDIA_TYPE = "application/problem+json"
# Each kind for ever: its name is the fragment of the ``type``, its words stand on the page of the API.
KINDS: Mapping[str, tuple[int, str, str]] = {
    "malformed": (
        400,
        N_("The request cannot be read"),
        N_("It does not have the form that the description of the API asks for."),
    ),
    "unauthenticated": (
        401,
        N_("No good token"),
        N_("The token is missing, wrong, too old, or its client or key was revoked. Ask for a new one."),
    ),
    "forbidden": (
        403,
        N_("Not allowed"),
        N_("The client does not have the scope that this needs."),
    ),
    "only-for-people": (
        403,
        N_("Only for people"),
        N_("This move needs a signature or cannot be undone. A token cannot make it; a person makes it on the page."),
    ),
    "other-side": (
        403,
        N_("Not your side"),
        N_("Only the other party of the entrustment may do this."),
    ),
    "missing": (
        404,
        N_("Not found"),
        N_("There is no such record, or it is not yours to see."),
    ),
    "method": (
        405,
        N_("Not done here"),
        N_("Nothing of this kind can be done at this address; Allow names what can."),
    ),
    "not-acceptable": (
        406,
        N_("No such representation"),
        N_("It is not answered in the form that was asked for; the description of the API names those there are."),
    ),
    "refused": (
        409,
        N_("Refused by a rule"),
        N_("A condition is not met. Nothing was changed."),
    ),
    "conflict": (
        409,
        N_("In conflict with another change"),
        N_("Another change came first. Read again, and decide anew."),
    ),
    "changed": (
        412,
        N_("The record has changed"),
        N_("It is not the version that If-Match names. Read again, and decide anew."),
    ),
    "too-large": (
        413,
        N_("Too large"),
        N_("The request is larger than what is accepted."),
    ),
    "media-type": (
        415,
        N_("Wrong media type"),
        N_("Send the media type that the description of the API names."),
    ),
    "invalid": (
        422,
        N_("Not accepted"),
        N_("The form is right and the content is not; errors says where."),
    ),
    "key-reused": (
        422,
        N_("Idempotency key used before"),
        N_("This key belongs to another request. Use a new key for each new request."),
    ),
    "version-unnamed": (
        428,
        N_("Name the version"),
        N_("Say in If-Match which version you have seen: the ETag of the record."),
    ),
    "too-often": (
        429,
        N_("Too often"),
        N_("Wait as long as Retry-After says."),
    ),
    "fault": (
        500,
        N_("A fault of the portal"),
        N_("Nothing was changed. It was noted under %(reference)s."),
    ),
    "not-done": (
        501,
        N_("Not offered here"),
        N_("The standard knows it and this portal does not do it."),
    ),
    "busy": (
        503,
        N_("Busy"),
        N_("The books did not answer in time. Try again: what is sent under the same key is done once."),
    ),
    "store": (
        503,
        N_("The store of files does not answer"),
        N_("Nothing was changed; try again."),
    ),
}
OF_STATUS = {400: "malformed", 401: "unauthenticated", 403: "other-side", 404: "missing", 405: "method"} | {
    413: "too-large", 415: "media-type", 503: "busy"
}  # fmt: skip


class Trouble(Exception):
    """A request that is refused.  ``decided`` says that the business itself refused it, not its form."""

    def __init__(
        self,
        kind: str,
        *,
        errors: Sequence[tuple[str, str]] = (),
        error: str | None = None,
        decided: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.errors, self.error, self.decided, self.headers = kind, errors, error, decided, headers or {}


def problem(
    kind: str,
    *,
    findings: Sequence[Unmet] = (),
    errors: Sequence[tuple[str, str]] = (),
    error: str | None = None,
    **values: str,
) -> Response:
    status, title, detail = KINDS[kind]
    shape = ProblemShape(
        type=f"{request.script_root}/api/v1/#problem-{kind}",
        title=gettext(title),
        status=status,
        detail=gettext(detail, **values) if values else gettext(detail),
        error=error,
        findings=list(findings),
        errors=[Wrong(field=field, says=says) for field, says in errors],
    )
    return Response(shape.model_dump_json(exclude=set() if error else {"error"}), status, content_type=MEDIA_TYPE)


def answer_to(error: Exception) -> Response:
    """The problem that an exception is, or the exception again if the tests should see it."""
    for kind, say in _SAYINGS:
        if isinstance(error, kind):
            return say(error)
    if current_app.config["SETTINGS"].testing:
        raise error
    logs.error("unexpected", error)
    return problem("fault", reference=str(g.get("request_id")))


def was_decided(error: Exception) -> bool:
    """Whether the same request would be decided the same way again: only such an answer is remembered."""
    if isinstance(error, HTTPException):
        return error.code in (403, 404)
    return getattr(error, "decided", isinstance(error, Refused | OnlyForPeople | Stale | Unreasoned | Unsigned))


def unmet_in(decision: Decision[Any]) -> list[Unmet]:
    return [
        Unmet(
            code=each.code,
            met=each.met,
            says=said(each.says),
            sources=[cite(source) for source in each.sources],
            fact=said(each.fact) or None,
        )
        for each in decision.unmet
    ]


def _trouble(error: Trouble) -> Response:
    answer = problem(error.kind, errors=error.errors, error=error.error)
    answer.headers.update(error.headers)
    return answer


def _refused(error: Refused) -> Response:
    log_refusal(g.get("actor"), f"{error.decision.transition.event}.refused", request.path)
    if not error.decision.on_side or not error.decision.has_power:
        return problem("other-side")
    return problem("refused", findings=unmet_in(error.decision))


def _only_for_people(_: Exception) -> Response:
    log_refusal(g.get("actor"), "signature.by-machine", request.path)
    return problem("only-for-people")


def _unauthenticated(_: Exception) -> Response:
    answer = problem("unauthenticated")
    answer.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return answer


def _throttled(error: Throttled) -> Response:
    answer = problem("too-often")
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _uncounted(error: Uncounted) -> Response:
    """What is limited is not let through uncounted."""
    logs.error("limit.uncounted", error.__cause__ or error)
    answer = problem("busy")
    answer.headers["Retry-After"] = "60"
    return answer


def _out_of_reach(error: OutOfReach) -> Response:
    logs.error("files.out-of-reach", error.__cause__ or error)
    answer = problem("store")
    answer.headers["Retry-After"] = "30"
    return answer


def _http(error: HTTPException) -> Response:
    if error.code is not None and error.code < 400:
        return Response(status=error.code, headers=dict(error.get_headers()))
    answer = problem(OF_STATUS.get(error.code or 500, "malformed"))
    if allow := dict(error.get_headers()).get("Allow"):
        answer.headers["Allow"] = allow
    if error.code == 403:
        log_refusal(g.get("actor"), "door.refused", request.path)
    return answer


_SAYINGS: tuple[tuple[type[Exception], Callable[[Any], Response]], ...] = (
    (Trouble, _trouble),
    (Refused, _refused),
    (OnlyForPeople, _only_for_people),
    (Unsigned, _only_for_people),
    (Unreasoned, lambda _: problem("invalid", errors=[("reason", gettext("Say why."))])),
    (Stale, lambda _: problem("changed")),
    (StaleDataError, lambda _: problem("changed")),
    (IntegrityError, lambda _: problem("conflict")),
    (OperationalError, lambda _: problem("busy")),
    (NoConnection, lambda _: problem("busy")),
    (NotGenuine, _unauthenticated),
    (Throttled, _throttled),
    (Uncounted, _uncounted),
    (OutOfReach, _out_of_reach),
    (HTTPException, _http),
)
