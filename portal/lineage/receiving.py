"""What the register of material lots tells the graph: each receipt from the supplier's lot, and what was rejected."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import CHINA, now, session
from portal.lineage import knowing
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.lineage import Activity, Link, Node
from portal.records.material_lot import MaterialLot
from portal.records.supplier import Supplier
from workflows.lineage import MICRO, Amount, Deed, Thing
from workflows.part_acceptance import piece_code

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


def tell_parts(lot: MaterialLot, *, by: ledger.Author) -> None:
    """Tell of a lot that has just been accepted: its pieces where they bear numbers, and those that were rejected.

    A rejected part is split off and rejected, so that no more can be used than was accepted.
    """
    parts = lot.parts
    if not (parts.serials or parts.rejections):
        return
    bring_in([lot], by=by)
    telling, at, one = Telling(None), now(), Amount(MICRO, lot.unit)
    whole = telling.thing(Thing.LOT, lot.number, record_id=lot.id)
    pieces = {telling.thing(Thing.LOT, piece_code(lot.number, each)): one for each in parts.serials}
    rejected: dict[str, list[int]] = {}
    for place, each in enumerate(parts.rejections, start=1):
        named = [piece_code(lot.number, serial) for serial in each.serials] or [piece_code(lot.number, f"R{place}")]
        rejected.setdefault(each.reason, []).extend(telling.thing(Thing.LOT, code) for code in named)
        if not each.serials:
            pieces[telling.thing(Thing.LOT, named[0])] = _amount(each.quantity, lot.unit)
    taken = Amount(sum(each.micro for each in pieces.values()), lot.unit)
    split = Told(Deed.SPLIT, at, lot.number, uses=[whole], makes=list(pieces), amounts={whole: taken, **pieces})
    telling.deed(split)
    for reason, handles in rejected.items():
        telling.deed(Told(Deed.REJECT, at, lot.number, touches=handles, reason=reason))
    record(telling, by=by)


def left_of(lot: MaterialLot) -> tuple[Amount | None, list[str]]:
    """How much of an accepted lot, and which of its pieces, is in no work yet; None of a lot that no graph knows."""
    home = [folio.number for folio in knowing.folios_of(None)]
    parts = lot.parts
    codes = {lot.number: ""} | {piece_code(lot.number, each): each for each in parts.other_serials}
    nodes: dict[int, str] = {}
    for some in knowing.in_turn(codes if home else ()):
        wanted = select(Node.id, Node.code).where(Node.folio.in_(home), Node.kind == Thing.LOT.value, Node.item == 0)
        rows = session.execute(wanted.where(Node.code.in_(some)))
        nodes |= {number: code for number, code in rows}  # noqa: C416  a row is no pair to mypy
    left = knowing.amounts_left(nodes)
    if not left:
        return None, []
    serials = sorted(codes[nodes[node]] for node, each in left.items() if each.micro > 0 and codes[nodes[node]])
    return Amount(sum(each.micro for each in left.values()), lot.unit), serials


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
        amount = _amount(lot.quantity, lot.unit)
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


def _amount(quantity: str, unit: str) -> Amount:
    return Amount(int(Decimal(quantity) * MICRO), unit)


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
