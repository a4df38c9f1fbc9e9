"""Merged cells of a worksheet: what stands in the first of them holds for all."""

import io
import zipfile
from collections import defaultdict

from defusedxml.ElementTree import iterparse
from openpyxl.utils.cell import range_boundaries

from agreements.tables.cells import EMPTY, MOST_COLUMNS, Cell, Unreadable
from workflows.words import N_, Said

MOST_MERGED = 50_000


class Merged:
    """Goes down the rows with their reader."""

    def __init__(self, ranges: list[tuple[int, int, int, int]]) -> None:
        """``ranges`` are first column, first row, last column, last row, counted from 1."""
        self._starting: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self._open: list[tuple[int, int, int, Cell]] = []
        for first, top, last, bottom in ranges:
            self._starting[top].append((first - 1, min(last, MOST_COLUMNS) - 1, bottom))

    def filled(self, row: int, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """The row, with what stands in the first cell of each merged one."""
        if self._open:
            self._open = [each for each in self._open if each[2] >= row]
        begun = self._starting.pop(row, ())
        if not begun and not self._open:
            return cells
        full = list(cells)
        for first, last, _, cell in self._open:
            _fill(full, range(first, last + 1), cell)
        for first, last, bottom in begun:
            cell = full[first] if first < len(full) else EMPTY
            if cell.text:
                _fill(full, range(first + 1, last + 1), cell)
                self._open.append((first, last, bottom, cell._replace(spread=True)))
        return tuple(full)


def merged_cells(content: bytes, path: str) -> Merged:
    """Those of the worksheet that lies at ``path`` in the archive.  Raises :class:`Unreadable`."""
    ranges = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(path) as part:
        for _, element in iterparse(part, forbid_dtd=True):
            if element.tag.endswith("}mergeCell"):
                first, top, last, bottom = range_boundaries(element.get("ref", ""))
                if None not in (first, top, last, bottom):
                    ranges.append((int(first or 1), int(top or 1), int(last or 1), int(bottom or 1)))
                if len(ranges) > MOST_MERGED:
                    says = N_("More than %(most)s merged cells. Part them, or save the sheet as CSV UTF-8.")
                    raise Unreadable(Said(says, {"most": MOST_MERGED}))
            if element.tag.endswith(("}row", "}mergeCell")):
                element.clear()
    return Merged(ranges)


def _fill(cells: list[Cell], columns: range, cell: Cell) -> None:
    cells += [EMPTY] * (columns.stop - len(cells))
    for column in columns:
        if not cells[column].text:
            cells[column] = cell
