"""A criterion by which something is inspected: a range of exact decimals, or a word that must be found."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from workflows.limits import exact
from workflows.words import N_

KINDS = {"number": N_("A number within limits"), "text": N_("A word")}
_NUMBER = r"-?[0-9]{1,9}(?:\.[0-9]{1,6})?"
_RANGES = (
    re.compile(rf"(?:≥|>=|不小于|不低于)\s*(?P<low>{_NUMBER})\s*(?P<unit>\D*)"),
    re.compile(rf"(?:≤|<=|不大于|不超过)\s*(?P<high>{_NUMBER})\s*(?P<unit>\D*)"),
    re.compile(rf"(?P<middle>{_NUMBER})\s*(?:±|\+/-)\s*(?P<spread>{_NUMBER})\s*(?P<unit>\D*)"),
    re.compile(rf"(?P<low>{_NUMBER})\s*(?:–|—|~|至|to)\s*(?P<high>{_NUMBER})\s*(?P<unit>\D*)"),
)


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


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """A text as it is compared: without regard to case, to full or half width, and to how many blanks there are."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True, slots=True)
class Range:
    """The limits that a criterion writes, in its ``unit``; None where it is open to that side."""

    low: Decimal | None
    high: Decimal | None
    unit: str


def range_in(text: str) -> Range | None:
    """The range that a criterion writes, such as ``≤ 0.8 μm``, ``12 ± 0.05 mm``; None where it asks for words."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for pattern in _RANGES:
        if found := pattern.fullmatch(plain):
            told = found.groupdict()
            if told.get("middle"):
                middle, spread = Decimal(told["middle"]), Decimal(told["spread"])
                return Range(middle - spread, middle + spread, told["unit"].strip())
            low, high = (Decimal(each) if each else None for each in (told.get("low"), told.get("high")))
            return Range(low, high, told["unit"].strip())
    return None
