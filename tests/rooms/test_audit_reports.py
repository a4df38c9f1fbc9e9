"""An audit report that a plant passes on: by its own showing, to whom it likes, never saying who held the audit."""

from datetime import timedelta

import pytest

from portal.db import today
from portal.demo.cast import HOUSES
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.rooms.batch_desk import pdf

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
REPORT = {
    "audited_on": (today() - timedelta(days=3)).isoformat(),
    "mode": "on_site",
    "covers": "Cleaning of line 2",
    "result": "passed",
    "summary": "Two minor findings, both closed",
}


def recorded(seat, name="report.pdf", **given):
    return seat(desk.PLANT).post("/evidence/audit-reports/new", **REPORT | given, file=pdf(name))


@pytest.mark.parametrize("said", ["name", "uscc"])
@pytest.mark.parametrize("field", ["covers", "summary", "name"])
def test_a_report_that_names_a_registrant_of_the_plant_is_refused_at_its_field(seat, said, field):
    answer = recorded(seat, **{field: f"{getattr(HOUSES['chengyue'], said)}.pdf"})

    assert answer.status_code == 422
    assert "This names a registrant that entrusts you." in words(answer)


def test_the_plant_shows_it_to_one_registrant_and_the_other_learns_nothing_of_that(seat, world, told):
    report = recorded(seat).headers["Location"].rsplit("/", 1)[1]
    before = told()
    shown = f"/entrustments/{world.rival_entrustment}/exhibits"
    assert seat(desk.PLANT).post(shown, record=report).status_code == 302

    page = words(seat(desk.RIVAL).get(f"/entrustments/{world.rival_entrustment}/audits"))
    assert "Cleaning of line 2" in page
    assert "None of them counts as an audit of the registrant" in page
    assert HOUSES["chengyue"].name not in page
    assert told()[world.entrustment.hex] == before[world.entrustment.hex]
    assert "Cleaning of line 2" not in words(seat(desk.LEAD).get(f"/entrustments/{world.entrustment}/audits"))


def test_what_was_shown_is_taken_back_and_then_no_longer_there(seat, as_org, world):
    shown = f"/entrustments/{world.rival_entrustment}/exhibits"
    assert seat(desk.PLANT).post(shown, record=str(world.audit_report)).status_code == 302
    report = seat(desk.PLANT).get(shown).text.split("The audit of ", 1)[1]
    place = report.split("/withdraw", 1)[0].rsplit('"', 1)[1]
    assert seat(desk.PLANT).post(f"{place}/withdraw", reason="It is too old").status_code == 302

    page = words(seat(desk.RIVAL).get(f"/entrustments/{world.rival_entrustment}/audits"))
    assert "Audits by others that the manufacturer shows" not in page
