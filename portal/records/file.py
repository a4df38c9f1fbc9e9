"""A file somebody put on record."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Kept, Record
from portal.tenancy import Behind, SharableUpstream
from workflows.words import N_, Said

DECLARED, RECEIVED, CHECKED, ACCEPTED, REFUSED = STAGES = ("declared", "received", "checked", "accepted", "refused")

# How long after the last moment for sending its bytes a file may still be said to have arrived.
GRACE = timedelta(minutes=15)
AWAITED = Said(
    N_("It was announced, and its bytes have not arrived yet. It does not count until they have been checked.")
)
WAITS = Said(N_("It lies in quarantine until it has been checked, and does not count until then."))
WAITS_FOR_SCANNER = Said(
    N_("It lies in quarantine because the virus scanner does not answer, and does not count until it has been scanned.")
)


class StoredFile(Kept, SharableUpstream, Record):
    """The entry of a file; its bytes lie in the store under their SHA-256.  ``size`` is in bytes.

    Only an accepted file counts as evidence and is handed out.  One without a stage was accepted before files were
    checked.  ``checks`` names what looked at it, with versions; ``object_version`` is the store's name for the bytes,
    in quarantine until the file is accepted.  The bytes of a declared file may be sent until ``awaited_until``.  The
    certificate of a lot is seen by whoever sees the lot.
    """

    __tablename__ = "stored_file"
    behind: ClassVar = Behind("lot_id", table="lot_certificate", column="file_id")

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    stage: Mapped[str | None]
    checks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    refused_because: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    object_version: Mapped[str | None]
    awaited_until: Mapped[datetime | None]

    @property
    def accepted(self) -> bool:
        return self.stage in (ACCEPTED, None)

    @property
    def refused(self) -> bool:
        return self.stage == REFUSED

    @property
    def awaited(self) -> bool:
        return self.stage == DECLARED

    def is_overdue(self, at: datetime) -> bool:
        """Whether the bytes of a declared file have not come in their time."""
        return self.awaited and (self.awaited_until is None or self.awaited_until + GRACE <= at)

    def settle(self, **found: Any) -> bool:
        """Note what a step of the check found; False when nothing is different from before."""
        changed = {name: value for name, value in found.items() if getattr(self, name) != value}
        for name, value in changed.items():
            setattr(self, name, value)
        return bool(changed)

    @property
    def held(self) -> Said | None:
        """Why nobody gets it and it does not count; None once it is accepted."""
        if self.accepted:
            return None
        if self.refused_because:
            return Said(self.refused_because["says"], self.refused_because["values"])
        if self.awaited:
            return AWAITED
        if (self.checks or {}).get("waits") == "scanner":
            return WAITS_FOR_SCANNER
        return WAITS

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("entrustment_id", "id"),
            CheckConstraint("length(sha256) = 64", name="hash_is_sha256"),
            CheckConstraint(f"stage IN {STAGES}", name="stage_is_known"),
            CheckConstraint("(stage = 'refused') = (refused_because IS NOT NULL)", name="refused_means_explained"),
            CheckConstraint("stage <> 'declared' OR awaited_until IS NOT NULL", name="declared_means_awaited"),
            CheckConstraint(
                "stage NOT IN ('checked', 'accepted') OR checks IS NOT NULL", name="accepted_means_checked"
            ),
        )
