"""What the page of a kept record is drawn with: what can be done with it, who signed it, what its ledger tells."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.records.agreement import Signature
from portal.web.deeds import Offered
from portal.web.history import timeline_of, trail_of
from portal.web.moves import ids_of, mend_for, ways_on

NEWEST = 20


def kept(
    record: Any,
    facts: Any,
    *,
    deeds: Sequence[Offered] = (),
    entries: Sequence[ledger.Entry] | None = None,
    signatures: Sequence[Signature] | None = None,
) -> dict[str, Any]:
    """For ``layouts/kept.html``, in the room whose doors are the record's moves.

    ``entries`` of its ledger and ``signatures`` under it are asked for unless they are given; of the entries the newest
    are told.  A house's own record that an authority sees offers nothing and tells nothing.
    """
    key, trail_url = f"{record.__tablename__}_id", trail_of(record)
    if signatures is None:
        signatures = session.scalars(select(Signature).where(Signature.subject_id == record.id)).all()
    if entries is None and trail_url is not None:
        entries = ledger.entries(subject_id=record.id, entrustment_id=getattr(record, "entrustment_id", None))
    entries = entries or ()
    return {
        "record": record,
        "ways_on": ways_on(record, facts) if trail_url else [],
        "href": lambda move: url_for(f".{move}", **{key: record.id}),
        "mend_href": mend_for(ids_of(record, key)),
        "deeds": deeds if trail_url else [],
        "signatures": signatures,
        "events": timeline_of(entries[:NEWEST]),
        "older": max(0, len(entries) - NEWEST),
        "record_hash": ledger.row_hash(record),
        "trail_url": trail_url,
    }
