"""Yearly reviews of agreements: read, each with its lines."""

from portal.api.readings import OfEntrustment
from portal.api.review_shapes import Reviews, ReviewShape
from portal.api.shelves import shelve
from portal.records.review import AgreementReview
from workflows.scopes import Scope

shelve(
    AgreementReview,
    "/agreement-reviews",
    Scope.AGREEMENTS_READ,
    many=("agreement_reviews", Reviews, "List yearly reviews of agreements."),
    one=("agreement_review", ReviewShape, "Read a yearly review of an agreement."),
    turn=OfEntrustment,
)
