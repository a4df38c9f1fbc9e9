"""Writing to the ledger, reading it, and sealing it before anything commits."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select, inspect, select
from sqlalchemy import event as on
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import get_history

from portal.canonical import canonical, encoded, plain
from portal.db import ADDED_LATER, Books, Kept, Record, aside, new_id, now, session
from portal.pouring import pour
from portal.records.ledger import ENTRUSTMENT, ORGANISATION, LedgerEvent, LedgerStream
from portal.telling import read_body
from portal.tenancy import current_tenant, side_in

GENESIS = "0" * 64
UNHASHED = frozenset({"last_event_id"})
SAID_ELSEWHERE = UNHASHED | {"id", "version", "owner_id"}
PERSONAL = {"person": frozenset({"name", "email"}), "invitation": frozenset({"name", "email"})}
BODY_VERSION = 1
Stream = tuple[str, UUID]
_STREAMS: Any = LedgerStream.__table__
_EVENTS: Any = LedgerEvent.__table__
_SEALED = [
    _EVENTS.c[each]
    for each in ("id", "stream_id", "at", "event", "subject_kind", "subject_id", "body", "previous_hash", "seq", "hash")
]


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
    for _, same in groupby(rows, key=type):  # the walls let in the parts of an entrustment once it stands
        books.add_all(same)
        books.flush()
    body = _body(event, happened, by, (subject.__tablename__, subject.id), subject.version)
    body["rows"] = [
        {"kind": row.__tablename__, "id": str(row.id), "version": row.version, "hash": row_hash(row)} for row in rows
    ]
    body |= {"changes": changes, "reason": plain(reason), "told": plain(told or {})}
    _pending(books)[_stream_of(subject)].append((happened, body))
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
        for each in streams:
            looked = Told(new_id(), now())
            body = _body(event, looked, by, subject or each, version=None)
            _pending(apart)[each].append((looked, body | {"told": plain({"case": case} if case else {})}))
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
    return hashlib.sha256(b"row\0" + kind.encode() + b"\0" + canonical(sealed_values(kind, values))).hexdigest()


def sealed_values(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash of a row covers."""
    later = ADDED_LATER.get(kind, {})
    return {
        key: value
        for key, value in values.items()
        if key not in UNHASHED and not (key in later and value == later[key])
    }


def hash_of_event(previous_hash: str, body: str) -> str:
    return hashlib.sha256(b"event\0" + previous_hash.encode() + b"\0" + body.encode()).hexdigest()


def kept_records() -> list[type[Record]]:
    """Every table whose rows the ledger tells of, by name."""
    kept: list[Any] = [mapper.class_ for mapper in Record.registry.mappers if issubclass(mapper.class_, Kept)]
    return sorted(kept, key=lambda kind: kind.__tablename__)


def _body(event: str, happened: Told, by: Author, subject: Stream, version: int | None) -> dict[str, Any]:
    """What every event says; its number, and what it tells of, come to it."""
    kind, about = subject
    author = {
        "id": by.id,
        "name": by.name,
        "roles": sorted(by.role_names),
        "organisation_id": by.organisation_id,
        "organisation": by.organisation_name,
        "proved": by.proved,
    }
    body: dict[str, Any] = plain(
        {
            "v": BODY_VERSION,
            "id": happened.event_id,
            "at": happened.at,
            "actor": author,
            "event": event,
            "subject": {"kind": kind, "id": about, "version": version},
            "rows": [],
            "changes": {},
            "reason": None,
            "told": {},
        }
    )
    return body


def _changes(subject: Any) -> dict[str, list[Any]]:
    """What is about to be written of it, before and after."""
    masked, state = PERSONAL.get(subject.__tablename__, frozenset()), inspect(subject)
    changed: dict[str, list[Any]] = {}
    for key in {each.key for each in state.mapper.column_attrs} - state.unmodified - SAID_ELSEWHERE:
        if not (past := state.attrs[key].history).added:
            continue
        before, after = (past.deleted[0] if past.deleted else None), past.added[0]
        if before != after:
            changed[key] = ["…", "…"] if key in masked else [plain(before), plain(after)]
    return changed


def _stream_of(subject: Any) -> tuple[str, UUID]:
    entrustment_id = getattr(subject, "entrustment_id", None)
    return (ENTRUSTMENT, entrustment_id) if entrustment_id else (ORGANISATION, subject.owner_id)


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


def _pending(books: Session) -> dict[Stream, list[tuple[Told, dict[str, Any]]]]:
    """The events of this unit of work, which get their numbers at commit."""
    waiting: dict[Stream, list[tuple[Told, dict[str, Any]]]] = books.info.setdefault("ledger", defaultdict(list))
    return waiting


@on.listens_for(Books, "before_flush")
def _refuse_untold(books: Session, *_: object) -> None:
    for record in list(books.new) + [each for each in books.dirty if books.is_modified(each)]:
        if isinstance(record, Kept) and not get_history(record, "last_event_id").added:
            raise Unrecorded(f"{type(record).__name__} was written without telling the ledger")


@on.listens_for(Books, "before_commit")
def _seal(books: Session) -> None:
    """Give each waiting event its number and chain it; heads are locked last and always in the same order."""
    waiting = books.info.pop("ledger", {})
    if not waiting:
        return
    books.flush()
    door, streams = books.connection(), _STREAMS
    for kind, about_id in sorted(waiting, key=str):
        of_it = (streams.c.kind == kind) & (streams.c.about_id == about_id)
        head = door.execute(select(streams).where(of_it).with_for_update()).one()
        events = list(_chained(head, waiting[kind, about_id]))
        pour(door, _EVENTS, _SEALED, events)
        seq, chained = events[-1][-2:]
        door.execute(streams.update().where(streams.c.id == head.id).values(head_seq=seq, head_hash=chained))


def _chained(head: Any, waiting: Iterable[tuple[Told, dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    """The rows of events, each of which follows the one before it."""
    previous, stream = head.head_hash, [head.kind, str(head.about_id)]
    for seq, (happened, body) in enumerate(waiting, start=head.head_seq + 1):
        text = encoded(body | {"stream": stream, "seq": seq}).decode()
        chained, subject = hash_of_event(previous, text), body["subject"]
        about = (happened.at, body["event"], subject["kind"], UUID(subject["id"]))
        yield happened.event_id, head.id, *about, text, previous, seq, chained
        previous = chained


@on.listens_for(Books, "after_rollback")
def _forget(books: Session) -> None:
    books.info.pop("ledger", None)
