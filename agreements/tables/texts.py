"""A table in text: UTF-8, GB18030 or UTF-16, its columns parted by comma, semicolon, tab or bar."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from agreements.csv_records import records
from agreements.tables.cells import MOST_COLUMNS, TOO_WIDE, Cell, Kind, Line, Sheet, Unreadable, place, within
from workflows.words import N_, Said

SEPARATORS = ",;\t|"
_SAMPLE = 50
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
OPEN_QUOTE = N_('A quotation mark is open or misplaced, or the text too long. Example: "a ""b"" c".')


def text_sheet(content: bytes) -> Sheet:
    """The table.  Raises :class:`Unreadable` where it is over a limit, here or while its rows are read."""
    text = decoded(content)
    separator, width = parted_by(text)
    return Sheet("", within("", _lines(text, separator, width)))


def decoded(content: bytes) -> str:
    """What is neither UTF-8, GB18030 nor marked UTF-16 is read as UTF-8, and each cell with other bytes is a fault."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                if encoding == "utf-8-sig":
                    break
                raise Unreadable(Said(N_("The text is UTF-16 and broken off. Save it as CSV UTF-8."))) from None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="surrogateescape")


def parted_by(text: str) -> tuple[str, int]:
    """The separator that gives most rows the same number of cells, and that number."""
    sample = [line for _, line in zip(range(_SAMPLE), io.StringIO(text, newline=""), strict=False) if line.strip()]
    best: tuple[int, int, int, str] = (0, 0, 0, ",")
    for rank, separator in enumerate(SEPARATORS):
        widths = Counter(_width(line, separator) for line in sample)
        width, rows = max(widths.items(), key=lambda each: (each[0] > 1, each[1], each[0]), default=(1, 0))
        if width > 1:
            best = max(best, (rows, width, -rank, separator))
    return best[3], max(best[1], 1)


def _width(line: str, separator: str) -> int:
    if line.count(separator) >= MOST_COLUMNS:
        return line.count(separator) + 1
    try:
        return len(next(csv.reader([line], delimiter=separator), ()))
    except csv.Error:
        return 1


def _lines(text: str, separator: str, width: int) -> Iterator[Line]:
    for record in records(_counted(text, separator), cells=width, separator=separator):
        if record.cells is None:
            yield Line(record.number, (), Said(OPEN_QUOTE))
        else:
            yield Line(record.number, tuple(map(_cell, record.cells)))


def _counted(text: str, separator: str) -> Iterator[str]:
    """The lines, none of them with so many cells that reading it would take the memory."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if line.count(separator) > 2 * MOST_COLUMNS:
            raise Unreadable(Said(TOO_WIDE, {"most": MOST_COLUMNS}), place("", number))
        yield line


def _cell(text: str) -> Cell:
    broken = "\0" in text or any("\udc80" <= letter <= "\udcff" for letter in text)
    return Cell(text.strip("\ufeff\u200b \t"), Kind.BYTES if broken else Kind.TEXT)
