"""What a move of a design transfer depends on: its list, its training, its trials and its gaps."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, select, true, union_all
from sqlalchemy.orm import lazyload

from portal.db import session
from portal.records.batch import Batch
from portal.records.transfer import Transfer, TransferGap, TransferItem, TransferTraining, TransferTrial
from workflows.engine import Side
from workflows.transfer import PAPERS, GapFacts, TransferFacts

Lines = dict[str, list[Any]]
PARTS = ("items", "trainings", "trials", "gaps")


def transfers_where(*conditions: ColumnElement[bool]) -> list[tuple[Transfer, TransferFacts]]:
    """The transfers of which this holds, the newest first, each with its facts; in one query whatever their number."""
    found: dict[UUID, tuple[Transfer, Lines]] = {}
    for transfer, item, training, trial, batch_state, gap in session.execute(_side_by_side(*conditions)):
        _, lines = found.setdefault(transfer.id, (transfer, {part: [] for part in PARTS}))
        for part, line in zip(PARTS, (item, training, (trial, batch_state) if trial else None, gap), strict=True):
            if line is not None:
                lines[part].append(line)
    return [(transfer, _facts(transfer, **lines)) for transfer, lines in found.values()]


def transfer_facts(transfer: Transfer) -> TransferFacts:
    return transfers_where(Transfer.id == transfer.id)[0][1]


def gap_facts(gap: TransferGap, side: Side | None) -> GapFacts:
    return GapFacts(mine=gap.owes == side)


def covering(transfer: Transfer, trials: Sequence[tuple[TransferTrial, str]]) -> dict[str, TransferTrial]:
    """Of each step that is covered the trial that covers it: its latest, if that passed on a batch that stands."""
    latest = {trial.step: (trial, state) for trial, state in trials if state != "rejected"}
    return {step: latest[step][0] for step in transfer.steps if step in latest and latest[step][0].result == "passed"}


def _side_by_side(
    *conditions: ColumnElement[bool],
) -> Select[Transfer, TransferItem, TransferTraining, TransferTrial, str, TransferGap]:
    """Four lists in one answer: each row holds a transfer with one line of one of them."""
    parts = union_all(*(select(literal(part).label("part")) for part in PARTS)).subquery()
    standing = and_(TransferItem.transfer_id == Transfer.id, TransferItem.struck_at.is_(None))
    return (
        select(Transfer, TransferItem, TransferTraining, TransferTrial, Batch.state, TransferGap)
        .select_from(Transfer)
        .join(parts, true())
        .outerjoin(TransferItem, and_(parts.c.part == "items", standing))
        .outerjoin(TransferTraining, and_(parts.c.part == "trainings", TransferTraining.transfer_id == Transfer.id))
        .outerjoin(TransferTrial, and_(parts.c.part == "trials", TransferTrial.transfer_id == Transfer.id))
        .outerjoin(Batch, Batch.id == TransferTrial.batch_id)
        .outerjoin(TransferGap, and_(parts.c.part == "gaps", TransferGap.transfer_id == Transfer.id))
        .options(lazyload(TransferItem.file), lazyload(TransferTrial.batch))
        .where(*conditions)
        .order_by(Transfer.id.desc(), TransferItem.id, TransferTrial.id)
    )


def _facts(
    transfer: Transfer,
    items: Sequence[TransferItem],
    trainings: Sequence[TransferTraining],
    trials: Sequence[tuple[TransferTrial, str]],
    gaps: Sequence[TransferGap],
) -> TransferFacts:
    covered = covering(transfer, trials)
    uncovered = [step for step in transfer.steps if step not in covered]
    return TransferFacts(
        entrustment_is_open=not transfer.entrustment.where.final,
        steps=len(transfer.steps),
        papers=sum(each.kind in PAPERS for each in items),
        not_given=sum(each.given_at is None for each in items),
        not_received=sum(each.received_at is None for each in items),
        trainings=len(trainings),
        uncovered=len(uncovered),
        first_uncovered=uncovered[0] if uncovered else "",
        trials_unrecorded=len({trial.batch_id for trial, state in trials if state == "opened"}),
        open_gaps=sum(each.blocking and each.closed_at is None for each in gaps),
    )
