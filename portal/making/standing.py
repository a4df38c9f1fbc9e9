"""What stands still after it broke again and again, and what a person of the house decides about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from portal import ledger
from portal.db import now, session
from portal.making.trying import take_up_again, why
from portal.records.attempt import MOST_TRIES, Attempt
from portal.records.capture import Capture
from portal.records.intake import Intake
from portal.records.machine import Client
from workflows.words import N_, Said

MOST = 200
GIVEN_UP = N_("Given up by a person of the plant, nothing was written: %(reason)s")


@dataclass(frozen=True, slots=True)
class Standing:
    """One job that nobody takes up of themselves: a file, or a document with the machine that sent it."""

    job: Intake | Capture
    since: datetime
    because: Said
    sender: Client | None = None


def stopped(most: int = MOST) -> Sequence[Standing]:
    """The jobs of the house in scope that stopped, the longest first."""
    found = {each.id: each for each in session.scalars(_attempts().order_by(Attempt.taken_until).limit(most))}
    files = session.scalars(select(Intake).where(Intake.id.in_(found), Intake.ended_at.is_(None))).all()
    sent = select(Capture, Client).join(Client, Client.id == Capture.client_id)
    documents = session.execute(sent.where(Capture.id.in_(found), Capture.finished_at.is_(None))).all()
    told = [Standing(each, found[each.id].taken_until, why(found[each.id])) for each in files]
    told += [Standing(each, found[each.id].taken_until, why(found[each.id]), by) for each, by in documents]
    return sorted(told, key=lambda each: each.since)


def since_when() -> tuple[int, datetime | None]:
    """How many jobs of the house in scope stand still, and the moment from which the first of them does."""
    counted = _attempts().with_only_columns(func.count(Attempt.id), func.min(Attempt.taken_until))
    count, first = session.execute(counted).one()
    return count, first


def is_stopped(job: Capture) -> bool:
    attempt = session.get(Attempt, job.id)
    return job.finished_at is None and attempt is not None and attempt.is_given_up


def take_up(job: Capture, reason: str, *, by: ledger.Author) -> None:
    """Let the document be gone through anew."""
    take_up_again(job.id)
    _tell(job, "client.document-taken-up", reason, by=by)


def give_up(job: Capture, reason: str, *, by: ledger.Author) -> None:
    """Nothing of the document is taken any more; whoever watches the job reads why."""
    take_up_again(job.id)
    job.finished_at, job.success, job.written, job.document = now(), False, 0, None
    job.errors = [{"place": "", **Said(GIVEN_UP, {"reason": reason}).as_data()}]
    _tell(job, "client.document-given-up", reason, by=by)


def _attempts() -> Select[Attempt]:
    return select(Attempt).where(Attempt.tries >= MOST_TRIES, Attempt.taken_until <= now())


def _tell(job: Capture, event: str, reason: str, *, by: ledger.Author) -> None:
    """In the chain of the machine that sent it, since the job itself is in none."""
    about = {"capture": str(job.id), "sha256": job.sha256, "events": job.events}
    ledger.write(session.get_one(Client, job.client_id), event, by=by, reason=reason, told=about)
