"""Which kinds of file are taken, what each begins with, and what no kind may also be."""

import re
import struct

from workflows.words import N_, Said

# A rule that is added or changed gives the checker a new number, which each checked file names.
CHECKER = "1"
# What each kind of file begins with; a name alone proves nothing.  Office files are ZIP archives.
BEGINNINGS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (b"PK\x03\x04",)),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (b"PK\x03\x04",)),
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
}
OFFICE = frozenset({"xlsx", "docx"})
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!")
_MARKUP = re.compile(rb"<(?:!doctype\s+html|html|script|svg|body|iframe)[\s>]", re.IGNORECASE)
_HEAD, _TAIL = 1024, 65_535 + 22
_END_OF_ARCHIVE = b"PK\x05\x06"


class Unfit(Exception):
    """The file is refused; ``says`` names what and the way out, for the person who chose it."""

    def __init__(self, says: str, **values: str | int) -> None:
        super().__init__(says)
        self.says = Said(says, values)


def ending_of(name: str) -> str:
    return name.rsplit(".", 1)[-1].lower() if "." in name else ""


def refuse_by_name_and_size(name: str, size: int, largest: int) -> str:
    """The ending of a name and size that may be taken.  Raises :class:`Unfit`; the content is not looked at."""
    ending = ending_of(name)
    if ending not in BEGINNINGS:
        raise Unfit(N_("This kind of file is not accepted; use one of: %(kinds)s."), kinds=", ".join(BEGINNINGS))
    if not size:
        raise Unfit(N_("The file is empty."))
    if size > largest:
        raise Unfit(N_("The file is larger than %(megabytes)s MB."), megabytes=largest // (1024 * 1024))
    return ending


def refuse_other_content(ending: str, content: bytes) -> None:
    """The content begins as its kind begins, and is not a second kind as well.  Raises :class:`Unfit`."""
    _, beginnings = BEGINNINGS[ending]
    head = content[:_HEAD]
    if beginnings and not content.startswith(beginnings):
        raise _something_else(ending)
    if ending in OFFICE:
        return
    if _MARKUP.search(head):
        raise Unfit(
            N_("The file holds a web page or an SVG drawing, which may carry programs. Save it as PDF or PNG instead.")
        )
    if not beginnings and (content.startswith(PROGRAMS) or _begins_like_another(content)):
        raise _something_else(ending)
    if ends_as_archive(content):
        raise Unfit(
            N_("The file is a .%(ending)s and an archive at once. Save it anew and choose that."), ending=ending
        )


def ends_as_archive(content: bytes) -> bool:
    """Whether an unpacking program would take the bytes for a ZIP, whatever they begin with."""
    tail = content[-_TAIL:]
    at = tail.rfind(_END_OF_ARCHIVE)
    while at >= 0:
        if at + 22 <= len(tail) and at + 22 + struct.unpack_from("<H", tail, at + 20)[0] == len(tail):
            return True
        at = tail.rfind(_END_OF_ARCHIVE, 0, at)
    return False


def _begins_like_another(content: bytes) -> bool:
    return any(content.startswith(beginnings) for _, beginnings in BEGINNINGS.values() if beginnings)


def _something_else(ending: str) -> Unfit:
    return Unfit(N_("The file is named .%(ending)s but its content is something else."), ending=ending)
