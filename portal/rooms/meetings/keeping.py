"""Calling a meeting, and writing what each side puts on record about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from agreements.indicators import INDICATORS
from portal import ledger
from portal.acting import start, tell
from portal.db import new_id, session
from portal.facts.meetings import Counted
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.entrustment import Entrustment
from portal.records.meeting import Meeting
from workflows.engine import Side
from workflows.minuting import AMEND, ATTEND, CALL, FOLLOW, JUDGE, WRITE


@dataclass(frozen=True, slots=True)
class Called:
    """When, how and where the sides meet, and what for; ``place`` is empty where they meet by call."""

    meets_on: date
    way: str
    place: str
    agenda: str
    reviews_indicators: bool


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who speaks for a side, and who else is there; ``letter`` of a deputy, ``why`` where neither of them is there."""

    speaker: str
    name: str = ""
    letter: str = ""
    why: str = ""
    others: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, whose it is, by when, and the id of the indicator it answers, if any."""

    text: str
    side: str
    owner: str
    due_on: date
    answers: str


def call_meeting(entrustment: Entrustment, called: Called, *, by: Actor) -> Meeting:
    """Decisions of the meetings before that are still open come along; whether they are done is to be said anew."""
    meeting = Meeting(
        id=new_id(),
        entrustment_id=entrustment.id,
        number=next_number(Meeting, "MT", entrustment.id),
        registrant_there={},
        manufacturer_there={},
        carried=[_carried(each) for each in _left_open(entrustment)],
        minutes=None,
        decisions=[],
        since=None,
        figures=[],
        called_by_id=by.id,
    )
    _put(meeting, called)
    start(meeting, CALL.event, actor=by)
    return meeting


def amend(meeting: Meeting, called: Called, *, by: Actor) -> None:
    """The other side is told; what each side said of who comes held for the day it was said for."""
    _put(meeting, called)
    tell(meeting, AMEND.event, actor=by)


def attend(meeting: Meeting, side: Side, there: Attendance, *, by: Actor) -> None:
    said = {
        "said_for": meeting.meets_on.isoformat(),
        "speaker": there.speaker,
        "name": there.name,
        "letter": there.letter,
        "why": there.why,
        "others": list(there.others),
    }
    if side is Side.REGISTRANT:
        meeting.registrant_there = said
    else:
        meeting.manufacturer_there = said
    ledger.write(meeting, ATTEND.event, by=by)


def follow(meeting: Meeting, said: Sequence[tuple[bool | None, str]], *, by: Actor) -> None:
    """Of each earlier decision, in their order: whether it is done, and a remark."""
    meeting.carried = [
        line | {"done": done, "remark": remark} for line, (done, remark) in zip(meeting.carried, said, strict=True)
    ]
    ledger.write(meeting, FOLLOW.event, by=by)


def write(
    meeting: Meeting, minutes: str, decisions: Sequence[Decision], *, reviews_indicators: bool, by: Actor
) -> None:
    """Where the indicators were not reviewed after all, what was judged of them is taken out."""
    meeting.minutes = minutes or None
    meeting.decisions = [
        {
            "text": each.text,
            "side": each.side,
            "owner": each.owner,
            "due_on": each.due_on.isoformat(),
            "answers": each.answers,
        }
        for each in decisions
    ]
    meeting.reviews_indicators = reviews_indicators
    if not reviews_indicators:
        meeting.since, meeting.figures = None, []
    ledger.write(meeting, WRITE.event, by=by)


def judge(meeting: Meeting, counted: Counted, judged: Mapping[str, Mapping[str, str]], *, by: Actor) -> None:
    """Put each figure down with the target and the verdict of both sides beside it: {"target", "verdict", "remark"}."""
    meeting.since = counted.since
    meeting.figures = [
        {"indicator": each, "figure": dict(counted.figures[each]), **judged[each]} for each in INDICATORS
    ]
    ledger.write(meeting, JUDGE.event, by=by)


def _put(meeting: Meeting, called: Called) -> None:
    meeting.meets_on, meeting.way, meeting.place = called.meets_on, called.way, called.place
    meeting.agenda, meeting.reviews_indicators = called.agenda, called.reviews_indicators


def _left_open(entrustment: Entrustment) -> list[dict[str, Any]]:
    """What the meeting before leaves open: it carried what the ones before it left."""
    wanted = select(Meeting).where(Meeting.entrustment_id == entrustment.id).order_by(Meeting.id.desc()).limit(1)
    before = session.scalars(wanted).first()
    return before.left_open if before else []


def _carried(decision: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: decision[name] for name in ("meeting", "text", "side", "owner", "due_on")}
    return kept | {"done": None, "remark": ""}
