"""A criterion by which something is inspected: a range of exact decimals, or a word that must be found."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.limits import exact
from workflows.words import N_

KINDS = {"number": N_("A number within limits"), "text": N_("A word")}


class NotMeasured(ValueError):
    """What was written down as measured is no decimal number."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """``characteristic`` is what is looked at, ``method`` how; ``low`` and ``high`` are decimal text in ``unit``.

    A number must lie within the limits, both included; a word must be ``text``, whatever its case and width.
    """

    characteristic: str
    method: str
    kind: str
    low: str = ""
    high: str = ""
    unit: str = ""
    text: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Criterion":
        return cls(**{name: str(told.get(name) or "") for name in cls.__dataclass_fields__})

    @property
    def as_data(self) -> dict[str, str]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def wanted(self) -> str:
        """The criterion in one line, as it stands on a drawing."""
        if self.kind == "text":
            return self.text
        ends = (
            f"{self.low} – {self.high}" if self.low and self.high else f"≥ {self.low}" if self.low else f"≤ {self.high}"
        )
        return f"{ends} {self.unit}".strip()

    def is_met_by(self, measured: str) -> bool:
        """Raises :class:`NotMeasured` where a number was wanted and none was written."""
        if self.kind == "text":
            return folded(measured) == folded(self.text)
        try:
            found = exact(measured.strip())
        except ValueError as wrong:
            raise NotMeasured(measured) from wrong
        return (not self.low or exact(self.low) <= found) and (not self.high or found <= exact(self.high))


def folded(text: str) -> str:
    """A text as it is compared: without regard to case, to full or half width, and to how many blanks there are."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
