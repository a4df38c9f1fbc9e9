"""Where bytes lie: one interface for a local folder and for an object store, and the folder itself."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, BinaryIO, Protocol
from uuid import UUID

from portal.db import new_id
from portal.settings import Fault

INVITED_FOR = 300  # seconds in which the bytes of an announced file may be sent
PIECE = 256 * 1024


class Damaged(RuntimeError):
    """The bytes in the store are missing, or not those that were put on record."""


class OutOfReach(RuntimeError):
    """The store does not answer, or not as it should.  Nothing was recorded."""


@dataclass(frozen=True, slots=True)
class Place:
    """What bytes are kept under: in quarantine by house and file, on record by house and SHA-256."""

    house: UUID
    file_id: UUID
    sha256: str
    size: int
    version: str | None = None

    @classmethod
    def of(cls, file: Any) -> "Place":
        return cls(file.owner_id, file.id, file.sha256, file.size, file.object_version)


class Shelf(Protocol):
    """A place for bytes: first in quarantine, then on record for good.

    Every method raises :class:`OutOfReach` when the store does not answer, and :class:`Damaged` when what it holds is
    not what it should be.  A version is the store's own name for one state of an object, None where it knows none.
    """

    def receive(self, place: Place, content: bytes) -> str | None:
        """Put bytes into quarantine; returns their version."""

    def bring(self, place: Place, stream: IO[bytes]) -> None:
        """Take what somebody sends through us, if it is what was announced; only where there is no invitation."""

    def arrived(self, place: Place) -> str | None:
        """The version of what somebody sent to quarantine, once it has the size and hash that were announced.

        From then on nothing that is sent takes its place.  The hash only as far as the store knows it by itself.
        """

    def received(self, place: Place) -> Any:
        """A context in which the bytes in quarantine are open as a file with a descriptor."""

    def accept(self, place: Place, until: datetime) -> str | None:
        """Take bytes from quarantine on record, prove by reading that they are the same; returns their version.

        May be repeated: what has been accepted before is found.  ``until`` is how long nobody can delete them.
        """

    def discard(self, place: Place) -> None:
        """Remove whatever is in quarantine at this place."""

    def read(self, place: Place) -> bytes:
        """The bytes on record, once their hash has proved them."""

    def link(self, place: Place, disposition: str) -> str | None:
        """An address that gives the bytes for a minute, if the store can be asked directly."""

    def invitation(self, place: Place) -> dict[str, Any] | None:
        """Address and fields with which exactly this file can be sent to the quarantine, if the store can be asked."""

    def left_behind(self, before: datetime) -> Iterator[Place]:
        """What has lain in quarantine since before that moment; hash and size are not known."""

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the store, for the doctor."""


@dataclass(frozen=True, slots=True)
class LocalShelf:
    """A folder in which each file lies under its own SHA-256: never overwritten, never deleted."""

    folder: Path

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    @property
    def sent(self) -> Path:
        """What machines have sent; it is moved into quarantine when they say so, where nothing more is sent."""
        return self.folder / "sent"

    def receive(self, place: Place, content: bytes) -> None:
        _write(self._waiting(place), content)

    def bring(self, place: Place, stream: IO[bytes]) -> None:
        _write_if_it_is(place, self._sent(place), stream)

    def arrived(self, place: Place) -> None:
        path, sent = self._waiting(place), self._sent(place)
        if sent.exists() and sent.stat().st_size == place.size:
            _make_folder(path.parent)
            sent.replace(path)
            _sync_folder(path.parent)
        if not path.exists() or path.stat().st_size != place.size:
            raise Damaged(place.file_id)

    @contextmanager
    def received(self, place: Place) -> Iterator[BinaryIO]:
        try:
            opened = self._waiting(place).open("rb")
        except FileNotFoundError:
            raise Damaged(place.file_id) from None
        with opened:
            yield opened

    def accept(self, place: Place, until: datetime) -> None:  # noqa: ARG002  a folder locks nothing
        waiting, path = self._waiting(place), self._path(place)
        if waiting.exists():
            if sha256_of(waiting.read_bytes()) != place.sha256:
                raise Damaged(place.sha256)
            if path.exists() and sha256_of(path.read_bytes()) != place.sha256:
                path.replace(path.with_suffix(f".damaged-{new_id()}"))  # kept aside: the right bytes are here again
            _make_folder(path.parent)
            if not path.exists():
                waiting.replace(path)
                _sync_folder(path.parent)
            self.discard(place)
        self.read(place)

    def discard(self, place: Place) -> None:
        for path in (self._waiting(place), self._sent(place)):
            path.unlink(missing_ok=True)

    def read(self, place: Place) -> bytes:
        path = self._path(place)
        content = path.read_bytes() if path.exists() else b""
        if sha256_of(content) != place.sha256:
            raise Damaged(place.sha256)
        return content

    def link(self, place: Place, disposition: str) -> None:
        """A folder has no address of its own."""

    def invitation(self, place: Place) -> None:
        """A folder has no address of its own."""

    def left_behind(self, before: datetime) -> Iterator[Place]:
        for path in (*self.quarantine.glob("*/*"), *self.sent.glob("*/*")):
            if path.stat().st_mtime < before.timestamp():
                yield Place(UUID(path.parent.name), UUID(path.name.partition(".")[0]), "", 0)

    def faults(self) -> Iterator[Fault]:
        yield from ()

    def _path(self, place: Place) -> Path:
        return self.folder / place.sha256[:2] / place.sha256

    def _waiting(self, place: Place) -> Path:
        return self.quarantine / str(place.house) / str(place.file_id)

    def _sent(self, place: Place) -> Path:
        return self.sent / str(place.house) / str(place.file_id)


def _write(path: Path, content: bytes) -> None:
    """On disk before anything says so, whole or not at all."""
    _make_folder(path.parent)
    half = path.with_suffix(f".{new_id()}")
    with half.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
    _sync_folder(path.parent)


def _write_if_it_is(place: Place, path: Path, stream: IO[bytes]) -> None:
    """Piece by piece, never more than was announced; what is not that leaves nothing.  Raises :class:`Damaged`."""
    _make_folder(path.parent)
    half, digest, size = path.with_suffix(f".{new_id()}"), hashlib.sha256(), 0
    try:
        with half.open("wb") as file:
            while size <= place.size and (piece := stream.read(PIECE)):
                file.write(piece)
                digest.update(piece)
                size += len(piece)
            file.flush()
            os.fsync(file.fileno())
        if (size, digest.hexdigest()) != (place.size, place.sha256):
            raise Damaged(place.file_id)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _make_folder(folder: Path) -> None:
    """A new folder is on disk before anything is put in it."""
    if folder.exists():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
