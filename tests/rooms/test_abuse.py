"""What no honest browser sends: refused at once, and nobody else waits for it."""

import re
from uuid import UUID

import pytest

from app import MOST_FIELDS
from portal.identity.actor import _seen
from portal.identity.sessions import begin_session, end_session, hash_of
from portal.web.reports import PATH
from tests.browsing import fresh_code, hidden_fields
from tests.hostile_requests import BODIES, FORM, HEADERS, VALUES
from tests.rooms.test_sign_in import EMAIL, WHO, sign_in
from tests.stage import sql, stored


@pytest.fixture
def stranger(app):
    return app.test_client()


def many(fields):
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\nx\r\n'
    return "".join(part.format(f"f{at}") for at in range(fields)) + "--b--\r\n"


def test_ten_gigabytes_that_are_only_announced_are_not_waited_for(stranger):
    announced = {"CONTENT_LENGTH": str(10**10), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = stranger.post("/sign-in", environ_overrides=announced)

    assert answer.status_code == 413


def test_a_form_of_more_fields_than_any_page_has_is_refused(stranger):
    kind = "multipart/form-data; boundary=b"

    assert stranger.post("/sign-in", data=many(MOST_FIELDS + 1), content_type=kind).status_code == 413
    assert stranger.post("/sign-in", data=many(MOST_FIELDS - 1), content_type=kind).status_code == 400


def test_the_longest_form_of_ours_is_well_below_what_is_refused(seat, world):
    drafter = seat("chengyue/registrant-quality-manager")
    page = drafter.get(f"/agreements/{world.draft_agreement}/edit")

    assert page.status_code == 200
    assert 20 < len(re.findall(r"<(?:input|textarea|select)\b", page.text)) < MOST_FIELDS / 2


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_two_mebibytes_of_nonsense_are_refused(stranger, body):
    assert stranger.post("/sign-in", data=body, content_type=FORM).status_code in {400, 413}


@pytest.mark.parametrize("body", [b"[" * 16_000, b'{"a":' * 3_000, b"[1," * 5_000, b'"\\ud800"', b"1e999", b"\xff\xfe"])
def test_nonsense_in_place_of_a_report_is_answered_with_nothing(stranger, body):
    assert stranger.post(PATH, data=body, content_type="application/json").status_code == 204


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("value", VALUES)
def test_a_huge_header_does_not_confuse_the_page(stranger, header, value):
    assert stranger.get("/sign-in", headers={header: value}).status_code == 200


def test_a_session_chosen_by_somebody_else_is_not_taken_up(app, stranger, world):
    stranger.set_cookie("sid", "chosen-by-an-attacker")
    assert sign_in(stranger, fresh_code(world.person[WHO])).status_code == 302

    assert stranger.get_cookie("sid").value != "chosen-by-an-attacker"
    other = app.test_client()
    other.set_cookie("sid", "chosen-by-an-attacker")
    assert other.get("/").status_code == 302
    assert sql("SELECT count(*) FROM web_session WHERE token_hash = :h", h=hash_of("chosen-by-an-attacker"))[0][0] == 0


def test_a_form_cookie_from_before_is_not_carried_into_the_session(stranger, world):
    before = hidden_fields(stranger.get("/sign-in").text)["csrf_token"]
    fields = {"csrf_token": before, "email": EMAIL, "password": "demonstration only 2026"}
    stranger.post("/sign-in", data=fields | {"code": fresh_code(world.person[WHO])})
    assert stranger.get("/").status_code == 200

    assert stranger.post("/sign-out", data={"csrf_token": before}).status_code == 400


def test_a_request_on_its_way_does_not_bring_back_an_ended_session(app, world):
    token = begin_session(world.person[WHO])
    found = sql("SELECT id FROM web_session WHERE token_hash = :h", h=hash_of(token))[0][0]
    with app.app_context():
        end_session(UUID(str(found)))
        _seen(UUID(str(found)))

    ended, seen = sql("SELECT ended_at, seen_at FROM web_session WHERE id = :id", id=stored(UUID(str(found))))[0]
    assert ended is not None
    assert str(seen) <= str(ended)
    client = app.test_client()
    client.set_cookie("sid", token)
    assert client.get("/").status_code == 302
