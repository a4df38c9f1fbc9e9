"""How severely the next lot is inspected, worked out from the lots before it: GB/T 2828.1, 9.3 and 9.4.

Only lots on original inspection count: one that comes back after it was refused is no lot of the series.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from agreements.sampling import Plan, Severity, one_step_tighter, plan_of
from workflows.engine import Source

RULES = Source("GBT-2828.1", "9.3, 9.4")
LOOKED_BACK, TOO_MANY, GOOD_RUN, ENOUGH, GIVEN_UP = 5, 2, 5, 30, 5
# From this acceptance number on a lot scores by the plan that is one step tighter.
BY_TIGHTER = 2


@dataclass(frozen=True, slots=True)
class Inspected:
    """A lot of the series.  ``may_be_reduced``: production is steady, and who answers for it wants less inspection."""

    plan: Plan
    aql: str
    failed: int
    may_be_reduced: bool = False
    is_steady: bool = True

    @property
    def accepted(self) -> bool:
        return self.plan.accepts(self.failed)


@dataclass(frozen=True, slots=True)
class Course:
    """Where a series stands.  ``score`` is the switching score; ``recent`` says of the last lots whether each was
    accepted; ``refused`` counts those that were not, since inspection was tightened.  ``ended``: no lot is accepted by
    sampling until the supplier has put it right.
    """

    severity: Severity = Severity.NORMAL
    score: int = 0
    recent: tuple[bool, ...] = ()
    refused: int = 0
    ended: bool = False

    def after(self, lot: Inspected) -> "Course":
        """Raises :class:`ValueError` where inspection has ended."""
        if self.ended:
            raise ValueError("sampling has ended; first its cause is put right")
        if self.severity is Severity.NORMAL:
            return self._after_normal(lot)
        if self.severity is Severity.TIGHTENED:
            return self._after_tightened(lot)
        return self if lot.accepted and lot.is_steady else Course()

    def put_right(self) -> "Course":
        """What ended the sampling was put right, and it is agreed that this will work: it goes on tightened."""
        return Course(Severity.TIGHTENED)

    def _after_normal(self, lot: Inspected) -> "Course":
        recent = (*self.recent, lot.accepted)[-LOOKED_BACK:]
        if recent.count(False) >= TOO_MANY:
            return Course(Severity.TIGHTENED)
        score = _scored(self.score, lot)
        if score >= ENOUGH and lot.may_be_reduced:
            return Course(Severity.REDUCED)
        return replace(self, score=score, recent=recent)

    def _after_tightened(self, lot: Inspected) -> "Course":
        recent, refused = (*self.recent, lot.accepted)[-GOOD_RUN:], self.refused + (not lot.accepted)
        if refused >= GIVEN_UP:
            return replace(self, recent=recent, refused=refused, ended=True)
        if len(recent) == GOOD_RUN and all(recent):
            return Course()
        return replace(self, recent=recent, refused=refused)


def course_of(lots: Iterable[Inspected]) -> Course:
    """Where a series stands after ``lots``, oldest first; it begins with normal inspection."""
    course = Course()
    for each in lots:
        course = course.after(each)
    return course


def _scored(score: int, lot: Inspected) -> int:
    if lot.plan.accept < BY_TIGHTER:
        return score + 2 if lot.accepted else 0
    tighter = one_step_tighter(lot.aql)
    stricter = plan_of(lot.plan.letter, tighter).accept if tighter and lot.plan.letter else -1
    return score + 3 if lot.failed <= stricter else 0
