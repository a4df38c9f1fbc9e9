"""A defect of the demonstration world: found after shipment, received by the registrant, and settled."""

from uuid import UUID

from portal.db import now, session, today
from portal.demo.hands import move, played_by
from portal.facts.defects import defect_facts
from portal.records.batch import Batch
from portal.records.defect_notice import DefectNotice
from portal.rooms.defects.keeping import decide, notify
from portal.tenancy import side_in
from workflows.defect_notice import NOTIFY
from workflows.engine import weigh_opening
from workflows.powers import Role


def find_defect(org: dict[str, UUID], batch_id: UUID, manufacturer: str = "hengrui") -> UUID:
    """The plant's quality manager finds a wrong label on what was shipped, and stops the product."""
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        batch = session.get_one(Batch, batch_id)
        side = side_in(batch.entrustment_id)
        return notify(
            [batch],
            what="留样复查发现3件标签批号打印不清，已隔离库存并停止生产。",
            found_at=now(),
            found_by="留样管理员",
            decision=weigh_opening(NOTIFY, None, powers=by.powers, side=side, on=today()),
            by=by,
        ).id


def settle_defect(org: dict[str, UUID], notice_id: UUID, registrant: str) -> None:
    """The registrant's quality manager signs the receipt, finds the batch number legible, and lifts the stop."""
    for name in ("receive", "settle"):
        with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
            notice = session.get_one(DefectNotice, notice_id)
            if name == "settle":
                decide(notice, "none", "经评估，批号仍可辨认，唯一标识清晰可扫，不影响追溯，无需召回。", by=by)
            move(notice, name, by=by, facts=defect_facts([notice])[notice.id])
