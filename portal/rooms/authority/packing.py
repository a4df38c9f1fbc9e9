"""Everything an authority may see, in one ZIP that can be checked without this portal."""

import csv
import hashlib
import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import rfc8785
from flask_babel import force_locale
from sqlalchemy import inspect, select

from portal import ledger
from portal.canonical import plain
from portal.db import engines, now, session
from portal.filing import Damaged, Store, clean_name
from portal.ledger import Author
from portal.records.entrustment import Entrustment, Verdict
from portal.records.file import StoredFile
from portal.records.organisation import Organisation
from portal.rooms.authority import checking
from portal.tenancy import Joint, Overseen, OverseenAtHome, SharableUpstream, Upstream
from portal.wording import LOCALE_OF, said
from workflows.words import N_

IN_MEMORY = 16 * 1024 * 1024
# A spreadsheet takes a cell that begins like this for a formula; the last four are the full-width forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
EARLIEST = (1980, 1, 1, 0, 0, 0)
READ_AT_ONCE = 500
_NOT_IN_A_NAME = re.compile(r"[^\w.-]+")
README = (
    N_("This is everything that the account named in MANIFEST.json could see when it was made."),
    N_(
        "To check it: unpack it and run check.py with Python 3.8 or later; it needs no network and nothing else. "
        "What follows says what it does, so that you can do it with tools of your own."
    ),
    N_("MANIFEST.json names every file here but itself, with its SHA-256, and the end of each ledger."),
    N_(
        "entrustments/NUMBER_ID/ledger.jsonl holds the ledger of one entrustment, an event a line, exactly as stored. "
        "The hash of an event is the SHA-256 of: the word event, a zero byte, the hash before it, a zero byte, "
        "its body. The first event follows sixty-four zeros; the last is the one that MANIFEST.json names."
    ),
    N_(
        "records/KIND/ID.json holds one record as canonical JSON (RFC 8785). The SHA-256 of: the word row, a zero "
        "byte, KIND, a zero byte, the bytes of that file, is the hash that the last event about the record holds."
    ),
    N_(
        "verdicts/ID.json holds the text of one eligibility verdict; its SHA-256 is body_hash of that record. "
        "files/ID_NAME are the files on record; their SHA-256 is in records/stored_file. "
        "A file whose bytes were damaged is not passed on; damaged_files in MANIFEST.json names it. "
        "Neither is one that waits to be checked or was refused; unaccepted_files names those."
    ),
    N_(
        "lists/KIND.csv repeat the records for a spreadsheet, in UTF-8. "
        "A cell that would be taken for a formula has an apostrophe in front of it; the JSON has none."
    ),
    N_(
        "houses/ID/records holds what a house keeps in its own books: its key people, its hearings, its own duties. "
        "The hashes of those records stand in the ledger of the house, which stays with it."
    ),
    N_("houses/ID/files holds the certificates of the lots of materials that went into these entrustments' work."),
    N_("That this was taken is written in the ledger of every entrustment in it, where both parties read it."),
)


@dataclass
class Parcel:
    """A ZIP being filled; notes the hash of each member as it goes in."""

    archive: zipfile.ZipFile
    members: list[dict[str, Any]] = field(default_factory=list)
    entrustments: list[dict[str, Any]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    unaccepted: list[str] = field(default_factory=list)

    def put(self, path: str, content: bytes) -> None:
        member = zipfile.ZipInfo(path, EARLIEST)
        member.compress_type, member.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
        self.archive.writestr(member, content)
        self.members.append({"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})


def packed(entrustment_ids: Sequence[UUID], *, by: Author, store: Store) -> IO[bytes]:
    """The open ZIP of these entrustments; whoever gets it closes it."""
    spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  handed out open
    try:
        with zipfile.ZipFile(spool, "w") as archive:
            _fill(Parcel(archive), entrustment_ids, by, store)
    except BaseException:
        spool.close()
        raise
    return spool


def _fill(parcel: Parcel, entrustment_ids: Sequence[UUID], by: Author, store: Store) -> None:
    """Records and ledger are read in one snapshot; the bytes of the files follow when it has been let go."""
    made_at, files = plain(now()), []
    if engines().reading.dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    for relation in session.scalars(
        select(Entrustment).where(Entrustment.id.in_(entrustment_ids)).order_by(Entrustment.id)
    ).all():
        files += _pack_entrustment(parcel, relation)
    files += _pack_houses(parcel)
    session.close()
    for path, file in files:
        _pack_file(parcel, store, path, file)
    parcel.put("check.py", Path(checking.__file__).read_bytes())
    parcel.put("README.txt", _readme().encode())
    parcel.put("MANIFEST.json", rfc8785.dumps(_manifest(parcel, made_at, by)))


def _pack_entrustment(parcel: Parcel, relation: Entrustment) -> list[tuple[str, StoredFile]]:
    """The folder of one entrustment without its files, whose entries come back with the path each gets."""
    folder = f"entrustments/{safe(relation.number)}_{relation.id}"
    last, head = ledger.head_of(relation.id)
    parcel.entrustments.append(
        {"id": str(relation.id), "number": relation.number, "folder": folder, "head_seq": last, "head_hash": head}
    )
    parcel.put(f"{folder}/parties.json", rfc8785.dumps([_party(relation.registrant), _party(relation.manufacturer)]))
    files: list[tuple[str, StoredFile]] = []
    for kind in _kinds():
        rows = session.scalars(select(kind).where(kind.entrustment_id == relation.id).order_by(kind.id)).all()
        name = kind.__tablename__
        for row in rows:
            parcel.put(f"{folder}/records/{name}/{row.id}.json", rfc8785.dumps(plain(_sealed(row))))
            if isinstance(row, Verdict):
                parcel.put(f"{folder}/verdicts/{row.id}.json", row.body.encode())
            if isinstance(row, StoredFile):
                files.append((f"{folder}/files/{row.id}_{safe(row.name)}", row))
        if rows:
            parcel.put(f"{folder}/lists/{name}.csv", listed([_values(row) for row in rows]))
    parcel.put(f"{folder}/ledger.jsonl", b"".join(_chain(relation.id)))
    return files


def _pack_houses(parcel: Parcel) -> list[tuple[str, StoredFile]]:
    """What houses keep in their own books and an authority sees; their ledgers do not leave them."""
    files: list[tuple[str, StoredFile]] = []
    for kind in _own_kinds():
        name, asked = kind.__tablename__, select(kind).order_by(kind.owner_id, kind.id)
        own = asked.where(kind.entrustment_id.is_(None)) if issubclass(kind, Joint) else asked
        for owner_id, rows in groupby(session.scalars(own).unique(), key=lambda row: row.owner_id):
            folder, of_house = f"houses/{owner_id}", list(rows)
            for row in of_house:
                parcel.put(f"{folder}/records/{name}/{row.id}.json", rfc8785.dumps(plain(_sealed(row))))
                if isinstance(row, StoredFile):
                    files.append((f"{folder}/files/{row.id}_{safe(row.name)}", row))
            parcel.put(f"{folder}/lists/{name}.csv", listed([_values(row) for row in of_house]))
    return files


def _pack_file(parcel: Parcel, store: Store, path: str, file: StoredFile) -> None:
    """A file whose bytes are not those on record, or that was not accepted, is named in the manifest instead."""
    if not file.accepted:
        parcel.unaccepted.append(path)
        return
    try:
        parcel.put(path, store.read(file))
    except Damaged:
        parcel.damaged.append(path)


def _chain(entrustment_id: UUID) -> Iterator[bytes]:
    """The stream from its first event on, a line each, with body and hashes exactly as stored."""
    after = 0
    while found := ledger.entries(entrustment_id=entrustment_id, after_seq=after, limit=READ_AT_ONCE):
        for each in reversed(found):
            line: dict[str, Any] = {
                "seq": each.seq,
                "previous_hash": each.previous_hash,
                "hash": each.hash,
                "body": each.text,
            }
            yield rfc8785.dumps(line) + b"\n"
        after = found[0].seq


def _kinds() -> list[Any]:
    """Every table whose rows hang from an entrustment: whatever joins them later is packed as well."""
    return [kind for kind in ledger.kept_records() if issubclass(kind, Joint)]


def _own_kinds() -> list[Any]:
    own = (Overseen, OverseenAtHome, Upstream, SharableUpstream)
    return [kind for kind in ledger.kept_records() if issubclass(kind, own)]


def _values(row: Any) -> dict[str, Any]:
    return {each.key: getattr(row, each.key) for each in inspect(type(row)).column_attrs}


def _sealed(row: Any) -> dict[str, Any]:
    """What the row's hash in the ledger covers."""
    return ledger.sealed_values(row.__tablename__, _values(row))


def _party(house: Organisation) -> dict[str, Any]:
    party: dict[str, Any] = plain(
        {"id": house.id, "name": house.name, "uscc": house.uscc, "province": house.province, "domicile": house.domicile}
    )
    return party


def listed(rows: Sequence[dict[str, Any]]) -> bytes:
    """Rows as CSV that a spreadsheet reads as text: UTF-8 with its mark, and no cell that would be a formula."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(rows[0])
    writer.writerows([cell(value) for value in row.values()] for row in rows)
    return ("\ufeff" + sheet.getvalue()).encode()


def cell(value: Any) -> str:
    """The value as a harmless cell: what begins like a formula gets an apostrophe in front."""
    known = plain(value)
    text = "" if known is None else known if isinstance(known, str) else rfc8785.dumps(known).decode()
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def safe(name: str) -> str:
    """The name as part of a path on any machine: no separators, no leading dot, not too long."""
    stem, dot, ending = clean_name(name).rpartition(".")
    plain_ending = _NOT_IN_A_NAME.sub("", ending)[:10]
    plain_stem = _NOT_IN_A_NAME.sub("-", stem if dot else ending).strip("-.")[:60] or "unnamed"
    return f"{plain_stem}.{plain_ending}" if dot and plain_ending else plain_stem


def _manifest(parcel: Parcel, made_at: Any, by: Author) -> dict[str, Any]:
    return {
        "made_at": made_at,
        "made_by": {
            "id": str(by.id),
            "name": by.name,
            "organisation": by.organisation_name,
            "organisation_id": str(by.organisation_id),
            "roles": sorted(by.role_names),
            "proved": by.proved,
        },
        "entrustments": parcel.entrustments,
        "members": sorted(parcel.members, key=lambda each: each["path"]),
        "damaged_files": sorted(parcel.damaged),
        "unaccepted_files": sorted(parcel.unaccepted),
    }


def _readme() -> str:
    """How to check the export, in both languages one after the other."""
    chapters = []
    for locale in LOCALE_OF.values():
        with force_locale(locale):
            chapters.append("\n\n".join(said(each) for each in README))
    return "\n\n----\n\n".join(chapters) + "\n"
