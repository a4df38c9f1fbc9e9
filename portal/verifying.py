"""Proving that nobody has rewritten the record: every chain, every row, in both directions."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import ColumnElement, Connection, String, Uuid, cast, select

from portal.canonical import plain
from portal.ledger import GENESIS, hash_of_event, hash_of_row, kept_records
from portal.lineage.sealing import seals
from portal.records.ledger import LedgerEvent, LedgerStream
from portal.records.lineage import Folio, Recording

Row = tuple[str, str]
AT_ONCE = 1000
_EVENTS: Any = select(
    LedgerEvent.seq,
    LedgerEvent.previous_hash,
    LedgerEvent.body,
    LedgerEvent.hash,
    cast(LedgerEvent.id, String),
    LedgerEvent.at,
    LedgerEvent.event,
    LedgerEvent.subject_kind,
    cast(LedgerEvent.subject_id, String),
)


class Trouble(IntEnum):
    """What can be wrong with a record; the number is the exit code."""

    CHAIN_BROKEN = 10
    ROW_DIFFERS = 11
    ROW_WITHOUT_EVENT = 12
    ROW_MISSING = 13
    GAP = 14
    SIGNATURE_BAD = 16


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong, and where."""

    trouble: Trouble
    says: str


class Told(NamedTuple):
    """What the ledger last said about a row; ``order`` is the row's version, and when that was said."""

    order: tuple[int, str]
    event_id: str
    hash: str


Tales = dict[Row, Told]


def verify(connection: Connection) -> Iterator[Found]:
    """Recompute everything and yield what does not agree; an honest record yields nothing.

    Works on the stored rows alone, without the walls: give it a connection that may read all of them.
    """
    told = Tales()
    yield from verify_chains(connection, told)
    yield from _rows(connection, told)
    yield from _facts(connection)


def verify_entrustment(connection: Connection, entrustment_id: UUID) -> list[Found]:
    """The same for one entrustment: its chain, and every row that hangs from it.  The caller sees to the walls."""
    told = Tales()
    found = list(verify_chains(connection, told, entrustment_id))
    return [*found, *_rows(connection, told, entrustment_id), *_facts(connection, entrustment_id)]


def verify_chains(connection: Connection, told: Tales, about_id: UUID | None = None) -> Iterator[Found]:
    """Every chain of events, or that of one stream alone; ``told`` learns what they say of each row."""
    streams = LedgerStream.__table__
    wanted = select(streams) if about_id is None else select(streams).where(streams.c.about_id == about_id)
    for stream in connection.execute(wanted).mappings().all():
        yield from _stream(connection, stream, told)


def _stream(connection: Connection, stream: Any, told: Tales) -> Iterator[Found]:
    name = f"stream {stream['kind']} {stream['about_id']}"
    previous, expected = GENESIS, 1
    for stored in _read(connection, _EVENTS.where(LedgerEvent.stream_id == stream["id"]).order_by(LedgerEvent.seq)):
        seq, previous_hash, text, chained, event_id, at, event, kind, subject_id = stored
        place = f"{name}, event {seq}"
        if seq != expected:
            yield Found(Trouble.GAP, f"{place}: event {expected} is missing before it")
        elif previous_hash != previous:
            yield Found(Trouble.CHAIN_BROKEN, f"{place}: does not follow the event before it")
        body = _parsed(text)
        beside = (seq, _hyphened(event_id), plain(at), event, kind, _hyphened(subject_id))
        if chained != hash_of_event(previous_hash, text) or _repeated(body) != beside:
            yield Found(Trouble.CHAIN_BROKEN, f"{place}: is not what was sealed")
        previous, expected = chained, seq + 1
        _note(body, told)
    if stream["head_seq"] > expected - 1:
        yield Found(Trouble.GAP, f"{name}: ends at event {expected - 1}, its head says {stream['head_seq']}")
    elif (stream["head_seq"], stream["head_hash"]) != (expected - 1, previous):
        yield Found(Trouble.CHAIN_BROKEN, f"{name}: its head is not its last event")


def _parsed(text: str) -> Any:
    try:
        return from_json(text)
    except ValueError:
        return None


def _repeated(body: Any) -> tuple[Any, ...] | None:
    """What the columns beside a body say once more; None where it does not say so much."""
    try:
        about = body["subject"]
        return body["seq"], body["id"], body["at"], body["event"], about["kind"], about["id"]
    except (KeyError, TypeError):
        return None


def _written(column: Any) -> ColumnElement[Any]:
    """A UUID as it is stored; nothing but its text is hashed."""
    return cast(column, String) if isinstance(column.type, Uuid) else column


def _hyphened(number: str) -> str:
    """A UUID as a body writes it; SQLite keeps it without hyphens."""
    if len(number) != 32:
        return number
    return f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"


def _note(body: Any, told: Tales) -> None:
    """Remember what was said last about each row: the highest version, and of one version the latest event."""
    try:
        at, event_id = str(body["at"]), str(body["id"])
        rows = [((row["kind"], row["id"]), (row["version"], at), row["hash"]) for row in body["rows"]]
    except (KeyError, TypeError):
        return
    for key, order, row_hash in rows:
        if key not in told or told[key].order <= order:
            told[key] = Told(order, event_id, row_hash)


def _rows(connection: Connection, told: Tales, entrustment_id: UUID | None = None) -> Iterator[Found]:
    """Each row against what was told last of it; of one entrustment alone when its id is given."""
    unseen = set(told)
    for kind in kept_records():
        table: Any = kind.__table__
        wanted = select(*map(_written, table.c))
        if entrustment_id is not None:
            if "entrustment_id" not in table.c:
                unseen -= {key for key in unseen if key[0] == table.name}
                continue
            wanted = wanted.where(table.c.entrustment_id == entrustment_id)
        names = table.c.keys()
        numbers = [column.name for column in table.c if isinstance(column.type, Uuid)]
        for values in _read(connection, wanted):
            row = dict(zip(names, values, strict=True))
            row |= {each: _hyphened(row[each]) for each in numbers if row[each] is not None}
            key = (table.name, row["id"])
            unseen.discard(key)
            if trouble := _row(table.name, row, told.get(key)):
                yield trouble
    for name, row_id in sorted(unseen):
        yield Found(Trouble.ROW_MISSING, f"{name} {row_id}: the ledger tells of it, the row is gone")


def _read(connection: Connection, wanted: Any) -> Iterator[Any]:
    """Many rows at a time, and never all of them."""
    for some in connection.execute(wanted, execution_options={"yield_per": AT_ONCE}).partitions():
        yield from some


def _row(name: str, row: dict[str, Any], last: Told | None) -> Found | None:
    if last is None:
        return Found(Trouble.ROW_WITHOUT_EVENT, f"{name} {row['id']}: no event tells of this row")
    try:
        same = hash_of_row(name, row) == last.hash
    except (TypeError, ValueError):
        same = False
    if not same or row["version"] != last.order[0] or row["last_event_id"] != last.event_id:
        return Found(Trouble.ROW_DIFFERS, f"{name} {row['id']}: differs from what event {last.event_id} said of it")
    return None


def _facts(connection: Connection, entrustment_id: UUID | None = None) -> Iterator[Found]:
    """The facts of making against the hash that their recording carries; of one entrustment alone when asked."""
    table, folio = Recording.__table__, Folio.__table__
    wanted, folios = select(table.c.number, table.c.id, table.c.facts, table.c.facts_hash), None
    if entrustment_id is not None:
        wanted = wanted.where(table.c.entrustment_id == entrustment_id)
        folios = list(connection.scalars(select(folio.c.number).where(folio.c.entrustment_id == entrustment_id)))
    found, told = seals(connection, folios), {number: rest for number, *rest in connection.execute(wanted)}
    for number, (recording_id, facts, facts_hash) in sorted(told.items()):
        seal = found.pop(number, None)
        if seal is None and facts:
            yield Found(Trouble.ROW_MISSING, f"recording {recording_id}: its {facts} facts are gone")
        elif seal is not None and (seal.facts, seal.hash) != (facts, facts_hash):
            yield Found(Trouble.ROW_DIFFERS, f"recording {recording_id}: its facts are not those that were told")
    if entrustment_id is None:
        for number in sorted(found):
            yield Found(Trouble.ROW_WITHOUT_EVENT, f"facts of recording {number}: nobody told of them")
