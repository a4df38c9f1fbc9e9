"""Design transfers: read, each with its list, training, trials and gaps."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.shapes import Given
from portal.api.transfer_shapes import Transfers, TransferShape
from portal.records.transfer import Transfer
from workflows.scopes import Scope

WHOLE = [selectinload(part) for part in (Transfer.items, Transfer.trainings, Transfer.trials, Transfer.gaps)]


@desk.door("/transfers", Scope.TRANSFERS_READ, gives=Transfers)
def list_transfers(query: OfEntrustment) -> Given:
    """List design transfers."""
    wanted = select(Transfer).options(*WHOLE)
    if query.entrustment_id:
        wanted = wanted.where(Transfer.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Transfer, query, Transfers, TransferShape)
    return page, 200, way


@desk.door("/transfers/<uuid:transfer_id>", Scope.TRANSFERS_READ, gives=TransferShape)
def read_transfer(transfer_id: UUID) -> Given:
    """Read a design transfer."""
    found = find_within(Transfer, transfer_id)
    return TransferShape.model_validate(found), 200, tagged(found)
