"""Whose records these are.  Written so that forgetting is an error, not a leak."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ForeignKey, Select, and_, event, or_, select, true
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, with_loader_criteria
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.sql.base import ExecutableOption

from portal.db import AT_COMMIT, Kept, Record, session, today
from workflows.engine import Side


class NoTenant(RuntimeError):
    """The database was asked something before anyone said on whose behalf."""


class WrongTenant(RuntimeError):
    """A record was about to be written into, or moved to, somebody else's books."""


@dataclass(frozen=True, slots=True)
class Standing:
    """On whose behalf the database is asked: one organisation, which person of it, and whether it may only look."""

    organisation_id: UUID
    person_id: UUID | None = None
    read_only: bool = False


_standing: ContextVar[Standing | None] = ContextVar("standing", default=None)
_crossing: ContextVar[str | None] = ContextVar("crossing", default=None)


@contextmanager
def acting_for(organisation_id: UUID, *, person_id: UUID | None = None, read_only: bool = False) -> Iterator[None]:
    """Serve one organisation; on leaving, let go of the transaction and of every record that was loaded for it."""
    standing = Standing(organisation_id, person_id, read_only)
    if _standing.get() not in (None, standing):
        raise WrongTenant("one unit of work serves one organisation")
    token = _standing.set(standing)
    try:
        yield
    finally:
        session.close()
        session.info.clear()
        _standing.reset(token)


@contextmanager
def beyond_tenants(why: str) -> Iterator[None]:
    """Before anybody knows whose books to open: who is this?  ``why`` says what for; the house tests list every caller.

    A session that begins in here reaches the tables about who somebody is, and no organisation's books.
    """
    token = _crossing.set(why)
    try:
        yield
    finally:
        _crossing.reset(token)


def current_tenant() -> UUID:
    return current_standing().organisation_id


def current_standing() -> Standing:
    if (standing := _standing.get()) is None:
        raise NoTenant("no organisation in scope")
    return standing


def is_crossing() -> bool:
    return _crossing.get() is not None


class Owned:
    """A record in somebody's books.  Mix in one of the kinds below, never this."""

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)


class Public(Owned):
    """Anybody may read it, as in a public register; only its own house writes it."""


class Private(Owned):
    """Nobody but its owner sees it."""


class Overseen(Owned):
    """A house's own record; the authority of its province sees it too while it looks on an entrustment of the house."""


class Joint(Owned):
    """Whoever takes part in its entrustment today sees it, and nobody else; without an entrustment, its owner."""

    entrustment_id: Mapped[Any] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)


class Shared(Joint):
    """A record of common work: it always belongs to an entrustment."""

    entrustment_id: Mapped[UUID] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)


class Sharable(Joint):
    """A record that may belong to an entrustment, or to one house alone."""

    entrustment_id: Mapped[UUID | None] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)


class OverseenAtHome(Joint):
    """A record that may belong to an entrustment, or to one house alone, where it is overseen."""

    entrustment_id: Mapped[UUID | None] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which lot of a material stands behind a record.

    Its column ``lot`` names it; or the ``lot`` of those rows of ``table`` does whose ``column`` names the record.
    """

    lot: str
    table: str | None = None
    column: str = ""


# What a kind of records says in place of this; a lot has no such id.
NO_LOT = Behind("owner_id")


class Upstream(Owned):
    """A house's own record of what it makes things of: seen as an overseen one is, and also by whoever takes part in
    common work that the lot behind it led to.
    """

    behind: ClassVar[Behind] = NO_LOT


class SharableUpstream(Joint):
    """A record that may belong to an entrustment, or to one house alone and be seen where the lot behind it led."""

    entrustment_id: Mapped[UUID | None] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)
    behind: ClassVar[Behind] = NO_LOT


class Identifying:
    """A house's record that is also read to find out who is asking."""


class Walled:
    """A record in nobody's books that a house needs all the same; the database alone says which rows: portal/walls."""


class Fact(Walled):
    """A row of the graph of making: its folio says whose it is, and what lies upstream of whose."""


class Participation(Kept, Shared, Record):
    """Who sees an entrustment, on which side, from when until when.  Written when the entrustment moves."""

    __tablename__ = "participation"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    side: Mapped[str]
    since: Mapped[date]
    until: Mapped[date | None]


class _Constant(BindParameter[Any]):
    """A value that stands unannotated in a statement, in however many places.

    SQLAlchemy annotates the values of a criterion anew for each entity that it is laid on.  The copies hash alike, so
    that each lookup of one compares it with the others, and each comparison builds an expression: a quarter of a page.
    """

    inherit_cache = True

    def _annotate(self, values: Any) -> Any:  # noqa: ARG002  theirs
        return self

    _with_annotations = _annotate


def _constant(value: Any, column: ColumnElement[Any]) -> BindParameter[Any]:
    return _Constant(None, value, type_=column.type, unique=True)


@lru_cache(maxsize=1024)
def entrustments_of(organisation_id: UUID, on: date) -> Select[tuple[UUID]]:
    """The entrustments an organisation takes part in on a day; asked with every statement, so put together once."""
    row = Participation.__table__.alias("taking_part")
    return select(row.c.entrustment_id).where(
        row.c.organisation_id == _constant(organisation_id, row.c.organisation_id),
        row.c.since <= _constant(on, row.c.since),
        or_(row.c.until.is_(None), row.c.until >= _constant(on, row.c.until)),
    )


@lru_cache(maxsize=1024)
def overseen_by(organisation_id: UUID, on: date) -> Select[tuple[UUID]]:
    """The houses whose own records an authority sees: of its province, and a party to what it looks on that day."""
    party, entry = Participation.__table__.alias("party"), Record.metadata.tables["organisation"]
    house, mine = entry.alias("overseen"), entry.alias("overseer")
    return (
        select(party.c.organisation_id)
        .join(house, house.c.id == party.c.organisation_id)
        .join(mine, and_(mine.c.id == organisation_id, mine.c.is_authority, mine.c.province == house.c.province))
        .where(party.c.side != Side.AUTHORITY.value)
        .where(party.c.entrustment_id.in_(entrustments_of(organisation_id, on)))
    )


def led_to(record: Any, folios: Select[tuple[int]]) -> ColumnElement[bool]:
    """Whether the lot behind a record is disclosed to one of these folios.  Whose lot it is the walls ask besides."""
    tables, behind = Record.metadata.tables, record.behind
    told, shown = tables["node"].alias("told"), tables["disclosure"].alias("shown")
    through = tables[behind.table].alias("behind") if behind.table else None
    lot = getattr(record, behind.lot) if through is None else through.c[behind.lot]
    wanted = select(true()).select_from(told.join(shown, shown.c.node == told.c.id))
    wanted = wanted.where(told.c.record_id == lot, shown.c.folio.in_(folios))
    if through is None:
        return wanted.correlate_except(told, shown).exists()
    wanted = wanted.where(through.c.owner_id == record.owner_id, through.c[behind.column] == record.id)
    return wanted.correlate_except(told, shown, through).exists()


def side_in(entrustment_id: UUID) -> Side | None:
    """On which side the organisation in scope stands today; None for a stranger.  A side once found is remembered."""
    known: dict[tuple[UUID, date], Side] = session.info.setdefault("sides", {})
    if (at := (entrustment_id, today())) not in known:
        found = session.scalars(
            select(Participation.side)
            .where(Participation.entrustment_id == entrustment_id, Participation.organisation_id == current_tenant())
            .where(Participation.since <= today(), or_(Participation.until.is_(None), Participation.until >= today()))
        ).first()
        if not found:
            return None
        known[at] = Side(found)
    return known[at]


def looks_on(entrustment_id: UUID | None) -> None:
    """Note that the authority in scope sees a record of this entrustment, so it takes part in it: to look on."""
    standing = _standing.get()
    if entrustment_id is not None and standing is not None and standing.read_only:
        session.info.setdefault("sides", {})[(entrustment_id, today())] = Side.AUTHORITY


@lru_cache(maxsize=1024)
def _open_to(mine: UUID, on: date) -> tuple[ExecutableOption, ...]:
    """What a house reads on a day, by whose books a record stands in; asked with every statement, put together once."""
    common, overseen = entrustments_of(mine, on), overseen_by(mine, on)
    folio = Record.metadata.tables["folio"].alias("in_common")
    folios = select(folio.c.number).where(folio.c.entrustment_id.in_(common))
    return (
        with_loader_criteria(Private, lambda record: record.owner_id == mine, include_aliases=True),
        with_loader_criteria(
            Overseen, lambda record: or_(record.owner_id == mine, record.owner_id.in_(overseen)), include_aliases=True
        ),
        with_loader_criteria(Shared, lambda record: record.entrustment_id.in_(common), include_aliases=True),
        with_loader_criteria(
            Sharable,
            lambda record: or_(
                and_(record.owner_id == mine, record.entrustment_id.is_(None)), record.entrustment_id.in_(common)
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            OverseenAtHome,
            lambda record: or_(
                and_(or_(record.owner_id == mine, record.owner_id.in_(overseen)), record.entrustment_id.is_(None)),
                record.entrustment_id.in_(common),
            ),
            include_aliases=True,
        ),
        with_loader_criteria(
            Upstream,
            lambda record: or_(record.owner_id == mine, record.owner_id.in_(overseen), led_to(record, folios)),
            include_aliases=True,
        ),
        with_loader_criteria(
            SharableUpstream,
            lambda record: or_(
                and_(record.owner_id == mine, record.entrustment_id.is_(None)),
                record.entrustment_id.in_(common),
                and_(record.entrustment_id.is_(None), led_to(record, folios)),
            ),
            include_aliases=True,
        ),
    )


@event.listens_for(Session, "do_orm_execute")
def _confine(work: ORMExecuteState) -> None:
    if _crossing.get():
        return
    kinds = [mapper.class_ for mapper in work.all_mappers] if work.is_orm_statement else []
    if kinds and all(issubclass(kind, Walled) for kind in kinds):
        current_tenant()
        return
    if not work.is_orm_statement or not work.is_select:
        raise NoTenant("Core, textual and bulk statements skip the walls and the ledger; use the ORM")
    mine = current_tenant()
    if unowned := [kind.__name__ for kind in kinds if not issubclass(kind, Owned | Walled)]:
        raise NoTenant(f"{unowned} are in nobody's books; portal.identity alone reads them")
    if not work.is_column_load:
        work.statement = work.statement.options(*_open_to(mine, today()))


@event.listens_for(Session, "before_flush")
def _stamp(books: Session, *_: object) -> None:
    if _crossing.get():
        return
    for record in books.deleted:
        raise WrongTenant(f"{record!r}: nothing is deleted here")
    for record in list(books.new) + [each for each in books.dirty if books.is_modified(each)]:
        if isinstance(record, Owned):
            _refuse_foreign(books, record, is_new=record in books.new)


def _refuse_foreign(books: Session, record: Any, *, is_new: bool) -> None:
    standing, mine = _standing.get(), current_tenant()
    if standing and standing.read_only:
        raise WrongTenant(f"{record!r}: this organisation may only look")
    if is_new and record.owner_id is None:
        record.owner_id = mine
    if any(get_history(record, wall).deleted for wall in ("owner_id", "entrustment_id") if hasattr(record, wall)):
        raise WrongTenant(f"{record!r} was about to change hands")
    shared_with_me = isinstance(record, Joint) and record.entrustment_id in _working_with(books, mine)
    if is_new and isinstance(record, Joint) and record.entrustment_id is not None and not shared_with_me:
        raise WrongTenant(f"{record!r} hangs from an entrustment of others")
    if record.owner_id != mine and (is_new or not shared_with_me):
        raise WrongTenant(f"{record!r} belongs to another organisation")


def _working_with(books: Session, mine: UUID) -> set[UUID]:
    """Entrustments in which this organisation may write: those of its own side, and one being made right now."""
    known: set[UUID] = books.info.get("working_with", set())
    if not known:
        with books.no_autoflush:
            known = set(books.connection().scalars(entrustments_of(mine, today())))
    made = {each.id for each in books.new if _is_an_entrustment(each) and each.owner_id == mine}
    books.info["working_with"] = known | made
    return known | made


def _is_an_entrustment(record: Any) -> bool:
    """It alone belongs to itself."""
    return isinstance(record, Shared) and record.entrustment_id == getattr(record, "id", None) is not None


def all_records() -> list[type[Record]]:
    return [mapper.class_ for mapper in Record.registry.mappers]
