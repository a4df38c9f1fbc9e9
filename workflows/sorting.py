"""Whether a single piece conforms, by all that became of it: what failed once conforms again only after a rework.

That a second result alone clears nothing is our own rule: nobody measures until it fits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from workflows.engine import Source

SOURCES = (Source("GMP-2025", "104(4)"), Source("HOUSE"))


class Event(StrEnum):
    FAILED = "failed"
    PASSED = "passed"
    REWORKED = "reworked"
    CONCEDED = "conceded"


@dataclass(frozen=True, slots=True)
class Happened:
    """``name`` is the characteristic; a rework, or what lets the piece pass, is of the whole piece and names none."""

    event: Event
    name: str = ""


@dataclass
class Condition:
    """In which characteristics a piece fails, each with whether it was reworked since."""

    failing: dict[str, bool] = field(default_factory=dict)

    @classmethod
    def after(cls, happened: Iterable[Happened]) -> "Condition":
        """What has become of it, told in its order."""
        found = cls()
        for each in happened:
            found.follow(each)
        return found

    def follow(self, happened: Happened) -> None:
        if happened.event is Event.FAILED:
            self.failing[happened.name] = False
        elif happened.event is Event.REWORKED:
            self.failing = dict.fromkeys(self.failing, True)
        elif happened.event is Event.CONCEDED:
            self.failing = {}
        elif self.failing.get(happened.name):
            del self.failing[happened.name]
