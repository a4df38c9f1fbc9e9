"""What has been received in the demonstration world: bars with their mill certificates, and what became of each lot."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from portal.db import session, today
from portal.demo.hands import filed, move, played_by
from portal.demo.supplying import ACID, LABELS, TITANIUM, TYVEK
from portal.facts.material_lots import lot_facts
from portal.identity import Actor
from portal.records.material import Material
from portal.records.material_lot import MaterialLot
from portal.records.supplier import Supplier
from portal.rooms.material_lots.keeping import certify, inspect, receive
from workflows.criterion import Criterion
from workflows.powers import Role

# Lot number, what it is, the supplier's lot, quantity, days since it came, since it was made, until it expires.
LOTS = {
    "lot_accepted": ("ML-2611-001", TITANIUM, "炉号 T26-0817", "120", 20, 60, None),
    "lot_in_quarantine": ("ML-2611-002", TITANIUM, "炉号 T26-0921", "80.5", 2, 30, None),
    "lot_rejected": ("ML-2611-003", TITANIUM, "炉号 T26-0799", "60", 12, 75, None),
    "lot_expired": ("ML-2411-007", ACID, "批号 20241102", "25", 690, 740, -9),
    "lot_expiring": ("ML-2410-004", TYVEK, "批号 TY-2410", "2000", 600, 1800, 21),
    "lot_of_labels": ("ML-2611-101", LABELS, "批号 LB-35-05", "5000", 5, 8, None),
}
FOUND = {
    "化学成分与力学性能": ("符合GB/T 13810", "质量证明书复核，光谱仪 MI-031"),
    "直径": ("12.01", "千分尺 MI-014"),
    "盖材剥离强度": ("0.22", "拉力机 MI-022"),
    "外观与版本": ("合格", "目视"),
    "功能与外观": ("合格", "试配，目视"),
}


def receive_lots(org: dict[str, UUID], house: str, known: Mapping[str, UUID]) -> dict[str, UUID]:
    """``known`` are the house's materials and suppliers, as :func:`portal.demo.supplying.supply` names them."""
    is_plant = house in ("hengrui", "anhe")
    clerk = Role.PLANT_CLERK if is_plant else Role.MANAGEMENT_REPRESENTATIVE
    decides = Role.MANUFACTURER_QUALITY_MANAGER if is_plant else Role.REGISTRANT_QUALITY_MANAGER
    made: dict[str, UUID] = {}
    with played_by(house, clerk, org) as by:
        for name, told in LOTS.items():
            if (name == "lot_of_labels") is not is_plant:
                lot = receive_lot(told, known, by)
                made[name] = lot.id
                _inspect(name, lot, by)
    with played_by(house, decides, org) as by:
        for name, lot_id in made.items():
            _decide(name, session.get_one(MaterialLot, lot_id), by)
    return made


def receive_lot(told: tuple[Any, ...], known: Mapping[str, UUID], by: Actor) -> MaterialLot:
    number, key, supplier_lot, quantity, came, ago, expires = told
    material = session.get_one(Material, known[f"{key}_material"])
    lot = receive(
        {
            "number": number,
            "supplier_lot": supplier_lot,
            "made_by": None,
            "received_on": _ago(came),
            "made_on": _ago(ago),
            "expires_on": None if expires is None else _ago(-expires),
            "quantity": quantity,
            "unit": material.unit,
            "stated_quantity": quantity,
            "stated_unit": material.unit,
            "storage": "待验区 Q2 货架（演示）",
            "tags": ["urn:epc:id:sgtin:6900000.000123.2611002"] if number == "ML-2611-002" else [],
        },
        material,
        session.get_one(Supplier, known[f"{key}_supplier"]),
        by=by,
    )
    session.flush()
    for kind in lot.asked_certificates:
        paper = {
            "kind": kind,
            "number": f"QC-{number[3:]}（演示）",
            "issuer": lot.supplier.name,
            "issued_on": _ago(ago),
        }
        certify(lot, paper, filed(f"Certificate of lot {number}", "material_lot", lot.id), by=by)
        session.flush()
    return lot


def _inspect(name: str, lot: MaterialLot, by: Actor) -> None:
    """The bar in quarantine waits for its diameter to be measured."""
    for criterion in lot.criteria:
        if name == "lot_in_quarantine" and criterion.kind == "number":
            continue
        inspect_for(lot, criterion, by, "11.82" if name == "lot_rejected" and criterion.kind == "number" else None)


def _decide(name: str, lot: MaterialLot, by: Actor) -> None:
    if name in ("lot_accepted", "lot_expiring"):
        move(lot, "accept", by=by, facts=lot_facts(lot, by.id))
    if name == "lot_rejected":
        move(lot, "reject", by=by, facts=lot_facts(lot, by.id), reason="直径超下差，整批退货（演示）。")


def inspect_for(lot: MaterialLot, criterion: Criterion, by: Actor, measured: str | None = None) -> None:
    found, instrument = FOUND[criterion.characteristic]
    given = {"instrument": instrument, "inspected_on": today(), "inspected_by": "进货检验员"}
    inspect(lot, criterion, given | {"measured": measured or found}, by=by)
    session.flush()


def _ago(days: int) -> date:
    return today() - timedelta(days=days)
