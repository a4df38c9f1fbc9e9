"""When production has stood still so long that it may not simply go on: Order 53 art. 43, GMP 2025 art. 94.

The length of a standstill is row PR-08 of ``data/deadlines.json``.
"""

from datetime import UTC, date, datetime, time

from agreements.clocks import Clock, due_at
from agreements.deadlines import deadline

_CATEGORY = len("13-01")


def are_similar(one: str | None, other: str | None) -> bool:
    """Whether two products, by their classification codes, are similar: the same first-level category.

    Order 53 does not say what similar is; this is the narrower of the two readings that the code allows, so that
    evidence is rather asked for than not.  A product without a code is similar to none.
    """
    return bool(one and other and len(one) >= _CATEGORY and one[:_CATEGORY] == other[:_CATEGORY])


def stands_still(last_made_on: date, starts_on: date) -> bool:
    """Whether a full year without production lies between the last day and the first one."""
    year: Clock | None = deadline("PR-08").clock
    if year is None:
        raise LookupError("PR-08 counts nothing")
    return due_at(datetime.combine(last_made_on, time.min, UTC), year).last_day < starts_on
