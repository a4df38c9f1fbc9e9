"""An attacker who owns the database: takes the triggers away first, then does as they like."""

import re

from sqlalchemy import Connection, text

from portal.db import engines, session
from tests.stage import behind_the_walls, sql

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :name",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal",
}


def break_in(*tables: str) -> None:
    """Take away every trigger of these tables; rows may then be changed and deleted."""
    dialect = engines().writing.dialect.name
    for table in tables:
        for (name,) in sql(TRIGGERS[dialect], name=table):
            sql(f"DROP TRIGGER {name}" + (f" ON {table}" if dialect == "postgresql" else ""))


def without_keys(*statements: str, **values: object) -> None:
    """Run the statements with foreign keys looking the other way, as a superuser or the owner of the file can."""
    session.remove()
    engine = behind_the_walls()
    with engine.connect() as connection:
        _look_away(connection)
        with connection.begin():
            for statement in statements:
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL session_replication_role = replica"))
                wanted = {name: values[name] for name in re.findall(r"(?<!:):(\w+)", statement)}
                connection.execute(text(statement), wanted)
    engine.dispose()  # the connection that looked away is used by nobody else


def _look_away(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
