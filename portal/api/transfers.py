"""Design transfers: read, each with its list, training, trials and gaps."""

from sqlalchemy.orm import selectinload

from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.api.transfer_shapes import Transfers, TransferShape
from portal.records.transfer import Transfer
from workflows.scopes import Scope

WHOLE = [selectinload(part) for part in (Transfer.items, Transfer.trainings, Transfer.trials, Transfer.gaps)]

shelve(
    Transfer,
    "/transfers",
    Scope.TRANSFERS_READ,
    many=("transfers", Transfers, "List design transfers."),
    one=("transfer", TransferShape, "Read a design transfer."),
    turn=OfEntrustment,
    along=WHOLE,
)
