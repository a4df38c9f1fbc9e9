"""Putting a nonconformity on record, and what is decided about it."""

from sqlalchemy import func, select

from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session, today
from portal.identity import Actor
from portal.records.batch import Batch, Nonconformity
from portal.rooms.nonconformities.forms import DispositionForm, RaiseForm


def raise_against(batch: Batch, form: RaiseForm, *, by: Actor) -> Nonconformity:
    """Raise it against ``batch``, which waits for it from then on."""
    number = _next_number(batch)
    with session.no_autoflush:
        found = Nonconformity(
            id=new_id(),
            entrustment_id=batch.entrustment_id,
            batch_id=batch.id,
            number=number,
            title=form.title.data,
            description=form.description.data,
            pieces=form.pieces.data,
            raised_by_id=by.id,
            raised_at=now(),
        )
        batch.nonconformities.append(found)
        batch.bind_papers()
    start(found, "nonconformity.raised", actor=by, also=found.along)
    return found


def dispose(found: Nonconformity, form: DispositionForm, *, by: Actor) -> None:
    """Write down what is to happen and why; it counts once it is submitted and approved."""
    with session.no_autoflush:
        found.disposition, found.justification = form.disposition.data, form.justification.data
        found.batch.bind_papers()
    ledger.write(found, "nonconformity.disposed", by=by, also=found.along)


def _next_number(batch: Batch) -> str:
    """NC-year-count within the entrustment; it tells nothing of what the plant does for others."""
    prefix = f"NC-{today().year}-"
    counted = session.scalar(
        select(func.count())
        .select_from(Nonconformity)
        .where(Nonconformity.entrustment_id == batch.entrustment_id, Nonconformity.number.startswith(prefix))
    )
    return f"{prefix}{(counted or 0) + 1:03}"
