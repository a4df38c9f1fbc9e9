"""What people call a record by: a prefix, the year, and a count within its entrustment."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal.db import session, today


def next_number(kind: Any, prefix: str, entrustment_id: UUID) -> str:
    """``NC-2026-003`` for the third of the year; it tells nothing of what either side does with others."""
    begins = f"{prefix}-{today().year}-"
    counted = session.scalar(
        select(func.count())
        .select_from(kind)
        .where(kind.entrustment_id == entrustment_id, kind.number.startswith(begins))
    )
    return f"{begins}{(counted or 0) + 1:03}"
