"""Jobs behind the pages: one pair of hands at a time, a bounded number of tries, and then a person decides.

A process may be killed in the middle of a job.  So each try is written down before it begins: a job that ends its
process each time is left after the third, and costs no other its turn.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import InstrumentedAttribute

from portal import logs
from portal.db import now, session, unit_of_work
from portal.filing import OutOfReach
from portal.records.attempt import MOST_TRIES, Attempt
from workflows.words import N_, Said

LEASE = timedelta(minutes=10)
PAUSE = timedelta(minutes=1)
# What the surroundings lack is no fault of the job: it waits and no try is counted.
SURROUNDINGS = (OperationalError, OutOfReach)
ENDED = N_(
    "Going through it ended %(count)s times without a result, last with %(kind)s. "
    "The log of the portal tells where; once that is mended, have it taken up again."
)
KILLED = N_("the end of the process")


def is_free(job: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """Of the jobs in this column those that nobody has in hand and that were not given up."""
    held = or_(Attempt.taken_until > now(), Attempt.tries >= MOST_TRIES)
    return ~select(Attempt.id).where(Attempt.id == job, held).exists()


def try_once(job: UUID, work: Callable[[], bool]) -> bool:
    """Do this work unless somebody else has the job in hand; whether it got to its end.

    Inside the books of one house, outside of any transaction.  An error is logged, counted and goes no further.
    """
    until = _take(job)
    if until is None:
        return False
    try:
        done = work()
    except SURROUNDINGS as lacking:
        session.rollback()
        logs.error("job.postponed", lacking)
        _put_back(job, until, None, counted=False)
        return False
    except Exception as broken:  # noqa: BLE001  whatever it is, the next job has its turn
        session.rollback()
        logs.error("job.broken", broken)
        _put_back(job, until, type(broken).__name__)
        return False
    _let_go(job, until)
    return done


def came_further(job: UUID) -> None:
    """In the transaction of a part of the work: what happened before counts no more."""
    if attempt := session.get(Attempt, job):
        attempt.tries, attempt.ended_with = 1, None


def take_up_again(job: UUID) -> bool:
    """In the caller's transaction: let it be tried anew; False where it was not given up."""
    attempt = session.get(Attempt, job)
    if attempt is None or not attempt.is_given_up:
        return False
    attempt.tries = 0
    return True


def given_up(job: UUID) -> Said | None:
    """Why nobody takes the job up any more; None where somebody does."""
    attempt = session.get(Attempt, job)
    if attempt is None or not attempt.is_given_up:
        return None
    return why(attempt)


def why(attempt: Attempt) -> Said:
    return Said(ENDED, {"count": attempt.tries, "kind": attempt.ended_with or Said(KILLED)})


def _take(job: UUID) -> datetime | None:
    """Until when it is ours; the try is on record before it begins."""
    until = now() + LEASE
    try:
        with unit_of_work():
            attempt = session.get(Attempt, job, with_for_update=True)
            if attempt is None:
                session.add(Attempt(id=job, tries=1, taken_until=until, ended_with=None))
            elif attempt.taken_until > now() or attempt.tries >= MOST_TRIES:
                return None
            else:
                attempt.tries, attempt.taken_until, attempt.ended_with = attempt.tries + 1, until, None
    except IntegrityError:  # somebody else was first
        return None
    return until


def _let_go(job: UUID, until: datetime) -> None:
    with unit_of_work():
        attempt = session.get(Attempt, job, with_for_update=True)
        if attempt is not None and attempt.taken_until == until:
            attempt.tries, attempt.taken_until = 0, now()


def _put_back(job: UUID, until: datetime, ended_with: str | None, *, counted: bool = True) -> None:
    with unit_of_work():
        attempt = session.get(Attempt, job, with_for_update=True)
        if attempt is not None and attempt.taken_until == until:
            attempt.tries -= 0 if counted else 1
            pause = PAUSE * max(attempt.tries, 1) if attempt.tries < MOST_TRIES else timedelta()
            attempt.taken_until, attempt.ended_with = now() + pause, ended_with
