"""Archives, read by their own directory: no bomb, no way out of the folder, nothing hidden between the entries.

Written out here because the standard library before 3.11.8 does not see overlapping entries (CVE-2024-0450), and
because it believes the sizes that an archive states about itself.
"""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from portal.checking.kinds import Unfit
from workflows.words import N_

MOST_ENTRIES = 2_000
MOST_BYTES = 500 * 1024 * 1024
MOST_RATIO = 100
MOST_DEEP = 2
SMALL, SMALL_TOGETHER = 1024 * 1024, 16 * 1024 * 1024  # below this a high ratio is only a short, even text
LARGEST_INSIDE = 64 * 1024 * 1024
PIECE = 64 * 1024
_AT_ONCE = 1024 * 1024
_END, _ENTRY, _LOCAL = b"PK\x05\x06", b"PK\x01\x02", b"PK\x03\x04"
_STORED, _DEFLATED = 0, 8
_LOCKED = 0x1 | 0x40 | 0x2000
_DESCRIBED_BEHIND, _UTF_8 = 0x8, 0x800
_SYMLINK, _KIND, _REGULAR, _FOLDER = 0o120000, 0o170000, 0o100000, 0o040000
_NOT_IN_A_NAME = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the directory says of one entry; ``packed`` and ``unpacked`` are in bytes."""

    name: str
    flags: int
    method: int
    checksum: int
    packed: int
    unpacked: int
    mode: int
    at: int


@dataclass
class Budget:
    """What all archives of one file may hold together, however they are nested."""

    entries: int = 0
    bytes: int = 0
    packed: int = 0
    names: list[str] = field(default_factory=list)


# Told of each piece as it is unpacked: the entry, whether it is the first piece, the bytes.
Watch = Callable[[Entry, bool, bytes], None]


def refuse_bad_archive(file: BinaryIO, watch: Watch, budget: Budget | None = None, depth: int = 1) -> list[Entry]:
    """Its entries, once each has been unpacked piece by piece and found harmless.  Raises :class:`Unfit`."""
    budget = budget or Budget()
    if depth > MOST_DEEP:
        raise Unfit(
            N_("Archives lie inside archives, more than %(most)s deep. Take the inner files out."), most=MOST_DEEP
        )
    entries, directory_at = _directory(file, budget)
    _refuse_overlaps(file, entries, directory_at)
    for entry in entries:
        _unpack(file, entry, watch, budget, depth)
    return entries


def _directory(file: BinaryIO, budget: Budget) -> tuple[list[Entry], int]:
    size = file.seek(0, io.SEEK_END)
    end_at, count, length, at = _end_of(file, size)
    budget.entries += count
    if budget.entries > MOST_ENTRIES:
        raise Unfit(N_("The file holds more than %(most)s parts. Split it, or save it as PDF."), most=MOST_ENTRIES)
    if at + length != end_at:
        raise _not_whole()
    file.seek(at)
    entries = list(_entries(file.read(length), count))
    names = {entry.name.lower() for entry in entries}
    if len(names) != len(entries):
        raise Unfit(N_("Two parts of the file have the same name. Open it, save it anew and choose that."))
    return entries, at


def _end_of(file: BinaryIO, size: int) -> tuple[int, int, int, int]:
    """Where the end record lies, how many entries there are, how long their directory is and where it begins."""
    start = max(0, size - 65_557)
    file.seek(start)
    tail = file.read()
    found = tail.rfind(_END)
    if found < 0 or found + 22 > len(tail):
        raise _not_whole()
    disk, first_disk, here, count, length, at, comment = struct.unpack_from("<4H2IH", tail, found + 4)
    if disk or first_disk or here != count or found + 22 + comment != len(tail):
        raise _not_whole()
    return start + found, count, length, at


def _entries(directory: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if directory[at : at + 4] != _ENTRY or at + 46 > len(directory):
            raise _not_whole()
        head = struct.unpack_from("<6H3I5H2I", directory, at + 4)
        flags, method, checksum, packed, unpacked = head[2], head[3], *head[6:9]
        name_length, extra_length, comment_length = head[9:12]
        attributes, offset = head[14:16]
        name_at = at + 46
        at = name_at + name_length + extra_length + comment_length
        if at > len(directory):
            raise _not_whole()
        name = _name(directory[name_at : name_at + name_length], flags)
        entry = Entry(name, flags, method, checksum, packed, unpacked, attributes >> 16, offset)
        _refuse_entry(entry)
        yield entry
    if at != len(directory):
        raise _not_whole()


def _name(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF_8 else "cp437")
    except UnicodeDecodeError:
        raise _not_whole() from None


def _refuse_entry(entry: Entry) -> None:
    parts = entry.name.replace("\\", "/").split("/")
    leads_out = not parts[0] or ".." in parts or (len(parts[0]) > 1 and parts[0][1] == ":")
    if leads_out or _NOT_IN_A_NAME.search(entry.name):
        raise Unfit(N_("A part of the file is named so that it would be put somewhere else when unpacked."))
    if entry.mode & _KIND == _SYMLINK:
        raise Unfit(N_("A part of the file is a link to another file. Put the file itself in its place."))
    if entry.mode & _KIND not in (0, _REGULAR, _FOLDER):
        raise _not_whole()
    if entry.flags & _LOCKED:
        raise Unfit(N_("The file is locked with a password. Remove the password and choose it again."))
    if entry.method not in (_STORED, _DEFLATED):
        raise Unfit(N_("A part of the file is packed in an uncommon way. Open it, save it anew and choose that."))


def _refuse_overlaps(file: BinaryIO, entries: list[Entry], directory_at: int) -> None:
    """Each entry lies where nothing else lies: entries that share bytes unpack to more than any file holds."""
    reached = 0
    for entry in sorted(entries, key=lambda each: each.at):
        if entry.at < reached:
            raise Unfit(N_("Parts of the file lie on top of each other, as in an archive bomb. Save it anew."))
        reached = _data_at(file, entry) + entry.packed
        if reached > directory_at:
            raise _not_whole()


def _data_at(file: BinaryIO, entry: Entry) -> int:
    """Where the bytes of an entry begin.  What it says on the spot has to agree with the directory."""
    file.seek(entry.at)
    head = file.read(30)
    if len(head) < 30 or not head.startswith(_LOCAL):
        raise _not_whole()
    flags, method, packed, name_length, extra_length = struct.unpack("<4x2xHH8xI4xHH", head)
    same_size = packed == entry.packed or flags & _DESCRIBED_BEHIND or packed == 0xFFFFFFFF
    if method != entry.method or not same_size or _name(file.read(name_length), flags) != entry.name:
        raise Unfit(N_("The parts of the file contradict its table of contents. Open it, save it anew."))
    return entry.at + 30 + int(name_length) + int(extra_length)


def _unpack(file: BinaryIO, entry: Entry, watch: Watch, budget: Budget, depth: int) -> None:
    """Every byte is counted as it comes out; the sizes in the headers are only compared with it afterwards."""
    inner, size, checksum, first = None, 0, 0, True
    budget.packed += entry.packed
    for piece in _pieces(file, _data_at(file, entry), entry):
        size, checksum = size + len(piece), zlib.crc32(piece, checksum)
        budget.bytes += len(piece)
        _refuse_bomb(entry, size, budget)
        if first and piece.startswith(_LOCAL):
            inner = io.BytesIO()
        if inner is not None:
            if size > LARGEST_INSIDE:
                raise _bomb()
            inner.write(piece)
        watch(entry, first, piece)
        first = False
    if size != entry.unpacked or checksum != entry.checksum:
        raise Unfit(N_("A part of the file is damaged: its checksum differs. Copy or save it again."))
    if inner is not None:
        refuse_bad_archive(inner, watch, budget, depth + 1)


def _pieces(file: BinaryIO, at: int, entry: Entry) -> Iterator[bytes]:
    file.seek(at)
    left = entry.packed
    packer = zlib.decompressobj(-15) if entry.method == _DEFLATED else None
    while left:
        read = file.read(min(PIECE, left))
        if not read:
            raise _not_whole()
        left -= len(read)
        if packer is None:
            yield read
            continue
        try:
            while read and not packer.eof:
                if piece := packer.decompress(read, _AT_ONCE):
                    yield piece
                read = packer.unconsumed_tail
        except zlib.error:
            raise Unfit(N_("A part of the file is damaged and cannot be unpacked. Copy or save it again.")) from None
        if packer.unused_data:
            raise _not_whole()
    if packer is not None and not packer.eof:
        raise _not_whole()


def _refuse_bomb(entry: Entry, size: int, budget: Budget) -> None:
    part_too_dense = size > SMALL and size > MOST_RATIO * max(entry.packed, 1)
    all_too_dense = budget.bytes > SMALL_TOGETHER and budget.bytes > MOST_RATIO * budget.packed
    if part_too_dense or all_too_dense or budget.bytes > MOST_BYTES:
        raise _bomb()


def _bomb() -> Unfit:
    return Unfit(
        N_(
            "Unpacked, the file would be far larger than it looks: more than %(megabytes)s MB, or %(ratio)s times its "
            "size. Save it as PDF, or in parts."
        ),
        megabytes=MOST_BYTES // (1024 * 1024),
        ratio=MOST_RATIO,
    )


def _not_whole() -> Unfit:
    return Unfit(N_("The file is not a whole archive: its table of contents does not fit. Copy or save it again."))
