"""Writing to the ledger, reading it, and sealing it before anything commits."""

import hashlib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol
from uuid import UUID

import rfc8785
from sqlalchemy import Select, inspect, select
from sqlalchemy import event as on
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import get_history

from portal.db import ADDED_LATER, Books, Kept, Record, aside, new_id, now, session
from portal.records.ledger import ENTRUSTMENT, ORGANISATION, LedgerEvent, LedgerStream
from portal.telling import read_body
from portal.tenancy import current_tenant, side_in

GENESIS = "0" * 64
UNHASHED = frozenset({"last_event_id"})
PERSONAL = {"person": frozenset({"name", "email"}), "invitation": frozenset({"name", "email"})}
BODY_VERSION = 1
Stream = tuple[str, UUID]
# In this order: a datetime is a date, a bool is an int.
_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (type(None) | bool | int, lambda value: value),
    (str, lambda value: unicodedata.normalize("NFC", value)),
    (UUID, str),
    (datetime, lambda value: value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")),
    (date, lambda value: value.isoformat()),
)
_BY_TYPE = {each: written for kind, written in _WRITTEN for each in getattr(kind, "__args__", (kind,))}


class Unrecorded(RuntimeError):
    """A kept record was about to be written without an event that tells of it."""


class Author(Protocol):
    """Whoever stands behind an event."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def organisation_name(self) -> str: ...
    @property
    def role_names(self) -> Sequence[str]: ...
    @property
    def proved(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What :func:`write` put down: when, and under which event."""

    event_id: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as a reader wants it: ``body`` parsed from ``text``, which is what ``hash`` covers.

    ``stream`` is its kind, organisation or entrustment, and the id of the one it is about.  ``readable`` is False where
    somebody spoilt the text; the body is empty then.
    """

    id: UUID
    seq: int
    at: datetime
    event: str
    hash: str
    body: Mapping[str, Any]
    previous_hash: str
    text: str
    stream: tuple[str, UUID]
    readable: bool = True


def open_stream(books: Session, kind: str, about_id: UUID) -> None:
    books.add(LedgerStream(kind=kind, about_id=about_id, head_seq=0, head_hash=GENESIS))


def begin_with(event_id: UUID | None) -> None:
    """The next event told in this unit of work bears this id; where there is one already, nothing is committed."""
    session.info["first event"] = event_id


def write(
    subject: Any,
    event: str,
    *,
    by: Author,
    also: Iterable[Any] = (),
    reason: str | None = None,
    told: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> Told:
    """Record that ``subject`` (and the rows in ``also``) were written, in the stream they belong to.

    The rows are flushed here; the event gets its number and its place in the chain at commit.  ``told`` adds what the
    event is about beyond the change itself: move, findings, signature.  Raises nothing of its own.
    """
    rows, books = [subject, *also], object_session(subject) or session()
    happened = Told(books.info.pop("first event", None) or new_id(), at or now())
    with books.no_autoflush:
        changes = _changes(subject)
    for row in rows:
        row.last_event_id = happened.event_id
    for row in rows:  # one after the other: the walls let in the parts of an entrustment once it stands
        books.add(row)
        books.flush()
    body = {
        "v": BODY_VERSION,
        "at": plain(happened.at),
        "actor": _author(by),
        "event": event,
        "subject": {"kind": subject.__tablename__, "id": str(subject.id), "version": subject.version},
        "rows": [
            {"kind": row.__tablename__, "id": str(row.id), "version": row.version, "hash": row_hash(row)}
            for row in rows
        ],
        "changes": changes,
        "reason": plain(reason),
        "told": plain(told or {}),
    }
    _pending(books).append((_stream_of(subject), happened, body))
    return happened


def witness(
    event: str,
    *,
    by: Author,
    case: str | None = None,
    subject: tuple[str, UUID],
    entrustment_id: UUID | None,
    owner_id: UUID,
) -> None:
    """Write that a record was read or taken, in a transaction of its own, before the page is shown.

    ``case`` is the case under which an authority looks.  If it cannot be written the caller gets the exception and
    shows nothing.  On SQLite the caller must have let go of the main session first.
    """
    stream = (ENTRUSTMENT, entrustment_id) if entrustment_id else (ORGANISATION, owner_id)
    witness_each(event, [stream], by=by, case=case, subject=subject)


def witness_each(
    event: str, streams: Iterable[Stream], *, by: Author, case: str | None = None, subject: Stream | None = None
) -> None:
    """In many streams at once: all are told, or none; unless a ``subject`` is given of entrustment and house itself."""
    with aside() as apart:
        _pending(apart).extend(_look(event, by, case, subject or each, each) for each in streams)
        apart.connection()


def entries(
    *,
    subject_id: UUID | None = None,
    entrustment_id: UUID | None = None,
    limit: int | None = 200,
    events: Collection[str] = (),
    subject_kind: str | None = None,
    before_seq: int | None = None,
    after_seq: int | None = None,
) -> list[Entry]:
    """Events newest first, of one entrustment's stream or of the own organisation's; of one record when asked.

    ``after_seq`` gives those that follow it most closely.  A stranger's stream is empty, as if it did not exist.
    """
    if (about := _readable(entrustment_id)) is None:
        return []
    forward = after_seq is not None and before_seq is None
    wanted = _in_stream(about).order_by(LedgerEvent.seq.asc() if forward else LedgerEvent.seq.desc()).limit(limit)
    if subject_id is not None:
        wanted = wanted.where(LedgerEvent.subject_id == subject_id)
    if events:
        wanted = wanted.where(LedgerEvent.event.in_(events))
    if subject_kind is not None:
        wanted = wanted.where(LedgerEvent.subject_kind == subject_kind)
    if before_seq is not None:
        wanted = wanted.where(LedgerEvent.seq < before_seq)
    if after_seq is not None:
        wanted = wanted.where(LedgerEvent.seq > after_seq)
    found = session.scalars(wanted).all()
    return [_entry(each, about) for each in (reversed(found) if forward else found)]


def entry(event_id: UUID) -> Entry | None:
    """One event, if its stream is the reader's own or of an entrustment the reader takes part in today."""
    wanted = (
        select(LedgerEvent, LedgerStream)
        .join(LedgerStream, LedgerStream.id == LedgerEvent.stream_id)
        .where(LedgerEvent.id == event_id)
    )
    found = session.execute(wanted).one_or_none()
    if found is None:
        return None
    event, stream = found
    about = (stream.kind, stream.about_id)
    readable = _readable(stream.about_id if stream.kind == ENTRUSTMENT else None)
    return _entry(event, about) if readable == about else None


def kinds_told(entrustment_id: UUID | None = None) -> list[tuple[str, str]]:
    """Which events on which kinds of record a stream holds: what a reader can narrow it by."""
    if (about := _readable(entrustment_id)) is None:
        return []
    wanted = _in_stream(about).with_only_columns(LedgerEvent.event, LedgerEvent.subject_kind).distinct()
    return sorted((event, kind) for event, kind in session.execute(wanted))


def head_of(entrustment_id: UUID) -> tuple[int, str]:
    """The number and the hash of the last event of an entrustment the reader takes part in."""
    if _readable(entrustment_id) is None:
        return 0, GENESIS
    wanted = select(LedgerStream).where(LedgerStream.kind == ENTRUSTMENT, LedgerStream.about_id == entrustment_id)
    head = session.scalars(wanted).one()
    return head.head_seq, head.head_hash


def row_hash(record: Any) -> str:
    """SHA-256 over the kind and the canonical JSON of every column but the link to the event itself."""
    columns = inspect(type(record)).column_attrs
    return hash_of_row(record.__tablename__, {each.key: getattr(record, each.key) for each in columns})


def hash_of_row(kind: str, values: Mapping[str, Any]) -> str:
    sealed = rfc8785.dumps(plain(sealed_values(kind, values)))
    return hashlib.sha256(b"row\0" + kind.encode() + b"\0" + sealed).hexdigest()


def sealed_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash of a row covers."""
    later = ADDED_LATER.get(kind, {})
    told = (key for key in values if key not in UNHASHED and not (key in later and values[key] == later[key]))
    return {key: values[key] for key in told}


def hash_of_event(previous_hash: str, body: str) -> str:
    return hashlib.sha256(b"event\0" + previous_hash.encode() + b"\0" + body.encode()).hexdigest()


def plain(value: Any) -> Any:
    """The value as JSON that hashes alike everywhere: NFC text, UTC microseconds, no floats.

    Raises :class:`TypeError` for anything that has no exact form.
    """
    if known := _BY_TYPE.get(type(value)):
        return known(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    for kind, written in _WRITTEN:
        if isinstance(value, kind):
            return written(value)
    raise TypeError(f"{value!r} has no canonical form")


def kept_records() -> list[type[Record]]:
    """Every table whose rows the ledger tells of, by name."""
    kept: list[Any] = [mapper.class_ for mapper in Record.registry.mappers if issubclass(mapper.class_, Kept)]
    return sorted(kept, key=lambda kind: kind.__tablename__)


def _author(by: Author) -> dict[str, Any]:
    return {
        "id": str(by.id),
        "name": plain(by.name),
        "roles": sorted(by.role_names),
        "organisation_id": str(by.organisation_id),
        "organisation": plain(by.organisation_name),
        "proved": by.proved,
    }


def _changes(subject: Any) -> dict[str, list[Any]]:
    masked = PERSONAL.get(subject.__tablename__, frozenset())
    changed: dict[str, list[Any]] = {}
    for attribute in inspect(type(subject)).column_attrs:
        key = attribute.key
        past = get_history(subject, key)
        if key in UNHASHED | {"id", "version", "owner_id"} or not past.added:
            continue
        before, after = (past.deleted[0] if past.deleted else None), past.added[0]
        if before != after:
            changed[key] = ["…", "…"] if key in masked else [plain(before), plain(after)]
    return changed


def _stream_of(subject: Any) -> tuple[str, UUID]:
    entrustment_id = getattr(subject, "entrustment_id", None)
    return (ENTRUSTMENT, entrustment_id) if entrustment_id else (ORGANISATION, subject.owner_id)


def _look(
    event: str, by: Author, case: str | None, subject: tuple[str, UUID], stream: tuple[str, UUID]
) -> tuple[tuple[str, UUID], Told, dict[str, Any]]:
    happened = Told(new_id(), now())
    body = {
        "v": BODY_VERSION,
        "at": plain(happened.at),
        "actor": _author(by),
        "event": event,
        "subject": {"kind": subject[0], "id": str(subject[1]), "version": None},
        "rows": [],
        "changes": {},
        "reason": None,
        "told": plain({"case": case} if case else {}),
    }
    return stream, happened, body


def _readable(entrustment_id: UUID | None) -> tuple[str, UUID] | None:
    """The stream asked for, or None when the reader takes no part in it."""
    if entrustment_id is None:
        return ORGANISATION, current_tenant()
    return (ENTRUSTMENT, entrustment_id) if side_in(entrustment_id) else None


def _in_stream(about: tuple[str, UUID]) -> Select[LedgerEvent]:
    return (
        select(LedgerEvent)
        .join(LedgerStream, LedgerStream.id == LedgerEvent.stream_id)
        .where(LedgerStream.kind == about[0], LedgerStream.about_id == about[1])
    )


def _entry(found: LedgerEvent, stream: tuple[str, UUID]) -> Entry:
    body, whole = read_body(found.body, event=found.event, subject_kind=found.subject_kind, subject_id=found.subject_id)
    told = (found.id, found.seq, found.at, found.event, found.hash, body, found.previous_hash, found.body, stream)
    return Entry(*told, readable=whole)


def _pending(books: Session) -> list[tuple[tuple[str, UUID], Told, dict[str, Any]]]:
    waiting: list[tuple[tuple[str, UUID], Told, dict[str, Any]]] = books.info.setdefault("ledger", [])
    return waiting


@on.listens_for(Books, "before_flush")
def _refuse_untold(books: Session, *_: object) -> None:
    for record in list(books.new) + [each for each in books.dirty if books.is_modified(each)]:
        if isinstance(record, Kept) and not get_history(record, "last_event_id").added:
            raise Unrecorded(f"{type(record).__name__} was written without telling the ledger")


@on.listens_for(Books, "before_commit")
def _seal(books: Session) -> None:
    """Give each waiting event its number and chain it; heads are locked last and always in the same order."""
    waiting = books.info.pop("ledger", [])
    if not waiting:
        return
    books.flush()
    door = books.connection()
    streams: Any = LedgerStream.__table__
    events: Any = LedgerEvent.__table__
    for about in sorted({stream for stream, _, _ in waiting}, key=str):
        head = door.execute(
            select(streams).where(streams.c.kind == about[0], streams.c.about_id == about[1]).with_for_update()
        ).one()
        seq, previous = head.head_seq, head.head_hash
        rows = []
        for stream, happened, body in waiting:
            if stream != about:
                continue
            seq += 1
            sealed = {**body, "id": str(happened.event_id), "stream": [about[0], str(about[1])], "seq": seq}
            text = rfc8785.dumps(sealed).decode()
            chained = hash_of_event(previous, text)
            rows.append(
                {
                    "id": happened.event_id,
                    "stream_id": head.id,
                    "seq": seq,
                    "at": happened.at,
                    "event": body["event"],
                    "subject_kind": body["subject"]["kind"],
                    "subject_id": UUID(body["subject"]["id"]),
                    "body": text,
                    "previous_hash": previous,
                    "hash": chained,
                }
            )
            previous = chained
        door.execute(events.insert(), rows)
        door.execute(streams.update().where(streams.c.id == head.id).values(head_seq=seq, head_hash=previous))


@on.listens_for(Books, "after_rollback")
def _forget(books: Session) -> None:
    books.info.pop("ledger", None)
