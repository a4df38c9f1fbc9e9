"""When what is on record of the batches asks both sides to act together (Announcement 2024-38 (9)).

The announcement speaks of several batches in a row and of a clear drop in conformity and counts neither; the numbers
here are the house's own, and both parties may act sooner by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import takewhile

SEVERAL = 3
CLEAR_DROP = Fraction(10, 100)
USUAL = range(3, 11)  # so many earlier batches, at least and at most, say what is usual
# What a registrant's re-evaluation or a group event says of a product is beyond any criterion of acceptable risk.
POST_MARKET = frozenset({"AE-09", "AE-15"})


@dataclass(frozen=True, slots=True)
class Made:
    """One batch.  ``conforming`` until a nonconformity of it is on record; ``yielded`` is the share of the pieces not
    taken as samples that passed, None while they are not counted."""

    number: str
    conforming: bool
    yielded: Fraction | None


def yield_of(put_in: int | None, passed: int | None, sampled: int | None) -> Fraction | None:
    """Pieces passed of those put in and not sampled; None while not all are counted, or where none were left."""
    if put_in is None or passed is None or sampled is None or put_in <= sampled:
        return None
    return Fraction(passed, put_in - sampled)


def in_a_row(batches: Sequence[Made], at: int) -> Sequence[Made]:
    """The nonconforming batches around the one ``at`` that place, oldest first, if they are several; else none."""
    before = list(takewhile(_bad, reversed(batches[: at + 1])))
    after = list(takewhile(_bad, batches[at + 1 :]))
    row = [*reversed(before), *after] if before else []
    return row if len(row) >= SEVERAL else ()


def dropped(batches: Sequence[Made], at: int) -> Sequence[Made]:
    """The batch ``at`` that place after those that it falls clearly short of, oldest first; else none."""
    counted = [each for each in batches[:at] if each.yielded is not None][-USUAL[-1] :]
    now = batches[at].yielded
    if now is None or len(counted) not in USUAL:
        return ()
    usual = sum((each.yielded or Fraction() for each in counted), Fraction()) / len(counted)
    return [*counted, batches[at]] if usual - now >= CLEAR_DROP else ()


def percent(share: Fraction) -> str:
    """In a hundred, to one decimal: 98.4 %."""
    return f"{float(share) * 100:.1f} %"


def _bad(batch: Made) -> bool:
    return not batch.conforming
