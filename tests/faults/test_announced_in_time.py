"""What is announced counts against the room of its house, once, until it has come or its time is over."""

import io
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID

import pytest

from portal.commands.files import check_all
from portal.db import now
from portal.filing import LocalShelf, OutOfReach, Scanner
from tests.faults.announcing import (
    CONTENT,
    OTHER,
    announcement,
    declared,
    events,
    place,
    place_of,
    received,
    send,
    stage,
    taken,
    used,
)
from tests.stage import sql, stored

DOWN = Scanner("/nowhere/at/all")


def test_after_its_time_nothing_comes_in_and_the_room_is_free_again(plant, app, world, store, over):
    app.extensions["store"] = replace(store, quota=used("hengrui", world) + len(CONTENT))
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
    app.extensions["store"] = replace(store, quota=used("hengrui", world) + len(CONTENT))
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


@pytest.mark.negative_control
def test_without_the_room_being_counted_more_would_be_announced_than_there_is_room_for(
    plant, app, world, store, monkeypatch
):
    app.extensions["store"] = replace(store, quota=used("hengrui", world) + len(CONTENT))
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
