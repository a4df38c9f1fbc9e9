"""Tables as a plant has them, CSV and XLSX, read cell by cell with the place of each; pure, and nothing is guessed."""

from agreements.tables.cells import Cell, Kind, Line, Sheet, Unreadable
from agreements.tables.opening import opened

__all__ = ["Cell", "Kind", "Line", "Sheet", "Unreadable", "opened"]
