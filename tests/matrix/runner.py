"""Asks the running portal the questions of the matrix and notes whatever was not answered as the table says."""

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import count
from uuid import UUID
from zlib import crc32

from flask import Flask
from sqlalchemy import MetaData, select
from werkzeug.test import TestResponse

from portal.db import session
from tests.matrix.canaries import Sweep, parts_of
from tests.matrix.oracle import A_PROBLEM, API, SAME_AS_MISSING, SIGN_IN, Cell, expected
from tests.matrix.principals import EVERYBODY, Browser, Principal
from tests.matrix.relations import TAKING_PART
from tests.matrix.scene import CALLED, Scene, Subject
from tests.matrix.table import INSPECTOR, Door, doors
from tests.stage import behind_the_walls, sql
from tests.treatment import untold

MISSING = UUID("01980000-0000-7000-8000-000000000000")
OTHERS = {
    "token": "opens-nothing",
    "path:filename": "tokens.css",
    "path:code": "opens/nothing",
    "resource": "bizSteps",
    "path:value": "shipping/events",
}
ARGUMENT = re.compile(r"<([\w:]+)>")
# Every door is also tried in these ways, in turn by those inside and in all of them by those outside.
ODD = (
    ("HEAD", ""),
    ("OPTIONS", ""),
    ("TRACE", ""),
    ("PUT", ""),
    ("PATCH", ""),
    ("DELETE", ""),
    ("POST", "override GET"),
    ("POST", "override DELETE"),
    ("GET", "override POST"),
    ("POST", "no token"),
)
# Every other look claims to be a form as well, as some frameworks would believe: nothing may come of that.
CLAIMS = dict.fromkeys(("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"), "POST")
CLAIMED = {"_method": "POST", "csrf_token": "x"}
# As each kind of machine is told what is wrong.
PROBLEMS = ("application/problem+json", "application/fhir+json")
FHIR = "/api/v1/fhir/"
SIGNED_OUT = "signed out"
POSTGRESQL = "postgresql"
WHOLE = os.environ.get("TESTS") == "whole"  # leaves out none of what is left out below
RIVAL = "lantai"
ONE_IN = 9  # of its own doors a mirror image opens one in so many
# Of the questions whose answer another one of the same house or kind gives as well, one in so many is asked.
ALIKE = {"sqlite": 12, POSTGRESQL: 32}
# What a question may leave behind: somebody was seen or refused, an authority looked, a passkey was asked, a machine
# removed its own query.
MAY_GROW = {
    "ledger_event",
    "ledger_stream",
    "named_query",
    "passkey_challenge",
    "security_event",
    "tally",
    "web_session",
}
LOOKS = (".read", ".taken", ".exported", ".inspected", ".listed")


def kind_of(path: str) -> str | None:
    """The table of the record that an address names."""
    names = [name for name in ARGUMENT.findall(path) if name not in OTHERS]
    return _kind_called(names[-1]) if names else None


def _kind_called(name: str) -> str:
    return CALLED.get(name.removesuffix("_id"), name.removesuffix("_id"))


def subjects_for(path: str, scene: Scene) -> list[Subject | None]:
    kind = kind_of(path)
    if kind is None:
        return [None]
    return [*scene.subjects[kind], Subject(kind, MISSING, None, None)]


def cells(who: Principal, scene: Scene, engine: str) -> Iterator[Cell]:
    """Every door in every method, on records of every relation.

    Who may not use a door at all is turned away before any record is looked for, in the same lines for both engines:
    one in so many of those is asked.  SQLite is asked for every record, PostgreSQL for one on each side of the wall;
    how it finds them is tried table by table in tests/walls and tests/house/test_tenancy.py.
    """
    turn = count()
    one_in = 1 if WHOLE else ALIKE[engine]
    for path in dict.fromkeys(door.path for door in doors().values() if not door.ends_the_session):
        about = subjects_for(path, scene)
        nearest = min(about, key=lambda each: not (each and each.seen_by(who.books)))
        for method in ("GET", "POST", *(each for each in ("PATCH", "PUT") if f"{each} {path}" in doors())):
            door = doors().get(f"{method} {path}")
            if door is None or not _may(who, door):
                if next(turn) % one_in == 0:
                    yield Cell(who, method, path, nearest)
                continue
            for each in _records(who, door, about, engine, turn):
                yield Cell(who, method, path, each)
        if who.counts and all(each.gate == "machines" for each in _at(path)):
            continue  # such a door knows no roles: whoever is signed out tries all its other sides
        if who.name == SIGNED_OUT:
            yield from _odd_ways(who, path, about, nearest, ODD)
        elif next(turn) % one_in == 0:
            yield from _odd_ways(who, path, about, nearest, (ODD[next(turn) % len(ODD)],))


def _odd_ways(
    who: Principal,
    path: str,
    about: list[Subject | None],
    nearest: Subject | None,
    ways: tuple[tuple[str, str], ...],
) -> Iterator[Cell]:
    """A door knocked at as no page of ours does, for a record of others where there is one."""
    foreign = next((each for each in about if each and not (who.house and each.seen_by(who.house))), None)
    look = doors().get(f"GET {path}")
    for method, variant in ways:
        if method != "HEAD":
            yield Cell(who, method, path, foreign if foreign and variant != "no token" else nearest, variant)
        elif look:
            yield Cell(who, method, path, foreign if foreign and _may(who, look) else nearest)


def _records(
    who: Principal, door: Door, about: list[Subject | None], engine: str, turn: Iterator[int]
) -> Iterator[Subject | None]:
    """The records for which ``who``, whom the door lets in, asks there."""
    if door.bare == "acts":
        about = [each for each in about if each and not each.seen_by(who.books)]
    if not WHOLE:
        first = who is _tries_every_record(who, door)
        if not first and next(turn) % ALIKE[engine]:
            return
        if not first or engine == POSTGRESQL:
            about = _one_of_each(about, who)
        elif who.house != RIVAL:
            about = _few_of_strangers(about, who, next(turn))
    for each in about:
        within = each is None or each.seen_by(who.books)
        if not within or who.thorough or next(turn) % ONE_IN == 0:
            yield each


def _tries_every_record(who: Principal, door: Door) -> Principal:
    """Which records a house finds does not depend on the role: of those whom a door lets in, one asks for each of them.

    The doors fall to the roles in turn; the others ask for one record that is open to them and one that is not.
    """
    alike = [each for each in EVERYBODY.values() if (each.books, each.machine) == (who.books, who.machine)]
    entitled = [each for each in alike if _may(each, door)]
    return entitled[crc32(door.key.encode()) % len(entitled)]


def _one_of_each(about: list[Subject | None], who: Principal) -> list[Subject | None]:
    mine = [each for each in about if each is None or each.seen_by(who.books)]
    return [*mine[:1], *[each for each in about if each not in mine][:1]]


def _few_of_strangers(about: list[Subject | None], who: Principal, start: int) -> list[Subject | None]:
    """All that is theirs, and two of what is not, in turn; the rival asks for each of those."""
    theirs = [each for each in about if each is None or each.seen_by(who.books)]
    others = [each for each in about if each not in theirs]
    return [*theirs, *(others[(start + step) % len(others)] for step in range(min(2, len(others))))]


def _at(path: str) -> list[Door]:
    return [door for door in doors().values() if door.path == path]


def _may(who: Principal, door: Door) -> bool:
    if door.gate == "machines":
        return who.machine
    return door.roles is None or (who.house is not None and bool(who.roles & door.roles))


class Run:
    """One principal after another before the doors of one copy of the world."""

    def __init__(self, app: Flask, scene: Scene) -> None:
        self.app, self.scene = app, scene
        self.sweep = Sweep(TAKING_PART, scene.world)
        self.outcomes: dict[str, str] = {}
        self.surprises: list[str] = []
        self.leaks: list[str] = []
        self._browsers: dict[str, Browser] = {}
        self._missing: dict[tuple[str, str, bool], bytes] = {}

    def browser(self, who: Principal) -> Browser:
        if who.name not in self._browsers:
            self._browsers[who.name] = Browser(self.app, self.scene.world, who, self.scene.machines)
        return self._browsers[who.name]

    def ask(self, cell: Cell) -> TestResponse:
        headers = dict(self.browser(cell.who).headers)
        method, _, variant = cell.variant.partition(" ")
        if cell.method == "POST" and cell.variant != "no token":
            headers["X-CSRFToken"] = self.browser(cell.who).token
        if method == "override":
            headers["X-HTTP-Method-Override"] = variant
        claims = cell.method == "GET" and not cell.variant and crc32(cell.key.encode()) % 2 == 0
        return self.browser(cell.who).client.open(
            _address(cell),
            method=cell.method,
            headers=headers | CLAIMS if claims else headers,
            query_string=CLAIMED if claims and not cell.path.startswith(API) else None,  # a machine may ask nothing odd
        )

    def judge(self, cell: Cell) -> str:
        """Ask, note the outcome, and whatever is wrong with it."""
        watched = INSPECTOR in cell.who.roles and cell.subject is not None
        before = told() if watched else Counter()
        try:
            with self.ask(cell) as answer:
                if watched and answer.status_code == 200 and cell.method != "OPTIONS" and told() == before:
                    self.surprises.append(f"{cell.key}: an authority's look that the ledger does not know of")
                return self._judged(cell, answer)
        except Exception as broken:  # noqa: BLE001  whatever it is, it is not what the table promises
            session.remove()
            self.outcomes[cell.key] = f"broken by {type(broken).__name__}"
            self.surprises.append(f"{cell.key}: broken by {broken!r}")
            return self.outcomes[cell.key]

    def _judged(self, cell: Cell, answer: TestResponse) -> str:
        wanted = expected(cell)
        outcome = self._outcome(cell, answer)
        self.outcomes[cell.key] = outcome
        right = answer.status_code in wanted.statuses and (not wanted.how or outcome.endswith(wanted.how))
        if not right:
            self.surprises.append(f"{cell.key}: {outcome}, not {sorted(wanted.statuses)} {wanted.how}".rstrip())
        if cell.method == "HEAD" and answer.data:
            self.surprises.append(f"{cell.key}: an answer to HEAD with a body")
        if rules := untold(answer, static=cell.path.startswith("/static/")):
            self.surprises.append(f"{cell.key}: an answer without {rules}")
        typed = cell.subject.id if cell.subject else None
        if found := self.sweep.foreign(cell.who.books or None, parts_of(answer), typed=typed):
            self.leaks.append(f"{cell.key}: {sorted(found)[:5]}")
        return outcome

    def _outcome(self, cell: Cell, answer: TestResponse) -> str:
        said = str(answer.status_code)
        if answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in"):
            return f"{said} {SIGN_IN}"
        if answer.status_code == 401 and answer.mimetype in PROBLEMS:
            return f"{said} {A_PROBLEM}"
        if answer.status_code == 404 and cell.subject is not None:
            same = cell.method == "HEAD" or answer.data == self._missing_page(cell)
            return f"{said} {SAME_AS_MISSING if same else 'other bytes'}"
        return said

    def _missing_page(self, cell: Cell) -> bytes:
        """The same at every door, but that FHIR has words of its own for it."""
        about = (cell.who.name, cell.method, cell.path.startswith(FHIR))
        if about not in self._missing:
            nothing = Cell(
                cell.who, cell.method, cell.path, Subject(cell.subject.kind, MISSING, None, None), cell.variant
            )
            self._missing[about] = self.ask(nothing).data
        return self._missing[about]


def _address(cell: Cell) -> str:
    def fill(found: re.Match[str]) -> str:
        name, about = found.group(1), cell.subject
        if about and about.within and _kind_called(name) != about.kind:
            return str(about.within)
        return OTHERS.get(name) or str(about.id if about else MISSING)

    return ARGUMENT.sub(fill, cell.path)


def fingerprint() -> dict[str, str]:
    """A digest of every row of every table that a question must leave as it was."""
    session.remove()
    bare = behind_the_walls()
    found = {}
    with bare.connect() as books:
        for table in _tables_of(bare.dialect.name).sorted_tables:
            if table.name not in MAY_GROW:
                rows = books.execute(select(table)).fetchall()
                found[table.name] = hashlib.sha256("\n".join(sorted(map(repr, rows))).encode()).hexdigest()
    return found


@cache
def _tables_of(_dialect: str) -> MetaData:
    """As the database itself names them; no question alters a table."""
    kept = MetaData()
    kept.reflect(behind_the_walls())
    return kept


def told() -> Counter[str]:
    """How often the ledger tells of what."""
    return Counter(dict(map(tuple, sql("SELECT event, count(*) FROM ledger_event GROUP BY event"))))
