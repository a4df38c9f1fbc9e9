"""What a house keeps in its own books: its own machines read it, and no machine of a partner, a rival or a stranger."""

import json

import pytest

from tests.api.knocking import register
from tests.stage import sql, stored
from workflows.scopes import Scope

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
KINDS = {
    "appointments": "appointment",
    "auditors": "auditor_qualification",
    "hearings": "hearing",
    "self-inspections": "self_inspection",
    "products": "product",
    "suppliers": "supplier",
    "materials": "material",
    "material-lots": "material_lot",
}


def owners(listed, table):
    ids = [each["id"].replace("-", "") for each in listed]
    return {sql(f"SELECT owner_id FROM {table} WHERE id = :id", id=each)[0][0] for each in ids}


@pytest.mark.parametrize("path", KINDS)
def test_a_house_reads_its_own_and_nothing_of_the_houses_it_works_with(app, world, path):
    plant, registrant = register(app, world, "hengrui"), register(app, world, "chengyue")
    of_plant, of_registrant = (each.get(f"/{path}?limit=200").json["items"] for each in (plant, registrant))

    assert owners(of_registrant, KINDS[path]) == {stored(world.org["chengyue"])}
    assert owners(of_plant, KINDS[path]) <= {stored(world.org["hengrui"])}
    one = of_registrant[0]["id"]
    assert registrant.get(f"/{path}/{one}").headers["ETag"].startswith('"v')
    assert plant.get(f"/{path}/{one}").status_code == 404


def test_the_figures_of_a_self_inspection_come_with_the_one_report(plant):
    listed = plant.get("/self-inspections").json["items"]
    whole = plant.get(f"/self-inspections/{listed[0]['id']}").json

    assert "body" not in listed[0]
    assert whole | listed[0] == whole
    assert json.loads(whole["body"])


@pytest.mark.parametrize(
    "scope",
    [
        Scope.APPOINTMENTS_READ,
        Scope.AUDITORS_READ,
        Scope.HEARINGS_READ,
        Scope.SELF_INSPECTIONS_READ,
        Scope.EVIDENCE_READ,
        Scope.MATERIALS_READ,
    ],
)
def test_a_machine_limited_to_an_entrustment_cannot_read_the_house(app, world, scope, monkeypatch):
    monkeypatch.setattr("tests.api.knocking.WHOLE_HOUSE", frozenset())
    limited = register(app, world, "chengyue", scopes=[scope], entrustments=[world.entrustment])

    assert [limited.get(f"/{path}").status_code for path in KINDS] == [403] * len(KINDS)


@pytest.mark.usefixtures("reported")
def test_a_restart_is_read_by_both_sides_and_by_no_rival(plant, registrant, machine, world):
    filed = registrant.get(f"/restarts?entrustment_id={world.entrustment}").json["items"]

    assert [each["entrustment_id"] for each in filed] == [str(world.entrustment)]
    assert plant.get(f"/restarts/{filed[0]['id']}").json == filed[0]
    assert filed[0]["idle_since"] < filed[0]["verified_on"] <= filed[0]["reported_on"]
    assert machine("lantai").get(f"/restarts/{filed[0]['id']}").status_code == 404
    assert machine("lantai").get("/restarts").json["items"] == []
