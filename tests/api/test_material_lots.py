"""Lots of materials by machine: received, certified and inspected; accepted by people alone."""

import pytest

from portal.db import today
from tests.api.knocking import PDF

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


@pytest.fixture
def given(world):
    return {
        "number": "ML-2611-088",
        "material_id": str(world.material),
        "supplier_id": str(world.supplier),
        "supplier_lot": "heat 4712",
        "received_on": today().isoformat(),
        "quantity": "0.25",
        "unit": "t",
        "storage": "Q3",
        "tags": ["E280689400005006"],
    }


def changed(plant, address, seen, **body):
    return plant.post(address, body, If_Match=seen.headers["ETag"])


def result(**given):
    return {"instrument": "MI-014", "inspected_on": today().isoformat(), "inspected_by": "Chen"} | given


def test_a_machine_receives_a_lot_files_its_certificate_and_writes_its_results(plant, given):
    made = plant.post("/material-lots", given)
    assert made.status_code == 201, made.json
    assert (made.json["state"], made.json["quantity"], made.json["unit"]) == ("quarantine", "250", "kg")
    assert made.json["tags"] == given["tags"]
    at = f"/material-lots/{made.json['id']}"

    paper = {"kind": "mill", "number": "QC-1", "issuer": "Mill", "issued_on": "2026-11-01"}
    filed = changed(plant, f"{at}/certificates", made, **paper, file={"name": "qc.pdf", "content": PDF})
    assert filed.status_code == 200, filed.json
    assert [each["kind"] for each in filed.json["certificates"]] == ["mill"]

    found = changed(plant, f"{at}/results", filed, **result(characteristic="直径", measured="12.01"))
    assert found.status_code == 200, found.json
    assert [(each["measured"], each["passed"]) for each in found.json["results"]] == [("12.01", True)]
    assert plant.get(at).json == found.json


def test_a_wrong_unit_is_refused_with_its_field_and_the_words_of_the_page(plant, given):
    refused = plant.post("/material-lots", given | {"unit": "m"})

    assert refused.status_code == 422
    assert "counted in kg; what is given in m" in refused.text


def test_a_lot_that_moved_on_is_not_written_on(plant, given):
    made = plant.post("/material-lots", given)
    at = f"/material-lots/{made.json['id']}/results"
    assert changed(plant, at, made, **result(characteristic="直径", measured="12.01")).status_code == 200

    assert changed(plant, at, made, **result(characteristic="直径", measured="12.02")).status_code == 412


def test_an_accepted_lot_takes_no_more_papers(plant, world):
    at = f"/material-lots/{world.lot_accepted}"
    seen = plant.get(at)

    assert changed(plant, f"{at}/results", seen, **result(characteristic="直径", measured="12.01")).status_code == 409


def test_lots_are_asked_for_by_how_they_stand(plant):
    listed = {each: plant.get(f"/material-lots?standing={each}").json["items"] for each in ("rejected", "expired")}

    assert [each["number"] for each in listed["rejected"]] == ["ML-2611-003"]
    assert [(each["number"], each["expired"]) for each in listed["expired"]] == [("ML-2411-007", True)]


def test_a_partner_s_machine_reads_a_lot_that_went_into_common_work_and_no_more_of_it_than_a_page_shows(
    registrant, plant, world
):
    at, own = f"/material-lots/{world.lot_accepted}", plant.get(f"/material-lots/{world.lot_accepted}").json
    found = registrant.get(at)

    assert found.status_code == 200
    withheld = {name for name, value in found.json.items() if value != own[name]}
    assert withheld == {"accepted_quantity", "quantity", "stated_quantity", "stated_unit", "storage", "tags"}
    assert {found.json[name] for name in withheld} == {None}
    assert (found.json["supplier_number"], found.json["material_code"]) == ("SP-001", "RM-TI-012")
    assert registrant.get(f"/files/{found.json['certificates'][0]['file_id']}").status_code == 200
    supplier = registrant.get(f"/suppliers/{world.supplier}").json
    assert (supplier["name"][:4], supplier["evaluation"], supplier["agreement"]) == ("演示钛业", None, None)

    assert registrant.get(f"/material-lots/{world.lot_in_quarantine}").status_code == 404
    assert registrant.get(f"/suppliers/{world.tyvek_supplier}").status_code == 404
    for door in ("/material-lots", "/suppliers", "/materials"):
        ids = {each["id"] for each in registrant.get(door).json["items"]}
        assert ids.isdisjoint({str(world.lot_accepted), str(world.supplier), str(world.material)})
    result_of_theirs = result(characteristic="直径", measured="1")
    assert changed(registrant, f"{at}/results", found, **result_of_theirs).status_code == 404


def test_a_machine_rejects_pieces_and_leaves_the_acceptance_to_people(plant, given):
    made = plant.post("/material-lots", given)
    at = f"/material-lots/{made.json['id']}/rejections"
    assert changed(plant, at, made, quantity="251", reason="bent").status_code == 422

    found = changed(plant, at, made, quantity="12.5", reason="bent")

    assert found.status_code == 200, found.json
    assert [(each["quantity"], each["serials"]) for each in found.json["rejections"]] == [("12.5", [])]
    assert (found.json["state"], found.json["accepted_quantity"]) == ("quarantine", None)
