"""Readings, one JSON object in a line: each is judged by itself, and a line told before is known."""

import hashlib
import json as notation
from collections.abc import Mapping
from typing import Any

from flask import g, request
from flask_babel import gettext

from agreements.tables.cells import Cell
from agreements.tables.reading import Unclear, moment
from agreements.tables.rows import Row
from agreements.tables.sorts import SORTS
from agreements.tables.telling import act_of
from portal.api.desk import desk
from portal.api.doors import NDJSON
from portal.api.finding import find_within
from portal.api.intake_shapes import FaultShape, ReadingsTaken, ReadingsTurn
from portal.api.problems import Trouble
from portal.api.shapes import Given
from portal.making.recording import all_in_all, put_on_record
from portal.records.entrustment import Entrustment
from portal.wording import said
from workflows.acts import Act
from workflows.engine import Side
from workflows.scopes import Scope
from workflows.words import N_, Said

MOST = 10_000
LONGEST_LINE = 4_000
NEEDED = ("parameter", "value", "at")
FIELDS = frozenset({*NEEDED, "batch", "step", "unit", "serial", "di", "instrument"})
OF_A_ROOM = frozenset({*NEEDED, "area", "unit", "instrument"})


class BadLine(ValueError):
    def __init__(self, says: str, **values: str | int) -> None:
        super().__init__(says)
        self.says = Said(says, values)


@desk.door("/readings", Scope.BATCHES_PROPOSE, method="POST", gives=ReadingsTaken, takes=NDJSON, uploads=True)
def take_readings(query: ReadingsTurn) -> Given:
    """Take up to 10,000 readings, one JSON object in a line.

    Fields: batch, parameter, value (decimal text or a number), at (a moment with its zone); step, unit, serial, di,
    instrument where they are known.  With area in place of batch it is read of a room, and stays in the plant's own
    books.  A bad line is told with its number and costs no other; a line that was told before is not written twice.
    """
    entrustment = find_within(Entrustment, query.entrustment_id, side=Side.MANUFACTURER)
    body = request.get_data()
    lines = body.splitlines()
    if len(lines) > MOST:
        says = gettext("More than %(most)s lines. Send them in several requests.", most=MOST)
        raise Trouble("invalid", errors=[("", says)], decided=True)
    acts, faults = _read(lines)
    origin_ref = f"{hashlib.sha256(body).hexdigest()}/{request.headers['Idempotency-Key']}"
    found = []
    for books in (entrustment.id, None):
        some = [each for each in acts.values() if each.is_of_a_room is (books is None)]
        if some:
            told = put_on_record(some, entrustment_id=books, by=g.actor, origin="message", origin_ref=origin_ref)
            found.append(told)
    outcome = all_in_all(found)
    faults += [_fault(each.place, each.says) for each in outcome.faults]
    twice = len(lines) - len(acts) - len(faults) + len(outcome.faults)
    return ReadingsTaken(
        taken=len(outcome.written),
        known=len(outcome.known) + max(twice, 0),
        faults=sorted(faults, key=lambda each: int(each.place)),
        questions=[_fault(each.place, each.says) for each in outcome.questions],
    )


def _read(lines: list[bytes]) -> tuple[dict[str, Act], list[FaultShape]]:
    """The acts by their refs, each with the number of its line as its place; and the lines that cannot be read."""
    acts: dict[str, Act] = {}
    faults: list[FaultShape] = []
    for number, line in enumerate(lines, start=1):
        try:
            act = _act(number, line)
        except (BadLine, Unclear) as bad:
            faults.append(_fault(str(number), bad.says))
            continue
        first = acts.setdefault(act.ref, act)
        if first.values[0].value != act.values[0].value:
            says = N_("Line %(line)s tells another value of the same moment.")
            faults.append(_fault(str(number), Said(says, {"line": first.place})))
    return acts, faults


def _act(number: int, line: bytes) -> Act:
    told = _object(line)
    at = moment(Cell(str(told["at"])))
    sort = SORTS["environment" if told.get("area") else "readings"]
    return act_of("", sort, Row(number, {name: said for name, said in told.items() if said and name != "at"}, began=at))


def _object(line: bytes) -> Mapping[str, str]:
    if len(line) > LONGEST_LINE:
        raise BadLine(N_("The line is longer than %(most)s bytes."), most=LONGEST_LINE)
    try:
        told: Any = notation.loads(line, parse_float=str, parse_int=str, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise BadLine(N_("The line is no JSON object.")) from None
    if not isinstance(told, dict):
        raise BadLine(N_("The line is no JSON object."))
    of_a_room = "area" in told
    if of_a_room and g.actor.entrustments is not None:
        raise BadLine(N_("This client is limited to single entrustments: it tells nothing of rooms."))
    for name, value in told.items():
        if name not in (OF_A_ROOM if of_a_room else FIELDS):
            raise BadLine(N_("Nothing of the name “%(name)s” is known here."), name=str(name)[:40])
        if not isinstance(value, str) or len(value) > 200 or "\0" in value:
            raise BadLine(N_("“%(name)s” is text or a number of at most 200 characters."), name=name)
    for name in (*NEEDED, "area" if of_a_room else "batch"):
        if not told.get(name):
            raise BadLine(N_("“%(name)s” is missing."), name=name)
    return told


def _refuse(name: str) -> Any:
    raise ValueError(name)


def _fault(place: str, says: Said) -> FaultShape:
    return FaultShape(place=place, says=said(says))
