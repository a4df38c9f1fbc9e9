"""A log line names doors, never people: a whole journey is made, and nothing secret or personal of it is told."""

import json
import logging
import re
from dataclasses import replace
from io import BytesIO

import pytest
from flask import g, request
from sqlalchemy.exc import OperationalError

from portal import logs
from portal.demo.cast import HOUSES, PASSWORD
from tests.browsing import fresh_code, hidden_fields
from tests.rooms.test_sign_in import OWN, accept, invited, sign_in
from tests.stage import KEY, sql

CLERK = "clerk@hengrui.example"
WRONG = "what I use at my bank"
TOLD = {"event", "level", "request", "method", "door", "status", "ms", "organisation", "at", "kind", "seconds"}
TOLD |= {"error", "way", "proved"}


def journey(app, world, seat):
    """Sign in wrong and right, invite, join, file a paper, sign, search, export, sign out; returns what is secret."""
    client = app.test_client()
    client.set_cookie("language", "en")
    code = fresh_code(world.person["hengrui/plant-clerk"])
    sign_in(client, "123456", email=CLERK, password=WRONG)
    assert sign_in(client, code, email=CLERK).status_code == 302
    client.get("/")
    secrets = {code, WRONG, PASSWORD, OWN, KEY, client.get_cookie("sid").value, client.get_cookie("form").value}
    link = invited(seat)
    secrets |= {link.rsplit("/", 1)[1]}
    page = app.test_client().get(link).text
    secrets |= set(re.findall(r"<code>([A-Z2-7 ]+)</code>", page)) | set(hidden_fields(page).values())
    assert accept(app.test_client(), link).status_code == 302
    clerk, path = seat("hengrui/plant-clerk"), f"/batches/{world.batch['opened']}/documents"
    clerk.post(path, file=(BytesIO(b"%PDF-1.7 secret recipe"), "recipe-of-ours.pdf"), title="Recipe", kind="other")
    signer = seat("hengrui/manufacturer-release-person")
    assert signer.sign(f"/batches/{world.batch['opened']}/reject-production", "it leaks at the seam").status_code == 302
    assert signer.sign(f"/batches/{world.batch['opened']}/reject-production", password=WRONG).status_code == 409
    clerk.get("/find?q=B2611-very-secret-search")
    with seat("shanghai/authority-inspector").get("/inspection/export.zip"):
        pass
    clerk.client.post("/people/invite", data={"csrf_token": "forged"})
    clerk.get("/no/such/page/for-nobody")
    clerk.post("/sign-out", page="/")
    return secrets | {"recipe-of-ours", "it leaks at the seam", "very-secret-search", "for-nobody", "secret recipe"}


def personal():
    """Every name, address and id of a person or organisation, and every hash that opens something."""
    found = set()
    for table, columns in (
        ("person", "name, title, email, id"),
        ("organisation", "name, uscc, id"),
        ("invitation", "name, email, token_hash, id"),
        ("secret", "password_hash, totp_sealed"),
        ("web_session", "token_hash, id"),
        ("batch", "number, id"),
    ):
        for row in sql(f"SELECT {columns} FROM {table}"):
            found |= {str(each) for each in row if len(str(each)) > 2}
    return found | {house.name for house in HOUSES.values()}


def leaks(told, secrets):
    return sorted(each for each in secrets if each and (each in told or each.replace("-", "") in told))


def test_a_whole_journey_is_told_without_a_secret_or_a_name(app, world, seat, capsys):
    secrets = journey(app, world, seat)
    told = capsys.readouterr().err
    lines = [json.loads(line) for line in told.splitlines()]

    assert leaks(told, secrets | personal()) == []
    assert set().union(*lines) <= TOLD
    doors = {line["door"] for line in lines if line["event"] == "request"}
    assert {"sessions.enter", "sessions.accept", "batches.documents", "batches.reject_production", "home.find"} <= doors
    events = {line["event"] for line in lines}
    assert {"request", "signed-in", "sign-in.refused", "csrf.refused"} <= events
    assert [line["proved"] for line in lines if line["event"] == "signed-in"] == ["password and one-time code"]
    assert told.isascii()


@pytest.mark.negative_control
def test_a_log_of_addresses_would_be_found_out(app, world, seat, capsys):
    """What an ordinary access log writes: the path, the query, the person."""
    app_after = app.after_request_funcs[None]
    app_after.append(lambda answer: (print(request.full_path, g.actor, request.form), answer)[1])  # noqa: T201
    try:
        secrets = journey(app, world, seat)
    finally:
        app_after.pop()

    found = leaks(capsys.readouterr().out, secrets | personal())
    assert {"very-secret-search", PASSWORD, CLERK, WRONG} <= set(found)


def test_an_error_is_told_by_its_kind_and_its_number_stands_on_the_page(app, world, seat, capsys, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], testing=False))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def broken(*_):
        raise OperationalError("SELECT 'lin@x.example' FROM person", {"q": "hidden"}, KeyError("Lin Yue"))

    monkeypatch.setattr("portal.rooms.home.routes.hits_of", broken)
    answer = seat("hengrui/plant-clerk").get("/find?q=x")

    told = capsys.readouterr().err
    line = next(json.loads(each) for each in told.splitlines() if '"unexpected"' in each)
    assert answer.status_code == 500
    assert line["request"] in answer.text
    assert line["error"][0].startswith("sqlalchemy.exc.OperationalError")
    assert any("broken" in step for step in line["way"])
    assert not {"lin@x.example", "Lin Yue", "hidden"} & set(re.findall(r"[\w@. ]+", told))


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ({"password": "abc"}, "abc"),
        ({"csrf_token": "abc"}, "abc"),
        ({"given": {"Cookie": "abc"}}, "abc"),
        ({"told": ["x", {"email": "abc"}]}, "abc"),
        ({"says": "sent to lin@chengyue.example today"}, "lin@"),
        ({"says": "code 123456 was wrong"}, "123456"),
        ({"says": "code 123 456 was wrong"}, "123 456"),
        ({"says": "GET /invitations/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE"}, "Zm9v"),
        ({"says": "GET /find?q=secret HTTP/1.1"}, "secret"),
        ({"says": "eyJhbGciOi.eyJzdWIiOiIx.c2lnbmF0dXJl"}, "eyJ"),
        ({"says": "session .eJwVjE0KwjAQ.aPQxyz12.kJ8s-abc_DEF"}, "eJw"),
    ],
)
def test_what_should_never_have_been_said_is_scrubbed(capsys, said, hidden):
    logs.say("test", **said)

    told = capsys.readouterr().err
    assert hidden not in told
    assert '"test"' in told


def test_nothing_that_is_typed_can_forge_a_line_or_turn_the_text_around(capsys):
    logs.say("test", says='x\n{"event": "forged"}\r\x1b[2J\x00\x7f\x85\u202eevil\u2066\u2028')

    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.endswith("}\n")
    assert all(" " <= each <= "~" for each in told[:-1])
    assert json.loads(told)["event"] == "test"


def test_what_libraries_say_goes_the_same_way(capsys):
    try:
        int("lin@chengyue.example")
    except ValueError as wrong:
        record = logging.LogRecord(
            "gunicorn.error",
            logging.ERROR,
            "",
            1,
            "Error handling request %s",
            ("/invitations/" + "a1B2" * 11,),
            (ValueError, wrong, None),
        )
    logs.Library().emit(record)

    told = json.loads(capsys.readouterr().err)
    assert (told["library"], told["error"]) == ("gunicorn", ["builtins.ValueError"])
    assert "a1B2" not in told["says"]


def test_a_demonstration_is_quiet_but_for_warnings(capsys, monkeypatch):
    monkeypatch.setattr(logs, "_level", [logging.INFO])
    logs.quiet()
    logs.say("not heard")
    logs.warn("heard")

    told = capsys.readouterr().err
    assert "not heard" not in told
    assert "heard" in told
