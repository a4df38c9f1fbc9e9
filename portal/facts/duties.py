"""How duties stand: what a breach holds up, what showing one met depends on, and how well an agreement is performed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from agreements.docket import Standing
from agreements.duty_rules import DUTY_RULES
from portal import docket, ledger
from portal.db import now, session
from portal.records.duty import OPEN, Duty
from portal.tenancy import current_tenant
from portal.wording import last_day
from workflows.duty import HoldingFacts, MeetingFacts
from workflows.engine import Side

# An agreement is judged by what came due in the last twelve months.
LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Performance:
    """How one side kept its duties: those met in time, met late and breached, of all that came due since then."""

    met: int
    late: int
    breached: int

    @property
    def due(self) -> int:
        return self.met + self.late + self.breached

    @property
    def percent(self) -> int | None:
        """Of those that came due, how many in a hundred were met in time, rounded down; None when none came due."""
        return self.met * 100 // self.due if self.due else None


def holding(move: str, entrustment_ids: Collection[UUID]) -> dict[UUID, HoldingFacts]:
    """For each entrustment, the breached duties that hold up ``move``, in one query."""
    rules = [each.id for each in DUTY_RULES.values() if move in each.blocks]
    found = session.scalars(
        select(Duty)
        .where(Duty.entrustment_id.in_(entrustment_ids), Duty.rule.in_(rules), OPEN, Duty.due_at <= now())
        .order_by(Duty.due_at)
    ).all()
    return {each: _holding([duty for duty in found if duty.entrustment_id == each]) for each in entrustment_ids}


@dataclass(frozen=True, slots=True)
class OpenDuties:
    """How many are open: owed, and of those too late."""

    owed: int = 0
    breached: int = 0


def open_duties(entrustment_ids: Collection[UUID]) -> dict[UUID, OpenDuties]:
    """The open duties of each entrustment, counted in one query."""
    at, ends = now(), dict[UUID, list[datetime | None]]()
    for entrustment_id, due_at in session.execute(
        select(Duty.entrustment_id, Duty.due_at).where(Duty.entrustment_id.in_(entrustment_ids), OPEN)
    ):
        if entrustment_id:
            ends.setdefault(entrustment_id, []).append(due_at)
    return {each: _counted(ends.get(each, []), at) for each in entrustment_ids}


def recount(*, by: ledger.Author) -> list[Duty]:
    """Count anew the provisional days of the duties in the books of the house in scope; returns those that changed."""
    mine = select(Duty).where(Duty.owner_id == current_tenant(), Duty.provisional, OPEN)
    return [each for each in session.scalars(mine).all() if _recounted(each, by)]


def meeting_facts(duty: Duty, side: Side | None) -> MeetingFacts:
    return MeetingFacts(
        is_open=duty.is_open,
        shown_by_people=not duty.under.met_by,
        mine=is_mine(duty, side),
    )


def is_mine(duty: Duty, side: Side | None) -> bool:
    """Whether whoever stands on ``side`` owes it, alone or together; what a house owes itself is its own."""
    if duty.entrustment_id is None:
        return duty.owner_id == current_tenant()
    return duty.owes in (side, "both")


def performances(duties: Iterable[Duty]) -> dict[Side, Performance]:
    """How each side performed; what both owe together counts for both, what lapsed in time for neither."""
    since = now() - LOOKED_BACK
    counted = [each for each in duties if each.due_at and each.due_at >= since]
    return {side: performance(each for each in counted if each.owes in (side, "both")) for side in _SIDES}


def performance(duties: Iterable[Duty]) -> Performance:
    """How these were kept: those not due yet, or lapsed in time, count for nothing."""
    stand = [each.standing for each in duties]
    return Performance(stand.count(Standing.MET), stand.count(Standing.LATE), stand.count(Standing.BREACHED))


_SIDES = (Side.REGISTRANT, Side.MANUFACTURER)


def _counted(ends: list[datetime | None], at: datetime) -> OpenDuties:
    breached = sum(each is not None and each <= at for each in ends)
    return OpenDuties(len(ends) - breached, breached)


def _recounted(duty: Duty, by: ledger.Author) -> bool:
    due = docket.due_of(duty)
    if due is None or (due.at, due.provisional) == (duty.due_at, duty.provisional):
        return False
    duty.due_at, duty.provisional = due.at, due.provisional
    ledger.write(duty, "duty.recounted", by=by)
    return True


def _holding(breached: list[Duty]) -> HoldingFacts:
    if not breached:
        return HoldingFacts(0, "", "")
    first = breached[0]
    due_on = last_day(first.due_at).isoformat() if first.due_at else ""
    return HoldingFacts(len(breached), first.under.clause_id or first.rule, due_on)
