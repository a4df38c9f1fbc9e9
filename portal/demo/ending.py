"""An end that is being prepared in the demonstration world: drawn up, with one point settled."""

from datetime import timedelta
from uuid import UUID

from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.facts.endings import line_facts
from portal.records.entrustment import Entrustment
from portal.rooms.endings.keeping import Settlement, draw_up, write
from workflows.engine import Side
from workflows.powers import Role

SETTLED = "post-market"
A_WHILE = timedelta(days=90)


def make_ending(org: dict[str, UUID], entrustment_id: UUID, registrant: str) -> UUID:
    """The registrant draws it up and has settled who watches over what was delivered."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        entrustment = session.get_one(Entrustment, entrustment_id)
        ending = draw_up(entrustment, today() + A_WHILE, "注册人将产品转为自行生产，双方协商一致终止委托。", by=by)
        session.flush()
        line = next(each for each in ending.lines if each.point == SETTLED)
        how = "已交付产品的上市后义务仍由注册人履行，受托生产企业在记录保存期限内协助调查。"
        write(line, Settlement(how), None, (), by=by)
        session.flush()
        move(line, "settle", by=by, facts=line_facts(line, Side.REGISTRANT))
        return ending.id
