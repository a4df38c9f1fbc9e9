"""/self-inspections: drawn from the records, a section for each partner, signed when the year is over, then filed."""

from datetime import datetime

import pytest
import time_machine
from sqlalchemy import select

from portal import ledger
from portal.db import CHINA, session, today
from portal.records.duty import Duty
from portal.records.self_inspection import SelfInspection
from tests.browsing import hidden_fields, words
from tests.stage import sql, stored
from workflows.self_inspection import WRITTEN, YEAR_OVER

HEAD, REPRESENTATIVE = "hengrui/person-in-charge", "hengrui/management-representative"
JIANGSU = "jiangsu/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
PARTS = {"overview": "受托生产骨科植入物。", "changes": "无。", "operation": "体系运行有效。", "outside": "无。"}


@pytest.fixture
def at(world):
    return f"/self-inspections/{world.hengrui_self_inspection}"


@pytest.fixture
def report(as_org, world):
    def _report():
        with as_org("hengrui"):
            found = session.get_one(SelfInspection, world.hengrui_self_inspection)
            session.close()
            return found

    return _report


def written(client, at, **parts):
    return client.post(f"{at}/amend", **hidden_fields(client.get(f"{at}/amend").text), **(PARTS | parts))


def test_a_manufacturer_s_report_has_one_section_per_registrant_and_its_figures_are_those_of_the_records(
    seat, report, world
):
    written(seat(REPRESENTATIVE), f"/self-inspections/{world.hengrui_self_inspection}")
    figures = report().figures

    assert [each["name"][:2] for each in figures["partners"]] == ["澄岳", "岚泰"]
    batches = {each["name"][:2]: each["figures"]["batches_begun"] for each in figures["partners"]}
    asked = "SELECT count(*) FROM batch WHERE entrustment_id = :about"
    assert batches["澄岳"] == sql(asked, about=stored(world.entrustment))[0][0] > 0
    assert batches["岚泰"] == sql(asked, about=stored(world.rival_entrustment))[0][0] > 0
    assert figures["own"]["hearings_signed"] == 1
    assert "complaints_passed_on" not in figures["partners"][0]["figures"]
    assert str(world.entrustment) not in report().body


def test_no_partner_ever_sees_it_and_the_authority_of_the_house_does(seat, at, world):
    written(seat(REPRESENTATIVE), at)
    partners = ("chengyue/registrant-quality-manager", "lantai/management-representative")
    for who in (*partners, "shanghai/authority-inspector"):
        assert seat(who).get(at).status_code == 404
        assert seat(who).get(f"{at}/document").status_code == 404
    page = words(seat(JIANGSU).get(f"{at}/document"))
    assert "Batches begun" in page
    assert "岚泰医疗（杭州）有限公司" in page


@ON_EITHER_ENGINE_THE_SAME
def test_before_the_year_is_over_it_is_not_signed_and_the_page_says_by_which_rule(seat, at):
    page = words(seat(HEAD).get(at))

    assert YEAR_OVER.says in page
    assert WRITTEN.says in page
    assert "SAMR Order 53" in page
    assert seat(HEAD).get(f"{at}/sign").status_code == 409


@ON_EITHER_ENGINE_THE_SAME
def test_once_the_year_is_over_it_is_signed_frozen_and_filed_and_its_duty_is_met_and_begins_anew(
    seat, as_org, report, at, world
):
    year = today().year
    with time_machine.travel(datetime(year + 1, 2, 10, 9, tzinfo=CHINA)):
        assert written(seat(REPRESENTATIVE), at).status_code == 302
        assert seat(HEAD).sign(f"{at}/sign").status_code == 302
        frozen = report()
        client = seat(REPRESENTATIVE)
        assert client.get(f"{at}/amend").status_code == 409
        given = {"filed_on": f"{year + 1}-02-10", "filing_number": "R-9"}
        assert client.post(f"{at}/file", **hidden_fields(client.get(f"{at}/file").text), **given).status_code == 302
        found = report()
        with as_org("hengrui"):
            wanted = select(Duty).where(Duty.entrustment_id.is_(None), Duty.rule == "self-inspection")
            first, second = session.scalars(wanted.order_by(Duty.id)).unique().all()
            told = [each.event for each in ledger.entries(subject_id=found.id, limit=2)]
            session.close()
        assert (found.state, found.body, found.filing_number) == ("signed", frozen.body, "R-9")
        assert (first.standing, second.standing) == ("met", "owed")
        assert second.due_at.astimezone(CHINA).date().year == year + 2
        assert told == ["self_inspection.filed", "self_inspection.signed"]
        assert found.body_hash in seat(HEAD).get(f"{at}/document").text


@ON_EITHER_ENGINE_THE_SAME
def test_there_is_one_report_of_a_year_and_none_of_a_year_to_come(seat):
    client = seat(REPRESENTATIVE)

    again = client.post("/self-inspections", year=str(today().year))
    ahead = client.post("/self-inspections", year=str(today().year + 1))

    assert (again.status_code, ahead.status_code) == (422, 422)
    assert "already" in words(again)
    assert "This year has not begun yet." in words(ahead)
    assert client.post("/self-inspections", year=str(today().year - 1)).status_code == 302
