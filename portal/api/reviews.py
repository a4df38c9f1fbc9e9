"""Yearly reviews of agreements: read, each with its lines."""

from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.review_shapes import Reviews, ReviewShape
from portal.api.shapes import Given
from portal.records.review import AgreementReview
from workflows.scopes import Scope


@desk.door("/agreement-reviews", Scope.AGREEMENTS_READ, gives=Reviews)
def list_agreement_reviews(query: OfEntrustment) -> Given:
    """List yearly reviews of agreements."""
    wanted = select(AgreementReview)
    if query.entrustment_id:
        wanted = wanted.where(AgreementReview.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, AgreementReview, query, Reviews, ReviewShape)
    return page, 200, way


@desk.door("/agreement-reviews/<uuid:agreement_review_id>", Scope.AGREEMENTS_READ, gives=ReviewShape)
def read_agreement_review(agreement_review_id: UUID) -> Given:
    """Read a yearly review of an agreement."""
    found = find_within(AgreementReview, agreement_review_id)
    return ReviewShape.model_validate(found), 200, tagged(found)
