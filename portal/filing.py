"""Files: what is accepted, where the bytes lie, and that they are still the same."""

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from portal.db import new_id
from portal.records.file import StoredFile
from workflows.words import N_, Said

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
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


class NotAcceptable(ValueError):
    """The file cannot be put on record; ``says`` is for the person who chose it."""

    def __init__(self, says: Said) -> None:
        super().__init__(str(says))
        self.says = says


class Damaged(RuntimeError):
    """The bytes in the store are not those that were put on record."""


@dataclass(frozen=True, slots=True)
class Store:
    """A folder in which each file lies under its own SHA-256.  ``largest`` is in bytes."""

    folder: Path
    largest: int

    def keep(
        self, name: str, stream: BinaryIO, *, subject_kind: str, subject_id: UUID, entrustment_id: UUID | None = None
    ) -> StoredFile:
        """Check and store the bytes and return their entry, which the caller tells the ledger of.

        Raises :class:`NotAcceptable` for an empty, too large, unknown or wrongly named file.
        """
        clean = clean_name(name)
        content = stream.read(self.largest + 1)
        media_type = accepted_type(clean, content, self.largest)
        digest = hashlib.sha256(content).hexdigest()
        self._write(digest, content)
        return StoredFile(
            id=new_id(),
            entrustment_id=entrustment_id,
            name=clean,
            media_type=media_type,
            size=len(content),
            sha256=digest,
            subject_kind=subject_kind,
            subject_id=subject_id,
        )

    def read(self, file: Any) -> bytes:
        """The bytes of an entry, or :class:`Damaged` if they are missing or not the same any more."""
        path = self._path(file.sha256)
        content = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise Damaged(file.sha256)
        return content

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / digest

    def _write(self, digest: str, content: bytes) -> None:
        """On disk before its entry is committed, whole or not at all."""
        path = self._path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{new_id()}")
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)


def clean_name(name: str) -> str:
    """The name without paths, control or direction marks; 120 characters at most."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    return _UNSAFE.sub("", last).strip(" .")[-120:]


def accepted_type(name: str, content: bytes, largest: int) -> str:
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    kinds = ", ".join(BEGINNINGS)
    if ending not in BEGINNINGS:
        raise NotAcceptable(Said(N_("This kind of file is not accepted; use one of: %(kinds)s."), {"kinds": kinds}))
    if not content:
        raise NotAcceptable(Said(N_("The file is empty.")))
    if len(content) > largest:
        raise NotAcceptable(
            Said(N_("The file is larger than %(megabytes)s MB."), {"megabytes": largest // (1024 * 1024)})
        )
    media_type, beginnings = BEGINNINGS[ending]
    is_text = not beginnings
    if (is_text and b"\0" in content) or (beginnings and not content.startswith(beginnings)):
        raise NotAcceptable(
            Said(N_("The file is named .%(ending)s but its content is something else."), {"ending": ending})
        )
    return media_type
