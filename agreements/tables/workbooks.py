"""A workbook of Excel: what its cells hold, with merged cells filled and formulas by the value they were saved with."""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Context, Decimal
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from agreements.tables.cells import EMPTY, MOST_SHEETS, Cell, Kind, Line, Sheet, Unreadable, within
from agreements.tables.merging import Merged, merged_cells
from workflows.words import N_, Said

MOST_PARTS = 2_000
MOST_BYTES = 300 * 1024 * 1024
MOST_RATIO = 100
SMALL = 16 * 1024 * 1024  # below this a high ratio is only a short, even table
PIECE = 256 * 1024
DIGITS = 15  # more than these a workbook does not keep of a number
_DECLARATION = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)")
_FORMULA, _MERGED = re.compile(rb"<(?:\w+:)?f[\s>/]"), re.compile(rb"<(?:\w+:)?mergeCell[\s/]")
_OVERLAP = 24
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
DAMAGED = N_("The workbook is damaged and cannot be read. Open it, save it anew as .xlsx, and send that.")
BOMB = N_("Unpacked, the workbook would be far larger than it looks: more than %(megabytes)s MB, or %(ratio)s times.")
DECLARES = N_("A part of the workbook declares a document type, which no spreadsheet program writes. Save it anew.")


@dataclass(frozen=True, slots=True)
class _Part:
    """What one look at a part of the archive found."""

    formulas: bool
    merged: bool


def workbook_sheets(content: bytes) -> list[Sheet]:
    """The visible and hidden sheets in their order, without charts.  Raises :class:`Unreadable`."""
    parts = _looked_through(content)
    try:
        values, formulas = _loaded(content, data_only=True), None
        if any(each.formulas for each in parts.values()):
            formulas = _loaded(content, data_only=False)
        since_1904 = values.epoch == CALENDAR_MAC_1904
        sheets = [each for each in values.worksheets if hasattr(each, "_worksheet_path")]
    except (*_BROKEN, DefusedXmlException):
        raise Unreadable(Said(DAMAGED)) from None
    if len(sheets) > MOST_SHEETS:
        raise Unreadable(Said(N_("The workbook has more than %(most)s sheets."), {"most": MOST_SHEETS}))
    found = []
    for sheet in sheets:
        part = parts.get(sheet._worksheet_path.lstrip("/"), _Part(formulas=True, merged=True))  # noqa: SLF001  it tells no other way
        merged = merged_cells(content, sheet._worksheet_path.lstrip("/")) if part.merged else None  # noqa: SLF001
        counted = formulas[sheet.title] if formulas is not None and part.formulas else None
        lines = within(sheet.title, _lines(sheet, counted, merged))
        found.append(Sheet(sheet.title, lines, since_1904))
    return found


def _looked_through(content: bytes) -> dict[str, _Part]:
    """Every part unpacked once, piece by piece: nothing too large, nothing that declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if sum(each.file_size for each in entries) > MOST_BYTES or len(entries) > MOST_PARTS:
                raise _bomb()
            total, found = 0, {}
            for entry in entries:
                with archive.open(entry) as part:
                    found[entry.filename], size = _looked_at(entry.filename, _pieces(part), len(content), total)
                total += size
            return found
    except Unreadable:
        raise
    except _BROKEN:
        raise Unreadable(Said(DAMAGED)) from None


def _pieces(part: IO[bytes]) -> Iterator[bytes]:
    while piece := part.read(PIECE):
        yield piece


def _looked_at(name: str, pieces: Iterator[bytes], packed: int, before: int) -> tuple[_Part, int]:
    """What a part holds, and its size.  ``packed`` is the size of the file, ``before`` that of the parts so far."""
    formulas = merged = False
    tail, size = b"", 0
    for piece in pieces:
        size, seen = size + len(piece), tail + piece
        if before + size > MOST_BYTES or (before + size > SMALL and before + size > MOST_RATIO * packed):
            raise _bomb()
        if name.endswith((".xml", ".rels", ".vml")) and _DECLARATION.search(seen):
            raise Unreadable(Said(DECLARES), name)
        formulas = formulas or bool(_FORMULA.search(seen))
        merged = merged or bool(_MERGED.search(seen))
        tail = piece[-_OVERLAP:]
    return _Part(formulas, merged), size


def _bomb() -> Unreadable:
    return Unreadable(Said(BOMB, {"megabytes": MOST_BYTES // (1024 * 1024), "ratio": MOST_RATIO}))


def _loaded(content: bytes, *, data_only: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it leaves out: validations, styles, images
        return load_workbook(io.BytesIO(content), read_only=True, data_only=data_only, keep_links=False)


def _lines(sheet: Any, formulas: Any, merged: Merged | None) -> Iterator[Line]:
    sheet.reset_dimensions()
    rows = _rows(sheet)
    beside = None
    if formulas is not None:
        formulas.reset_dimensions()
        beside = _rows(formulas)
    for number, row in enumerate(rows, start=1):
        cells = tuple(map(_cell, row))
        if beside is not None:
            cells = tuple(map(_counted, cells, row, next(beside, ())))
        yield Line(number, merged.filled(number, cells) if merged else cells)


def _rows(sheet: Any) -> Iterator[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a date outside all calendars is told as a cell
        try:
            yield from sheet.iter_rows()
        except (*_BROKEN, DefusedXmlException):
            raise Unreadable(Said(DAMAGED), sheet.title) from None


def _cell(found: Any) -> Cell:
    value = found.value
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        return Cell(_to_the_second(value).isoformat(), Kind.MOMENT)
    if isinstance(value, time):
        return Cell(value.replace(microsecond=0).isoformat(), Kind.TIME)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    text = str(value).strip()
    return Cell(text, Kind.ERROR) if found.data_type == "e" or text in ERROR_CODES else Cell(text)


def _number(value: float) -> Cell:
    """In the digits that a workbook keeps; a longer one, such as a number of a box, has lost its last."""
    number = Decimal(repr(value))
    if not number.is_finite():
        return Cell("#NUM!", Kind.ERROR)
    if abs(number) >= 10**DIGITS:
        return Cell(f"{number:f}", Kind.WORN)
    written = f"{Context(prec=DIGITS).plus(number):f}"
    return Cell(written.rstrip("0").rstrip(".") if "." in written else written, Kind.NUMBER)


def _to_the_second(moment: datetime) -> datetime:
    """A moment is kept as a fraction of a day, so a second may come out as a little less."""
    whole = moment.replace(microsecond=0)
    return whole + timedelta(seconds=1) if moment.microsecond >= 500_000 else whole


def _counted(cell: Cell, found: Any, formula: Any) -> Cell:
    """A formula that was saved without its value is no empty cell; one whose value is empty text is."""
    if cell is EMPTY and formula.data_type == "f" and found.data_type != "str":
        return Cell("", Kind.UNCOUNTED)
    return cell
