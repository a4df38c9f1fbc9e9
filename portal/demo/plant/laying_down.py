"""What the screws and the kit are made by, from what, on which further machines and by whom."""

from datetime import date
from uuid import UUID

from portal.db import session, today
from portal.demo.defining import Recipe
from portal.demo.equipping import QUALITY, authorise, put_in_service
from portal.demo.hands import move, played_by
from portal.demo.plant.files import rows_of
from portal.demo.receiving import inspect_for, receive_lot
from portal.demo.relations import Venture
from portal.demo.supplying import (
    DRIVER,
    TITANIUM,
    TYVEK,
    approve_source,
    approve_supplier,
    enter_material,
    propose_source,
)
from portal.facts.material_lots import lot_facts
from portal.records.material_lot import MaterialLot
from workflows.powers import Role

SCREW = Venture("chengyue", "hengrui", "金属接骨螺钉", "13-01-01", "0420")
KIT = Venture("chengyue", "hengrui", "金属接骨螺钉无菌手术包", "13-01-01", "0421")
_BAR = ("钛合金棒材", "RM-TI-012", "GB/T 13810 TC4ELI，M态", "0.065", "kg", True)
_MILL = ("incoming", "化学成分与力学性能", "核对质量证明书，每炉号复验", "符合GB/T 13810", "每炉号一份")
OF_SCREWS = Recipe(
    steps=(
        ("数控车削", "key", "WI-42-001", "A/3", "machining"),
        ("磨粒抛光", "ordinary", "WI-42-002", "A/1", "polishing"),
        ("超声清洗", "ordinary", "WI-42-003", "A/2", "cleaning", "100000"),
        ("钝化", "special", "WI-42-004", "B/0", "passivation"),
        ("激光打标", "key", "WI-42-005", "A/1", "marking"),
        ("尺寸检验", "ordinary", "WI-42-006", "A/2", "inspection"),
    ),
    parameters=(
        ("数控车削", "首件螺纹外径", "mm", "3.45", "3.455", "3.495", "3.50"),
        ("钝化", "硝酸体积分数", "%", "20.0", "21.0", "24.0", "25.0"),
        ("钝化", "槽液温度", "°C", "49.0", "50.0", "54.0", "55.0"),
        ("钝化", "浸泡时间", "min", "20", "22", None, "30"),
        ("激光打标", "打标深度", "mm", None, None, "0.08", "0.10"),
    ),
    materials=(_BAR,),
    inspections=(
        _MILL,
        ("in_process", "首件确认", "投影仪，QI-42-002", "符合DWG-42-001 A/2", "每班首件"),
        ("finished", "螺纹外径", "数显卡尺，QI-42-001", "3.45–3.50 mm", "全检"),
        ("finished", "螺钉全长", "数显卡尺，QI-42-001", "24 ± 0.15 mm", "全检"),
        ("finished", "外观", "目视，500 lx，QI-42-003", "无划痕、毛刺", "全检"),
    ),
)
OF_KITS = Recipe(
    steps=(
        ("套件装配", "ordinary", "WI-43-001", "A/0", "assembly", "100000"),
        ("无菌屏障封口", "special", "WI-43-002", "A/1", "packaging", "100000"),
        ("环氧乙烷灭菌", "special", "WI-43-003", "A/2", "sterilisation"),
    ),
    parameters=(
        ("无菌屏障封口", "封口温度", "°C", "128", "130", "140", "142"),
        ("无菌屏障封口", "封口压力", "MPa", "0.30", "0.32", "0.38", "0.40"),
        ("环氧乙烷灭菌", "灭菌温度", "°C", "48", "49", "56", "57"),
        ("环氧乙烷灭菌", "相对湿度", "%", "45", "50", "75", "80"),
        ("环氧乙烷灭菌", "环氧乙烷浓度", "mg/L", "550", "570", "680", "700"),
        ("环氧乙烷灭菌", "暴露时间", "min", "330", "345", None, None),
    ),
    materials=(
        ("螺钉起子", "IN-SD-25", "T15，YY/T 0294.1", "1", "件", True),
        ("特卫强吸塑盒盖材", "PK-TY-1073", "YY/T 0698.9", "1", "张", True),
    ),
    inspections=(
        ("incoming", "盖材剥离强度", "YY/T 0681.2", "不小于0.15 N/mm", "每批5件"),
        ("in_process", "封口完整性", "YY/T 0681.4 染色渗漏", "无渗漏通道", "每班首件、末件各3件"),
        ("finished", "无菌", "GB/T 14233.2", "无菌生长", "每灭菌批"),
    ),
)
# Number, name and kind, room, operations, what has to be proven.
MACHINES = (
    (("EQ-007", "激光打标机（2号）", "machine"), "hall", ["marking"], ["iq", "oq", "pq"]),
    (("EQ-008", "吸塑盒封口机", "machine"), "clean_room", ["packaging"], ["calibration", "iq", "oq", "pq"]),
)
PEOPLE = (
    ("打标工甲（演示）", ["marking"]),
    ("检验员甲（演示）", ["inspection"]),
    ("装配工甲（演示）", ["assembly"]),
    ("灭菌工乙（演示）", ["sterilisation"]),
)


def equip_further(org: dict[str, UUID], rooms: dict[str, UUID]) -> None:
    with played_by("hengrui", QUALITY, org) as by:
        for told, room, operations, proofs in MACHINES:
            put_in_service(told, rooms[room], operations, proofs, by=by)
        for name, operations in PEOPLE:
            authorise(name, operations, [], by=by)


def take_in_lots(org: dict[str, UUID], known: dict[str, UUID]) -> None:
    """The lots of the plant's list of receipts: received, inspected, accepted.  ``known`` are materials, suppliers."""
    with played_by("hengrui", QUALITY, org) as by:
        named = {
            f"{DRIVER}_supplier": approve_supplier(DRIVER, by).id,
            f"{DRIVER}_material": enter_material(DRIVER, by).id,
        }
    received = []
    with played_by("hengrui", Role.PLANT_CLERK, org) as by:
        for row in rows_of("lots.csv"):
            came, made = (_days_since(row[each]) for each in ("到货日期", "生产日期"))
            told = (row["物料批号"], row["物料"], row["供应商批号"], row["数量"], came, made, None)
            lot = receive_lot(told, known | named, by)
            for criterion in lot.criteria:
                inspect_for(lot, criterion, by)
            received.append(lot.id)
    with played_by("hengrui", QUALITY, org) as by:
        for lot_id in received:
            lot = session.get_one(MaterialLot, lot_id)
            move(lot, "accept", by=by, facts=lot_facts(lot, by.id))


def approve_what_comes(org: dict[str, UUID], definition: UUID, keys: tuple[str, ...], venture: Venture) -> None:
    """The registrant approves where each material of a definition comes from."""
    with played_by(venture.manufacturer, QUALITY, org) as by:
        made = [propose_source(key, definition, by).id for key in keys]
    for each in made:
        approve_source(org, each, venture.registrant)


def _days_since(day: str) -> int:
    return (today() - date.fromisoformat(day)).days


__all__ = ["DRIVER", "KIT", "OF_KITS", "OF_SCREWS", "SCREW", "TITANIUM", "TYVEK"]
