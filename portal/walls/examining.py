"""Whether the walls stand: asked before anything is served, and by the doctor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from portal.settings import Settings
from portal.walls.context import Context, context_key
from portal.walls.guarding import LASTS, SET_CONTEXT
from portal.walls.postgresql import DEFINERS, READ_BY_THE_WALLS, policies
from portal.walls.rules import walled_tables

# The first minor release of each line with every correction to row security known when this was written.
WITH_ROW_SECURITY_MENDED = {15: 14, 16: 10, 17: 6}
INIT = "Run: portal db init"
UPGRADE = "Run: portal upgrade"


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is wrong with the walls, and how to mend it."""

    says: str
    mend: str


def breaches(connection: Connection, settings: Settings) -> Iterator[Breach]:
    """What is wrong with the walls as the role of ``connection`` meets them; nothing on SQLite, which lays its own."""
    if connection.dialect.name != "postgresql":
        return
    yield from _server(connection)
    yield from _role(connection)
    yield from _tables(connection)
    yield from _functions(connection)
    yield from _key(connection, settings)


def _server(connection: Connection) -> Iterator[Breach]:
    version: tuple[int, ...] = connection.dialect.server_version_info or (0, 0)  # type: ignore[assignment]
    major, minor = version[:2]
    if minor < WITH_ROW_SECURITY_MENDED.get(major, 0):
        wanted = f"{major}.{WITH_ROW_SECURITY_MENDED[major]}"
        yield Breach(f"PostgreSQL {major}.{minor} has known holes in row security.", f"Upgrade to {wanted} or later.")


def _role(connection: Connection) -> Iterator[Breach]:
    role, is_super, bypasses = connection.exec_driver_sql(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).one()
    if is_super or bypasses:
        yield Breach(f"The role {role} sees past row security.", f"{INIT}, and serve as weituo_app.")
    owned = connection.exec_driver_sql(
        "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
    ).scalar()
    if owned:
        yield Breach(f"The role {role} owns {owned} tables and could lower their walls.", f"{INIT}, then: {UPGRADE}.")
    if connection.exec_driver_sql("SELECT has_schema_privilege(current_user, 'public', 'CREATE')").scalar():
        yield Breach(f"The role {role} may make tables.", f"{INIT}, and serve as weituo_app.")


def _tables(connection: Connection) -> Iterator[Breach]:
    stand = {
        name: (enabled, forced)
        for name, enabled, forced in connection.exec_driver_sql(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        )
    }
    for name in walled_tables():
        if stand.get(name) != (True, True):
            yield Breach(f"The table {name} has no row security, or its owner is let past it.", UPGRADE)
    found = {
        (table, name): mark
        for table, name, mark in connection.exec_driver_sql(
            "SELECT c.relname, p.polname, obj_description(p.oid, 'pg_policy') FROM pg_policy p "
            "JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = 'public'::regnamespace"
        )
    }
    expected: dict[tuple[str, str], str | None] = {(each.table, each.name): each.mark for each in policies()}
    expected |= {(table, "of_the_walls"): None for table in READ_BY_THE_WALLS}
    for table, name in sorted(set(expected) ^ set(found)):
        yield Breach(
            f"The policy {name} of {table} is {'missing' if (table, name) in expected else 'not ours'}.", UPGRADE
        )
    for each, mark in sorted(expected.items()):
        if each in found and found[each] != mark:
            yield Breach(f"The policy {each[1]} of {each[0]} is not the one of this version.", UPGRADE)
    views = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (relkind = 'm' OR relkind = 'v' "
        "AND NOT coalesce(reloptions @> '{security_invoker=true}', false))"
    ).scalars()
    for name in views:
        yield Breach(f"The view {name} shows rows without asking for whom.", "Drop it, or make it security_invoker.")


def _functions(connection: Connection) -> Iterator[Breach]:
    definers = connection.exec_driver_sql(
        "SELECT n.nspname, p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace "
        "WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    )
    for schema, name in definers:
        if schema != "walls" or name not in DEFINERS:
            yield Breach(f"The function {schema}.{name} runs with the rights of its owner.", "Drop it.")
    if connection.exec_driver_sql("SELECT has_table_privilege(current_user, 'walls.context_key', 'SELECT')").scalar():
        yield Breach("The role can read the key that contexts are signed with.", UPGRADE)


def _key(connection: Connection, settings: Settings) -> Iterator[Breach]:
    """A context signed here is taken, and one with another signature is not."""
    expires = (
        int(connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())::bigint").scalar_one()) + LASTS
    )
    nobody = Context(house=None, person=None, looking=False, day=date(2000, 1, 1))
    signed = nobody.signed(context_key(settings.secret_key), expires)
    forged = nobody.signed(b"another key", expires)
    if not _taken(connection, signed):
        yield Breach("The database does not take contexts signed with PORTAL_SECRET_KEY.", UPGRADE)
    if _taken(connection, forged):
        yield Breach("The database takes contexts that somebody else has signed.", UPGRADE)


def _taken(connection: Connection, signed: str) -> bool:
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(SET_CONTEXT, (signed,))
            return bool(connection.exec_driver_sql("SELECT walls.anybody()").scalar())
    except DBAPIError:
        return False
