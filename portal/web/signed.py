"""The signatures that count under what two sides sign one after the other."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from portal.db import session
from portal.records.agreement import Signature

_SIGNED = {"signed_by_registrant": 1, "signed_by_manufacturer": 1, "signed": 2}


def signatures_that_count(record: Any) -> Sequence[Signature]:
    """The latest of them, as many as its state says; under what was opened again nobody has signed."""
    count = _SIGNED.get(record.state, 0)
    wanted = select(Signature).where(Signature.subject_id == record.id).order_by(Signature.id.desc()).limit(count)
    return list(reversed(session.scalars(wanted).all()))
