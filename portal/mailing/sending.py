"""Letters are sent one by one; what is not taken is tried again, later each time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

from sqlalchemy import select, update

from portal.db import now, reading, session, unit_of_work
from portal.facts.notices import over
from portal.mailing.letters import compose
from portal.mailing.postman import OutOfReach, Postman, Undelivered
from portal.mailing.readers import OfTheHouse, people_of_the_house
from portal.records.notice import Letter, Notice, NoticeCopy
from portal.tenancy import acting_for

IN_HAND = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
MOST_ATTEMPTS = 16  # about three days; the notices stay in the portal whatever comes of their letter
SENT, EMPTY, GIVEN_UP = "sent", "empty", "given_up"


def send_due(house: UUID, postman: Postman) -> int:
    """Send the letters of a house that are due; returns how many left.  Raises :class:`OutOfReach`."""
    with acting_for(house), reading():
        wanted = select(Letter.id).where(Letter.ended_at.is_(None), Letter.next_at <= now())
        due = session.scalars(wanted.order_by(Letter.next_at)).all()
    return sum(_sent(house, each, postman) for each in due)


def _sent(house: UUID, letter_id: UUID, postman: Postman) -> bool:
    """Nothing outside is spoken to while books are open; a letter in hand is nobody else's until then."""
    letter = _taken(house, letter_id)
    if letter is None:
        return False
    with acting_for(house), reading():
        person = next((each for each in people_of_the_house() if each.id == letter.person_id), None)
        notices = [each for each in _carried(letter) if person and person.is_told(each)]
        gone = over(notices)
        notices = [each for each in notices if each.id not in gone]
        message = _composed(letter, person, notices) if person and notices else None
    if message is None:
        _note(house, letter, outcome=EMPTY if not notices else GIVEN_UP)
        return False
    try:
        postman.deliver(message)
    except Undelivered:
        enough = letter.attempts >= MOST_ATTEMPTS
        _note(house, letter, outcome=GIVEN_UP if enough else None, next_at=now() + pause_after(letter.attempts))
        return False
    except OutOfReach:
        _note(house, letter, next_at=now() + FIRST_PAUSE, attempts=letter.attempts - 1)
        raise
    _note(house, letter, outcome=SENT)
    return True


def _composed(letter: Letter, person: OfTheHouse, notices: Sequence[Notice]) -> EmailMessage | None:
    """None for an address that no header may hold, such as one with a line break."""
    try:
        return compose(letter, person, notices)
    except ValueError:
        return None


def pause_after(attempts: int) -> timedelta:
    doubled: timedelta = FIRST_PAUSE * 2 ** (attempts - 1)
    return min(doubled, LONGEST_PAUSE)


def _taken(house: UUID, letter_id: UUID) -> Letter | None:
    """The letter, if it is ours to send now: of two workers one moves it on first, and the other finds it moved."""
    with acting_for(house), unit_of_work():
        letter = session.get(Letter, letter_id)
        if letter is None or letter.ended_at is not None or letter.next_at > now():
            return None
        session.expunge(letter)
        claim = update(Letter).where(
            Letter.id == letter_id, Letter.ended_at.is_(None), Letter.next_at == letter.next_at
        )
        letter.attempts += 1
        changed = {"next_at": now() + IN_HAND, "attempts": letter.attempts}
        moved = session.execute(claim.values(**changed).execution_options(synchronize_session=False))
        return letter if moved.rowcount == 1 else None  # type: ignore[attr-defined]  # an UPDATE always counts its rows


def _carried(letter: Letter) -> Sequence[Notice]:
    """Its notices that were not read meanwhile; one whose entrustment the house has left is not found any more."""
    wanted = select(Notice).join(NoticeCopy, NoticeCopy.notice_id == Notice.id)
    wanted = wanted.where(NoticeCopy.letter_id == letter.id, NoticeCopy.read_at.is_(None))
    return session.scalars(wanted.order_by(Notice.urgent.desc(), Notice.id)).all()


def _note(
    house: UUID,
    letter: Letter,
    *,
    outcome: str | None = None,
    next_at: datetime | None = None,
    attempts: int | None = None,
) -> None:
    with acting_for(house), unit_of_work():
        kept = session.get_one(Letter, letter.id)
        kept.outcome, kept.ended_at = outcome, now() if outcome else None
        kept.next_at = next_at or kept.next_at
        kept.attempts = kept.attempts if attempts is None else attempts
