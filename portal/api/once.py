"""The same request twice has one effect: the first answer is kept with the change itself, and given again.

The key is written first, in the transaction of the change.  A second request that comes meanwhile waits for the first
at the unique key, and is then given its answer; so is one that comes after the connection was lost, and one whose
commit the database could not confirm any more.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Response, request
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from portal.api.problems import Trouble, answer_to, was_decided
from portal.db import new_id, now, reading, session, unit_of_work
from portal.identity.machines import Machine
from portal.records.machine import RememberedAnswer
from workflows.words import N_

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
TRIES = 3
NEEDED = N_("Give a key of 1 to 255 visible ASCII characters, a new one for each new request.")


class _CameBefore(Exception):
    """Another request with this key has been answered, or is about to be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it is remembered: whose, under which key, and what exactly."""

    client_id: UUID
    key: str
    route: str
    digest: str


def once(machine: Machine, do: Callable[[], Response], unnamed: str | None = None) -> Response:
    """Do it, or give the answer that was given before.  Raises :class:`Trouble` for a key of another request.

    ``unnamed`` is the key of a request that names none.
    """
    asked = _asked(machine, unnamed)
    for _ in range(TRIES):
        try:
            return _first(asked, do)
        except _CameBefore:
            if found := _remembered(asked):
                return _again(found, asked)
        except OperationalError:  # a connection that broke at the commit does not say whether it was made
            if found := _remembered(asked):
                return _again(found, asked)
            raise
    raise Trouble("conflict")


def _asked(machine: Machine, unnamed: str | None) -> Asked:
    key = request.headers.get("Idempotency-Key", unnamed or "")
    if not KEY.fullmatch(key):
        raise Trouble("malformed", errors=[("Idempotency-Key", gettext(NEEDED))])
    said = "\n".join((request.method, request.full_path, request.headers.get("If-Match", ""))).encode()
    digest = hashlib.sha256(hashlib.sha256(said).digest() + request.get_data()).hexdigest()
    return Asked(machine.id, key, f"{request.method} {request.path}", digest)


def _first(asked: Asked, do: Callable[[], Response]) -> Response:
    try:
        with unit_of_work():
            row = _claim(asked)
            answer = do()
            _keep(row, answer)
            return answer
    except _CameBefore:
        raise
    except Exception as refused:
        if not was_decided(refused):
            raise
        answer = answer_to(refused)
        with unit_of_work():
            _keep(_claim(asked), answer)
        return answer


def _claim(asked: Asked) -> RememberedAnswer:
    row = RememberedAnswer(
        id=new_id(),
        client_id=asked.client_id,
        key=asked.key,
        route=asked.route,
        body_sha256=asked.digest,
        asked_at=now(),
        status=None,
        headers={},
        response=None,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as taken:
        raise _CameBefore from taken
    return row


def _keep(row: RememberedAnswer, answer: Response) -> None:
    row.headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    row.status, row.response = answer.status_code, answer.get_data(as_text=True)


def _remembered(asked: Asked) -> RememberedAnswer | None:
    with reading():
        return session.scalars(
            select(RememberedAnswer).where(
                RememberedAnswer.client_id == asked.client_id, RememberedAnswer.key == asked.key
            )
        ).first()


def _again(found: RememberedAnswer, asked: Asked) -> Response:
    if found.body_sha256 != asked.digest:
        raise Trouble("key-reused")
    answer = Response(found.response, found.status)
    answer.headers.update(found.headers)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer
