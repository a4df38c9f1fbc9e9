"""How often a job behind the pages was tried in vain, and how long whoever has it in hand may work on it."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from portal.db import Record, Throwaway, now
from portal.tenancy import Private

MOST_TRIES = 3


class Attempt(Throwaway, Private, Record):
    """It bears the id of its job (a file, a document of events) and counts nothing once that got to its end.

    ``ended_with`` is the kind of error that ended the last try, None where its process ended without a word.
    """

    __tablename__ = "attempt"

    tries: Mapped[int]
    taken_until: Mapped[datetime]
    ended_with: Mapped[str | None]

    __table_args__ = (CheckConstraint("tries >= 0", name="tries_are_counted"),)

    @property
    def is_given_up(self) -> bool:
        """Whether nobody takes it up any more of themselves."""
        return self.tries >= MOST_TRIES and self.taken_until <= now()
