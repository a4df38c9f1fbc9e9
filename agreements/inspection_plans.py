"""Whether a batch is accepted by an inspection: by its sample under GB/T 2828.1, or piece by piece.

How severe the inspection of a lot is follows from the lots that were decided before its own inspection began.  That a
lot which was not accepted is inspected piece by piece, or passes by a disposition that the registrant approved, is our
own rule.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from agreements.sampling import SIZES, TABLES, NoPlan, Plan, Severity, every_piece, plan
from agreements.switching import RULES, Course, Inspected
from workflows.engine import Source
from workflows.words import N_

EVERY_PIECE, SAMPLED = "every_piece", "sampled"
COVERAGES: Mapping[str, str] = {EVERY_PIECE: N_("Every piece"), SAMPLED: N_("A sample under GB/T 2828.1")}
SEVERITIES: Mapping[str, str] = {
    Severity.NORMAL.value: N_("normal inspection"),
    Severity.TIGHTENED.value: N_("tightened inspection"),
    Severity.REDUCED.value: N_("reduced inspection"),
}
SOURCES = {EVERY_PIECE: (Source("HOUSE"),), SAMPLED: (TABLES, RULES)}
# The ranks at which a sample can be whole.
WHOLE_AT = frozenset(SIZES)


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"
    OPEN = "open"


VERDICTS: Mapping[str, str] = {
    Verdict.ACCEPTED.value: N_("Lot accepted"),
    Verdict.REFUSED.value: N_("Lot not accepted"),
    Verdict.OPEN.value: N_("Not decided yet"),
}


class By(StrEnum):
    """By what a lot was accepted."""

    SAMPLE = "sample"
    EVERY_PIECE = "every_piece"
    DISPOSITION = "disposition"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a definition asks for; ``level`` and ``aql`` are empty where every piece is inspected."""

    coverage: str
    level: str = ""
    aql: str = ""
    may_be_reduced: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """What is on record of one lot.  Ranks count its pieces in the order in which they were first inspected.

    ``at`` is when the piece of a rank was inspected, for the ranks at which a plan may be decided: those of
    :data:`WHOLE_AT`, the last, and each of ``failing``, the pieces whose first result did not conform.  ``unsettled``
    is how many of them neither conform to this day nor were taken out, ``conceded`` whether a nonconformity that was
    closed lets the lot pass.
    """

    size: int
    inspected: int = 0
    failing: Sequence[int] = ()
    at: Mapping[int, datetime] = field(default_factory=dict)
    began_at: datetime | None = None
    unsettled: int = 0
    conceded: bool = False

    @property
    def is_sorted(self) -> bool:
        """Whether each piece that goes on was inspected, and conforms."""
        return self.inspected >= self.size and not self.unsettled


@dataclass(frozen=True, slots=True)
class Judged:
    """``severity`` is None where every piece is inspected; ``ended`` where sampling has ended, and so every piece is.

    ``failed`` counts among the pieces of the sample; ``by`` is None unless the lot is accepted.
    """

    plan: Plan
    severity: Severity | None
    ended: bool
    failed: int
    verdict: Verdict
    by: By | None = None


def judge(asked: Asked, lots: Sequence[Lot], put_right: Iterable[datetime] = ()) -> list[Judged]:
    """The verdict on each lot of a series, in the order given; ``put_right`` is when causes were put right."""
    if asked.coverage == EVERY_PIECE:
        return [_piece_by_piece(each) for each in lots]
    series = _Series(asked, sorted(put_right))
    order = sorted(range(len(lots)), key=lambda at: (lots[at].began_at is None, lots[at].began_at or 0, at))
    found = {at: series.judge(lots[at]) for at in order}
    return [found[at] for at in range(len(lots))]


class _Series:
    """Lots in the order in which their inspection began; a lot counts for those that begin after it was decided."""

    def __init__(self, asked: Asked, put_right: list[datetime]) -> None:
        self._asked, self._put_right = asked, put_right
        self._course = Course()
        self._ended_at: datetime | None = None
        self._decided: list[tuple[datetime, int, Inspected]] = []

    def judge(self, lot: Lot) -> Judged:
        course = self._course_at(lot.began_at)
        if course.ended:
            found = _piece_by_piece(lot)
            return Judged(found.plan, None, True, found.failed, found.verdict, found.by)
        planned = _plan(lot.size, self._asked, course.severity)
        failed = sum(rank <= planned.size for rank in lot.failing)
        decided = _decided_at(planned, lot)
        if decided is not None:
            seen = Inspected(planned, self._asked.aql, failed, self._asked.may_be_reduced)
            heapq.heappush(self._decided, (decided, len(self._decided), seen))
        verdict, by = _verdict(planned, lot, failed, is_decided=decided is not None)
        return Judged(planned, course.severity, False, failed, verdict, by)

    def _course_at(self, moment: datetime | None) -> Course:
        while self._decided and (moment is None or self._decided[0][0] <= moment):
            at, _, lot = heapq.heappop(self._decided)
            self._put_right_by(at)
            if not self._course.ended:
                self._course = self._course.after(lot)
                self._ended_at = at if self._course.ended else None
        self._put_right_by(moment)
        return self._course

    def _put_right_by(self, moment: datetime | None) -> None:
        since = self._ended_at
        if since and any(since < each and (moment is None or each <= moment) for each in self._put_right):
            self._course, self._ended_at = self._course.put_right(), None


def _plan(size: int, asked: Asked, severity: Severity) -> Plan:
    """Where the standard has no plan, such as for a single piece, every piece is inspected."""
    try:
        return plan(size, asked.level, asked.aql, severity)
    except NoPlan:
        return every_piece(size)


def _decided_at(planned: Plan, lot: Lot) -> datetime | None:
    """When it was known whether the sample accepts the lot: with the piece that fails too often, or with its last."""
    too_many = [rank for rank in lot.failing if rank <= planned.size][planned.accept :]
    if too_many:
        return lot.at[min(too_many)]
    return lot.at.get(planned.size, max(lot.at.values())) if lot.inspected >= planned.size else None


def _verdict(planned: Plan, lot: Lot, failed: int, *, is_decided: bool) -> tuple[Verdict, By | None]:
    if not is_decided:
        return Verdict.OPEN, None
    by_sample = (planned.accepts(failed), By.SAMPLE)
    ways = (by_sample, (lot.is_sorted, By.EVERY_PIECE), (lot.conceded, By.DISPOSITION))
    by = next((each for holds, each in ways if holds), None)
    return (Verdict.ACCEPTED, by) if by else (Verdict.REFUSED, None)


def _piece_by_piece(lot: Lot) -> Judged:
    """What fails is taken out, or reworked and inspected again; only then is the lot accepted."""
    planned = every_piece(max(lot.size, 1))
    failed = len(lot.failing)
    if lot.is_sorted:
        return Judged(planned, None, False, failed, Verdict.ACCEPTED, By.EVERY_PIECE)
    return Judged(planned, None, False, failed, Verdict.REFUSED if lot.unsettled else Verdict.OPEN)
