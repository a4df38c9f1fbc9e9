"""Beginning a review from the records, and writing what a side judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from agreements.clocks import months_after
from portal import ledger
from portal.acting import start
from portal.db import new_id
from portal.facts import Ground
from portal.facts.agreements import settlements_of
from portal.facts.numbering import next_number
from portal.facts.reviews import agreement_in_force, kept_by_clause
from portal.identity import Actor
from portal.records.agreement import Agreement
from portal.records.review import AgreementReview
from workflows.agreement_review import BEGIN_REVIEW, JUDGE_LINES
from workflows.engine import Side

MONTHS = 12


class NoAgreement(LookupError):
    """There is no quality agreement in force that could be reviewed."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one side says of a clause; ``lacks`` None while it has not judged, empty where the clause holds."""

    clause_id: str
    lacks: Sequence[str] | None
    remark: str
    amend: str


def begin_review(ground: Ground, until: date, *, by: Actor) -> AgreementReview:
    """A line for each agreed clause of the agreement in force, with how its duties were kept in the year before."""
    agreement = agreement_in_force(ground)
    if agreement is None:
        raise NoAgreement
    since = months_after(until, -MONTHS) + timedelta(days=1)
    kept = kept_by_clause(agreement.entrustment_id, since, until)
    review = AgreementReview(
        id=new_id(),
        entrustment_id=agreement.entrustment_id,
        number=next_number(AgreementReview, "AR", ground.entrustment.id),
        agreement_id=agreement.id,
        since=since,
        until=until,
        lines=[_line(each, kept.get(each)) for each in _agreed(agreement)],
        begun_by_id=by.id,
    )
    start(review, BEGIN_REVIEW.event, actor=by)
    return review


def judge(review: AgreementReview, side: Side, given: Sequence[Judged], *, by: Actor) -> None:
    """Write one side's judgements; the other's stay as they are, and what is to be amended belongs to both."""
    kept = kept_by_clause(review.entrustment_id, review.since, review.until)
    said = {each.clause_id: each for each in given}
    review.lines = [
        line | {"kept": kept.get(line["clause_id"], {})} | _judgement(said[line["clause_id"]], side)
        for line in review.lines
    ]
    ledger.write(review, JUDGE_LINES.event, by=by)


def _judgement(said: Judged, side: Side) -> dict[str, Any]:
    judged = None if said.lacks is None else {"lacks": list(said.lacks), "remark": said.remark}
    return {side.value: judged, "amend": said.amend}


def _agreed(agreement: Agreement) -> list[str]:
    return [each.clause_id for each in settlements_of(agreement.lying) if each.choice == "agreed"]


def _line(clause_id: str, kept: Mapping[str, int] | None) -> dict[str, Any]:
    nobody: dict[str, Any] = {Side.REGISTRANT.value: None, Side.MANUFACTURER.value: None}
    return {"clause_id": clause_id, "kept": dict(kept or {}), **nobody, "amend": ""}
