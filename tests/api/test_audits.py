"""Audits for machines: read with their checklist and findings, without saying which person did what."""

import pytest

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


def test_a_machine_reads_an_audit_with_its_checklist_and_conclusion(plant, world):
    audit = plant.get(f"/audits/{world.audit['audit']}").json

    assert (audit["state"], audit["counts_as_yearly"], audit["mode"]) == ("acknowledged", True, "on_site")
    assert {each["point"] for each in audit["answers"]} == set(audit["points"])
    assert audit["conclusion"]
    assert not [name for name in audit if name.endswith("by_id") or name in ("team", "lead_id")]


def test_a_machine_lists_the_findings_of_one_audit(plant, world):
    listed = plant.get(f"/audit-findings?audit_id={world.audit['audit']}").json["items"]

    assert [each["state"] for each in listed] == ["closed", "answered"]
    assert plant.get(f"/audit-findings/{world.audit['closed']}").json == listed[0]


def test_a_list_is_narrowed_to_one_entrustment_of_ones_own(plant, world, machine):
    of_one = plant.get(f"/audits?entrustment_id={world.entrustment}").json["items"]

    assert {each["entrustment_id"] for each in of_one} == {str(world.entrustment)}
    assert len(of_one) == 3
    assert machine("lantai").get(f"/audits?entrustment_id={world.entrustment}").status_code == 404


def test_a_machine_reads_the_programme_with_the_audits_in_it(plant, world):
    programme = plant.get(f"/audit-programmes/{world.audit['programme']}").json

    assert programme["state"] == "approved"
    assert [each["yearly"] for each in programme["entries"] if each["mode"] == "on_site"][:1] == [True]
    assert programme in plant.get("/audit-programmes").json["items"]
