"""The migrations say what the models say, on both engines, and can be undone."""

from uuid import uuid4

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import DBAPIError

from portal.db import engine_for
from portal.ledger import kept_records
from portal.migrating import alembic_config
from portal.walls.guarding import as_role
from portal.walls.postgresql import OWNER
from tests import stage as stages
from tests.house.tree import ROOT
from tests.stage import sql, stored


@pytest.fixture
def empty(engine, tmp_path):
    """An empty database of the engine."""
    if engine == "sqlite":
        opened = engine_for(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
        yield opened
        opened.dispose()
        return
    name = f"empty_{uuid4().hex}"
    stages._make_roles()
    stages._as_owner(f"CREATE DATABASE {name} OWNER {OWNER}")
    opened = create_engine(as_role(stages._postgresql(name), OWNER))
    yield opened
    opened.dispose()
    stages._as_owner(f"DROP DATABASE {name} WITH (FORCE)")


def run(engine, verb, *revision):
    with engine.begin() as connection:
        getattr(command, verb)(alembic_config(connection), *revision)


def shape(engine):
    found = inspect(engine)
    columns, checks = found.get_multi_columns(), found.get_multi_check_constraints()
    return {
        table: (
            sorted(column["name"] for column in columns[table]),
            sorted(constraint["name"] or "" for constraint in checks.get(table, ())),
        )
        for table in columns
        if table[1] != "alembic_version"
    }


def steps():
    return list(reversed(list(ScriptDirectory.from_config(alembic_config()).walk_revisions())))


def test_there_is_one_line_of_history():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_head_is_what_the_models_describe(empty):
    run(empty, "upgrade", "head")
    run(empty, "check")


def test_every_step_can_be_taken_back_and_again(empty, monkeypatch):
    scripts = ScriptDirectory.from_config(alembic_config())
    monkeypatch.setattr(ScriptDirectory, "from_config", lambda _config: scripts)  # a hundred runs would compile it anew
    for step in steps():
        before = shape(empty)
        run(empty, "upgrade", step.revision)
        run(empty, "downgrade", "-1")
        assert shape(empty) == before, step.revision
        run(empty, "upgrade", step.revision)


def test_a_migration_imports_nothing_of_ours():
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        imports = [line for line in path.read_text().splitlines() if line.startswith(("import ", "from "))]
        assert set(imports) <= {"import sqlalchemy as sa", "from alembic import op"}, path.name


def test_sqlite_finds_what_waits_for_an_event_without_looking_through_a_table(world, engine):
    if engine != "sqlite":
        pytest.skip("PostgreSQL asks for the event of a row, not for the rows of an event")
    referring = sql(
        'SELECT t.name, k."from" FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS k '
        "WHERE t.type = 'table' AND k.\"table\" = 'ledger_event'"
    )
    plans = {
        table: sql(f'EXPLAIN QUERY PLAN SELECT 1 FROM "{table}" WHERE "{column}" = :id', id="0" * 32)[0][3]
        for table, column in referring
    }

    assert plans.keys() >= {kept.__tablename__ for kept in kept_records()}
    assert all("SEARCH" in plan for plan in plans.values()), plans


def test_a_kept_row_is_neither_deleted_nor_changed_without_its_event(world):
    missing, let_through = [], []
    for table in (kept.__tablename__ for kept in kept_records()):
        rows = sql(f"SELECT id FROM {table} LIMIT 1")
        if not rows:
            missing.append(table)
            continue
        for tampering in (
            f"DELETE FROM {table} WHERE id = :id",
            f"UPDATE {table} SET version = version WHERE id = :id",
            f"UPDATE {table} SET version = version + 1 WHERE id = :id",
        ):
            try:
                sql(tampering, id=rows[0][0])
            except DBAPIError as refused:
                if "append-only" in str(refused) or "together with its event" in str(refused):
                    continue
            let_through.append(tampering)

    assert missing == [], "give the world one of each, or this wall is not tried"
    assert let_through == []


@pytest.mark.parametrize("tampering", ["UPDATE ledger_event SET event = 'x'", "DELETE FROM ledger_event"])
def test_the_ledger_takes_no_second_thoughts(world, tampering):
    with pytest.raises(DBAPIError, match="append-only"):
        sql(tampering)


def test_postgresql_truncates_nothing_of_it(world, engine):
    if engine != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    for table in ("ledger_event", "ledger_stream", "batch"):
        with pytest.raises(DBAPIError):
            sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.negative_control
def test_without_its_trigger_the_ledger_could_be_rewritten(world, engine):
    name = "ledger_event_no_update" if engine == "sqlite" else "ledger_event_append_only ON ledger_event"
    sql(f"DROP TRIGGER {name}")

    assert sql("UPDATE ledger_event SET event = 'x' WHERE seq = 1") > 0


def test_what_a_state_claims_is_checked_by_the_database(world):
    with pytest.raises(DBAPIError, match=r"(?i)check"):
        row = sql("SELECT last_event_id FROM batch WHERE id <> :id LIMIT 1", id=stored(world.batch["opened"]))[0][0]
        sql(
            "UPDATE batch SET state = 'marketing_released', version = version + 1, last_event_id = :other "
            "WHERE id = :id",
            id=stored(world.batch["opened"]),
            other=row,
        )


def test_one_person_cannot_be_written_under_both_releases(world):
    released = stored(world.batch["production_released"])
    row = sql("SELECT last_event_id FROM batch WHERE id <> :id LIMIT 1", id=released)[0][0]
    with pytest.raises(DBAPIError, match=r"(?i)check"):
        sql(
            "UPDATE batch SET marketing_released_by_id = production_released_by_id, version = version + 1, "
            "last_event_id = :other WHERE id = :id",
            id=released,
            other=row,
        )
