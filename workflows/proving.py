"""What proves that equipment may be used: its calibration, and its validation in three parts, each up to a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflows.words import N_

CALIBRATION = "calibration"
VALIDATION = ("iq", "oq", "pq")
PROOFS: Mapping[str, str] = {
    CALIBRATION: N_("Calibration"),
    "iq": N_("Installation qualification (IQ)"),
    "oq": N_("Operational qualification (OQ)"),
    "pq": N_("Performance qualification (PQ)"),
}
# Those that never last for ever: a day is asked by which they are due again.
DUE_AGAIN = (CALIBRATION, "pq")


class Standing(StrEnum):
    GOOD = "good"
    MISSING = "missing"
    FAILED = "failed"
    OVERDUE = "overdue"


STANDINGS: Mapping[Standing, str] = {
    Standing.GOOD: N_("in date"),
    Standing.MISSING: N_("missing"),
    Standing.FAILED: N_("not passed"),
    Standing.OVERDUE: N_("overdue"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One of PROOFS, done on a day; ``due_on`` is the last day on which it still counts, None where it never ends."""

    kind: str
    done_on: date
    due_on: date | None
    passed: bool


def standing(proofs: Iterable[Proof], kind: str, on: date) -> Standing:
    """How the newest proof of a kind stands on a day: what came later proves nothing of the day before it.

    Where one of the same day failed, that counts.
    """
    done = [each for each in proofs if each.kind == kind and each.done_on <= on]
    if not done:
        return Standing.MISSING
    newest = max(done, key=lambda each: (each.done_on, not each.passed))
    if not newest.passed:
        return Standing.FAILED
    return Standing.OVERDUE if newest.due_on is not None and newest.due_on < on else Standing.GOOD


def needed(*, calibration: bool, validation: bool) -> tuple[str, ...]:
    """The kinds of proof that equipment needs before it may be used."""
    return (CALIBRATION,) * calibration + VALIDATION * validation
