"""The hash id of an event is the one that the reference implementation of CBV 2.0 8.9 expects."""

import json

import pytest

from agreements.epcis import event_id, event_of, prehash, read_document
from agreements.epcis.keys import canonical, key_in
from agreements.epcis.parts import Unreadable

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
OTHERS = {"example": "https://ns.example.com/epcis/"}
# Values of the published examples of the reference implementation; the events are told again here.
MEASURED = {
    "type": "ObjectEvent",
    "eventTime": "2020-04-01T15:00:00+01:00",
    "eventTimeZoneOffset": "+01:00",
    "epcList": ["urn:epc:id:sgtin:4012345.011111.9876"],
    "action": "OBSERVE",
    "bizStep": "inspecting",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00005.0"},
    "sensorElementList": [
        {
            "sensorMetadata": {
                "deviceID": "urn:epc:id:giai:4000001.111",
                "deviceMetadata": "https://id.gs1.org/8004/4000001111",
            },
            "sensorReport": [
                {"type": "Temperature", "value": 26, "sDev": 0.1, "uom": "CEL"},
                {"type": "AbsoluteHumidity", "value": 12.1, "uom": "A93"},
                {
                    "type": "Dimensionless",
                    "microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
                    "value": 0.05,
                    "uom": "C35",
                },
                {
                    "type": "Dimensionless",
                    "chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
                    "value": 0.18,
                    "uom": "C35",
                },
            ],
        }
    ],
}
DEPARTED = {
    "type": "ObjectEvent",
    "eventTime": "2020-03-04T11:00:30+01:00",
    "eventTimeZoneOffset": "+01:00",
    "epcList": ["urn:epc:id:sgtin:0614141.011111.987"],
    "action": "OBSERVE",
    "bizStep": "departing",
    "disposition": "in_transit",
    "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.0", "example:myField1": "AB-12"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:4012345.11111.123"}],
    "sourceList": [{"type": "owning_party", "source": "urn:epc:id:pgln:4012345.00000"}],
    "destinationList": [{"type": "owning_party", "destination": "urn:epc:id:pgln:0614141.00000"}],
    "example:userExt": "CD-34",
}
MISTAKEN = """<?xml version="1.0"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" xmlns:example="https://ns.example.com/epcis/"
    schemaVersion="2.0" creationDate="2020-01-15T07:47:21.677Z"><EPCISBody><EventList><TransformationEvent>
  <eventTime>2020-01-14T00:00:00.000+01:00</eventTime><eventTimeZoneOffset>+01:00</eventTimeZoneOffset>
  <eventID>urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8</eventID>
  <errorDeclaration><declarationTime>2020-01-15T00:00:00.000+01:00</declarationTime>
    <reason>urn:epcglobal:cbv:er:incorrect_data</reason>
    <example:vendorExtension>Test1</example:vendorExtension></errorDeclaration>
  <inputEPCList><epc>urn:epc:id:sgtin:4012345.011111.987</epc></inputEPCList>
  <inputQuantityList><quantityElement><epcClass>urn:epc:class:lgtin:4012345.022222.87545GHGH</epcClass>
    </quantityElement></inputQuantityList>
  <outputEPCList><epc>urn:epc:id:sgtin:4012345.033333.AGHFG</epc></outputEPCList>
  <outputQuantityList><quantityElement><epcClass>urn:epc:idpat:sgtin:4012345.044444.*</epcClass>
    <quantity>452.0</quantity><uom>KGM</uom></quantityElement></outputQuantityList>
  <bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
  <readPoint><id>urn:epc:id:sgln:4012345.00000.0</id></readPoint>
</TransformationEvent></EventList></EPCISBody></epcis:EPCISDocument>"""


def document(*events, context=(CONTEXT, OTHERS)):
    whole = {"@context": list(context), "type": "EPCISDocument", "schemaVersion": "2.0"}
    return json.dumps(whole | {"epcisBody": {"eventList": list(events)}}).encode()


def read(*events):
    return read_document(document(*events), "application/ld+json").bodies


@pytest.mark.parametrize(
    ("event", "digest"),
    [
        (MEASURED, "271565c346ae2fb28c4583c4dca4ab4772d465eb4e0b6e548d77d8b49377d95c"),
        (DEPARTED, "3ae14c02c4bdc220cc31942cf804f6845eb8dec96ba6483391c92a9b165f9329"),
    ],
)
def test_an_event_in_json_has_the_published_id(event, digest):
    (body,) = read(event)

    assert event_id(body) == f"ni:///sha-256;{digest}?ver=CBV2.0"


def test_an_event_in_xml_has_the_published_id_whether_it_is_declared_wrong_or_not():
    (body,) = read_document(MISTAKEN.encode(), "application/xml").bodies

    digest = "e16ce101f3d7383612e00b74419b2d88f12baa6a124b0e390252d396687d5cf7"
    assert event_id(body) == f"ni:///sha-256;{digest}?ver=CBV2.0"
    assert event_of(body).error.reason == "incorrect_data"


def test_moments_are_rounded_to_the_millisecond_as_published():
    shipped = {
        "type": "ObjectEvent",
        "eventTime": "2023-02-02T11:04:03.1415Z",
        "eventTimeZoneOffset": "+01:00",
        "epcList": ["https://id.gs1.de/00/040123451111111110"],
        "action": "OBSERVE",
        "bizStep": "shipping",
    }
    (up,) = read(shipped)
    (down,) = read(shipped | {"eventTime": "2023-02-02T11:04:03.1414Z"})

    assert "eventTime=2023-02-02T11:04:03.142Z" in prehash(up)
    assert "eventTime=2023-02-02T11:04:03.141Z" in prehash(down)
    assert "epc=https://id.gs1.org/00/040123451111111110" in prehash(up)


def test_the_same_event_told_otherwise_has_the_same_id_and_another_has_another():
    (told,) = read(DEPARTED)
    again = dict(reversed(DEPARTED.items())) | {
        "eventTime": "2020-03-04T10:00:30.000Z",
        "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "recordTime": "2020-03-05T10:00:30.000Z",
        "bizStep": "urn:epcglobal:cbv:bizstep:departing",
        "disposition": "cbv:Disp-in_transit",
        "epcList": ["https://maker.example/01/00614141111114/10/LOT/21/987?17=270101"],
    }
    (same,) = read(again)
    (other,) = read(DEPARTED | {"example:userExt": "CD-35"})

    assert event_id(same) == event_id(told)
    assert event_id(other) != event_id(told)


@pytest.mark.parametrize(
    ("uri", "address"),
    [
        ("urn:epc:id:sgtin:4012345.012345.12", "01/04012345123456/21/12"),
        ("urn:epc:id:sscc:4012345.0000000333", "00/040123450000003338"),
        ("urn:epc:id:grai:4012345.66666.87", "8003/0401234566666387"),
        ("urn:epc:id:giai:4012345.AAbb", "8004/4012345.AAbb".replace(".", "")),
        ("urn:epc:id:gsrn:4012345.9876540000", "8018/401234598765400000"),
        ("urn:epc:id:gsrnp:4012345.0000098765", "8017/401234500000987658"),
        ("urn:epc:id:gdti:4012345.55555.98", "253/401234555555498"),
        ("urn:epc:id:cpi:4012345.ABC.123", "8010/4012345ABC/8011/123"),
        ("urn:epc:id:sgcn:4012345.99999.44", "255/401234599999044"),
        ("urn:epc:id:ginc:4012345.333", "401/4012345333"),
        ("urn:epc:id:gsin:4012345.999987654", "402/40123459999876541"),
        ("urn:epc:id:itip:4012345.012345.01.02.999", "8006/040123451234560102/21/999"),
        ("urn:epc:id:upui:4012345.012345.AB12", "01/04012345123456/235/AB12"),
        ("urn:epc:id:sgln:4012345.00011.987", "414/4012345000115/254/987"),
        ("urn:epc:id:sgln:4012345.00011.0", "414/4012345000115"),
        ("urn:epc:id:pgln:4012345.00225", "417/4012345002256"),
        ("urn:epc:class:lgtin:4054739.099914.20160711", "01/04054739999148/10/20160711"),
        ("urn:epc:idpat:sgtin:4054739.099914.*", "01/04054739999148"),
        ("urn:epc:idpat:grai:4012345.66666.*", "8003/04012345666663"),
        ("urn:epc:idpat:gdti:4012345.55555.*", "253/4012345555554"),
        ("urn:epc:idpat:sgcn:4012345.99999.*", "255/4012345999990"),
        ("urn:epc:idpat:cpi:4012345.ABC.*", "8010/4012345ABC"),
        ("urn:epc:idpat:itip:4012345.012345.01.02.*", "8006/040123451234560102"),
        ("https://example.org/8004/401234599999", "8004/401234599999"),
    ],
)
def test_a_key_of_gs1_is_the_same_as_a_urn_and_as_an_address(uri, address):
    assert canonical(uri) == f"https://id.gs1.org/{address}"
    key = key_in(uri)
    assert canonical(key.link) == key.link == f"https://id.gs1.org/{address}"


@pytest.mark.parametrize(
    "uri",
    [
        "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8",
        "https://example.org/01/steel",
        "https://id.gs1.org",
        "https://id.gs1.org/x",
    ],
)
def test_what_holds_no_key_stays_as_it_is(uri):
    assert canonical(uri) == uri
    assert key_in(uri) is None


def test_a_context_that_is_not_of_gs1_is_refused_and_one_beside_it_is_named_as_not_read():
    with pytest.raises(Unreadable, match="@context"):
        read_document(document(MEASURED, context=(OTHERS,)), "application/json")

    far = read_document(document(MEASURED, context=(CONTEXT, "https://far.example/c.jsonld")), "application/json")
    assert "https://far.example/c.jsonld" in str(far.warnings[0])
