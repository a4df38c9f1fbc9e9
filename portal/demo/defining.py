"""What the products of the demonstration world are made by: metal implants, machined, passivated, packed sterile."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.demo.relations import Venture
from portal.facts import definition_facts, ground_of
from portal.records.change import Change
from portal.records.definition import Definition, DefinitionInspection, DefinitionMaterial, DefinitionStep
from portal.records.entrustment import Entrustment
from portal.rooms.definitions.keeping import amend, lay_down, open_definition, write
from workflows.limits import LIMITS
from workflows.powers import Role


@dataclass(frozen=True, slots=True)
class Recipe:
    """The lines of a definition: steps, parameters, materials and inspections, each in the order of its columns; of
    steps those that may be left out come last."""

    steps: Sequence[tuple[str, ...]]
    parameters: Sequence[tuple[str | None, ...]]
    materials: Sequence[tuple[str | bool, ...]]
    inspections: Sequence[tuple[str, ...]]


HEAD = {"label_version": "5", "instructions_version": "3"}
# Name, kind, work instruction and its version, in the order of the routing.
STEPS = (
    ("下料", "ordinary", "WI-35-001", "A/4"),
    ("数控粗铣", "ordinary", "WI-35-002", "A/6"),
    ("数控精铣", "key", "WI-35-003", "B/1"),
    ("钻孔攻丝", "key", "WI-35-004", "B/1"),
    ("线切割分离", "ordinary", "WI-35-005", "A/2"),
    ("去毛刺", "ordinary", "WI-35-006", "A/3"),
    ("磨粒抛光", "ordinary", "WI-35-007", "A/5"),
    ("超声粗洗", "ordinary", "WI-35-010", "B/0"),
    ("酸洗", "ordinary", "WI-35-011", "A/2"),
    ("钝化", "special", "WI-35-013", "C/1"),
    ("激光打标", "key", "WI-35-014", "A/3"),
    ("尺寸检验", "ordinary", "WI-35-020", "A/4"),
    ("纯化水精洗", "special", "WI-35-012", "B/2"),
    ("烘干", "ordinary", "WI-35-015", "A/1"),
    ("洁净区终检", "ordinary", "WI-35-021", "B/0"),
    ("无菌屏障封口", "special", "WI-35-016", "C/0"),
    ("装盒贴标", "ordinary", "WI-35-017", "A/6"),
)
# Step, name, unit; lower specification, lower warning, upper warning, upper specification.
PARAMETERS = (
    ("数控精铣", "板厚", "mm", "3.95", "3.97", "4.03", "4.05"),
    ("钻孔攻丝", "螺纹孔锥角", "°", "9.5", "9.7", "10.3", "10.5"),
    ("钝化", "硝酸体积分数", "%", "20.0", "21.0", "24.0", "25.0"),
    ("钝化", "槽液温度", "°C", "49.0", "50.0", "54.0", "55.0"),
    ("钝化", "浸泡时间", "min", "20", "22", None, "30"),
    ("激光打标", "打标深度", "mm", None, None, "0.08", "0.10"),
    ("纯化水精洗", "末道水电导率", "µS/cm", None, None, "4.3", "5.1"),
    ("纯化水精洗", "超声时间", "min", "10", "11", None, None),
    ("无菌屏障封口", "封口温度", "°C", "128", "130", "140", "142"),
    ("无菌屏障封口", "封口压力", "MPa", "0.30", "0.32", "0.38", "0.40"),
)
MATERIALS = (
    ("钛合金棒材", "RM-TI-012", "GB/T 13810 TC4ELI，M态", "0.112", "kg", True),
    ("硝酸", "CH-HNO3-68", "GB/T 626 分析纯", "0.015", "kg", False),
    ("特卫强吸塑盒盖材", "PK-TY-1073", "YY/T 0698.9", "1", "张", True),
    ("吸塑盒", "PK-PETG-07", "PETG 0.7 mm，按图PK-35-02", "1", "个", True),
    ("标签", "LB-35", "版本5，铜版纸不干胶", "2", "张", False),
)
INSPECTIONS = (
    ("incoming", "化学成分与力学性能", "核对质量证明书，每炉号复验", "符合GB/T 13810", "每炉号一份"),
    ("incoming", "盖材剥离强度", "YY/T 0681.2", "不小于0.15 N/mm", "每批5件"),
    ("in_process", "关键尺寸", "三坐标测量机，QI-35-004", "符合DWG-35-001 B/1", "首件、末件，每2 h 3件"),
    ("in_process", "封口完整性", "YY/T 0681.4 染色渗漏", "无渗漏通道", "每班首件、末件各3件"),
    ("finished", "外观与标识", "目视，500 lx，QI-35-009", "无划痕、毛刺，标识清晰", "全检"),
    ("finished", "初始污染菌", "GB/T 19973.1", "不大于100 CFU/件", "每批10件"),
    ("finished", "清洗剂残留", "总有机碳，QI-35-011", "不大于0.5 mg/件", "每批3件"),
)


PLATE = Recipe(STEPS, PARAMETERS, MATERIALS, INSPECTIONS)


def define_product(
    org: dict[str, UUID], relation: UUID, product: UUID, venture: Venture, recipe: Recipe = PLATE
) -> UUID:
    """Drafted by the plant, approved by both sides, in force from the day on."""
    with played_by(venture.manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        definition = open_definition(ground_of(session.get_one(Entrustment, relation)), product, by=by)
        definition_id = definition.id
        lay_down(definition, _lines(recipe), by=by)
        session.flush()
        amend(definition, HEAD | {"udi_di": venture.di, "effective_on": today()}, by=by)
    for house, name in ((venture.registrant, "registrant_signs"), (venture.manufacturer, "manufacturer_countersigns")):
        with played_by(house, Role.MANAGEMENT_REPRESENTATIVE, org) as by:
            definition = session.get_one(Definition, definition_id)
            move(definition, name, by=by, facts=definition_facts(definition))
    return definition_id


def draft_next(org: dict[str, UUID], relation: UUID, product: UUID, registrant: str = "chengyue") -> UUID:
    """What the change of the passivation asks for, as the registrant sees it; nobody has decided on the change yet."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        definition = open_definition(ground_of(session.get_one(Entrustment, relation)), product, by=by)
        soaked = next(each for each in definition.standing("parameters") if each.name == "浸泡时间")
        longer = dict(zip(LIMITS, ("30", "32", "43", "45"), strict=True))
        write(definition, "parameters", {**soaked.written, "step": soaked.step, **longer}, line=soaked, by=by)
        asked = select(Change.id).where(Change.entrustment_id == relation, Change.kind == "process")
        amend(definition, {"change_id": session.scalars(asked).one()}, by=by)
        return definition.id


def _lines(recipe: Recipe) -> Iterator[tuple[str, dict[str, Any]]]:
    positions = {step[0]: number * 10 for number, step in enumerate(recipe.steps, start=1)}
    for step in recipe.steps:
        written = (*DefinitionStep.WRITTEN, *DefinitionStep.OPTIONAL)
        yield "steps", dict(zip(written, (positions[step[0]], *step), strict=False))
    for of, name, unit, *limits in recipe.parameters:
        named = {"step": positions[str(of)], "name": name, "unit": unit}
        yield "parameters", named | dict(zip(LIMITS, limits, strict=True))
    yield from (("materials", dict(zip(DefinitionMaterial.WRITTEN, each, strict=True))) for each in recipe.materials)
    yield from (
        ("inspections", dict(zip(DefinitionInspection.WRITTEN, each, strict=True))) for each in recipe.inspections
    )
