"""How the batches stand with the inspections that their definitions give a plan: gathered for many at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select

from agreements.inspection_plans import EVERY_PIECE, WHOLE_AT, Asked, Judged, Lot, Verdict, judge
from portal.db import session
from portal.facts.failing import LETS_PASS, OUT, failing_among
from portal.records.batch import Batch, BatchDefinition, Nonconformity
from portal.records.capa import Capa
from portal.records.definition import DefinitionInspection
from portal.records.lineage import Activity, Node, Reading
from workflows.lineage import Deed
from workflows.sorting import Condition
from workflows.stages import COMMERCIAL

_Series = tuple[UUID, UUID, bool, str, str, Asked]


@dataclass(frozen=True, slots=True)
class Inspection:
    """An inspection of a definition as a batch stands with it; ``failing`` are the pieces that do not conform yet."""

    line: DefinitionInspection
    lot: Lot
    judged: Judged

    @property
    def is_met(self) -> bool:
        return self.judged.verdict is Verdict.ACCEPTED


@dataclass
class _Counted:
    """The first results of a batch's pieces in one inspection."""

    inspected: int = 0
    began_at: datetime | None = None
    at: dict[int, datetime] = field(default_factory=dict)
    failing: list[tuple[int, int | None]] = field(default_factory=list)


def inspections_of(batches: Sequence[Batch]) -> dict[UUID, list[Inspection]]:
    """For each batch its inspections with a plan; of those without one nothing is asked beyond the first query."""
    planned = _planned({each.definition_id for each in batches if each.definition_id})
    asked = [each for each in batches if each.definition_id in planned]
    if not asked:
        return {each.id: [] for each in batches}
    lots = _lots(asked)
    found: dict[UUID, list[Inspection]] = {each.id: [] for each in batches}
    judged = _judged(lots)
    for batch in asked:
        for line in planned[batch.definition_id]:
            found[batch.id].append(Inspection(line, lots[batch.id, line.id][1], judged[batch.id, line.id]))
    return found


def asked_of(line: DefinitionInspection) -> Asked:
    return Asked(line.coverage or EVERY_PIECE, line.level or "", line.aql or "", bool(line.may_be_reduced))


def _planned(definitions: Iterable[UUID]) -> dict[UUID | None, list[DefinitionInspection]]:
    wanted = select(DefinitionInspection).where(
        DefinitionInspection.definition_id.in_(definitions),
        DefinitionInspection.coverage.is_not(None),
        DefinitionInspection.struck_at.is_(None),
    )
    found: dict[UUID | None, list[DefinitionInspection]] = defaultdict(list)
    for each in session.scalars(wanted.order_by(DefinitionInspection.stage.desc(), DefinitionInspection.id)):
        found[each.definition_id].append(each)
    return found


def _lots(asked: Sequence[Batch]) -> dict[tuple[UUID, UUID], tuple[_Series, Lot]]:
    """By batch and line: every lot of the series that the batches asked about are part of."""
    members = _members({(each.entrustment_id, each.product_id) for each in asked})
    lines = _planned({each.definition_id for each in members})
    counted = _counted({line.id for some in lines.values() for line in some})
    failing = failing_among(piece for each in counted.values() for _, piece in each.failing if piece is not None)
    passed = _let_pass([each.id for each in members])
    found = {}
    for batch in members:
        for line in lines.get(batch.definition_id, ()):
            seen = counted.get((batch.id, line.id), _Counted())
            lot = Lot(
                size=_size(batch, seen),
                inspected=seen.inspected,
                failing=[rank for rank, _ in seen.failing],
                at=seen.at,
                began_at=seen.began_at,
                unsettled=sum(_fails(failing, each, line.characteristic) for _, each in seen.failing),
                conceded=(batch.id, line.characteristic) in passed,
            )
            found[batch.id, line.id] = (_series(batch, line), lot)
    return found


def _fails(failing: Mapping[int, Condition], piece: int | None, name: str) -> bool:
    """A result that names no piece cannot be followed further."""
    return piece is None or (piece in failing and name in failing[piece].failing)


def _members(products: Iterable[tuple[UUID, UUID]]) -> Sequence[Any]:
    """All batches of these products that are made under a definition, in the order in which they were begun."""
    same = [and_(Batch.entrustment_id == about, Batch.product_id == product) for about, product in products]
    figures = (Batch.stage, Batch.planned, Batch.put_in, Batch.scrapped)
    wanted = select(Batch.id, Batch.entrustment_id, Batch.product_id, *figures, BatchDefinition.definition_id)
    bound = wanted.join(BatchDefinition, BatchDefinition.batch_id == Batch.id).where(or_(*same))
    return session.execute(bound.order_by(Batch.started_on, Batch.id)).all()


def _series(batch: Any, line: DefinitionInspection) -> _Series:
    """Lots of one product at one plant, inspected alike; trials are no lots of what is sold."""
    of = (batch.entrustment_id, batch.product_id, batch.stage == COMMERCIAL)
    return (*of, line.stage, line.characteristic, asked_of(line))


def _size(batch: Any, seen: _Counted) -> int:
    """Pieces put in, those planned until that is counted; but for what was scrapped without failing here."""
    pieces: int = batch.planned if batch.put_in is None else batch.put_in
    return max(pieces - max((batch.scrapped or 0) - len(seen.failing), 0), 1)


def _judged(lots: Mapping[tuple[UUID, UUID], tuple[_Series, Lot]]) -> dict[tuple[UUID, UUID], Judged]:
    series: dict[_Series, list[tuple[UUID, UUID]]] = defaultdict(list)
    for key, (of, _) in lots.items():
        series[of].append(key)
    right = _put_right({batch for batch, _ in lots})
    found: dict[tuple[UUID, UUID], Judged] = {}
    for (*_, characteristic, asked), keys in series.items():
        moments = [at for name, at in right if name == characteristic]
        found |= zip(keys, judge(asked, [lots[each][1] for each in keys], moments), strict=True)
    return found


def _counted(lines: Iterable[UUID]) -> dict[tuple[UUID, UUID], _Counted]:
    """By batch and line, in one query: of each piece the first result counts.

    A result that names no piece is one of its own, unless others of the same inspection name theirs.
    """
    of = (Node.record_id, Reading.line_id)
    alone = case((Reading.subject.is_(None), Reading.activity)), case((Reading.subject.is_(None), Reading.place))
    turn = (Reading.at, Reading.activity, Reading.place)
    first = func.row_number().over(partition_by=[*of, Reading.subject, *alone], order_by=turn)
    bound = func.max(case((Reading.subject.is_(None), 0), else_=1)).over(partition_by=of)
    results = (
        select(*of, Reading.subject, Reading.judgement, *turn, first.label("nth"), bound.label("bound"))
        .join(Activity, Activity.id == Reading.activity)
        .join(Node, Node.id == Activity.batch)
        .where(Reading.line_id.in_(lines), Reading.struck_by.is_(None), Activity.kind == Deed.INSPECT.value)
        .subquery()
    )
    own = (results.c.record_id, results.c.line_id)
    order = (results.c.at, results.c.activity, results.c.place)
    ranked = (
        select(
            *own,
            results.c.subject,
            results.c.judgement,
            results.c.at,
            func.row_number().over(partition_by=own, order_by=order).label("rank"),
            func.count().over(partition_by=own).label("total"),
        )
        .where(results.c.nth == 1, or_(results.c.bound == 0, results.c.subject.is_not(None)))
        .subquery()
    )
    telling = or_(
        ranked.c.judgement == OUT, ranked.c.rank.in_(WHOLE_AT), ranked.c.rank == 1, ranked.c.rank == ranked.c.total
    )
    found: dict[tuple[UUID, UUID], _Counted] = defaultdict(_Counted)
    for batch, line, piece, judgement, at, rank, total in session.execute(
        select(ranked).where(telling).order_by(ranked.c.rank)
    ):
        seen = found[batch, line]
        seen.inspected = total
        seen.at[rank] = at
        seen.began_at = seen.began_at or at
        if judgement == OUT:
            seen.failing.append((rank, piece))
    return found


def _let_pass(batches: Sequence[UUID]) -> set[tuple[UUID, str]]:
    wanted = select(Nonconformity.batch_id, Nonconformity.title).where(
        Nonconformity.batch_id.in_(batches),
        Nonconformity.state == "closed",
        Nonconformity.disposition.in_(LETS_PASS),
    )
    return {(batch, title) for batch, title in session.execute(wanted)}


def _put_right(batches: Iterable[UUID]) -> list[tuple[str, datetime]]:
    """The corrective actions found effective that began with a nonconformity of these batches: its title, and when."""
    wanted = (
        select(Nonconformity.title, Capa.concluded_at)
        .join(Capa, Capa.nonconformity_id == Nonconformity.id)
        .where(Nonconformity.batch_id.in_(set(batches)), Capa.state == "effective")
    )
    return [(title, at) for title, at in session.execute(wanted) if at is not None]
