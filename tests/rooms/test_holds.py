"""/batches/<id>/hold-points/new and /hold-points/<id>: the batch waits for the resident at the site."""

import pytest

from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms import resident_desk as residents
from tests.stage import sql
from workflows.recording import UNDECIDED
from workflows.releasing import HOLDS_LIFTED

ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


def test_a_batch_waits_for_its_hold_point_until_the_resident_at_the_site_has_lifted_it(seat, as_org, world):
    batch = world.batch["recorded"]
    before = desk.batch_of(as_org, batch).version
    answer = seat(residents.QUALITY).post(
        f"/batches/{batch}/hold-points/new", step="final inspection", because="First twenty pieces."
    )
    place = answer.headers["Location"]
    assert desk.batch_of(as_org, batch).version == before + 1

    answer = seat(desk.PLANT_RELEASE).get(f"/batches/{batch}/release-production")
    assert answer.status_code == 409
    assert desk.names(words(answer), HOLDS_LIFTED)
    assert "First twenty pieces." in words(seat(desk.CLERK).get(f"/batches/{batch}"))
    assert seat(residents.REPRESENTATIVE).get(f"{place}/lift").status_code == 403
    assert "Lift the hold point" in words(seat(residents.RESIDENT).get("/"))
    assert seat(residents.RESIDENT).sign(f"{place}/lift").status_code == 302

    found = residents.newest(as_org, "hold", world.entrustment)
    (signature,) = desk.signatures_of(as_org, found.id)
    assert (found.state, found.lifted_at is not None) == ("lifted", True)
    assert signature.person_title == "派驻人员"
    assert desk.events_of(as_org, found) == ["hold_point.lifted", "hold_point.set"]
    assert seat(desk.PLANT_RELEASE).get(f"/batches/{batch}/release-production").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
def test_a_resident_who_is_not_posted_here_today_lifts_nothing(seat, world):
    place = _held(seat, world)
    break_in("posting")
    sql("UPDATE posting SET until = since, since = since, posted_at = NULL, state = 'proposed'")

    answer = seat(residents.RESIDENT).get(f"{place}/lift")

    assert answer.status_code == 409
    assert "Whoever lifts it is posted at this site today." in words(answer)


@ON_EITHER_ENGINE_THE_SAME
def test_only_whoever_set_a_hold_point_withdraws_it_and_says_why(seat, as_org, world):
    place = _held(seat, world)

    assert seat(residents.REPRESENTATIVE).get(f"{place}/withdraw").status_code == 409
    assert seat(residents.QUALITY).post(f"{place}/withdraw", reason="").status_code == 422
    assert seat(residents.QUALITY).post(f"{place}/withdraw", reason="Wrong batch.").status_code == 302
    assert residents.newest(as_org, "hold", world.entrustment).state == "withdrawn"
    assert seat(desk.PLANT_RELEASE).get(f"/batches/{world.batch['recorded']}/release-production").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
def test_a_hold_point_says_what_for_and_comes_before_the_decision(seat, world):
    door = "/batches/{}/hold-points/new"
    answer = seat(residents.QUALITY).post(door.format(world.batch["recorded"]), step="x", because=" ")
    late = seat(residents.QUALITY).get(door.format(world.batch["marketing_released"]))

    assert (answer.status_code, late.status_code) == (422, 409)
    assert "Say what the resident must see to." in words(answer)
    assert UNDECIDED.says in words(late)
    assert seat(residents.PLANT_REPRESENTATIVE).get(door.format(world.batch["recorded"])).status_code == 403
    assert seat(desk.CLERK).get(door.format(world.batch["recorded"])).status_code == 403


def _held(seat, world):
    path = f"/batches/{world.batch['recorded']}/hold-points/new"
    return seat(residents.QUALITY).post(path, step="", because="The seal.").headers["Location"]
