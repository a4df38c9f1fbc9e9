"""`portal errands`: killed in the middle of a part, two at once, cut off from the database: as if it had run once."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest
import time_machine
from sqlalchemy import text

from portal.commands.errands import Errand, make_a_round
from portal.commands.findings import jobs_on_the_way
from portal.commands.waiting import let_go_on, read_all, take_all
from portal.db import engines, now, session
from portal.intakes import running, working
from portal.making import capturing, events_told, trying
from portal.making.trying import LEASE, MOST_TRIES, PAUSE
from portal.verifying import verify
from tests.api.knocking import register
from tests.api.test_epcis_capture import CAPTURE, as_json, gtin, number, pieces
from tests.faults.dying import in_a_process, killed_at
from tests.faults.test_cut_connections import towards_postgresql
from tests.stage import KEY, as_the_verifier, behind_the_walls, sql

__all__ = ["gtin", "number", "pieces", "towards_postgresql"]
EVERY_OTHER_ENDS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE pid <> pg_backend_pid() AND datname = current_database()"""
AT_THE_COMMIT = (b"UPDATE capture", b"COMMIT")


@pytest.fixture
def beside(app):
    """What is done beside the server, one round of it; ``later`` says how many leases after now."""

    def _round(job, later=0):
        with app.app_context(), time_machine.travel(now() + later * (LEASE + PAUSE), tick=True):
            return job(app.extensions["store"])

    return _round


@pytest.fixture
def sent(app, world, pieces):
    """A document of two events that waits, and how its job stands."""
    mes = register(app, world, "hengrui")
    answer = mes.post(CAPTURE, as_json(pieces), Content_Type="application/ld+json")
    assert answer.status_code == 202

    def _job():
        mes.taken.clear()  # a token lasts as long as a few tries
        return mes.get(answer.headers["Location"].removeprefix("/api/v1")).json

    return _job


@pytest.fixture
def in_parts(monkeypatch):
    """Each act of a file is a part of its own."""
    monkeypatch.setattr(running, "A_PART", 1)


def the_file():
    """Of the demonstration's file that waits: how it stands, and what the graph holds of it."""
    (row,) = sql("SELECT stage, done, taken, known, recordings, sha256 FROM intake WHERE stage <> 'received'")
    stage, done, taken, known, recordings, sha256 = row
    told = sql("SELECT count(*) FROM recording WHERE origin_ref LIKE :it", it=f"{sha256}%")[0][0]
    recordings = json.loads(recordings) if isinstance(recordings, str) else recordings
    return {"stage": stage, "left": done - taken, "known": known, "parts": taken == told == len(recordings)}


READ_ONCE = {"stage": "taken", "left": 0, "known": 0, "parts": True}


def activities():
    return sql("SELECT count(*) FROM activity")[0][0]


def is_whole():
    with as_the_verifier() as books:
        return list(verify(books)) == []


def test_a_file_killed_in_the_middle_of_a_part_is_read_as_if_once(beside, in_parts, monkeypatch):
    with monkeypatch.context() as deadly:
        deadly.setattr(working, "came_further", killed_at(working.came_further, 2))
        assert in_a_process(partial(beside, read_all)) == signal.SIGKILL
    assert the_file()["stage"] == "running"
    assert beside(read_all) == 0  # whoever has it in hand may still be at it

    assert beside(read_all, later=1) == 1
    assert the_file() == READ_ONCE
    assert is_whole()


@pytest.mark.negative_control
def test_a_part_that_is_not_noted_with_what_it_wrote_is_noticed(beside, in_parts, monkeypatch):
    def torn(*given, **named):
        outcome = put(*given, **named)
        session.commit()
        return outcome

    put = running.put_on_record
    with monkeypatch.context() as deadly:
        deadly.setattr(running, "put_on_record", killed_at(torn, 2))
        assert in_a_process(partial(beside, read_all)) == signal.SIGKILL

    assert beside(read_all, later=1) == 1
    assert the_file() != READ_ONCE


def test_a_document_killed_before_its_end_is_gone_through_as_if_once(beside, sent, monkeypatch):
    before = activities()
    with monkeypatch.context() as deadly:
        deadly.setattr(events_told, "put_on_record", killed_at(events_told.put_on_record))
        assert in_a_process(partial(beside, take_all)) == signal.SIGKILL
    assert (sent()["running"], activities()) == (True, before)
    assert beside(take_all) == 0

    assert beside(take_all, later=1) == 1
    assert (sent()["success"], sent()["written"], activities()) == (True, 2, before + 2)
    assert is_whole()


@pytest.mark.negative_control
def test_a_document_whose_acts_are_not_written_with_its_end_is_noticed(beside, sent, monkeypatch):
    def torn(*given, **named):
        outcome = put(*given, **named)
        session.commit()
        return outcome

    put = events_told.put_on_record
    with monkeypatch.context() as deadly:
        deadly.setattr(events_told, "put_on_record", killed_at(torn))
        assert in_a_process(partial(beside, take_all)) == signal.SIGKILL

    assert beside(take_all, later=1) == 1
    assert sent()["written"] == 0


def test_a_job_that_kills_its_process_is_left_after_three_tries_until_somebody_has_it_taken_up(
    beside, sent, monkeypatch
):
    with monkeypatch.context() as deadly:
        deadly.setattr(events_told, "_understood", killed_at(events_told._understood))
        ends = [in_a_process(partial(beside, take_all, later=each)) for each in range(MOST_TRIES + 1)]
    assert ends == [signal.SIGKILL] * MOST_TRIES + [0]

    with time_machine.travel(now() + MOST_TRIES * (LEASE + PAUSE)):
        job = sent()
        with as_the_verifier() as door:
            wrong = [each for each in jobs_on_the_way(door) if each.well is False]
    assert (job["running"], job["success"]) == (False, False)
    assert "3 times without a result, last with the end of the process" in job["errors"][0]["detail"]
    assert [each.what for each in wrong] == ["1 jobs broke 3 times and are left alone."]
    assert beside(lambda _store: let_go_on(), later=9) == 1
    assert beside(take_all, later=9) == 1
    assert sent()["written"] == 2


@pytest.mark.negative_control
def test_tries_that_nobody_counts_have_no_end(beside, sent, monkeypatch):
    monkeypatch.setattr(events_told, "_understood", killed_at(events_told._understood))
    for _ in range(MOST_TRIES + 1):
        assert in_a_process(partial(beside, take_all)) == signal.SIGKILL
        sql("DELETE FROM attempt")


def meanwhile(beside, monkeypatch):
    """What another process goes through while this one has a document in hand and has not begun."""
    begin, other = capturing._gone_through, []

    def look(store):
        if take_all(store):
            os.kill(os.getpid(), signal.SIGUSR1)

    def slowly(job):
        monkeypatch.setattr(capturing, "_gone_through", begin)
        session.remove()
        other.append(in_a_process(partial(beside, look)))
        return begin(job)

    monkeypatch.setattr(capturing, "_gone_through", slowly)
    beside(take_all)
    return other


def test_of_two_at_once_one_leaves_the_document_to_the_other(beside, sent, monkeypatch):
    before = activities()

    assert meanwhile(beside, monkeypatch) == [0]
    assert (sent()["written"], activities()) == (2, before + 2)


@pytest.mark.negative_control
def test_without_the_lease_the_other_takes_it_too(beside, sent, monkeypatch):
    monkeypatch.setattr(trying, "LEASE", -PAUSE)

    assert meanwhile(beside, monkeypatch) == [signal.SIGUSR1]


def test_a_commit_whose_answer_is_lost_and_a_database_that_ends_every_connection(app, beside, sent, towards_postgresql):
    before, towards_postgresql.cues = activities(), AT_THE_COMMIT

    assert beside(take_all) == 0
    assert towards_postgresql.seen.count("lose") == 1
    assert beside(take_all, later=1) == 0
    assert (sent()["running"], sent()["written"], activities()) == (False, 2, before + 2)


def test_a_restart_of_the_database_in_the_middle_counts_as_no_try(beside, sent, engine, monkeypatch):
    """Every connection ends at once, which is what a restart is to those who had one."""
    if engine == "sqlite":
        pytest.skip("no connection leads to a file")
    read, ends = events_told._understood, list(range(MOST_TRIES + 1))

    def cut_off(job):
        if ends:
            ends.pop()
            with behind_the_walls().begin() as door:
                door.execute(text(EVERY_OTHER_ENDS))
        return read(job)

    monkeypatch.setattr(events_told, "_understood", cut_off)
    for each in range(MOST_TRIES + 1):
        assert beside(take_all, later=each) == 0

    assert beside(take_all, later=9) == 1
    assert (sent()["success"], sent()["written"]) == (True, 2)


def test_an_errand_that_breaks_costs_no_other_its_turn(app):
    done = []
    told = [
        Errand("broken", lambda _: {}["nothing"]),
        Errand("unreached", lambda _: False),
        Errand("fine", done.append),
    ]

    with app.app_context():
        assert make_a_round(told, "the store") == ["broken", "unreached"]
    assert done == ["the store"]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_command_goes_through_what_waits_and_ends_when_it_is_asked_to(app, sent, tmp_path):
    url = engines().writing.url.render_as_string(hide_password=False)
    (tmp_path / "files").symlink_to(app.extensions["store"].shelf.folder)
    environ = os.environ | {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": url, "PORTAL_SECRET_KEY": KEY}
    beside = subprocess.Popen([sys.executable, "-m", "portal", "errands", "--every", "1"], env=environ)
    try:
        last = time.monotonic() + 60
        while sent()["running"] and time.monotonic() < last:
            time.sleep(0.1)
        beside.send_signal(signal.SIGTERM)
        assert beside.wait(30) == 0
    finally:
        beside.kill()
    assert (sent()["success"], the_file()["stage"]) == (True, "taken")
