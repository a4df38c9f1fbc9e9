"""What the pages about a meeting are drawn with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from agreements.indicators import INDICATORS, Figure, Indicator, indicator
from portal.facts.ground import ground_of
from portal.facts.meetings import Counted
from portal.records.entrustment import Entrustment
from portal.records.meeting import PARTIES, Meeting
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import SIDES
from portal.wording import number
from workflows.engine import Transition
from workflows.meeting import SPEAKERS, VERDICTS, WAYS
from workflows.minuting import DEEDS, FOLLOW, JUDGE

Crumb = tuple[str, str | None]
TONES = {"met": "good", "not_met": "bad", "not_judged": "quiet"}


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator with its figure, and what both sides say of it; ``verdict`` empty while they have not said."""

    indicator: Indicator
    figure: Figure
    target: str = ""
    verdict: str = ""
    remark: str = ""

    @property
    def counted(self) -> str:
        """The figure in words, with what it is a part of; a share of nothing is none."""
        part, whole = self.figure["part"], self.figure.get("whole")
        if whole is None:
            return number(part)
        says: str = (
            gettext("%(part)s of %(whole)s", part=number(part), whole=number(whole))
            if whole
            else gettext("nothing to count")
        )
        return says

    @property
    def beside(self) -> str:
        """Of duties also how many were met late, and how many not at all."""
        late, breached = self.figure.get("late", 0), self.figure.get("breached", 0)
        says: str = gettext("late: %(late)s, breached: %(breached)s", late=late, breached=breached)
        return says if late + breached else ""


def judged_lines(meeting: Meeting) -> list[Line]:
    return [
        Line(indicator(each["indicator"]), each["figure"], each["target"], each["verdict"], each["remark"])
        for each in meeting.figures
    ]


def lines_of(meeting: Meeting, counted: Counted | None) -> list[Line]:
    """As they were judged; while nobody has judged any, as the records show them."""
    return judged_lines(meeting) or counted_lines(counted)


def counted_lines(counted: Counted | None) -> list[Line]:
    return [Line(each, counted.figures[each.id]) for each in INDICATORS.values()] if counted else []


def inside(entrustment: Entrustment, *more: Crumb) -> dict[str, Any]:
    """Breadcrumb of a page about the meetings of ``entrustment``."""
    here = crumb(gettext("Meetings of the representatives"), "meetings.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def place(meeting: Meeting, *more: Crumb) -> dict[str, Any]:
    """What every page about ``meeting`` is drawn with."""
    here = crumb(meeting.number, "meetings.show", meeting_id=meeting.id)
    words = {"ways": WAYS, "speakers": SPEAKERS, "verdicts": VERDICTS, "tones": TONES, "side_names": SIDES}
    return (
        inside(meeting.entrustment, here, *more)
        | {"identity": identity_of(meeting, gettext("Meeting %(number)s", number=meeting.number))}
        | {"lines": judged_lines(meeting), "there": there(meeting), "indicators": INDICATORS}
        | words
    )


def there(meeting: Meeting) -> list[tuple[str, Mapping[str, Any] | None, bool]]:
    """Each side with what it said of who was there on that day, and whether its representative was."""
    return [(each.value, meeting.said_by(each), meeting.is_represented(each)) for each in PARTIES]


def doors_of(meeting: Meeting) -> dict[str, Transition[Any]]:
    """Where something may be written about the meeting, and what."""
    return {f"meetings.{deed.name}": deed for deed in _that_fit(meeting)}


def _that_fit(meeting: Meeting) -> Iterable[Transition[Any]]:
    """Where nothing was left open there is nothing to follow up, and where no indicators are reviewed none to judge."""
    unfit = {FOLLOW} if not meeting.carried else set()
    unfit |= {JUDGE} if not meeting.reviews_indicators else set()
    return (each for each in DEEDS if each not in unfit)
