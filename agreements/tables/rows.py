"""One row of a mapped sheet: what each field says, or which cell cannot be read and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agreements.tables.cells import EMPTY, Cell, Line, letters
from agreements.tables.mapping import Mapped
from agreements.tables.reading import Unclear, amount, day, is_time_alone, moment, number, word
from agreements.tables.sorts import VALUES
from workflows.words import N_, Said

# What is written into a cell of a form to say that there is nothing.
NOTHING_TOLD = frozenset({"", "/", "-", "--", "—", "——", "N/A", "n/a", "NA"})
MOMENTS = frozenset({"on", "began_at", "ended_at", "at"})
LONGEST = 200
_SPREAD = N_(
    "The quantity stands in a cell that is merged over several rows. Part the cell, with a quantity in each row."
)


class BadCell(ValueError):
    """``column`` is its letters, empty for the row as a whole."""

    def __init__(self, column: str, says: Said) -> None:
        super().__init__(str(says))
        self.column, self.says = column, says


@dataclass
class Row:
    """``words`` holds the filled fields; ``began`` and ``ended`` the moments; ``wide`` what the further columns hold.

    ``wide`` are column letters, name, value and unit.  ``quantity`` is decimal text and its unit.
    """

    number: int
    words: dict[str, str] = field(default_factory=dict)
    began: datetime | None = None
    ended: datetime | None = None
    quantity: tuple[str, str] | None = None
    wide: list[tuple[str, str, str, str]] = field(default_factory=list)
    where: dict[str, str] = field(default_factory=dict)

    def said(self, name: str) -> str:
        return self.words.get(name, "")

    def told(self) -> list[str]:
        """All it says but how much of which lot, so that rows can be told from each other."""
        words = [f"{name}={said}" for name, said in sorted(self.words.items()) if not name.startswith("lot")]
        ends = [each.isoformat() if each else "" for each in (self.began, self.ended)]
        return [*words, *ends, *("=".join(each[1:]) for each in self.wide)]


def read_row(mapped: Mapped, line: Line, *, since_1904: bool | None) -> Row:
    """Raises :class:`BadCell` with the first cell that cannot be read, or that is empty and must not be."""
    if line.fault:
        raise BadCell("", line.fault)
    row, cells = Row(line.number), _cells(mapped, line)
    for place, column in enumerate(mapped.columns):
        cell = line.cells[place] if place < len(line.cells) else EMPTY
        if column.field == VALUES:
            value = _word(cell, letters(place))
            if value:
                row.wide.append((letters(place), column.name, _as_number(cell, value), column.unit))
        elif column.field and column.field not in MOMENTS and (value := _word(cell, letters(place))):
            row.words[column.field] = value
            row.where[column.field] = letters(place)
    _moments(row, mapped, cells, since_1904)
    _quantity(row, mapped, cells)
    _value(row, mapped, cells)
    _refuse_gaps(row, mapped)
    return row


def _cells(mapped: Mapped, line: Line) -> Mapping[str, tuple[str, Cell]]:
    """The cells of the fields that are no further columns, with the letters of theirs."""
    return {
        column.field: (letters(place), line.cells[place] if place < len(line.cells) else EMPTY)
        for place, column in enumerate(mapped.columns)
        if column.field not in ("", VALUES)
    }


def _word(cell: Cell, column: str) -> str:
    try:
        said = word(cell)
    except Unclear as unclear:
        raise BadCell(column, unclear.says) from unclear
    if len(said) > LONGEST:
        raise BadCell(column, Said(N_("The text is longer than %(most)s characters."), {"most": LONGEST}))
    return "" if said in NOTHING_TOLD else said


def _as_number(cell: Cell, said: str) -> str:
    """A number as decimal text, and the words of what is none."""
    try:
        return number(cell)
    except Unclear:
        return said


def _moments(row: Row, mapped: Mapped, cells: Mapping[str, tuple[str, Cell]], since_1904: bool | None) -> None:
    column, cell = "", EMPTY
    try:
        column, cell = cells.get("on", ("", EMPTY))
        on = day(cell, since_1904=since_1904) if _word(cell, column) else None
        if on is not None:
            row.began = moment(Cell(on.isoformat()))
        column, cell = cells.get(mapped.of_sort.moment, ("", EMPTY))
        if _word(cell, column):
            row.began = moment(cell, on=on, since_1904=since_1904)
        column, cell = cells.get("ended_at", ("", EMPTY))
        if _word(cell, column):
            begun = row.began.date() if row.began and is_time_alone(cell) else None
            row.ended = moment(cell, on=on or begun, since_1904=since_1904)
    except Unclear as unclear:
        raise BadCell(column, unclear.says) from unclear


def _quantity(row: Row, mapped: Mapped, cells: Mapping[str, tuple[str, Cell]]) -> None:
    column, cell = cells.get("lot_quantity", ("", EMPTY))
    if not row.said("lot_quantity"):
        return
    if cell.spread:
        raise BadCell(column, Said(_SPREAD))
    if not row.said("lot"):
        raise BadCell(column, Said(N_("A quantity is told and no lot that it is of.")))
    try:
        figure, own = amount(cell)
    except Unclear as unclear:
        raise BadCell(column, unclear.says) from unclear
    units = list(dict.fromkeys(filter(None, (own, row.said("lot_unit"), _unit_of(mapped, "lot_quantity")))))
    if len(units) > 1:
        both: dict[str, str | int] = {"one": units[0], "other": units[1]}
        raise BadCell(
            column, Said(N_("The unit is told as %(one)s and as %(other)s. Keep the one that is right."), both)
        )
    if not units:
        raise BadCell(
            column, Said(N_("The quantity has no unit. Write it behind the number, or in a column of its own."))
        )
    row.quantity = figure, units[0]


def _value(row: Row, mapped: Mapped, cells: Mapping[str, tuple[str, Cell]]) -> None:
    """A single value as a number where it is one, in the unit of its row or of its head."""
    if row.said("value"):
        row.words["value"] = _as_number(cells["value"][1], row.words["value"])
        if not row.said("unit") and (unit := _unit_of(mapped, "value")):
            row.words["unit"] = unit


def _unit_of(mapped: Mapped, field: str) -> str:
    place = mapped.place_of(field)
    return "" if place is None else mapped.columns[place].unit


def _refuse_gaps(row: Row, mapped: Mapped) -> None:
    """Told by the names that the columns have in the file."""
    filled = set(row.words) | ({"on", mapped.of_sort.moment} if row.began else set())
    heads = {each.field: (letters(place), each.head) for place, each in enumerate(mapped.columns)}
    for each in mapped.of_sort.fields:
        if each.needed and each.name not in filled:
            column, head = heads.get(each.name, ("", each.label))
            raise BadCell(column, Said(N_("The cell is empty, and “%(field)s” is needed."), {"field": head}))
    for group in mapped.of_sort.one_of:
        if not filled & set(group):
            fields = " / ".join(heads[each][1] for each in group if each in heads)
            raise BadCell(
                "", Said(N_("All of these cells are empty, and one is needed: %(fields)s."), {"fields": fields})
            )
