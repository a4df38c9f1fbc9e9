"""The access matrix as data: reads ``expected.toml`` and draws it as a page.  Knows nothing of the application."""

import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from werkzeug.routing import Rule

HERE = Path(__file__).parent
PAGE = HERE / "README.md"
INSPECTOR = "authority-inspector"
KNOWN = {"for", "who", "authority", "record", "side", "author", "house", "move", "states", "while", "may_wait"}
KNOWN |= {"bare", "answers", "law", "scope", "proof"}
# What may be asked for in place of a role: nothing, a person who is signed in, a machine with its token.
GATES = ("anybody", "themselves", "machines")
# The roles in the order of the page's columns, and how a column is headed.
COLUMNS = {
    "organisation-administrator": "Adm",
    "legal-representative": "Leg",
    "person-in-charge": "Head",
    "management-representative": "Rep",
    "registrant-quality-manager": "RQ",
    "registrant-release-person": "RR",
    "resident-supervisor": "Res",
    "manufacturer-quality-manager": "MQ",
    "manufacturer-release-person": "MR",
    "plant-clerk": "Clk",
    INSPECTOR: "Insp",
}


@dataclass(frozen=True)
class Door:
    """One method of one address.  ``roles`` is None where no role is asked for; ``gate`` says what is instead."""

    method: str
    path: str
    room: str
    what_for: str
    law: str
    roles: frozenset[str] | None
    record: str
    side: str | None = None
    author: bool = False
    house: str | None = None
    move: bool = False
    states: frozenset[str] | None = None
    while_open: bool = False
    may_wait: bool = False
    bare: str = "422"
    answers: frozenset[int] = field(default_factory=frozenset)
    gate: str = "role"
    scope: str | None = None
    proof: bool = False

    @property
    def ends_the_session(self) -> bool:
        """Signing out needs no more than the press: whoever tries it has to come in again."""
        return self.bare == "acts" and self.record == "none"

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"


@cache
def doors() -> dict[str, Door]:
    """Every door by ``METHOD address``."""
    told = tomllib.loads((HERE / "expected.toml").read_text("utf-8"))
    people = told.pop("people")
    found: dict[str, Door] = {}
    for room, about in told.items():
        for at, said in about.pop("door").items():
            for each in _doors(at, room, about | said, people):
                if each.key in found:
                    raise ValueError(f"{each.key} is told of twice")
                found[each.key] = each
    return found


def address(rule: Rule) -> str:
    """As the table writes it: which kind of value stands in a place is not told."""
    return re.sub(r"<(uuid|any\([^)]*\)):", "<", rule.rule)


def _doors(at: str, room: str, said: dict[str, Any], people: dict[str, list[str]]) -> Iterator[Door]:
    if unknown := set(said) - KNOWN:
        raise ValueError(f"{at}: {sorted(unknown)} says nothing")
    *methods, path = at.split()
    for method in methods:
        yield Door(
            method=method,
            path=path,
            room=room,
            what_for=said["for"],
            law=said["law"],
            roles=_roles(said["who"], said.get("authority"), people),
            record=said["record"],
            side=said.get("side"),
            author=said.get("author", False),
            house=said.get("house"),
            move=said.get("move", False),
            states=frozenset(said["states"]) if "states" in said else None,
            while_open=said.get("while") == "open",
            may_wait=said.get("may_wait", False),
            bare=said.get("bare", "422"),
            answers=frozenset(said.get("answers", ())),
            gate=said["who"] if said["who"] in GATES else "role",
            scope=said.get("scope"),
            proof=said.get("proof", False),
        )


def _roles(who: str, authority: str | None, people: dict[str, list[str]]) -> frozenset[str] | None:
    if who in GATES:
        return None
    named = frozenset(role for name in who.split(" + ") for role in people[name])
    return named | {INSPECTOR} if authority == "looks" else named


def drawn() -> str:
    """The matrix as a page: roles across, doors down."""
    head = [
        "# Who may go through which door",
        "",
        "Drawn from `expected.toml` by `python -m tests.matrix.table`; a test keeps it fresh.  The suite asks the",
        "running portal every question in it, as every person here, about own, shared and strangers' records.",
        "",
        "● may use it · empty: 403.  A record that the person's organisation must not know of is 404, with the bytes",
        "of a missing one.  Signed out: to the sign-in page, or 401.  Inspectors look, by case; the ledger tells.",
        "A door for machines asks for a token with its scope: no person's session opens it, and no token opens a page.",
        "",
        f"{' · '.join(f'**{short}** {role}' for role, short in COLUMNS.items())}",
    ]
    return "\n".join([*head, *_rooms()]) + "\n"


def _rooms() -> Iterator[str]:
    for room, lines in groupby(doors().values(), key=lambda door: door.room):
        yield from ("", f"## {room.replace('-', ' ').capitalize()}", "")
        yield f"| Door | What for | {' | '.join(COLUMNS.values())} | Whose record | When | Source |"
        yield f"|---|---|{'---|' * len(COLUMNS)}---|---|---|"
        for (path, what_for), same in groupby(lines, key=lambda door: (door.path, door.what_for)):
            yield _line(path, what_for, list(same))


def _line(path: str, what_for: str, same: list[Door]) -> str:
    door = same[0]
    methods = " ".join(each.method for each in same)
    open_to_all = door.gate in ("anybody", "themselves")
    marks = ["●" if open_to_all or role in (door.roles or ()) else "" for role in COLUMNS]
    return f"| `{methods} {path}` | {what_for} | {' | '.join(marks)} | {_whose(door)} | {_when(door)} | {door.law} |"


def _whose(door: Door) -> str:
    standing = {"registrant": "registrant's side", "manufacturer": "manufacturer's side"}
    parts = [door.record if door.record != "none" else "", standing.get(door.side or "", "")]
    parts += ["author alone" if door.author else "", f"{door.house}s only" if door.house else ""]
    return ", ".join(part for part in parts if part)


def _when(door: Door) -> str:
    states = ", ".join(sorted(door.states)).replace("_", " ") if door.states else ""
    parts = [states, "not ended" if door.while_open else "", "conditions met" if door.may_wait else ""]
    parts += ["proved anew" if door.proof else "", f"a machine with `{door.scope}`" if door.scope else ""]
    return "; ".join(part for part in parts if part)


if __name__ == "__main__":
    PAGE.write_text(drawn(), "utf-8")
    sys.stdout.write(f"{PAGE.name}: {len(doors())} doors\n")
