"""The batches of the demonstration world, one at each step of its way."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session, today
from portal.demo.changing import make_changes
from portal.demo.hands import filed, move, played_by
from portal.facts import batch_facts, ground_of, nonconformity_facts
from portal.facts.trends import open_capa
from portal.identity import Actor
from portal.records.batch import REVIEWS, Batch, BatchDocument, Nonconformity
from portal.records.entrustment import Entrustment
from portal.rooms.batches.opening import Opening, open_batch
from portal.rooms.batches.recording import review
from portal.rooms.capas.keeping import investigate, note, plan
from workflows.powers import Role
from workflows.stages import COMMERCIAL

PAPERS = {
    "production_record": ("批生产记录", "not_applicable"),
    "incoming_inspection": ("进货检验记录", "passed"),
    "process_inspection": ("过程检验记录", "passed"),
    "final_inspection": ("成品检验报告", "passed"),
    "label": ("标签样张", "not_applicable"),
    "instructions": ("产品说明书", "not_applicable"),
    "release_sheet": ("生产放行单", "not_applicable"),
}


def make_batches(
    org: dict[str, UUID],
    entrustment_id: UUID,
    product_id: UUID,
    prefix: str,
    *,
    registrant: str = "chengyue",
    manufacturer: str = "hengrui",
) -> dict[str, UUID]:
    """One batch in production, one with its record complete, one released for production, one on the market."""
    made = {}
    for number, upto in enumerate(("opened", "recorded", "production_released", "marketing_released"), start=1):
        batch_id = _opened(org, entrustment_id, product_id, f"{prefix}-{number:02}", manufacturer)
        made[upto] = batch_id
        if upto == "opened":
            continue
        if upto == "production_released":
            scratch = _with_a_scratch(org, registrant, manufacturer, batch_id)
            _with_a_cause(org, manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, entrustment_id, scratch)
            _with_a_cause(org, registrant, Role.REGISTRANT_QUALITY_MANAGER, entrustment_id, None)
            make_changes(org, entrustment_id, registrant, manufacturer)
        go(org, manufacturer, Role.PLANT_CLERK, batch_id, "complete")
        if upto == "recorded":
            continue
        go(org, manufacturer, Role.MANUFACTURER_RELEASE_PERSON, batch_id, "release_production")
        if upto == "production_released":
            continue
        review_all(org, registrant, batch_id)
        go(org, registrant, Role.REGISTRANT_RELEASE_PERSON, batch_id, "release_marketing")
    return made


def make_recorded(org: dict[str, UUID], entrustment_id: UUID, product_id: UUID, prefix: str, count: int) -> list[UUID]:
    """So many batches whose record is complete, for whoever wants to release them."""
    made = [_opened(org, entrustment_id, product_id, f"{prefix}-{number:03}") for number in range(1, count + 1)]
    for batch_id in made:
        go(org, "hengrui", Role.PLANT_CLERK, batch_id, "complete")
    return made


def make_trial(org: dict[str, UUID], entrustment_id: UUID, product_id: UUID, number: str, manufacturer: str) -> UUID:
    """A pilot batch whose trial is concluded; its goods go to nobody."""
    batch_id = _opened(org, entrustment_id, product_id, number, manufacturer, trial=True)
    go(org, manufacturer, Role.PLANT_CLERK, batch_id, "complete")
    go(org, manufacturer, Role.MANUFACTURER_RELEASE_PERSON, batch_id, "conclude_trial")
    return batch_id


def _opened(
    org: dict[str, UUID],
    entrustment_id: UUID,
    product_id: UUID,
    number: str,
    manufacturer: str = "hengrui",
    *,
    trial: bool = False,
) -> UUID:
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        ground = ground_of(session.get_one(Entrustment, entrustment_id))
        given = Opening(
            number=number,
            product_id=product_id,
            started_on=today(),
            expires_on=today() + timedelta(days=5 * 365),
            steps_planned=17,
            planned=1200,
            udi_di=None,
            stage="pilot" if trial else COMMERCIAL,
        )
        batch = open_batch(ground, given, actor=by)
        batch.finished_on, batch.steps_done = today(), 17
        batch.put_in, batch.passed, batch.scrapped, batch.sampled = 1200, 1181, 7, 12
        batch.label_version, batch.instructions_version = "5", "3"
        ledger.write(batch, "batch.amended", by=by)
        file_papers(batch, list(PAPERS)[: 1 if trial else None], by=by)
        return batch.id


def file_papers(batch: Batch, kinds: Iterable[str] = PAPERS, *, by: Actor) -> None:
    papers = [each for kind in kinds for each in _paper(batch, kind)]
    batch.bind_papers()
    ledger.write(batch, "batch.paper-filed", by=by, also=papers)


def _paper(batch: Batch, kind: str) -> list[Any]:
    title, result = PAPERS[kind]
    paper_id = new_id()
    file = filed(f"{batch.number} {kind.replace('_', ' ')}", "batch_document", paper_id, batch.entrustment_id)
    paper = BatchDocument(
        id=paper_id,
        entrustment_id=batch.entrustment_id,
        batch_id=batch.id,
        kind=kind,
        title=title,
        result=result,
        signed_by="检验员",
        dated_on=today(),
        file_id=file.id,
        file=file,
        replaced_at=None,
    )
    batch.documents.append(paper)
    return [paper, file]


def _with_a_scratch(org: dict[str, UUID], registrant: str, manufacturer: str, batch_id: UUID) -> UUID:
    """A nonconformity raised by the plant, decided by its quality manager, approved by the registrant's."""
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        batch = session.get_one(Batch, batch_id)
        found = Nonconformity(
            id=new_id(),
            entrustment_id=batch.entrustment_id,
            batch_id=batch.id,
            number=f"NC-{today().year}-001",
            title="7件表面划痕",
            description="清洗后目视检查发现7件表面划痕，已隔离。",
            pieces=7,
            raised_by_id=by.id,
            raised_at=now(),
        )
        with session.no_autoflush:
            batch.nonconformities.append(found)
            batch.bind_papers()
        start(found, "nonconformity.raised", actor=by, also=found.along)
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        found = session.get_one(Nonconformity, found.id)
        with session.no_autoflush:
            found.disposition, found.justification = "scrap", "划痕超出外观标准，7件报废，不影响其余产品。"
            found.batch.bind_papers()
        ledger.write(found, "nonconformity.disposed", by=by, also=found.along)
        move(found, "decide", by=by, facts=nonconformity_facts([found], by.id)[found.id])
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        found = session.get_one(Nonconformity, found.id)
        move(found, "close", by=by, facts=nonconformity_facts([found], by.id)[found.id])
        return found.id


def _with_a_cause(org: dict[str, UUID], house: str, role: Role, entrustment_id: UUID, scratch: UUID | None) -> None:
    """A corrective action with its plan: the plant's after its scratches, the registrant's after a complaint."""
    with played_by(house, role, org) as by:
        capa = open_capa(
            session.get_one(Entrustment, entrustment_id),
            title="清洗后表面划痕重复出现" if scratch else "外包装破损投诉",
            problem="清洗篮内零件相互碰撞，多批出现划痕。" if scratch else "外包装在运输中破损，无菌屏障未受影响。",
            trigger="nonconformity" if scratch else "complaint",
            joint=False,
            nonconformity_id=scratch,
            by=by,
        )
        investigate(
            capa,
            cause="清洗篮无隔层，零件直接接触。" if scratch else "外箱抗压强度不足。",
            criterion="后续十批清洗后目视检查无划痕。" if scratch else "后续发运三个月内无同类投诉。",
            check_after=30,
            check_within=30,
            by=by,
        )
        plan(
            capa,
            kind="corrective",
            what="更换带隔层的清洗篮，并修订清洗作业指导书。" if scratch else "更换高强度外箱，并重新进行运输验证。",
            owes="manufacturer" if scratch else "registrant",
            owner_name="生产负责人" if scratch else "包装工程师",
            due_on=today() + timedelta(days=14),
            by=by,
        )
        note(capa, "内部备注：先核实供应商交期（演示）。", by=by)


def review_all(org: dict[str, UUID], registrant: str, batch_id: UUID) -> None:
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        batch = session.get_one(Batch, batch_id)
        for part in REVIEWS:
            review(batch, part, "已审核，无异议。", by=by)


def go(org: dict[str, UUID], house: str, role: Role, batch_id: UUID, name: str) -> None:
    with played_by(house, role, org) as by:
        batch = session.get_one(Batch, batch_id)
        move(batch, name, by=by, facts=batch_facts([batch], by.id)[batch.id])
