"""Plain text and tables: readable in one of the encodings that are in use, and nothing but text."""

import codecs
import re

from portal.checking.kinds import Unfit
from workflows.words import N_

_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def refuse_unreadable(ending: str, content: bytes) -> None:
    """UTF-8, GB18030 or marked UTF-16 without control characters.  Raises :class:`Unfit`."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _in_utf_8(content, ending)
    if _NOT_TEXT.search(content):
        raise Unfit(
            N_("The .%(ending)s file holds characters that are not text. Save it as text in UTF-8."), ending=ending
        )
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.lookup(encoding).decode(content)
        except UnicodeDecodeError:
            continue
        return
    raise Unfit(N_("The .%(ending)s file is neither UTF-8 nor GB18030. Save it as text in UTF-8."), ending=ending)


def _in_utf_8(content: bytes, ending: str) -> bytes:
    """What Excel calls Unicode text, in bytes in which a control character shows."""
    try:
        return content.decode("utf-16").encode()
    except UnicodeError:
        raise Unfit(N_("The .%(ending)s file is UTF-16 and broken off. Save it anew."), ending=ending) from None
