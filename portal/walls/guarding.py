"""Opening the books behind the walls: two guarded engines, and the context set in one place."""

import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal.db import Books, Engines, engine_for, let_in
from portal.settings import Settings
from portal.walls import sqlite
from portal.walls.context import context_key, context_now
from portal.walls.postgresql import OWNER, READER, VERIFIER

LASTS = 600
# The second setting undoes what somebody may have left on a pooled connection.
SET_CONTEXT = "SELECT set_config('weituo.context', %s, true), set_config('row_security', 'on', true)"


def open_books(settings: Settings, *, role: str | None = None) -> Engines:
    """Connect the house to its database, behind the walls; the engines opened before are let go.

    ``role`` writes instead of the one in the address, as the worker does.
    """
    address = as_role(settings.database_url, role) if role else settings.database_url
    engines = Engines(
        writing=_guarded(engine_for(address), settings),
        reading=_guarded(engine_for(as_role(settings.database_url, READER), read_only=True), settings),
    )
    return let_in(engines)


def owners_engine(settings: Settings) -> Engine:
    """The database as its owner sees it, to make and change tables; never opened by the process that serves pages."""
    return engine_for(settings.owner_url or as_role(settings.database_url, OWNER))


def verifiers_engine(settings: Settings) -> Engine:
    """The database as the verifier sees it: every row, and nothing but reading."""
    return engine_for(settings.verifier_url or as_role(settings.database_url, VERIFIER), read_only=True)


def as_role(url: str, role: str) -> str:
    """The same database for another role of it; SQLite knows no roles."""
    if url.startswith("sqlite"):
        return url
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def _guarded(engine: Engine, settings: Settings) -> Engine:
    if engine.dialect.name == "sqlite":
        sqlite.guard(engine)
    else:
        _learn_the_time(engine, context_key(settings.secret_key))
    return engine


def _learn_the_time(engine: Engine, key: bytes) -> None:
    """A context expires by the server's clock, so that neither a wrong clock here nor a long rest makes it valid."""

    @event.listens_for(engine, "connect")
    def _connected(dbapi: Any, record: Any) -> None:
        with dbapi.cursor() as cursor:
            (server,) = cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
        dbapi.rollback()
        record.info["walls"] = (key, float(server) - time.monotonic())


@event.listens_for(Books, "after_begin")
def _set_the_context(_books: Session, _transaction: object, connection: Any) -> None:
    context, walls = context_now(), connection.info["walls"]
    if isinstance(walls, sqlite.Guard):
        walls.stand_for(context)
        return
    key, ahead = walls
    signed = context.signed(key, int(time.monotonic() + ahead) + LASTS)
    connection.exec_driver_sql(SET_CONTEXT, (signed,))
