"""/entrustments/<id>/postings/new, /postings/<id>, and its moves."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm.exc import StaleDataError

from agreements.sources import cite
from portal.db import now, session, today
from portal.demo.cast import HOUSES
from portal.demo.relations import Venture, entrust
from portal.records.moving import Move
from portal.records.resident import Posting, elsewhere
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms import resident_desk as residents
from tests.stage import sql, stored
from workflows.posting import DUTIES, ONE_PLACE, POST_STAFF, QUALITY

ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def door(world):
    return f"/entrustments/{world.entrustment}/postings/new"


@pytest.fixture
def proposed(seat, as_org, world, door):
    """A posting that the quality manager proposed after the last one was ended."""
    residents.end_posting(world)
    answer = seat(residents.QUALITY).post(door, **residents.planned(world))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_somebody_is_proposed_with_the_duties_of_the_agreement_and_posted_with_a_signature(
    seat, as_org, world, proposed
):
    found = residents.newest(as_org, "posting", world.entrustment)
    assert (found.state, found.key_links, found.site_name) == (
        "proposed",
        ["cleaning", "final inspection"],
        "常州武进工厂",
    )
    assert found.duties.startswith("生产植入性医疗器械期间")
    assert not found.counts_on(today())

    assert seat(residents.REPRESENTATIVE).sign(f"{proposed}/post").status_code == 302

    found = residents.newest(as_org, "posting", world.entrustment)
    (signature,) = desk.signatures_of(as_org, found.id)
    assert found.state == "posted"
    assert found.counts_on(today())
    assert "duties that the quality agreement lays down" in signature.meaning
    assert desk.events_of(as_org, found) == ["posting.posted", "posting.proposed"]


@ON_EITHER_ENGINE_THE_SAME
def test_both_parties_and_the_authority_read_it(seat, world):
    for who in (residents.PLANT_QUALITY, residents.QUALITY, "jiangsu/authority-inspector"):
        page = words(seat(who).get(f"/postings/{world.posting}"))
        assert "常州武进工厂" in page
        assert "植入物机加工与清洗六年" in page


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"person": ""}, "Choose the person"),
        ({"person": str(uuid4())}, "Choose one of your own resident supervisors."),
        ({"since": "2020-01-01"}, "A posting begins today or later"),
        ({"since": "soon"}, "Not a date"),
        ({"until": "2020-01-01"}, "This is before the first day"),
        ({"key_links": " "}, "Name at least one key link"),
        ({"production_experience": ""}, "Say which experience in production"),
        ({"quality_experience": ""}, "Say which experience in quality"),
        ({"file": ""}, "Choose the file that proves the experience."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, as_org, world, door, given, says):
    residents.end_posting(world)

    answer = seat(residents.QUALITY).post(door, **residents.planned(world, **given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("Six years of machining." in answer.text) is ("production_experience" not in given)
    assert residents.newest(as_org, "posting", world.entrustment).id == world.posting


@pytest.fixture
def second_place(app, world):
    """Lantai, whose resident is at Changzhou, also entrusts a plant at Changsha."""
    anhe = stored(world.org["anhe"])
    tables = ("site", "production_licence", "inspection", "credit_statement")
    plant = [UUID(str(sql(f"SELECT id FROM {each} WHERE owner_id = :anhe", anhe=anhe)[0][0])) for each in tables]
    with app.app_context():
        venture = Venture("lantai", "anhe", "骨科外固定支架", "13-01-05", "0523")
        return entrust(world.org, venture, tuple(plant))["entrustment"]


def test_nobody_is_proposed_for_two_places_at_once_and_the_registrant_is_told_where(seat, world, second_place):
    given = residents.planned(world, person=str(world.person["lantai/resident-supervisor"]))

    answer = seat("lantai/registrant-quality-manager").post(f"/entrustments/{second_place}/postings/new", **given)

    assert answer.status_code == 422
    assert "The person is posted at 常州武进工厂" in words(answer)
    assert cite(POST_STAFF, "en") in words(answer)
    assert "Six years of machining." in answer.text


def test_whoever_was_posted_elsewhere_meanwhile_is_not_posted_and_no_plant_learns_of_another(seat, world, second_place):
    quality = seat("lantai/registrant-quality-manager")
    break_in("posting")
    sql("UPDATE posting SET state = 'proposed' WHERE id = :id", id=stored(world.rival_posting))
    given = residents.planned(world, person=str(world.person["lantai/resident-supervisor"]))
    place = quality.post(f"/entrustments/{second_place}/postings/new", **given).headers["Location"]
    sql("UPDATE posting SET state = 'posted' WHERE id = :id", id=stored(world.rival_posting))

    answer = quality.get(f"{place}/post")

    assert answer.status_code == 409
    assert desk.names(words(answer), ONE_PLACE)
    assert "Another posting runs at the same time" in words(answer)
    assert "常州" not in words(seat("anhe/management-representative").get(place)).replace(HOUSES["anhe"].name, "")


def test_of_two_who_post_one_person_at_the_same_moment_the_second_finds_the_first(world, second_place):
    """What was weighed before the other one committed is asked once more behind the person's row."""
    with acting_for(world.org["lantai"]), pytest.raises(StaleDataError):
        rival = session.get_one(Posting, world.rival_posting)
        late = Posting(
            id=uuid4(),
            entrustment_id=second_place,
            person_id=rival.person_id,
            site_id=uuid4(),
            since=rival.since,
            until=rival.until,
        )
        late.took(Move("post", now(), rival.person_id))


@pytest.mark.parametrize(
    ("changes", "clashes"),
    [
        ({}, True),
        ({"site_id": "here"}, False),
        ({"site_id": "here", "entrustment_id": "this"}, True),
        ({"person_id": "another"}, False),
        ({"since": date(2026, 12, 31)}, True),
        ({"since": date(2027, 1, 1), "until": date(2027, 2, 1)}, False),
    ],
)
def test_one_person_is_in_one_place_at_a_time(changes, clashes):
    other = {"person_id": "p", "entrustment_id": "other", "site_id": "there"}
    days = {"since": date(2026, 11, 1), "until": date(2026, 12, 31)}
    posting = SimpleNamespace(**(other | days | changes))

    found = elsewhere(
        "p", date(2026, 12, 1), date(2026, 12, 31), entrustment_id="this", site_id="here", among=[posting]
    )

    assert bool(found) is clashes


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(("column", "check"), [("quality_experience", QUALITY), ("duties", DUTIES)])
def test_without_experience_or_agreed_duties_nobody_is_posted(seat, world, proposed, column, check):
    break_in("posting")
    sql(f"UPDATE posting SET {column} = ''")

    answer = seat(residents.QUALITY).get(f"{proposed}/post")

    assert answer.status_code == 409
    assert desk.names(words(answer), check)


@ON_EITHER_ENGINE_THE_SAME
def test_without_a_signed_quality_agreement_nobody_is_proposed(seat, world):
    answer = seat(residents.QUALITY).get(f"/entrustments/{world.eligible}/postings/new")

    assert answer.status_code == 409
    assert desk.names(words(answer), DUTIES)


@ON_EITHER_ENGINE_THE_SAME
def test_the_plant_posts_and_ends_nothing(seat, world, proposed, door):
    representative = seat(residents.PLANT_REPRESENTATIVE)

    assert representative.get(door).status_code == 403
    for move in ("post", "end"):
        assert representative.get(f"{proposed}/{move}").status_code == 409
        assert seat(residents.PLANT_QUALITY).get(f"{proposed}/{move}").status_code == 403


@ON_EITHER_ENGINE_THE_SAME
def test_ending_needs_a_reason_and_today_still_counts(seat, as_org, world):
    quality, place = seat(residents.QUALITY), f"/postings/{world.posting}"

    assert quality.post(f"{place}/end", reason=" ").status_code == 422
    assert quality.post(f"{place}/end", reason="Came home.").status_code == 302

    found = residents.newest(as_org, "posting", world.entrustment)
    assert found.state == "ended"
    assert found.counts_on(today())
    assert not found.counts_on(today() + timedelta(days=1))
    assert not found.counts_on(today() - timedelta(days=1))


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("who", ["lantai/registrant-quality-manager", "qihe/resident-supervisor"])
def test_a_rival_at_the_same_plant_cannot_tell_that_it_exists(seat, world, who):
    found, missing = seat(who).get(f"/postings/{world.posting}"), seat(who).get(f"/postings/{uuid4()}")

    assert (found.status_code, missing.status_code) == (404, 404)
    assert found.data == missing.data
    assert seat(who).get(f"/entrustments/{world.entrustment}/supervision").status_code == 404


@ON_EITHER_ENGINE_THE_SAME
def test_a_wrong_code_posts_nobody_and_no_token_writes_nothing(seat, as_org, world, proposed, door):
    assert seat(residents.QUALITY).sign(f"{proposed}/post", password="not it").status_code == 422
    assert seat(residents.QUALITY).client.post(f"{proposed}/post").status_code == 400
    assert residents.newest(as_org, "posting", world.entrustment).state == "proposed"
