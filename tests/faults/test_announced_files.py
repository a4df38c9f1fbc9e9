"""A machine announces a file, sends it, says that it is there; nothing but exactly that file comes to count.

Each test runs over a folder and over an object store: whoever programs against the one can be moved to the other.
"""

import hashlib
import io
import json
import urllib.request
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
import requests

from portal.commands.files import check_all
from portal.db import now, today
from portal.demo.papers import paper
from portal.filing import Damaged, LocalShelf, OutOfReach, Place, S3Shelf, Scanner
from tests.api.knocking import register
from tests.assurance.openapi import served
from tests.faults.test_shelves import sent
from tests.rooms.batch_desk import CLERK
from tests.stage import sql, stored
from workflows.scopes import Scope

CONTENT = paper("announced before it was sent")
OTHER = CONTENT[:-1] + bytes([CONTENT[-1] ^ 1])
REGISTRANT = "chengyue/registrant-quality-manager"
DOWN = Scanner("/nowhere/at/all")


@pytest.fixture
def store(app, shelf):
    """The portal's own store, on either kind of shelf."""
    before = app.extensions["store"]
    app.extensions["store"] = replace(before, shelf=shelf)
    yield app.extensions["store"]
    app.extensions["store"] = before


@pytest.fixture
def plant(app, world, store):
    return register(app, world, "hengrui")


def announcement(content=CONTENT, **other):
    about = {"name": "BPR-1.pdf", "media_type": "application/pdf", "size": len(content)}
    return about | {"sha256": hashlib.sha256(content).hexdigest()} | other


def place(world):
    return f"/batches/{world.batch['opened']}/files"


def declared(plant, world, content=CONTENT):
    answer = plant.post(place(world), announcement(content))
    assert answer.status_code == 201, answer.text
    return answer.json


def send(plant, told, content=CONTENT, **changed):
    """Do exactly what the answer says; the status of what comes of it."""
    if told["send"]["method"] == "POST":
        return sent(told["send"], content, **changed)
    address = told["send"]["url"].removeprefix("/api/v1")
    return plant.put(address, content, **told["send"]["headers"]).status_code


def received(plant, world, told, **headers):
    named = {"If_Match": plant.tag(f"/files/{told['id']}")} | headers
    return plant.post(f"{place(world)}/{told['id']}/received", {}, **named)


def stage(told):
    return sql("SELECT stage FROM stored_file WHERE id = :id", id=stored(UUID(told["id"])))[0][0]


def events(told):
    rows = sql("SELECT event FROM ledger_event WHERE subject_id = :id ORDER BY seq", id=stored(UUID(told["id"])))
    return [row[0] for row in rows]


def place_of(told, world):
    return Place(world.org["hengrui"], UUID(told["id"]), told["sha256"], told["size"])


def paper_with(told):
    about = {"kind": "label", "title": "LB-35-05", "result": "not_applicable", "dated_on": today().isoformat()}
    return about | {"file_id": told["id"]}


def taken(seat, told, who=CLERK):
    """What somebody gets who takes the file; None if it is not handed out."""
    answer = seat(who).get(f"/files/{told['id']}")
    if answer.status_code == 302:
        with urllib.request.urlopen(answer.headers["Location"], timeout=10) as far:
            return far.read()
    return answer.data if answer.status_code == 200 else None


def test_a_file_is_announced_sent_received_checked_accepted_filed_and_taken(plant, world, seat):
    told = declared(plant, world)

    assert (told["stage"], told["says"][:17], taken(seat, told)) == ("declared", "It was announced,", None)
    assert send(plant, told) in (200, 204)
    assert taken(seat, told) is None
    there = received(plant, world, told)
    assert (there.status_code, there.json["stage"], there.json["says"]) == (200, "accepted", None), there.text
    filed = plant.post(f"/batches/{world.batch['opened']}/documents", paper_with(told))
    assert (filed.status_code, filed.json["file_id"]) == (201, told["id"]), filed.text
    assert taken(seat, told) == taken(seat, told, REGISTRANT) == CONTENT
    assert events(told)[:2] == ["stored_file.declared", "stored_file.accepted"]
    assert list(plant.app.extensions["store"].shelf.left_behind(now() + timedelta(hours=1))) == []


def test_the_ledger_names_the_machine_that_announced_it(plant, world):
    told = declared(plant, world)
    rows = sql("SELECT body FROM ledger_event WHERE subject_id = :id", id=stored(UUID(told["id"])))

    body = json.loads(rows[0][0])
    assert (body["actor"]["id"], body["changes"]["sha256"]) == (str(plant.id), [None, told["sha256"]])


def test_evidence_is_proved_by_a_file_that_was_sent_before_it_and_by_no_file_twice(plant, world):
    told = plant.post("/evidence/files", announcement(kind="credit_statement")).json
    statement = {"stated_on": today().isoformat(), "summary": "none", "file_id": told["id"]}
    early = plant.post("/evidence/credit-statements", statement)
    assert send(plant, told) in (200, 204)
    tag = plant.tag(f"/files/{told['id']}")
    there = plant.post(f"/evidence/files/{told['id']}/received", {}, If_Match=tag)
    assert (there.status_code, there.json["stage"]) == (200, "accepted"), there.text

    made = [plant.post("/evidence/credit-statements", statement) for _ in range(2)]
    wrong = plant.post("/evidence/inspections", _inspection(told))

    assert (early.status_code, early.json["errors"][0]["field"]) == (422, "file_id")
    assert "have not arrived" in early.json["errors"][0]["says"]
    assert [each.status_code for each in made] == [201, 422], made[0].text
    assert made[0].json["id"] == told["subject_id"]
    assert "proves something else already" in made[1].json["errors"][0]["says"]
    assert "was sent for this record" in wrong.json["errors"][0]["says"]


def _inspection(told):
    about = {"inspected_on": today().isoformat(), "inspected_by": "authority", "result": "passed", "covers": "13-07"}
    return about | {"file_id": told["id"]}


@pytest.mark.parametrize(
    ("other", "field", "says"),
    [
        ({"name": "paper.exe"}, "", "not accepted"),
        ({"size": 20 * 1024 * 1024 + 1}, "", "larger than"),
        ({"media_type": "text/html"}, "media_type", "application/pdf"),
    ],
)
def test_what_would_not_be_taken_is_refused_before_a_byte_of_it_comes(plant, world, other, field, says):
    before = sql("SELECT count(*) FROM stored_file")
    answer = plant.post(place(world), announcement(**other))

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert says in answer.json["errors"][0]["says"]
    assert sql("SELECT count(*) FROM stored_file") == before


@pytest.mark.parametrize(
    "other", [{"sha256": "A" * 64}, {"sha256": "0" * 63}, {"size": 0}, {"size": "1"}, {"key": "q"}]
)
def test_an_announcement_of_another_form_is_not_read(plant, world, other):
    assert plant.post(place(world), announcement(**other)).status_code == 400


@pytest.mark.parametrize("content", [CONTENT + b"!", CONTENT[:-1], b""])
def test_a_byte_more_or_less_does_not_come_in(plant, world, content):
    told = declared(plant, world)

    assert send(plant, told, content) >= 400
    there = received(plant, world, told)
    assert (there.status_code, there.json["type"]) == (409, "/api/v1/#problem-refused")
    assert "not there, or not as they were announced" in there.json["errors"][0]["says"]
    assert (stage(told), events(told)) == ("declared", ["stored_file.declared"])
    assert send(plant, told) in (200, 204)
    assert received(plant, world, told).json["stage"] == "accepted"


def test_other_bytes_of_the_same_size_never_count(plant, world, seat, shelf):
    """A folder and a store that knows checksums refuse them at once; Ceph 16 takes them, and the check refuses them."""
    told = declared(plant, world)
    came = send(plant, told, OTHER)
    there = received(plant, world, told)

    if isinstance(shelf, LocalShelf):
        assert (came, there.status_code, stage(told)) == (422, 409, "declared")
    else:
        assert (there.status_code, there.json["stage"]) == (200, "refused")
        assert there.json["says"] == "The bytes that arrived are not those that were announced."
    assert plant.post(f"/batches/{world.batch['opened']}/documents", paper_with(told)).status_code == 422
    assert taken(seat, told) is None


def test_nothing_is_sent_to_another_place_or_as_something_else(plant, app, world, shelf):
    told, beside = declared(plant, world), register(app, world, "qihe")
    if isinstance(shelf, S3Shelf):
        strange = f"q/{world.org['qihe']}/{told['id']}"
        on_record = f"e/{world.org['hengrui']}/{told['sha256']}"
        for changed in (
            {"key": strange},
            {"key": on_record},
            {"Content-Type": "application/pdf"},
            {"x-amz-checksum-sha256": "A" * 43 + "="},
        ):
            assert sent(told["send"], CONTENT, **changed) == 403, changed
    else:
        address = told["send"]["url"].removeprefix("/api/v1")
        nothing = beside.put(f"{place(world)}/{uuid4()}/content", CONTENT)
        strange = beside.put(address, CONTENT)
        assert (strange.status_code, strange.data) == (404, nothing.data)
        assert plant.put(address, CONTENT, Content_Type="application/pdf").status_code == 415
        assert plant.put(address.replace(told["id"], str(uuid4())), CONTENT).status_code == 404
    assert received(plant, world, told).status_code == 409


def test_a_house_neither_sees_nor_touches_a_file_of_another(plant, app, world):
    told, stranger = declared(plant, world), register(app, world, "qihe")
    tag = plant.tag(f"/files/{told['id']}")
    send(plant, told)

    for door, body in (("received", {}), ("content", CONTENT)):
        method = "PUT" if door == "content" else "POST"
        for about in ("/batches/{}/files/{}/" + door, "/evidence/files/{1}/" + door):
            foreign = stranger.send(method, about.format(world.batch["opened"], told["id"]), body, If_Match=tag)
            missing = stranger.send(method, about.format(uuid4(), uuid4()), body, If_Match=tag)
            assert (foreign.status_code, foreign.data) == (404, missing.data), about
    assert stranger.get(f"/files/{told['id']}").status_code == 404
    assert stage(told) == "declared"


def test_the_other_party_may_look_and_neither_announces_nor_receives(plant, app, world):
    told, registrant = declared(plant, world), register(app, world, "chengyue")
    tag = plant.tag(f"/files/{told['id']}")

    assert registrant.get(f"/files/{told['id']}").json["stage"] == "declared"
    assert registrant.post(place(world), announcement()).status_code == 403
    assert registrant.post(f"{place(world)}/{told['id']}/received", {}, If_Match=tag).status_code == 403
    assert registrant.put(f"{place(world)}/{told['id']}/content", CONTENT).status_code == 403
    assert registrant.post("/evidence/files", announcement(kind="production_licence")).status_code == 403


def test_without_the_scope_nothing_is_announced_sent_or_received(plant, app, world):
    told = declared(plant, world)
    reader = register(app, world, "hengrui", scopes=[each for each in Scope if each.value.endswith(":read")])

    answers = [
        reader.post(place(world), announcement()),
        reader.put(f"{place(world)}/{told['id']}/content", CONTENT),
        reader.post(f"{place(world)}/{told['id']}/received", {}, If_Match=reader.tag(f"/files/{told['id']}")),
        reader.post("/evidence/files", announcement(kind="inspection")),
    ]
    assert {(each.status_code, each.json["type"]) for each in answers} == {(403, "/api/v1/#problem-forbidden")}


def test_nothing_is_announced_for_a_batch_that_is_decided(plant, world):
    answer = plant.post(f"/batches/{world.batch['marketing_released']}/files", announcement())

    assert (answer.status_code, answer.json["type"]) == (409, "/api/v1/#problem-refused")


@pytest.fixture
def over(monkeypatch):
    """Whatever is announced from now on is over at once."""
    monkeypatch.setattr("portal.filing.keeping.INVITED_FOR", -1)
    monkeypatch.setattr("portal.filing.s3.INVITED_FOR", -1)
    for place in ("portal.facts.files.GRACE", "portal.records.file.GRACE"):
        monkeypatch.setattr(place, timedelta(0))


def test_after_its_time_nothing_comes_in_and_the_room_is_free_again(plant, app, world, store, over):
    app.extensions["store"] = replace(store, quota=_used("hengrui", world) + len(CONTENT))
    told = declared(plant, world)
    full = plant.post(place(world), announcement(OTHER))

    assert (full.status_code, "MB of files" in full.json["errors"][0]["says"]) == (422, True)
    assert send(plant, told) in (403, 409)
    late = received(plant, world, told)
    assert (late.status_code, "did not come in the time" in late.json["errors"][0]["says"]) == (409, True)
    assert check_all(app.extensions["store"])
    assert (stage(told), events(told)[-1]) == ("refused", "stored_file.refused")
    assert plant.get(f"/files/{told['id']}").json["says"].startswith("Its bytes did not come in the time")
    assert plant.post(place(world), announcement(OTHER)).status_code == 201


@pytest.mark.negative_control
def test_without_the_file_check_its_room_would_stay_taken(plant, app, world, store, over):
    app.extensions["store"] = replace(store, quota=_used("hengrui", world) + len(CONTENT))
    declared(plant, world)

    assert plant.post(place(world), announcement(OTHER)).status_code == 422


def test_what_began_to_be_sent_in_time_may_be_said_to_be_there_a_little_later(plant, world, store, monkeypatch):
    monkeypatch.setattr("portal.filing.keeping.INVITED_FOR", -1)
    told = declared(plant, world)
    if isinstance(store.shelf, LocalShelf):
        store.shelf.bring(place_of(told, world), io.BytesIO(CONTENT))
    else:
        assert send(plant, told) == 204

    assert check_all(store)
    assert received(plant, world, told).json["stage"] == "accepted"


def _used(house, world):
    rows = sql(
        "SELECT sha256, max(size) FROM stored_file WHERE owner_id = :owner GROUP BY sha256",
        owner=stored(world.org[house]),
    )
    return sum(size for _, size in rows)


def test_bytes_that_nobody_said_were_there_are_cleared_away_with_it(plant, world, store, over):
    told = declared(plant, world)
    store.shelf.receive(place_of(told, world), CONTENT)
    check_all(store)

    assert stage(told) == "refused"
    assert list(store.shelf.left_behind(now() + timedelta(hours=1))) == []


def test_while_its_time_lasts_the_file_check_leaves_it_alone(plant, world, store):
    told = declared(plant, world)
    send(plant, told)

    assert check_all(store)
    assert stage(told) == "declared"
    assert received(plant, world, told).json["stage"] == "accepted"


def test_said_twice_it_is_received_once(plant, world):
    told = declared(plant, world)
    send(plant, told)
    tag = plant.tag(f"/files/{told['id']}")
    first, again = (received(plant, world, told, If_Match=tag, Idempotency_Key="one") for _ in range(2))
    stale = received(plant, world, told, If_Match=tag)
    anew = received(plant, world, told)

    assert (first.status_code, again.data, again.headers["Idempotency-Replayed"]) == (200, first.data, "true")
    assert (stale.status_code, anew.status_code, anew.json) == (412, 200, first.json)
    assert events(told) == ["stored_file.declared", "stored_file.accepted"]


def test_announced_twice_under_one_key_it_is_one_file(plant, world):
    first, again = (plant.post(place(world), announcement(), Idempotency_Key="one") for _ in range(2))

    assert (first.status_code, again.data) == (201, first.data)
    assert plant.get(first.headers["Location"].removeprefix("/api/v1")).json["id"] == first.json["id"]


def test_two_who_say_it_at_once_have_one_effect(plant, world):
    told = declared(plant, world)
    send(plant, told)
    tag, both, answers = plant.tag(f"/files/{told['id']}"), Barrier(2), []

    def say():
        both.wait()
        answers.append(received(plant, world, told, If_Match=tag))

    threads = [Thread(target=say) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(each.status_code for each in answers) == [200, 412], [each.text for each in answers]
    assert events(told) == ["stored_file.declared", "stored_file.accepted"]


def test_what_is_sent_after_it_was_received_is_not_what_is_accepted(plant, app, world, store, seat, shelf):
    app.extensions["store"] = replace(store, scanner=DOWN)
    told = declared(plant, world)
    send(plant, told)
    assert received(plant, world, told).json["stage"] == "received"
    assert taken(seat, told) is None

    assert send(plant, told, OTHER) == (409 if isinstance(shelf, LocalShelf) else 204)
    assert check_all(store)

    assert (stage(told), taken(seat, told)) == ("accepted", CONTENT)


def test_bytes_exchanged_in_quarantine_are_refused(plant, app, world, store, seat):
    """By somebody who can write in the store itself, past every door of ours."""
    app.extensions["store"] = replace(store, scanner=DOWN)
    told = declared(plant, world)
    send(plant, told)
    received(plant, world, told)
    row = sql("SELECT object_version FROM stored_file WHERE id = :id", id=stored(UUID(told["id"])))
    store.shelf.discard(place_of(told, world))
    store.shelf.receive(replace(place_of(told, world), version=row[0][0]), OTHER)

    check_all(store)

    assert (stage(told), taken(seat, told)) == ("refused", None)


def _let_anything_in(monkeypatch):
    """Neither the folder nor the form of the store binds size or hash any more."""

    def written(place, path, stream):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stream.read())

    monkeypatch.setattr("portal.filing.shelves._write_if_it_is", written)
    monkeypatch.setattr("portal.filing.s3._exactly", lambda _: ["content-length-range", 0, 10**7])
    monkeypatch.setattr("portal.api.files._largest", lambda _: 10**7)


@pytest.mark.negative_control
def test_without_the_bound_on_size_a_byte_more_comes_in_and_is_still_not_received(plant, world, seat, monkeypatch):
    _let_anything_in(monkeypatch)
    told = declared(plant, world)

    assert send(plant, told, CONTENT + b"!") in (200, 204)
    assert received(plant, world, told).status_code == 409
    assert (stage(told), taken(seat, told)) == ("declared", None)


@pytest.mark.negative_control
def test_without_the_bound_on_the_hash_other_bytes_come_in_and_the_check_refuses_them(plant, world, seat, monkeypatch):
    _let_anything_in(monkeypatch)
    told = declared(plant, world)

    assert send(plant, told, OTHER) in (200, 204)
    there = received(plant, world, told)
    assert (there.status_code, there.json["stage"], taken(seat, told)) == (200, "refused", None)
    assert there.json["says"] == "The bytes that arrived are not those that were announced."


@pytest.mark.negative_control
def test_without_the_room_being_counted_more_would_be_announced_than_there_is_room_for(
    plant, app, world, store, monkeypatch
):
    app.extensions["store"] = replace(store, quota=_used("hengrui", world) + len(CONTENT))
    monkeypatch.setattr("portal.filing.keeping.Store._refuse_over_quota", lambda *_: None)

    assert [plant.post(place(world), announcement()).status_code for _ in range(2)] == [201, 201]


def test_a_store_out_of_reach_costs_nothing_but_time(plant, world, shelf, monkeypatch):
    told = declared(plant, world)
    send(plant, told)

    def silent(*_):
        raise OutOfReach("it does not answer")

    with monkeypatch.context() as broken:
        broken.setattr(type(shelf), "arrived", silent)
        busy = received(plant, world, told, Idempotency_Key="one")
    assert (busy.status_code, busy.json["type"]) == (503, "/api/v1/#problem-store")
    assert (stage(told), "Retry-After" in busy.headers) == ("declared", True)
    assert received(plant, world, told, Idempotency_Key="one").json["stage"] == "accepted"


def test_over_a_real_connection_bytes_without_a_stated_length_are_counted_too(app, world):
    """A program that streams says no length; only what was announced is taken all the same."""
    plant = register(app, world, "hengrui")
    told = declared(plant, world)
    head = {"Authorization": f"Bearer {plant.token}", **told["send"]["headers"]}
    with served(app) as url:
        answers = [
            requests.put(url + told["send"]["url"], iter([content]), headers=head, timeout=10).status_code
            for content in (CONTENT + bytes(10**6), CONTENT + b"!", CONTENT[:-1], CONTENT)
        ]

    assert answers[-1] == 200
    assert set(answers[:-1]) <= {413, 422}
    assert received(plant, world, told).json["stage"] == "accepted"


@pytest.mark.xdist_group("object store")
def test_where_the_store_takes_files_itself_no_bytes_come_through_us(s3, app, world):
    before = app.extensions["store"]
    app.extensions["store"] = replace(before, shelf=s3)
    plant = register(app, world, "hengrui")
    told = declared(plant, world)

    assert plant.put(f"{place(world)}/{told['id']}/content", CONTENT).status_code == 404
    with pytest.raises(Damaged):
        s3.bring(place_of(told, world), None)
    app.extensions["store"] = before
