"""Which single pieces do not conform to this day, by their results, what was reworked, and what was let pass."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.lineage.batchwise import nodes_of
from portal.lineage.knowing import in_turn
from portal.lineage.numbering import addresses
from portal.records.batch import Nonconformity
from portal.records.lineage import Activity, Link, Node, Reading
from workflows.judging import Judgement
from workflows.lineage import ENDING, JUDGEMENTS, Deed, Thing
from workflows.sorting import Condition, Event, Happened

PIECES = (Thing.UNIT, Thing.PART)
OUT = JUDGEMENTS[Judgement.OUT]
JUDGED = {OUT: Event.FAILED, JUDGEMENTS[Judgement.INSIDE]: Event.PASSED, JUDGEMENTS[Judgement.WARNING]: Event.PASSED}
# A nonconformity that the registrant closed so lets a lot, or a piece, pass.
LETS_PASS = ("concession", "no_defect")
_LAST = 1 << 62
_Told = tuple[datetime, int, int, Happened]


def failing_among(pieces: Iterable[int]) -> dict[int, Condition]:
    """Of these nodes each that does not conform and was not taken out, with how it stands; by number of node."""
    found: dict[int, Condition] = {}
    for some in in_turn(sorted(set(pieces))):
        failed = select(Reading.subject).where(
            Reading.subject.in_(some), Reading.judgement == OUT, Reading.struck_by.is_(None)
        )
        if once := {each for each in session.scalars(failed.distinct()) if each is not None}:
            found |= _still(once)
    return found


@dataclass(frozen=True, slots=True)
class Failing:
    """A piece that does not conform, where it is traced, and in which characteristics it fails."""

    code: str
    address: UUID
    names: tuple[str, ...]


def pieces_failing_of(batch_id: UUID) -> list[Failing]:
    """The pieces with a result of this batch that do not conform and were not taken out, by their number."""
    wanted = (
        select(Node.id, Node.code)
        .join(Reading, Reading.subject == Node.id)
        .join(Activity, Activity.id == Reading.activity)
        .where(Activity.batch.in_(nodes_of(batch_id)), Reading.judgement == OUT, Reading.struck_by.is_(None))
        .where(Node.kind.in_([each.value for each in PIECES]))
    )
    codes = {node: code for node, code in session.execute(wanted.distinct())}  # noqa: C416  a row is no pair to mypy
    failing = failing_among(codes)
    where = addresses(failing)
    return sorted(
        (Failing(codes[each], where[each], tuple(is_.failing)) for each, is_ in failing.items()), key=_by_code
    )


def _still(pieces: Collection[int]) -> dict[int, Condition]:
    told: dict[int, list[_Told]] = defaultdict(list)
    for piece, *event in (*_results(pieces), *_let_pass(pieces)):
        told[piece].append((event[0], event[1], event[2], event[3]))
    gone: set[int] = set()
    for piece, kind, at, deed in _deeds(pieces):
        if kind in ENDING:
            gone.add(piece)
        else:
            told[piece].append((at, deed, 0, Happened(Event.REWORKED)))
    found = {each: Condition.after(event for *_, event in sorted(told[each], key=_in_order)) for each in pieces}
    return {each: condition for each, condition in found.items() if condition.failing and each not in gone}


def _results(pieces: Collection[int]) -> Iterable[tuple[Any, ...]]:
    rows = session.execute(
        select(Reading.subject, Reading.at, Reading.activity, Reading.place, Reading.name, Reading.judgement).where(
            Reading.subject.in_(pieces), Reading.struck_by.is_(None), Reading.judgement.in_(JUDGED)
        )
    )
    return [(piece, at, deed, place, Happened(JUDGED[is_], name)) for piece, at, deed, place, name, is_ in rows]


def _let_pass(pieces: Collection[int]) -> Iterable[tuple[Any, ...]]:
    """When the registrant closed a nonconformity that names a piece so that it passes."""
    batch = aliased(Node)
    of = select(Node.id, Node.code, batch.record_id).join(batch, batch.id == Node.batch).where(Node.id.in_(pieces))
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for piece, code, record in session.execute(of):
        if record is not None:
            found[record][code] = piece
    closed = select(Nonconformity.batch_id, Nonconformity.serial_numbers, Nonconformity.closed_at).where(
        Nonconformity.batch_id.in_(found),
        Nonconformity.disposition.in_(LETS_PASS),
        Nonconformity.closed_at.is_not(None),
        Nonconformity.serial_numbers.is_not(None),
    )
    for record, serials, at in session.execute(closed):
        for code in found[record].keys() & set(serials or ()):
            yield found[record][code], at, _LAST, 0, Happened(Event.CONCEDED)


def _deeds(pieces: Collection[int]) -> list[tuple[int, Deed, datetime, int]]:
    """What was reworked, rejected or scrapped of them; a rework of the batch is one of each of its pieces."""
    piece = aliased(Node)
    kinds = [each.value for each in (Deed.REWORK, *ENDING)]
    rows = session.execute(
        select(piece.id, Activity.kind, Activity.began_at, Activity.id)
        .select_from(piece)
        .join(Link, or_(Link.target == piece.id, Link.target == piece.batch))
        .join(Activity, Activity.id == Link.source)
        .where(piece.id.in_(pieces), Activity.kind.in_(kinds), Activity.struck_by.is_(None), Link.struck_by.is_(None))
    )
    return [(node, Deed(kind), at, deed) for node, kind, at, deed in rows]


def _by_code(piece: Failing) -> str:
    return piece.code


def _in_order(told: _Told) -> tuple[datetime, int, int]:
    return told[:3]
