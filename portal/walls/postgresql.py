"""The walls in PostgreSQL: row security on every table, the grants of each role, and whether they stand.

The functions they call come with the migrations; the rules are derived from the models and laid anew, whole, after
every upgrade, in the upgrade's own transaction.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from portal.db import Throwaway
from portal.settings import Settings
from portal.tenancy import all_records
from portal.walls.context import context_key, pads_of
from portal.walls.rules import Rule, Tongue, walled_tables

OWNER, APP, READER, WORKER, VERIFIER = "weituo_owner", "weituo_app", "weituo_read", "weituo_worker", "weituo_verify"
TONGUE = Tongue(
    house="(SELECT walls.house())",
    person="(SELECT walls.person())",
    anybody="(SELECT walls.anybody())",
    identity="(SELECT walls.identity())",
    looking="(SELECT walls.looking())",
    common="(SELECT walls.common())",
    own="(SELECT walls.own())",
    streams="(SELECT walls.streams())",
    people="(SELECT walls.people())",
    overseen="(SELECT walls.overseen())",
    folios="(SELECT walls.folios())",
    own_folios="(SELECT walls.own_folios())",
    at_home="walls.at_home({})",
    led="walls.led_to_ours({owner}, {lot})",
)
# What the functions of the walls read for themselves: their owner sees these rows, and logs in nowhere.
READ_BY_THE_WALLS = (
    "access_grant",
    "disclosure",
    "entrustment",
    "folio",
    "ledger_stream",
    "node",
    "organisation",
    "participation",
    "person",
    "trade_item",
)
WRITTEN_ONCE = frozenset({"ledger_event", "ticket", "node", "disclosure"})
# The worker tells people and the ledger of deadlines; of everything else it only reads.
OF_THE_WORKER = frozenset({"duty", "ledger_event", "ledger_stream", "letter", "notice", "notice_copy"})
DEFINERS = frozenset(
    {"at_home", "context", "common", "device_label", "folios", "home_folios", "led_to_ours", "overseen"}
    | {"own", "own_folios", "people", "streams"}
)


def lay(connection: Connection) -> None:
    """Raise every wall: policies, grants and triggers of all tables that exist, as the models say now.

    They go over in one message, of which PostgreSQL reads more than one statement only where it carries no parameters.
    """
    existing = set(_column(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
    whole = ";\n".join(_lower_and_raise(existing, connection))
    connection.exec_driver_sql(whole, execution_options={"no_parameters": True})


def lower(connection: Connection) -> None:
    """Let the owner work on the rows during an upgrade; :func:`lay` raises the walls again before it commits."""
    for table in _column(connection, "SELECT relname FROM pg_class WHERE relforcerowsecurity"):
        connection.exec_driver_sql(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')


def are_drawn(connection: Connection) -> bool:
    """Whether the migrations have come as far as the walls, and as the last function that these call."""
    ask = "SELECT proname FROM pg_proc WHERE pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'walls')"
    return set(_column(connection, ask)) >= DEFINERS


def hand_over_the_key(connection: Connection, settings: Settings) -> None:
    """Give the database the key that contexts are signed with; the one before stays good, older ones go."""
    inner, outer = pads_of(context_key(settings.secret_key))
    known = "SELECT 1 FROM walls.context_key WHERE inner_pad = %s"
    if connection.exec_driver_sql(known, (inner,)).first() is None:
        connection.exec_driver_sql(
            "INSERT INTO walls.context_key (inner_pad, outer_pad, since) VALUES (%s, %s, clock_timestamp())",
            (inner, outer),
        )
    connection.exec_driver_sql(
        "DELETE FROM walls.context_key WHERE id NOT IN (SELECT id FROM walls.context_key ORDER BY since DESC LIMIT 2)"
    )


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: ``see`` for SELECT, ``make`` for INSERT, ``change`` for UPDATE, ``end`` for DELETE."""

    table: str
    name: str
    verb: str
    condition: str

    @property
    def sql(self) -> str:
        using = f" USING ({self.condition})" if self.verb != "INSERT" else ""
        check = f" WITH CHECK ({self.condition})" if self.verb in {"INSERT", "UPDATE"} else ""
        return f'CREATE POLICY {self.name} ON "{self.table}" FOR {self.verb}{using}{check}'

    @property
    def mark(self) -> str:
        """What the policy was made from, kept as its comment, so that one of another making is noticed."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def policies(tables: Iterable[str] | None = None) -> Iterator[Policy]:
    throwaway = {kind.__tablename__ for kind in all_records() if issubclass(kind, Throwaway)}
    for name, (_table, rule) in walled_tables().items():
        if tables is None or name in tables:
            yield from _of_table(name, rule, ends=name in throwaway)


def _of_table(name: str, rule: Rule, *, ends: bool) -> Iterator[Policy]:
    bare = replace(TONGUE, row="")
    yield Policy(name, "see", "SELECT", rule.see(bare))
    yield Policy(name, "make", "INSERT", rule.make(bare))
    if name not in WRITTEN_ONCE:
        yield Policy(name, "change", "UPDATE", rule.change(bare))
    if ends:
        yield Policy(name, "end_it", "DELETE", rule.change(bare))


def _lower_and_raise(existing: set[str], connection: Connection) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA public, walls TO {APP}, {READER}, {WORKER}, {VERIFIER}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}, {WORKER}"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {VERIFIER}"
    yield "REVOKE ALL ON walls.context_key FROM PUBLIC"
    for table, policy in connection.exec_driver_sql(
        "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
    ).all():
        yield f'DROP POLICY "{policy}" ON "{table}"'
    for name, (table, _rule) in walled_tables().items():
        if name not in existing:
            continue
        yield f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY'
        yield f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY'
        yield f'REVOKE ALL ON "{name}" FROM PUBLIC, {APP}, {READER}, {WORKER}'
        yield f'GRANT SELECT ON "{name}" TO {READER}, {APP}, {WORKER}'
        yield f'GRANT INSERT{"" if name in WRITTEN_ONCE else ", UPDATE"} ON "{name}" TO {_writers_of(name)}'
        if "owner_id" in table.c:
            yield f'DROP TRIGGER IF EXISTS "{name}_changes_no_hands" ON "{name}"'
            yield (
                f'CREATE TRIGGER "{name}_changes_no_hands" BEFORE UPDATE ON "{name}" '
                "FOR EACH ROW EXECUTE FUNCTION walls.stays()"
            )
    for each in policies(existing):
        yield each.sql
        yield f"COMMENT ON POLICY {each.name} ON \"{each.table}\" IS '{each.mark}'"
        if each.verb == "DELETE":
            yield f'GRANT DELETE ON "{each.table}" TO {_writers_of(each.table)}'
    for name in READ_BY_THE_WALLS:
        if name in existing:
            yield f'CREATE POLICY of_the_walls ON "{name}" FOR SELECT TO {OWNER} USING (true)'


def _writers_of(table: str) -> str:
    return f"{APP}, {WORKER}" if table in OF_THE_WORKER else APP


def _column(connection: Connection, query: str) -> list[str]:
    return [str(value) for value in connection.exec_driver_sql(query).scalars()]
