"""Every table has its wall, a missing one is named, and nothing is served without it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, inspect, make_url

from portal.commands import cli
from portal.db import engines
from portal.tenancy import all_records
from portal.walls.examining import breaches
from portal.walls.postgresql import policies
from tests import stage as stages
from tests.house.tree import ROOT
from tests.stage import behind_the_walls, sql


@pytest.fixture
def found(app, world, engine):
    """What the portal's own role finds wrong now."""
    if engine != "postgresql":
        pytest.skip("on SQLite each connection lays its own walls")

    def _found() -> list[str]:
        with engines().writing.connect() as connection:
            return [each.says for each in breaches(connection, app.config["SETTINGS"])]

    return _found


def test_the_walls_of_a_fresh_installation_stand(found):
    assert found() == []


def test_every_table_of_the_house_has_row_security_forced_and_a_policy_for_reading_and_making(found):
    rows = sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' "
        "AND relrowsecurity AND relforcerowsecurity"
    )
    assert {name for (name,) in rows} == {record.__tablename__ for record in all_records()}
    for record in all_records():
        verbs = {each.verb for each in policies([record.__tablename__])}
        assert {"SELECT", "INSERT"} <= verbs, record


@pytest.mark.negative_control
@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("ALTER TABLE batch DISABLE ROW LEVEL SECURITY", "The table batch has no row security"),
        ("ALTER TABLE batch NO FORCE ROW LEVEL SECURITY", "The table batch has no row security"),
        ("DROP POLICY see ON site", "The policy see of site is missing"),
        ("CREATE POLICY more ON site USING (true)", "The policy more of site is not ours"),
        ("DROP POLICY see ON site; CREATE POLICY see ON site USING (true)", "is not the one of this version"),
        ("CREATE VIEW all_batches AS SELECT * FROM batch", "The view all_batches shows rows"),
        ("CREATE MATERIALIZED VIEW kept AS SELECT * FROM batch", "The view kept shows rows"),
        ("CREATE FUNCTION peek() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'", "The function public.peek"),
        ("GRANT SELECT ON walls.context_key TO weituo_app", "can read the key"),
        ("GRANT CREATE ON SCHEMA public TO weituo_app", "may make tables"),
        ("ALTER TABLE site OWNER TO weituo_app", "owns 1 tables"),
        ("DELETE FROM walls.context_key", "does not take contexts signed with PORTAL_SECRET_KEY"),
    ],
)
def test_each_kind_of_damage_is_named(found, damage, named):
    sql(damage)

    assert any(named in each for each in found())


def test_a_role_that_sees_past_the_walls_is_named(found, app):
    with behind_the_walls().connect() as superuser:
        says = [each.says for each in breaches(superuser, app.config["SETTINGS"])]

    assert "The role postgres sees past row security." in says


def test_nothing_is_served_while_a_wall_is_missing(found, monkeypatch, tmp_path):
    sql("DROP POLICY see ON batch")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", stages.KEY)
    monkeypatch.setenv("PORTAL_DATABASE_URL", engines().writing.url.render_as_string(hide_password=False))

    answer = CliRunner().invoke(cli, ["serve"])

    assert answer.exit_code == 1
    assert "The policy see of batch is missing. Run: portal upgrade" in answer.output


def test_one_command_sets_a_server_up_and_may_be_repeated(engine, monkeypatch, tmp_path):
    if engine != "postgresql":
        pytest.skip("SQLite needs no roles")
    name = "fresh_installation_" + stages._template()
    address = make_url(stages._postgresql(name)).set(password="it's a secret")
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", stages.KEY)
    monkeypatch.setenv("PORTAL_DATABASE_URL", address.render_as_string(hide_password=False))
    administrator = stages.os.environ[stages.postgres.ADDRESS]
    try:
        first = CliRunner().invoke(cli, ["db", "init", "--as", administrator])
        again = CliRunner().invoke(cli, ["db", "init", "--as", administrator])

        assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
        assert "Database: new" in first.output
        assert "Database: there before" in again.output
        opened = create_engine(address)
        with opened.connect() as connection:
            assert list(breaches(connection, stages.settings_of(str(address), tmp_path))) == []
            assert "batch" in inspect(connection).get_table_names()
        opened.dispose()
    finally:
        stages._as_owner(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def test_only_the_walls_and_the_owners_commands_open_a_bare_database():
    """Whoever serves pages has no way round: bare engines are made in these places alone."""
    places = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "portal").rglob("*.py")
        if "engine_for(" in path.read_text("utf-8")
    }
    assert places == {
        "portal/commands/doctor.py",
        "portal/commands/serve.py",
        "portal/db.py",
        "portal/walls/guarding.py",
    }
