"""The row of a sheet that names its columns, which need not be its first, and what sort of sheet that makes it."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from agreements.reading import fingerprint, table
from agreements.tables.cells import Line
from agreements.tables.mapping import Column, Mapped
from agreements.tables.reading import Unclear, number
from agreements.tables.sorts import SORTS, VALUES, Sort

LOOKED_AT = 30
SAMPLE = 20
OF_A_UNIT = frozenset({"lot_quantity", "value"})
_HEAD_WITH_UNIT = re.compile(r"(.+?)\s*(?:[(（\[【]\s*([^()（）\[\]【】]{1,20}?)\s*[)）\]】]|/\s*([^\s/]{1,8}))")
_PUNCTUATION = re.compile(r"[\s_.:：*#\-/()（）\[\]【】]+")


@dataclass(frozen=True, slots=True)
class Head:
    """``row`` is where it stands; ``names`` one for each column, unlike each other, empty where there is none."""

    row: int
    names: tuple[str, ...]

    @property
    def mark(self) -> str:
        """The same for every sheet with the same columns in the same order."""
        return fingerprint([_plain(each) for each in self.names])


def found_head(lines: Sequence[Line]) -> Head | None:
    """The first of the rows with the most names that are known, or with the most words; None without any words.

    Where merged cells of it reach into the next row, that one names the columns.
    """
    best: tuple[int, int] = (0, 0)
    chosen = None
    for place, line in enumerate(lines[:LOOKED_AT]):
        words = {_plain(cell.text) for cell in line.cells if _is_word(cell.text)}
        known = len(words & _known())
        rank = (known, len(words)) if known > 1 else (0, len(words))
        if rank[0] > best[0] or (not best[0] and rank > best):
            best, chosen = rank, place
    if chosen is None:
        return None
    below = lines[chosen + 1] if chosen + 1 < len(lines) else None
    if below and any(cell.spread and _is_word(cell.text) for cell in below.cells):
        chosen += 1
    return Head(lines[chosen].number, _unlike(lines[chosen]))


def is_head(head: Head, line: Line) -> bool:
    """Whether a row repeats the head, as at the top of each printed page."""
    said = [cell.text for cell in line.cells if cell.text]
    return len(said) > 1 and _unlike(line) == head.names


def proposed(head: Head, sample: Iterable[Line], sort: str | None = None) -> Mapped:
    """Which sort of sheet it seems to be, unless ``sort`` says so, and what its columns seem to mean."""
    rows = list(islice((line for line in sample if not is_head(head, line)), SAMPLE))
    if sort:
        return Mapped(sort, _columns(SORTS[sort], head, rows))
    offers = [(each, _columns(each, head, rows)) for each in SORTS.values()]
    best, columns = max(offers, key=lambda each: _worth(*each))
    return Mapped(best.name, columns)


def _worth(sort: Sort, columns: Sequence[Column]) -> tuple[int, int, int]:
    """Nothing lacking first, then how many columns are known, then how few the sort could have besides."""
    named = {each.field for each in columns} - {"", VALUES}
    lacking = sum(1 for each in sort.fields if each.needed and each.name not in named)
    lacking += sum(1 for group in sort.one_of if not named & set(group))
    return -lacking, len(named), -len(sort.fields)


def _columns(sort: Sort, head: Head, rows: Sequence[Line]) -> tuple[Column, ...]:
    names, taken, found = _names(sort.name), set(), []
    for place, name in enumerate(head.names):
        field = next((each for each in _candidates(name, names) if each not in taken), "")
        taken.add(field)
        if not field and name and sort.wide and _holds_numbers(rows, place):
            found.append(Column(name, VALUES, *with_unit(name)))
        else:
            found.append(Column(name, field, unit=with_unit(name)[1] if field in OF_A_UNIT else ""))
    return tuple(found)


def _candidates(name: str, names: Mapping[str, frozenset[str]]) -> list[str]:
    """The fields that a head may mean, with and without what stands in brackets behind it."""
    said = {_plain(name), _plain(with_unit(name)[0])} - {""}
    return [field for field, known in names.items() if known & said]


def named_alike(head: Head, names: Iterable[str]) -> int | None:
    """The place of the first column that bears one of these names."""
    known = {_plain(each) for each in names}
    return next((place for place, name in enumerate(head.names) if _plain(name) in known), None)


def with_unit(name: str) -> tuple[str, str]:
    """A name and the unit that stands in brackets or behind a stroke; the unit is empty where there is none."""
    if found := _HEAD_WITH_UNIT.fullmatch(name.strip()):
        return found[1], found[2] or found[3]
    return name.strip(), ""


@cache
def _names(sort: str) -> dict[str, frozenset[str]]:
    """What the columns of a sort are called, by field and in the order of its fields."""
    data = table("sheet_headers")
    names: dict[str, list[str]] = data["names"]
    days: list[str] = data["days_of"][sort]
    return {
        each.name: frozenset(map(_plain, [*names[each.name], *(days if each.name == "on" else ())]))
        for each in SORTS[sort].fields
    }


@cache
def _known() -> frozenset[str]:
    return frozenset().union(*(known for sort in SORTS for known in _names(sort).values()))


def _holds_numbers(rows: Sequence[Line], place: int) -> bool:
    filled = [line.cells[place] for line in rows if place < len(line.cells) and line.cells[place].text]
    return bool(filled) and 2 * sum(map(_is_number, filled)) > len(filled)


def _is_number(cell: object) -> bool:
    try:
        number(cell)  # type: ignore[arg-type]
    except Unclear:
        return False
    return True


def _unlike(line: Line) -> tuple[str, ...]:
    """The names of the columns; a second one of the same name is numbered."""
    names: list[str] = []
    for cell in line.cells:
        name = " ".join(unicodedata.normalize("NFKC", cell.text).split())[:80]
        told, again = name, 2
        while name and told in names:
            told, again = f"{name} {again}", again + 1
        names.append(told)
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _is_word(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def _plain(text: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).lower())
