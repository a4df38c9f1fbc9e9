"""The device identifiers of the demonstration world: the smallest unit of each product and its box."""

from uuid import UUID

from agreements.udi import check_digit
from portal.acting import Intent, act
from portal.db import session, today
from portal.demo.hands import played_by
from portal.demo.relations import Venture
from portal.facts import ground_of
from portal.facts.trade_items import trade_item_facts
from portal.records.entrustment import Entrustment
from portal.rooms.trade_items.entering import Entered, enter
from portal.tenancy import side_in
from workflows.engine import weigh_opening
from workflows.powers import Role
from workflows.trade_item import ENTER, EnteringFacts

UPLOADED = "国家医疗器械唯一标识数据库上传回执（演示）"


def enter_identifiers(org: dict[str, UUID], entrustment_id: UUID, product_id: UUID, venture: Venture) -> UUID:
    """The smallest unit, in use, and the box of ten, entered."""
    with played_by(venture.registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        ground, side = ground_of(session.get_one(Entrustment, entrustment_id)), side_in(entrustment_id)
        facts = EnteringFacts(entrustment_is_open=True, products=len(ground.products))
        decision = weigh_opening(ENTER, facts, powers=by.powers, side=side, on=today())
        one = Entered(product_id, "gs1", venture.di, "unit", is_primary=True)
        unit = enter(ground, one, decision, by=by)
        intent = Intent(seen_version=unit.version, reason=UPLOADED)
        act(unit, "take_into_use", facts=trade_item_facts(unit), actor=by, side=side, on=today(), intent=intent)
        ten = "1" + venture.di[1:13]
        box = Entered(product_id, "gs1", ten + check_digit(ten), "box", is_primary=False, holds=unit, holds_count=10)
        enter(ground, box, decision, by=by)
        return unit.id
