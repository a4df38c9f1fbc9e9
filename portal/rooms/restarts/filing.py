"""Putting a restart on record."""

from datetime import date
from typing import Any
from uuid import UUID

from portal import ledger
from portal.facts.standstill import Making
from portal.identity import Actor
from portal.records.entrustment import Exhibit
from portal.records.file import StoredFile
from portal.records.restart import Restart
from workflows.restart import FILE_RESTART


def file_restart(
    making: Making,
    product: Exhibit,
    restart_id: UUID,
    file: StoredFile,
    *,
    idle_since: date | None,
    by: Actor,
    **given: Any,
) -> Restart:
    """``given`` is what was verified and reported."""
    site = making.ground.latest("site")
    restart = Restart(
        id=restart_id,
        entrustment_id=making.ground.entrustment.id,
        product_id=product.subject_id,
        product_name=product.facts["name"],
        site=site.facts["name"] if site else "",
        idle_since=idle_since,
        file_id=file.id,
        filed_by_id=by.id,
        **given,
    )
    ledger.write(restart, FILE_RESTART.event, by=by, also=[file])
    return restart
