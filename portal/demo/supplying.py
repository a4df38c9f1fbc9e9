"""What the plants of the demonstration world are supplied with, by whom, and what the registrants approved of it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.identifiers import uscc_check_character
from portal.db import session, today
from portal.demo.hands import filed, move, played_by
from portal.facts.sources import source_facts, supplier_facts
from portal.identity import Actor
from portal.records.approved_source import ApprovedSource
from portal.records.definition import DefinitionMaterial
from portal.records.material import Material
from portal.records.supplier import Supplier
from portal.rooms.approved_sources.proposing import propose
from portal.rooms.materials.keeping import enter
from portal.rooms.suppliers.keeping import enter as enter_supplier
from portal.rooms.suppliers.keeping import evaluate
from workflows.powers import Role

YEARS_AGO = timedelta(days=900)
TITANIUM, TYVEK, ACID, LABELS, DRIVER = "titanium", "tyvek", "acid", "labels", "driver"
# Number, name, code without its check character, what it is, province, what it delivers, whether that is key.
SUPPLIERS = {
    TITANIUM: (
        "SP-001",
        "演示钛业（宝鸡）有限公司",
        "91610300MA6XA1T10",
        "maker",
        "陕",
        "外科植入物用钛合金棒材",
        True,
    ),
    TYVEK: (
        "SP-002",
        "演示医用包装（苏州）有限公司",
        "91320500MA1MYP220",
        "distributor",
        "苏",
        "无菌屏障系统材料",
        True,
    ),
    ACID: ("SP-003", "演示化学试剂（无锡）有限公司", "91320200MA1NAC330", "distributor", "苏", "分析纯化学试剂", False),
    DRIVER: ("SP-004", "演示医疗器具（张家港）有限公司", "91320582MA1DRX550", "maker", "苏", "手术器械", True),
    LABELS: ("SP-101", "演示标签印刷（上海）有限公司", "91310115MA1LBP440", "maker", "沪", "不干胶标签", False),
}
COMPOSITION = ("化学成分与力学性能", "核对质量证明书，每炉号复验", "text", "", "", "", "符合GB/T 13810")
DIAMETER = ("直径", "千分尺，QI-35-001", "number", "11.95", "12.05", "mm", "")
PEEL = ("盖材剥离强度", "YY/T 0681.2", "number", "0.15", "", "N/mm", "")
FIT = ("功能与外观", "与螺钉试配，目视", "text", "", "", "", "合格")
LOOK = ("外观与版本", "目视，对照样张", "text", "", "", "", "合格")
_PARTS = ("characteristic", "method", "kind", "low", "high", "unit", "text")
# Code, name, specification, unit, whether it is key, certificates, shelf life in months, what is inspected.
MATERIALS = {
    TITANIUM: (
        "RM-TI-012",
        "钛合金棒材",
        "GB/T 13810 TC4ELI，M态，Φ12 mm",
        "kg",
        True,
        ["mill"],
        None,
        (COMPOSITION, DIAMETER),
    ),
    TYVEK: ("PK-TY-1073", "特卫强吸塑盒盖材", "YY/T 0698.9", "张", True, ["biocompatibility"], 60, (PEEL,)),
    ACID: ("CH-HNO3-68", "硝酸", "GB/T 626 分析纯", "kg", False, ["other"], 24, (LOOK,)),
    DRIVER: ("IN-SD-25", "螺钉起子", "T15，YY/T 0294.1", "件", True, ["mill"], None, (FIT,)),
    LABELS: ("LB-35", "标签", "版本5，铜版纸不干胶", "张", False, [], None, (LOOK,)),
}


def supply(org: dict[str, UUID], house: str) -> dict[str, UUID]:
    """The suppliers and materials of a plant; of a registrant the label that it provides itself."""
    is_plant = house in ("hengrui", "anhe")
    role = Role.MANUFACTURER_QUALITY_MANAGER if is_plant else Role.REGISTRANT_QUALITY_MANAGER
    named: dict[str, UUID] = {}
    with played_by(house, role, org) as by:
        for key in (TITANIUM, TYVEK, ACID) if is_plant else (LABELS,):
            named[f"{key}_supplier"] = approve_supplier(key, by).id
            named[f"{key}_material"] = enter_material(key, by).id
        if is_plant:
            suspended = session.get_one(Supplier, named[f"{ACID}_supplier"])
            move(suspended, "suspend", by=by, facts=None, reason="两批硝酸标签与质量证明书不符，整改中（演示）。")
    return named


def approve_sources(org: dict[str, UUID], definition: UUID, registrant: str, plant: str) -> dict[str, UUID]:
    """The bar is approved; the lid waits for the registrant."""
    made: dict[str, UUID] = {}
    with played_by(plant, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        for key in (TITANIUM, TYVEK):
            made[key] = propose_source(key, definition, by).id
    approve_source(org, made[TITANIUM], registrant)
    return made


def approve_source(org: dict[str, UUID], source_id: UUID, registrant: str) -> None:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        source = session.get_one(ApprovedSource, source_id)
        move(source, "approve", by=by, facts=source_facts([source])[source.id])


def approve_supplier(key: str, by: Actor) -> Supplier:
    number, name, code, role, province, supplies, is_key = SUPPLIERS[key]
    given: dict[str, Any] = {
        "number": number,
        "name": name,
        "uscc": code + uscc_check_character(code),
        "role": role,
        "country": "CN",
        "province": province,
        "supplies": supplies,
        "is_key": is_key,
        "since": today() - YEARS_AGO,
    }
    made = enter_supplier(given, by=by)
    session.flush()
    told = {
        "evaluation": "资质、样品试用和三批供货业绩评价，结论合格（演示）。",
        "evaluated_on": today() - timedelta(days=120),
        "agreement": "QA-SP-2026-01（演示）" if is_key else None,
        "tells_changes": is_key,
    }
    evaluate(made, told, evidence=filed("Supplier evaluation", "supplier", made.id), by=by)
    session.flush()
    move(made, "approve", by=by, facts=supplier_facts(made))
    return made


def enter_material(key: str, by: Actor) -> Material:
    code, name, specification, unit, is_key, certificates, shelf_months, inspected = MATERIALS[key]
    given: dict[str, Any] = {
        "code": code,
        "name": name,
        "specification": specification,
        "unit": unit,
        "is_key": is_key,
        "certificates": certificates,
        "shelf_months": shelf_months,
        "receipt": "到货先入待验区，按QI-35-001取样检验；合格后由质量部签字放行（演示）。",
        "inspected": [dict(zip(_PARTS, each, strict=True)) for each in inspected],
    }
    made = enter(given, by=by)
    session.flush()
    return made


def propose_source(key: str, definition: UUID, by: Actor) -> ApprovedSource:
    wanted = select(DefinitionMaterial).where(
        DefinitionMaterial.definition_id == definition, DefinitionMaterial.code == MATERIALS[key][0]
    )
    supplier = select(Supplier).where(Supplier.number == SUPPLIERS[key][0])
    material, found = session.scalars(wanted).one(), session.scalars(supplier).one()
    made = propose(material, found, "other", "供应商已评价合格，样品验证和三批试用符合要求（演示）。", by=by)
    session.flush()
    return made
