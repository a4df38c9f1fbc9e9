"""A door that pastes what it is given into SQL, planted for this test: the walls hold behind it."""

from functools import cache

import pytest
from flask import Flask, request

from app import create_app
from portal.db import session
from portal.identity.sessions import begin_session
from portal.settings import Settings
from portal.web import Room
from tests.stage import sql
from tests.walls.conftest import gates_open
from workflows.powers import Power


@cache
def planted_in(settings: Settings) -> Flask:
    """A portal of its own with one door more, so that no other test finds it."""
    app = create_app(settings)
    room = Room("planted", __name__)

    @room.route("/planted", methods=("GET", "POST"), power=Power.BATCH_READ)
    def planted() -> str:
        pasted = f"SELECT number FROM batch WHERE number LIKE '{request.args['q']}'"
        try:
            cursor = session.connection().connection.cursor()
            cursor.execute(pasted)
            return repr(cursor.fetchall())
        except Exception as failed:  # noqa: BLE001
            session.rollback()
            return type(failed).__name__

    app.register_blueprint(room)
    return app


@pytest.fixture
def ask(app, world, foreign):
    """What the planted door answers the rival's quality manager; an error is answered as its text."""
    client = planted_in(app.config["SETTINGS"]).test_client()
    client.set_cookie("sid", begin_session(world.person["lantai/registrant-quality-manager"]))
    return lambda payload, method="GET": client.open("/planted", method=method, query_string={"q": payload}).text


TABLES = ("batch", "product", "entrustment", "exhibit", "agreement_version", "ledger_event", "verdict", "stored_file")


def payloads(engine: str) -> list[str]:
    full = "main" if engine == "sqlite" else "public"
    as_text = "CAST({} AS text)" if engine == "postgresql" else "{}"
    told = [
        f"' UNION SELECT {as_text.format('id')} FROM {name} --"
        for table in TABLES
        for name in (table, f"{full}.{table}")
    ]
    told += [f"' UNION SELECT {column} FROM {full}.{table} --" for table, column in COLUMNS]
    told += [f"' UNION SELECT {column} FROM {table} --" for table, column in COLUMNS]
    told += [
        "%' OR 1 = 1 --",
        "' OR EXISTS (SELECT 1 FROM product WHERE name LIKE '%') --",
        f"' UNION SELECT (SELECT max(number) FROM {full}.batch) --",
        f"'; SELECT number FROM {full}.batch --",
    ]
    if engine == "postgresql":
        told += [
            "' UNION SELECT set_config('weituo.context', '1|9999999999|{victim}|||2026-01-01.0', true) FROM batch --",
            "'; SET row_security = off; SELECT number FROM batch --",
            "'; SET ROLE weituo_owner; SELECT number FROM batch --",
            "'; RESET ROLE; SELECT number FROM batch --",
            "'; SELECT set_config('weituo.context', '', false); SELECT number FROM batch --",
            "' UNION SELECT most_common_vals::text FROM pg_stats WHERE tablename = 'batch' --",
            "' UNION SELECT query FROM pg_stat_activity --",
            "' UNION SELECT current_setting('weituo.context') --",
            "'; COPY (SELECT number FROM batch) TO 'stolen' --",
        ]
    else:
        told += [
            "' UNION SELECT sql FROM sqlite_temp_master --",
            "' UNION SELECT name FROM pragma_table_list --",
            "'; ATTACH 'x' AS x --",
        ]
    return told


COLUMNS = (
    ("batch", "number"),
    ("product", "name"),
    ("ledger_event", "body"),
    ("person", "email"),
    ("secret", "totp_sealed"),
    ("web_session", "token_hash"),
    ("production_licence", "number"),
    ("verdict", "product_name"),
)


def test_an_injected_query_reads_nothing_of_a_rival(ask, foreign, engine, world):
    for payload in payloads(engine):
        for method in ("GET", "POST"):
            answer = ask(payload.replace("{victim}", str(foreign.organisation_id)), method)
            assert not foreign.is_told_by(answer), payload
            assert not any(house in answer for house in ("@chengyue", "@qihe", "@anhe")), payload
            for (sealed,) in sql("SELECT totp_sealed FROM secret"):
                assert sealed not in answer, payload


def test_after_any_of_it_the_next_page_is_as_before(ask, foreign, engine, world):
    honest = ask("%")
    for payload in payloads(engine):
        ask(payload)
        assert ask("%") == honest, payload


@pytest.mark.negative_control
def test_without_the_walls_the_first_payload_would_tell(ask, foreign, engine, monkeypatch):
    with gates_open(engine, monkeypatch):
        assert foreign.is_told_by(ask("%' OR 1 = 1 --"))
