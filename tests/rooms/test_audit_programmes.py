"""Audit programmes: begun for a year, drawn up from the plans, approved only with an audit on site among them."""

from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from portal.db import now, session, today
from portal.records.audit import AuditProgramme
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.rooms.batch_desk import names
from workflows.audit_programme import AUDIT_PROGRAMME, CURRENT, ON_SITE

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
NEXT = today().year + 3


@pytest.fixture
def programme(seat, world):
    """Where a programme lies that is begun for a year in which nothing is planned yet."""
    answer = seat(desk.QUALITY).post(f"/entrustments/{world.entrustment}/audit-programmes", year=str(NEXT))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def programme_at(as_org, place):
    with desk.books(as_org):
        return session.get_one(AuditProgramme, UUID(place.rsplit("/", 1)[1]))


def in_year(**given):
    return {"starts_on": f"{NEXT}-06-01", "ends_on": f"{NEXT}-06-03"} | given


def test_a_programme_of_desk_reviews_is_refused_and_one_with_an_audit_on_site_approved(seat, as_org, world, programme):
    desk.planned(seat, world, mode="desk", yearly="", **in_year())
    assert seat(desk.QUALITY).post(f"{programme}/draw-up").status_code == 302
    refused = seat(desk.LEAD).get(f"{programme}/approve")
    assert refused.status_code == 409
    assert names(desk.unmet(refused), ON_SITE)
    assert "Yearly audits on site: 0. Desk reviews: 1." in words(refused)

    desk.planned(seat, world, **in_year())
    stale = seat(desk.LEAD).get(f"{programme}/approve")
    assert names(desk.unmet(stale), CURRENT)
    seat(desk.QUALITY).post(f"{programme}/draw-up")
    assert seat(desk.LEAD).sign(f"{programme}/approve").status_code == 302

    found = programme_at(as_org, programme)
    assert (found.state, len(found.entries), found.approved_by_id) == ("approved", 2, world.person[desk.LEAD])
    assert desk.events_of(as_org, found)[0] == "audit_programme.approved"
    assert desk.meanings_under(as_org, found) == [AUDIT_PROGRAMME.transition("approve").signature]


def test_a_cancelled_audit_leaves_the_programme_and_its_approval_behind(seat, as_org, world, programme):
    place = desk.planned(seat, world, **in_year())
    seat(desk.QUALITY).post(f"{programme}/draw-up")
    seat(desk.LEAD).sign(f"{programme}/approve")
    seat(desk.LEAD).post(f"{place}/cancel", reason="No production")

    assert "What is planned has changed since it was drawn up." in words(seat(desk.PLANT).get(programme))
    seat(desk.QUALITY).post(f"{programme}/draw-up")
    found = programme_at(as_org, programme)
    assert (found.state, found.entries, found.approved_at) == ("drafted", [], None)


@pytest.mark.parametrize("year", ["", "x", "1999", str(NEXT)])
def test_a_wrong_year_and_a_year_that_has_one_already_are_refused_at_the_field(seat, world, programme, year):
    answer = seat(desk.QUALITY).post(f"/entrustments/{world.entrustment}/audit-programmes", year=year)

    assert answer.status_code == 422
    assert "This was not saved" in words(answer)


def test_neither_the_quality_manager_nor_the_plant_approves_it(seat, programme):
    assert seat(desk.QUALITY).get(f"{programme}/approve").status_code == 403
    assert seat("hengrui/management-representative").get(f"{programme}/approve").status_code == 409
    assert seat(desk.RIVAL).get(programme).status_code == 404


@pytest.mark.parametrize(("days", "waits"), [(200, False), (300, True), (400, True)])
def test_the_next_audit_on_site_waits_for_the_registrant_before_its_year_is_over(seat, world, days, waits):
    with time_machine.travel(now() + timedelta(days=days), tick=False):
        page = words(seat(desk.QUALITY).get("/"))

    assert ("Yearly on-site audit of the manufacturer's quality system" in page) is waits
