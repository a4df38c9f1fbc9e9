"""After a year in which nothing similar was made, a batch is opened only once the plant has verified and reported."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.demo.hands import played_by
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.restart import Restart
from tests.browsing import words
from tests.rooms import batch_desk as desk
from workflows.opening import NOT_IDLE
from workflows.powers import Role
from workflows.restart import FILE_RESTART

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def at(world):
    return f"/entrustments/{world.entrustment}/restarts"


@pytest.fixture
def given(world):
    return {
        "product_id": str(world.product),
        "verified_on": str(today() - timedelta(days=9)),
        "verification": "Process validated anew, protocol 12.",
        "file": desk.pdf(),
        "reported_on": str(today() - timedelta(days=2)),
        "reported_to": "Provincial authority",
        "report": "Letter 31",
    }


@pytest.fixture
def standstill(world):
    """Everything that was made was finished long ago."""

    def _since(days):
        with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
            for batch in session.scalars(select(Batch).where(Batch.entrustment_id == world.entrustment)):
                batch.started_on = batch.finished_on = today() - timedelta(days=days)
                ledger.write(batch, "batch.amended", by=by)
            entrustment = session.get_one(Entrustment, world.entrustment)
            entrustment.activated_at = entrustment.activated_at - timedelta(days=days + 9)
            ledger.write(entrustment, "entrustment.added-to", by=by)

    return _since


def opened(seat, world, number="AGAIN-1"):
    return seat(desk.CLERK).post(
        f"/entrustments/{world.entrustment}/batches/open",
        product_id=str(world.product),
        stage="commercial",
        number=number,
        started_on=today().isoformat(),
        expires_on=(today() + timedelta(days=1800)).isoformat(),
        planned="120",
        steps_planned="17",
        udi_di="06900000001233",
    )


def test_after_a_year_a_batch_is_refused_until_the_restart_is_verified_and_reported(
    seat, as_org, world, standstill, at, given
):
    standstill(400)
    refused = opened(seat, world)
    assert refused.status_code == 409
    assert desk.names(words(refused), NOT_IDLE)

    answer = seat(desk.PLANT_QUALITY).post(f"{at}/new", **given)

    with desk.books(as_org):
        filed = session.scalars(select(Restart)).one()
    assert (filed.idle_since, filed.report) == (today() - timedelta(days=400), "Letter 31")
    assert opened(seat, world).status_code == 302
    assert answer.location == f"/restarts/{filed.id}"
    assert f'href="/restarts/{filed.id}"' in seat(desk.QUALITY).get(at).text


def test_while_something_similar_is_made_nothing_is_asked(seat, world, at):
    assert "Nothing is asked" in words(seat(desk.PLANT_QUALITY).get(at))

    refused = seat(desk.PLANT_QUALITY).get(f"{at}/new")

    assert refused.status_code == 409
    assert desk.names(words(refused), FILE_RESTART.checks[0])


def test_a_year_less_a_day_is_no_standstill(seat, world, standstill):
    standstill(365)

    assert opened(seat, world).status_code == 302


def test_what_never_was_made_counts_from_the_day_it_might_have_been(seat, world, at, standstill):
    """The batches are another product's: none of a similar one was made since the entrustment became active."""
    standstill(400)
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        for batch in session.scalars(select(Batch).where(Batch.entrustment_id == world.entrustment)):
            batch.product_id, batch.finished_on = world.rival_product, today()
            ledger.write(batch, "batch.amended", by=by)

    assert opened(seat, world).status_code == 409


def test_the_registrant_cannot_file_it_for_the_plant(seat, standstill, at, given):
    standstill(400)

    assert seat(desk.QUALITY).post(f"{at}/new", **given).status_code == 403
    assert seat("lantai/registrant-quality-manager").get(at).status_code == 404


@pytest.mark.parametrize(
    ("field", "wrong", "says"),
    [
        ("verified_on", str(today() + timedelta(days=1)), "This day has not come yet."),
        ("verified_on", str(today() - timedelta(days=400)), "what was verified before does not count"),
        ("reported_on", str(today() - timedelta(days=10)), "The report follows the verification."),
        ("verification", " ", "Say what was verified"),
        ("report", "", "Give the number of the report"),
        ("file", "", "File the report of the verification."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_files_nothing(
    seat, as_org, standstill, at, given, field, wrong, says
):
    standstill(400)

    answer = seat(desk.PLANT_QUALITY).post(f"{at}/new", **given | {field: wrong})

    assert answer.status_code == 422
    assert says in words(answer)
    with desk.books(as_org):
        assert session.scalars(select(Restart)).all() == []


def test_the_record_shows_verification_report_and_history_to_both_sides_and_the_authority(
    seat, as_org, standstill, at, given
):
    standstill(400)
    page = seat(desk.PLANT_QUALITY).post(f"{at}/new", **given).location

    for who in (desk.PLANT_QUALITY, desk.QUALITY, "jiangsu/authority-inspector"):
        read = words(seat(who).get(page))
        assert all(each in read for each in ("Process validated anew", "Letter 31", "Restart of production filed"))
    assert "An authority read a restart of production" in words(seat(desk.QUALITY).get(page))
    assert seat("lantai/registrant-quality-manager").get(page).status_code == 404
