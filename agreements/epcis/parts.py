"""What the readers of a document of events give back, or why they cannot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.words import Said

DEEPEST = 32

Body = Mapping[str, Any]


class Unreadable(ValueError):
    """Nothing of a document can be taken: ``place`` says where, ``says`` why."""

    def __init__(self, place: str, says: Said) -> None:
        super().__init__(f"{place}: {says}")
        self.place, self.says = place, says


@dataclass(frozen=True, slots=True)
class Document:
    """``bodies`` are the events in their order; ``warnings`` say what of the document is not read."""

    bodies: Sequence[Body]
    warnings: Sequence[Said] = field(default_factory=tuple)
