"""Looking into a file: its sheets, the row of each that names the columns, and what is known of those."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select

from agreements.b2mml import is_document, told_in
from agreements.tables import Line, opened
from agreements.tables.heads import Head, found_head, proposed
from agreements.tables.mapping import NOTHING, Mapped, mapped_from
from agreements.tables.telling import Fault, Told, told_by
from portal.db import session
from portal.records.intake import ColumnMapping, Intake
from workflows.acts import Act

SHOWN = 3
AT_FIRST = 80  # rows of a sheet by which its head and the sort of it are found


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet with all its rows.  ``head`` is None where nothing in it names columns."""

    name: str
    head: Head | None
    lines: Sequence[Line]
    since_1904: bool | None

    @property
    def tells(self) -> bool:
        """Whether anything can be read of it."""
        return self.head is not None

    @property
    def below(self) -> list[Line]:
        return [] if self.head is None else [line for line in self.lines if line.number > self.head.row]

    def proposed(self, sort: str | None = None) -> Mapped:
        if self.head is None:
            return Mapped(NOTHING, ())
        return proposed(self.head, self.below, sort)

    def told(self, mapped: Mapped, lines: Iterable[Line] | None = None) -> Told:
        if self.head is None:
            return Told()
        rows = self.lines if lines is None else lines
        return told_by(self.name, self.head, mapped, rows, since_1904=self.since_1904)

    def example(self, mapped: Mapped) -> Told:
        """The first rows as they would be read."""
        return self.told(mapped, self.below[:SHOWN])


@dataclass(frozen=True, slots=True)
class SeenDocument(Seen):
    """A document whose elements say by themselves what they mean: nobody has to name anything."""

    document: Told = field(default_factory=Told)

    @property
    def tells(self) -> bool:
        return True

    def told(self, mapped: Mapped, lines: Iterable[Line] | None = None) -> Told:  # noqa: ARG002  as of a sheet
        return self.document


@dataclass
class Read:
    """All that a file tells: acts in their order, faults, and which rows stand behind each place of an act.

    ``rows`` gives the place of the sheet and the numbers of its rows.
    """

    acts: list[Act] = field(default_factory=list)
    faults: list[tuple[int, Fault]] = field(default_factory=list)
    rows: dict[str, tuple[int, list[int]]] = field(default_factory=dict)
    twice: int = 0


def look(content: bytes, *, most: int | None = None) -> Sequence[Seen]:
    """The sheets, of each ``most`` rows if that is said.

    Raises :class:`agreements.tables.Unreadable` where the file is refused as a whole.
    """
    if is_document(content):
        return [SeenDocument("B2MML", None, (), None, told_in(content))]
    seen: list[Seen] = []
    for sheet in opened(content):
        lines = list(islice(sheet.lines, most))
        seen.append(Seen(sheet.name, found_head(lines), lines, sheet.since_1904))
    return seen


def as_data(seen: Sequence[Seen]) -> list[dict[str, Any]]:
    """The sheets for the record, each with the mapping that the house has confirmed for such a head before."""
    marks = [each.head.mark for each in seen if each.head]
    wanted = select(ColumnMapping).where(ColumnMapping.mark.in_(marks))
    known = {each.mark: each.mapped for each in session.scalars(wanted)}
    return [_sheet(each, known) for each in seen]


def read(intake: Intake, seen: Sequence[Seen]) -> Read:
    """What the rows of all sheets tell, by the mappings that the record holds."""
    found = Read()
    for place, (sheet, told_as) in enumerate(zip(seen, intake.sheets, strict=True)):
        if told_as["mapped"] is None:
            continue
        told = sheet.told(mapped_from(told_as["mapped"]))
        found.acts += told.acts.values()
        found.faults += [(place, each) for each in told.faults]
        found.twice += told.twice
        for act in told.acts.values():
            rows = (place, told.rows_of[act.place])
            found.rows |= {act.place: rows, **{each.place: rows for each in act.values}}
    return found


def _sheet(seen: Seen, known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    if seen.head is None:
        return {"name": seen.name, "row": 0, "heads": [], "mark": "", "mapped": Mapped(NOTHING, ()).as_data()}
    mark = seen.head.mark
    return {
        "name": seen.name,
        "row": seen.head.row,
        "heads": list(seen.head.names),
        "mark": mark,
        "mapped": known.get(mark),
    }
