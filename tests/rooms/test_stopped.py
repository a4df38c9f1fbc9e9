"""/stopped: documents of events that broke three times, for a person of the plant to decide about."""

from datetime import timedelta

import pytest
import time_machine

from agreements.epcis import body_of, document_of
from agreements.epcis.telling import body_of_act
from portal.commands.waiting import take_all
from portal.db import now, session
from portal.making import events_told
from portal.making.trying import MOST_TRIES, PAUSE
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem
from tests.api.knocking import register
from tests.browsing import words
from tests.stage import sql
from workflows.acts import Act, Item
from workflows.lineage import Deed, Thing

CLERK, QUALITY = "hengrui/plant-clerk", "chengyue/registrant-quality-manager"
CAPTURE = "/epcis/capture"
LATER = (MOST_TRIES + 2) * MOST_TRIES * PAUSE


@pytest.fixture
def machine(app, world):
    return register(app, world, "hengrui")


@pytest.fixture
def document(as_org, world):
    """What a marking machine tells of one piece."""
    with as_org("hengrui"):
        number = session.get_one(Batch, world.batch["opened"]).number
        unit = Item(Thing.UNIT, "E-1", session.get_one(TradeItem, world.trade_item).di, number)
    at = now() - timedelta(hours=2)
    body = body_of_act(Act(Deed.COMMISSION, "", at, batch=number, makes=(unit,)), "https://mes.plant.example")
    return "".join(document_of([body_of(body)], at)).encode()


@pytest.fixture
def broken(app, machine, document, monkeypatch):
    """A document at which the portal stopped: where its sender watches it, and where a person decides about it."""
    answer = machine.post(CAPTURE, document, Content_Type="application/ld+json")
    assert answer.status_code == 202, answer.text
    with monkeypatch.context() as wrong, app.app_context():
        wrong.setattr(events_told, "_understood", lambda _: {}["no such row"])
        for each in range(MOST_TRIES + 1):
            with time_machine.travel(now() + MOST_TRIES * each * PAUSE):
                take_all()
    watched = answer.headers["Location"].removeprefix("/api/v1")
    with time_machine.travel(now() + LATER):
        yield watched, f"/stopped/{watched.rpartition('/')[2]}"


def test_what_stopped_is_named_on_the_first_page_and_listed_with_its_reason(seat, broken):
    clerk = seat(CLERK)
    assert "1 thing that was sent could not be gone through" in words(clerk.get("/"))
    page = clerk.get("/stopped")

    assert "ended 3 times without a result, last with KeyError" in words(page)
    assert "ERP hengrui" in words(page)
    assert f"{broken[1]}/take-up" in page.text


def test_taken_up_again_it_is_gone_through_and_the_chain_of_its_machine_says_who_had_it_done(
    app, seat, machine, broken
):
    watched, where = broken
    clerk = seat(CLERK)
    assert clerk.post(f"{where}/take-up").status_code == 422
    assert clerk.post(f"{where}/take-up", reason="The row is there now.").status_code == 302
    with app.app_context():
        assert take_all() == 1

    assert (machine.get(watched).json["running"], machine.get(watched).json["success"]) == (False, True)
    assert sql("SELECT count(*) FROM ledger_event WHERE event = 'client.document-taken-up'")[0][0] == 1
    assert clerk.post(f"{where}/take-up", reason="Once more.").status_code == 409
    assert "No document of events stands still." in words(clerk.get("/stopped"))


def test_given_up_nothing_of_it_is_written_and_its_sender_reads_why(app, seat, machine, broken):
    watched, where = broken
    clerk = seat(CLERK)
    assert clerk.post(f"{where}/give-up", reason="Sent by mistake.").status_code == 302
    with app.app_context():
        assert take_all() == 0

    job = machine.get(watched).json
    assert (job["running"], job["success"], job["written"]) == (False, False, 0)
    assert "Sent by mistake." in job["errors"][0]["detail"]
    assert clerk.post(f"{where}/give-up", reason="Once more.").status_code == 409
    assert "could not be gone through" not in words(clerk.get("/"))


def test_others_neither_read_of_it_nor_decide(seat, broken):
    assert seat(QUALITY).get("/stopped").status_code == 403
    assert "could not be gone through" not in words(seat(QUALITY).get("/"))
    stranger = seat("anhe/plant-clerk")
    assert "ERP hengrui" not in words(stranger.get("/stopped"))
    assert stranger.get(f"{broken[1]}/give-up").status_code == 404
