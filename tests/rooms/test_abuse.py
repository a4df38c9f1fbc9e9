"""What no honest browser sends: refused at once, and nobody else waits for it."""

import re
import time
from uuid import UUID

import pytest

from app import MOST_FIELDS
from portal.identity.actor import _seen
from portal.identity.sessions import begin_session, end_session, hash_of
from portal.limits import WRITE, spend
from portal.web.reports import PATH
from tests.browsing import fresh_code, hidden_fields
from tests.rooms.test_sign_in import EMAIL, WHO, sign_in
from tests.stage import sql, stored

LONGEST = 2  # seconds of this process


@pytest.fixture
def stranger(app):
    return app.test_client()


@pytest.fixture
def at_once():
    began = time.process_time()
    yield
    assert time.process_time() - began < LONGEST


def many(fields):
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\nx\r\n'
    return "".join(part.format(f"f{at}") for at in range(fields)) + "--b--\r\n"


def test_ten_gigabytes_that_are_only_announced_are_not_waited_for(stranger, at_once):
    announced = {"CONTENT_LENGTH": str(10**10), "CONTENT_TYPE": "application/x-www-form-urlencoded"}
    answer = stranger.post("/sign-in", environ_overrides=announced)

    assert answer.status_code == 413


def test_a_form_of_more_fields_than_any_page_has_is_refused(stranger, at_once):
    kind = "multipart/form-data; boundary=b"

    assert stranger.post("/sign-in", data=many(MOST_FIELDS + 1), content_type=kind).status_code == 413
    assert stranger.post("/sign-in", data=many(MOST_FIELDS - 1), content_type=kind).status_code == 400


def test_the_longest_form_of_ours_is_well_below_what_is_refused(seat, world):
    drafter = seat("chengyue/registrant-quality-manager")
    page = drafter.get(f"/agreements/{world.draft_agreement}/edit")

    assert page.status_code == 200
    assert 20 < len(re.findall(r"<(?:input|textarea|select)\b", page.text)) < MOST_FIELDS / 2


@pytest.mark.parametrize(
    "body",
    [
        b"&".join(b"k%d=" % at for at in range(200_000)),
        b"a" * 2_000_000,
        b"%" * 2_000_000,
        b"csrf_token=" + b"." * 1_900_000,
        b"=&" * 900_000,
    ],
    ids=["many keys", "one key", "percent signs", "a long token", "empty pairs"],
)
def test_two_mebibytes_of_nonsense_are_read_at_once(stranger, at_once, body):
    answer = stranger.post("/sign-in", data=body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code in {400, 413}


@pytest.mark.parametrize("body", [b"[" * 16_000, b'{"a":' * 3_000, b"[1," * 5_000, b'"\\ud800"', b"1e999", b"\xff\xfe"])
def test_nonsense_in_place_of_a_report_is_answered_with_nothing(stranger, at_once, body):
    assert stranger.post(PATH, data=body, content_type="application/json").status_code == 204


@pytest.mark.parametrize("header", ["Cookie", "X-Forwarded-For", "Accept-Language", "Sec-Fetch-Site", "User-Agent"])
@pytest.mark.parametrize("value", ["x" * 100_000, "," * 50_000, ";q=" * 30_000, "a=b; " * 20_000, "\x80\xff" * 1000])
def test_a_huge_header_is_read_at_once(stranger, at_once, header, value):
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


def test_a_count_costs_little_beside_what_it_guards(app, world):
    """A write takes one count more; the median is told when this fails."""
    taken = []
    with app.app_context():
        for _ in range(50):
            began = time.perf_counter()
            spend(WRITE, "somebody")
            taken.append(time.perf_counter() - began)

    assert sorted(taken)[25] < 0.05, sorted(taken)[25]
