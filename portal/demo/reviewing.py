"""The yearly review of the demonstration world: judged by the registrant and waiting for the manufacturer, or held."""

from uuid import UUID

from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.facts import ground_of
from portal.facts.reviews import review_facts
from portal.records.entrustment import Entrustment
from portal.records.review import AgreementReview
from portal.rooms.reviews.keeping import Judged, begin_review, judge
from workflows.engine import Side
from workflows.powers import Role

WANTING = "QA-33"


def make_review(org: dict[str, UUID], entrustment_id: UUID, registrant: str = "chengyue") -> UUID:
    """The registrant found every clause good but one."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        review = begin_review(ground_of(session.get_one(Entrustment, entrustment_id)), today(), by=by)
        session.flush()
        judge(review, Side.REGISTRANT, [_judged(line["clause_id"]) for line in review.lines], by=by)
        return review.id


def hold_review(org: dict[str, UUID], entrustment_id: UUID, registrant: str, manufacturer: str) -> None:
    """Both sides judged every clause, and both representatives signed."""
    review_id = make_review(org, entrustment_id, registrant)
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        review = session.get_one(AgreementReview, review_id)
        agreed = [Judged(line["clause_id"], (), "", line["amend"]) for line in review.lines]
        judge(review, Side.MANUFACTURER, agreed, by=by)
    for house, name in ((registrant, "registrant_signs"), (manufacturer, "manufacturer_countersigns")):
        with played_by(house, Role.MANAGEMENT_REPRESENTATIVE, org) as by:
            review = session.get_one(AgreementReview, review_id)
            move(review, name, by=by, facts=review_facts(review, ground_of(review.entrustment)))


def _judged(clause_id: str) -> Judged:
    if clause_id != WANTING:
        return Judged(clause_id, (), "", "")
    return Judged(
        clause_id,
        ("adequate",),
        "协议未写明外协供应商变更由哪一方评估。",
        "在变更控制条款中补充外协供应商变更的评估和告知要求。",
    )
