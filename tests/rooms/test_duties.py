"""Duties: begun by what happens, by when they must be met, shown to be met, and what a breach holds up."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from agreements.duty_rules import duty_rule
from portal import ledger
from portal.db import CHINA, now, session
from portal.demo.hands import played_by
from portal.docket import due_under
from portal.facts.duties import recount
from portal.records.duty import Duty
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from workflows.duty import MINE, SHOWN_BY_PEOPLE, STILL_OPEN
from workflows.powers import Role
from workflows.releasing import DUTIES_KEPT

COMPLAINT = "complaint-acknowledged"
BY_AGREEMENT = {"yearly-audit", "joint-review", "representatives-meet", "indicators-reviewed"}


def typed(moment):
    return f"{moment.astimezone(CHINA):%Y-%m-%dT%H:%M}"


@pytest.fixture
def docket(world):
    return f"/entrustments/{world.entrustment}/duties"


@pytest.fixture
def duty_of(as_org, world):
    """The newest duty of a kind in the entrustment, as it stands in the books."""

    def _of(rule):
        with desk.books(as_org):
            wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule == rule)
            return session.scalars(wanted.order_by(Duty.id.desc())).first()

    return _of


@pytest.fixture
def call(seat, docket):
    """Somebody of the registrant passes a complaint on, or begins another duty."""

    def _call(who=desk.QUALITY, **given):
        at = typed(now() - timedelta(hours=3))
        return seat(who).post(
            f"{docket}/new", **{"rule": COMPLAINT, "happening": "A plate broke.", "started_at": at} | given
        )

    return _call


def put_back(world, rule, **changes):
    """Let a duty lie further back than anything in the demonstration does."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        wanted = select(Duty).where(Duty.entrustment_id == world.entrustment, Duty.rule == rule)
        duty = session.scalars(wanted.order_by(Duty.id.desc())).first()
        for name, value in changes.items():
            setattr(duty, name, value)
        ledger.write(duty, "duty.recounted", by=by)


def test_the_two_signatures_under_the_quality_agreement_begin_what_it_asks_for(as_org, world):
    with desk.books(as_org):
        duties = session.scalars(select(Duty).where(Duty.entrustment_id == world.entrustment)).all()
        told = {each.last_event_id: ledger.entry(each.last_event_id) for each in duties}

    assert {each.rule for each in duties if each.is_open} == BY_AGREEMENT | {COMPLAINT, "capa-action"}
    assert {each.event for each in told.values()} == {
        "agreement.signed",
        "audit.reported",
        "audit_finding.closed",
        "capa_action.planned",
        "duty.begun",
        "entrustment.registrant-reported",
        "entrustment.manufacturer-reported",
        "transfer_gap.closed",
    }


@pytest.mark.parametrize("who", [desk.QUALITY, desk.PLANT_QUALITY, desk.CLERK, "jiangsu/authority-inspector"])
def test_both_sides_and_their_authority_read_the_docket(seat, docket, who):
    page = words(seat(who).get(docket))

    assert "Yearly on-site audit of the manufacturer's quality system" in page
    assert "NMPA Notice 2022 No. 20" in page


def test_a_rival_at_the_same_plant_finds_neither_the_docket_nor_a_duty_of_it(seat, docket, duty_of):
    rival = seat("lantai/registrant-quality-manager")

    assert rival.get(docket).status_code == 404
    assert rival.get(f"/duties/{duty_of('yearly-audit').id}").status_code == 404


def test_what_only_people_know_of_is_begun_by_hand_and_waits_for_the_side_that_owes_it(seat, call, duty_of):
    answer = call()

    duty = duty_of(COMPLAINT)
    assert answer.status_code == 302
    assert (duty.owes, duty.happening, duty.standing) == ("manufacturer", "A plate broke.", "owed")
    assert f"{duty.due_at.astimezone(CHINA):%H:%M}" == "00:00"
    mine, theirs = words(seat(desk.PLANT_QUALITY).get("/")), words(seat(desk.QUALITY).get("/"))
    assert "Confirm receipt of a complaint" in mine
    assert "Confirm receipt of a complaint" in theirs


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"rule": ""}, "Choose what happened."),
        ({"rule": "yearly-audit"}, "Not a valid choice"),
        ({"happening": " "}, "Say what happened."),
        ({"started_at": ""}, "Say when, to the minute."),
        ({"started_at": "tomorrow"}, "Not a moment; write day and time"),
        ({"started_at": typed(now() + timedelta(days=1))}, "This moment has not come yet."),
        ({"due_at": typed(now() + timedelta(days=9))}, "The deadline is counted: it ends on"),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(call, duty_of, given, says):
    answer = call(**{"happening": "A plate broke in surgery."} | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("A plate broke in surgery." in answer.text) is ("happening" not in given)
    assert duty_of(COMPLAINT).happening != "A plate broke in surgery."


def test_it_is_met_by_the_side_that_owes_it_with_what_shows_it(seat, as_org, call, duty_of):
    call()
    at = f"/duties/{duty_of(COMPLAINT).id}"
    plant = seat(desk.PLANT_QUALITY)
    met_at = typed(now() - timedelta(hours=1))

    answer = plant.post(
        f"{at}/met", **hidden_fields(plant.get(f"{at}/met").text), met_at=met_at, evidence="Receipt 7.", file=desk.pdf()
    )

    duty = duty_of(COMPLAINT)
    page = words(plant.get(at))
    assert answer.status_code == 302
    assert (duty.standing, duty.evidence, duty.file_id is not None) == ("met", "Receipt 7.", True)
    assert desk.events_of(as_org, duty) == ["duty.met", "duty.begun"]
    assert "Met in time" in page
    assert "paper.pdf" in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"met_at": typed(now() - timedelta(days=2))}, "it cannot have been met before"),
        ({"met_at": typed(now() + timedelta(days=2))}, "This moment has not come yet."),
        ({"evidence": ""}, "Say what shows that the duty was met."),
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
def test_it_is_not_met_before_it_began_nor_ahead_of_time_nor_by_nothing(seat, call, duty_of, given, says):
    call()
    at = f"/duties/{duty_of(COMPLAINT).id}/met"
    plant = seat(desk.PLANT_QUALITY)

    answer = plant.post(
        at, **hidden_fields(plant.get(at).text) | {"met_at": typed(now()), "evidence": "Receipt 7."} | given
    )

    assert answer.status_code == 422
    assert says in words(answer)
    assert duty_of(COMPLAINT).is_open


def test_the_other_side_cannot_say_that_a_duty_is_met_and_nobody_can_twice(seat, call, duty_of):
    call()
    at = f"/duties/{duty_of(COMPLAINT).id}/met"
    plant = seat(desk.PLANT_QUALITY)

    refused = seat(desk.QUALITY).get(at)
    done = {"met_at": typed(now()), "evidence": "Receipt 7."} | hidden_fields(plant.get(at).text)
    plant.post(at, **done)
    again = plant.get(at)

    assert refused.status_code == 409
    assert desk.names(words(refused), MINE)
    assert again.status_code == 409
    assert desk.names(words(again), STILL_OPEN)


def test_what_a_signed_meeting_meets_nobody_shows_by_hand(seat, duty_of):
    answer = seat(desk.PLANT_QUALITY).get(f"/duties/{duty_of('representatives-meet').id}/met")

    assert answer.status_code == 409
    assert desk.names(words(answer), SHOWN_BY_PEOPLE)


def test_a_breached_audit_holds_up_the_marketing_release_and_says_so_until_it_is_held(seat, as_org, world):
    batch = world.batch["production_released"]
    desk.review_all(world, batch)
    put_back(world, "yearly-audit", started_at=now() - timedelta(days=400), due_at=now() - timedelta(days=35))

    answer = seat(desk.RELEASE).get(f"/batches/{batch}/release-marketing")

    assert answer.status_code == 409
    assert desk.names(words(answer), DUTIES_KEPT)
    assert "Breached: 1. The first is QA-23" in words(answer)
    assert "1 is breached" in words(seat(desk.QUALITY).get(f"/entrustments/{world.entrustment}"))
    assert desk.batch_of(as_org, batch).state == "production_released"

    put_back(world, "yearly-audit", met_at=now())
    assert seat(desk.RELEASE).sign(f"/batches/{batch}/release-marketing").status_code == 302


def test_days_are_those_of_beijing_wherever_the_moment_was_noted():
    in_greenwich = datetime(2026, 3, 1, 17, tzinfo=UTC)

    assert due_under(duty_rule("AE-01"), in_greenwich).at == datetime(2026, 3, 10, tzinfo=CHINA)


def test_a_provisional_day_is_counted_anew_once_the_year_is_published(world, duty_of, call):
    call()
    put_back(world, COMPLAINT, provisional=True, due_at=now() + timedelta(days=99))

    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        changed = [each.rule for each in recount(by=by)]

    assert changed == [COMPLAINT]
    assert duty_of(COMPLAINT).due_at < now() + timedelta(days=20)


def test_the_docket_can_be_narrowed_to_what_stands_how(seat, docket, world):
    put_back(world, "representatives-meet", started_at=now() - timedelta(days=400), due_at=now() - timedelta(days=35))
    plant = seat(desk.PLANT_QUALITY)

    breached = words(plant.get(f"{docket}?standing=breached&owes=both"))
    met = words(plant.get(f"{docket}?standing=met"))

    assert "Quarterly meeting of the two management representatives" in breached
    assert "Quarterly joint review" not in breached
    assert "Report the entrustment to the provincial authority" in met
