"""Putting lots, their certificates and their results on record."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.acting import begin, tell
from portal.db import new_id, now, session, today
from portal.identity import Actor
from portal.lineage import receiving
from portal.records.file import StoredFile
from portal.records.material import Material
from portal.records.material_lot import LotCertificate, LotResult, MaterialLot
from portal.records.supplier import Supplier
from portal.tenancy import current_tenant
from workflows.criterion import Criterion
from workflows.engine import weigh_opening
from workflows.part_acceptance import Rejection, piece_code
from workflows.receiving import AMEND, CERTIFY, INSPECT, RECEIVE, RESTORE, SET_ASIDE, STORE, STRIKE, ReceiptFacts

# What the graph of making knows of a receipt.
TOLD_OF = ("number", "supplier_lot", "quantity", "unit", "received_on")


def receive(given: Mapping[str, Any], material: Material, supplier: Supplier, *, by: Actor) -> MaterialLot:
    """What is asked of a lot of the material today stays asked of this one; the graph of making is told of it.

    Raises :class:`portal.acting.Refused`.
    """
    lot = MaterialLot(
        id=new_id(),
        material_id=material.id,
        supplier_id=supplier.id,
        asked_certificates=list(material.certificates),
        asked=list(material.inspected),
        received_by_id=by.id,
        accepted_at=None,
        rejected_at=None,
        blocked_at=None,
        recalled_at=None,
        **{"serials": None, "rejections": None, **given},
    )
    with session.no_autoflush:
        lot.bind_papers()
    facts = ReceiptFacts(material.state, supplier.state)
    begin(lot, weigh_opening(RECEIVE, facts, powers=by.powers, side=None, on=today()), actor=by)
    receiving.tell_receipt(lot, supplier, by=by)
    return lot


def amend(lot: MaterialLot, given: Mapping[str, Any], *, by: Actor) -> None:
    before = [getattr(lot, column) for column in TOLD_OF]
    for column, value in given.items():
        setattr(lot, column, value)
    lot.bind_papers()
    tell(lot, AMEND.event, actor=by)
    if before != [getattr(lot, column) for column in TOLD_OF]:
        receiving.amend_receipt(lot, by=by)


def store(lot: MaterialLot, given: Mapping[str, Any], *, by: Actor) -> None:
    for column, value in given.items():
        setattr(lot, column, value)
    tell(lot, STORE.event, actor=by)


def certify(lot: MaterialLot, given: Mapping[str, Any], file: StoredFile, *, by: Actor) -> LotCertificate:
    with session.no_autoflush:
        paper = LotCertificate(id=new_id(), lot_id=lot.id, file_id=file.id, struck_at=None, **given)
        paper.file = file
        lot.certificates.append(paper)
        lot.bind_papers()
    told = {"paper": {"id": paper.id, "kind": paper.kind, "number": paper.number, "sha256": file.sha256}}
    ledger.write(lot, CERTIFY.event, by=by, also=[paper, file], told=told)
    return paper


def strike(lot: MaterialLot, paper: LotCertificate, reason: str, *, by: Actor) -> None:
    with session.no_autoflush:
        paper.struck_at = now()
        lot.bind_papers()
    ledger.write(lot, STRIKE.event, by=by, also=[paper], reason=reason)


def inspect(
    lot: MaterialLot, criterion: Criterion, given: Mapping[str, Any], *, reason: str | None = None, by: Actor
) -> LotResult:
    """A result that was there before for the characteristic stays on record and counts no longer."""
    with session.no_autoflush:
        piece = given.get("piece") or None
        called = piece_code(criterion.characteristic, piece) if piece else criterion.characteristic
        before = lot.standing_results.get(called)
        if before is not None:
            before.struck_at = now()
        found = LotResult(
            id=new_id(),
            lot_id=lot.id,
            characteristic=criterion.characteristic,
            criterion=criterion.wanted,
            passed=criterion.is_met_by(given["measured"]),
            recorded_by_id=by.id,
            struck_at=None,
            **{**given, "piece": piece},
        )
        lot.results.append(found)
        lot.bind_papers()
    also = [found, *([before] if before is not None else [])]
    told = {"result": {"id": found.id, "characteristic": found.characteristic, "measured": found.measured}}
    ledger.write(lot, INSPECT.event, by=by, also=also, reason=reason, told=told)
    return found


def set_aside(lot: MaterialLot, rejections: Sequence[Rejection], *, by: Actor, file: StoredFile | None = None) -> None:
    """Reject these pieces of a lot on which nobody has decided; ``file`` is what told of them."""
    lot.rejections = [*(lot.rejections or []), *(each.as_data for each in rejections)]
    lot.bind_papers()
    told = {"rejected": [each.as_data for each in rejections]} | ({"sha256": file.sha256} if file else {})
    ledger.write(lot, SET_ASIDE.event, by=by, also=[file] if file else [], told=told)


def restore(lot: MaterialLot, place: int, reason: str, *, by: Actor) -> None:
    """Take the rejection at ``place`` back."""
    kept = list(lot.rejections or [])
    taken = kept.pop(place)
    lot.rejections = kept or None
    lot.bind_papers()
    ledger.write(lot, RESTORE.event, by=by, reason=reason, told={"restored": taken})


def is_taken(number: str, lot_id: UUID | None = None) -> bool:
    """Whether another lot of the house bears the number, received or made by itself."""
    wanted = select(MaterialLot.id).where(MaterialLot.owner_id == current_tenant(), MaterialLot.number == number)
    found = session.scalars(wanted).first()
    return (found is not None and found != lot_id) or receiving.is_another(number, lot_id)


def materials_in_use() -> Sequence[Material]:
    wanted = select(Material).where(Material.owner_id == current_tenant(), Material.state == "in_use")
    return session.scalars(wanted.order_by(Material.code)).all()


def suppliers_not_ended() -> Sequence[Supplier]:
    """A lot from a supplier that is not approved is received too: it lies in quarantine and cannot be accepted."""
    wanted = select(Supplier).where(Supplier.owner_id == current_tenant(), Supplier.state != "ended")
    return session.scalars(wanted.order_by(Supplier.number)).all()
