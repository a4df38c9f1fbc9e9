"""The guard of one SQLite connection: views in place of tables, triggers on writes, an authorizer for the rest.

PostgreSQL has row security; here each connection lays TEMP views over the tables, so that an unqualified name is the
part of the table its context may see, refuses every other way to the table itself, and lets a write through only in
the shape the unit of work gives it.  The context lives in Python, where no SQL can change it.
"""

import re
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from portal.tenancy import WrongTenant
from portal.walls.context import Context
from portal.walls.rules import Rule, Tongue, walled_tables

# An authority takes part only while a case of the person who asks is open.
_TAKING_PART = (
    "organisation_id = walls_house() AND since <= walls_day() AND (until IS NULL OR until >= walls_day()) "
    "AND (side <> 'authority' OR EXISTS (SELECT 1 FROM main.access_grant AS g WHERE g.owner_id = walls_house() "
    "AND g.person_id = walls_person() AND g.withdrawn_at IS NULL "
    "AND g.since <= walls_day() AND g.until >= walls_day()))"
)
_COMMON = f"SELECT entrustment_id FROM main.participation WHERE {_TAKING_PART}"
_OWN = (
    "SELECT id FROM main.entrustment WHERE owner_id = walls_house() AND id NOT IN (SELECT entrustment_id "
    "FROM main.participation WHERE organisation_id = walls_house() AND until < walls_day())"
)
_OVERSEEN = (
    "SELECT party.organisation_id FROM main.participation AS party "
    "JOIN main.organisation AS overseen ON overseen.id = party.organisation_id "
    "JOIN main.organisation AS overseer ON overseer.id = walls_house() AND overseer.is_authority "
    "AND overseer.province = overseen.province "
    f"WHERE party.side <> 'authority' AND party.entrustment_id IN ({_COMMON})"
)
_OWN_FOLIOS = (
    "SELECT number FROM main.folio WHERE owner_id = walls_house() "
    f"AND (entrustment_id IS NULL OR entrustment_id IN ({_COMMON}) OR entrustment_id IN ({_OWN}))"
)
# In this order: from the lot, whose node an index finds, onwards.
_LED = (
    "EXISTS (SELECT 1 FROM main.node AS told CROSS JOIN main.folio AS kept CROSS JOIN main.disclosure AS shown "
    "WHERE told.record_id = {lot} AND told.kind = 2 AND kept.number = told.folio AND kept.owner_id = {owner} "
    "AND kept.entrustment_id IS NULL AND shown.node = told.id "
    f"AND shown.folio IN (SELECT number FROM main.folio WHERE entrustment_id IN ({_COMMON})))"
)
_HOME_FOLIOS = "SELECT number FROM main.folio WHERE owner_id = walls_house() AND entrustment_id IS NULL"
TONGUE = Tongue(
    house="walls_house()",
    person="walls_person()",
    anybody="walls_anybody()",
    identity="walls_identity()",
    looking="walls_looking()",
    common=f"({_COMMON})",
    own=f"({_OWN})",
    streams=(
        "(SELECT id FROM main.ledger_stream WHERE (kind = 'organisation' AND about_id = walls_house()) "
        f"OR (kind = 'entrustment' AND (about_id IN ({_OWN}) OR about_id IN ({_COMMON}))))"
    ),
    people="(SELECT id FROM main.person WHERE owner_id = walls_house())",
    overseen=f"({_OVERSEEN})",
    folios=f"({_HOME_FOLIOS} UNION ALL SELECT number FROM main.folio WHERE entrustment_id IN ({_COMMON}))",
    own_folios=f"({_OWN_FOLIOS})",
    at_home=f"EXISTS (SELECT 1 FROM main.node AS known WHERE known.id = {{}} AND known.folio IN ({_HOME_FOLIOS}))",
    led=_LED,
    at="main.",
)

# What anybody may know of a device identifier in use, before they say who they are: as walls.device_label() does.
_DEVICE_LABEL = (
    "SELECT DISTINCT item.agency, item.di, item.product_name AS product, registrant.name AS registrant, "
    "manufacturer.name AS manufacturer FROM main.trade_item AS item "
    "JOIN main.entrustment AS relation ON relation.id = item.entrustment_id "
    "JOIN main.organisation AS registrant ON registrant.id = relation.registrant_id "
    "JOIN main.organisation AS manufacturer ON manufacturer.id = relation.manufacturer_id "
    "WHERE walls_identity() AND item.state <> 'entered'"
)

# The only shapes of a write: what the unit of work makes, and claims of the form "set it where nobody has".
_VALUE = r"(?:\?|\(\w+\.\w+ \+ \?\))"
_CONDITION = r"\w+\.\w+ (?:(?:=|<|<=|>|>=|!=) \?|IS NULL|IS NOT NULL|IS [01]|= [01])"
_CONDITIONS = rf"{_CONDITION}(?: AND {_CONDITION})*"
_NAME = r'(?:\w+|"\w+")'
WRITES = re.compile(
    rf"(?P<verb>INSERT INTO|UPDATE|DELETE FROM) (?P<table>\w+)(?P<rest>"
    rf"(?<=\w) \({_NAME}(?:, {_NAME})*\) VALUES \(\?(?:, \?)*\)(?:, \(\?(?:, \?)*\))*"
    rf"| SET {_NAME}={_VALUE}(?:, {_NAME}={_VALUE})* WHERE {_CONDITIONS}"
    rf"| WHERE {_CONDITIONS})\s*"
)
_BEGINS_A_WRITE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
_HARMLESS = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT, sqlite3.SQLITE_RECURSIVE}
)
_WRITING = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
# None of these can fail on a value: a condition that fails on a hidden row would tell that the row is there, since
# SQLite may judge it before the view's own.  LIKE fails on a bad escape, so that may not come from a row either.
_FUNCTIONS = frozenset(
    {"avg", "coalesce", "count", "ifnull", "instr", "length", "like", "lower", "max", "min", "nullif", "replace"}
    | {"row_number", "substr", "sum", "trim", "upper"}
)
ASKED = ("walls_anybody", "walls_identity", "walls_looking", "walls_house", "walls_person", "walls_day")
_EXPLAINS = re.compile(r"\s*EXPLAIN\b", re.IGNORECASE)
_ESCAPE_OF_A_ROW = re.compile(r"\bESCAPE\b(?!\s+'/')", re.IGNORECASE)


@dataclass
class Guard:
    """What stands between one connection and the tables.  ``target`` is the table the running write may touch.

    Where ``only_reads``, :meth:`judge` lets no write be prepared, so the views are all there is.
    ``mark`` begins the name of every view and trigger of the guard and is known to nobody else: a common table
    expression of the same name would otherwise pass for a view.
    """

    target: str | None = None
    only_reads: bool = False
    mark: str = field(default_factory=lambda: f"walls_{secrets.token_hex(16)}_")
    _answers: dict[str, Any] = field(default_factory=dict)

    def stand_for(self, context: Context | None) -> None:
        """What the walls are told from now on; nothing at all while there is no context, and then they refuse."""
        self._answers.clear()
        if context is not None:
            self._answers |= {
                "walls_anybody": True,
                "walls_identity": context.identity,
                "walls_looking": context.looking,
                "walls_house": context.house.hex if context.house else None,
                "walls_person": context.person.hex if context.person else None,
                "walls_day": f"{context.day:%Y-%m-%d}",
            }

    def raise_on(self, connection: sqlite3.Connection) -> None:
        for name, value in self._functions().items():
            connection.create_function(name, 0, value, deterministic=True)
        connection.execute("PRAGMA temp_store = MEMORY")
        existing = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
        (only_reading,) = connection.execute("PRAGMA query_only").fetchone()
        self.only_reads = bool(only_reading)
        statements = [each for each in self.statements() if each.table in existing]
        connection.execute("PRAGMA query_only = OFF")  # it would forbid the guard's own views too
        connection.execute("BEGIN")
        for each in statements:
            connection.execute(each.sql)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA query_only = {only_reading}")
        connection.set_authorizer(self.judge)

    def statements(self) -> Iterator["Laid"]:
        for name, (table, rule) in walled_tables().items():
            yield from self._laid(name, rule, [wall for wall in ("owner_id", "entrustment_id") if wall in table.c])
        inner = f'"{self.mark}device_label"'
        yield Laid("trade_item", f"CREATE TEMP VIEW {inner} AS {_DEVICE_LABEL}")
        yield Laid("trade_item", f"CREATE TEMP VIEW device_label AS SELECT * FROM temp.{inner}")

    def _laid(self, name: str, rule: Rule, stays: list[str]) -> Iterator["Laid"]:
        new, old = replace(TONGUE, row="NEW."), replace(TONGUE, row="OLD.")
        inner = f'"{self.mark}{name}"'
        moved = " OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in stays) or "0"
        refuse = f"RAISE(ABORT, 'the walls: {name} is not yours to write')"
        yield Laid(name, f'CREATE TEMP VIEW {inner} AS SELECT * FROM main."{name}" WHERE {rule.see(TONGUE)}')
        yield Laid(name, f'CREATE TEMP VIEW "{name}" AS SELECT * FROM temp.{inner}')
        if self.only_reads:
            return
        yield Laid(
            name,
            f'CREATE TEMP TRIGGER "{self.mark}make_{name}" BEFORE INSERT ON main."{name}" '
            f"WHEN ({rule.make(new)}) IS NOT TRUE BEGIN SELECT {refuse}; END",
        )
        yield Laid(
            name,
            f'CREATE TEMP TRIGGER "{self.mark}change_{name}" BEFORE UPDATE ON main."{name}" BEGIN SELECT CASE '
            f"WHEN ({rule.see(old)}) IS NOT TRUE OR ({rule.change(old)}) IS NOT TRUE THEN RAISE(IGNORE) "
            f"WHEN ({rule.change(new)}) IS NOT TRUE OR {moved} THEN {refuse} END; END",
        )
        yield Laid(
            name,
            f'CREATE TEMP TRIGGER "{self.mark}end_{name}" BEFORE DELETE ON main."{name}" '
            f"WHEN ({rule.change(old)}) IS NOT TRUE BEGIN SELECT RAISE(IGNORE); END",
        )

    def judge(self, action: int, first: str | None, second: str | None, base: str | None, source: str | None) -> int:
        """What SQLite asks before it prepares a statement; whatever is not named here is refused."""
        if action in _HARMLESS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION:
            known = second is not None and (second in _FUNCTIONS or second.startswith("walls_"))
            return sqlite3.SQLITE_OK if known else sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_READ:
            return sqlite3.SQLITE_OK if self._may_read(first or "", base, source or "") else sqlite3.SQLITE_DENY
        if action in _WRITING and base == "main" and first == self.target and not self.only_reads:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    def _may_read(self, table: str, base: str | None, source: str) -> bool:
        if table.startswith("sqlite_"):
            return False
        if base == "temp" or source.startswith(self.mark):
            return True
        return self.target is not None  # a plain write reads for its foreign keys alone: its shape holds no query

    def _functions(self) -> dict[str, Callable[[], Any]]:
        """Asked with every row that is written or read, so each only looks up what was said before."""
        return {name: partial(self._answers.__getitem__, name) for name in ASKED}


@dataclass(frozen=True, slots=True)
class Laid:
    """One statement of the guard, and the table it guards."""

    table: str
    sql: str


def guard(engine: Engine) -> None:
    """Put the guard on every connection of ``engine``."""

    @event.listens_for(engine, "connect")
    def _connected(dbapi: Any, record: Any) -> None:
        record.info["walls"] = made = Guard()
        made.raise_on(dbapi)

    @event.listens_for(engine, "reset")
    def _given_back(_dbapi: DBAPIConnection, record: Any, _state: object) -> None:
        record.info["walls"].stand_for(None)

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def _aim(connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return aimed(connection.info["walls"], statement), parameters

    @event.listens_for(engine, "after_cursor_execute")
    def _done(connection: Any, *_: Any) -> None:
        connection.info["walls"].target = None

    @event.listens_for(engine, "handle_error")
    def _failed(error: Any) -> None:
        if error.connection is not None and "walls" in error.connection.info:
            error.connection.info["walls"].target = None


def aimed(own: Guard, statement: str) -> str:
    """The statement, if it writes aimed past the view at its table; raises :class:`WrongTenant` unless it is plain."""
    own.target = None
    if own.mark in statement or _EXPLAINS.match(statement):
        raise WrongTenant("the walls do not say how they are built")
    if _ESCAPE_OF_A_ROW.search(statement):
        raise WrongTenant("the walls know no escape but '/'")
    if not _BEGINS_A_WRITE.match(statement):
        return statement
    shape = WRITES.fullmatch(statement)
    if shape is None:
        raise WrongTenant(f"the walls let only plain writes through, not: {statement[:60]}")
    own.target = shape["table"]
    return f'{shape["verb"]} main."{shape["table"]}"{shape["rest"]}'
