"""How a file comes to count as evidence: declared, received, checked, accepted; or refused."""

from dataclasses import dataclass
from datetime import timedelta
from typing import IO, Any, BinaryIO
from uuid import UUID

from sqlalchemy import func, select

from portal.checking.asking import PATIENCE, NotChecked, ask
from portal.checking.judging import Report
from portal.checking.kinds import BEGINNINGS, Unfit, refuse_by_name_and_size
from portal.db import new_id, now, session
from portal.filing.names import attachment, clean_name
from portal.filing.scanning import NotScanned, Scanner
from portal.filing.shelves import INVITED_FOR, LocalShelf, Place, Shelf, sha256_of
from portal.records.file import ACCEPTED, CHECKED, DECLARED, RECEIVED, REFUSED, StoredFile
from portal.records.organisation import Organisation
from portal.settings import QUOTA, RETENTION_YEARS, Settings
from portal.tenancy import current_tenant
from workflows.words import N_, Said

YEAR = timedelta(days=366)
BYTES_IN_A_MB = 1024 * 1024
OTHER_BYTES = Said(N_("The bytes that arrived are not those that were announced."))


class NotAcceptable(ValueError):
    """The file cannot be put on record; ``says`` is for the person who chose it.

    ``about`` names what was said of it and cannot be so; empty for the file as a whole.
    """

    def __init__(self, says: Said, about: str = "") -> None:
        super().__init__(str(says))
        self.says, self.about = says, about


@dataclass(frozen=True, slots=True)
class Store:
    """Files, from the form to the record.  ``largest`` and ``quota`` are in bytes; the quota is each house's own."""

    shelf: Shelf
    largest: int
    quota: int = QUOTA
    scanner: Scanner | None = None
    retention_years: int = RETENTION_YEARS

    def keep(
        self, name: str, stream: IO[bytes], *, subject_kind: str, subject_id: UUID, entrustment_id: UUID | None = None
    ) -> StoredFile:
        """Take a file in and check it at once; returns its entry, which the caller tells the ledger of.

        What cannot be checked at once, because the scanner is down or the file takes long, comes back ``received``: it
        lies in quarantine and counts for nothing.  Raises :class:`NotAcceptable`, and what a shelf raises; what then
        stays in quarantine is cleared away by `portal files check`.
        """
        content = stream.read(self.largest + 1)
        about = {"subject_kind": subject_kind, "subject_id": subject_id, "entrustment_id": entrustment_id}
        file = self.declare(name, len(content), sha256_of(content), **about)
        self._take_in(file, self.shelf.receive(Place.of(file), content))
        if file.refused and file.held:
            raise NotAcceptable(file.held)
        return file

    def announce(self, name: str, media_type: str, size: int, sha256: str, **about: Any) -> StoredFile:
        """The entry of a file whose bytes come by themselves, and soon.  Raises :class:`NotAcceptable`."""
        file = self.declare(name, size, sha256, **about)
        if media_type != file.media_type:
            says = N_("A file of this name is of the media type %(media_type)s.")
            raise NotAcceptable(Said(says, {"media_type": file.media_type}), "media_type")
        file.awaited_until = now() + timedelta(seconds=INVITED_FOR)
        return file

    def arrive(self, file: StoredFile) -> None:
        """Take an announced file into quarantine and check it at once, as :meth:`keep` does; it may end refused.

        Raises what a shelf raises: :class:`Damaged` when its bytes are not there, or not as they were announced.
        """
        self._take_in(file, self.shelf.arrived(Place.of(file)))

    def declare(self, name: str, size: int, sha256: str, **about: Any) -> StoredFile:
        """The entry of a file that is still to come.  Raises :class:`NotAcceptable`."""
        clean = clean_name(name)
        try:
            ending = refuse_by_name_and_size(clean, size, self.largest)
        except Unfit as unfit:
            raise NotAcceptable(unfit.says) from unfit
        self._refuse_over_quota(size)
        return StoredFile(
            id=new_id(),
            owner_id=current_tenant(),
            name=clean,
            media_type=BEGINNINGS[ending][0],
            size=size,
            sha256=sha256,
            stage=DECLARED,
            **about,
        )

    def next_step(self, file: StoredFile, *, patience: float = PATIENCE) -> dict[str, Any]:
        """What one step further makes of a received or checked file, as :meth:`StoredFile.settle` takes it.

        Writes no row.  Raises what a shelf raises.
        """
        if file.stage == CHECKED:
            version = self.shelf.accept(Place.of(file), now() + self.retention_years * YEAR)
            return {"stage": ACCEPTED, "object_version": version}
        with self.shelf.received(Place.of(file)) as opened:
            return self._checked(file, opened, patience)

    def read(self, file: Any) -> bytes:
        """The bytes of an accepted entry, or :class:`Damaged` if they are missing or not the same any more."""
        return self.shelf.read(Place.of(file))

    def link(self, file: StoredFile) -> str | None:
        """An address at the store itself that gives these bytes for a minute; None where it has none."""
        return self.shelf.link(Place.of(file), attachment(file.name))

    def _take_in(self, file: StoredFile, version: str | None) -> None:
        file.object_version, file.stage, before = version, RECEIVED, None
        while file.stage in (RECEIVED, CHECKED) and file.stage != before:
            before = file.stage
            file.settle(**self.next_step(file))
        if file.refused:
            self.shelf.discard(Place.of(file))

    def _checked(self, file: StoredFile, opened: BinaryIO, patience: float) -> dict[str, Any]:
        try:
            report = ask(file.name, opened, self.largest, patience=patience)
        except NotChecked:
            return {"stage": RECEIVED, "checks": {"waits": "time"}}
        if report.refused:
            return _refusal(report.refused, report.made)
        if (report.sha256, report.size) != (file.sha256, file.size):
            return _refusal(OTHER_BYTES, report.made)
        return self._scanned(report, opened)

    def _scanned(self, report: Report, opened: BinaryIO) -> dict[str, Any]:
        made = {**report.made, "at": now().isoformat(), "scanner": "none"}
        if self.scanner:
            try:
                infection = self.scanner.infection(opened)
                made["scanner"] = self.scanner.version()
            except NotScanned:
                return {"stage": RECEIVED, "checks": {**report.made, "waits": "scanner"}}
            if infection:
                says = N_("The virus scanner found something in the file: %(name)s.")
                return _refusal(Said(says, {"name": infection}), made)
        return {"stage": CHECKED, "checks": made, "media_type": report.media_type}

    def _refuse_over_quota(self, size: int) -> None:
        """Two uploads of one house at once are counted one after the other: the row of the house is the queue."""
        house = current_tenant()
        once = (
            select(func.max(StoredFile.size).label("size"))
            .where(StoredFile.owner_id == house, StoredFile.stage != REFUSED)
            .group_by(StoredFile.sha256)
            .subquery()
        )
        with session.no_autoflush:  # a record that waits for this very file has not been told of yet
            session.scalars(select(Organisation.id).where(Organisation.id == house).with_for_update()).all()
            used = session.scalar(select(func.coalesce(func.sum(once.c.size), 0)).select_from(once)) or 0
        if used + size > self.quota:
            values = {"most": self.quota // BYTES_IN_A_MB, "left": max(self.quota - used, 0) // BYTES_IN_A_MB}
            says = N_(
                "Your organisation may keep %(most)s MB of files, and %(left)s MB are left. "
                "Ask whoever runs this portal for more room."
            )
            raise NotAcceptable(Said(says, values))


def _refusal(says: Said, made: dict[str, str]) -> dict[str, Any]:
    return {"stage": REFUSED, "checks": made, "refused_because": says.as_data()}


def store_of(settings: Settings) -> Store:
    """The store that the settings name: an object store if they name a bucket, else a folder."""
    chosen = settings.files
    shelf: Shelf = LocalShelf(settings.files_dir)
    if chosen.bucket:
        from portal.filing.s3 import S3Shelf  # noqa: PLC0415  boto3 is large, and a folder needs none of it

        shelf = S3Shelf.at(chosen.bucket, chosen.endpoint or None, chosen.region or None)
    scanner = Scanner(chosen.scanner) if chosen.scanner else None
    return Store(shelf, settings.largest_file, chosen.quota, scanner, chosen.retention_years)
