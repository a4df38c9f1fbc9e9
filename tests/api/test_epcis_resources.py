"""/epcis, its resources, queries by name, XML, and what OPTIONS tells: as a plain client of EPCIS 2.0 asks."""

from urllib.parse import quote

import pytest
from lxml import etree

from agreements.epcis import event_id, event_of, read_document
from tests.api.test_epcis_capture import CAPTURE, as_json, gtin, number, pieces
from tests.api.test_epcis_events import ASKED, events, everything
from workflows.scopes import Scope

__all__ = ["gtin", "number", "pieces"]
QUERY = {"name": "shipped", "query": {"EQ_bizStep": ["shipping"], "eventType": ["ObjectEvent"]}}


def ids(answer):
    return {each.id for each in events(answer)}


def test_as_xml_it_says_the_same_with_the_same_hashes(plant):
    told = plant.get(f"{ASKED}?perPage=200", Accept="application/xml")
    found = [event_of(each, n) for n, each in enumerate(read_document(told.data, "application/xml").bodies, 1)]

    assert told.content_type == "application/xml"
    assert [each.id for each in found] == [each.id for each in events(plant.get(f"{ASKED}?perPage=200"))]
    assert all(each.id == event_id(each.body) for each in found)
    root = etree.fromstring(told.data)
    assert root.tag == "{urn:epcglobal:epcis-query:xsd:2}EPCISQueryDocument"
    assert root.find("EPCISBody/{urn:epcglobal:epcis-query:xsd:2}QueryResults/queryName").text == "SimpleEventQuery"
    assert "GS1-CBV-XML-Format" in told.headers


def test_what_there_is_can_be_looked_through(plant):
    whole = everything(plant)

    assert plant.get("/epcis").json[0] == "events"
    types = plant.get("/epcis/eventTypes").json
    assert (types["type"], set(types["eventType"])) == ("EventTypeItemList", {each.kind.value for each in whole})
    assert set(plant.get("/epcis/bizSteps").json["bizStep"]) >= {each.step for each in whole if each.step}
    assert set(plant.get("/epcis/dispositions").json["disposition"]) >= {each.disposition for each in whole} - {""}
    assert set(plant.get("/epcis/readPoints").json["readPoint"]) == {each.read_point for each in whole} - {""}
    assert plant.get("/epcis/bizLocations").json["bizLocation"] == []


def test_of_each_its_events_are_asked(plant):
    unit = plant.get("/epcis/epcs").json["epc"][0]

    assert plant.get(f"/epcis/epcs/{quote(unit, safe='')}").json == ["events"]
    assert ids(plant.get(f"/epcis/epcs/{quote(unit, safe='')}/events")) == ids(
        plant.get(f"{ASKED}?MATCH_anyEPC={unit}")
    )
    assert ids(plant.get("/epcis/bizSteps/shipping/events")) == ids(plant.get(f"{ASKED}?EQ_bizStep=shipping"))
    nowhere = quote("https://id.gs1.org/414/4012345000009", safe="")
    assert events(plant.get(f"/epcis/readPoints/{nowhere}/events")) == []
    assert plant.get(f"/epcis/readPoints/{nowhere}").status_code == 404
    both = plant.get(f"{ASKED}?EQ_bizStep=shipping%7Cpacking&perPage=200")
    assert {each.step for each in events(both)} == {"shipping", "packing"}
    assert plant.get("/epcis/eventTypes/NoEvent/events").status_code == 404
    assert plant.get("/epcis/bizSteps/flying").status_code == 404


def test_pages_of_things_lead_on(plant):
    path, found = "/epcis/epcs?perPage=3", []
    while path:
        answer = plant.get(path)
        found += answer.json["epc"]
        path = answer.headers.get("Link", "").partition("<")[2].partition(">")[0].removeprefix("/api/v1")

    assert len(found) == len(set(found)) > 6


def test_a_query_is_kept_by_its_name_asked_under_it_and_removed(plant, machine):
    made = plant.post("/epcis/queries", QUERY)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/epcis/queries/shipped")
    again = plant.post("/epcis/queries", QUERY)

    assert (again.status_code, again.json["errors"][0]["field"]) == (409, "name")
    assert QUERY in plant.get("/epcis/queries").json
    assert plant.get("/epcis/queries/shipped").json == QUERY
    asked = plant.get("/epcis/queries/shipped/events")
    assert asked.json["epcisBody"]["queryResults"]["queryName"] == "shipped"
    assert ids(asked) == ids(plant.get(f"{ASKED}?EQ_bizStep=shipping&eventType=ObjectEvent")) != set()
    others = machine("chengyue").get("/epcis/queries/shipped")
    assert others.status_code == 404
    for subscribed in (plant.get, lambda path: plant.post(path, {})):
        assert subscribed("/epcis/queries/shipped/subscriptions").status_code == 501
    assert plant.send("DELETE", "/epcis/queries/shipped").status_code == 204
    assert plant.get("/epcis/queries/shipped").status_code == 404
    assert plant.post("/epcis/queries", QUERY).status_code == 201


@pytest.mark.parametrize(
    "query",
    [
        {"name": "a b", "query": {}},
        {"name": "x", "query": {"EQ_flavour": ["sweet"]}},
        {"name": "x", "query": {"EQ_bizStep": ["flying"]}},
    ],
)
def test_what_is_not_understood_is_not_kept(plant, query):
    assert plant.post("/epcis/queries", query).status_code == 400


def test_a_query_shows_each_what_they_may_see(plant, machine):
    """Another machine of the house, limited to other work, asks under the same name."""
    plant.post("/epcis/queries", {"name": "all", "query": {}})
    limited = machine("hengrui", scopes=[Scope.EVENTS_READ], entrustments=[])

    assert ids(plant.get("/epcis/queries/all/events"))
    assert ids(limited.get("/epcis/queries/all/events")) == set()


def test_a_plain_client_needs_no_key(app, plant, pieces):
    """It gives none, so the document is its own."""
    given = {"Authorization": f"Bearer {plant.token}", "Content-Type": "application/ld+json"}
    first, again, other = (
        app.test_client().post(f"/api/v1{CAPTURE}", data=each, headers=given)
        for each in (as_json(pieces), as_json(pieces), as_json(pieces[:1]))
    )

    assert [each.status_code for each in (first, again, other)] == [202] * 3
    assert first.headers["Location"] == again.headers["Location"] != other.headers["Location"]
    listed = plant.get(f"{CAPTURE}?perPage=200").json
    assert {first.json["captureID"], other.json["captureID"]} <= {each["captureID"] for each in listed}


@pytest.mark.parametrize("path", ["", "/events", "/queries/shipments", "/bizSteps/shipping/events", "/capture"])
def test_options_say_what_is_spoken(app, path):
    answer = app.test_client().options(f"/api/v1/epcis{path}")

    assert (answer.status_code, answer.headers["GS1-EPCIS-Max"]) == (204, "2.0")
    assert "GET" in answer.headers["Allow"]
    if path == "/capture":
        assert answer.headers["GS1-EPCIS-Capture-Limit"] == "10000"
        assert answer.headers["GS1-Capture-Error-Behaviour"] == "rollback"
