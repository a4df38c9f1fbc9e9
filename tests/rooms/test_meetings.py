"""Meetings of the representatives: called, attended, minuted with figures of the records, signed, and followed up."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.duty import Duty
from portal.records.meeting import Meeting
from portal.records.notice import Notice
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.meeting import MEETING
from workflows.minuting import CALL

REPRESENTATIVE, PLANT_REPRESENTATIVE = "chengyue/management-representative", "hengrui/management-representative"
CHECKS = {check.code: check for move in (*MEETING.transitions, CALL) for check in move.checks}
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
DECISION = {"text": "Drill it.", "side": "manufacturer", "owner": "Li", "due_on": str(today()), "answers": "I-03"}
WRITTEN = {"minutes": "All was well.", "reviews_indicators": "y"}
CALLED = {"way": "in_person", "place": "Changzhou, room 2", "agenda": "Suppliers", "reviews_indicators": "y"}


@pytest.fixture
def at(world):
    return f"/meetings/{world.meeting}"


@pytest.fixture
def meeting(as_org, world):
    """The meeting as it stands in the books."""

    def _meeting(meeting_id=None):
        with desk.books(as_org):
            return session.get_one(Meeting, meeting_id or world.meeting)

    return _meeting


@pytest.fixture
def duties(as_org, world):
    """The two duties of the quarter as they stand, by rule: those met and those open."""

    def _duties():
        rules = ("representatives-meet", "indicators-reviewed")
        with desk.books(as_org):
            wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule.in_(rules))
            found = session.scalars(wanted.order_by(Duty.id)).all()
            return {rule: [each.standing.value for each in found if each.rule == rule] for rule in rules}

    return _duties


@pytest.fixture
def sign(seat, at):
    """The plant says who was there, the minutes are put up, and both sides sign."""

    def _sign(**there):
        seat(desk.PLANT_QUALITY).post(f"{at}/attendance", **({"speaker": "representative"} | there))
        assert seat(desk.QUALITY).post(f"{at}/put-up").status_code == 302
        assert seat(PLANT_REPRESENTATIVE).sign(f"{at}/manufacturer-signs").status_code == 302
        return seat(REPRESENTATIVE).sign(f"{at}/registrant-countersigns")

    return _sign


def made(answer):
    assert answer.status_code == 302, words(answer)
    return UUID(answer.headers["Location"].rsplit("/", 1)[1])


def test_minutes_that_both_signed_meet_both_duties_and_begin_the_next_quarter(as_org, world, sign, meeting, duties):
    assert duties() == {"representatives-meet": ["owed"], "indicators-reviewed": ["owed"]}

    assert sign().status_code == 302

    assert (meeting().state, meeting().signed_at is not None) == ("signed", True)
    assert duties() == {"representatives-meet": ["met", "owed"], "indicators-reviewed": ["met", "owed"]}
    assert {each.side for each in desk.signatures_of(as_org, world.meeting)} == {"registrant", "manufacturer"}


@ON_SQLITE
def test_without_the_representative_of_a_side_it_is_on_record_with_the_reason_and_meets_one_duty(
    sign, duties, seat, at
):
    assert sign(speaker="neither", why="In hospital.").status_code == 302

    assert duties() == {"representatives-meet": ["owed"], "indicators-reviewed": ["met", "owed"]}
    assert "In hospital." in words(seat(desk.QUALITY).get(at))


@ON_SQLITE
def test_one_signature_meets_nothing_and_binds_nobody_once_the_minutes_are_amended(seat, at, meeting, duties):
    seat(desk.PLANT_QUALITY).post(f"{at}/attendance", speaker="representative")
    seat(desk.PLANT_QUALITY).post(f"{at}/put-up")
    seat(REPRESENTATIVE).sign(f"{at}/registrant-signs")
    assert seat(desk.QUALITY).get(f"{at}/minutes").status_code == 409

    assert seat(desk.PLANT_QUALITY).post(f"{at}/take-back", reason="A decision is missing.").status_code == 302

    assert meeting().state == "held"
    assert "Nobody has signed it yet." in words(seat(desk.QUALITY).get(at))
    assert duties() == {"representatives-meet": ["owed"], "indicators-reviewed": ["owed"]}


@ON_SQLITE
def test_minutes_are_not_put_up_before_both_sides_said_who_was_there(seat, at):
    page = words(seat(desk.QUALITY).get(f"{at}/put-up"))

    assert desk.names(page, CHECKS["manufacturer-attendance"])
    assert "1 not met" in page


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "Say who speaks for your side."),
        ({"speaker": "neither"}, "Say why neither the representative nor a deputy is there."),
        ({"speaker": "deputy", "letter": "QA-7"}, "Say who the deputy is."),
        ({"speaker": "deputy"}, "Name the letter by which the representative appointed the deputy."),
    ],
)
def test_a_side_that_leaves_out_who_was_there_or_why_not_is_asked_for_it(seat, at, meeting, given, says):
    answer = seat(desk.PLANT_QUALITY).post(f"{at}/attendance", **given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert meeting().manufacturer_there == {}


@ON_SQLITE
def test_a_deputy_counts_when_the_representative_appointed_them_and_nobody_does_while_the_post_is_vacant(
    seat, world, at, meeting
):
    deputy = str(world.person[desk.PLANT_QUALITY])
    given = {"speaker": "deputy", "deputy": deputy, "letter": "QA-7 of 1 November"}
    assert seat(desk.PLANT_QUALITY).post(f"{at}/attendance", **given).status_code == 302
    assert meeting().marks["representatives"] == "both"

    sql(
        "UPDATE appointment SET since = :ahead, version = version + 1, "
        "last_event_id = (SELECT MAX(id) FROM ledger_event) "
        "WHERE owner_id = :plant AND post = 'management_representative'",
        ahead=stored(today() + timedelta(days=1)),
        plant=stored(world.org["hengrui"]),
    )
    answer = seat(desk.PLANT_QUALITY).post(f"{at}/attendance", **given)

    assert answer.status_code == 422
    assert "nobody holds the post of management representative" in words(answer)


@ON_SQLITE
def test_figures_say_what_they_were_counted_from_and_never_a_share_of_nothing(seat, world, at, meeting):
    figures = {each["indicator"]: each["figure"] for each in meeting().figures}

    assert figures["I-01"] == {"part": 1, "whole": 2}
    assert figures["I-02"] == {"part": 0, "whole": 1}
    assert figures["I-05"] == {"part": 1, "whole": 1}
    assert figures["I-06"] == {"part": 0, "whole": 0, "late": 0, "breached": 0}
    assert figures["I-08"] == {"part": 1}
    assert "nothing to count" in words(seat(desk.QUALITY).get(at))

    answer = seat(desk.QUALITY).post(f"{at}/indicators", **{"I-06-verdict": "met"})
    assert answer.status_code == 302
    page = words(seat(desk.QUALITY).get(f"{at}/put-up"))
    assert desk.names(page, CHECKS["indicators-counted"])
    assert "1, the first: I-06." in page


@ON_SQLITE
def test_an_indicator_that_is_not_met_needs_a_decision_that_answers_it(seat, at):
    seat(desk.PLANT_QUALITY).post(f"{at}/attendance", speaker="representative")
    seat(desk.PLANT_QUALITY).post(f"{at}/indicators", **{"I-03-verdict": "not_met"})
    page = words(seat(desk.QUALITY).get(f"{at}/put-up"))
    assert desk.names(page, CHECKS["indicators-answered"])

    given = {f"decision-1-{name}": value for name, value in DECISION.items()}
    assert seat(desk.QUALITY).post(f"{at}/minutes", **WRITTEN | given).status_code == 302
    assert seat(desk.QUALITY).post(f"{at}/put-up").status_code == 302


@ON_SQLITE
def test_figures_that_moved_after_they_were_judged_are_judged_again_before_anybody_signs(seat, world, at):
    seat(desk.PLANT_QUALITY).post(f"{at}/attendance", speaker="representative")
    seen = hidden_fields(seat(desk.QUALITY).get(f"{at}/indicators").text)["seen_figures"]
    sql(
        "UPDATE batch SET scrapped = scrapped + 1, passed = passed - 1, version = version + 1, "
        "last_event_id = (SELECT MAX(id) FROM ledger_event) WHERE id = :id",
        id=stored(world.batch["marketing_released"]),
    )

    assert desk.names(words(seat(desk.QUALITY).get(f"{at}/put-up")), CHECKS["figures-current"])
    assert seat(desk.QUALITY).post(f"{at}/indicators", seen_figures=seen).status_code == 409
    assert seat(desk.QUALITY).post(f"{at}/indicators").status_code == 302
    assert seat(desk.QUALITY).post(f"{at}/put-up").status_code == 302


@ON_SQLITE
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"decision-1-text": "Do it."}, "Name the person."),
        ({"decision-1-owner": "Li"}, "Say what is decided."),
        ({"decision-1-text": "Do it.", "decision-1-due_on": "2020-01-01"}, "Give a day from that of the meeting on"),
        ({"decision-1-text": "Do it.", "minutes": ""}, "Write the minutes."),
    ],
)
def test_half_a_decision_is_refused_at_its_field_and_everything_typed_is_kept(seat, at, meeting, given, says):
    answer = seat(desk.QUALITY).post(f"{at}/minutes", **WRITTEN | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert all(typed in answer.text for typed in given.values())
    assert meeting().version == 5


@ON_SQLITE
def test_what_was_decided_stands_on_the_next_meeting_until_somebody_says_that_it_is_done(
    seat, world, at, sign, meeting
):
    new = f"/entrustments/{world.entrustment}/meetings/new"
    refused = seat(desk.PLANT_QUALITY).get(new)
    assert refused.status_code == 409
    assert desk.names(words(refused), CHECKS["no-meeting-underway"])
    sign()
    (decided,) = meeting().decisions

    second = made(seat(desk.PLANT_QUALITY).post(new, meets_on=str(today()), **CALLED))
    (carried,) = meeting(second).carried
    assert (carried["text"], carried["meeting"], carried["done"]) == (decided["text"], meeting().number, None)
    assert decided["text"] in words(seat(desk.QUALITY).get(f"/meetings/{second}"))
    seat(desk.QUALITY).post(f"/meetings/{second}/hold")
    assert desk.names(words(seat(desk.QUALITY).get(f"/meetings/{second}/put-up")), CHECKS["decisions-followed"])

    still = {"earlier-0-done": "no", "earlier-0-remark": "Supplier late."}
    assert seat(desk.PLANT_QUALITY).post(f"/meetings/{second}/earlier-decisions", **still).status_code == 302
    seat(desk.QUALITY).post(f"/meetings/{second}/leave", reason="We disagree on the minutes.")
    third = made(seat(desk.QUALITY).post(new, meets_on=str(today()), **CALLED))
    assert [each["text"] for each in meeting(third).carried] == [decided["text"]]


@ON_SQLITE
def test_the_other_side_is_told_of_a_call_and_of_a_change_and_a_meeting_ahead_is_not_held_yet(
    seat, as_org, world, at, sign, meeting
):
    sign()
    ahead = today() + timedelta(days=9)
    new = f"/entrustments/{world.entrustment}/meetings/new"
    assert "Say where they meet." in words(seat(desk.QUALITY).post(new, meets_on=str(ahead), **CALLED | {"place": ""}))
    second = made(seat(desk.QUALITY).post(new, meets_on=str(ahead), **CALLED))
    there = f"/meetings/{second}"
    seat(desk.PLANT_QUALITY).post(f"{there}/attendance", speaker="representative")
    seat(desk.QUALITY).post(f"{there}/call", meets_on=str(ahead + timedelta(days=1)))

    assert desk.names(words(seat(desk.QUALITY).get(f"{there}/hold")), CHECKS["meeting-day-reached"])
    assert meeting(second).said_by("manufacturer") is None
    with desk.books(as_org):
        heard = session.scalars(
            select(Notice.detail).where(Notice.about_id == second, Notice.for_id == world.org["hengrui"])
        )
        assert set(heard) == {"meeting.called", "meeting.amended"}
    assert seat(desk.PLANT_QUALITY).post(f"{there}/cancel", reason="Both are travelling.").status_code == 302
    assert meeting(second).cancelled_at is not None


@ON_SQLITE
def test_the_first_page_the_history_and_the_authority_know_of_it_and_a_rival_finds_nothing(seat, world, at, told):
    before = told()

    assert "meeting MT-" in words(seat(desk.PLANT_QUALITY).get("/"))
    history = words(seat("jiangsu/authority-inspector").get(at))
    assert "Indicators judged" in history
    assert "can no longer be read" not in history
    assert "meeting.read" in str(told())
    assert "meeting.read" not in str(before)
    assert seat("lantai/management-representative").get(at).status_code == 404
    assert (
        seat("lantai/management-representative").get(f"/entrustments/{world.entrustment}/meetings").status_code == 404
    )
