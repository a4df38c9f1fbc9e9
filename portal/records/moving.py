"""What every record with a lifecycle has."""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped

from portal.db import Kept
from workflows.engine import Lifecycle, State


class Moving(Kept):
    """A record that moves.  ``state`` is set by :func:`portal.acting.act` alone."""

    lifecycle: ClassVar[Lifecycle[Any]]

    id: Mapped[UUID]
    state: Mapped[str]

    @property
    def course(self) -> Lifecycle[Any]:
        """The lifecycle as this record goes through it: another than its kind's only where the sides change places."""
        return self.lifecycle

    @property
    def marks(self) -> dict[str, str]:
        """What a rule of the docket may ask about the record when something happens to it."""
        return {"state": self.state}

    @property
    def called(self) -> str:
        """The number by which a notice names it, or the day; nothing that says what it is about."""
        told = (getattr(self, name, None) for name in ("number", "day", "since"))
        return str(next(filter(None, told), ""))

    @property
    def where(self) -> State:
        return self.lifecycle.state(self.state)

    def took(self, move: "Move") -> None:
        """Note on the record what a move leaves behind; the record knows what that is."""

    @property
    def along(self) -> list[Any]:
        """Other records that every move of this one writes as well."""
        return []


class Move:
    """What a move tells the record that made it: its name, when, by whom, and why."""

    def __init__(self, name: str, at: Any, person_id: UUID, reason: str | None = None) -> None:
        self.name, self.at, self.person_id, self.reason = name, at, person_id, reason
