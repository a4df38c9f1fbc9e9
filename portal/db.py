"""Two engines, one session per request, one base for every record."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    Engine,
    ForeignKey,
    MetaData,
    TypeDecorator,
    Uuid,
    create_engine,
    event,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    scoped_session,
    sessionmaker,
)
from uuid_utils.compat import uuid7

CHINA = ZoneInfo("Asia/Shanghai")
# How many requests one process answers at a time: enough that a slow reader holds nobody up, few enough that they do
# not fight over one interpreter.  As many connections stay open: each has the walls built before it.
AT_A_TIME = 4
# One file has one writer: others wait for a connection, instead of each keeping one of six megabytes.
WRITERS_OF_A_FILE = 2
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# Columns that a table got after rows of it were told of, with what those rows hold there: hashed where they hold
# anything else, so that the hashes of the rows from before stay true.
ADDED_LATER: dict[str, dict[str, Any]] = {
    "batch": {"stage": "commercial"},
    "capa": {"check_within": None},
    "definition_inspection": dict.fromkeys(("coverage", "level", "aql", "may_be_reduced")),
    "definition_step": dict.fromkeys(("operation", "grade")),
    "lot_result": dict.fromkeys(("recorded_by_id", "piece")),
    "material_lot": dict.fromkeys(("serials", "rejections")),
    "nonconformity": {"serial_numbers": None},
    "stored_file": dict.fromkeys(("stage", "checks", "refused_because", "object_version", "awaited_until")),
}
# A foreign key checked when the transaction commits: rows that name each other may be written in any order.
AT_COMMIT: dict[str, Any] = {"deferrable": True, "initially": "DEFERRED"}


class Moment(TypeDecorator[datetime]):
    """An instant: aware going in, UTC at rest, aware coming out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive moment {value!r}")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_uuid_of = lru_cache(maxsize=4096)(UUID)


class Id(Uuid[UUID]):
    """An identifier.  Whose a row is and where it belongs is read from each row, and few among them differ."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.supports_native_uuid:
            return super().result_processor(dialect, coltype)  # type: ignore[no-untyped-call]
        return lambda stored: None if stored is None else _uuid_of(stored)


def new_id() -> UUID:
    """A UUIDv7: sorts by time, tells no stranger how many there are."""
    return uuid7()


# How far the clock of a told story is from the true one: portal/demo/clock.py alone sets it.
story_time: ContextVar[timedelta] = ContextVar("story_time", default=timedelta())


def now() -> datetime:
    return datetime.now(UTC) + story_time.get()


class Record(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {UUID: Id, datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON, list[str]: JSON}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)


class Kept:
    """A record whose every version is told in the ledger.

    ``version`` grows by one with each write; ``last_event_id`` is the event that told of it.  The foreign key is
    checked at commit, so a row without its event cannot be committed.
    """

    version: Mapped[int]

    @declared_attr
    def last_event_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("ledger_event.id", **AT_COMMIT))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Throwaway:
    """A row nobody has to keep: a count, a claim or a notice that may be deleted once it is old."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The same database twice: one way in that may write, one that cannot."""

    writing: Engine
    reading: Engine


_engines: list[Engines] = []
_reading: ContextVar[bool] = ContextVar("reading", default=False)


class Books(Session):
    """A session that goes to the read-only engine whenever the request may only read."""

    def get_bind(self, *_: Any, **__: Any) -> Engine:
        if self.bind is not None:
            return self.bind  # type: ignore[return-value]  # only engines are bound here
        return engines().reading if _reading.get() else engines().writing


session = scoped_session(sessionmaker(class_=Books, autoflush=True, expire_on_commit=False))


def engines() -> Engines:
    return _engines[-1]


def let_in(opened: Engines) -> Engines:
    """Work with these engines from now on; those opened before are let go.  Only portal.walls makes them."""
    session.remove()
    while _engines:
        old = _engines.pop()
        old.writing.dispose()
        old.reading.dispose()
    _engines.append(opened)
    return opened


def engine_for(url: str, *, read_only: bool = False) -> Engine:
    """The bare database, with no wall before it: for its owner and its verifier."""
    if url.startswith("sqlite"):
        connect = {"timeout": 30, "check_same_thread": False}
        places = AT_A_TIME if read_only else WRITERS_OF_A_FILE
        engine = create_engine(url, connect_args=connect, pool_size=places, max_overflow=0, hide_parameters=True)
        _prepare_sqlite(engine, read_only=read_only)
        return engine
    options = "-c timezone=UTC -c jit=off" + (" -c default_transaction_read_only=on" if read_only else "")
    kept: dict[str, Any] = {"pool_size": AT_A_TIME, "pool_pre_ping": True}
    return create_engine(url, connect_args={"options": options}, hide_parameters=True, **kept)


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    """Durable, strict SQLite whose writers queue at BEGIN instead of failing at COMMIT.

    The rollback journal, not the write-ahead log: libraries before 3.51.3 can corrupt a log on reset.
    """

    @event.listens_for(engine, "connect")
    def _open(dbapi: Any, _record: object) -> None:
        dbapi.isolation_level = None
        for pragma in ("foreign_keys = ON", "journal_mode = TRUNCATE", "synchronous = FULL", "trusted_schema = OFF"):
            dbapi.execute(f"PRAGMA {pragma}")
        if read_only:
            dbapi.execute("PRAGMA query_only = ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def reading() -> Iterator[None]:
    """Inside, the session cannot write: the connection itself refuses."""
    token = _reading.set(True)
    try:
        yield
    finally:
        session.remove()
        _reading.reset(token)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit if the block returns, roll back if it raises."""
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise


@contextmanager
def aside() -> Iterator[Session]:
    """A transaction of its own on the writing engine: what must be kept even if the request fails.

    On SQLite the caller must not hold the main session open, since one file has one writer.
    """
    token = _reading.set(False)
    try:
        with Books(expire_on_commit=False) as apart:
            yield apart
            apart.commit()
    finally:
        _reading.reset(token)


@contextmanager
def glance() -> Iterator[Session]:
    """A look of its own on the read-only engine: over before the request opens its own session."""
    with Books(bind=engines().reading, expire_on_commit=False) as apart:
        yield apart


def today() -> date:
    """The day it is in China, where every deadline of this law is counted."""
    return now().astimezone(CHINA).date()
