"""Setting up a PostgreSQL server for the portal."""

import click
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from portal.commands.serve import settings_or_exit
from portal.walls import bring_up_to_date
from portal.walls.roles import ROLES, make_database, make_roles


@click.group("db")
def db() -> None:
    """The database: its roles and its walls."""


@db.command("init")
@click.option(
    "--as",
    "administrator",
    required=True,
    help="Address of a superuser, as postgresql+psycopg://postgres@host/postgres",
)
def init(administrator: str) -> None:
    """Make the roles, the database and the newest schema with its walls; may be run again, as after a changed secret.

    Passwords are those of PORTAL_DATABASE_URL (for weituo_app and weituo_read), PORTAL_DATABASE_OWNER_URL and
    PORTAL_DATABASE_VERIFIER_URL.
    """
    settings = settings_or_exit()
    if not settings.database_url.startswith("postgresql"):
        raise click.ClickException(
            "PORTAL_DATABASE_URL names an SQLite file, which needs no roles: portal upgrade is all."
        )
    engine = create_engine(administrator, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            made = make_roles(connection, settings)
            new = make_database(connection, settings)
        bring_up_to_date(settings)
    except SQLAlchemyError as refused:
        reason = str(getattr(refused, "orig", refused)).splitlines()[0]
        raise click.ClickException(f"The server refused: {reason}") from refused
    finally:
        engine.dispose()
    click.echo(f"Roles: {', '.join(ROLES)} ({len(made)} new). Database: {'new' if new else 'there before'}.")
    click.echo("The schema is the newest and its walls stand. Serve as weituo_app; see: portal doctor")
