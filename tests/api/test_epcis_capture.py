"""POST /epcis/capture, GET /epcis/capture/<id>"""

import json
from datetime import timedelta

import pytest

from agreements.epcis import body_of, document_of
from agreements.epcis.telling import body_of_act
from portal.commands.waiting import take_all
from portal.db import now, session, unit_of_work
from portal.records.batch import Batch
from portal.records.machine import Client
from portal.rooms.clients.keeping import revoke
from portal.tenancy import acting_for
from portal.verifying import verify
from tests.api.knocking import administrator
from tests.stage import as_the_verifier, sql, stored
from workflows.acts import Act, Item
from workflows.lineage import Deed, Thing
from workflows.scopes import Scope

CAPTURE = "/epcis/capture"
HERE = "https://mes.plant.example"
AT = (now() - timedelta(hours=2)).replace(microsecond=0)
BOX = Item(Thing.PACKAGE, "040123450000003338")


@pytest.fixture
def gtin(world):
    found = sql(
        "SELECT di FROM trade_item WHERE is_primary AND state = 'in_use' AND entrustment_id = :about",
        about=stored(world.entrustment),
    )
    return found[0][0]


@pytest.fixture
def number(world):
    with acting_for(world.org["hengrui"]):
        return session.get_one(Batch, world.batch["opened"]).number


@pytest.fixture
def pieces(gtin, number):
    """Two devices of a batch under way, and the box that they were put in."""
    units = tuple(Item(Thing.UNIT, each, gtin, number) for each in ("E-1", "E-2"))
    return [
        body_of_act(Act(Deed.COMMISSION, "", AT, batch=number, makes=units), HERE),
        body_of_act(Act(Deed.PACK, "", AT + timedelta(minutes=5), package=BOX, moves=units), HERE),
    ]


def as_json(bodies):
    return "".join(document_of(map(body_of, bodies), AT)).encode()


def as_xml(bodies):
    """The commissioning and the packing as the older XML has them."""
    made, packed = bodies
    epcs = "".join(f"<epc>{each}</epc>" for each in made["epcList"])
    when = "<eventTime>{0}</eventTime><eventTimeZoneOffset>+08:00</eventTimeZoneOffset>".format
    lot = made["ilmd"]["{urn:epcglobal:cbv:mda}lotNumber"]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:1" xmlns:m="urn:epcglobal:cbv:mda" schemaVersion="1.2"
  creationDate="2026-11-20T10:00:00Z"><EPCISBody><EventList>
  <ObjectEvent>{when(made["eventTime"])}<epcList>{epcs}</epcList><action>ADD</action>
    <bizStep>urn:epcglobal:cbv:bizstep:commissioning</bizStep>
    <extension><ilmd><m:lotNumber>{lot}</m:lotNumber></ilmd></extension></ObjectEvent>
  <AggregationEvent>{when(packed["eventTime"])}<parentID>{packed["parentID"]}</parentID>
    <childEPCs>{epcs}</childEPCs><action>ADD</action><bizStep>urn:epcglobal:cbv:bizstep:packing</bizStep>
  </AggregationEvent></EventList></EPCISBody></epcis:EPCISDocument>""".encode()


def send(knocker, data, media="application/ld+json", query="", **headers):
    return knocker.post(f"{CAPTURE}{query}", data, Content_Type=media, **headers)


def gone_through(app, knocker, data, media="application/ld+json", **headers):
    """What the job says once the worker has been there."""
    answer = send(knocker, data, media, **headers)
    assert answer.status_code == 202, answer.text
    with app.app_context():
        assert take_all() == 1
    return knocker.get(answer.headers["Location"].removeprefix("/api/v1")).json


def count():
    return sql("SELECT count(*) FROM activity")[0][0]


def test_what_a_plant_tells_is_on_record_and_is_told_again_as_it_was_told(app, plant, pieces, gtin):
    taken = send(plant, as_json(pieces))
    waiting = plant.get(taken.headers["Location"].removeprefix("/api/v1")).json
    with app.app_context():
        assert take_all() == 1
    job = plant.get(taken.headers["Location"].removeprefix("/api/v1")).json

    assert (waiting["running"], waiting["success"], waiting["events"]) == (True, False, 2)
    assert (job["running"], job["success"], job["written"], job["errors"]) == (False, True, 2, []), job
    assert taken.headers["GS1-EPCIS-Version"] == "2.0"
    unit = f"https://id.gs1.org/01/{gtin}/21/E-1"
    answer = plant.get(f"/epcis/events?MATCH_anyEPC={unit}").json
    told = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    assert [each["eventID"] for each in told] == [each["eventID"] for each in pieces]
    found = plant.get(f"/epcis/events?EQ_eventID={pieces[0]['eventID'].replace('?', '%3F')}").json
    assert len(found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 1
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


def test_the_same_document_three_times_is_one_state(app, plant, pieces):
    jobs = [gone_through(app, plant, as_json(pieces)) for _ in range(3)]

    assert [each["success"] for each in jobs] == [True] * 3
    assert [each["written"] for each in jobs] == [2, 0, 0]


def test_xml_of_the_older_schema_is_taken_too(app, plant, pieces):
    job = gone_through(app, plant, as_xml(pieces), "application/xml")

    assert (job["success"], job["written"]) == (True, 2), job


@pytest.mark.parametrize(("behaviour", "written"), [("rollback", None), ("proceed", 2)])
def test_one_bad_event_keeps_out_all_or_only_itself_as_the_sender_says(app, plant, pieces, behaviour, written):
    bad = pieces[0] | {"eventTimeZoneOffset": "somewhere", "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"}
    before = count()
    job = gone_through(app, plant, as_json([pieces[0], bad, pieces[1]]), GS1_Capture_Error_Behaviour=behaviour)

    assert not job["success"]
    assert [each["title"] for each in job["errors"]] == ["event 2 eventTimeZoneOffset"]
    assert job["written"] == (written or 0)
    assert count() == before + (written or 0)


def test_what_the_rules_of_making_refuse_is_told_with_its_event(app, plant, gtin):
    units = (Item(Thing.UNIT, "E-9", gtin, "B-0000"),)
    body = body_of_act(Act(Deed.COMMISSION, "", AT, batch="B-0000", makes=units), HERE)
    job = gone_through(app, plant, as_json([body]))

    assert [each["title"] for each in job["errors"]] == ["event 1"]
    assert "B-0000" in job["errors"][0]["detail"]


def test_a_contradiction_is_a_question_and_overwrites_nothing(app, plant, pieces):
    gone_through(app, plant, as_json(pieces))
    other = pieces[1] | {"childEPCs": pieces[1]["childEPCs"][:1]}
    job = gone_through(app, plant, as_json([other]))

    assert not job["success"]
    assert "something else is on record" in job["errors"][0]["detail"]


def asked(knocker, event_id):
    answer = knocker.get(f"/epcis/events?EQ_eventID={event_id.replace('?', '%3F')}").json
    (told,) = answer["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return told


def test_an_error_declaration_puts_the_corrective_event_in_its_place(app, plant, pieces):
    made, wrong = pieces
    assert gone_through(app, plant, as_json(pieces))["success"]
    right = wrong | {"childEPCs": wrong["childEPCs"][:1], "eventID": "urn:x:right"}
    declared = wrong | {
        "errorDeclaration": {
            "declarationTime": AT.isoformat(),
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:x:right"],
        }
    }
    document = as_json([declared, right])

    job = gone_through(app, plant, document)
    assert (job["success"], job["written"]) == (True, 1), job
    again = [gone_through(app, plant, each) for each in (document, as_json([made, wrong]))]
    assert [(each["success"], each["written"]) for each in again] == [(True, 0), (True, 0)], again
    told = asked(plant, wrong["eventID"])
    assert told["errorDeclaration"]["correctiveEventIDs"] == ["urn:x:right"]
    assert sorted(told["childEPCs"]) == sorted(wrong["childEPCs"])
    assert asked(plant, "urn:x:right")["childEPCs"] == right["childEPCs"]


def test_what_never_happened_is_taken_back(app, plant, pieces):
    assert gone_through(app, plant, as_json(pieces))["success"]
    declared = pieces[1] | {"errorDeclaration": {"declarationTime": AT.isoformat(), "reason": "did_not_occur"}}

    jobs = [gone_through(app, plant, as_json([declared])) for _ in range(2)]
    assert [(each["success"], each["written"]) for each in jobs] == [(True, 1), (True, 0)], jobs
    assert asked(plant, pieces[1]["eventID"])["errorDeclaration"]["reason"] == "did_not_occur"


@pytest.mark.parametrize(
    ("data", "media", "status"),
    [
        (b"{", "application/ld+json", 400),
        (b"<!DOCTYPE x><x/>", "application/xml", 400),
        (b"a;b", "text/csv", 415),
        (json.dumps({"type": "EPCISDocument"}).encode(), "application/json", 400),
    ],
)
def test_what_is_no_document_is_refused_at_once(plant, data, media, status):
    answer = send(plant, data, media)

    assert answer.status_code == status
    if media == "application/xml":
        assert "line 1" in answer.json["errors"][0]["says"]


def test_a_job_is_its_houses_and_the_door_is_the_manufacturers(app, plant, machine, pieces, world):
    taken = send(plant, as_json(pieces)).headers["Location"].removeprefix("/api/v1")

    assert machine("hengrui", entrustments=[world.entrustment]).get(taken).status_code == 404
    assert machine("lantai").get(taken).status_code == 404
    assert [each["captureID"] for each in plant.get(CAPTURE).json][-1] == taken.rsplit("/", 1)[1]
    asked = f"?entrustment_id={world.entrustment}"
    assert send(machine("chengyue"), as_json(pieces), query=asked).status_code == 403
    assert send(machine("lantai"), as_json(pieces), query=asked).status_code == 404
    assert send(plant, as_json(pieces), query=asked).status_code == 202
    assert send(machine("hengrui", scopes=[Scope.EVENTS_READ]), as_json(pieces)).status_code == 403


def test_the_registrants_machine_writes_nothing_into_the_plants_work(app, machine, pieces):
    """Nothing says to whom it belongs, and the registrant makes nothing there: so it lands nowhere."""
    before = count()
    job = gone_through(app, machine("chengyue"), as_json(pieces))

    assert not job["success"]
    assert count() == before


def test_a_client_that_was_revoked_meanwhile_tells_nothing(app, plant, pieces, world):
    taken = send(plant, as_json(pieces))
    assert taken.status_code == 202
    with acting_for(world.org["hengrui"]), unit_of_work():
        revoke(session.get_one(Client, plant.id), "sold", by=administrator(world, "hengrui"))
    before = count()
    with app.app_context():
        assert take_all() == 1

    assert count() == before
    assert sql("SELECT success FROM capture ORDER BY id DESC")[0][0] in (0, False)
