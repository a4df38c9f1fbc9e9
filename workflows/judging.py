"""What a reading or a result is worth: inside its limits, beyond a warning limit, out of specification; or as asked."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from workflows.limits import LIMITS, exact, refuse_disorder

_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class Judgement(StrEnum):
    INSIDE = "inside"
    WARNING = "warning"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a parameter, to judge many readings by: a limit itself is still on its good side."""

    specification_low: Decimal | None = None
    warning_low: Decimal | None = None
    warning_high: Decimal | None = None
    specification_high: Decimal | None = None

    @classmethod
    def of(cls, limits: Mapping[str, str | None]) -> "Bounds":
        """As a record keeps them: exact decimals as text.  Raises :class:`workflows.limits.Disordered`."""
        refuse_disorder(limits)
        return cls(**{name: exact(text) for name in LIMITS if (text := limits.get(name))})

    def judge(self, value: Decimal) -> Judgement:
        """Raises :class:`ValueError` for what is no number."""
        if not value.is_finite():
            raise ValueError(f"{value} is no reading")
        if not _between(value, self.specification_low, self.specification_high):
            return Judgement.OUT
        if not _between(value, self.warning_low, self.warning_high):
            return Judgement.WARNING
        return Judgement.INSIDE


def meets(criterion: str, result: str) -> bool:
    """Whether a result says what the criterion asks for, whatever its case, its width and the blanks around it.

    Raises :class:`ValueError` for a criterion that asks for nothing: every result would be as good as none.
    """
    wanted = _plain(criterion)
    if not wanted:
        raise ValueError("a criterion without a text")
    return _plain(result) == wanted


def _between(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or value >= low) and (high is None or value <= high)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).translate(_NARROW).casefold().split())
