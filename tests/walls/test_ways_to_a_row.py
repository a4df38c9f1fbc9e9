"""However a row is reached, a rival at the same plant learns nothing and changes nothing: on either database."""

import contextlib
import hashlib

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from portal.db import Books, engines
from portal.tenancy import WrongTenant, beyond_tenants
from tests.stage import sql
from tests.walls.conftest import foreign_to_a_rival, nothing_laid, rivals_books, tear_down
from tests.walls.ways import BATCH, LEAVING, READING, WRITING, driver


def fingerprint() -> str:
    """Every row of every table a stranger could have touched."""
    rows = [sql(f"SELECT * FROM {table} ORDER BY id") for table in ("batch", "product", "nonconformity", "verdict")]
    rows += [sql(f"SELECT * FROM {table} ORDER BY id") for table in ("ledger_event", "ledger_stream", "web_session")]
    rows.append(sql("SELECT about FROM security_event WHERE event = 'x'"))
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def test_no_way_of_reading_tells_a_rival_anything(foreign, rival, layers):
    telling = []
    for way, read in READING.items():
        with rival() as books, contextlib.suppress(Exception):
            if foreign.is_told_by(read(books, foreign)):
                telling.append(way)

    assert telling == []


def test_no_way_of_writing_touches_a_rivals_row(foreign, rival, layers):
    touching, before = [], fingerprint()
    for way, write in WRITING.items():
        with rival(writing=True) as books, contextlib.suppress(Exception):
            told = write(books, foreign)
            books.commit()
            if foreign.is_told_by(told):
                touching.append(way)
        if fingerprint() != before:
            touching.append(way)

    assert touching == []


def test_there_is_no_door_out_of_the_walls(foreign, rival, engine):
    for statement in LEAVING[engine]:
        before = fingerprint()
        with rival(writing=True) as books:
            try:
                told = books.connection().exec_driver_sql(statement)
                told = told.fetchall() if told.returns_rows else None
                books.commit()
            except (DBAPIError, WrongTenant):
                told = None
        assert not foreign.is_told_by(told), statement
        assert fingerprint() == before, statement
        with rival(writing=True) as books:
            assert not foreign.is_told_by(driver(books, "SELECT number FROM batch")), f"after {statement}"


def test_a_rivals_row_cannot_be_locked(foreign, rival, layers):
    with rival(writing=True) as books:
        wanted = select(BATCH.c.number).where(BATCH.c.id == foreign.batch_id).with_for_update()
        assert books.connection().execute(wanted).all() == []


def test_a_page_that_only_reads_cannot_write_its_own_rows_either(foreign, rival):
    with rival() as books, pytest.raises(DBAPIError, match=r"(?i)not authorized|permission denied|read-only"):
        books.connection().execute(BATCH.update().where(BATCH.c.id == foreign.own_batch_id).values(label_version="X"))


def test_asking_who_somebody_is_opens_no_books(foreign, rival, world):
    with beyond_tenants("identity: test"), Books(bind=engines().reading) as books:
        for table in ("batch", "product", "entrustment", "agreement", "ledger_event", "ledger_stream", "exhibit"):
            assert driver(books, f"SELECT * FROM {table}") == [], table
        assert driver(books, "SELECT email FROM person")


def test_nobody_in_scope_sees_nothing_at_all(foreign, world):
    with engines().reading.connect() as bare, pytest.raises(DBAPIError):
        bare.exec_driver_sql("SELECT number FROM batch").all()


@pytest.mark.negative_control
def test_without_the_walls_every_way_of_reading_would_tell(foreign, rival, no_walls):
    silent = []
    for way, read in READING.items():
        with rival() as books:
            if not foreign.is_told_by(read(books, foreign)):
                silent.append(way)

    assert silent == []


@pytest.mark.negative_control
def test_without_the_walls_every_way_of_writing_would_touch_something(stage, engine, monkeypatch):
    idle = []
    with stage.copy() as world:
        tear_down(engine)
        torn_down = stage.kept_as("torn_down", world)
    for way, write in WRITING.items():
        with torn_down.copy() as world, nothing_laid(monkeypatch):
            foreign = foreign_to_a_rival(world)
            before = fingerprint()
            with rivals_books(world, foreign, writing=True) as books:
                write(books, foreign)
                books.commit()
            if fingerprint() == before:
                idle.append(way)

    assert idle == []
