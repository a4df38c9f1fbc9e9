"""A restart of the demonstration world: production had stood still before anything of it was kept here."""

from datetime import timedelta
from uuid import UUID

from portal.db import new_id, session, today
from portal.demo.hands import filed, played_by
from portal.facts import ground_of
from portal.facts.standstill import making_of
from portal.records.entrustment import Entrustment
from portal.records.restart import Restart
from portal.rooms.restarts.filing import file_restart
from workflows.powers import Role


def make_restart(org: dict[str, UUID], entrustment_id: UUID, manufacturer: str) -> UUID:
    """The plant verified its processes anew and reported it in writing."""
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        making, made = making_of(ground_of(session.get_one(Entrustment, entrustment_id))), new_id()
        file = filed("Verification before the restart", Restart.__tablename__, made, entrustment_id)
        given = {
            "verified_on": today() - timedelta(days=40),
            "verification": "厂房洁净环境、关键设备和特殊过程重新确认，试生产三批合格。",
            "reported_on": today() - timedelta(days=30),
            "reported_to": "湖南省药品监督管理局",
            "report": "恢复生产报告〔演示〕1号",
        }
        last = today() - timedelta(days=500)
        return file_restart(making, making.ground.products[0], made, file, idle_since=last, by=by, **given).id
