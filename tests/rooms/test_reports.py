"""Roster, presence and daily report of a resident, and what comes of an observation."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from agreements.sources import cite
from portal.db import session, today
from portal.records.batch import Nonconformity
from portal.records.report import Observation
from tests.breaking import break_in
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.rooms import resident_desk as residents
from tests.stage import sql, stored
from workflows.attendance import NOT_THERE, OWN
from workflows.daily_report import STILL_DRAFTED, TRUE_AND_TIMELY

ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def door(world):
    return f"/postings/{world.posting}/reports/new"


@pytest.fixture
def presence(world):
    return f"/postings/{world.posting}/presence"


@pytest.fixture
def drafted(seat, door):
    answer = seat(residents.RESIDENT).post(door, **typed())
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def typed(**given):
    said = {"day": today().isoformat(), "key_links": "清洗", "batches": "B2611-01", "remarks": "Twenty pieces checked."}
    return said | {"handover": "Look at batch one.", "observation": "", "observed_on": "", "then": ""} | given


def observation(as_org):
    with desk.books(as_org):
        return session.scalars(select(Observation).order_by(Observation.id.desc())).first()


def test_the_report_of_the_day_is_drafted_and_signed_and_read_by_both_parties(seat, as_org, world, door):
    resident = seat(residents.RESIDENT)
    page = resident.get(door).text
    assert 'value="B2611-01" checked' in " ".join(page.split())

    answer = resident.post(door, **typed(then="sign"))
    place = answer.headers["Location"].removesuffix("/sign")
    assert answer.headers["Location"].endswith("/sign")
    assert resident.sign(f"{place}/sign").status_code == 302

    found = residents.newest(as_org, "report", world.entrustment)
    (signature,) = desk.signatures_of(as_org, found.id)
    assert (found.state, found.day, found.key_links, found.batches) == ("signed", today(), ["清洗"], ["B2611-01"])
    assert signature.person_id == world.person[residents.RESIDENT]
    assert desk.events_of(as_org, found) == ["daily_report.signed", "daily_report.drafted"]
    for who in (residents.PLANT_QUALITY, residents.QUALITY, "jiangsu/authority-inspector"):
        assert "Look at batch one." in words(seat(who).get(place))


@ON_EITHER_ENGINE_THE_SAME
def test_home_asks_for_the_report_of_today_and_then_for_its_signature(seat, door):
    resident = seat(residents.RESIDENT)
    assert f'href="{door}"' in resident.get("/").text

    resident.post(door, **typed())

    assert f'href="{door}"' not in resident.get("/").text
    assert "Sign the report: daily report of" in words(resident.get("/"))


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("day", "says"), [(1, "This day has not come yet"), (-400, "On this day nobody was posted"), (None, "Not a date")]
)
def test_a_day_that_cannot_be_is_refused_at_its_field_with_the_rule_and_everything_typed_is_kept(
    seat, as_org, world, door, day, says
):
    given = "tomorrow" if day is None else (today() + timedelta(days=day)).isoformat()

    answer = seat(residents.RESIDENT).post(door, **typed(day=given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert "Twenty pieces checked." in answer.text
    if day == 1:
        assert cite(TRUE_AND_TIMELY, "en") in words(answer)
    assert residents.newest(as_org, "report", world.entrustment) is None


@ON_EITHER_ENGINE_THE_SAME
def test_a_day_has_one_report(seat, door, drafted):
    answer = seat(residents.RESIDENT).post(door, **typed(remarks="Another one."))

    assert answer.status_code == 422
    assert "There is a report of" in words(answer)
    assert "Another one." in answer.text


@ON_EITHER_ENGINE_THE_SAME
def test_a_draft_is_written_on_and_what_is_signed_is_not(seat, as_org, world, drafted):
    resident = seat(residents.RESIDENT)
    page = hidden_fields(resident.get(f"{drafted}/edit").text)
    assert resident.post(f"{drafted}/edit", **typed(remarks="Thirty pieces.")).status_code == 302
    assert resident.client.post(f"{drafted}/edit", data=page | typed(remarks="stale")).status_code == 409
    resident.sign(f"{drafted}/sign")

    answer = resident.post(f"{drafted}/edit", page="/find", **typed(remarks="Afterwards."))

    assert answer.status_code == 409
    assert desk.names(words(answer), STILL_DRAFTED)
    assert residents.newest(as_org, "report", world.entrustment).remarks == "Thirty pieces."


@ON_EITHER_ENGINE_THE_SAME
def test_a_report_that_says_nothing_is_not_signed(seat, door):
    given = {name: value for name, value in typed(remarks="").items() if name != "key_links"}
    place = seat(residents.RESIDENT).post(door, **given).headers["Location"]

    answer = seat(residents.RESIDENT).get(f"{place}/sign")

    assert answer.status_code == 409
    assert "The report says which key links were supervised, or why none was." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_nobody_else_reports_or_signs(seat, world, door, drafted):
    assert seat(residents.QUALITY).get(door).status_code == 403
    assert seat(residents.REPRESENTATIVE).get(f"{drafted}/sign").status_code == 403
    assert seat("lantai/resident-supervisor").get(drafted).status_code == 404
    assert seat("lantai/resident-supervisor").get(door).status_code == 404
    _post_somebody_else(world)
    assert seat(residents.RESIDENT).get(f"{drafted}/sign").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_the_hand_over_of_the_last_report_meets_the_next_one(seat, door, drafted):
    resident = seat(residents.RESIDENT)
    assert "Look at batch one." not in words(resident.get(door))
    resident.sign(f"{drafted}/sign")

    assert "Look at batch one." in words(resident.get(door))


def test_an_observation_becomes_a_nonconformity_with_one_move_and_the_batch_waits(seat, as_org, world, door):
    resident, batch = seat(residents.RESIDENT), world.batch["opened"]
    place = resident.post(door, **typed(observation="A torn bag.", observed_on=str(batch))).headers["Location"]
    found = observation(as_org)
    assert residents.newest(as_org, "report", world.entrustment).noted_hash
    raise_it = f"/observations/{found.id}/nonconformity"
    assert raise_it in resident.get(place).text

    answer = resident.post(raise_it, page=place)

    assert answer.status_code == 302
    found = observation(as_org)
    with desk.books(as_org):
        raised = session.get_one(Nonconformity, found.nonconformity_id)
        assert (raised.title, raised.batch_id, raised.state) == ("A torn bag.", batch, "raised")
    assert answer.headers["Location"] == f"/nonconformities/{raised.id}"
    assert desk.events_of(as_org, found) == ["observation.raised", "observation.noted"]
    assert resident.post(raise_it, page=place).status_code == 409
    assert raise_it not in resident.get(place).text


@ON_EITHER_ENGINE_THE_SAME
def test_an_observation_of_no_batch_or_by_the_plant_raises_nothing(seat, as_org, world, door):
    seat(residents.RESIDENT).post(door, **typed(observation="The gate stood open."))
    raise_it = f"/observations/{observation(as_org).id}/nonconformity"

    assert seat(residents.RESIDENT).post(raise_it).status_code == 409
    assert seat(desk.CLERK).post(raise_it).status_code == 403
    assert seat("lantai/resident-supervisor").post(raise_it).status_code == 404


def test_arrival_and_departure_are_noted_once_each(seat, as_org, world, presence):
    resident = seat(residents.RESIDENT)
    assert resident.post(presence, place="workshop 2").status_code == 302
    assert resident.post(presence, page="/find", doing="arrive", place="x").status_code == 409
    assert desk.names(words(resident.post(presence, page="/find", doing="arrive", place="x")), NOT_THERE)
    assert "workshop 2" in words(seat(residents.PLANT_QUALITY).get(f"/entrustments/{world.entrustment}/supervision"))

    assert resident.post(presence).status_code == 302

    rows = sql("SELECT place, left_at IS NOT NULL FROM presence WHERE place = 'workshop 2'")
    assert [tuple(row) for row in rows] == [("workshop 2", True)]


@ON_EITHER_ENGINE_THE_SAME
def test_presence_asks_where_and_is_ones_own(seat, world, presence):
    assert "Say where you are" in words(seat(residents.RESIDENT).post(presence, place=" "))
    assert seat(residents.QUALITY).get(presence).status_code == 403
    _post_somebody_else(world)
    assert desk.names(words(seat(residents.RESIDENT).get(presence)), OWN)


def test_whoever_is_away_without_a_stand_in_supervises_nothing(seat, as_org, world):
    door, day = f"/postings/{world.posting}/roster", today().isoformat()
    quality = seat(residents.QUALITY)

    answer = quality.post(door, plan="away", since=day, until=day, standing_in="", note="ill")

    assert answer.status_code == 302
    page = words(quality.get(answer.headers["Location"]))
    assert "nobody stands in" in page
    assert "neither a resident nor an exception" in page
    assert desk.facts_for(world, world.batch["recorded"], desk.PLANT_RELEASE).days_alone == 1
    quality.post(door, plan="on_site", since=day, until=day, standing_in="", note="")
    assert desk.facts_for(world, world.batch["recorded"], desk.PLANT_RELEASE).days_alone == 0


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"plan": ""}, "Choose whether the person"),
        ({"since": "2020-01-01"}, "the roster lies within it"),
        ({"until": "2099-01-01"}, "the roster lies within it"),
        ({"standing_in": "nobody"}, "Choose somebody who is posted here."),
    ],
)
def test_a_wrong_roster_is_refused_at_its_field(seat, world, given, says):
    day = today().isoformat()
    right = {"plan": "away", "since": day, "until": day, "standing_in": "", "note": "kept"}

    answer = seat(residents.QUALITY).post(f"/postings/{world.posting}/roster", **right | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert "kept" in answer.text


def _post_somebody_else(world):
    break_in("posting")
    given = {"id": stored(world.posting), "other": stored(world.person[residents.QUALITY])}
    sql("UPDATE posting SET person_id = :other WHERE id = :id", **given)
