"""How often somebody did something lately: counted, forgotten when the span is over, in nobody's books."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record, Throwaway


class Tally(Throwaway, Record):
    """One limit and one key: what was spent of it in the span that ends at ``until``.

    ``about`` is a keyed hash of the account, address or token that is counted, so the row names nobody.
    """

    __tablename__ = "tally"

    limit_name: Mapped[str]
    about: Mapped[str]
    count: Mapped[int]
    until: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("limit_name", "about"),)
