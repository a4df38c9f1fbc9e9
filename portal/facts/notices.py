"""Which notices somebody may read now: those told to their house, as a holder of what they still hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, and_, func, select
from sqlalchemy.exc import IntegrityError

from portal.db import new_id, now, session, today
from portal.notices import WINDOW, runs
from portal.records.duty import OPEN, Duty
from portal.records.evidence import ProductionLicence, RegistrationCertificate
from portal.records.moving import Moving
from portal.records.notice import Notice, NoticeCopy, NoticeWish
from portal.tenancy import all_records
from workflows.hearing import MOVE
from workflows.powers import Power, Role

MOST = 100
LOOKED_BACK = timedelta(days=90)
AT_ONCE = "at_once"
# The papers of a house that have to be renewed.
PAPERS: Mapping[str, Any] = {each.__tablename__: each for each in (ProductionLicence, RegistrationCertificate)}


class Reader(Protocol):
    """Somebody of a house, with the roles and powers they hold at this moment."""

    @property
    def id(self) -> UUID: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def roles(self) -> frozenset[Role]: ...
    @property
    def powers(self) -> frozenset[Power]: ...


def told_to(reader: Reader) -> list[Any]:
    """What a notice must meet to be theirs: told to what they hold now, not done by them, and later than they came.

    An id tells the time, so whoever joins is not told what happened before them.
    """
    return [
        Notice.for_id == reader.organisation_id,
        Notice.whom.in_([*reader.powers, *reader.roles]),
        Notice.by_id != reader.id,
        Notice.id > reader.id,
    ]


def notices_of(reader: Reader) -> Sequence[tuple[Notice, bool]]:
    """The newest of the last ninety days, each with whether it has been read."""
    asked: Any = select(Notice, NoticeCopy.read_at.is_not(None))
    wanted = _with_copies(asked, reader)
    rows = session.execute(wanted.order_by(Notice.id.desc()).limit(MOST)).all()
    return [(notice, bool(read)) for notice, read in rows]


def unread(reader: Reader) -> ScalarSelect[int]:
    """How many of them have not been read, to be asked along with another question."""
    counted = _with_copies(select(func.count()).select_from(Notice), reader)
    return counted.where(NoticeCopy.read_at.is_(None)).scalar_subquery()


def mark_read(reader: Reader, ids: Iterable[UUID]) -> None:
    """Of those named, the ones that are theirs count as read from now on."""
    wanted = select(Notice.id, NoticeCopy).outerjoin(NoticeCopy, _copy_of(reader)).where(*told_to(reader))
    for notice_id, copy in session.execute(wanted.where(Notice.id.in_(list(ids)))).all():
        if copy is None:
            _put_by(notice_id, reader.id)
        elif copy.read_at is None:
            copy.read_at = now()


def over(notices: Iterable[Notice]) -> set[UUID]:
    """The ids of those that leave nothing to do: the record has gone on since, the duty is settled, the paper renewed.

    A query for each kind of record.
    """
    moves: dict[str, list[Notice]] = defaultdict(list)
    windows: dict[str, list[Notice]] = defaultdict(list)
    duties: list[Notice] = []
    for each in notices:
        if each.kind == MOVE:
            moves[each.about_kind].append(each)
        if each.kind == WINDOW:
            windows[each.about_kind].append(each)
        if each.about_kind == Duty.__tablename__:
            duties.append(each)
    gone = {each.id for kind, found in moves.items() for each in _over(_MOVING[kind], found)}
    gone |= {each.id for kind, found in windows.items() for each in _renewed(PAPERS[kind], found)}
    return gone | {each.id for each in _settled(duties)}


def running(paper: Any) -> tuple[Any, ...]:
    """What a paper of such a kind must meet to be in force and not replaced."""
    return paper.retired_on.is_(None), paper.valid_until >= today()


def pace_of(person_id: UUID) -> str:
    found = session.scalars(select(NoticeWish.pace).where(NoticeWish.person_id == person_id)).first()
    return found or AT_ONCE


def choose_pace(person_id: UUID, pace: str) -> None:
    wish = session.scalars(select(NoticeWish).where(NoticeWish.person_id == person_id)).first()
    if wish is None:
        session.add(NoticeWish(person_id=person_id, pace=pace))
    else:
        wish.pace = pace


def _over(kind: Any, notices: Sequence[Notice]) -> Iterator[Notice]:
    states = select(kind.id, kind.state).where(kind.id.in_({each.about_id for each in notices}))
    now_in = {row.id: row.state for row in session.execute(states)}
    for each in notices:
        if now_in.get(each.about_id) not in kind.lifecycle.transition(each.detail).sources:
            yield each


def _settled(notices: Sequence[Notice]) -> list[Notice]:
    if not notices:
        return []
    still = set(session.scalars(select(Duty.id).where(Duty.id.in_({each.about_id for each in notices}), OPEN)))
    return [each for each in notices if each.about_id not in still]


def _renewed(paper: Any, notices: Sequence[Notice]) -> Iterator[Notice]:
    """Those of a paper that runs no more, or until another day than the one they tell of."""
    found = select(paper.id, paper.valid_until).where(paper.id.in_({each.about_id for each in notices}))
    keys = {row.id: runs(row.id, row.valid_until) for row in session.execute(found.where(*running(paper)))}
    for each in notices:
        if each.about_id not in keys or not (each.once or "").startswith(keys[each.about_id]):
            yield each


_MOVING: Mapping[str, Any] = {
    kind.__tablename__: kind for kind in all_records() if issubclass(kind, Moving) and hasattr(kind, "lifecycle")
}


def _with_copies(wanted: Select[Any], reader: Reader) -> Select[Any]:
    since = Notice.at > now() - LOOKED_BACK
    return wanted.outerjoin(NoticeCopy, _copy_of(reader)).where(*told_to(reader), since)


def _copy_of(reader: Reader) -> Any:
    return and_(NoticeCopy.notice_id == Notice.id, NoticeCopy.person_id == reader.id)


def _put_by(notice_id: UUID, person_id: UUID) -> None:
    """A worker may be handing out the same notice at this moment; then its copy is the one that was read."""
    try:
        with session.begin_nested():
            session.add(
                NoticeCopy(id=new_id(), notice_id=notice_id, person_id=person_id, read_at=now(), letter_id=None)
            )
    except IntegrityError:
        same = select(NoticeCopy).where(NoticeCopy.notice_id == notice_id, NoticeCopy.person_id == person_id)
        session.scalars(same).one().read_at = now()
