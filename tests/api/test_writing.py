"""A machine writes what a clerk could write without signing: by the same rules and words, under its own name."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from portal.api import evidence, proposals, sending
from portal.db import today
from portal.demo.cast import HOUSES
from portal.limits import Throttled
from portal.records.file import STAGES
from portal.web.value_names import INSPECTED
from tests.api.knocking import PDF
from tests.browsing import words
from tests.stage import sql, stored
from workflows.batch import BATCH, DOCUMENTS, RESULTS
from workflows.change import KINDS
from workflows.scopes import Scope

FILE = {"name": "paper.pdf", "content": PDF}


def paper(**other):
    given = {"kind": "label", "title": "LB-35-05", "result": "not_applicable", "dated_on": today().isoformat()}
    return given | {"file": FILE} | other


def batch(world, **other):
    given = {"product_id": str(world.product), "number": f"B-{uuid4().hex[:8]}", "started_on": today().isoformat()}
    return given | {"planned": 1200, "steps_planned": 17} | other


def last_event(record_id):
    rows = sql("SELECT body FROM ledger_event WHERE subject_id = :id ORDER BY seq DESC LIMIT 1", id=stored(record_id))
    return json.loads(rows[0][0])


def opened(world):
    return f"/batches/{world.batch['opened']}"


def test_a_batch_is_opened_and_the_ledger_names_the_machine(plant, world):
    answer = plant.post(f"/entrustments/{world.entrustment}/batches", batch(world))

    assert answer.status_code == 201, answer.text
    assert answer.json["state"] == "opened"
    assert plant.get(answer.headers["Location"].removeprefix("/api/v1")).json == answer.json
    told = last_event(UUID(answer.json["id"]))
    assert told["event"] == "batch.opened"
    assert told["actor"]["id"] == str(plant.id)
    assert told["actor"]["name"] == "ERP hengrui"
    assert told["actor"]["organisation"] == HOUSES["hengrui"].name
    assert told["actor"]["proved"] == "machine token"
    assert told["actor"]["roles"] == ["machine"]


def test_the_page_shows_the_machine_by_name(plant, world, seat):
    made = plant.post(f"/entrustments/{world.entrustment}/batches", batch(world)).json

    page = seat("chengyue/registrant-quality-manager").get(f"/batches/{made['id']}")
    assert "ERP hengrui" in page.text
    assert "machine token" in page.text


def test_what_is_not_in_order_is_listed_with_its_sources(plant, world):
    later = (today() + timedelta(days=365 * 20)).isoformat()
    answer = plant.post(f"/entrustments/{world.entrustment}/batches", batch(world, started_on=later))

    assert (answer.status_code, answer.json["type"]) == (409, "/api/v1/#problem-refused")
    assert {"agreements-in-force", "licence-valid"} <= {each["code"] for each in answer.json["findings"]}
    assert all(each["says"] and each["sources"] for each in answer.json["findings"])


def test_the_words_are_those_of_the_reader(plant, world):
    later = (today() + timedelta(days=365 * 20)).isoformat()
    plant.language = "zh"
    answer = plant.post(f"/entrustments/{world.entrustment}/batches", batch(world, started_on=later))

    assert answer.json["title"] == "因规则拒绝"
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in each["says"]) for each in answer.json["findings"])


def test_the_same_refusal_stands_on_the_page(plant, world, seat):
    address = f"/entrustments/{world.proposed}/batches"
    answer = plant.post(address, batch(world, product_id=str(world.proposed_product)))
    typed = batch(world, product_id=str(world.proposed_product)) | {"expires_on": "", "udi_di": ""}
    page = seat("hengrui/plant-clerk").post(f"{address}/open", **typed, stage="commercial")

    assert (answer.status_code, page.status_code) == (409, 409)
    for each in answer.json["findings"]:
        assert each["says"].replace("'", "&#39;") in page.text


def test_a_number_is_not_given_twice(plant, world):
    address, body = f"/entrustments/{world.entrustment}/batches", batch(world)

    assert [plant.post(address, body).status_code for _ in range(2)] == [201, 422]


def test_figures_are_written_one_by_one(plant, world):
    new = {"label_version": "6", "reason": "new label"}
    answer = plant.send("PATCH", opened(world), new, If_Match=plant.tag(opened(world)))

    assert answer.status_code == 200, answer.text
    assert (answer.json["label_version"], answer.json["passed"]) == ("6", 1181)
    assert last_event(world.batch["opened"])["reason"] == "new label"


def test_a_correction_without_a_reason_is_refused_as_on_the_page(plant, world):
    answer = plant.send("PATCH", opened(world), {"passed": 3}, If_Match=plant.tag(opened(world)))

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"field": "reason", "says": "You change a value that was recorded before: say why."}
    ]


@pytest.mark.parametrize(
    ("tag", "status"),
    [(None, 428), ("*", 428), ("rubbish", 428), ('W/"v1-00"', 428), (f'"v1-{"0" * 32}"', 412)],
)
def test_a_change_names_the_version_that_was_seen(plant, world, tag, status):
    named = {} if tag is None else {"If_Match": tag}

    assert plant.send("PATCH", opened(world), {"label_version": "9"}, **named).status_code == status


def test_of_two_who_saw_the_same_version_one_writes(plant, world):
    tag = plant.tag(opened(world))
    answers = [
        plant.send("PATCH", opened(world), {"label_version": each, "reason": "new"}, If_Match=tag).status_code
        for each in ("6", "7")
    ]

    assert answers == [200, 412]


@pytest.mark.negative_control
def test_without_that_question_the_second_would_write_over_the_first(plant, world, monkeypatch):
    monkeypatch.setattr("portal.api.batches.insist_on_version", lambda _: None)
    tag = plant.tag(opened(world))
    answers = [
        plant.send("PATCH", opened(world), {"label_version": each, "reason": "new"}, If_Match=tag).status_code
        for each in ("6", "7")
    ]

    assert answers == [200, 200]


def test_the_record_is_declared_complete_and_taken_up_again(plant, world):
    moves = f"{opened(world)}/moves"
    done = plant.post(moves, {"move": "complete"}, If_Match=plant.tag(opened(world)))
    silent = plant.post(moves, {"move": "reopen"}, If_Match=plant.tag(opened(world)))
    again = plant.post(moves, {"move": "reopen", "reason": "a slip"}, If_Match=plant.tag(opened(world)))

    assert (done.status_code, done.json["state"]) == (200, "recorded"), done.text
    assert (silent.status_code, silent.json["errors"][0]["field"]) == (422, "reason")
    assert (again.status_code, again.json["state"]) == (200, "opened")


def test_a_paper_is_filed_and_replaced(plant, world):
    filed = plant.post(f"{opened(world)}/documents", paper())
    place = f"{opened(world)}/documents/{filed.json['id']}"
    later = plant.post(f"{place}/replacements", paper(title="LB-35-06", reason="cut off"), If_Match=plant.tag(place))

    assert (filed.status_code, later.status_code) == (201, 201), filed.text + later.text
    assert plant.get(place).json["replaced_at"] is not None
    assert last_event(world.batch["opened"])["event"] == "batch.paper-replaced"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"name": "paper.pdf", "content": "AAAA"}, "content is something else"),
        ({"name": "paper.exe", "content": PDF}, "not accepted"),
        ({"name": "paper.pdf", "content": "%%%"}, "not base64"),
    ],
)
def test_a_file_that_a_page_would_refuse_is_refused(plant, world, file, says):
    answer = plant.post(f"{opened(world)}/documents", paper(file=file))

    assert answer.status_code == 422
    assert says in answer.json["errors"][0]["says"]


def test_the_registrant_s_machine_writes_nothing_on_the_plant_s_batch(registrant, world):
    tag = registrant.tag(opened(world))

    assert registrant.send("PATCH", opened(world), {"label_version": "9"}, If_Match=tag).status_code == 403
    assert registrant.post(f"{opened(world)}/documents", paper()).status_code == 403
    assert registrant.post(f"{opened(world)}/moves", {"move": "complete"}, If_Match=tag).status_code == 403


def test_either_party_s_machine_raises_a_nonconformity_and_the_batch_waits(registrant, world):
    address = f"{opened(world)}/nonconformities"
    answer = registrant.post(address, {"title": "scratches", "description": "seven plates", "pieces": 7})

    assert (answer.status_code, answer.json["state"]) == (201, "raised")
    assert registrant.get(f"/nonconformities?batch_id={world.batch['opened']}").json["items"][-1] == answer.json


def test_nothing_is_raised_against_a_batch_that_is_decided(plant, world):
    sold = f"/batches/{world.batch['marketing_released']}/nonconformities"

    assert plant.post(sold, {"title": "t", "description": "d"}).status_code == 409


def test_a_change_is_proposed_once_and_waits_for_the_people_of_both_sides(plant, registrant, world):
    body = {
        "kind": "process",
        "title": "Citric acid",
        "description": "instead of nitric",
        "product_id": str(world.product),
    }
    address, key = f"/entrustments/{world.entrustment}/changes", str(uuid4())
    first, again = (plant.post(address, body, Idempotency_Key=key) for _ in range(2))

    assert (first.status_code, first.json["state"], first.json["side"]) == (201, "proposed", "manufacturer"), first.text
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    assert registrant.get(first.headers["Location"].removeprefix("/api/v1")).json == first.json
    told = last_event(UUID(first.json["id"]))
    assert (told["event"], told["actor"]["id"]) == ("change.opened", str(plant.id))


def test_a_change_that_the_page_would_refuse_is_refused_in_its_words(plant, world, seat):
    body = {"kind": "process", "title": "Citric acid", "description": "instead of nitric", "known": True}
    given = body | {"effective_on": (today() - timedelta(days=1)).isoformat(), "product_id": str(world.rival_product)}
    address = f"/entrustments/{world.entrustment}/changes"
    answer = plant.post(address, given)
    page = seat("hengrui/manufacturer-quality-manager").post(f"{address}/new", **given | {"known": "y"})

    assert (answer.status_code, page.status_code) == (422, 422)
    assert {each["field"] for each in answer.json["errors"]} == {"known", "effective_on", "product_id"}
    assert all(each["says"] in words(page) for each in answer.json["errors"])


def test_evidence_is_recorded_with_its_file_and_shown_where_it_is_shown_already(plant, registrant, world):
    day = today().isoformat()
    statement = plant.post("/evidence/credit-statements", {"stated_on": day, "summary": "none", "file": FILE})
    uscc = HOUSES["hengrui"].uscc
    check = registrant.post(
        "/evidence/credit-checks",
        {"about_uscc": uscc, "checked_on": day, "consulted": "Credit China", "summary": "none", "file": FILE},
    )

    assert (statement.status_code, check.status_code) == (201, 201), statement.text + check.text
    assert (check.json["adverse"], check.json["about_uscc"]) == (None, uscc)
    assert last_event(UUID(statement.json["id"]))["event"] == "credit_statement.recorded"


def test_evidence_of_the_other_kind_of_house_is_not_taken(plant):
    day = today().isoformat()
    check = {"about_uscc": HOUSES["hengrui"].uscc, "checked_on": day, "consulted": "c", "summary": "s", "file": FILE}

    assert plant.post("/evidence/credit-checks", check).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"unknown": 1}, "unknown"),
        ({"planned": "1200"}, "planned"),
        ({"planned": True}, "planned"),
        ({"planned": 0}, "planned"),
        ({"planned": 1.5}, "planned"),
        ({"number": None}, "number"),
        ({"started_on": 20261122}, "started_on"),
        ({"started_on": "2026-11-22T00:00:00"}, "started_on"),
        ({"product_id": "not-an-id"}, "product_id"),
    ],
)
def test_what_is_not_in_the_described_form_is_not_taken(plant, world, body, field):
    answer = plant.post(f"/entrustments/{world.entrustment}/batches", batch(world) | body)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json["errors"]] == [field]


def test_media_types_and_methods_are_said_plainly(plant, world, app):
    browser, address = app.test_client(), f"/api/v1/entrustments/{world.entrustment}/batches"
    head = {"Authorization": f"Bearer {plant.token}", "Idempotency-Key": "k"}

    assert browser.post(address, data="{}", headers=head).status_code == 415
    assert browser.post(address, data="[]", headers=head, content_type="application/json").status_code == 400
    assert browser.post(address, data="[" * 100_000, headers=head, content_type="application/json").status_code == 400
    assert browser.post(address, data="{", headers=head, content_type="application/json").status_code == 400
    assert plant.get("/batches", Accept="text/html").status_code == 406
    wrong = browser.put(address, headers=head)
    assert (wrong.status_code, set(wrong.headers["Allow"].split(", "))) == (405, {"OPTIONS", "POST"})
    assert wrong.content_type == "application/problem+json"
    assert browser.get("/api/v1/nothing").content_type == "application/problem+json"
    assert browser.head("/api/v1/batches", headers=head).status_code == 200
    assert browser.options("/api/v1/batches").status_code == 200


def test_pages_follow_one_another_and_hold_everything_once(plant):
    whole = [each["id"] for each in plant.get("/batches?limit=200").json["items"]]
    seen, address = [], "/batches?limit=3"
    while address:
        answer = plant.get(address)
        seen += [each["id"] for each in answer.json["items"]]
        link = answer.headers.get("Link")
        address = link.split(">")[0].removeprefix("</api/v1") if link else None

    assert seen == whole == sorted(whole)
    assert len(whole) > 3


def test_too_many_requests_are_told_to_wait(plant, app, monkeypatch):
    def full(_key):
        raise Throttled(7)

    monkeypatch.setitem(app.extensions, "api-limit", full)
    answer = plant.get("/batches")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_the_described_vocabulary_is_that_of_the_rules():
    def values(shape, field):
        return set(shape.model_json_schema()["properties"][field]["enum"])

    assert values(proposals.PaperToFile, "kind") == set(DOCUMENTS)
    assert values(proposals.PaperToFile, "result") == set(RESULTS)
    assert values(proposals.InspectionToRecord, "result") == set(INSPECTED)
    assert values(proposals.ChangeToPropose, "kind") == set(KINDS)
    assert values(proposals.MoveToMake, "move") == {move.name for move in BATCH.transitions}
    assert set(evidence.SHAPES) == {kind.name for kind in evidence.KINDS} == values(sending.EvidenceToSend, "kind")
    assert values(sending.FileShape, "stage") == set(STAGES)
    assert len(Scope) == 30
