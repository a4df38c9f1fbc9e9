"""Pictures: their size is read from their headers and never by decoding them."""

import re
import struct
import zlib

from portal.checking.kinds import Unfit, ends_as_archive
from workflows.words import N_

MOST_PIXELS = 50_000_000
_PNG = 8
# In the scan of a JPEG, FF is followed by 00 or by a restart mark; anything else ends the scan.
_NEXT_MARK = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_TROUBLE = re.compile(rb"%PDF-|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|<script|<html|\x7fELF", re.IGNORECASE)


def refuse_bad_png(content: bytes) -> None:
    """Every chunk is whole, the picture is not too large, nothing follows its end.  Raises :class:`Unfit`."""
    at, first, drawn = _PNG, True, False
    while True:
        if at + 12 > len(content):
            raise _cut_short()
        length, kind = struct.unpack_from(">I4s", content, at)
        end = at + 12 + length
        if end > len(content):
            raise _cut_short()
        if zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            raise _broken()
        if first:
            if kind != b"IHDR" or length != 13:
                raise _broken()
            _refuse_large(*struct.unpack_from(">II", content, at + 8))
        first, drawn = False, drawn or kind == b"IDAT"
        at = end
        if kind == b"IEND":
            break
    if not drawn:
        raise _cut_short()
    if at != len(content):
        raise _something_behind()


def refuse_bad_jpeg(content: bytes) -> None:
    """Its marks lead from the beginning to the end and name a size that is not too large.  Raises :class:`Unfit`."""
    at, seen = 2, set()
    while True:
        mark, at = _mark(content, at)
        if mark == _END:
            break
        if mark in _ALONE:
            continue
        at = _segment(content, at, mark)
        seen.add(mark)
        if mark == _SCAN:
            found = _NEXT_MARK.search(content, at)
            if found is None:
                raise _cut_short()
            at = found.start()
    if _SCAN not in seen or not seen & _FRAMES:
        raise _cut_short()
    # Telephones put a second picture behind the first; an archive or a program there is something else.
    if _TROUBLE.search(content, at) or ends_as_archive(content[at:]):
        raise _something_behind()


def _segment(content: bytes, at: int, mark: int) -> int:
    """Where the segment of this mark ends; the segment of a frame says how large the picture is."""
    if at + 2 > len(content):
        raise _cut_short()
    length = struct.unpack_from(">H", content, at)[0]
    if length < 2 or mark == _START or (mark in _FRAMES and length < 8):
        raise _broken()
    if at + length > len(content):
        raise _cut_short()
    if mark in _FRAMES:
        height, width = struct.unpack_from(">HH", content, at + 3)
        _refuse_large(width, height)
    return at + int(length)


def _mark(content: bytes, at: int) -> tuple[int, int]:
    """The mark at ``at``, filled up with FF as the format allows, and where it ends."""
    if at >= len(content):
        raise _cut_short()
    if content[at] != 0xFF:
        raise _broken()
    while at < len(content) and content[at] == 0xFF:
        at += 1
    if at >= len(content):
        raise _cut_short()
    return content[at], at + 1


def _refuse_large(width: int, height: int) -> None:
    if not width or not height:
        raise _broken()
    if width * height > MOST_PIXELS:
        raise Unfit(
            N_(
                "The picture has %(width)s × %(height)s pixels; %(most)s million together are accepted. "
                "Save it smaller and choose that."
            ),
            width=width,
            height=height,
            most=MOST_PIXELS // 1_000_000,
        )


def _cut_short() -> Unfit:
    return Unfit(N_("The picture is cut short: its end is missing. Copy or save it again and choose that."))


def _broken() -> Unfit:
    return Unfit(N_("The picture is damaged and cannot be read. Save it again and choose that."))


def _something_behind() -> Unfit:
    return Unfit(N_("Something else is hidden behind the picture. Open it, save it anew and choose that."))
