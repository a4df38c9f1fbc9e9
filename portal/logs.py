"""What the process says about itself: JSON lines on standard error that name nobody.

Whoever logs chooses words and numbers, never what somebody typed.  Scrubbing is the second wall: by key, by pattern,
and one encoder that leaves no control or direction mark standing.  Of an error its kind and its way through the code
are told, not its message: that may quote a row.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

Told = MutableMapping[str, Any]
GONE = "[scrubbed]"
SECRET_KEYS = frozenset(
    """about address authorization body code cookie cookies csrf_token data digits email form headers key name password
    path query repeated sealed_key secret session sid text title token totp url value values""".split()  # noqa: SIM905
)
# Made by the house itself, to be told: names of doors and kinds, steps through the code, a number for each request.
TOLD = frozenset({"at", "door", "error", "event", "level", "library", "method", "organisation", "request", "way"})
PATTERNS = tuple(
    (re.compile(pattern, flags), put)
    for pattern, flags, put in (
        (r"[^\s@<>\"'(),;:=]+@[^\s@<>\"'(),;:=]+", 0, GONE),  # an e-mail address
        (r"[\w-]+\.[\w-]{8,}\.[\w-]{8,}", re.ASCII, GONE),  # a signed cookie or token
        (r"[\w+/-]{20,}={0,2}", re.ASCII, GONE),  # a key, a hash, an id
        (r"\?[^\s\"']*", 0, "?"),  # a query string
        (r"(?<![\d.:-])\d{3}[ -]?\d{3}(?![\d.:-])", 0, GONE),  # a one-time code
    )
)
UNPRINTED = re.compile("[\x7f-\x9f]")

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)


def say(event: str, **told: Any) -> None:
    _log.info(event, **told)


def warn(event: str, **told: Any) -> None:
    _log.warning(event, **told)


def security(event: str, **told: Any) -> None:
    """Something was refused, or a proof was given."""
    _log.warning(event, kind="security", **told)


def error(event: str, cause: BaseException, **told: Any) -> None:
    _log.error(event, error=cause, **told)


def quiet() -> None:
    """From now on only warnings and worse, as while a demonstration is served in somebody's terminal."""
    _level[0] = logging.WARNING


def take_over() -> None:
    """Let whatever libraries log go the same way, from warnings on."""
    root = logging.getLogger()
    root.handlers[:] = [Library()]
    root.setLevel(logging.WARNING)


class Library(logging.Handler):
    """A line of somebody else's making: its words are scrubbed, its error is told like one of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        told: dict[str, Any] = {"library": record.name.split(".")[0], "says": _scrubbed(record.getMessage())[:500]}
        if record.exc_info and record.exc_info[1]:
            told["error"] = record.exc_info[1]
        _log.log(record.levelno, "library", **told)


class Stderr:
    """Looks the stream up for each line: it may be replaced while the process runs."""

    def msg(self, line: str) -> None:
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    log = debug = info = warning = error = critical = msg


def encode(told: Mapping[str, Any]) -> str:
    """One line of ASCII: control and direction marks, and every letter beyond, are escaped."""
    return UNPRINTED.sub(
        lambda found: f"\\u{ord(found.group()):04x}", json.dumps(dict(told), ensure_ascii=True, default=str)
    )


def scrub(_log: Any, _method: str, told: Told) -> Told:
    return {key: _without_secrets(key, value) for key, value in told.items()}


def _without_secrets(key: str, value: Any) -> Any:
    if key.lower() in SECRET_KEYS:
        return GONE
    if value is None or isinstance(value, bool | int | float) or key in TOLD:
        return value
    if isinstance(value, Mapping):
        return {name: _without_secrets(str(name), each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(key, each) for each in value]
    return _scrubbed(str(value))


def _scrubbed(text: str) -> str:
    for pattern, put in PATTERNS:
        text = pattern.sub(put, text)
    return text


def _stamp(_log: Any, method: str, told: Told) -> Told:
    at = datetime.now(UTC).isoformat(timespec="milliseconds")
    return {"event": told.pop("event"), "level": method, "request": request_id.get(), **told, "at": at}


def _error(_log: Any, _method: str, told: Told) -> Told:
    cause = told.pop("error", None)
    if isinstance(cause, BaseException):
        told.update(error=[_kind(each) for each in _chain(cause)], way=_way(cause))
    return told


def _chain(cause: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while cause is not None and cause not in found:
        found.append(cause)
        cause = cause.__cause__ or cause.__context__
    return found


def _kind(cause: BaseException) -> str:
    kind = f"{type(cause).__module__}.{type(cause).__qualname__}"
    if isinstance(cause, DBAPIError):
        return f"{kind}: {getattr(cause.orig, 'sqlstate', None) or getattr(cause.orig, 'sqlite_errorname', '')}"
    return f"{kind}: {cause.strerror}" if isinstance(cause, OSError) else kind


def _way(cause: BaseException) -> list[str]:
    """The last steps to where it broke, innermost last."""
    steps = traceback.extract_tb(cause.__traceback__)[-12:]
    return [f"{'/'.join(each.filename.split('/')[-2:])}:{each.lineno} {each.name}" for each in steps]


def _loud_enough(_log: Any, method: str, told: Told) -> Told:
    if getattr(logging, method.upper(), logging.INFO) < _level[0]:
        raise structlog.DropEvent
    return told


_level = [logging.INFO]
_log: Any = structlog.wrap_logger(
    Stderr(),
    processors=[
        _loud_enough,
        _error,
        _stamp,
        scrub,
        structlog.processors.JSONRenderer(serializer=lambda told, **_: encode(told)),
    ],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    cache_logger_on_first_use=False,
)
