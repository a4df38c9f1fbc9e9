"""What nobody may look back on any more is cleared away: a notice is no record, the ledger keeps what it told of.

Notices older than the ninety days that anybody may look back, their copies, and letters that ended and carry nothing
any more.  What is told once stays while it stands, so that it is not told again: a step of a duty that is still open,
a day of a paper that still runs.  Notices of an entrustment that the house has left are hidden from the worker as from
everybody, and stay where they are.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from portal.db import now, reading, session, unit_of_work
from portal.facts.notices import LOOKED_BACK, over
from portal.records.notice import Letter, Notice, NoticeCopy
from portal.tenancy import acting_for

AT_A_TIME = 500


def clear_away(house: UUID) -> None:
    """A part in each round, the oldest first."""
    with acting_for(house), reading():
        notices, letters = _old_notices(), _old_letters()
    if not notices and not letters:
        return
    try:
        with acting_for(house), unit_of_work():
            for each in notices:
                _end(NoticeCopy, NoticeCopy.notice_id == each)
                _end(Notice, Notice.id == each)
            for each in letters:
                _end(Letter, Letter.id == each)
    except IntegrityError:  # somebody marks one of them read at this very moment; the next round finds it
        return


def _old_notices() -> list[UUID]:
    old = select(Notice).options(lazyload("*")).where(Notice.at < now() - LOOKED_BACK).order_by(Notice.id)
    passing = session.scalars(old.where(Notice.once.is_(None)).limit(AT_A_TIME)).all()
    once = session.scalars(old.where(Notice.once.is_not(None))).all()
    gone = over(once)
    return [each.id for each in passing] + [each.id for each in once if each.id in gone]


def _old_letters() -> Sequence[UUID]:
    carries = select(NoticeCopy.id).where(NoticeCopy.letter_id == Letter.id).exists()
    old = select(Letter.id).where(Letter.ended_at.is_not(None), Letter.made_at < now() - LOOKED_BACK, ~carries)
    return session.scalars(old.order_by(Letter.id).limit(AT_A_TIME)).all()


def _end(kind: type[Letter | Notice | NoticeCopy], which: Any) -> None:
    session.execute(delete(kind).where(which).execution_options(synchronize_session=False))
