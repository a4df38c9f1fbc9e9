"""What was done in the year besides: an audit, a corrective action, the batches that show whether it worked."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.demo.auditing import make_audits
from portal.demo.hands import move, played_by
from portal.demo.making import go, make_recorded, review_all
from portal.demo.reviewing import hold_review
from portal.demo.story import World, judge_today
from portal.facts import action_facts, capa_facts, change_facts, finding_facts, open_change, open_changes
from portal.facts.changes import Changed
from portal.facts.trends import open_capa
from portal.records.audit import AuditFinding
from portal.records.capa import Capa, CapaAction
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.records.organisation import Organisation
from portal.rooms.capas.keeping import investigate, judge, plan, show
from portal.rooms.changes.keeping import assess, decide
from workflows.change import IMPACTS
from workflows.engine import Side
from workflows.powers import Role

PLANT, OWN = Role.MANUFACTURER_QUALITY_MANAGER, Role.REGISTRANT_QUALITY_MANAGER


def done(world: World) -> Iterator[tuple[str, Callable[[], object]]]:
    """Each deed with its moment."""
    yield "2026-03-16T10:00", partial(_open, world)
    yield "2026-03-17T10:00", partial(_step, world, "submit", "hengrui", PLANT)
    yield "2026-03-18T10:00", partial(_step, world, "approve", "chengyue", OWN)
    yield "2026-03-30T16:00", partial(_carry_out, world, Side.MANUFACTURER)
    yield "2026-04-15T09:00", partial(_carry_out, world, Side.REGISTRANT)
    yield "2026-04-15T10:00", partial(_step, world, "finish", "hengrui", PLANT)
    yield "2026-05-06T09:00", partial(_make, world, "chengyue", "B2605")
    yield "2026-05-15T15:00", partial(_judge, world)
    yield "2026-05-20T10:00", partial(_audit, world)
    yield "2026-05-28T10:00", partial(_accept, world)
    yield "2026-08-10T09:00", partial(_move_house, world)
    yield "2026-08-25T09:00", partial(_wait_for_the_market, world)
    yield "2026-10-12T09:00", partial(_propose, world)
    yield "2026-10-15T09:00", partial(_decide_to_file, world)
    yield "2026-10-20T10:00", partial(hold_review, world.org, world.chengyue_entrustment, "chengyue", "hengrui")
    yield "2026-11-06T10:00", partial(hold_review, world.org, world.lantai_entrustment, "lantai", "hengrui")


def _open(world: World) -> None:
    with played_by("hengrui", PLANT, world.org) as by:
        capa = open_capa(
            session.get_one(Entrustment, world.chengyue_entrustment),
            title="清洗后表面划痕重复出现",
            problem="清洗篮内零件相互碰撞，多批出现划痕。",
            trigger="nonconformity",
            joint=True,
            by=by,
        )
        world.named["capa"] = capa.id
        investigate(
            capa,
            cause="清洗篮无隔层，零件直接接触。",
            criterion="后续各批清洗后目视检查无划痕。",
            check_after=30,
            check_within=15,
            by=by,
        )
        for side, what, due_on in (
            (Side.MANUFACTURER, "更换带隔层的清洗篮，并修订清洗作业指导书。", date(2026, 3, 31)),
            (Side.REGISTRANT, "修订外观接收标准，并培训双方检验员。", date(2026, 4, 10)),
        ):
            plan(capa, kind="corrective", what=what, owes=side, owner_name="质量工程师", due_on=due_on, by=by)


def _step(world: World, name: str, house: str, role: Role) -> None:
    with played_by(house, role, world.org) as by:
        capa = session.get_one(Capa, world.capa)
        move(capa, name, by=by, facts=capa_facts([capa])[capa.id])


def _carry_out(world: World, side: Side) -> None:
    house, role = ("chengyue", OWN) if side is Side.REGISTRANT else ("hengrui", PLANT)
    with played_by(house, role, world.org) as by:
        wanted = select(CapaAction).where(CapaAction.capa_id == world.capa, CapaAction.owes == side)
        action = session.scalars(wanted).one()
        show(action, "修订后的文件和首批使用记录。", None, by=by)
        session.flush()
        move(action, "complete", by=by, facts=action_facts(action, side))


def _judge(world: World) -> None:
    with played_by("chengyue", OWN, world.org) as by:
        judge(session.get_one(Capa, world.capa), "实施后生产的批次清洗后目视检查无划痕。", by=by)
    _step(world, "find_effective", "chengyue", OWN)


def _make(world: World, registrant: str, prefix: str) -> UUID:
    """A batch whose record is complete; the verdict on the product is asked for anew, as on every morning."""
    judge_today()
    relation, product = world.named[f"{registrant}_entrustment"], world.named[f"{registrant}_product"]
    return make_recorded(world.org, relation, product, prefix, 1)[0]


def _audit(world: World) -> None:
    world.audit = make_audits(world.org, world.chengyue_entrustment)


def _accept(world: World) -> None:
    """The second answer of the plant is taken too, and nothing comes of it."""
    with played_by("chengyue", Role.MANAGEMENT_REPRESENTATIVE, world.org) as by:
        finding = session.get_one(AuditFinding, world.audit["waiting"])
        move(finding, "accept", by=by, facts=finding_facts([finding])[finding.id])


def _wait_for_the_market(world: World) -> None:
    """A batch of the registrant that held no audit: all is done but the marketing release, which the breach refuses."""
    batch = world.batch["unaudited"] = _make(world, "lantai", "L2608")
    go(world.org, "hengrui", Role.MANUFACTURER_RELEASE_PERSON, batch, "release_production")
    review_all(world.org, "lantai", batch)


def _move_house(world: World) -> None:
    """The plant's registered domicile is another; each of its entrustments has to weigh that."""
    with played_by("hengrui", Role.ORGANISATION_ADMINISTRATOR, world.org) as by:
        plant = session.get_one(Organisation, world.org["hengrui"])
        was, plant.domicile = plant.domicile, "常州市武进区演示路8号"
        ledger.write(plant, "organisation.amended", by=by)
        open_changes("party", plant.name, [Changed("organisation", "domicile", was, plant.domicile)], by=by)


def _propose(world: World) -> None:
    with played_by("chengyue", OWN, world.org) as by:
        change = open_change(
            session.get_one(Entrustment, world.chengyue_entrustment),
            kind="registration",
            title="注册证载明的注册人住所变化",
            description="注册人住所门牌号变更，注册证载明事项须随之变化。",
            side=Side.REGISTRANT,
            by=by,
        )
        world.named["change"] = change.id
        assess(
            change,
            dict.fromkeys(IMPACTS, "无影响。") | {"registration": "须办理变更备案。"},
            side=Side.REGISTRANT,
            by=by,
        )
    with played_by("hengrui", PLANT, world.org) as by:
        change = session.get_one(Change, world.change)
        assess(change, {"quality_system": "文件中注册人住所随之修订。"}, side=Side.MANUFACTURER, by=by)
        move(change, "submit", by=by, facts=change_facts([change])[change.id])


def _decide_to_file(world: World) -> None:
    with played_by("chengyue", OWN, world.org) as by:
        change = session.get_one(Change, world.change)
        decide(change, verdict="filing", reason="住所变化属于须备案的事项。", effective_on=date(2026, 12, 1), by=by)
        session.flush()
        move(change, "approve", by=by, facts=change_facts([change])[change.id])
