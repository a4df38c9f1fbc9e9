"""/posting-exceptions, and what a release says of residents and exceptions."""

from datetime import timedelta

import pytest

from portal import ledger
from portal.db import today
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms import resident_desk as residents
from tests.stage import sql
from workflows.releasing import RESIDENT_POSTED

ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
WHY = "派驻人员参加法规培训两天"


@pytest.fixture
def door(world):
    return f"/entrustments/{world.entrustment}/posting-exceptions/new"


def typed(**given):
    first = today() + timedelta(days=3)
    days = {"since": first.isoformat(), "until": (first + timedelta(days=1)).isoformat()}
    return days | {"because": "The resident is ill.", "measures": "Records are read the same evening."} | given


def test_it_is_asked_for_signed_by_the_representative_and_ended(seat, as_org, world, door):
    place = seat(residents.QUALITY).post(door, **typed()).headers["Location"]
    assert seat(residents.QUALITY).get(f"{place}/grant").status_code == 403
    assert seat(residents.PLANT_REPRESENTATIVE).get(f"{place}/grant").status_code == 409

    assert seat(residents.REPRESENTATIVE).sign(f"{place}/grant").status_code == 302

    found = residents.newest(as_org, "exception", world.entrustment)
    (signature,) = desk.signatures_of(as_org, found.id)
    assert found.counts_on(found.until)
    assert not found.counts_on(found.until + timedelta(days=1))
    assert "without a resident" in signature.meaning
    assert seat(residents.QUALITY).post(f"{place}/end", reason="Back again.").status_code == 302
    found = residents.newest(as_org, "exception", world.entrustment)
    assert not found.counts_on(found.since)
    assert desk.events_of(as_org, found) == [
        "posting_exception.ended",
        "posting_exception.granted",
        "posting_exception.asked",
    ]


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"because": " "}, "Say why nobody is posted"),
        ({"measures": ""}, "Say how production is supervised instead."),
        ({"until": "2020-01-01"}, "This is before the first day"),
        ({"until": "2099-01-01"}, "an exception lasts a year at most"),
        ({"since": ""}, "Give the first day"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, as_org, world, door, given, says):
    answer = seat(residents.QUALITY).post(door, **typed(**given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("The resident is ill." in answer.text) is ("because" not in given)
    assert residents.newest(as_org, "exception", world.entrustment).id == world.exception


@pytest.fixture
def alone(world):
    """A batch that was begun yesterday, when nobody was posted yet."""
    batch = world.batch["recorded"]
    desk.amend(world, batch, started_on=today() - timedelta(days=1))
    return batch


def test_an_implantable_batch_made_without_a_resident_is_released_by_neither_side(seat, world, alone):
    desk.amend(world, world.batch["production_released"], started_on=today() - timedelta(days=1))
    for who, batch, move in (
        (desk.PLANT_RELEASE, alone, "release-production"),
        (desk.RELEASE, world.batch["production_released"], "release-marketing"),
    ):
        answer = seat(who).get(f"/batches/{batch}/{move}")
        assert answer.status_code == 409
        assert desk.names(words(answer), RESIDENT_POSTED)
        assert f"the first {(today() - timedelta(days=1)).isoformat()}" in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_what_is_not_known_to_be_harmless_counts_as_implantable(world, alone):
    break_in("exhibit")
    for stored, days in (("null", 1), ("false", 1)):
        sql(
            "UPDATE exhibit SET facts = replace(replace(facts, :was, :now), :also, :now) WHERE kind = 'product'",
            was='"is_implantable": true',
            also='"is_implantable": null',
            now=f'"is_implantable": {stored}',
        )
        facts = desk.facts_for(world, alone, desk.PLANT_RELEASE)
        assert facts.days_alone == days
        assert RESIDENT_POSTED.holds(facts) is (stored == "false")


def test_a_signed_exception_lets_the_batch_go_and_is_shown_on_each_release_and_to_the_authority(
    seat, as_org, world, alone
):
    residents.excepted(world)
    plant, door = seat(desk.PLANT_RELEASE), f"/batches/{alone}/release-production"

    assert WHY in words(plant.get(door))
    assert plant.sign(door).status_code == 302

    assert WHY in words(seat(desk.RELEASE).get(f"/batches/{alone}"))
    assert WHY in words(seat("jiangsu/authority-inspector").get(f"/batches/{alone}"))
    assert WHY in words(seat("jiangsu/authority-inspector").get(f"/inspection/{world.entrustment}"))
    with desk.books(as_org):
        released = ("batch.production-released",)
        (signed,) = ledger.entries(subject_id=alone, entrustment_id=world.entrustment, events=released)
    findings = {each["code"]: each for each in signed.body["told"]["findings"]}
    assert WHY in findings["resident-posted"]["fact"]["values"]["reason"]


@ON_EITHER_ENGINE_THE_SAME
def test_an_exception_that_is_only_asked_for_lets_nothing_go(seat, world, alone, door):
    given = typed(since=(today() - timedelta(days=1)).isoformat(), until=today().isoformat())
    seat(residents.QUALITY).post(door, **given)

    assert seat(desk.PLANT_RELEASE).get(f"/batches/{alone}/release-production").status_code == 409
