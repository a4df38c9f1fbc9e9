"""GET and POST /entrustments/<id>/batches/open: production starts."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from portal.db import CHINA, session, today
from portal.records.batch import Batch
from tests.browsing import words
from tests.rooms import batch_desk as desk
from workflows.opening import OPEN

CHECKS = {check.code: check for check in OPEN.checks}


@pytest.fixture
def path(world):
    return f"/entrustments/{world.entrustment}/batches/open"


@pytest.fixture
def given(world):
    return {
        "product_id": str(world.product),
        "number": "B20261123-09",
        "started_on": today().isoformat(),
        "expires_on": (today() + timedelta(days=1800)).isoformat(),
        "planned": "1,200",
        "stage": "commercial",
        "steps_planned": "17",
        "udi_di": "06900000004173",
    }


def numbered(as_org, number):
    with desk.books(as_org):
        return session.scalars(select(Batch).where(Batch.number == number)).first()


def test_it_opens_and_says_so_in_the_ledger(seat, as_org, path, given):
    answer = seat(desk.CLERK).post(path, **given)

    batch = numbered(as_org, given["number"])
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"/batches/{batch.id}")
    assert (batch.state, batch.planned, batch.steps_done) == ("opened", 1200, 0)
    assert desk.events_of(as_org, batch) == ["batch.opened"]


def test_the_page_says_beforehand_whether_a_batch_may_be_opened(seat, world, path):
    assert "A batch may be opened today." in words(seat(desk.CLERK).get(path))

    desk.suspend(world)

    assert desk.names(words(seat(desk.CLERK).get(path)), CHECKS["entrustment-active"])


@pytest.mark.parametrize(
    ("field", "wrong", "says"),
    [
        ("number", "", "Give the batch number"),
        ("number", "B 1?", "Letters, digits, hyphen"),
        ("number", "B2611-01", "already has a batch B2611-01"),
        ("started_on", "2026-02-30", "Not a date"),
        ("started_on", "2014-09-25", "No prohibited catalogue is known for 2014-09-25"),
        ("expires_on", "2020-01-01", "would expire before it is made"),
        ("planned", "many", "Not a whole number"),
        ("planned", "0", "A whole number from 1"),
        ("planned", "12.5", "Not a whole number"),
        ("steps_planned", "-3", "A whole number from 1"),
        ("udi_di", "§", "Letters, digits"),
        ("product_id", "nothing", "Not a valid choice"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(
    seat, as_org, path, given, field, wrong, says
):
    answer = seat(desk.CLERK).post(path, **given | {field: wrong})

    assert answer.status_code == 422
    assert says in words(answer)
    assert all(f'value="{value}"' in answer.text for name, value in given.items() if name not in (field, "planned"))
    if field != "number":
        assert numbered(as_org, given["number"]) is None


def test_on_an_expired_licence_nothing_is_opened(seat, as_org, world, path, given):
    later = datetime.now(CHINA) + timedelta(days=600)
    with time_machine.travel(later):
        answer = seat(desk.CLERK).post(path, **given | {"started_on": today().isoformat(), "expires_on": ""})

        assert answer.status_code == 409
        assert desk.names(words(answer), CHECKS["licence-valid"])
        assert desk.names(words(answer), CHECKS["verdict-of-today"])
        assert numbered(as_org, given["number"]) is None


def test_a_day_after_the_licence_ends_is_refused_today_already(seat, as_org, path, given):
    beyond = (today() + timedelta(days=600)).isoformat()

    answer = seat(desk.CLERK).post(path, **given | {"started_on": beyond, "expires_on": ""})

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["licence-valid"])
    assert numbered(as_org, given["number"]) is None


def test_under_a_suspended_entrustment_nothing_is_opened(seat, as_org, world, path, given):
    desk.suspend(world)

    answer = seat(desk.CLERK).post(path, **given)

    assert answer.status_code == 409
    assert desk.names(words(answer), CHECKS["entrustment-active"])
    assert numbered(as_org, given["number"]) is None


def test_under_a_proposed_entrustment_nothing_is_opened(seat, as_org, world, given):
    product = {"product_id": str(world.proposed_product)}

    answer = seat(desk.CLERK).post(f"/entrustments/{world.proposed}/batches/open", **given | product)

    assert answer.status_code == 409
    for code in ("entrustment-active", "agreements-in-force", "licence-valid", "verdict-of-today"):
        assert desk.names(words(answer), CHECKS[code])
    assert numbered(as_org, given["number"]) is None


@pytest.mark.parametrize("who", [desk.PLANT_RELEASE, desk.RELEASE, desk.QUALITY, "shanghai/authority-inspector"])
def test_nobody_but_the_plant_has_the_power(seat, as_org, path, given, who):
    assert seat(who).get(path).status_code == 403
    assert numbered(as_org, given["number"]) is None


def test_a_plant_that_is_the_registrant_here_stands_on_the_other_side(seat, world):
    answer = seat("qihe/plant-clerk").get(f"/entrustments/{world.strange_entrustment}/batches/open")

    assert answer.status_code == 403


def test_a_stranger_cannot_tell_that_the_entrustment_exists(seat, path):
    found = seat("anhe/plant-clerk").get(path)
    missing = seat("anhe/plant-clerk").get(f"/entrustments/{uuid4()}/batches/open")

    assert (found.status_code, missing.status_code) == (404, 404)
    assert found.data == missing.data


def test_without_a_token_nothing_is_opened(seat, as_org, path, given):
    assert seat(desk.CLERK).client.post(path, data=given).status_code == 400
    assert numbered(as_org, given["number"]) is None
