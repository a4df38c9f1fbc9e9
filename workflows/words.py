"""Sentences that are translated later, where the reader's language is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def N_(english: str) -> str:  # noqa: N802  gettext's own name for a marked, not yet translated text
    """Mark ``english`` for the message catalogue and hand it back untouched."""
    return english


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its values kept apart, so that it can be said again in another language.

    ``says`` is English with named ``%(value)s`` places; ``values`` are plain strings, whole numbers (dates as ISO text)
    and other such sentences, so that the same sentence is stored, hashed and replayed without loss.
    """

    says: str
    values: "Mapping[str, str | int | Said]" = field(default_factory=dict)

    def __str__(self) -> str:
        return self.says % self.values if self.values else self.says

    def as_data(self) -> dict[str, object]:
        values = {name: each.as_data() if isinstance(each, Said) else each for name, each in self.values.items()}
        return {"says": self.says, "values": values}

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Said":
        """As :meth:`as_data` wrote it."""
        values = {name: cls.of(each) if isinstance(each, Mapping) else each for name, each in data["values"].items()}
        return cls(data["says"], values)
