"""What a move of a corrective action depends on: its plan, what is done of it, and what the batches since then show."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import and_, distinct, func, select

from portal.db import session, today
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa, CapaAction
from workflows.capa import ActionFacts, CapaFacts
from workflows.engine import Side


def capa_facts(capas: Sequence[Capa], known: Iterable[CapaAction] | None = None) -> dict[UUID, CapaFacts]:
    """The facts of each, in two queries whatever their number; in one where their steps are ``known``."""
    actions: dict[UUID, list[CapaAction]] = {each.id: [] for each in capas}
    of_them = select(CapaAction).where(CapaAction.capa_id.in_(actions))
    for action in session.scalars(of_them) if known is None else known:
        actions[action.capa_id].append(action)
    since = _batches_since(actions)
    return {each.id: _facts(each, actions[each.id], *since.get(each.id, (0, 0))) for each in capas}


def action_facts(action: CapaAction, side: Side | None) -> ActionFacts:
    return ActionFacts(
        mine=action.owes == side,
        approved=action.capa.state == "approved",
        evidence_given=bool((action.evidence or "").strip()),
    )


def _batches_since(capa_ids: Collection[UUID]) -> dict[UUID, tuple[int, int]]:
    """How many batches were started after the day on which each was carried out; how many are nonconforming."""
    later = and_(Batch.entrustment_id == Capa.entrustment_id, Batch.started_on > Capa.carried_out_on)
    rows = session.execute(
        select(Capa.id, func.count(distinct(Batch.id)), func.count(distinct(Nonconformity.batch_id)))
        .join(Batch, later)
        .outerjoin(Nonconformity, Nonconformity.batch_id == Batch.id)
        .where(Capa.id.in_(capa_ids))
        .group_by(Capa.id)
    )
    return {capa_id: (started, bad) for capa_id, started, bad in rows}


def _facts(capa: Capa, actions: Sequence[CapaAction], since: int, nonconforming: int) -> CapaFacts:
    standing = [each for each in actions if each.state != "dropped"]
    return CapaFacts(
        cause_given=bool((capa.cause or "").strip()),
        actions=len(standing),
        undone=sum(each.state != "done" for each in standing),
        criterion_given=bool((capa.criterion or "").strip() and capa.check_after),
        check_on=capa.check_on.isoformat() if capa.check_on else "",
        check_due=capa.check_on is not None and capa.check_on <= today(),
        batches_since=since,
        nonconforming_since=nonconforming,
        result_written=bool((capa.result or "").strip()),
    )
