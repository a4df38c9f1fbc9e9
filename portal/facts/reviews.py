"""What a review of the agreement depends on: its lines, the agreement in force, and how each clause was kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.clause_duties import clause_of
from agreements.docket import Standing
from portal.db import CHINA, session, today
from portal.facts.ground import Ground
from portal.records.agreement import Agreement
from portal.records.duty import Duty
from portal.records.review import UNDERWAY, AgreementReview
from workflows.agreement_review import BeginFacts, ReviewFacts
from workflows.engine import Side

COUNTED = frozenset({Standing.MET, Standing.LATE, Standing.BREACHED, Standing.OWED})


def review_facts(review: AgreementReview, ground: Ground) -> ReviewFacts:
    by_registrant = _unjudged(review.lines, Side.REGISTRANT)
    by_manufacturer = _unjudged(review.lines, Side.MANUFACTURER)
    unamended = [line["clause_id"] for line in review.lines if is_lacking(line) and not line["amend"]]
    standing = agreement_in_force(ground)
    return ReviewFacts(
        entrustment_is_open=not ground.entrustment.where.final,
        agreement_in_force=standing is not None and standing.id == review.agreement_id,
        open_to_registrant=len(by_registrant),
        first_of_registrant=_first(by_registrant),
        open_to_manufacturer=len(by_manufacturer),
        first_of_manufacturer=_first(by_manufacturer),
        unamended=len(unamended),
        first_unamended=_first(unamended),
    )


def begin_facts(ground: Ground) -> BeginFacts:
    wanted = select(AgreementReview).where(AgreementReview.entrustment_id == ground.entrustment.id, UNDERWAY)
    underway = session.scalars(wanted).first()
    return BeginFacts(
        entrustment_is_open=not ground.entrustment.where.final,
        agreement_in_force=agreement_in_force(ground) is not None,
        underway=underway.number if underway else "",
    )


def agreement_in_force(ground: Ground) -> Agreement | None:
    """The quality agreement that binds today."""
    return ground.agreement("quality") if ground.in_force("quality", today()) else None


def is_lacking(line: Mapping[str, Any]) -> bool:
    """Whether a side found something lacking in the clause."""
    return any(line[side] and line[side]["lacks"] for side in (Side.REGISTRANT, Side.MANUFACTURER))


def kept_by_clause(entrustment_id: UUID, since: date, until: date) -> dict[str, dict[str, int]]:
    """How the duties that bear on each clause stand: those met or due within the days, and those still owed."""
    kept: dict[str, Counter[str]] = defaultdict(Counter)
    for duty in session.scalars(select(Duty).where(Duty.entrustment_id == entrustment_id)):
        clause_id, settled = clause_of(duty.rule), duty.met_at or duty.due_at
        within = settled is not None and since <= settled.astimezone(CHINA).date() <= until
        if clause_id and duty.standing in COUNTED and (within or duty.standing is Standing.OWED):
            kept[clause_id][duty.standing.value] += 1
    return {clause_id: dict(each) for clause_id, each in kept.items()}


def _unjudged(lines: Iterable[Mapping[str, Any]], side: Side) -> list[str]:
    return [line["clause_id"] for line in lines if line[side] is None]


def _first(found: Sequence[str]) -> str:
    return found[0] if found else ""
