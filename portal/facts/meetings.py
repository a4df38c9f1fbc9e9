"""What a meeting depends on: its own pages, the decisions before it, and the figures that the records show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from agreements.indicators import Figure, indicator
from portal.db import CHINA, session, today
from portal.facts.indicators import figures_of
from portal.records.agreement import Agreement
from portal.records.entrustment import Entrustment
from portal.records.meeting import UNDERWAY, Meeting
from workflows.engine import Side
from workflows.meeting import CallFacts, MinutesFacts


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of the days ``since`` to the meeting, and the targets that were agreed when they were judged last."""

    since: date
    figures: Mapping[str, Figure]
    targets: Mapping[str, str] = field(default_factory=dict)


def minutes_facts(meeting: Meeting, counted: Counted | None = None) -> MinutesFacts:
    """``counted`` are the figures of today; without them nobody asks whether those that were judged still stand."""
    judged = meeting.figures if meeting.reviews_indicators else []
    open_ = [each["indicator"] for each in judged if not each["verdict"]]
    unjudged = open_ if judged or not meeting.reviews_indicators else [""]
    unfounded = [each["indicator"] for each in judged if _is_unfounded(each)]
    answered = {each["answers"] for each in meeting.decisions}
    missed = [each["indicator"] for each in judged if each["verdict"] == "not_met"]
    undecided = [each for each in missed if each not in answered]
    return MinutesFacts(
        entrustment_is_open=not meeting.entrustment.where.final,
        meets_on=meeting.meets_on.isoformat(),
        day_reached=meeting.meets_on <= today(),
        attended_registrant=meeting.said_by(Side.REGISTRANT) is not None,
        attended_manufacturer=meeting.said_by(Side.MANUFACTURER) is not None,
        minuted=bool((meeting.minutes or "").strip()),
        unfollowed=sum(each["done"] is None for each in meeting.carried),
        reviews_indicators=meeting.reviews_indicators,
        unjudged=len(unjudged),
        first_unjudged=_first(unjudged),
        unfounded=len(unfounded),
        first_unfounded=_first(unfounded),
        undecided=len(undecided),
        first_undecided=_first(undecided),
        counted=_still_counted(meeting, counted) if counted else None,
    )


def call_facts(entrustment: Entrustment) -> CallFacts:
    underway = session.scalars(select(Meeting).where(Meeting.entrustment_id == entrustment.id, UNDERWAY)).first()
    return CallFacts(entrustment_is_open=not entrustment.where.final, underway=underway.number if underway else "")


def count(meeting: Meeting) -> Counted:
    """The figures as the records show them now, from the day after the last signed review on."""
    wanted = select(Meeting).where(
        Meeting.entrustment_id == meeting.entrustment_id,
        Meeting.signed_at.is_not(None),
        Meeting.reviews_indicators,
        Meeting.id != meeting.id,
    )
    before = session.scalars(wanted.order_by(Meeting.meets_on.desc()).limit(1)).first()
    since = min(before.meets_on + timedelta(days=1) if before else _begun(meeting), meeting.meets_on)
    targets = {each["indicator"]: each["target"] for each in before.figures} if before else {}
    return Counted(since, figures_of(meeting.entrustment_id, since, meeting.meets_on), targets)


def to_count(meeting: Meeting) -> Counted | None:
    """The figures of today, while they may still be judged."""
    return count(meeting) if meeting.state == "held" and meeting.reviews_indicators else None


def _begun(meeting: Meeting) -> date:
    """The day on which the first quality agreement was signed; without one, the day of the meeting itself."""
    signed = session.scalar(
        select(func.min(Agreement.signed_at)).where(
            Agreement.entrustment_id == meeting.entrustment_id, Agreement.kind == "quality"
        )
    )
    return signed.astimezone(CHINA).date() if signed else meeting.meets_on


def _still_counted(meeting: Meeting, counted: Counted) -> bool:
    """Nothing judged yet is nothing that could have moved."""
    judged = {each["indicator"]: each["figure"] for each in meeting.figures}
    return not judged or (meeting.since == counted.since and judged == counted.figures)


def _is_unfounded(line: Mapping[str, Any]) -> bool:
    judged = line["verdict"] in ("met", "not_met")
    return judged and not indicator(line["indicator"]).has_something(line["figure"])


def _first(found: Sequence[str]) -> str:
    return found[0] if found else ""
