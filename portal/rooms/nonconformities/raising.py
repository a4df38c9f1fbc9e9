"""Putting a nonconformity on record, and what is decided about it."""

from portal import ledger
from portal.db import session
from portal.facts.raising import raise_nonconformity
from portal.identity import Actor
from portal.records.batch import Batch, Nonconformity
from portal.rooms.nonconformities.forms import DispositionForm, RaiseForm


def raise_against(batch: Batch, form: RaiseForm, *, by: Actor) -> Nonconformity:
    """Raise what the form says against ``batch``."""
    return raise_nonconformity(
        batch,
        title=form.title.data,
        description=form.description.data or "",
        pieces=form.pieces.data or len(form.serials) or None,
        serial_numbers=form.serials,
        by=by,
    )


def dispose(found: Nonconformity, form: DispositionForm, *, by: Actor) -> None:
    """Write down what is to happen and why; it counts once it is submitted and approved."""
    with session.no_autoflush:
        found.disposition, found.justification = form.disposition.data, form.justification.data
        found.batch.bind_papers()
    ledger.write(found, "nonconformity.disposed", by=by, also=found.along)
