"""portal trail verify: what it says, and with which number it ends."""

import pytest
from click.testing import CliRunner

from portal.commands.trail import trail
from portal.db import engines, new_id
from portal.verifying import Trouble
from tests.breaking import break_in, without_keys
from tests.stage import sql, stored


@pytest.fixture
def verify(app, world, monkeypatch, tmp_path):
    """Run the command as an operator would, on the database of this test."""
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_DATABASE_URL", engines().writing.url.render_as_string(hide_password=False))

    return lambda: CliRunner().invoke(trail, ["verify"])


def _event(world, seq=6):
    return sql(
        "SELECT e.id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE s.about_id = :id AND e.seq = :seq",
        id=stored(world.entrustment),
        seq=seq,
    )[0][0]


def test_an_honest_record_ends_with_nothing(verify):
    answer = verify()

    assert (answer.exit_code, answer.output) == (0, "The record is whole: every chain, every row.\n")


def test_a_broken_chain_ends_with_ten(verify, world):
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = '{}' WHERE id = :id", id=_event(world))
    answer = verify()

    assert answer.exit_code == 10
    assert f"10 chain broken: stream entrustment {world.entrustment}, event 6" in answer.output


def test_a_row_that_differs_ends_with_eleven_and_names_table_and_id(verify, world):
    break_in("batch")
    sql("UPDATE batch SET planned = planned + 1 WHERE id = :id", id=stored(world.batch["recorded"]))
    answer = verify()

    assert answer.exit_code == 11
    assert answer.output.startswith(f"11 row differs: batch {world.batch['recorded']}: differs from what event")
    assert len(answer.output.splitlines()) == 1


def test_a_row_without_event_ends_with_twelve(verify, world):
    ghost, columns = new_id(), "owner_id, name, address, province, version, last_event_id"
    sql(
        f"INSERT INTO site (id, {columns}) SELECT :id, {columns} FROM site WHERE id = :like",
        id=stored(ghost),
        like=stored(world.site),
    )
    answer = verify()

    assert (answer.exit_code, answer.output) == (
        12,
        f"12 row without event: site {ghost}: no event tells of this row\n",
    )


def test_a_missing_row_ends_with_thirteen(verify, world):
    break_in("invitation")
    sql("DELETE FROM invitation WHERE id = :id", id=stored(world.invitation))
    answer = verify()

    assert answer.exit_code == 13
    assert f"13 row missing: invitation {world.invitation}" in answer.output


def test_a_missing_event_ends_with_fourteen(verify, world):
    """The witness of an authority writes no row, so nothing but the gap betrays that it is gone."""
    break_in("ledger_event")
    seq = _looked(world)
    without_keys("DELETE FROM ledger_event WHERE id = :id", id=_event(world, seq))
    answer = verify()

    assert answer.exit_code == 14
    assert (
        f"14 gap: stream entrustment {world.entrustment}: ends at event {seq - 1}, its head says {seq}" in answer.output
    )


def test_of_several_troubles_the_gravest_gives_the_number_and_all_are_named(verify, world):
    break_in("ledger_event", "batch")
    sql("UPDATE ledger_event SET body = '{}' WHERE id = :id", id=_event(world))
    sql("UPDATE batch SET planned = planned + 1 WHERE id = :id", id=stored(world.batch["recorded"]))
    answer = verify()

    assert answer.exit_code == min(Trouble)
    assert {line.split(" ")[0] for line in answer.output.splitlines()} >= {"10", "11"}


def test_it_changes_nothing(verify):
    before = sql("SELECT count(*), max(seq) FROM ledger_event")
    verify()

    assert sql("SELECT count(*), max(seq) FROM ledger_event") == before


def test_a_database_that_cannot_be_read_is_said_plainly(verify, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    answer = verify()

    assert answer.exit_code == 1
    assert "could not be read" in answer.output


def _looked(world) -> int:
    """Let an inspector look; returns the number of the event that tells of it."""
    from portal import ledger  # noqa: PLC0415  needs the world first
    from portal.founding import Operator  # noqa: PLC0415
    from portal.tenancy import acting_for  # noqa: PLC0415

    by = Operator(world.person["shanghai/authority-inspector"], world.org["shanghai"], "authority")
    with acting_for(world.org["shanghai"], person_id=by.id, read_only=True):
        ledger.witness_each("entrustment.read", [("entrustment", world.entrustment)], by=by)
    return sql("SELECT head_seq FROM ledger_stream WHERE about_id = :id", id=stored(world.entrustment))[0][0]
