"""POST /entrustments/<id>/reports and /residents"""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.demo.papers import paper as a_pdf
from portal.records.entrustment import Entrustment, Verdict
from portal.records.file import StoredFile
from tests.browsing import words

MANAGER = "chengyue/registrant-quality-manager"
PLANT_MANAGER = "hengrui/manufacturer-quality-manager"


@pytest.fixture
def reports(world):
    return f"/entrustments/{world.proposed}/reports"


@pytest.fixture
def residents(world):
    return f"/entrustments/{world.proposed}/residents"


def look(as_org, world):
    with as_org("chengyue"):
        found = session.get(Entrustment, world.proposed)
        latest = ledger.entries(entrustment_id=world.proposed, limit=1)[0]
        return found, latest.event


@pytest.mark.parametrize(("who", "side"), [(MANAGER, "registrant"), (PLANT_MANAGER, "manufacturer")])
def test_each_side_notes_its_own_report(world, seat, as_org, reports, who, side):
    receipt = (BytesIO(a_pdf("receipt")), "receipt.pdf")

    answer = seat(who).post(reports, reported_on=str(today()), reference="Receipt 7", file=receipt)

    assert answer.status_code in (302, 303)
    entrustment, event = look(as_org, world)
    assert getattr(entrustment, f"{side}_reported_on") == today()
    assert getattr(entrustment, f"{side}_report") == "Receipt 7"
    assert event == f"entrustment.{side}-reported"
    with as_org("chengyue"):
        kept = session.scalars(select(StoredFile).where(StoredFile.subject_kind == f"{side}_report")).all()
    assert [each.name for each in kept if each.entrustment_id == world.proposed] == ["receipt.pdf"]
    assert "receipt.pdf" in seat(MANAGER).get(reports).text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reported_on": str(today() + timedelta(days=1)), "reference": "Receipt 7"}, "cannot lie in the future"),
        ({"reported_on": "2001-01-01", "reference": "Receipt 7"}, "The entrustment was proposed on"),
        ({"reported_on": "tomorrow", "reference": "Receipt 7"}, "This is not a day"),
        ({"reported_on": "", "reference": "Receipt 7"}, "Give the day of the report"),
        ({"reported_on": str(today()), "reference": "   "}, "Give the reference of the report"),
    ],
)
def test_a_report_that_cannot_be_is_refused_and_what_was_typed_is_kept(world, seat, as_org, reports, fields, says):
    answer = seat(MANAGER).post(reports, **fields)

    assert answer.status_code == 422
    assert says in words(answer)
    for typed in fields.values():
        assert typed.strip() in answer.text
    assert look(as_org, world)[0].registrant_reported_on is None


def test_a_file_that_is_not_what_it_says_is_refused(world, seat, as_org, reports):
    forged = (BytesIO(b"MZ not a pdf"), "receipt.pdf")

    answer = seat(MANAGER).post(reports, reported_on=str(today()), reference="Receipt 7", file=forged)

    assert answer.status_code == 422
    assert "its content is something else" in words(answer)
    assert "Receipt 7" in answer.text
    assert look(as_org, world)[0].registrant_reported_on is None


def test_a_stale_page_reports_nothing(world, seat, as_org, reports):
    answer = seat(MANAGER).post(reports, reported_on=str(today()), reference="Receipt 7", seen_version="0")

    assert answer.status_code == 409
    assert "Receipt 7" in answer.text
    assert look(as_org, world)[0].registrant_reported_on is None


@pytest.mark.parametrize(
    "who", ["hengrui/plant-clerk", "chengyue/registrant-release-person", "shanghai/authority-inspector"]
)
def test_reading_is_not_reporting(world, seat, reports, who):
    somebody = seat(who)

    assert somebody.get(reports).status_code == 200
    assert somebody.post(reports, reported_on=str(today()), reference="Receipt 7").status_code == 403


def test_planning_residents_judges_every_product_anew(world, seat, as_org, residents):
    answer = seat(MANAGER).post(residents, planned="2", exception="")

    assert answer.status_code in (302, 303)
    assert look(as_org, world)[0].residents_planned == 2
    with as_org("hengrui"):
        latest = session.scalars(
            select(Verdict).where(Verdict.entrustment_id == world.proposed).order_by(Verdict.reached_at.desc())
        ).first()
        assert latest.because == "residents.planned"
        events = [each.event for each in ledger.entries(entrustment_id=world.proposed, limit=2)]
    assert events == ["verdict.reached", "entrustment.residents-planned"]


def test_nobody_posted_needs_a_reason(world, seat, as_org, residents):
    assert seat(MANAGER).post(residents, planned="", exception="They are not implanted.").status_code in (302, 303)
    assert look(as_org, world)[0].residents_exception == "They are not implanted."


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"planned": "", "exception": ""}, "Give either the number"),
        ({"planned": "2", "exception": "None."}, "Give either the number"),
        ({"planned": "0", "exception": ""}, "Give a number from 1 to 500"),
        ({"planned": "two", "exception": ""}, "This is not a whole number"),
    ],
)
def test_a_plan_is_a_number_or_a_reason(world, seat, as_org, residents, fields, says):
    answer = seat(MANAGER).post(residents, **fields)

    assert answer.status_code == 422
    assert says in words(answer)
    assert fields["planned"] in answer.text
    assert look(as_org, world)[0].residents_planned is None


def test_the_manufacturer_plans_no_residents(world, seat, as_org, residents):
    assert seat(PLANT_MANAGER).post(residents, planned="2").status_code == 403
    assert look(as_org, world)[0].residents_planned is None


@pytest.mark.parametrize("door", ["reports", "residents"])
def test_no_token_no_entry(world, seat, door):
    assert seat(MANAGER).client.post(f"/entrustments/{world.proposed}/{door}", data={"planned": "2"}).status_code == 400
