"""Records of a CSV file, read so that one broken record costs no other.

A quotation mark that is never closed would swallow every row after it; here it costs its own line only.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# A cell may hold line breaks, but one that spans more lines than this is an open quotation mark.
LONGEST_RECORD = 50


@dataclass(frozen=True, slots=True)
class Record:
    """``number`` is the row as a spreadsheet counts it, from 1.  ``cells`` None: cell ``broken_at`` cannot be read."""

    number: int
    cells: tuple[str, ...] | None
    broken_at: int = 0


def records(lines: Iterable[str], *, cells: int, separator: str = ",") -> Iterator[Record]:
    """Yield every record that is not a blank line; a blank line still counts as a row.

    ``cells`` is how many a record should have: one that spans several lines and has another count is taken apart
    again, and only its first line is told as broken.
    """
    waiting: deque[str] = deque()
    source = iter(lines)
    number = 0
    while (taken := _taken(waiting, source, separator)) is not None:
        number += 1
        lines_taken, closed = taken
        found = _parsed("".join(lines_taken), separator) if closed else None
        if len(lines_taken) > 1 and (found is None or len(found) != cells):
            waiting.extendleft(reversed(lines_taken[1:]))
            found = None
        if found != ():
            yield Record(number, found, _broken_at(lines_taken[0], separator) if found is None else 0)


def _taken(waiting: deque[str], source: Iterator[str], separator: str) -> tuple[list[str], bool] | None:
    """Take lines until no quotation mark is open; the flag says whether that was reached."""
    taken: list[str] = []
    quoted = False
    while len(taken) < LONGEST_RECORD:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return (taken, False) if taken else None
        taken.append(line if line.endswith(("\n", "\r")) else line + "\n")
        quoted = _quoted_after(taken[-1].removeprefix("\ufeff"), separator, quoted=quoted)
        if not quoted:
            return taken, True
    return taken, False


def _quoted_after(line: str, separator: str, *, quoted: bool) -> bool:
    """Whether a quotation mark is open at the end of ``line``.  A mark inside an unquoted cell is only a letter."""
    if '"' not in line:
        return quoted
    at_start, place = not quoted, 0
    while place < len(line):
        letter = line[place]
        if quoted and letter == '"':
            if line[place + 1 : place + 2] == '"':
                place += 1
            else:
                quoted = False
        elif not quoted:
            quoted = at_start and letter == '"'
            at_start = letter == separator
        place += 1
    return quoted


def _broken_at(line: str, separator: str) -> int:
    """The place of the first cell that leaves a quotation mark open, or is longer than the reader takes."""
    rest, place = line.rstrip("\r\n"), 0
    mark = re.escape(separator)
    while sound := re.match(rf'(?:"(?:[^"]|"")*"|(?!")[^{mark}]*){mark}', rest):
        if sound.end() > csv.field_size_limit():
            break
        rest, place = rest[sound.end() :], place + 1
    return place


def _parsed(text: str, separator: str) -> tuple[str, ...] | None:
    try:
        return tuple(next(csv.reader([text.removeprefix("\ufeff")], strict=True, delimiter=separator), ()))
    except csv.Error:
        return None
