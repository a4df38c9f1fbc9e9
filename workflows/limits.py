"""The limits of a process parameter: exact decimals that rise from the lower specification limit to the upper one."""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from workflows.words import N_, Said

# In the order in which they rise.
LIMITS = {
    "specification_low": N_("Lower specification limit"),
    "warning_low": N_("Lower warning limit"),
    "warning_high": N_("Upper warning limit"),
    "specification_high": N_("Upper specification limit"),
}
SPECIFIED = ("specification_low", "specification_high")
_WRITTEN = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


class Disordered(ValueError):
    """The limits cannot stand like this: ``field`` names the one to look at, ``says`` what is wrong with it."""

    def __init__(self, field: str, says: Said) -> None:
        super().__init__(f"{field}: {says}")
        self.field, self.says = field, says


def exact(text: str) -> Decimal:
    """The number that the text writes: up to nine digits, and six after a full stop.  Raises :class:`ValueError`."""
    if not _WRITTEN.fullmatch(text):
        raise ValueError(f"{text!r} writes no decimal number")
    return Decimal(text)


def refuse_disorder(limits: Mapping[str, str | None]) -> None:
    """Raise :class:`Disordered` where no specification limit is given, or one limit lies below the one before it."""
    given = [(name, text) for name in LIMITS if (text := limits.get(name))]
    if not any(name in SPECIFIED for name, _ in given):
        raise Disordered(SPECIFIED[0], Said(N_("Give at least one specification limit, the lower or the upper.")))
    for (_, below), (name, above) in pairwise(given):
        if exact(above) < exact(below):
            raise Disordered(
                name,
                Said(
                    N_(
                        "%(above)s lies below %(below)s, the limit before it. The limits rise: lower specification, "
                        "lower warning, upper warning, upper specification."
                    ),
                    {"above": above, "below": below},
                ),
            )
