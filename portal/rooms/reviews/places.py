"""What the pages about a review are drawn with: its lines with the words of their clauses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from agreements.clauses import Clause, clause
from portal.facts import Ground, ground_of
from portal.facts.reviews import is_lacking
from portal.records.entrustment import Entrustment
from portal.records.review import AgreementReview
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.wording import language_now
from workflows.agreement_review import ASPECTS
from workflows.duty import STANDINGS

Crumb = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A clause with how it was kept and what each side says of it."""

    clause: Clause
    title: str
    kept: Mapping[str, int]
    registrant: Mapping[str, Any] | None
    manufacturer: Mapping[str, Any] | None
    amend: str
    lacking: bool


def lines_of(review: AgreementReview) -> list[Line]:
    return [_line(each) for each in review.lines]


def inside(entrustment: Entrustment, *more: Crumb, ground: Ground | None = None) -> dict[str, Any]:
    """Breadcrumb of a page about the reviews of ``entrustment``."""
    agreements = crumb(gettext("Agreements"), "agreements.listing", entrustment_id=entrustment.id)
    here = crumb(gettext("Yearly reviews"), "reviews.listing", entrustment_id=entrustment.id)
    return {
        "crumbs": [home_crumb(), agreements, here, *more],
        "between": between(entrustment, ground or ground_of(entrustment)),
    }


def place(review: AgreementReview, *more: Crumb, ground: Ground | None = None) -> dict[str, Any]:
    """What every page about ``review`` is drawn with."""
    here = crumb(review.number, "reviews.show", agreement_review_id=review.id)
    return inside(review.entrustment, here, *more, ground=ground) | {
        "identity": identity_of(review, gettext("Review %(number)s", number=review.number)),
        "lines": lines_of(review),
        "aspects": ASPECTS,
        "standings": STANDINGS,
        "tones": {"owed": "active", "met": "good", "late": "warn", "breached": "bad"},
    }


def _line(line: Mapping[str, Any]) -> Line:
    of = clause(line["clause_id"])
    kept = {stands: count for stands, count in line["kept"].items() if count}
    said = (line["registrant"], line["manufacturer"], line["amend"])
    return Line(of, of.title(language_now()), kept, *said, lacking=is_lacking(line))
