"""The indicators that both sides review together: what is counted of the records, and what the law says of it.

Source: ``data/indicators.json``, whose rows name theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agreements.reading import table
from workflows.engine import Source

# A figure is kept as whole numbers by name: a share is "part" of "whole", and of duties some are "late" or "breached".
Figure = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; ``id`` is for ever.  ``zh`` and ``en`` name it, ``of_zh`` and ``of_en`` say what is counted."""

    id: str
    counts: Literal["share", "number", "duties"]
    zh: str
    en: str
    of_zh: str
    of_en: str
    sources: tuple[Source, ...]

    def has_something(self, figure: Figure) -> bool:
        """Whether there is anything to judge: none is a number, but no share is a part of nothing."""
        return self.counts == "number" or figure["whole"] > 0


def indicator(indicator_id: str) -> Indicator:
    """Raise :class:`KeyError` for an indicator that was never counted."""
    return INDICATORS[indicator_id]


INDICATORS: Mapping[str, Indicator] = {
    row["id"]: Indicator(
        **{name: row[name] for name in ("id", "counts", "zh", "en", "of_zh", "of_en")},
        sources=tuple(Source(**each) for each in row["sources"]),
    )
    for row in table("indicators")["indicators"]
}
