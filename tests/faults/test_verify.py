"""Whatever is done to the record behind the portal's back is found, named, and told apart."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
import rfc8785
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, DBAPIError

from portal.db import engines, new_id, session
from portal.ledger import kept_records
from portal.verifying import Trouble, verify
from portal.walls import verifiers_engine
from tests.breaking import break_in, without_keys
from tests.stage import as_the_verifier, sql, stored

KEPT = sorted(kind.__tablename__ for kind in kept_records())


@pytest.fixture
def found(app, world) -> Callable[[], dict[Trouble, list[str]]]:
    """What verification finds now: the troubles, each with what it says."""

    def _found():
        session.remove()
        told: dict[Trouble, list[str]] = {}
        with as_the_verifier() as connection:
            for each in verify(connection):
                told.setdefault(each.trouble, []).append(each.says)
        return told

    return _found


@dataclass
class Event:
    id: object
    seq: int
    body: str
    previous_hash: str
    hash: str
    stream_id: object


def chain(world) -> list[Event]:
    """The stored events of the common entrustment, first to last."""
    rows = sql(
        "SELECT e.id, e.seq, e.body, e.previous_hash, e.hash, e.stream_id FROM ledger_event e "
        "JOIN ledger_stream s ON s.id = e.stream_id WHERE s.about_id = :about ORDER BY e.seq",
        about=stored(world.entrustment),
    )
    return [Event(*row) for row in rows]


def sealed(previous_hash: str, body: str) -> str:
    return hashlib.sha256(b"event\0" + previous_hash.encode() + b"\0" + body.encode()).hexdigest()


def changed(event: Event, **values) -> str:
    return rfc8785.dumps({**json.loads(event.body), **values}).decode()


def test_an_honest_record_is_clean(found):
    assert found() == {}


def test_one_changed_row_of_each_table_is_named_and_no_other(found):
    """A wrong link to its event is a change as well; every table has that column and every row counts."""
    one, another = (event_id for (event_id,) in sql("SELECT id FROM ledger_event LIMIT 2"))
    break_in(*KEPT)
    expected = []
    for table in kept_with_rows():
        row_id, event_id = sql(f"SELECT id, last_event_id FROM {table} LIMIT 1")[0]
        other = another if event_id == one else one
        sql(f"UPDATE {table} SET last_event_id = :other WHERE id = :id", other=other, id=row_id)
        expected.append(_says(table, row_id, event_id))

    told = found()
    assert list(told) == [Trouble.ROW_DIFFERS]
    assert sorted(told[Trouble.ROW_DIFFERS]) == sorted(expected)


def test_one_changed_value_is_named(found, world):
    break_in("batch")
    sql("UPDATE batch SET scrapped = 0, passed = 1188 WHERE id = :id", id=stored(world.batch["opened"]))

    assert list(found()) == [Trouble.ROW_DIFFERS]
    assert found()[Trouble.ROW_DIFFERS][0].startswith(f"batch {world.batch['opened']}: differs")


def test_a_changed_version_alone_is_named(found, world):
    break_in("product")
    sql("UPDATE product SET version = version + 1 WHERE id = :id", id=stored(world.product))

    assert list(found()) == [Trouble.ROW_DIFFERS]


def test_a_value_that_could_never_be_hashed_is_a_changed_row_and_no_crash(found, world):
    if engines().writing.dialect.name == "postgresql":
        pytest.skip("PostgreSQL keeps its columns to their types")
    break_in("batch")
    sql("UPDATE batch SET planned = 1.5 WHERE id = :id", id=stored(world.batch["opened"]))

    assert list(found()) == [Trouble.ROW_DIFFERS]


def test_a_deleted_row_is_missed(found, world):
    break_in("invitation")
    sql("DELETE FROM invitation WHERE id = :id", id=stored(world.invitation))

    assert found() == {Trouble.ROW_MISSING: [f"invitation {world.invitation}: the ledger tells of it, the row is gone"]}


def test_a_deleted_row_that_others_rest_on_is_missed(found, world):
    break_in("batch")
    without_keys("DELETE FROM batch WHERE id = :id", id=stored(world.batch["opened"]))

    assert [f"batch {world.batch['opened']}: the ledger tells of it, the row is gone"] == found()[Trouble.ROW_MISSING]


def test_a_row_that_no_event_tells_of_is_named(found, world):
    ghost = new_id()
    columns = "owner_id, name, address, province, version, last_event_id"
    sql(
        f"INSERT INTO site (id, {columns}) SELECT :id, {columns} FROM site WHERE id = :like",
        id=stored(ghost),
        like=stored(world.site),
    )

    assert found() == {Trouble.ROW_WITHOUT_EVENT: [f"site {ghost}: no event tells of this row"]}


def test_a_changed_body_breaks_the_chain(found, world):
    event = chain(world)[5]
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = :body WHERE id = :id", body=changed(event, reason="because"), id=event.id)

    assert found() == {Trouble.CHAIN_BROKEN: [_at(world, 6, "is not what was sealed")]}


@pytest.mark.parametrize("body", ["", "{}", "[]", "not json", '{"rows": 1}'])
def test_a_body_that_is_nothing_at_all_breaks_the_chain_and_no_crash(found, world, body):
    event = chain(world)[5]
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = :body WHERE id = :id", body=body, id=event.id)

    assert _at(world, 6, "is not what was sealed") in found()[Trouble.CHAIN_BROKEN]


def test_a_body_with_its_own_hash_made_to_fit_breaks_the_chain_at_the_next(found, world):
    event = chain(world)[5]
    body = changed(event, reason="because")
    break_in("ledger_event")
    sql(
        "UPDATE ledger_event SET body = :body, hash = :hash WHERE id = :id",
        body=body,
        hash=sealed(event.previous_hash, body),
        id=event.id,
    )

    assert found() == {Trouble.CHAIN_BROKEN: [_at(world, 7, "does not follow the event before it")]}


def test_the_last_event_made_to_fit_is_betrayed_by_the_head(found, world):
    event = chain(world)[-1]
    body = changed(event, reason="because")
    break_in("ledger_event")
    sql(
        "UPDATE ledger_event SET body = :body, hash = :hash WHERE id = :id",
        body=body,
        hash=sealed(event.previous_hash, body),
        id=event.id,
    )

    assert list(found()) == [Trouble.CHAIN_BROKEN]
    assert "its head is not its last event" in found()[Trouble.CHAIN_BROKEN][0]


@pytest.mark.parametrize("column", ["event", "subject_kind"])
def test_a_column_that_no_longer_says_what_the_body_says_breaks_the_chain(found, world, column):
    event = chain(world)[5]
    break_in("ledger_event")
    sql(f"UPDATE ledger_event SET {column} = 'another' WHERE id = :id", id=event.id)

    assert found() == {Trouble.CHAIN_BROKEN: [_at(world, 6, "is not what was sealed")]}


def test_an_event_taken_out_of_the_middle_leaves_a_gap(found, world):
    event = chain(world)[5]
    break_in("ledger_event")
    without_keys("DELETE FROM ledger_event WHERE id = :id", id=event.id)

    assert Trouble.GAP in found()
    assert _at(world, 7, "event 6 is missing before it") in found()[Trouble.GAP]


def test_an_event_taken_out_and_the_rest_renumbered_still_breaks_the_chain(found, world):
    event = chain(world)[5]
    break_in("ledger_event")
    without_keys(
        "DELETE FROM ledger_event WHERE id = :id",
        "UPDATE ledger_event SET seq = -seq WHERE stream_id = :stream AND seq > :seq",
        "UPDATE ledger_event SET seq = -seq - 1 WHERE stream_id = :stream AND seq < 0",
        "UPDATE ledger_stream SET head_seq = head_seq - 1 WHERE id = :stream",
        id=event.id,
        stream=event.stream_id,
        seq=event.seq,
    )

    assert _at(world, 6, "does not follow the event before it") in found()[Trouble.CHAIN_BROKEN]


def test_a_chain_cut_short_is_a_gap(found, world):
    events = chain(world)
    break_in("ledger_event")
    without_keys("DELETE FROM ledger_event WHERE id = :id", id=events[-1].id)

    ends = (
        f"stream entrustment {_uuid(world.entrustment)}: ends at event {len(events) - 1}, its head says {len(events)}"
    )
    assert ends in found()[Trouble.GAP]


def test_a_chain_cut_short_together_with_its_head_is_betrayed_by_the_rows(found, world):
    events = chain(world)
    break_in("ledger_event")
    without_keys(
        "DELETE FROM ledger_event WHERE id = :id",
        "UPDATE ledger_stream SET head_seq = :seq, head_hash = :hash WHERE id = :stream",
        id=events[-1].id,
        seq=events[-2].seq,
        hash=events[-2].hash,
        stream=events[-1].stream_id,
    )

    assert set(found()) <= {Trouble.ROW_DIFFERS, Trouble.ROW_WITHOUT_EVENT}
    assert found()


def test_a_whole_chain_taken_away_leaves_its_rows_without_events(found, world):
    stream = chain(world)[0].stream_id
    break_in("ledger_event", "ledger_stream")
    without_keys(
        "DELETE FROM ledger_event WHERE stream_id = :stream",
        "DELETE FROM ledger_stream WHERE id = :stream",
        stream=stream,
    )

    assert f"entrustment {world.entrustment}: no event tells of this row" in found()[Trouble.ROW_WITHOUT_EVENT]


@pytest.mark.parametrize("verb", ["UPDATE ledger_event SET event = event", "DELETE FROM ledger_event"])
def test_the_database_itself_refuses_to_change_what_is_written(app, world, verb):
    with pytest.raises(DBAPIError, match="append-only"):
        sql(verb)


def test_the_database_itself_refuses_to_forget_a_chain(app, world):
    with pytest.raises(DBAPIError, match="append-only"):
        sql("DELETE FROM ledger_stream")


def refuses(statement, because):
    try:
        sql(statement)
    except DBAPIError as refused:
        return because in str(refused)
    return False


def kept_with_rows():
    return [table for table in KEPT if sql(f"SELECT id FROM {table} LIMIT 1")]


def test_the_database_itself_refuses_to_delete_a_record(app, world):
    tried = kept_with_rows()

    assert [each for each in tried if not refuses(f"DELETE FROM {each}", "append-only")] == []
    assert len(tried) > 50


def test_the_database_itself_refuses_a_change_without_its_event(app, world):
    wanting = "together with its event"
    tried = kept_with_rows()

    assert [each for each in tried if not refuses(f"UPDATE {each} SET owner_id = owner_id", wanting)] == []
    assert len(tried) > 50


def test_postgresql_refuses_to_empty_a_table(app, world):
    if engines().writing.dialect.name != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    tables = [*KEPT, "ledger_event", "ledger_stream"]

    assert [each for each in tables if not refuses(f"TRUNCATE {each} CASCADE", "append-only")] == []


def test_without_the_triggers_all_of_that_would_pass(app, world):
    """The negative control: it is the triggers that refuse."""
    break_in(*KEPT, "ledger_event", "ledger_stream")

    assert sql("UPDATE ledger_event SET event = event") > 0
    assert sql("UPDATE batch SET owner_id = owner_id") > 0
    without_keys("DELETE FROM batch", "DELETE FROM ledger_event", "DELETE FROM ledger_stream")
    if engines().writing.dialect.name == "postgresql":
        sql("TRUNCATE organisation CASCADE")
    assert sql("SELECT count(*) FROM ledger_event")[0][0] == 0


def test_verification_reads_past_the_walls_only_on_a_connection_of_its_own(app, found):
    """It never goes through the session, so a person's walls are not opened for it."""
    assert found() == {}
    assert list(session) == []


def test_the_verifier_cannot_write(app, world):
    verifier = verifiers_engine(app.config["SETTINGS"])
    with verifier.connect() as connection, pytest.raises(DatabaseError, match=r"(?i)read-?only|permission"):
        connection.execute(text("UPDATE ledger_stream SET head_seq = 0"))
    verifier.dispose()


def _uuid(record_id: UUID) -> str:
    return str(record_id)


def _at(world, seq: int, what: str) -> str:
    return f"stream entrustment {world.entrustment}, event {seq}: {what}"


def _says(table: str, row_id: object, event_id: object) -> str:
    told, event = (str(UUID(each)) if isinstance(each, str) else str(each) for each in (row_id, event_id))
    return f"{table} {told}: differs from what event {event} said of it"
