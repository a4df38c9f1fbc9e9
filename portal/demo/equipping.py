"""The plant of the demonstration: its rooms, its machines with what proves them, and who may work there."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import new_id, session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import filed, move, played_by
from portal.facts.premises import area_facts, authorisation_facts, equipment_facts, licensed_sites
from portal.identity import Actor
from portal.records.authorisation import Authorisation
from portal.records.equipment import Area, Equipment
from portal.records.person import Person
from portal.rooms.areas.keeping import enter
from portal.rooms.authorisations.keeping import prepare
from portal.rooms.machines.keeping import prove, register
from workflows.powers import Role
from workflows.proving import DUE_AGAIN

QUALITY = Role.MANUFACTURER_QUALITY_MANAGER
YEAR, SOON = timedelta(days=365), timedelta(days=20)
AREAS = (
    ("hall", "M-01", "机加工车间", "none", "总平面图 SP-01，A1 区"),
    ("clean_room", "C-102", "十万级清洗包装间", "100000", "洁净区平面图 SP-03，D4 区"),
)
# Number, name, kind, room, operations, what has to be proven.
EQUIPMENT: Mapping[str, tuple[str, str, str, str, list[str], tuple[str, ...]]] = {
    "lathe": ("EQ-001", "数控车床", "machine", "hall", ["machining"], ()),
    "polisher": ("EQ-002", "抛光线", "machine", "hall", ["polishing"], ()),
    "cleaner": ("EQ-003", "超声波清洗机", "machine", "clean_room", ["cleaning"], ("iq", "oq", "pq")),
    "bath": ("EQ-004", "钝化槽", "machine", "hall", ["passivation"], ("calibration", "iq", "oq", "pq")),
    "steriliser": ("EQ-005", "环氧乙烷灭菌器", "machine", "hall", ["sterilisation"], ("calibration", "iq", "oq", "pq")),
    "calliper": ("M-001", "数显卡尺", "instrument", "hall", ["inspection", "machining"], ("calibration",)),
}
OPERATORS: Mapping[str, tuple[str, list[str], list[str]]] = {
    "turner": ("车工甲（演示）", ["machining", "polishing", "inspection"], []),
    "washer": ("清洗工甲（演示）", ["cleaning", "passivation", "packaging"], []),
    "second": ("清洗工乙（演示）", ["cleaning", "passivation", "packaging"], []),
    "sterilising": ("灭菌工甲（演示）", ["sterilisation"], ["steriliser"]),
}


def equip_plants(org: dict[str, UUID]) -> dict[str, UUID]:
    """Both plants; where everything of the first is."""
    _equip(org, "anhe")
    return _equip(org, "hengrui")


def _equip(org: dict[str, UUID], house: str) -> dict[str, UUID]:
    """Everything in service but a laser marker; the calibration of the steriliser runs out in twenty days, and the
    clerk's authorisation waits for its signature."""
    named: dict[str, UUID] = {}
    with played_by(house, QUALITY, org) as by:
        for key, *area in AREAS:
            named[key] = _entered(*area, by=by).id
        for key, (*told, room, operations, proofs) in EQUIPMENT.items():
            soon = "calibration" if key == "steriliser" else ""
            named[key] = put_in_service(told, named[room], operations, proofs, by=by, soon=soon).id
        marker = _registered(
            "EQ-006", "激光打标机", "machine", named["hall"], operations=["marking"], proofs=("iq",), by=by
        )
        named["marker"] = marker.id
        for key, (name, operations, only) in OPERATORS.items():
            named[key] = authorise(name, operations, [str(named[each]) for each in only], by=by).id
        clerk = session.scalars(select(Person).where(Person.email == HOUSES[house].email(Role.PLANT_CLERK))).one()
        named["clerk_to_come"] = _prepared(clerk.name, clerk.id, ["assembly", "labelling"], [], by=by).id
    return named


def put_in_service(
    told: Sequence[str], room: UUID, operations: list[str], proofs: Sequence[str], *, by: Actor, soon: str = ""
) -> Equipment:
    """``told`` are its number, name and kind; the proof that is called ``soon`` runs out in twenty days."""
    number, name, kind = told
    made = _registered(number, name, kind, room, operations=operations, proofs=proofs, by=by)
    for proof in proofs:
        _proven(made, proof, by=by, soon=proof == soon)
    session.expire(made, ["proofs"])
    move(made, "put_in_service", by=by, facts=equipment_facts(made))
    return made


def authorise(name: str, operations: list[str], equipment_ids: list[str], *, by: Actor) -> Authorisation:
    held = _prepared(name, None, operations, equipment_ids, by=by)
    move(held, "grant", by=by, facts=authorisation_facts(held, by.id))
    return held


def _entered(number: str, name: str, grade: str, map_place: str, *, by: Actor) -> Area:
    given = {"number": number, "name": name, "site": licensed_sites()[0], "map_place": map_place, "grade": grade}
    made = enter(given | {"since_on": today() - 2 * YEAR}, by=by)
    session.flush()
    move(made, "put_in_use", by=by, facts=area_facts(made))
    return made


def _registered(
    number: str, name: str, kind: str, room: UUID, *, operations: list[str], proofs: Sequence[str], by: Actor
) -> Equipment:
    given: dict[str, Any] = {
        "number": number,
        "name": name,
        "kind": kind,
        "maker": "演示设备厂",
        "model": "DM-200",
        "place": "6号楼一层（演示）",
        "since_on": today() - YEAR,
        "operations": operations,
        "needs_calibration": "calibration" in proofs,
        "needs_validation": "iq" in proofs,
    }
    made = register(given, room, by=by)
    session.flush()
    return made


def _proven(equipment: Equipment, kind: str, *, by: Actor, soon: bool = False) -> None:
    done_on = today() - YEAR + SOON if soon else today() - timedelta(days=90)
    given: dict[str, Any] = {
        "kind": kind,
        "done_on": done_on,
        "due_on": done_on + YEAR if kind in DUE_AGAIN else None,
        "passed": True,
        "done_by": "省计量科学研究院（演示）" if kind == "calibration" else "设备工程部（演示）",
        "certificate": f"{equipment.number}-{kind.upper()}-{done_on:%Y%m%d}",
        "remark": "",
    }
    made = new_id()
    prove(equipment, given, filed(f"{kind} {equipment.number}", "equipment_proof", made), by=by, proof_id=made)
    session.flush()


def _prepared(
    name: str, person_id: UUID | None, operations: list[str], equipment_ids: list[str], *, by: Actor
) -> Authorisation:
    made = new_id()
    given: dict[str, Any] = {
        "operations": operations,
        "equipment_ids": equipment_ids,
        "trainer": "生产主管陈刚（演示）",
        "trained_on": today() - timedelta(days=60),
        "training": "岗位作业指导书培训，理论和实操考核合格（演示）。",
        "since": today() - timedelta(days=50),
        "until": today() + YEAR,
    }
    evidence = filed("Training record", "authorisation", made)
    kept = prepare(given=given, name=name, person_id=person_id, by=by, authorisation_id=made, evidence=evidence)
    session.flush()
    return kept
