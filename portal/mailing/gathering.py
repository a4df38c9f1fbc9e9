"""Notices become copies, one for each person, and copies letters: at once where it is urgent, else one in a while."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import lazyload

from portal.db import CHINA, new_id, now, session, unit_of_work
from portal.facts.notices import AT_ONCE, over
from portal.mailing.readers import OfTheHouse, people_of_the_house
from portal.records.notice import Letter, Notice, NoticeCopy, NoticeWish
from portal.tenancy import acting_for

AT_A_TIME = 100
HOUR = timedelta(hours=1)
DAILY_FROM = time(8)  # in China, where the working day begins


def hand_on(house: UUID) -> None:
    """Give each person a copy of what is told to what they hold now.

    A notice is taken by one worker: rows that another has in hand are passed over, and SQLite lets in one at a time.
    """
    while True:
        try:
            with acting_for(house), unit_of_work():
                if _handed_on() < AT_A_TIME:
                    return
        except IntegrityError:  # somebody read one of them at this very moment; the next round finds its copy
            return


def gather(house: UUID) -> None:
    """Put what waits for each person into a letter, where it is time for one."""
    with acting_for(house):
        waiting = {each.id: each for each in people_of_the_house() if _waits(each.id)}
    for person in waiting.values():
        try:
            with acting_for(house), unit_of_work():
                _gathered(person)
        except IntegrityError:  # another worker has just written the letter of this hour
            continue


def _handed_on() -> int:
    taken = session.scalars(
        select(Notice)
        .options(lazyload("*"))
        .where(Notice.handed_on_at.is_(None))
        .order_by(Notice.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Notice, skip_locked=True)
    ).all()
    people, known = people_of_the_house(), _known(each.id for each in taken)
    for notice in taken:
        notice.handed_on_at = now()
        for person in people:
            if person.is_told(notice) and (notice.id, person.id) not in known:
                session.add(
                    NoticeCopy(id=new_id(), notice_id=notice.id, person_id=person.id, read_at=None, letter_id=None)
                )
    return len(taken)


def _known(ids: Iterable[UUID]) -> set[tuple[UUID, UUID]]:
    wanted = select(NoticeCopy.notice_id, NoticeCopy.person_id).where(NoticeCopy.notice_id.in_(list(ids)))
    return {(notice_id, person_id) for notice_id, person_id in session.execute(wanted)}


def _waits(person_id: UUID) -> bool:
    waiting = select(NoticeCopy.id).where(NoticeCopy.person_id == person_id, NoticeCopy.letter_id.is_(None))
    return session.scalars(waiting.where(NoticeCopy.read_at.is_(None)).limit(1)).first() is not None


def _gathered(person: OfTheHouse) -> None:
    copies = session.scalars(
        select(NoticeCopy)
        .where(NoticeCopy.person_id == person.id, NoticeCopy.letter_id.is_(None), NoticeCopy.read_at.is_(None))
        .with_for_update(of=NoticeCopy, skip_locked=True)
    ).all()
    told = _still_told(person, copies)
    waiting = [each for each in copies if each.notice_id in told]
    for each in copies:
        if each.notice_id not in told:
            each.read_at = now()  # nothing is left to read about it
    urgent = [each for each in waiting if told[each.notice_id]]
    pace = session.scalars(select(NoticeWish.pace).where(NoticeWish.person_id == person.id)).first() or AT_ONCE
    slot = None if urgent else _slot(person.id, pace)
    if not urgent and slot is None:
        return
    carried = urgent if pace == "urgent_only" else waiting
    if carried:
        letter = Letter(
            id=new_id(),
            person_id=person.id,
            made_at=now(),
            slot=slot,
            next_at=now(),
            attempts=0,
            ended_at=None,
            outcome=None,
        )
        session.add(letter)
        session.flush()
        for each in carried:
            each.letter_id = letter.id


def _still_told(person: OfTheHouse, copies: Sequence[NoticeCopy]) -> dict[UUID, bool]:
    """The notices that are still theirs to read and to act on, and whether each is urgent."""
    wanted = select(Notice).where(Notice.id.in_([each.notice_id for each in copies]))
    theirs = [each for each in session.scalars(wanted) if person.is_told(each)]
    gone = over(theirs)
    return {each.id: each.urgent for each in theirs if each.id not in gone}


def _slot(person_id: UUID, pace: str) -> str | None:
    """The hour or the day for which a letter may be written now; None where it is not time yet."""
    here = now().astimezone(CHINA)
    last: datetime | None = session.scalar(select(func.max(Letter.made_at)).where(Letter.person_id == person_id))
    if pace == AT_ONCE:
        return f"{here:%Y-%m-%d %H}" if last is None or last <= now() - HOUR else None
    if pace == "daily" and here.time() >= DAILY_FROM:
        return None if _written(person_id, f"{here:%Y-%m-%d}") else f"{here:%Y-%m-%d}"
    return None


def _written(person_id: UUID, slot: str) -> bool:
    return (
        session.scalars(select(Letter.id).where(Letter.person_id == person_id, Letter.slot == slot)).first() is not None
    )
