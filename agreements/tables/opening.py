"""A file by what it is: a workbook or a table in text."""

from agreements.tables.cells import Sheet, Unreadable
from agreements.tables.texts import text_sheet
from workflows.words import N_, Said

WORKBOOK, OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def opened(content: bytes) -> list[Sheet]:
    """The sheets of a file, its rows still unread.  Raises :class:`Unreadable`, here or while rows are read."""
    if content.startswith(WORKBOOK):
        from agreements.tables.workbooks import workbook_sheets  # noqa: PLC0415  openpyxl is large, and few requests need it

        return workbook_sheets(content)
    if content.startswith(OLD_WORKBOOK):
        raise Unreadable(Said(N_("This is a workbook of before 2007 or a locked one. Save it as .xlsx or CSV UTF-8.")))
    return [text_sheet(content)]
