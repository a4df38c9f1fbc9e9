"""Putting a run of labels on record, and its count."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal import ledger
from portal.acting import begin
from portal.db import new_id, now
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.label_run import LabelRun
from portal.records.trade_item import TradeItem
from portal.tenancy import side_in
from workflows.engine import Decision
from workflows.labelling import COUNT, LabelFacts, PrintingFacts


@dataclass(frozen=True, slots=True)
class Wanted:
    item: TradeItem
    quantity: int
    first_serial: str | None


def put_on_record(batch: Batch, wanted: Wanted, decision: Decision[PrintingFacts], *, by: Actor) -> LabelRun:
    """Raises :class:`portal.acting.Refused`."""
    run = LabelRun(
        id=new_id(),
        entrustment_id=batch.entrustment_id,
        number=next_number(LabelRun, "LB", batch.entrustment_id),
        batch_id=batch.id,
        batch=batch,
        trade_item_id=wanted.item.id,
        item=wanted.item,
        label_version=batch.label_version,
        quantity=wanted.quantity,
        first_serial=wanted.first_serial,
        printed_by_id=by.id,
        printed_at=now(),
    )
    begin(run, decision, actor=by, also=run.along, side=side_in(batch.entrustment_id))
    return run


def count(run: LabelRun, given: Mapping[str, Any], *, by: Actor) -> bool:
    """False when nothing differs from what is on record."""
    if all(getattr(run, name) == value for name, value in given.items()):
        return False
    for name, value in given.items():
        setattr(run, name, value)
    ledger.write(run, COUNT.event, by=by, also=run.along)
    return True


def label_facts(runs: Sequence[LabelRun]) -> dict[Any, LabelFacts]:
    return {each.id: LabelFacts(each.difference, bool((each.explanation or "").strip())) for each in runs}
