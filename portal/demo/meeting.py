"""Meetings of the representatives in the demonstration world: one being minuted, or one held and signed by both."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from agreements.indicators import Figure, indicator
from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.facts.appointments import representative_on
from portal.facts.meetings import Counted, count, minutes_facts, to_count
from portal.identity import Actor
from portal.records.entrustment import Entrustment
from portal.records.meeting import Meeting
from portal.rooms.meetings import keeping
from portal.rooms.meetings.keeping import Attendance, Called, Decision
from workflows.engine import Side
from workflows.powers import Role

WRITES = {Side.REGISTRANT: Role.REGISTRANT_QUALITY_MANAGER, Side.MANUFACTURER: Role.MANUFACTURER_QUALITY_MANAGER}
# What the sides of the demonstration agreed on; of these two the less the better, in a hundred.
TARGETS = {"I-01": "≥ 90%", "I-02": "≤ 2%", "I-03": "≤ 2%", "I-05": "100%", "I-06": "100%", "I-07": "100%"}
AT_MOST = {"I-02": 2, "I-03": 2}
MONTH = timedelta(days=30)
MINUTES = "1. 通报本季度生产、放行和不合格情况。\n2. 逐项评审考核指标。\n3. 讨论供应商和人员安排（演示）。"


def make_meeting(
    org: dict[str, UUID], entrustment_id: UUID, registrant: str, manufacturer: str, *, reviews: bool = True
) -> UUID:
    """Held today and minuted; the manufacturer has yet to say who was there."""
    houses = {Side.REGISTRANT: registrant, Side.MANUFACTURER: manufacturer}
    with played_by(registrant, WRITES[Side.REGISTRANT], org) as by:
        called = Called(today(), "by_call", "", "1. 生产与放行情况\n2. 考核指标评审\n3. 其他", reviews)
        meeting_id = keeping.call_meeting(session.get_one(Entrustment, entrustment_id), called, by=by).id
    _attend(org, meeting_id, houses, Side.REGISTRANT)
    with played_by(registrant, WRITES[Side.REGISTRANT], org) as by:
        meeting = session.get_one(Meeting, meeting_id)
        move(meeting, "hold", by=by, facts=minutes_facts(meeting))
        _minute(meeting, by)
    return meeting_id


def hold_meeting(
    org: dict[str, UUID],
    entrustment_id: UUID,
    registrant: str,
    manufacturer: str,
    *,
    reviews: bool,
    absent: Mapping[Side, str],
) -> None:
    """From its call to the second signature within a day; ``absent`` says of a side why nobody spoke for it."""
    houses = {Side.REGISTRANT: registrant, Side.MANUFACTURER: manufacturer}
    meeting_id = make_meeting(org, entrustment_id, registrant, manufacturer, reviews=reviews)
    for side in houses:
        _attend(org, meeting_id, houses, side, absent.get(side, ""))
    with played_by(manufacturer, WRITES[Side.MANUFACTURER], org) as by:
        meeting = session.get_one(Meeting, meeting_id)
        keeping.follow(meeting, [(True, "已完成（演示）。")] * len(meeting.carried), by=by)
        session.flush()
        move(meeting, "put_up", by=by, facts=minutes_facts(meeting, to_count(meeting)))
    for house, name in ((registrant, "registrant_signs"), (manufacturer, "manufacturer_countersigns")):
        with played_by(house, Role.MANAGEMENT_REPRESENTATIVE, org) as by:
            meeting = session.get_one(Meeting, meeting_id)
            move(meeting, name, by=by, facts=minutes_facts(meeting))


def _attend(org: dict[str, UUID], meeting_id: UUID, houses: Mapping[Side, str], side: Side, absent: str = "") -> None:
    """The representative, whoever holds the post; a side whose post is vacant must say why nobody speaks for it."""
    with played_by(houses[side], WRITES[side], org) as by:
        meeting = session.get_one(Meeting, meeting_id)
        holder = representative_on(meeting.meets_on)
        if absent or holder is None:
            there = Attendance("neither", why=absent or "岗位空缺（演示）。", others=[by.name])
        else:
            there = Attendance("representative", holder.person_name, others=[by.name])
        keeping.attend(meeting, side, there, by=by)


def _minute(meeting: Meeting, by: Actor) -> None:
    counted = count(meeting) if meeting.reviews_indicators else None
    missed = list(_missed(counted)) if counted else []
    decisions = [
        Decision(
            "分析原因并提出改进措施，下次会议报告（演示）。", "manufacturer", "受托方质量负责人", today() + MONTH, each
        )
        for each in missed
    ] or [Decision("更新双方联络人名单（演示）。", "registrant", by.name, today() + MONTH, "")]
    keeping.write(meeting, MINUTES, decisions, reviews_indicators=meeting.reviews_indicators, by=by)
    session.flush()
    if counted:
        judged = {
            each: {"target": TARGETS.get(each, ""), "verdict": _verdict(each, figure), "remark": ""}
            for each, figure in counted.figures.items()
        }
        keeping.judge(meeting, counted, judged, by=by)


def _missed(counted: Counted) -> Iterator[str]:
    return (each for each, figure in counted.figures.items() if _verdict(each, figure) == "not_met")


def _verdict(name: str, figure: Figure) -> str:
    whole = figure.get("whole")
    if whole is None or not indicator(name).has_something(figure):
        return "not_judged"
    if name in AT_MOST:
        return "met" if figure["part"] * 100 <= whole * AT_MOST[name] else "not_met"
    return "met" if figure["part"] == whole else "not_met"
