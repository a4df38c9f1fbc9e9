"""What a table is made of: sheets, rows and cells, each with its place, and how large it may be."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from workflows.words import N_, Said

MOST_SHEETS = 50
MOST_ROWS = 200_000
MOST_COLUMNS = 500
LONGEST_CELL = 4_000
TOO_WIDE = N_("The row has more than %(most)s columns. Send the columns that are needed, in a file of their own.")
TOO_LONG = N_("There are more than %(most)s rows. Send the file in parts.")
TOO_LONG_A_CELL = N_("The cell holds more than %(most)s characters. Is a quotation mark missing?")


class Kind(StrEnum):
    """What a cell holds.  The last four cannot be read, and say why: :data:`agreements.tables.reading.NOTHING_IN`."""

    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    TIME = "time"
    ERROR = "error"
    UNCOUNTED = "uncounted"
    WORN = "worn"
    BYTES = "bytes"


class Cell(NamedTuple):
    """``text`` as it stands in the file: a number in decimal text, a moment in ISO text without a zone.

    ``spread`` marks a cell that is filled from another row of the merged cell it belongs to.
    """

    text: str
    kind: Kind = Kind.TEXT
    spread: bool = False


EMPTY = Cell("")


class Line(NamedTuple):
    """A row with its number as the spreadsheet counts it, from 1.  ``fault`` where the row as a whole is broken."""

    number: int
    cells: tuple[Cell, ...]
    fault: Said | None = None

    @property
    def is_empty(self) -> bool:
        return self.fault is None and not any(cell.text.strip() or cell.kind is not Kind.TEXT for cell in self.cells)


class Unreadable(ValueError):
    """The file is refused as a whole; ``place`` is where in it, empty for all of it."""

    def __init__(self, says: Said, place: str = "") -> None:
        super().__init__(f"{place}: {says}" if place else str(says))
        self.place, self.says = place, says


@dataclass(frozen=True)
class Sheet:
    """``name`` is empty for the only table of a CSV file.  ``lines`` may be gone through once.

    ``since_1904`` is how the file counts days where a date stands as a bare number; None where it has none.
    """

    name: str
    lines: Iterator[Line]
    since_1904: bool | None = None

    def at(self, row: int, column: int | None = None) -> str:
        """A place as a spreadsheet names it, such as ``Sheet1!7`` or ``Sheet1!C7``; columns count from 0."""
        return place(self.name, row, column)


def place(sheet: str, row: int, column: int | None = None) -> str:
    """``Sheet1!C7``; without a column the row, without a sheet the place in the only table there is."""
    where = f"{'' if column is None else letters(column)}{row}"
    return f"{sheet}!{where}" if sheet else where


def letters(column: int) -> str:
    """What a spreadsheet calls its column: 0 is A, 26 is AA."""
    name, left = "", column + 1
    while left:
        left, letter = divmod(left - 1, 26)
        name = chr(ord("A") + letter) + name
    return name


def within(sheet: str, lines: Iterator[Line]) -> Iterator[Line]:
    """The rows that hold something.  Raises :class:`Unreadable` at the first that is over a limit."""
    told = 0
    for line in lines:
        if len(line.cells) > MOST_COLUMNS:
            raise Unreadable(Said(TOO_WIDE, {"most": MOST_COLUMNS}), place(sheet, line.number))
        for column, cell in enumerate(line.cells):
            if len(cell.text) > LONGEST_CELL:
                at = place(sheet, line.number, column)
                raise Unreadable(Said(TOO_LONG_A_CELL, {"most": LONGEST_CELL}), at)
        if line.is_empty:
            continue
        told += 1
        if told > MOST_ROWS:
            raise Unreadable(Said(TOO_LONG, {"most": MOST_ROWS}), place(sheet, line.number))
        yield line
