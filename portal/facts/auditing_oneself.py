"""Which duty a manufacturer meets by showing that it audited itself."""

from datetime import date
from types import SimpleNamespace

from sqlalchemy import select

from portal import docket
from portal.db import CHINA, now, session
from portal.ledger import Author
from portal.records.duty import OPEN, Duty
from portal.records.entrustment import Exhibit

RULE = "internal-audit"


def met_by_showing(exhibit: Exhibit, *, by: Author) -> list[Duty]:
    """The duty of the year, met and begun anew, not yet written; none by an audit that ended before it began.

    So an audit that is taken back and shown again meets no second year.
    """
    if exhibit.kind != "internal_audit":
        return []
    with session.no_autoflush:
        owed = session.scalars(
            select(Duty).where(Duty.entrustment_id == exhibit.entrustment_id, Duty.rule == RULE, OPEN)
        ).first()
        ended = date.fromisoformat(exhibit.facts["on"])
        if owed is None or ended < owed.started_at.astimezone(CHINA).date():
            return []
        shown = SimpleNamespace(
            id=exhibit.subject_id, entrustment_id=exhibit.entrustment_id, marks={"kind": exhibit.kind}
        )
        return docket.follow(shown, "exhibit.presented", at=now(), by_id=by.id)
