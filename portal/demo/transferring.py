"""How designs went over to the plants of the demonstration world: what is made is transferred, one is on its way."""

from datetime import timedelta
from uuid import UUID

from portal.db import session, today
from portal.demo.hands import filed, move, played_by
from portal.demo.making import make_trial
from portal.demo.relations import Venture
from portal.facts import gap_facts, ground_of, transfer_facts
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.transfer import Transfer, TransferGap
from portal.rooms.transfer_gaps.noting import note_gap
from portal.rooms.transfers.keeping import give, list_item, open_transfer, receive, train, try_out
from portal.tenancy import side_in
from workflows.powers import Role

STEPS = ["下料与机加工", "去毛刺与抛光", "激光打标", "清洗", "终检", "包装"]
ITEMS = (
    ("specification", "产品技术要求", "PTR-35", "A/3"),
    ("drawing", "零件图", "DWG-35-001", "B/1"),
    ("document", "清洗作业指导书", "WI-35-012", "B/2"),
    ("tooling", "专用夹具", "FX-35-02", "1"),
)
REPRESENTATIVE = Role.MANAGEMENT_REPRESENTATIVE
QUALITY, PLANT_QUALITY = Role.REGISTRANT_QUALITY_MANAGER, Role.MANUFACTURER_QUALITY_MANAGER


def transfer_design(org: dict[str, UUID], relation: UUID, product: UUID, venture: Venture) -> UUID:
    """Carried all the way: handed over, received, trained, tried out on a pilot batch, signed by both."""
    registrant, manufacturer = venture.registrant, venture.manufacturer
    transfer_id = _handed_over(org, relation, product, registrant)
    batch_id = make_trial(org, relation, product, f"T{venture.serial}-P1", manufacturer)
    with played_by(manufacturer, PLANT_QUALITY, org) as by:
        transfer = session.get_one(Transfer, transfer_id)
        receive(transfer.standing_items, by=by)
        _trained(transfer, by)
        findings = "各工序按作业指导书试制，尺寸与清洁度均在限度之内，见验证报告VR-35-01。"
        try_out(transfer, session.get_one(Batch, batch_id), STEPS, result="passed", findings=findings, by=by)
        gap = _gap(transfer, by)
        session.flush()
        move(gap, "close", by=by, facts=gap_facts(gap, side_in(relation)), reason="极限样件已双方签封，编号LS-35-01。")
        move(transfer, "conclude_trials", by=by, facts=transfer_facts(transfer))
    for house, name in ((registrant, "registrant_signs"), (manufacturer, "manufacturer_countersigns")):
        with played_by(house, REPRESENTATIVE, org) as by:
            transfer = session.get_one(Transfer, transfer_id)
            move(transfer, name, by=by, facts=transfer_facts(transfer))
    return transfer_id


def begin_transfer(
    org: dict[str, UUID], relation: UUID, product: UUID, registrant: str = "chengyue", manufacturer: str = "hengrui"
) -> UUID:
    """Handed over, and the plant has noted what is missing; it has yet to confirm the items and to try the steps."""
    transfer_id = _handed_over(org, relation, product, registrant)
    with played_by(manufacturer, PLANT_QUALITY, org) as by:
        _gap(session.get_one(Transfer, transfer_id), by)
    return transfer_id


def _handed_over(org: dict[str, UUID], relation: UUID, product: UUID, registrant: str) -> UUID:
    """The list is confirmed by the registrant and handed over; the plant has yet to confirm and to try."""
    with played_by(registrant, QUALITY, org) as by:
        transfer = open_transfer(
            ground_of(session.get_one(Entrustment, relation)),
            product,
            scope="全部型号的机加工、清洗、标识、检验和包装；灭菌由注册人另行委托。",
            method="受控副本签收移交，仅限本委托使用，终止时收回。",
            steps=STEPS,
            by=by,
        )
        for kind, title, reference, edition in ITEMS:
            paper = filed(reference, Transfer.__tablename__, transfer.id, relation) if kind != "tooling" else None
            list_item(transfer, kind=kind, title=title, reference=reference, edition=edition, file=paper, by=by)
        give(transfer.standing_items, by=by)
        move(transfer, "hand_over", by=by, facts=transfer_facts(transfer))
        return transfer.id


def _trained(transfer: Transfer, by: Actor) -> None:
    train(
        transfer,
        topic="清洗作业指导书WI-35-012 B/2",
        trained_on=today(),
        trainer="注册人工艺工程师",
        trained="清洗组长及操作工三名",
        assessment="笔试与现场操作均合格。",
        by=by,
    )


def _gap(transfer: Transfer, by: Actor) -> TransferGap:
    return note_gap(
        transfer,
        what="表面外观极限样件尚未双方确认。",
        owes="manufacturer",
        owner_name="检验主管",
        due_on=today() + timedelta(days=14),
        blocking=True,
        by=by,
    )
