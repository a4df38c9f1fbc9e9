"""Putting a design transfer on record: what it covers, its list, its confirmations, training and trials."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import ledger
from portal.acting import Refused, begin
from portal.db import new_id, now, session, today
from portal.facts import Ground
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.file import StoredFile
from portal.records.transfer import Transfer, TransferItem, TransferTraining, TransferTrial
from portal.tenancy import side_in
from workflows.engine import Decision, weigh_opening
from workflows.stages import COMMERCIAL
from workflows.transferring import AMEND, GIVE, LIST, OPEN_TRANSFER, RECEIVE, STRIKE, TRAIN, TRY


def open_transfer(
    ground: Ground, product_id: UUID, *, scope: str, method: str, steps: list[str], by: Actor
) -> Transfer:
    """Begin it, or raise :class:`portal.acting.Refused` while another one of the product is under way."""
    product, about = ground.product(product_id), ground.entrustment.id
    transfer = Transfer(
        id=new_id(),
        entrustment_id=about,
        number=next_number(Transfer, "DT", about),
        product_id=product_id,
        product_name=product.facts["name"] if product else "",
        scope=scope,
        method=method,
        steps=steps,
        opened_by_id=by.id,
        opened_at=now(),
    )
    decision = decide_opening(about, product_id, actor=by)
    try:
        with session.begin_nested():
            begin(transfer, decision, actor=by, side=side_in(about))
    except IntegrityError as beaten:  # somebody began another at this very moment: now it is there to be seen
        decision = decide_opening(about, product_id, actor=by)
        if decision.allowed:
            raise
        raise Refused(decision) from beaten
    return transfer


def decide_opening(entrustment_id: UUID, product_id: UUID, *, actor: Actor) -> Decision[bool]:
    wanted = select(Transfer.id).where(Transfer.entrustment_id == entrustment_id, Transfer.product_id == product_id)
    underway = session.scalars(wanted.where(Transfer.underway()).limit(1)).first() is not None
    side = side_in(entrustment_id)
    return weigh_opening(OPEN_TRANSFER, underway, powers=actor.powers, side=side, on=today())


def amend(transfer: Transfer, *, scope: str, method: str, steps: list[str], by: Actor) -> bool:
    """False when nothing differs from what is on record."""
    if (transfer.scope, transfer.method, transfer.steps) == (scope, method, steps):
        return False
    transfer.scope, transfer.method, transfer.steps = scope, method, steps
    ledger.write(transfer, AMEND.event, by=by)
    return True


def list_item(
    transfer: Transfer, *, kind: str, title: str, reference: str, edition: str, file: StoredFile | None, by: Actor
) -> TransferItem:
    with session.no_autoflush:
        item = TransferItem(
            id=new_id(),
            entrustment_id=transfer.entrustment_id,
            kind=kind,
            title=title,
            reference=reference,
            edition=edition,
            file_id=file.id if file else None,
            file=file,
        )
        transfer.items.append(item)
        transfer.bind_contents()
    ledger.write(item, LIST.event, by=by, also=[transfer, *([file] if file else [])])
    return item


def strike(item: TransferItem, *, reason: str, by: Actor) -> None:
    with session.no_autoflush:
        item.struck_at = now()
        item.transfer.bind_contents()
    ledger.write(item, STRIKE.event, by=by, also=[item.transfer], reason=reason)


def give(items: Iterable[TransferItem], *, by: Actor) -> None:
    for item in items:
        item.given_by_name, item.given_at = by.name, now()
        ledger.write(item, GIVE.event, by=by)


def receive(items: Iterable[TransferItem], *, by: Actor) -> None:
    for item in items:
        item.received_by_name, item.received_at = by.name, now()
        ledger.write(item, RECEIVE.event, by=by)


def train(
    transfer: Transfer, *, topic: str, trained_on: date, trainer: str, trained: str, assessment: str, by: Actor
) -> TransferTraining:
    with session.no_autoflush:
        training = TransferTraining(
            id=new_id(),
            entrustment_id=transfer.entrustment_id,
            topic=topic,
            trained_on=trained_on,
            trainer=trainer,
            trained=trained,
            assessment=assessment,
        )
        transfer.trainings.append(training)
        transfer.bind_contents()
    ledger.write(training, TRAIN.event, by=by, also=[transfer])
    return training


def try_out(
    transfer: Transfer, batch: Batch, steps: Iterable[str], *, result: str, findings: str, by: Actor
) -> list[TransferTrial]:
    """One trial for each step."""
    with session.no_autoflush:
        trials = [
            TransferTrial(
                id=new_id(),
                entrustment_id=transfer.entrustment_id,
                batch_id=batch.id,
                step=step,
                result=result,
                findings=findings,
                tried_by_name=by.name,
                tried_at=now(),
            )
            for step in steps
        ]
        transfer.trials.extend(trials)
        transfer.bind_contents()
    first, *others = trials
    ledger.write(first, TRY.event, by=by, also=[*others, transfer], told={"batch": batch.number, "steps": list(steps)})
    return trials


def batches_to_try(transfer: Transfer) -> list[Batch]:
    """The prototypes and pilot batches of the product that stand, the newest first."""
    wanted = select(Batch).where(
        Batch.entrustment_id == transfer.entrustment_id, Batch.product_id == transfer.product_id
    )
    trials = wanted.where(Batch.stage != COMMERCIAL, Batch.state != "rejected")
    return list(session.scalars(trials.order_by(Batch.id.desc())))
