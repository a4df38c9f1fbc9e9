"""GET /epcis/events, /epcis/events/<id>"""

from urllib.parse import unquote

import pytest

from agreements.epcis import event_id, event_of, read_document
from portal.demo.producing import BAR, HEAT, PIECES
from workflows.scopes import Scope

ASKED = "/epcis/events"


def events(answer):
    assert answer.status_code == 200, answer.text
    if not answer.json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]:
        return []
    return [event_of(each, n) for n, each in enumerate(read_document(answer.data, "application/json").bodies, 1)]


def everything(knocker, query=""):
    """All pages, one after the other as their links lead."""
    path, found = f"{ASKED}?perPage=7&{query}", []
    while path:
        answer = knocker.get(path)
        found += events(answer)
        link = answer.headers.get("Link", "")
        path = link.partition("<")[2].partition(">")[0].removeprefix("/api/v1")
    return found


def test_all_that_was_done_is_told_page_by_page_each_once_and_with_its_hash(plant):
    found = everything(plant)

    assert len({each.id for each in found}) == len(found) > 20
    assert all(each.id == event_id(each.body) for each in found)
    assert {each.kind.value for each in found} == {"ObjectEvent", "AggregationEvent", "TransformationEvent"}


def test_an_answer_says_which_version_it_is_and_speaks_as_it_is_asked(plant):
    answer = plant.get(ASKED, Accept="application/ld+json")

    assert answer.content_type == "application/ld+json"
    assert (answer.headers["GS1-EPCIS-Version"], answer.headers["GS1-CBV-Version"]) == ("2.0", "2.0")
    assert answer.json["epcisBody"]["queryResults"]["queryName"] == "SimpleEventQuery"
    assert plant.get(ASKED, Accept="application/json").content_type == "application/json"
    assert plant.get(ASKED, Accept="text/html").status_code == 406


@pytest.mark.parametrize(
    ("query", "check"),
    [
        ("EQ_bizStep=commissioning", lambda each: each.step == "commissioning"),
        ("EQ_bizStep=https://ref.gs1.org/cbv/BizStep-shipping", lambda each: each.step == "shipping"),
        ("eventType=AggregationEvent", lambda each: each.kind == "AggregationEvent"),
        ("eventType=TransformationEvent", lambda each: each.kind == "TransformationEvent"),
        ("EQ_action=ADD", lambda each: each.action == "ADD"),
        ("EQ_disposition=in_transit", lambda each: each.disposition == "in_transit"),
    ],
)
def test_a_query_finds_what_fits_and_all_of_it(plant, query, check):
    whole, found = everything(plant), everything(plant, query)

    assert {each.id for each in found} == {each.id for each in whole if check(each)}
    assert 0 < len(found) < len(whole)


def test_a_query_by_time_parts_the_events_in_two(plant):
    whole = everything(plant)
    middle = sorted(each.at for each in whole)[len(whole) // 2].isoformat()
    late, early = (
        everything(plant, f"{name}={middle.replace('+', '%2B')}") for name in ("GE_eventTime", "LT_eventTime")
    )

    assert late
    assert early
    assert {each.id for each in late} | {each.id for each in early} == {each.id for each in whole}
    assert not {each.id for each in late} & {each.id for each in early}


def test_a_query_by_thing_finds_where_it_was(plant):
    (first, *_) = [each for each in everything(plant, "EQ_bizStep=commissioning") if "B2611-04" in str(each.epcs)]
    unit = next(each for each in first.epcs if each.endswith("0001"))
    box = next(each for each in everything(plant, f"MATCH_epc={unit}") if each.parent).parent

    assert {each.step for each in everything(plant, f"MATCH_epc={unit}")} == {"commissioning", "packing"}
    assert {each.step for each in everything(plant, f"MATCH_anyEPC={box}")} == {"packing", "shipping"}
    assert [each.parent for each in everything(plant, f"MATCH_parentID={box}")] == [box]
    bar = next(each for each in everything(plant) if BAR in str(each.body) and each.output_quantities)
    lot = bar.output_quantities[0].uri
    assert all(lot in str(each.body) for each in everything(plant, f"MATCH_anyEPCClass={lot}"))
    assert everything(plant, "MATCH_anyEPC=https://id.gs1.org/00/040123450000003338") == []


def test_an_event_is_found_by_its_id_and_by_that_of_its_act(plant):
    one = everything(plant, "EQ_bizStep=shipping")[0]
    act = one.others["{urn:weituo:epcis:}act"]

    assert [each.id for each in everything(plant, f"EQ_eventID={act}")] == [one.id]
    assert [each.id for each in everything(plant, f"EQ_eventID={one.id.replace('?', '%3F')}")] == [one.id]
    answer = plant.get(f"{ASKED}/{act.removeprefix('urn:uuid:')}")
    assert answer.json["eventID"] == one.id
    assert answer.json["@context"]


@pytest.mark.parametrize(
    "query",
    ["EQ_flavour=sweet", "EQ_bizStep=flying", "GE_eventTime=2026-11-20", "perPage=0", "perPage=1000", "EQ_action=MELT"],
)
def test_what_is_not_understood_is_refused_and_never_passed_over(plant, query):
    assert plant.get(f"{ASKED}?{query}").status_code == 400


def test_of_two_rivals_at_one_plant_each_is_told_its_own_side_only(machine):
    ours, theirs = (everything(machine(house)) for house in ("chengyue", "lantai"))

    for found, own, others in ((ours, "B2611", "R2611"), (theirs, "R2611", "B2611")):
        text = str([each.body for each in found])
        assert own in text
        assert HEAT in unquote(text)
        assert others not in text
        assert len([each for each in found if each.destinations]) == 2
        assert sum(len(each.epcs) for each in found if each.step == "commissioning") == 2 * PIECES


@pytest.mark.negative_control
def test_the_plant_is_told_both_sides_and_a_machine_limited_to_one_only_that(plant, machine, world):
    whole = str([each.body for each in everything(plant)])
    limited = str([each.body for each in everything(machine("hengrui", entrustments=[world.entrustment]))])

    assert "B2611" in whole
    assert "R2611" in whole
    assert "B2611" in limited
    assert "R2611" not in limited


def test_a_stranger_is_told_nothing_of_theirs(machine, plant):
    act = everything(plant, "EQ_bizStep=shipping")[0].others["{urn:weituo:epcis:}act"].removeprefix("urn:uuid:")
    stranger = machine("qihe")

    assert "B2611" not in str([each.body for each in everything(stranger)])
    assert stranger.get(f"{ASKED}/{act}").status_code == 404
    assert machine("hengrui", scopes=[Scope.BATCHES_READ]).get(ASKED).status_code == 403


def test_a_window_tells_what_passed_a_machine_page_by_page_and_counts_only_what_is_seen(plant):
    asked = "/window?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"
    assert plant.get(asked).json == {"count": 0, "items": [], "next": None}
    first = plant.get(f"{asked}&equipment=PG-02&limit=1").json
    acts, after = list(first["items"]), first["next"]
    while after:
        page = plant.get(f"{asked}&equipment=PG-02&limit=1&after={after}").json
        acts, after = acts + page["items"], page["next"]

    assert len({each["id"] for each in acts}) == len(acts) == first["count"] > 1
    assert all((each["equipment"], each["kind"]) == ("PG-02", "step") and each["things"] for each in acts)
    assert plant.get("/window?since=2020-01-01T00:00:00&until=2100-01-01T00:00:00Z&area=M-01").status_code == 400


@pytest.mark.parametrize(
    ("header", "asked", "status"),
    [
        ("GS1_EPCIS_Min", "2.0", 200),
        ("GS1_EPCIS_Min", "1.2", 200),
        ("GS1_EPCIS_Min", "2.1", 406),
        ("GS1_EPCIS_Max", "2", 200),
        ("GS1_EPCIS_Max", "2.0.1", 200),
        ("GS1_EPCIS_Max", "1.2", 406),
        ("GS1_CBV_Max", "1.2", 406),
        ("GS1_CBV_Min", "newest", 400),
        ("GS1_EPC_Format", "Always_GS1_Digital_Link", 200),
        ("GS1_EPC_Format", "No_Preference", 200),
        ("GS1_EPC_Format", "Always_EPC_URN", 406),
        ("GS1_CBV_XML_Format", "Always_URN", 406),
    ],
)
def test_a_client_is_not_answered_in_a_version_or_form_that_it_does_not_understand(plant, header, asked, status):
    answer = plant.get(ASKED, **{header: asked})

    assert answer.status_code == status
    if status != 200:
        assert [each["field"] for each in answer.json["errors"]] == [header.replace("_", "-")]


def test_an_older_document_is_taken_of_a_client_that_understands_no_newer_answer(plant):
    """The answer to a document tells of no event."""
    refused = plant.post("/epcis/capture", b"<x/>", Content_Type="application/xml", GS1_EPCIS_Max="1.2")

    assert refused.status_code == 400
