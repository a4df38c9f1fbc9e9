"""POST /epcis/events: one event is on record at once, or refused with what is wrong."""

import json
from datetime import timedelta

import pytest

from agreements.epcis import body_of
from agreements.epcis.telling import body_of_act
from agreements.epcis.writing import written
from portal.verifying import verify
from tests.api.test_epcis_capture import AT, BOX, HERE, as_json, as_xml, count, gtin, number, pieces
from tests.stage import as_the_verifier
from workflows.acts import Act, Item
from workflows.lineage import Deed, Thing
from workflows.scopes import Scope

__all__ = ["gtin", "number", "pieces"]
EVENTS = "/epcis/events"
LD, XML = "application/ld+json", "application/xml"


def send(knocker, data, media=LD, query="", **headers):
    return knocker.post(f"{EVENTS}{query}", data, Content_Type=media, **headers)


def alone(body, **changes):
    return written(body_of(body | changes)).encode()


def where(answer):
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"].removeprefix("/api/v1")


def test_one_event_is_on_record_at_once_and_stands_where_the_answer_says(plant, pieces):
    made, packed = pieces
    first, second = send(plant, alone(made)), send(plant, alone(packed))

    for answer, sent in ((first, made), (second, packed)):
        read = plant.get(where(answer))
        assert read.json["eventID"] == answer.json["eventID"] == sent["eventID"]
        assert answer.headers["GS1-EPCIS-Version"] == "2.0"
    assert second.json["parentID"] == packed["parentID"]
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


def test_an_event_that_was_told_before_is_known_at_the_same_place(plant, pieces):
    first = send(plant, alone(pieces[0]))
    before = count()
    again = send(plant, alone(pieces[0]), Idempotency_Key="another")
    read_back = send(plant, plant.get(where(first)).data, Idempotency_Key="third")

    assert where(first) == where(again) == where(read_back)
    assert count() == before


def test_an_event_without_a_number_of_its_own_is_known_again_by_what_it_says(plant, pieces):
    nameless = {name: value for name, value in pieces[0].items() if name != "eventID"}
    places = {where(send(plant, alone(nameless), Idempotency_Key=key)) for key in ("one", "two")}

    assert len(places) == 1


def test_a_document_of_one_event_is_taken_too_and_one_of_two_is_led_to_the_capture(plant, pieces):
    assert where(send(plant, as_json(pieces[:1])))
    answers = [send(plant, as_json(pieces)), send(plant, as_xml(pieces), XML)]

    assert [each.status_code for each in answers] == [400, 400]
    assert "/epcis/capture" in answers[0].json["errors"][0]["says"]


def test_xml_is_taken_as_a_document_of_one_event(plant, pieces):
    before, _, rest = as_xml(pieces).partition(b"  <AggregationEvent>")

    assert where(send(plant, before + rest[rest.index(b"</EventList>") :], XML))


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"eventTimeZoneOffset": "somewhere"}, "event 1 eventTimeZoneOffset"),
        ({"action": "DELIGHT"}, "event 1 action"),
        ({"type": "DreamEvent"}, "event 1 type"),
    ],
)
def test_an_event_that_is_wrong_is_refused_with_the_field_and_nothing_is_written(plant, pieces, changed, place):
    before = count()
    answer = send(plant, alone(pieces[0], **changed))

    assert answer.status_code == 422
    assert [each["field"] for each in answer.json["errors"]] == [place]
    assert count() == before


def test_what_the_rules_of_making_refuse_is_refused_here_too(plant, gtin):
    act = Act(Deed.COMMISSION, "", AT, batch="B-0000", makes=(Item(Thing.UNIT, "E-9", gtin, "B-0000"),))
    answer = send(plant, alone(body_of_act(act, HERE)))

    assert answer.status_code == 422
    assert "B-0000" in answer.json["errors"][0]["says"]


def test_a_contradiction_is_told_and_overwrites_nothing(plant, pieces):
    made, packed = pieces
    assert where(send(plant, alone(made))) != where(stands := send(plant, alone(packed)))
    answer = send(plant, alone(packed, childEPCs=packed["childEPCs"][:1]))

    assert answer.status_code == 422
    assert "something else is on record" in answer.json["errors"][0]["says"]
    assert sorted(plant.get(where(stands)).json["childEPCs"]) == sorted(packed["childEPCs"])


def test_an_event_that_never_happened_is_declared_so_by_itself(plant, pieces):
    place = where(send(plant, alone(pieces[0])))
    declared = {"declarationTime": AT.isoformat(), "reason": "did_not_occur"}
    answer = send(plant, alone(pieces[0], errorDeclaration=declared))

    assert where(answer) == place
    assert plant.get(place).json["errorDeclaration"]["reason"] == "did_not_occur"


@pytest.mark.parametrize(
    ("data", "media", "status"),
    [
        (b"{", LD, 400),
        (b"[]", LD, 400),
        (b'{"type": "ObjectEvent"}', "application/json", 400),
        (b"<!DOCTYPE x><x/>", XML, 400),
        (b"a;b", "text/csv", 415),
    ],
)
def test_what_is_no_event_is_refused(plant, data, media, status):
    assert send(plant, data, media).status_code == status


def test_the_door_is_the_manufacturers_and_of_its_own_entrustments(machine, pieces, world):
    asked, data = f"?entrustment_id={world.entrustment}", alone(pieces[0])
    before = count()

    assert send(machine("chengyue"), data, query=asked).status_code == 403
    assert send(machine("chengyue"), data).status_code == 422
    assert send(machine("lantai"), data, query=asked).status_code == 404
    assert send(machine("lantai"), data).status_code == 422
    assert send(machine("hengrui", scopes=[Scope.EVENTS_READ]), data).status_code == 403
    assert count() == before


def test_what_was_put_into_a_box_stays_in_it_when_the_box_is_told_of_anew_later(plant, pieces):
    made, packed = pieces
    for each in (made, packed):
        send(plant, alone(each))
    at = (AT + timedelta(minutes=9)).isoformat()
    answer = send(plant, alone(packed, eventTime=at, eventID="urn:x:again"))

    assert answer.status_code == 422
    assert BOX.code in json.dumps(answer.json)
