"""Devices in FHIR R5: found by the code of their label, visible to whoever takes part."""

import base64
from datetime import date
from urllib.parse import quote

import pytest

from agreements.udi import Agency, Identification, build
from portal.db import now, session
from portal.demo.cast import HOUSES
from portal.founding import Operator
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for
from workflows.lineage import Deed, Thing
from workflows.powers import Role
from workflows.scopes import Scope

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])
ON = date(2026, 11, 23)
FHIR = "application/fhir+json"


@pytest.fixture
def made(world):
    """Two serialised devices of the batch on the market, the second one scrapped."""
    by = Operator(world.person[f"hengrui/{Role.PLANT_CLERK}"], world.org["hengrui"], HOUSES["hengrui"].name)
    with acting_for(world.org["hengrui"]):
        batch, item = (
            session.get_one(Batch, world.batch["marketing_released"]),
            session.get_one(TradeItem, world.trade_item),
        )
        telling = Telling(batch.entrustment_id)
        of = telling.thing(Thing.BATCH, batch.number, record_id=batch.id)
        pieces = telling.units(["SN0001", "SN0002"], item=item.key, batch=of)
        telling.deed(Told(Deed.COMMISSION, now(), "1", uses=[of], makes=pieces, batch=of))
        telling.deed(Told(Deed.SCRAP, now(), "2", touches=pieces[1:], batch=of))
        record(telling, by=by)
        session.commit()
        return batch, Identification(Agency.GS1, di=item.di, lot=batch.number, serial="SN0001")


def search(knocker, **asked):
    return knocker.get("/fhir/Device?" + "&".join(f"{name.replace('_', '-')}={value}" for name, value in asked.items()))


def carrier(told):
    return quote(build(told, ON))


def test_a_device_is_found_by_the_code_of_its_label(machine, made):
    batch, told = made
    answer = search(machine("hengrui"), udi_carrier=carrier(told))

    assert (answer.status_code, answer.mimetype) == (200, FHIR)
    assert (answer.json["resourceType"], answer.json["type"], answer.json["total"]) == ("Bundle", "searchset", 1)
    device = answer.json["entry"][0]["resource"]
    assert (device["resourceType"], device["status"]) == ("Device", "active")
    assert (device["lotNumber"], device["serialNumber"]) == (batch.number, "SN0001")
    assert device["manufacturer"] == HOUSES["chengyue"].name
    assert device["name"][0] == {"value": batch.product_name, "type": "registered-name", "display": True}
    (udi,) = device["udiCarrier"]
    assert (udi["deviceIdentifier"], udi["issuer"]) == (told.di, "http://hl7.org/fhir/NamingSystem/gs1-di")
    assert f"(01){told.di}" in udi["carrierHRF"]
    assert base64.b64decode(udi["carrierAIDC"]).decode().startswith(f"01{told.di}")


def test_the_bundle_leads_to_the_device_itself(machine, made):
    knocker = machine("hengrui")
    entry = search(knocker, identifier="SN0001").json["entry"][0]
    one = knocker.get(entry["fullUrl"].partition("/api/v1")[2], Accept=FHIR)

    assert one.status_code == 200
    assert one.json == entry["resource"]


def test_a_serial_number_may_come_with_its_system(machine, made):
    assert search(machine("hengrui"), identifier="urn:x|SN0001").json["total"] == 1
    assert search(machine("hengrui"), identifier="SN9999").json["total"] == 0


def test_what_was_scrapped_is_inactive(machine, made):
    (entry,) = search(machine("hengrui"), identifier="SN0002").json["entry"]

    assert entry["resource"]["status"] == "inactive"


def test_a_code_without_serial_number_names_the_batch_as_a_whole(machine, made):
    batch, told = made
    (entry,) = search(machine("hengrui"), udi_carrier=f"(01){told.di}(10){batch.number}").json["entry"]

    assert entry["resource"]["lotNumber"] == batch.number
    assert "serialNumber" not in entry["resource"]


def test_a_code_in_doubt_is_refused_and_not_guessed(machine, made):
    answer = search(machine("hengrui"), udi_carrier=carrier(made[1]).replace("%1D", ""))

    assert (answer.status_code, answer.mimetype) == (400, FHIR)
    assert answer.json["resourceType"] == "OperationOutcome"
    assert "A separator (FNC1) may be missing" in answer.json["issue"][0]["diagnostics"]


@pytest.mark.parametrize("house", ["lantai", "qihe"])
def test_whoever_takes_no_part_finds_no_device(machine, made, house):
    (entry,) = search(machine("hengrui"), identifier="SN0001").json["entry"]
    stranger = machine(house)

    assert search(stranger, udi_carrier=carrier(made[1])).json["total"] == 0
    assert stranger.get(f"/fhir/Device/{entry['resource']['id']}").status_code == 404


def test_a_machine_limited_to_another_entrustment_finds_none(machine, made, world):
    limited, own = (machine("hengrui", entrustments=[each]) for each in (world.rival_entrustment, world.entrustment))

    assert search(limited, identifier="SN0001").json["total"] == 0
    assert search(own, identifier="SN0001").json["total"] == 1


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/fhir/Device/01980000-0000-7000-8000-000000000000", 404, "not-found"),
        ("/fhir/Patient", 404, "not-found"),
        ("/fhir/Device?name=x", 400, "invalid"),
    ],
)
def test_a_refusal_is_an_operation_outcome(machine, path, status, code):
    answer = machine("hengrui").get(path)

    assert (answer.status_code, answer.mimetype) == (status, FHIR)
    assert answer.json["issue"][0]["code"] == code


def test_without_its_scope_it_is_forbidden_and_without_a_token_it_asks_to_log_in(machine, app):
    assert machine("hengrui", scopes=[Scope.CAPAS_READ]).get("/fhir/metadata").json["issue"][0]["code"] == "forbidden"
    assert app.test_client().get("/api/v1/fhir/Device").json["issue"][0]["code"] == "login"


def test_it_says_what_can_be_asked(machine):
    told = machine("hengrui").get("/fhir/metadata", Accept=FHIR).json

    assert (told["resourceType"], told["fhirVersion"], told["kind"]) == ("CapabilityStatement", "5.0.0", "instance")
    (device,) = told["rest"][0]["resource"]
    assert [each["code"] for each in device["interaction"]] == ["read", "search-type"]
    assert {each["name"] for each in device["searchParam"]} == {"udi-carrier", "identifier"}


def test_a_search_that_names_nothing_says_what_to_ask_by(machine):
    (entry,) = machine("hengrui").get("/fhir/Device").json["entry"]

    assert entry["search"]["mode"] == "outcome"
    assert entry["resource"]["resourceType"] == "OperationOutcome"
