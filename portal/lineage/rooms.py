"""What was read of a room, the latest first."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.records.lineage import Activity, Reading
from workflows.lineage import Deed


def readings_of_room(area_id: UUID, most: int) -> Sequence[Reading]:
    """Those that stand; as far as the reader sees the house's own books."""
    wanted = (
        select(Reading)
        .join(Activity, Activity.id == Reading.activity)
        .where(Activity.area_id == area_id, Activity.kind == Deed.MONITOR.value, Activity.batch.is_(None))
        .where(Reading.struck_by.is_(None))
        .order_by(Reading.at.desc(), Reading.activity.desc(), Reading.place)
    )
    return session.scalars(wanted.limit(most)).all()
