"""GET /traces/<id>/events.json"""

import json
from collections import Counter

import pytest
from sqlalchemy import select

from agreements.epcis import event_id, event_of, read_document
from agreements.epcis.acts import act_of
from portal.db import session
from portal.demo.producing import BAR, HEAT, HOSPITALS, PIECES, SPARE_HEAT
from portal.lineage.numbering import addresses
from portal.records.lineage import Node
from portal.tenancy import acting_for
from tests.stage import sql
from workflows.lineage import Deed, Thing

QUALITY, RIVAL = "chengyue/registrant-quality-manager", "lantai/registrant-quality-manager"
PLANT, INSPECTOR = "hengrui/plant-clerk", "shanghai/authority-inspector"


@pytest.fixture
def address(world):
    """Where the events of a thing are told, as the plant knows it."""

    def _address(kind: Thing, code: str) -> str:
        with acting_for(world.org["hengrui"]):
            found = session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()
            return f"/traces/{addresses([found])[found]}/events.json"

    return _address


def told(answer):
    """The events as another system reads them, each with the id that is made of it."""
    assert answer.status_code == 200
    bodies = read_document(answer.data, "application/ld+json").bodies
    found = [event_of(body, number) for number, body in enumerate(bodies, 1)]
    assert [each.id for each in found] == [event_id(each.body) for each in found]
    return found


def deeds(events):
    return Counter(act_of(each).act.kind for each in events)


def test_everything_between_the_steel_and_the_hospital_is_told(seat, address):
    answer = seat(PLANT).get(address(Thing.SUPPLIER_LOT, HEAT))
    events = told(answer)

    assert answer.headers["GS1-EPCIS-Version"] == "2.0"
    kinds = deeds(events)
    assert (kinds[Deed.RECEIVE], kinds[Deed.COMMISSION], kinds[Deed.SHIP]) == (1, 4, 4)
    assert kinds[Deed.PACK] == 2 * PIECES // 6
    assert len({each.id for each in events}) == len(events)
    assert len([epc for each in events if each.step == "commissioning" for epc in each.epcs]) == 4 * PIECES
    parties = {act_of(each).act.party.code for each in events if each.destinations}
    assert parties == set(HOSPITALS)


def test_one_device_tells_its_own_way_and_no_siblings_box(seat, address):
    events = told(seat(PLANT).get(address(Thing.UNIT, "B2611-040001")))

    assert deeds(events)[Deed.PACK] == 1
    assert {act_of(each).act.party.code for each in events if each.destinations} == {HOSPITALS[0]}


@pytest.mark.parametrize(("who", "own", "others"), [(QUALITY, "B2611", "R2611"), (RIVAL, "R2611", "B2611")])
def test_of_two_rivals_on_one_heat_each_is_told_its_own_side_only(seat, address, who, own, others):
    answer = seat(who).get(address(Thing.SUPPLIER_LOT, HEAT))

    events = told(answer)
    assert {epc.rsplit("/", 1)[1][:5] for each in events if each.step == "commissioning" for epc in each.epcs} == {own}
    assert BAR in answer.text
    assert others not in answer.text


@pytest.mark.negative_control
def test_the_plant_is_told_both_sides(seat, address):
    """Otherwise the test above would also pass where nothing of anybody's is told."""
    text = seat(PLANT).get(address(Thing.SUPPLIER_LOT, HEAT)).text

    assert "B2611" in text
    assert "R2611" in text


def test_a_stranger_is_told_nothing(seat, address):
    assert seat("qihe/registrant-quality-manager").get(address(Thing.SUPPLIER_LOT, HEAT)).status_code == 404
    assert seat(QUALITY).get(address(Thing.SUPPLIER_LOT, SPARE_HEAT)).status_code == 404


def test_an_authority_is_told_and_its_look_is_in_the_ledger(seat, address, world):
    before = sql("SELECT count(*) FROM ledger_event WHERE event = 'node.read'")[0][0]
    events = told(seat(INSPECTOR).get(address(Thing.UNIT, "B2611-040001")))

    assert deeds(events)[Deed.COMMISSION] == 1
    assert sql("SELECT count(*) FROM ledger_event WHERE event = 'node.read'")[0][0] > before


def test_the_document_names_the_context_and_the_versions(seat, address):
    document = json.loads(seat(PLANT).get(address(Thing.UNIT, "B2611-040001")).text)

    assert document["@context"][0] == "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
    assert (document["type"], document["schemaVersion"]) == ("EPCISDocument", "2.0")
