"""The files of the plant, as its systems wrote them: read, and brought up to the days before today.

They lie here in UTF-8, so that they can be read; a sheet of the shop floor becomes a workbook, with the cells merged
that are empty below what they repeat, and an export of the resource planning is sent in GB18030.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from openpyxl import Workbook

from portal.db import today

FOLDER = Path(__file__).with_name("files")
LAST = date(2026, 11, 20)
_DAY = re.compile(r"\b(2026)([-/年])(\d{1,2})[-/月](\d{1,2})(?!\d)")


def text_of(name: str) -> str:
    """What the file says; the last of its days is yesterday, the others stand as long before it as they were."""
    return _DAY.sub(_moved, (FOLDER / name).read_text("utf-8"))


def as_exported(name: str) -> bytes:
    return text_of(name).encode("gb18030")


def as_workbook(name: str) -> bytes:
    """With a title over the whole, and one cell for each batch that several rows are about."""
    rows = [row for row in csv.reader(io.StringIO(text_of(name))) if row]
    book = Workbook()
    sheet = book.create_sheet("流转卡", 0)
    del book[book.sheetnames[-1]]
    for row in rows:
        sheet.append([each or None for each in row])
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(rows[1]))
    for first, last in _alike([row[0] for row in rows]):
        sheet.merge_cells(start_row=first, end_row=last, start_column=1, end_column=1)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text_of(name))))


def _alike(column: Sequence[str]) -> list[tuple[int, int]]:
    """The rows, counted from one, of each cell of a column that reaches into empty ones below it."""
    begins = [number for number, said in enumerate(column, start=1) if said]
    ends = [each - 1 for each in [*begins[1:], len(column) + 1]]
    return [(first, last) for first, last in zip(begins, ends, strict=True) if first < last]


def _moved(found: re.Match[str]) -> str:
    year, between, month, day = found.groups()
    on = date(int(year), int(month), int(day)) - LAST + today() - timedelta(days=1)
    if between == "-":
        return on.isoformat()
    return f"{on.year}{between}{on.month}{'月' if between == '年' else '/'}{on.day}"
