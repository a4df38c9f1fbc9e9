"""Lists of duties: the open ones by the moment they are due, the others newest first, a page at a time."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from portal.db import now, session
from portal.records.duty import OPEN, Duty
from portal.rooms.duties.forms import OPEN as OPEN_ONES
from portal.rooms.duties.forms import FilterForm
from portal.web.paging import Page, page_of

MOST = 200


def page_of_duties(form: FilterForm, entrustment_id: UUID | None = None) -> Page[Duty]:
    """Of one entrustment, or of all that the reader may see."""
    wanted = select(Duty).where(_standing(form.standing.data or OPEN_ONES))
    if entrustment_id:
        wanted = wanted.where(Duty.entrustment_id == entrustment_id)
    if form.owes.data:
        wanted = wanted.where(Duty.owes == form.owes.data)
    if form.standing.data in (OPEN_ONES, None):
        first = wanted.order_by(Duty.due_at.is_(None), Duty.due_at, Duty.id).limit(MOST)
        return Page(session.scalars(first).all(), None, None)
    return page_of(wanted, Duty.id)


def duties_of(entrustment_id: UUID) -> Sequence[Duty]:
    return session.scalars(select(Duty).where(Duty.entrustment_id == entrustment_id)).all()


def _standing(name: str) -> Any:
    """The same as :func:`agreements.docket.standing`, asked of the database."""
    at = now()
    too_late = or_(and_(Duty.lapsed_at.is_(None), Duty.due_at <= at), Duty.due_at <= Duty.lapsed_at)
    late = and_(Duty.met_at >= Duty.due_at, Duty.met_at > Duty.started_at)
    in_time = or_(Duty.due_at.is_(None), Duty.met_at < Duty.due_at, Duty.met_at == Duty.started_at)
    return {
        OPEN_ONES: OPEN,
        "owed": and_(OPEN, or_(Duty.due_at.is_(None), Duty.due_at > at)),
        "met": and_(Duty.met_at.is_not(None), in_time),
        "late": late,
        "breached": and_(Duty.met_at.is_(None), too_late),
        "lapsed": and_(Duty.lapsed_at.is_not(None), or_(Duty.due_at.is_(None), Duty.due_at > Duty.lapsed_at)),
    }[name]
