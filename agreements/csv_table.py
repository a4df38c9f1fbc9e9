"""A CSV file with a header, read row by row: a row that cannot be read is named with its column and costs no other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from agreements.csv_records import Record, records
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class BadRow:
    """``number`` counts as a spreadsheet does, the header being row 1.  ``column`` None: the file has no header."""

    number: int
    column: str | None
    says: Said

    def __str__(self) -> str:
        place = f"row {self.number}, column {self.column}" if self.column else f"row {self.number}"
        return f"{place}: {self.says}"


@dataclass(frozen=True, slots=True)
class Cells:
    """One row under its columns, trimmed."""

    number: int
    by_column: Mapping[str, str]


class BadCell(ValueError):
    """A cell, or the whole row when ``column`` is None, cannot be read; ``says`` tells why and how to mend it."""

    def __init__(self, column: str | None, says: str, **values: str | int | Said) -> None:
        super().__init__(says)
        self.column = column
        self.says = Said(says, values)

    def in_row(self, number: int) -> BadRow:
        return BadRow(number, self.column, self.says)


def rows_under(columns: Sequence[str], lines: Iterable[str]) -> Iterator[Cells | BadRow]:
    """Yield each row after the header; blank lines are passed.

    A wrong header (a column missing, unknown or twice) is told as row 1, and no row is read.  Open the file with
    ``encoding="utf-8", errors="surrogateescape", newline=""``: bytes that are not UTF-8 then cost only their own row.
    """
    rows = records(lines, cells=len(columns))
    header = next(rows, None)
    names = [_cleaned(cell).lower() for cell in header.cells or ()] if header and header.number == 1 else []
    if faults := list(_header_faults(names, columns)):
        yield from faults
        return
    for record in rows:
        try:
            yield Cells(record.number, _cells(record, names))
        except BadCell as bad:
            yield bad.in_row(record.number)


def _header_faults(names: Sequence[str], columns: Sequence[str]) -> Iterator[BadRow]:
    expected: dict[str, str | int] = {"columns": ",".join(columns)}
    if not any(names):
        yield BadRow(1, None, Said(N_("The file has no header. Expected: %(columns)s."), expected))
        return
    for name in dict.fromkeys(names):
        shown = name[:40] or "(empty)"
        if name not in columns:
            yield BadRow(1, shown, Said(N_("There is no such column. Expected: %(columns)s."), expected))
        elif names.count(name) > 1:
            yield BadRow(1, shown, Said(N_("The column stands there twice.")))
    for name in columns:
        if name not in names:
            yield BadRow(1, name, Said(N_("The column is missing.")))


def _cells(record: Record, names: Sequence[str]) -> dict[str, str]:
    if record.cells is None:
        broken = names[min(record.broken_at, len(names) - 1)]
        raise BadCell(broken, N_('A quotation mark is open or misplaced, or the text too long. Example: "a ""b"" c".'))
    if len(record.cells) > len(names):
        raise BadCell(
            names[-1],
            N_("The row has %(count)s cells and the header %(expected)s. Put a text with a comma in quotation marks."),
            count=len(record.cells),
            expected=len(names),
        )
    for name, cell in zip(names, record.cells, strict=False):
        if any("\udc80" <= letter <= "\udcff" for letter in cell):
            raise BadCell(name, N_("The cell is not UTF-8. Save the file as CSV UTF-8."))
        if "\0" in cell:
            raise BadCell(name, N_("The cell contains a NUL character. Save the file as CSV UTF-8."))
    if len(record.cells) < len(names):
        raise BadCell(
            names[len(record.cells)], N_("The row ends before this cell; leave an unknown cell empty instead.")
        )
    return {name: _cleaned(cell) for name, cell in zip(names, record.cells, strict=True)}


def _cleaned(cell: str) -> str:
    return cell.strip().strip("\ufeff\u200b").strip()
