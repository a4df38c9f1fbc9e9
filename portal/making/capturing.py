"""Going through a captured document of events, and what became of it written down."""

from uuid import UUID

from sqlalchemy import select

from agreements.epcis import read_document
from agreements.epcis.parts import Unreadable
from portal.db import now, session, unit_of_work
from portal.identity.machines import machine_behind
from portal.identity.tokens import NotGenuine
from portal.making.events_told import NotTaken, Taken, take_in
from portal.making.trying import is_free, try_once
from portal.records.capture import Capture
from workflows.scopes import Scope
from workflows.words import N_, Said

MOST_SAID = 1000
NO_MORE = N_("The client may no longer send events.")


def waiting() -> list[UUID]:
    """The jobs of the house in scope that nobody has in hand, the oldest first."""
    free = is_free(Capture.id)
    return list(session.scalars(select(Capture.id).where(Capture.finished_at.is_(None), free).order_by(Capture.id)))


def take_up(job_id: UUID) -> bool:
    """Go through one job to its end; False where somebody else has it in hand, or it broke."""
    return try_once(job_id, lambda: _gone_through(job_id))


def _gone_through(job_id: UUID) -> bool:
    try:
        with unit_of_work():
            if job := _unfinished(job_id):
                _finish(job, _put(job))
    except NotTaken as wrong:
        session.expire_all()
        with unit_of_work():
            if job := _unfinished(job_id):
                _finish(job, Taken(faults=wrong.faults))
    return job is not None


def _unfinished(job_id: UUID) -> Capture | None:
    """The job, held until the transaction ends; None where it was gone through meanwhile."""
    wanted = select(Capture).where(Capture.id == job_id, Capture.finished_at.is_(None))
    return session.scalars(wanted.with_for_update()).first()


def _put(job: Capture) -> Taken:
    try:
        by = machine_behind(job.client_id)
    except NotGenuine:
        raise NotTaken([("", Said(NO_MORE))]) from None
    if Scope.EVENTS_PROPOSE not in by.scopes:
        raise NotTaken([("", Said(NO_MORE))])
    try:
        document = read_document(job.document or b"", job.media)
    except Unreadable as wrong:
        raise NotTaken([(wrong.place, wrong.says)]) from wrong
    ref = f"sha256:{job.sha256} capture:{job.id}"
    return take_in(document, by=by, entrustment_id=job.entrustment_id, whole=job.whole, ref=ref)


def _finish(job: Capture, taken: Taken) -> None:
    job.written, job.success = taken.written, not taken.faults
    job.errors = [{"place": place, **says.as_data()} for place, says in taken.faults[:MOST_SAID]]
    job.warnings = [each.as_data() for each in taken.warnings[:MOST_SAID]]
    job.finished_at, job.document = now(), None
