"""How many pieces of a lot are inspected, and how many may fail: GB/T 2828.1 single sampling, or every piece.

Tables: ``data/sampling_plans.json``, which names where each was read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from agreements.reading import table
from workflows.engine import Source

TABLES = Source("GBT-2828.1", "tables 1, 2-A, 2-B, 2-C")
LARGEST_PERCENT = Decimal(10)
_DOWN, _UP, _NONE = "v", "^", "-"


class NoPlan(ValueError):
    """The standard has no plan for this."""


class Severity(StrEnum):
    NORMAL = "normal"
    TIGHTENED = "tightened"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class Plan:
    """Inspect ``size`` pieces; the lot is accepted while no more than ``accept`` fail.  ``letter`` may be empty."""

    letter: str
    size: int
    accept: int
    every_piece: bool

    @property
    def reject(self) -> int:
        return self.accept + 1

    def accepts(self, failed: int) -> bool:
        """Raises :class:`ValueError` for a number below zero."""
        if failed < 0:
            raise ValueError(f"{failed} pieces cannot fail")
        return failed <= self.accept


def every_piece(lot: int) -> Plan:
    """Each piece is inspected and none may fail; what fails is taken out one by one."""
    _refuse_empty(lot)
    return Plan("", lot, 0, every_piece=True)


def letter_of(lot: int, level: str) -> str:
    """The code letter of table 1.  Raises :class:`NoPlan` for a level it does not have, and for a lot below two."""
    if level not in LEVELS:
        raise NoPlan(f"no inspection level {level!r}")
    for first, last, letters in _LOTS:
        if first <= lot and (last is None or lot <= last):
            return letters[level]
    raise NoPlan(f"a lot of {lot}: every piece is inspected")


def plan(lot: int, level: str, aql: str, severity: Severity = Severity.NORMAL) -> Plan:
    """The plan for a lot; a sample as large as the lot means every piece of it.  Raises :class:`NoPlan`."""
    _refuse_empty(lot)
    found = plan_of(letter_of(lot, level), aql, severity)
    return found if found.size < lot else Plan(found.letter, lot, found.accept, every_piece=True)


def plan_of(letter: str, aql: str, severity: Severity = Severity.NORMAL) -> Plan:
    """The plan that stands at a letter of tables 2-A to 2-C, or where its arrow leads.  Raises :class:`NoPlan`."""
    rows, sizes = _TABLES[severity]
    if aql not in AQLS or letter not in rows:
        raise NoPlan(f"no plan for letter {letter!r} and AQL {aql!r}")
    letters, column = list(rows), AQLS.index(aql)
    at = letters.index(letter)
    while (cell := rows[letters[at]][column]) in (_DOWN, _UP):
        at += 1 if cell == _DOWN else -1
    if cell == _NONE:
        raise NoPlan(f"no plan for letter {letter!r} and AQL {aql!r}")
    return Plan(letters[at], sizes[letters[at]], int(cell), every_piece=False)


def one_step_tighter(aql: str) -> str | None:
    """The AQL before this one; None for the first."""
    at = AQLS.index(aql)
    return AQLS[at - 1] if at else None


def may_count_pieces(aql: str) -> bool:
    """Whether it may be a share of pieces that fail; above 10 it only counts what is wrong, in a hundred pieces."""
    return Decimal(aql) <= LARGEST_PERCENT


def _refuse_empty(lot: int) -> None:
    if lot < 1:
        raise NoPlan(f"a lot of {lot}")


_DATA = table("sampling_plans")
LEVELS: tuple[str, ...] = tuple(_DATA["levels"])
AQLS: tuple[str, ...] = tuple(_DATA["aqls"])
_LOTS: tuple[tuple[int, int | None, Mapping[str, str]], ...] = tuple(
    (int(first), None if last == _NONE else int(last), dict(zip(LEVELS, letters, strict=True)))
    for first, last, *letters in (each.split() for each in _DATA["lots"])
)
_TABLES: Mapping[Severity, tuple[Mapping[str, tuple[str, ...]], Mapping[str, int]]] = {
    Severity(name): ({letter: tuple(row.split()) for letter, row in each["rows"].items()}, each["sizes"])
    for name, each in _DATA["tables"].items()
}
SIZES: frozenset[int] = frozenset(size for _, sizes in _TABLES.values() for size in sizes.values())
