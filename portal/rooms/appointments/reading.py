"""What the page of the key posts says: each post with whoever holds it, and what the law asks of it today."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from agreements.key_posts import POSTS, Condition, Post, conditions_of
from portal.db import session, today
from portal.facts.appointments import class_of_house
from portal.records.appointment import Appointment
from portal.tenancy import current_tenant
from portal.wording import said
from workflows.appointment import EDUCATIONS, TITLES
from workflows.engine import Source
from workflows.words import N_, Said

MOST = 200
_ASKS = {
    "full_time": N_("full-time"),
    "senior": N_("one of the senior managers"),
    "clean_record": N_("no bad record"),
    "of_quality": N_("from the quality department or the higher quality management"),
    "trained": N_("trained for the post"),
}


@dataclass(frozen=True, slots=True)
class PostLine:
    """One key post: whoever holds it, whoever is to, and what the law asks of it now."""

    post: Post
    holders: list[Appointment]
    prepared: list[Appointment]
    asked: dict[str, tuple[Source, ...]]


def post_lines() -> tuple[list[PostLine], list[Appointment]]:
    """Each post, and the appointments that are over, the newest first; in three queries."""
    wanted = select(Appointment).where(Appointment.owner_id == current_tenant())
    found = session.scalars(wanted.order_by(Appointment.id.desc()).limit(MOST)).all()
    device_class = class_of_house()
    lines = [
        PostLine(
            post,
            [each for each in found if each.post == post.id and each.state == "in_office"],
            [each for each in found if each.post == post.id and each.state == "prepared"],
            _asked_of(post, device_class),
        )
        for post in POSTS.values()
    ]
    return lines, [each for each in found if each.where.final]


def _asked_of(post: Post, device_class: str) -> dict[str, tuple[Source, ...]]:
    """What the law asks of the post today in words, each once with every rule that asks it."""
    asked: dict[str, tuple[Source, ...]] = {}
    for each in conditions_of(post.id, device_class=device_class, on=today()):
        words = in_words(each)
        asked[words] = asked.get(words, ()) + each.sources
    return asked


def in_words(condition: Condition) -> str:
    """What one condition asks, in the reader's language."""
    match condition.asks:
        case "schooled":
            return said(Said(*_schooling(condition)))
        case "practised":
            return said(Said(N_("at least %(years)s years of practice"), {"years": condition.years or 0}))
        case _:
            return said(_ASKS[condition.asks])


def _schooling(condition: Condition) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {"education": said(EDUCATIONS[condition.education or "none"])}
    if condition.title is None:
        return N_("education: at least %(education)s"), given
    given["title"] = said(TITLES[condition.title])
    if condition.relaxed_years is None:
        return N_("education: at least %(education)s, or at least %(title)s"), given
    given["years"] = condition.relaxed_years
    return N_("education: at least %(education)s, or at least %(title)s, or %(years)s years of practice"), given
