"""Defects found after shipment: the plant stops and notifies, the registrant receives, decides and settles."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import now, session, today
from portal.records.defect_notice import DefectNotice
from tests.api.knocking import register
from tests.breaking import break_in
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.defect_notice import FOLLOWS
from workflows.releasing import NO_UNSETTLED_DEFECT

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
REPRESENTATIVE, PLANT_REPRESENTATIVE = "chengyue/management-representative", "hengrui/management-representative"
RIVAL = "lantai/registrant-quality-manager"
FOUND = {"batches": "B2611-04\nB2611-04\n", "what": "Three wrong labels.", "found_at": "2026-11-20T09:30"}
FOUND |= {"found_by": "Keeper of samples"}


@pytest.fixture
def new(world):
    return f"/entrustments/{world.entrustment}/defects/new"


@pytest.fixture
def notice(seat, new):
    answer = seat(desk.PLANT_RELEASE).post(new, **FOUND)
    assert answer.status_code == 302, words(answer)
    return answer.headers["Location"]


@pytest.fixture
def received(seat, notice):
    assert seat(REPRESENTATIVE).sign(f"{notice}/receive").status_code == 302
    return notice


@pytest.fixture
def newest(as_org, world):
    def _newest():
        with desk.books(as_org):
            wanted = select(DefectNotice).where(DefectNotice.entrustment_id == world.entrustment)
            return session.scalars(wanted.order_by(DefectNotice.id.desc())).first()

    return _newest


def written(seat, notice, **given):
    """What follows, as the registrant's quality manager fills it in."""
    browser = seat(desk.QUALITY)
    seen = hidden_fields(browser.get(f"{notice}/settlement").text)
    return browser.post(
        f"{notice}/settlement", **seen | {"outcome": "recall", "reason": "The lot is not legible."} | given
    )


def opening(world, number):
    given = {"product_id": str(world.product), "number": number, "started_on": today().isoformat()}
    return given | {
        "expires_on": str(today() + timedelta(days=900)),
        "planned": "10",
        "steps_planned": "3",
        "stage": "commercial",
    }


def test_the_plant_notifies_and_production_of_the_product_stops_with_the_reason_on_every_page(
    seat, as_org, world, notice, newest
):
    found = newest()
    said = f"Not settled: {found.number}. Production of this product is stopped."

    assert (found.state, found.batches, found.product_id) == ("notified", ["B2611-04"], world.product)
    assert desk.events_of(as_org, found) == ["defect_notice.notified"]
    for who, page in (
        (desk.PLANT_RELEASE, f"/batches/{world.batch['recorded']}/release-production"),
        (desk.RELEASE, f"/batches/{world.batch['production_released']}/release-marketing"),
    ):
        answer = seat(who).get(page)
        assert answer.status_code == 409
        assert desk.names(words(answer), NO_UNSETTLED_DEFECT)
        assert said in words(answer)
    at = f"/entrustments/{world.entrustment}/batches/open"
    assert said in words(seat(desk.CLERK).get(at))
    assert seat(desk.CLERK).post(at, **opening(world, "B2611-05")).status_code == 409
    assert f"{found.number}: production of" in words(seat(desk.QUALITY).get(f"/entrustments/{world.entrustment}"))


def test_whoever_was_about_to_release_a_batch_of_the_product_must_look_again(seat, as_org, world, notice):
    """The batches under way are written along with a second notice; what is on the market is past releasing."""
    before = desk.batch_of(as_org, world.batch["recorded"]).version
    market = desk.batch_of(as_org, world.batch["marketing_released"]).version

    assert seat(desk.PLANT_RELEASE).post(f"/entrustments/{world.entrustment}/defects/new", **FOUND).status_code == 302
    assert desk.batch_of(as_org, world.batch["recorded"]).version == before + 1
    assert desk.batch_of(as_org, world.batch["marketing_released"]).version == market


def test_the_registrant_signs_the_receipt_and_production_stays_stopped(seat, as_org, world, notice, newest):
    assert "Sign the receipt: defect notice" in words(seat(desk.QUALITY).get("/"))

    assert seat(desk.QUALITY).sign(f"{notice}/receive").status_code == 302

    found = newest()
    (signature,) = desk.signatures_of(as_org, found.id)
    assert (found.state, found.received_at is not None) == ("received", True)
    assert (signature.meaning, signature.side) == ("I have received this notice.", "registrant")
    assert "Settle the defect: defect notice" in words(seat(desk.QUALITY).get("/"))
    page = f"/batches/{world.batch['recorded']}/release-production"
    assert seat(desk.PLANT_RELEASE).get(page).status_code == 409


def test_without_saying_what_follows_and_why_nothing_is_settled(seat, received, newest):
    refused = seat(desk.QUALITY).get(f"{received}/settle")

    assert refused.status_code == 409
    assert desk.names(words(refused), FOLLOWS)
    assert written(seat, received, reason=" ").status_code == 422
    answer = written(seat, received, outcome="")
    assert answer.status_code == 422
    assert "The lot is not legible." in words(answer)
    assert newest().outcome is None


def test_when_it_is_settled_the_stop_is_lifted_and_a_batch_can_be_opened(seat, as_org, world, received, newest):
    assert written(seat, received).status_code == 302
    assert seat(REPRESENTATIVE).sign(f"{received}/settle").status_code == 302

    found = newest()
    assert (found.state, found.outcome, found.settled_at is not None) == ("settled", "recall", True)
    events = ["settled", "decided", "received", "notified"]
    assert desk.events_of(as_org, found) == [f"defect_notice.{each}" for each in events]
    opened = seat(desk.CLERK).post(f"/entrustments/{world.entrustment}/batches/open", **opening(world, "B2611-05"))
    assert opened.status_code == 302
    assert written(seat, received, outcome="none").status_code == 409


def test_another_product_of_the_entrustment_goes_on(world, seat, notice, newest):
    break_in("batch")
    other = stored(world.proposed_product)
    sql("UPDATE batch SET product_id = :other WHERE id = :id", other=other, id=stored(world.batch["recorded"]))

    stopped = desk.facts_for(world, world.batch["production_released"], desk.RELEASE)
    free = desk.facts_for(world, world.batch["recorded"], desk.PLANT_RELEASE)

    assert (stopped.unsettled_defects, free.unsettled_defects) == (newest().number, "")


def test_the_plant_neither_receives_nor_settles_and_the_registrant_notifies_nothing(seat, new, received):
    assert seat(desk.PLANT_QUALITY).get(f"{received}/receive").status_code == 403
    assert seat(desk.PLANT_QUALITY).get(f"{received}/settlement").status_code == 403
    assert seat(PLANT_REPRESENTATIVE).get(f"{received}/settlement").status_code == 403
    assert seat(PLANT_REPRESENTATIVE).get(f"{received}/settle").status_code == 409
    assert seat(REPRESENTATIVE).get(new).status_code == 403
    assert seat(desk.CLERK).get(new).status_code == 403


def test_a_rival_at_the_same_plant_never_learns_of_it(app, seat, world, notice, newest):
    for page in (notice, f"{notice}/receive", f"/entrustments/{world.entrustment}/defects"):
        assert seat(RIVAL).get(page).status_code == 404
    machine = register(app, world, "lantai", scopes=["nonconformities:read"])
    ours = register(app, world, "chengyue", scopes=["nonconformities:read"])

    known = {each["number"] for each in ours.get("/defect-notices").json["items"]}
    assert known == {newest().number}
    assert machine.get(f"/defect-notices/{newest().id}").status_code == 404
    entrustments = {each["entrustment_id"] for each in machine.get("/defect-notices").json["items"]}
    assert entrustments == {str(world.rival_entrustment)}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"batches": "B2611-02"}, "that has been released bears this number: B2611-02."),
        ({"batches": "R2611-04"}, "that has been released bears this number: R2611-04."),
        ({"found_at": "later"}, "production stops once a defect is found"),
    ],
)
def test_what_was_not_shipped_or_has_not_happened_is_refused_at_its_field(seat, new, newest, given, says):
    if "found_at" in given:
        given = {"found_at": f"{now() + timedelta(days=2):%Y-%m-%dT%H:%M}"}

    answer = seat(desk.PLANT_QUALITY).post(new, **FOUND | given)

    assert answer.status_code == 422
    assert says in words(answer)
    assert "Three wrong labels." in words(answer)
    assert newest() is None
