"""What the register of material lots tells the graph: of each receipt, from the supplier's lot to the own one."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import CHINA, session
from portal.lineage import knowing
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.lineage import Activity, Link, Node
from portal.records.material_lot import MaterialLot
from portal.records.supplier import Supplier
from workflows.lineage import MICRO, Amount, Deed, Thing

# Beyond this the graph cannot count: its sums are whole millionths in 64 bits.
MOST = 10**12


def supplier_lot_code(number: str, supplier_lot: str) -> str:
    """What a supplier's lot is called in the graph: two suppliers may give their lots the same number.

    The supplier's number and its lot, told apart by the first dot that stands alone.
    """
    return f"{number.replace('·', '··')} · {supplier_lot}"


def tell_receipt(lot: MaterialLot, supplier: Supplier, *, by: ledger.Author) -> None:
    """Tell of a lot that has just been received, in the house's own folio."""
    _tell([(lot, supplier, None)], by=by)


def amend_receipt(lot: MaterialLot, *, by: ledger.Author) -> None:
    """Take the place of what was told of the receipt before; of an older lot of which nothing was told, tell of it."""
    _tell([(lot, lot.supplier, _receipts([lot.id]).get(lot.id))], by=by)


def bring_in(lots: Iterable[MaterialLot], *, by: ledger.Author) -> None:
    """Tell of those lots that were received before receipts were told of, at their first use."""
    known = {each.id: each for each in lots}
    told = _receipts(known)
    if missing := [(each, each.supplier, None) for each in known.values() if each.id not in told]:
        _tell(missing, by=by)


def is_another(number: str, lot_id: UUID | None) -> bool:
    """Whether a lot that the house told of under this number is another one than this, such as one it made itself."""
    home = [folio.number for folio in knowing.folios_of(None)]
    wanted = select(Node.record_id).where(Node.folio.in_(home), Node.kind == Thing.LOT.value, Node.item == 0)
    return any(each is None or each != lot_id for each in session.scalars(wanted.where(Node.code == number)))


def _tell(receipts: Iterable[tuple[MaterialLot, Supplier, int | None]], *, by: ledger.Author) -> None:
    telling = Telling(None)
    for lot, supplier, before in receipts:
        code = supplier_lot_code(supplier.number, lot.supplier_lot)
        bought = telling.thing(Thing.SUPPLIER_LOT, code, record_id=supplier.id)
        own = telling.thing(Thing.LOT, lot.number, record_id=lot.id)
        amount = Amount(int(Decimal(lot.quantity) * MICRO), lot.unit)
        told = Told(
            Deed.RECEIVE,
            _beginning_of(lot.received_on),
            lot.number,
            uses=[bought],
            makes=[own],
            amounts={own: amount},
            corrects=before,
        )
        telling.deed(told)
    record(telling, by=by)


def _receipts(lots: Iterable[UUID]) -> dict[UUID, int]:
    """Of those lots whose receipt was told: the deed that stands."""
    found: dict[UUID, int] = {}
    for some in knowing.in_turn(lots):
        wanted = (
            select(Node.record_id, Link.source)
            .join(Link, Link.target == Node.id)
            .join(Activity, Activity.id == Link.source)
            .where(Node.record_id.in_(some), Node.kind == Thing.LOT.value)
            .where(Activity.kind == Deed.RECEIVE.value, Link.struck_by.is_(None))
        )
        found |= {lot: deed for lot, deed in session.execute(wanted) if lot is not None}
    return found


def _beginning_of(day: date) -> datetime:
    """The register keeps the day alone: the receipt comes before whatever else was done on it."""
    return datetime.combine(day, time(), CHINA).astimezone(UTC)
