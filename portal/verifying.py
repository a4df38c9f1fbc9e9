"""Proving that nobody has rewritten the record: every chain, every row, in both directions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from portal.canonical import plain
from portal.ledger import GENESIS, hash_of_event, hash_of_row, kept_records
from portal.lineage.sealing import seals
from portal.records.ledger import LedgerEvent, LedgerStream
from portal.records.lineage import Folio, Recording

Row = tuple[str, str]


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


@dataclass(frozen=True, slots=True)
class Told:
    """What the ledger last said about a row."""

    event_id: str
    version: int
    hash: str


def verify(connection: Connection) -> Iterator[Found]:
    """Recompute everything and yield what does not agree; an honest record yields nothing.

    Works on the stored rows alone, without the walls: give it a connection that may read all of them.
    """
    told: dict[Row, tuple[tuple[int, str], Told]] = {}
    for stream in connection.execute(select(LedgerStream.__table__)).mappings():
        yield from _stream(connection, stream, told)
    yield from _rows(connection, {row: last for row, (_, last) in told.items()})
    yield from _facts(connection)


def _stream(connection: Connection, stream: Any, told: dict[Row, tuple[tuple[int, str], Told]]) -> Iterator[Found]:
    name = f"stream {stream['kind']} {stream['about_id']}"
    events, previous, expected = LedgerEvent.__table__, GENESIS, 1
    for event in connection.execute(
        select(events).where(events.c.stream_id == stream["id"]).order_by(events.c.seq)
    ).mappings():
        place = f"{name}, event {event['seq']}"
        if event["seq"] != expected:
            yield Found(Trouble.GAP, f"{place}: event {expected} is missing before it")
            expected = event["seq"]
        elif event["previous_hash"] != previous:
            yield Found(Trouble.CHAIN_BROKEN, f"{place}: does not follow the event before it")
        if event["hash"] != hash_of_event(event["previous_hash"], event["body"]) or not _repeats(event):
            yield Found(Trouble.CHAIN_BROKEN, f"{place}: is not what was sealed")
        previous, expected = event["hash"], expected + 1
        _note(event, told)
    if stream["head_seq"] > expected - 1:
        yield Found(Trouble.GAP, f"{name}: ends at event {expected - 1}, its head says {stream['head_seq']}")
    elif (stream["head_seq"], stream["head_hash"]) != (expected - 1, previous):
        yield Found(Trouble.CHAIN_BROKEN, f"{name}: its head is not its last event")


def _repeats(event: Any) -> bool:
    """Whether the columns beside the body still say what the body says."""
    try:
        body = json.loads(event["body"])
        told = (body["id"], body["seq"], body["at"], body["event"], body["subject"]["kind"], body["subject"]["id"])
    except (ValueError, KeyError, TypeError):
        return False
    return told == (
        str(event["id"]),
        event["seq"],
        plain(event["at"]),
        event["event"],
        event["subject_kind"],
        str(event["subject_id"]),
    )


def _note(event: Any, told: dict[Row, tuple[tuple[int, str], Told]]) -> None:
    """Remember what was said last about each row: the highest version, and of one version the latest event."""
    try:
        body = json.loads(event["body"])
        rows = [((row["kind"], row["id"]), row["version"], row["hash"]) for row in body["rows"]]
        at, event_id = str(body["at"]), str(body["id"])
    except (ValueError, KeyError, TypeError):
        return
    for key, version, row_hash in rows:
        order = (version, at)
        if key not in told or told[key][0] <= order:
            told[key] = (order, Told(event_id, version, row_hash))


def _rows(connection: Connection, told: dict[Row, Told], entrustment_id: UUID | None = None) -> Iterator[Found]:
    """Each row against what was told last of it; of one entrustment alone when its id is given."""
    unseen = set(told)
    for kind in kept_records():
        table: Any = kind.__table__
        wanted = select(table)
        if entrustment_id is not None:
            if "entrustment_id" not in table.c:
                unseen -= {key for key in unseen if key[0] == table.name}
                continue
            wanted = wanted.where(table.c.entrustment_id == entrustment_id)
        for row in connection.execute(wanted).mappings():
            key = (table.name, str(row["id"]))
            unseen.discard(key)
            if trouble := _row(table.name, row, told.get(key)):
                yield trouble
    for name, row_id in sorted(unseen):
        yield Found(Trouble.ROW_MISSING, f"{name} {row_id}: the ledger tells of it, the row is gone")


def _row(name: str, row: Any, last: Told | None) -> Found | None:
    if last is None:
        return Found(Trouble.ROW_WITHOUT_EVENT, f"{name} {row['id']}: no event tells of this row")
    try:
        same = hash_of_row(name, dict(row)) == last.hash
    except (TypeError, ValueError):
        same = False
    if not same or row["version"] != last.version or str(row["last_event_id"]) != last.event_id:
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


def verify_entrustment(connection: Connection, entrustment_id: UUID) -> list[Found]:
    """The same for one entrustment: its chain, and every row that hangs from it.  The caller sees to the walls."""
    streams = LedgerStream.__table__
    told: dict[Row, tuple[tuple[int, str], Told]] = {}
    found: list[Found] = []
    for stream in connection.execute(select(streams).where(streams.c.about_id == entrustment_id)).mappings():
        found += _stream(connection, stream, told)
    found += _rows(connection, {row: last for row, (_, last) in told.items()}, entrustment_id)
    return found + list(_facts(connection, entrustment_id))
