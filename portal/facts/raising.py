"""Raising a nonconformity: from the batch desk, by a machine, or from what a resident observed."""

from collections.abc import Sequence

from portal.acting import start
from portal.db import new_id, now, session
from portal.facts.numbering import next_number
from portal.facts.trends import is_worked_on, open_jointly, portal_of, shortfall_of, watch_the_row
from portal.identity.system import Doer
from portal.records.batch import Batch, Nonconformity


def raise_nonconformity(
    batch: Batch,
    *,
    title: str,
    description: str,
    pieces: int | None,
    serial_numbers: Sequence[str] = (),
    by: Doer,
) -> Nonconformity:
    """Raise it against ``batch``, which waits for it from then on; ``pieces`` are those affected, None if unknown."""
    number = next_number(Nonconformity, "NC", batch.entrustment_id)
    with session.no_autoflush:
        found = Nonconformity(
            id=new_id(),
            entrustment_id=batch.entrustment_id,
            batch_id=batch.id,
            number=number,
            title=title,
            description=description,
            pieces=pieces,
            serial_numbers=list(serial_numbers) or None,
            raised_by_id=by.id,
            raised_at=now(),
        )
        batch.nonconformities.append(found)
        batch.bind_papers()
    start(found, "nonconformity.raised", actor=by, also=found.along)
    watch_the_row(found, by=by)
    return found


def watch_the_yield(batch: Batch, *, by: Doer) -> None:
    """The figures of ``batch`` are on record: if its yield falls clearly short, it waits and both sides must act."""
    lines = shortfall_of(batch)
    if not lines or is_worked_on(batch, "conformity"):
        return
    found = raise_nonconformity(
        batch, title=lines[-1], description="\n".join(lines[:-1]), pieces=None, by=portal_of(by)
    )
    open_jointly(found, "conformity", [], by=by)
