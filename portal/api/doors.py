"""Doors for machines: who may open them, for whom, and what becomes of a request that comes twice."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, g, request
from flask_babel import gettext
from spectree import Response as Answers
from spectree import SpecTree

from portal.api.once import once
from portal.api.problems import Trouble
from portal.api.shapes import ProblemShape, Shape
from portal.db import new_id, reading
from portal.identity.machines import Machine, recognise_machine
from portal.identity.tokens import NotGenuine
from portal.limits import TOKEN_FROM, network_of, spend
from portal.tenancy import acting_for
from portal.web.doors import take_a_file
from workflows.scopes import GRANTS, Scope
from workflows.words import N_

View = Callable[..., Any]
LD, XML = "application/ld+json", "application/xml"
JSON, FORM, OCTETS = "application/json", "application/x-www-form-urlencoded", "application/octet-stream"
NDJSON = "application/x-ndjson"
BEARER = "Bearer "
TAG = re.compile(r'"(v\d+-[0-9a-f]{32})"')
SEEN = re.compile(rf"{TAG.pattern}(\s*,\s*{TAG.pattern})*")
NOT_READ = N_("It does not have the form that the description of the API asks for.")
WRONG = {
    "missing": N_("It is missing."),
    "extra_forbidden": N_("Nothing of this name is known here."),
    "string_too_short": N_("It is too short."),
    "string_too_long": N_("It is too long."),
}


class Keys(StrEnum):
    """Whether a request that may come twice names a key: it must; its content is one; it is told apart anyway."""

    GIVEN = "given"
    CONTENT = "content"
    NEEDLESS = "needless"


@dataclass(frozen=True, slots=True)
class Door:
    """What is asked of whoever knocks.  ``scope`` None is a door for everybody.

    ``sees`` says whether the request must name the version it has seen; ``uploads`` lets it be as large as a file.
    ``speaks`` is the media type of its answers, which a client may ask for; ``also`` are others in which it may be
    answered or written to; ``shapes`` describe what stands in each, where no shape of ours does.
    One that takes plain bytes opens the books by itself, so that nothing is held while they come.
    """

    scope: Scope | None
    method: str
    sees: bool = False
    takes: str = JSON
    uploads: bool = False
    speaks: str = JSON
    also: tuple[str, ...] = ()
    shapes: Mapping[str, Any] | None = None
    keys: Keys = Keys.GIVEN

    @property
    def writes(self) -> bool:
        return self.method in ("POST", "PATCH", "PUT", "DELETE")

    @property
    def keyed(self) -> bool:
        """Whether a request that comes twice must say so by its key; putting the same thing twice is putting it."""
        return self.method in ("POST", "PATCH")


def _refuse_malformed(_request: Any, _answer: Any, error: Any, *_: Any) -> None:
    if error is not None:
        raise Trouble("malformed", errors=[_wrong(each["loc"], each["type"]) for each in error.errors()])


def _wrong(place: Sequence[str | int], kind: str) -> tuple[str, str]:
    return ".".join(map(str, place)), gettext(WRONG.get(kind, NOT_READ))


def _insist_on_shape(_request: Any, _answer: Any, error: Any, *_: Any) -> None:
    if error is not None:
        raise error


SPEC = SpecTree(
    "flask",
    title="Weituo",
    version="1",
    mode="strict",
    openapi_version="3.1.0",
    validation_error_status=400,
    validation_error_model=ProblemShape,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    before=_refuse_malformed,
    after=_insist_on_shape,
)


class Desk(Blueprint):
    """A blueprint whose doors say which scope opens them, what they take and what they give."""

    def door(
        self,
        rule: str,
        scope: Scope | None,
        *,
        method: str = "GET",
        gives: type[Shape] | None = None,
        status: int = 200,
        sees: bool = False,
        takes: str = JSON,
        uploads: bool = False,
        speaks: str = JSON,
        also: tuple[str, ...] = (),
        shapes: Mapping[str, Any] | None = None,
        keys: Keys = Keys.GIVEN,
        tag: str = "",
    ) -> Callable[[View], View]:
        """Hang a door.  Its view takes ``query``, ``json`` or ``form`` by name, as the shape it is annotated with."""

        def hang(view: View) -> View:
            door = Door(scope, method, sees, takes, uploads, speaks, also, shapes, keys)
            tags: Sequence[str] = (tag or rule.split("/")[1],)
            models: Any = {f"HTTP_{status}": gives}
            checked = SPEC.validate(resp=Answers(**models), tags=tags, operation_id=view.__name__)(view)
            answer = _open(door)(checked)
            answer.door = door  # type: ignore[attr-defined]  # the description and the tests read it
            self.add_url_rule(rule, view.__name__, answer, methods=[method])
            return answer

        return hang


def door_for_machines(view: Any) -> Door | None:
    return getattr(view, "door", None)


def acting_machine() -> Machine:
    machine: Machine = g.actor
    return machine


def _open(door: Door) -> Callable[[View], View]:
    def around(view: View) -> View:
        @wraps(view)
        def answer(**found: Any) -> Any:
            if door.scope is None:
                if door.writes:
                    spend(TOKEN_FROM, network_of(request.remote_addr))
                _check_media(door)
                return view(**found)
            machine = g.actor = _who()
            _spend(machine)
            _check_scope(door.scope, machine)
            if door.uploads:
                take_a_file()
            _check_media(door)
            _check_version_is_named(door)
            with acting_for(machine.organisation_id):
                if door.keyed:
                    return once(machine, lambda: current_app.make_response(view(**found)), _key(door))
                with nullcontext() if door.writes else reading():
                    return view(**found)

        return answer

    return around


def _who() -> Machine:
    given = request.headers.get("Authorization", "")
    if not given.startswith(BEARER):
        raise NotGenuine
    return recognise_machine(
        given.removeprefix(BEARER), address=request.remote_addr or "", settings=current_app.config["SETTINGS"]
    )


def _spend(machine: Machine) -> None:
    """Count the request against the client's limit, ahead of its transaction: one file has one writer."""
    current_app.extensions["api-limit"](str(machine.id))


def _key(door: Door) -> str | None:
    """The key that stands for a request that names none; None where it has to name one."""
    if door.keys is Keys.GIVEN:
        return None
    digest = hashlib.sha256(request.full_path.encode() + b"\n" + request.get_data()).hexdigest()
    return f"sha256:{digest}" if door.keys is Keys.CONTENT else f"once:{new_id()}"


def _check_scope(scope: Scope, machine: Machine) -> None:
    if scope not in machine.scopes or (machine.entrustments is not None and GRANTS[scope].whole_house):
        raise Trouble("forbidden", headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'})


def _check_media(door: Door) -> None:
    if request.accept_mimetypes.provided and not request.accept_mimetypes.best_match([JSON, door.speaks, *door.also]):
        raise Trouble("not-acceptable")
    if not door.writes or door.method == "DELETE":
        return
    if request.mimetype not in (door.takes, *door.also):
        raise Trouble("media-type", headers={"Accept": ", ".join((door.takes, *door.also))})
    if door.takes == JSON and not isinstance(_body(), dict):
        raise Trouble("malformed", errors=[("", gettext(NOT_READ))])


def _check_version_is_named(door: Door) -> None:
    """A name that cannot be one of ours names no version; neither does ``*``."""
    if door.sees:
        names_seen()


def names_seen() -> list[str]:
    """The entity tags that the request has seen.  Raises :class:`Trouble` if it names none."""
    if not SEEN.fullmatch(request.headers.get("If-Match", "")):
        raise Trouble("version-unnamed")
    return TAG.findall(request.headers["If-Match"])


def _body() -> Any:
    try:
        return request.get_json()
    except RecursionError as deep:
        raise Trouble("malformed") from deep
