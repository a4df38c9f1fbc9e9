"""Run migrations against the database of the settings, or against the connection a caller hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

import portal.records  # noqa: F401  so that every table is known
from portal.db import Moment, Record
from portal.settings import Settings
from portal.walls import owners_engine, postgresql


def render_item(kind: str, item: Any, _autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as the plain SQL they are, so that a migration never imports the portal."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


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
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
    if has_roles and postgresql.are_drawn(connection):
        postgresql.lay(connection)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with owners_engine(Settings.read()).begin() as opened:
        run(opened)
