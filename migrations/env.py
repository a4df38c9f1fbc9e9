"""Run migrations against the database of the settings, or against the connection a caller hands over."""

from collections.abc import Mapping
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import portal.records  # noqa: F401  so that every table is known
from portal.db import Moment, Record
from portal.settings import Settings
from portal.walls import owners_engine, postgresql

# Laid as the walls are, by no single migration: the indexes of what refers to an event.
WAITS = "waits_"


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as the plain SQL they are, so that a migration never imports the portal."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


def include_name(name: str | None, kind: str, _of: Mapping[str, str | None]) -> bool:
    return not (kind == "index" and name is not None and name.startswith(WAITS))


def index_what_waits(connection: Connection) -> None:
    """SQLite looks for rows that wait for an event whenever one is written, in every table: here it finds them."""
    for table, column in connection.exec_driver_sql(
        'SELECT waiting.name, key."from" FROM sqlite_master AS waiting, pragma_foreign_key_list(waiting.name) AS key '
        "WHERE waiting.type = 'table' AND key.\"table\" = 'ledger_event'"
    ).all():
        connection.exec_driver_sql(f'CREATE INDEX IF NOT EXISTS "{WAITS}{table}" ON "{table}" ("{column}")')


def run(connection: Connection) -> None:
    """On PostgreSQL the walls come down for the owner during the step and stand again, all of them, at its end."""
    has_roles = connection.dialect.name == "postgresql"
    if has_roles:
        postgresql.lower(connection)
    context.configure(
        connection=connection,
        target_metadata=Record.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=render_item,
        include_name=include_name,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    if has_roles and postgresql.are_drawn(connection):
        postgresql.lay(connection)
    if connection.dialect.name == "sqlite":
        index_what_waits(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with owners_engine(Settings.read()).begin() as opened:
        run(opened)
