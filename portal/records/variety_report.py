"""The report of the product varieties that a manufacturer makes for a registrant, as it was filed."""

import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Kept, Record
from portal.tenancy import Shared


class VarietyReport(Kept, Shared, Record):
    """生产产品品种报告.  ``body`` is the canonical JSON of what the records said when it was filed; no id is in it."""

    __tablename__ = "variety_report"

    reported_on: Mapped[date]
    reference: Mapped[str]
    drawn_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str]

    @property
    def says(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("entrustment_id", "id"),)
