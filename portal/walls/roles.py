"""The roles of a PostgreSQL installation, made once by whoever administers the server."""

from sqlalchemy import Connection, make_url
from sqlalchemy.dialects import postgresql

from portal.settings import Settings
from portal.walls.guarding import as_role
from portal.walls.postgresql import APP, OWNER, READER, VERIFIER, WORKER

# Nobody but the verifier sees past row security, and the verifier only reads.
ROLES = {
    OWNER: "NOBYPASSRLS",
    APP: "NOBYPASSRLS",
    READER: "NOBYPASSRLS",
    WORKER: "NOBYPASSRLS",
    VERIFIER: "BYPASSRLS",
}


def make_roles(connection: Connection, settings: Settings) -> list[str]:
    """Make the roles that are missing and set their passwords to those of the addresses; returns the new ones.

    ``connection`` commits by itself and belongs to a superuser.  Roles belong to the whole server, so two callers take
    turns.
    """
    made = []
    connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext('weituo roles'))")
    try:
        for role, sight in ROLES.items():
            if connection.exec_driver_sql("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).first() is None:
                connection.exec_driver_sql(f"CREATE ROLE {role}")
                made.append(role)
            connection.exec_driver_sql(f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE {sight}")
            if password := _password(settings, role):
                connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD {_quoted(password)}")
        connection.exec_driver_sql(f"ALTER ROLE {READER} SET default_transaction_read_only = on")
        connection.exec_driver_sql(f"ALTER ROLE {VERIFIER} SET default_transaction_read_only = on")
    finally:
        connection.exec_driver_sql("SELECT pg_advisory_unlock(hashtext('weituo roles'))")
    return made


def make_database(connection: Connection, settings: Settings) -> bool:
    """Make the database of the settings, owned by the owner's role and open to nobody else; False if it is there."""
    name = make_url(settings.database_url).database or ""
    quoted = postgresql.dialect().identifier_preparer.quote_identifier(name)  # type: ignore[no-untyped-call]
    new = connection.exec_driver_sql("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).first() is None
    if new:
        connection.exec_driver_sql(f"CREATE DATABASE {quoted} OWNER {OWNER} ENCODING 'UTF8' TEMPLATE template0")
    connection.exec_driver_sql(f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT CONNECT ON DATABASE {quoted} TO {', '.join(ROLES)}")
    return new


def _password(settings: Settings, role: str) -> str | None:
    own = {OWNER: settings.owner_url, VERIFIER: settings.verifier_url}.get(role)
    return make_url(own or as_role(settings.database_url, role)).password


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
