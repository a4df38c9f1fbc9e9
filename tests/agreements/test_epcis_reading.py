"""Documents of events: read in either form, refused with the place and the reason."""

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agreements.epcis import Faulty, event_id, event_of, read_document
from agreements.epcis.documents import MOST_EVENTS
from agreements.epcis.parts import Unreadable
from agreements.epcis.writing import body_of, document_of
from tests.agreements.test_epcis_hashes import DEPARTED, MEASURED, document, read

GTIN = "06901234567892"
PACKED = {
    "type": "AggregationEvent",
    "eventTime": "2026-11-20T10:00:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "parentID": "urn:epc:id:sscc:4012345.0000000333",
    "childEPCs": [f"https://id.gs1.org/01/{GTIN}/21/1001"],
    "action": "ADD",
    "bizStep": "packing",
}
OLDER = """<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:cbvmda="urn:epcglobal:cbv:mda"
  schemaVersion="1.2" creationDate="2026-11-20T10:00:00Z">
 <EPCISBody><EventList>
  <extension><TransformationEvent>
    <eventTime>2026-11-20T09:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
    <baseExtension><eventID>urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8</eventID></baseExtension>
    <inputQuantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.011111.4444</epcClass>
      <quantity>10</quantity><uom>KGM</uom></quantityElement></inputQuantityList>
    <outputEPCList><epc>urn:epc:id:sgtin:4012345.077889.25</epc></outputEPCList>
  </TransformationEvent></extension>
  <ObjectEvent>
    <eventTime>2026-11-20T10:00:00+08:00</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>
    <epcList/><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
    <extension><quantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.011111.4444</epcClass>
      <quantity>600.0</quantity></quantityElement></quantityList>
      <ilmd><cbvmda:lotNumber>4444</cbvmda:lotNumber></ilmd></extension>
  </ObjectEvent>
 </EventList></EPCISBody>
</epcis:EPCISDocument>"""
NEWER = """<?xml version="1.0"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0" creationDate="2026-11-20T10:00:00Z">
 <EPCISBody><EventList><ObjectEvent>
  <eventTime>2020-04-01T15:00:00+01:00</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
  <epcList><epc>urn:epc:id:sgtin:4012345.011111.9876</epc></epcList><action>OBSERVE</action>
  <bizStep>urn:epcglobal:cbv:bizstep:inspecting</bizStep><readPoint><id>urn:epc:id:sgln:4012345.00005.0</id></readPoint>
  <sensorElementList><sensorElement>
   <sensorMetadata deviceID="urn:epc:id:giai:4000001.111" deviceMetadata="https://id.gs1.org/8004/4000001111"/>
   <sensorReport type="gs1:Temperature" value="26.0" sDev="0.10" uom="CEL"/>
   <sensorReport type="gs1:AbsoluteHumidity" value="12.1" uom="A93"/>
   <sensorReport type="gs1:Dimensionless" microorganism="https://www.ncbi.nlm.nih.gov/taxonomy/1126011" value="0.05"
     uom="C35"/>
   <sensorReport type="gs1:Dimensionless" value="0.18" uom="C35"
     chemicalSubstance="https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N"/>
  </sensorElement></sensorElementList>
 </ObjectEvent></EventList></EPCISBody>
</epcis:EPCISDocument>"""


def faults_of(event, number=3):
    with pytest.raises(Faulty) as refusal:
        event_of(event, number)
    assert {each.number for each in refusal.value.faults} == {number}
    return {each.place: str(each.says) for each in refusal.value.faults}


def test_the_same_event_in_xml_and_in_json_has_the_same_id():
    (in_xml,) = read_document(NEWER.encode(), "text/xml").bodies

    assert event_id(in_xml) == event_id(read(MEASURED)[0])
    assert [each.kind for each in event_of(in_xml).reports][:2] == ["Temperature", "AbsoluteHumidity"]


def test_xml_of_the_older_schema_is_read_through_its_wrappers():
    made, told = (event_of(each) for each in read_document(OLDER.encode(), "application/xml").bodies)

    assert made.id == "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"
    assert (made.input_quantities[0].number, made.input_quantities[0].unit) == ("10", "KGM")
    assert (told.step, told.quantities[0].number) == ("commissioning", "600.0")
    assert told.ilmd == {"{urn:epcglobal:cbv:mda}lotNumber": "4444"}


@pytest.mark.parametrize(
    ("data", "place", "word"),
    [
        (
            OLDER.replace("<epcis:EPCISDocument", '<!DOCTYPE d [<!ENTITY a "b">]>\n<epcis:EPCISDocument', 1),
            "2:1",
            "DOCTYPE",
        ),
        (OLDER.replace("</epcis:EPCISDocument>", ""), "20:", "line 20"),
        (OLDER.replace("UTF-8", "UTF-16"), "1:1", "UTF-8"),
        (OLDER.replace("epcis:xsd:1", "other"), "1:1", "EPCISDocument"),
        (OLDER.replace("EventList", "Events"), "EventList", "missing"),
        (
            OLDER.replace("<cbvmda:lotNumber>", "<cbvmda:a>" * 40).replace("</cbvmda:lotNumber>", "</cbvmda:a>" * 40),
            "17:",
            "deep",
        ),
    ],
)
def test_xml_that_cannot_be_read_is_refused_with_its_place(data, place, word):
    with pytest.raises(Unreadable) as refusal:
        read_document(data.encode(), "application/xml")

    assert refusal.value.place.startswith(place)
    assert word in str(refusal.value.says)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'{"type": "EPCISDocument"', "line 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"a": 1e999999999}', "too long"),
        (b'{"a": NaN}', "too long"),
        (b"[]", "EPCISDocument"),
        (document(MEASURED).replace(b'"2.0"', b'"1.2"'), "1.2"),
        (document(), "no event"),
        (document(*[{}] * (MOST_EVENTS + 1)), "10001"),
        (document({"ilmd": json.loads('{"a:b":' * 50 + "1" + "}" * 50)}), "nested"),
        (document("not an event"), "object"),
    ],
)
def test_json_that_cannot_be_read_is_refused_with_its_reason(data, word):
    with pytest.raises(Unreadable) as refusal:
        read_document(data, "application/ld+json")

    assert word in str(refusal.value.says)


@pytest.mark.parametrize(
    ("change", "place", "word"),
    [
        ({"eventTime": None}, "eventTime", "missing"),
        ({"eventTime": "2026-11-20T10:00:00"}, "eventTime", "offset"),
        ({"eventTime": "2026-02-30T10:00:00+08:00"}, "eventTime", "no such day"),
        ({"eventTime": "9999-12-31T23:59:59.9999999Z"}, "eventTime", "no such day"),
        ({"eventTimeZoneOffset": None}, "eventTimeZoneOffset", "missing"),
        ({"eventTimeZoneOffset": "8"}, "eventTimeZoneOffset", "+08:00"),
        ({"action": None}, "action", "ADD"),
        ({"parentID": None}, "parentID", "missing"),
        ({"childEPCs": []}, "childEPCs", "nothing"),
        ({"childEPCs": "x", "childQuantityList": [{"epcClass": "urn:a:b"}]}, "childEPCs", "list"),
        ({"childEPCs": [f"https://id.gs1.org/01/{GTIN[:-1]}3/21/1"]}, "childEPCs[1]", "last digit"),
        ({"childEPCs": [PACKED["childEPCs"][0]] * 2}, "childEPCs", "twice"),
        ({"childEPCs": ["urn:epc:id:sgtin:40123.1.1"]}, "childEPCs[1]", "cannot be read"),
        ({"bizStep": "flying"}, "bizStep", "flying"),
        (
            {"childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.1", "quantity": "-1"}]},
            "childQuantityList[1].quantity",
            "above 0",
        ),
        ({"childQuantityList": [{"quantity": 1}]}, "childQuantityList[1]", "epcClass"),
        (
            {"sensorElementList": [{"sensorReport": [{"type": "Temperature", "time": "now"}]}]},
            "sensorElementList[1].sensorReport[1].time",
            "moment",
        ),
        ({"errorDeclaration": {"declarationTime": "2026-11-21T10:00:00+08:00"}}, "eventID", "id"),
        ({"type": "FlyingEvent"}, "type", "FlyingEvent"),
        ({"bizTransactionList": [{"type": "po"}]}, "bizTransactionList[1]", "URI"),
        ({"epcList": False}, "epcList", "list"),
        ({"quantityList": ["x"]}, "quantityList[1]", "epcClass"),
        ({"parentID": False, "action": "OBSERVE"}, "parentID", "URI"),
        ({"eventID": 0}, "eventID", "URI"),
        ({"transformationID": 1}, "transformationID", "URI"),
        ({"readPoint": {"id": False}}, "readPoint.id", "URI"),
        (
            {"childQuantityList": [{"epcClass": "urn:epc:class:lgtin:4012345.011111.1", "uom": False}]},
            "childQuantityList[1].uom",
            "capitals",
        ),
        (
            {"sensorElementList": [{"sensorMetadata": {"time": "now"}, "sensorReport": []}]},
            "sensorElementList[1].sensorMetadata.time",
            "moment",
        ),
        (
            {"errorDeclaration": {"declarationTime": "2026-11-21T10:00:00+08:00", "reason": 1}},
            "errorDeclaration.reason",
            "1",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_said_with_its_number_and_its_field(change, place, word):
    told = faults_of(PACKED | change)

    assert word in told[place], told


def test_every_fault_of_an_event_is_said_at_once():
    assert len(faults_of(PACKED | {"eventTime": None, "action": "x", "bizStep": "flying"})) == 3


_ANYTHING = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=5) | some.sampled_from(["+08:00", "urn:a:b"]),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from([*MEASURED, "id", "set"]), inner),
    max_leaves=6,
)


@given(some.sampled_from([MEASURED, DEPARTED, PACKED]), some.sampled_from([*MEASURED, *DEPARTED, *PACKED]), _ANYTHING)
def test_an_event_is_refused_or_has_an_id_whatever_stands_in_its_fields(event, name, value):
    changed = deepcopy(event) | {name: value}
    with suppress(Faulty):
        event = event_of(changed)
        assert event_id(event.body).startswith("ni:///sha-256;")


def test_what_is_written_is_read_back_with_the_same_id():
    body = {
        **PACKED,
        "{urn:weituo:epcis:}step": "turning",
        "ilmd": {"{urn:epcglobal:cbv:mda}lotNumber": "B2611-01"},
    }
    text = "".join(document_of([body_of(body)], event_of(PACKED).at))

    (back,) = read_document(text.encode(), "application/ld+json").bodies
    assert back == body
    assert event_id(back) == event_id(body)
