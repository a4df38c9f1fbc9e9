"""Workbooks and tables as a plant would have them, made for a test."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook

from agreements.tables import Line, opened


def workbook(*rows: Sequence[Any], shape: Callable[[Workbook], None] | None = None) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    if shape:
        shape(book)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def altered(content: bytes, changes: Mapping[str, Callable[[bytes], bytes]]) -> bytes:
    """The same archive with some of its parts written otherwise, as another program might have."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, changes.get(entry.filename, lambda same: same)(old.read(entry.filename)))
    return kept.getvalue()


def lines_of(content: bytes) -> list[Line]:
    return list(opened(content)[0].lines)


def words_of(content: bytes) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in lines_of(content)]
