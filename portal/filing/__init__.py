"""Files: what is accepted, where the bytes lie, and that they are still the same."""

from portal.checking.kinds import BEGINNINGS
from portal.filing.keeping import OTHER_BYTES, NotAcceptable, Store, store_of
from portal.filing.names import attachment, clean_name
from portal.filing.scanning import NotScanned, Scanner
from portal.filing.shelves import Damaged, LocalShelf, OutOfReach, Place, Shelf

__all__ = [
    "BEGINNINGS",
    "OTHER_BYTES",
    "Damaged",
    "LocalShelf",
    "NotAcceptable",
    "NotScanned",
    "OutOfReach",
    "Place",
    "Scanner",
    "Shelf",
    "Store",
    "attachment",
    "clean_name",
    "store_of",
]
