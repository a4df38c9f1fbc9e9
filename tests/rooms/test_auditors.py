"""Who may audit: a qualification with its paper, recorded by another, and retired with a reason."""

from datetime import timedelta
from uuid import UUID

import pytest

from portal.db import today
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.rooms.batch_desk import pdf
from tests.stage import sql, stored
from workflows.auditing import ANOTHERS, STILL_COUNTS

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


def qualification(world, who=desk.QUALITY, **given):
    return {
        "person_id": str(world.person[who]),
        "basis": "Ten audits of bone plates",
        "granted_on": today().isoformat(),
        "valid_until": (today() + timedelta(days=700)).isoformat(),
        "file": pdf("certificate.pdf"),
    } | given


def test_a_qualification_counts_with_its_paper_and_lets_somebody_into_a_team(seat, as_org, world):
    assert seat(desk.LEAD).post("/auditors/new", **qualification(world)).status_code == 302

    page = words(seat(desk.LEAD).get("/auditors"))
    assert "Ten audits of bone plates" in page
    place = desk.planned(seat, world)
    seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world, desk.QUALITY))
    named = desk.audit_at(as_org, place).team
    assert [each["qualification"] for each in named if not each["leads"]] == ["Ten audits of bone plates"]


def test_somebody_from_outside_comes_along_with_a_paper_and_leads_nothing(seat, as_org, world):
    outside = {"person_id": "", "outsider": "Gao", "outsider_of": "Institute of Sterilisation"}
    assert seat(desk.LEAD).post("/auditors/new", **qualification(world, **outside)).status_code == 302
    held = UUID(str(sql("SELECT id FROM auditor_qualification WHERE outsider = 'Gao'")[0][0]))
    place = desk.planned(seat, world)

    led = seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world) | {"lead": str(held)})
    assert (led.status_code, "Not a valid choice" in words(led)) == (422, True)
    seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world) | {"members": [str(held)]})
    assert seat(desk.LEAD).get(f"{place}/confirm-team").status_code == 200
    page = words(seat(desk.PLANT).get(place))
    assert "Gao, Institute of Sterilisation" in page
    assert "from outside" in page

    seat(desk.LEAD).post(f"/auditors/{held}/retire", reason="Left the institute")
    refused = seat(desk.LEAD).get(f"{place}/confirm-team")
    assert refused.status_code == 409
    assert "Gao" in desk.unmet(refused)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"person_id": ""}, "Choose somebody of your house, or name somebody from outside."),
        ({"person_id": "", "outsider": "Gao"}, "Say for whom they work"),
        ({"outsider": "Gao"}, "Leave this empty: somebody of your house is chosen."),
        ({"basis": ""}, "Say what makes them competent."),
        ({"file": ""}, "Choose the file that proves it."),
        ({"granted_on": (today() + timedelta(days=2)).isoformat()}, "This day has not come yet."),
        ({"valid_until": "2020-01-01"}, "The last day does not come before the first."),
        ({"file": pdf("a.pdf", b"MZ no paper")}, "Ten audits of bone plates"),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field(seat, world, given, says):
    before = sql("SELECT count(*) FROM auditor_qualification")

    answer = seat(desk.LEAD).post("/auditors/new", **qualification(world, **given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert sql("SELECT count(*) FROM auditor_qualification") == before


def test_nobody_records_their_own_qualification(seat, world):
    answer = seat(desk.LEAD).post("/auditors/new", **qualification(world, desk.LEAD))

    assert answer.status_code == 422
    assert ANOTHERS.says in words(answer)


def test_a_retired_one_stays_on_record_and_is_retired_once(seat, world):
    house = stored(world.org["chengyue"])
    held = UUID(str(sql("SELECT id FROM auditor_qualification WHERE owner_id = :house", house=house)[0][0]))
    place = f"/auditors/{held}/retire"
    assert seat(desk.LEAD).post(place, reason=" ").status_code == 422
    assert seat(desk.LEAD).post(place, reason="Left the department").status_code == 302

    answer = seat(desk.LEAD).get(place)
    assert answer.status_code == 409
    assert STILL_COUNTS.says in words(answer)
    assert "does not count" in words(seat(desk.LEAD).get("/auditors"))


@pytest.mark.parametrize("who", ["hengrui/plant-clerk", "chengyue/registrant-release-person"])
def test_only_the_quality_people_of_a_house_keep_its_auditors(seat, who):
    assert seat(who).get("/auditors").status_code == 403
    assert seat(who).get("/auditors/new").status_code == 403


def test_a_plant_keeps_the_auditors_of_its_own_and_sees_nobody_elses(seat, world):
    assert seat(desk.PLANT).get("/auditors/new").status_code == 200
    page = words(seat(desk.PLANT).get("/auditors"))
    assert "供应商审核员" in page
    assert "骨科植入物" not in page
