"""Every door tried with every scope, with none, and with records of others.  Doors come from the application itself."""

import os
from uuid import UUID, uuid4

import pytest

from portal.api.description import operations
from tests.api.knocking import register
from tests.house.addresses import _some
from tests.stage import sql, stored
from workflows.catalogue import LIFECYCLES
from workflows.scopes import GRANTS, WHOLE_HOUSE, Scope, only_for_people

PAPER = {
    "kind": "label",
    "title": "L",
    "result": "passed",
    "dated_on": "2026-11-22",
    "file": {"name": "a.pdf", "content": "JVBERi0="},
}
ONE_IN = 1 if os.environ.get("TESTS") == "whole" else 6
TABLES = {
    "entrustment_id": "entrustment",
    "approved_source_id": "approved_source",
    "agreement_id": "agreement",
    "agreement_review_id": "agreement_review",
    "verdict_id": "verdict",
    "batch_id": "batch",
    "batch_document_id": "batch_document",
    "capa_id": "capa",
    "change_id": "change",
    "defect_notice_id": "defect_notice",
    "duty_id": "duty",
    "ending_id": "ending",
    "meeting_id": "meeting",
    "nonconformity_id": "nonconformity",
    "audit_id": "audit",
    "audit_finding_id": "audit_finding",
    "audit_programme_id": "audit_programme",
    "posting_id": "posting",
    "posting_exception_id": "posting_exception",
    "daily_report_id": "daily_report",
    "hold_point_id": "hold_point",
    "restart_id": "restart",
    "trade_item_id": "trade_item",
    "label_run_id": "label_run",
    "transfer_id": "transfer",
    "definition_id": "definition",
    "file_id": "stored_file",
}


def doors(app):
    with app.app_context():
        return operations()


def an_id(name, world, entrustment="entrustment", owner="hengrui"):
    """Some record of this entrustment, or of this house."""
    if name == "node_id":
        return str(_some("node_id", world.named[entrustment], ()) or uuid4())
    if name == "activity_id":
        about = stored(world.named[entrustment])
        ask = "SELECT a.id, t.uid FROM activity a JOIN folio f ON f.number = a.folio "
        ask += "JOIN ticket t ON t.id = a.id / 16777216"
        rows = sql(f"{ask} WHERE f.entrustment_id = :about ORDER BY a.id LIMIT 1", about=about)
        return str(UUID(int=UUID(str(rows[0][1])).int | rows[0][0] % 16777216)) if rows else str(uuid4())
    if table := TABLES.get(name):
        key = "id" if table == "entrustment" else "entrustment_id"
        rows = sql(f"SELECT id FROM {table} WHERE {key} = :about", about=stored(world.named[entrustment]))
    else:
        rows = sql(f"SELECT id FROM {name.removesuffix('_id')} WHERE owner_id = :owner", owner=stored(world.org[owner]))
    return str(UUID(str(rows[0][0]))) if rows else str(uuid4())


def path_of(path, world, **where):
    path = path.replace("{resource}", "bizSteps").replace("{value}", "shipping/events")
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, an_id(part.strip("{}"), world, **where))
    return path.removeprefix("/api/v1")


def body_for(method):
    return {"post": {}, "patch": {}, "put": b"bytes"}.get(method)


def test_every_door_names_a_scope_or_is_open_on_purpose(app):
    assert {operation for _, _, operation, door in doors(app) if door.scope is None} == {"read_keys", "take_a_token"}


def test_every_scope_opens_some_door(app):
    assert {door.scope for *_, door in doors(app)} == {None, *Scope}


def test_reading_scopes_open_no_door_that_writes(app):
    assert {door.scope for *_, door in doors(app) if door.writes and door.scope} == {
        scope for scope in Scope if scope.value.endswith(":propose")
    }


@pytest.mark.parametrize("scope", Scope)
def test_a_scope_opens_its_doors_and_no_others(app, world, machine, scope):
    """All of its own, and of the others, which the same lines shut to every scope, one in so many in turn."""
    knocker, surprises = machine("hengrui", scopes=[scope]), []
    for at, (path, method, operation, door) in enumerate(doors(app), [*Scope].index(scope)):
        if door.scope is None or (door.scope is not scope and at % ONE_IN):
            continue
        answer = knocker.send(method.upper(), path_of(path, world), body_for(method))
        if (answer.status_code == 403) != (door.scope is not scope):
            surprises.append((operation, answer.status_code, answer.text))

    assert surprises == []


def test_without_a_token_no_door_says_whether_a_record_exists(app, world):
    browser = app.test_client()
    for path, method, operation, door in doors(app):
        if door.scope is None:
            continue
        answers = [
            browser.open(f"/api/v1{address}", method=method.upper(), json=body_for(method) and {}).data
            for address in (path_of(path, world), path_of(path, world, entrustment="strange_entrustment", owner="anhe"))
        ]
        assert len(set(answers)) == 1, operation


@pytest.mark.usefixtures("reported")
def test_a_record_of_others_is_answered_with_the_bytes_of_a_missing_one(app, world, machine):
    stranger, tried = machine("qihe"), 0
    for path, method, operation, door in doors(app):
        if "{" not in path or door.scope is None or "{resource}" in path:
            continue
        tag = {"If_Match": f'"v1-{"0" * 32}"'} if door.sees else {}
        missing = stranger.send(method.upper(), _nowhere(path), _acceptable(operation, world), **tag)
        foreign = stranger.send(method.upper(), path_of(path, world), _acceptable(operation, world), **tag)
        assert (foreign.status_code, foreign.data) == (404, missing.data), operation
        assert foreign.status_code == missing.status_code, operation
        tried += 1

    assert tried > 10


@pytest.mark.negative_control
@pytest.mark.usefixtures("reported")
def test_the_same_record_is_there_for_whoever_takes_part(app, world, plant):
    """Otherwise the test above would also pass on a portal in which nothing is ever found."""
    for path, method, operation, door in doors(app):
        if method == "get" and "{" in path and door.scope is not None:
            of_a_registrant = any(part in path for part in ("auditors", "credit-checks", "certificates", "products"))
            if not of_a_registrant and not path.endswith("/subscriptions"):
                assert plant.get(path_of(path, world)).status_code == 200, operation


def _nowhere(path):
    for part in path.split("/"):
        if part.startswith("{"):
            path = path.replace(part, str(uuid4()))
    return path.removeprefix("/api/v1")


def _acceptable(operation, world):
    return {
        "open_a_batch": {
            "product_id": str(world.product),
            "number": "N-1",
            "started_on": "2026-11-22",
            "planned": 1,
            "steps_planned": 1,
        },
        "amend_batch": {"label_version": "5"},
        "move_batch": {"move": "complete"},
        "file_a_paper": PAPER,
        "replace_a_paper": PAPER | {"reason": "a slip"},
        "file_a_lot_certificate": {
            "kind": "mill",
            "number": "1",
            "issuer": "i",
            "issued_on": "2026-11-22",
            "file": PAPER["file"],
        },
        "record_a_lot_result": {
            "characteristic": "c",
            "measured": "1",
            "instrument": "i",
            "inspected_on": "2026-11-22",
            "inspected_by": "p",
        },
        "reject_pieces_of_a_lot": {"quantity": "1", "reason": "r"},
        "raise_nonconformity": {"title": "t", "description": "d"},
        "propose_a_change": {"kind": "process", "title": "t", "description": "d"},
        "declare_batch_file": {"name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "0" * 64},
        "subscribe": {},
        "receive_batch_file": {},
        "receive_evidence_file": {},
        "send_batch_file": b"bytes",
        "send_evidence_file": b"bytes",
    }.get(operation)


def test_a_machine_limited_to_an_entrustment_sees_nothing_of_the_others(app, world, machine):
    """The plant makes for two registrants; a client for the one learns nothing about the other."""
    limited = machine("hengrui", entrustments=[world.entrustment])
    whole = machine("hengrui")
    for path in (
        "/entrustments",
        "/batches",
        "/agreements",
        "/verdicts",
        "/nonconformities",
        "/audits",
        "/audit-findings",
        "/postings",
        "/posting-exceptions",
    ):
        seen = [each["id"] for each in limited.get(f"{path}?limit=200").json["items"]]
        everything = [each["id"] for each in whole.get(f"{path}?limit=200").json["items"]]
        assert set(seen) < set(everything), path
    assert limited.get(f"/batches/{world.rival_batch}").status_code == 404
    assert limited.get(f"/entrustments/{world.rival_entrustment}/ledger").status_code == 404
    assert limited.get(f"/batches?entrustment_id={world.rival_entrustment}").status_code == 404
    assert limited.get(f"/batches/{world.batch['opened']}").status_code == 200
    assert limited.get("/ledger").status_code == 403


def test_a_list_of_an_entrustment_that_is_not_there_to_be_seen_is_not_found(app, world, machine):
    """Every list that can be asked for one entrustment answers alike, a typing error as a rival's."""
    plant = machine("hengrui")
    spec = app.test_client().get("/api/v1/openapi.json").json
    lists = [
        path.removeprefix("/api/v1")
        for path, ways in spec["paths"].items()
        for each in ways.get("get", {"parameters": []})["parameters"]
        if (each["name"], each["in"]) == ("entrustment_id", "query")
    ]

    assert len(lists) > 12
    for path in lists:
        foreign, own = (plant.get(f"{path}?entrustment_id={each}") for each in (uuid4(), world.entrustment))
        assert (foreign.status_code, own.status_code) == (404, 200), path


@pytest.mark.parametrize("scope", sorted(WHOLE_HOUSE))
def test_what_belongs_to_the_whole_house_is_closed_to_a_limited_machine(app, world, scope, monkeypatch):
    monkeypatch.setattr("tests.api.knocking.WHOLE_HOUSE", frozenset())
    limited = register(app, world, "hengrui", scopes=[scope], entrustments=[world.entrustment])

    assert limited.get("/evidence/production-licences").status_code == 403
    assert limited.post("/evidence/inspections", {}).status_code == 403


def test_an_authority_has_no_machine(app, world, seat):
    assert seat("shanghai/authority-inspector").get("/clients").status_code == 403
    assert all(GRANTS[scope].says for scope in Scope)


SIGNED = [(life, move) for life in LIFECYCLES for move in life.transitions if only_for_people(move)]


@pytest.mark.parametrize("name", [move.name for life, move in SIGNED if life.subject == "batch"])
@pytest.mark.parametrize("house", ["hengrui", "chengyue"])
def test_a_token_releases_and_rejects_nothing(machine, world, name, house):
    knocker, state = machine(house), "production_released" if "marketing" in name else "recorded"
    address = f"/batches/{world.batch[state]}"
    answer = knocker.post(
        f"{address}/moves", {"move": name, "reason": "as the machine thinks"}, If_Match=knocker.tag(address)
    )

    assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/#problem-only-for-people")
    assert "a person makes it on the page" in answer.json["detail"]
    assert knocker.get(address).json["state"] == state
    assert sql("SELECT count(*) FROM security_event WHERE event = 'signature.by-machine'")[0][0] == 1


@pytest.mark.parametrize("number", ["9" * 12, "-1", "1.0", "x"])
def test_a_number_that_no_event_can_have_is_no_fault(plant, number):
    assert plant.get(f"/ledger?after_seq={number}").status_code == 400
    assert plant.get(f"/ledger?after_seq={2**31 - 1}").json == {"items": [], "next": None}
