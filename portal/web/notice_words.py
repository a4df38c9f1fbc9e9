"""A notice in the reader's language: what it is about, in which entrustment, by when, and where to see to it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_babel import gettext

from agreements.duty_rules import duty_rule
from agreements.renewals import SAYS
from portal.facts.notices import PAPERS
from portal.notices import WINDOW
from portal.records.notice import Notice
from portal.web.event_names import EVENT_NAMES
from portal.web.history import RECORD_PAGES
from portal.web.kind_names import KIND_NAMES
from portal.wording import language_now, last_day, said
from workflows.catalogue import LIFECYCLES
from workflows.hearing import HAPPENED, MOVE
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class Told:
    """``what`` is said of the record ``about``; ``url`` is a path.  ``is_over``: the move it tells of was made."""

    notice: Notice
    what: str
    about: str
    url: str
    due: date | None
    is_over: bool

    @property
    def entrustment(self) -> Any:
        return self.notice.entrustment

    @property
    def house(self) -> str:
        """Whose own matter it is, where it is one of no entrustment."""
        return self.notice.house.name

    @property
    def within(self) -> str:
        """The entrustment, or whose own matter it is, in one line."""
        words: str = (
            gettext("entrustment %(number)s", number=self.entrustment.number)
            if self.entrustment
            else gettext("own matter of %(house)s", house=self.house)
        )
        return words

    @property
    def at(self) -> datetime:
        return self.notice.at


def told(notice: Notice, *, is_over: bool = False) -> Told:
    return Told(
        notice=notice,
        what=_WORDS[notice.kind](notice),
        about=_about(notice),
        url=url_of(notice),
        due=last_day(notice.due_at) if notice.due_at else None,
        is_over=is_over,
    )


def url_of(notice: Notice) -> str:
    """The page of the record; of its entrustment where the record has none."""
    endpoint, key = _PAGES.get(notice.about_kind, _PAGES["entrustment"])
    found = notice.about_id if notice.about_kind in _PAGES else notice.entrustment_id
    named: dict[str, Any] = {key: found}
    return url_for(endpoint, **named)


def _about(notice: Notice) -> str:
    """Nothing for what the other columns name already: the entrustment itself, a duty."""
    kind = said(KIND_NAMES[notice.about_kind])
    if notice.about_kind in ("duty", "entrustment"):
        return ""
    if not notice.name:
        return kind
    return said(Said(N_("%(kind)s %(name)s"), {"kind": kind, "name": notice.name}))


def _waits(notice: Notice) -> str:
    lifecycle = next(each for each in LIFECYCLES if each.subject == notice.about_kind)
    words: str = gettext("Waits for you: %(move)s", move=said(lifecycle.transition(notice.detail).label))
    return words


def _happened(notice: Notice) -> str:
    return said(EVENT_NAMES[notice.detail])


def _begun(notice: Notice) -> str:
    words: str = gettext("A duty has begun: %(duty)s", duty=duty_rule(notice.name).title(language_now()))
    return words


STEPS = {
    "nears": N_("Due soon: %(duty)s"),
    "last-day": N_("Its time is almost over: %(duty)s"),
    "late": N_("Too late: %(duty)s"),
    "other-side": N_("The other side is too late: %(duty)s"),
    "legal-representative": N_("Still not met: %(duty)s"),
}


def _escalated(notice: Notice) -> str:
    return said(Said(STEPS[notice.detail], {"duty": duty_rule(notice.name).title(language_now())}))


def _renewable(notice: Notice) -> str:
    return said(SAYS[notice.detail])


_PAGES = RECORD_PAGES | {each: (f"evidence.{each}", f"{each}_id") for each in PAPERS}
_WORDS = {MOVE: _waits, HAPPENED: _happened, "duty": _begun, "escalation": _escalated, WINDOW: _renewable}
