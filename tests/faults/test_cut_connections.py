"""A connection cut after the commit, and the request sent again: one effect, whichever connection it was

Between browser or machine and portal on both engines; between portal and PostgreSQL at the commit itself.
"""

from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import pytest
from sqlalchemy import make_url

from portal.api import once
from portal.db import engines
from portal.walls import open_books
from tests import proxy
from tests.api.knocking import register
from tests.assurance.openapi import served
from tests.browsing import hidden_fields
from tests.races.arena import unique
from tests.stage import sql

CLERK = "hengrui/plant-clerk"
NONCONFORMITY = {"title": "Scratches", "description": "Seven plates.", "pieces": "7"}
AT_THE_COMMIT = (b"INSERT INTO ledger_event", b"COMMIT")


@dataclass
class Request:
    """What is sent, and where; ``done`` are the answers that say that it is done."""

    path: str
    headers: dict[str, str]
    content: bytes
    done: int

    def send(self, address: str) -> int:
        line = HTTPConnection(urlsplit(address).netloc, timeout=60)
        try:
            line.request("POST", self.path, self.content, self.headers)
            return line.getresponse().status
        finally:
            line.close()


def form(app: Any, world: Any, seat: Any) -> Request:
    person, path = seat(CLERK), f"/batches/{world.batch['opened']}/nonconformities/new"
    fields = hidden_fields(person.get(path).text) | NONCONFORMITY
    cookies = "; ".join(f"{name}={person.client.get_cookie(name).value}" for name in ("sid", "form"))
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    return Request(path, headers, urlencode(fields).encode(), 302)


def machine(app: Any, world: Any, seat: Any) -> Request:
    headers = {"Authorization": f"Bearer {register(app, world, 'hengrui').token}", "Idempotency-Key": "one"}
    body = app.json.dumps(NONCONFORMITY | {"pieces": 7}).encode()
    path = f"/api/v1/batches/{world.batch['opened']}/nonconformities"
    return Request(path, headers | {"Content-Type": "application/json"}, body, 201)


@pytest.fixture(params=[form, machine])
def request_once(request, app, world, seat):
    return request.param(app, world, seat)


@pytest.fixture
def forgotten(monkeypatch):
    """Neither forms nor keys are remembered."""
    claim = once._claim
    monkeypatch.setattr("portal.web.doors.asked_for", lambda: None)
    monkeypatch.setattr(once, "_claim", lambda asked: claim(replace(asked, key=unique("key-"))))


@pytest.fixture
def towards_postgresql(app, engine):
    """The portal, with a proxy between it and its database."""
    if engine == "sqlite":
        pytest.skip("no connection leads to a file")
    address = make_url(app.config["SETTINGS"].database_url)
    with proxy.before(address.host, address.port) as between:
        near = urlsplit(between.address)
        url = address.set(host=near.hostname, port=near.port).render_as_string(hide_password=False)
        open_books(replace(app.config["SETTINGS"], database_url=url))
        yield between
        engines().writing.dispose()
        engines().reading.dispose()


def raised(world):
    rows = sql("SELECT batch_id FROM nonconformity")
    return sum(UUID(str(batch)) == world.batch["opened"] for (batch,) in rows)


def sent_and_lost(app, asked):
    """Sent, done, and never answered; then sent again as it was."""
    with served(app) as address:
        parts = urlsplit(address)
        with proxy.before(parts.hostname, parts.port) as between:
            between.fault = "lose"
            with pytest.raises((HTTPException, OSError)):
                asked.send(between.address)
            between.fault = ""
            return asked.send(between.address)


def test_an_answer_lost_on_its_way_costs_nothing(app, world, request_once):
    before = raised(world)

    again = sent_and_lost(app, request_once)

    assert (again, raised(world)) == (request_once.done, before + 1)


@pytest.mark.negative_control
def test_what_is_not_remembered_is_done_again(app, world, request_once, forgotten):
    before = raised(world)

    sent_and_lost(app, request_once)

    assert raised(world) == before + 2


def test_a_commit_of_which_the_database_could_not_tell_is_found_and_told_of(
    app, world, request_once, towards_postgresql
):
    """Whoever asked hears that it is done, though the portal itself never heard it."""
    before, towards_postgresql.cues = raised(world), AT_THE_COMMIT

    with served(app) as address:
        first = request_once.send(address)
        assert towards_postgresql.seen.count("lose") == 1
        assert (first, raised(world)) == (request_once.done, before + 1)
        again = request_once.send(address)

    assert (again, raised(world)) == (request_once.done, before + 1)


@pytest.mark.negative_control
def test_a_commit_of_which_nobody_was_told_is_made_again(app, world, request_once, towards_postgresql, forgotten):
    before, towards_postgresql.cues = raised(world), AT_THE_COMMIT
    app.config["PROPAGATE_EXCEPTIONS"] = False

    with served(app) as address:
        first = request_once.send(address)
        again = request_once.send(address)

    assert first >= 500
    assert (again, raised(world)) == (request_once.done, before + 2)
