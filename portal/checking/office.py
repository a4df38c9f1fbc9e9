"""Word and Excel files: archives of parts, without macros, without embedded programs, without calls to the outside."""

import re
from typing import BinaryIO
from xml.parsers import expat

from portal.checking.archives import Entry, refuse_bad_archive
from portal.checking.kinds import PROGRAMS, Unfit
from workflows.words import N_

MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
TYPES = "[Content_Types].xml"
LARGEST_LIST = 4 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A link that a person may click; every other call to the outside is made by the program that opens the file.
_CLICKED = re.compile(r"/hyperlink$")
_HARMLESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_MACROS = re.compile(r"vbaproject|vbadata|macrosheets/|activex/|\.bas$|customui/", re.IGNORECASE)
_EMBEDDED = re.compile(r"oleobject|\.(?:exe|dll|scr|js|vbs|bat|cmd|ps1|jar|hta|lnk|com|msi)$", re.IGNORECASE)
_LINKED_BOOKS = re.compile(r"(?:^|/)externallinks/", re.IGNORECASE)
_MACRO_TYPES = re.compile(r"macroenabled|vbaproject|activex|ms-office\.legacy", re.IGNORECASE)
# <!DOCTYPE or <!ENTITY, in one byte a letter or in two.
_DECLARATION = re.compile(rb"<\x00?!\x00?(?:D\x00?O\x00?C\x00?T|E\x00?N\x00?T\x00?I)")
_LONGEST = 12


class Reader:
    """Watches the parts as they are unpacked and keeps those that say what the file refers to."""

    def __init__(self) -> None:
        self.lists: dict[int, tuple[str, bytearray]] = {}
        self.tail = b""

    def watch(self, entry: Entry, first: bool, piece: bytes) -> None:
        name = entry.name.lower()
        if first:
            self.tail = b""
            _refuse_part(name, piece)
        if name.endswith((".xml", ".rels", ".vml")):
            if _DECLARATION.search(self.tail + piece[:_LONGEST]) or _DECLARATION.search(piece):
                raise Unfit(N_("A part of the file declares a document type, which office programs never do."))
            self.tail = (self.tail + piece)[-_LONGEST:] if len(piece) < _LONGEST else piece[-_LONGEST:]
        if name.endswith(".rels") or name == TYPES.lower():
            if first:
                self.lists[len(self.lists)] = (name, bytearray())
            kept = self.lists[len(self.lists) - 1][1]
            kept += piece
            if len(kept) > LARGEST_LIST:
                raise _unreadable()

    def judge(self) -> None:
        for name, content in self.lists.values():
            _read(name, bytes(content))


def refuse_bad_office(ending: str, file: BinaryIO) -> None:
    """Raises :class:`Unfit`."""
    reader = Reader()
    names = {entry.name for entry in refuse_bad_archive(file, reader.watch)}
    reader.judge()
    if not {TYPES, MAIN[ending]} <= names:
        raise Unfit(N_("The file is named .%(ending)s but its content is something else."), ending=ending)


def _refuse_part(name: str, piece: bytes) -> None:
    if _MACROS.search(name):
        raise _macros()
    if _EMBEDDED.search(name) or piece.startswith((OLE, *PROGRAMS)):
        raise Unfit(N_("The file holds an embedded object or program. Remove it, or save the file as PDF."))
    if _LINKED_BOOKS.search(name):
        raise _calls_outside()


def _read(name: str, content: bytes) -> None:
    """One list of relationships or of content types."""

    def begin(tag: str, given: dict[str, str]) -> None:
        if name == TYPES.lower():
            if _MACRO_TYPES.search(given.get("ContentType", "")):
                raise _macros()
        elif tag.rsplit(":", 1)[-1] == "Relationship" and given.get("TargetMode", "").lower() == "external":
            clicked = _CLICKED.search(given.get("Type", ""))
            if not clicked or not _HARMLESS.match(given.get("Target", "")):
                raise _calls_outside()

    def declared(*_: object) -> None:
        raise _unreadable()

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = declared
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        raise _unreadable() from None


def _macros() -> Unfit:
    return Unfit(N_("The file holds macros or controls that run programs. Save it without macros, or as PDF."))


def _calls_outside() -> Unfit:
    return Unfit(N_("The file loads something from elsewhere when it is opened. Break its links, or save it as PDF."))


def _unreadable() -> Unfit:
    return Unfit(N_("A part of the file is damaged and cannot be read. Open it, save it anew and choose that."))
