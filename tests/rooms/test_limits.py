"""How often: counted across workers and threads, told with 429 and when to come back, and never against a bystander."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.exc import OperationalError
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import limits
from portal.api.problems import answer_to
from portal.db import engines, now
from portal.limits import EXPORT, EXPORTING, LINK, SEARCH, UPLOAD, WRITE, Limit, Throttled, alone, network_of, spend
from tests.api.knocking import register
from tests.browsing import fresh_code, hidden_fields, words
from tests.rooms.test_sign_in import EMAIL, WHO, accept, invited, sign_in
from tests.stage import sql
from workflows.powers import Role

FEW = Limit("few", 3, 60)
AT_ONCE = 12
RACER = """
import sys
from pathlib import Path
from flask import Flask
import portal.records
from portal.limits import Limit, Throttled, spend
from portal.settings import Environment, Settings
from portal.walls import open_books
url, folder, key, tries = sys.argv[1:]
app = Flask("racer")
app.config["SETTINGS"] = Settings(Environment.DEVELOPMENT, Path(folder), url, key, ("localhost",))
open_books(app.config["SETTINGS"])
won = 0
with app.app_context():
    for _ in range(int(tries)):
        try:
            spend(Limit("few", 3, 60), "one key")
            won += 1
        except Throttled:
            pass
print(won)
"""


def used_up(limit, key):
    for _ in range(limit.most):
        spend(limit, key)


def test_the_last_place_is_given_once_and_the_span_ends(app, world):
    with app.app_context(), time_machine.travel(now(), tick=False) as clock:
        used_up(FEW, "a")
        with pytest.raises(Throttled) as refused:
            spend(FEW, "a")
        assert refused.value.seconds == 60
        spend(FEW, "b")
        clock.shift(timedelta(seconds=59.9))
        with pytest.raises(Throttled) as refused:
            spend(FEW, "a")
        assert refused.value.seconds == 1
        clock.shift(timedelta(seconds=0.2))
        used_up(FEW, "a")
        with pytest.raises(Throttled):
            spend(FEW, "a")


def race(app, how=spend, limit=FEW):
    """Twelve threads want one of a few places at once; how many got one."""
    gate = Barrier(AT_ONCE)

    def run(_):
        gate.wait()
        with app.app_context(), suppress(Throttled):
            how(limit, "one key")
            return 1
        return 0

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(pool.map(run, range(AT_ONCE)))


def test_it_holds_between_threads(app, world):
    assert race(app) == FEW.most


def test_it_holds_between_processes(app, world, tmp_path):
    url = engines().writing.url.render_as_string(hide_password=False)
    given = [sys.executable, "-c", RACER, url, str(tmp_path), app.config["SETTINGS"].secret_key, "3"]
    environ = os.environ | {"PYTHONPATH": os.getcwd()}  # noqa: PTH109
    racers = [subprocess.Popen(given, stdout=subprocess.PIPE, env=environ) for _ in range(3)]

    assert sum(int(each.communicate(timeout=60)[0]) for each in racers) == FEW.most


@pytest.mark.negative_control
def test_a_count_that_is_looked_at_first_and_written_later_would_let_more_through(app, world):
    gate = Barrier(AT_ONCE)

    def look_then_write(limit, key):
        about = limits._about(limit, key)
        seen = sql("SELECT count FROM tally WHERE about = :about", about=about)
        gate.wait()
        if seen and seen[0][0] >= limit.most:
            raise Throttled(1)
        sql("UPDATE tally SET count = :more WHERE about = :about", about=about, more=(seen[0][0] if seen else 0) + 1)

    assert race(app, look_then_write) > FEW.most


def test_only_one_at_a_time_and_one_who_died_lets_go(app, world):
    with app.app_context():
        with alone(EXPORTING, "a"):
            with alone(EXPORTING, "b"):
                pass
            with pytest.raises(Throttled), alone(EXPORTING, "a"):
                pytest.fail("two at a time")
        died = alone(EXPORTING, "a")
        died.__enter__()
        with (
            time_machine.travel(now() + timedelta(seconds=EXPORTING.seconds, microseconds=1)),
            alone(EXPORTING, "a"),
        ):
            pass


def test_what_counts_no_more_is_swept(app, world, monkeypatch):
    with app.app_context():
        spend(FEW, "a")
        monkeypatch.setattr(limits, "_swept", [float("-inf")])
        with time_machine.travel(now() + timedelta(hours=2)):
            spend(FEW, "b")

    assert len(sql("SELECT 1 FROM tally")) == 1


def test_a_row_tells_nobody_who_is_counted(app, world):
    with app.app_context():
        spend(FEW, EMAIL)

    assert EMAIL not in str(sql("SELECT * FROM tally"))


def test_an_address_may_be_tried_five_times_a_minute_known_or_not(app, world):
    answers = {}
    for email in (EMAIL, "nobody@nowhere.example"):
        client = app.test_client()
        client.set_cookie("language", "en")
        with time_machine.travel(now(), tick=False):
            tried = [sign_in(client, "000000", email=email, password="not this one") for _ in range(6)]
        assert [each.status_code for each in tried] == [422] * 5 + [429]
        assert tried[-1].headers["Retry-After"] == "60"
        answers[email] = words(tried[-1])
    assert "Too many attempts" in answers[EMAIL]


def test_a_stranger_cannot_keep_a_release_person_from_signing_in_or_signing(app, stranger, seat, world):
    own = app.test_client()
    own.set_cookie("language", "en")
    assert sign_in(own, fresh_code(world.person[WHO])).status_code == 302
    for _ in range(6):
        last = sign_in(stranger, "000000", password="not this one")
    assert last.status_code == 429

    assert own.post("/sign-out", data={"csrf_token": _token(own)}).status_code == 302
    assert sign_in(own, fresh_code(world.person[WHO])).status_code == 302
    assert sql("SELECT count(*) FROM secret WHERE wrong_proofs > 0 OR locked_until IS NOT NULL")[0][0] == 0


def _token(client):
    return hidden_fields(client.get("/").text)["csrf_token"]


def test_a_browser_that_says_it_is_known_must_have_it_signed(app, stranger):
    stranger.set_cookie("known", '["browser",["abc"]].made-up')
    for _ in range(6):
        last = sign_in(stranger, "000000", password="not this one")

    assert last.status_code == 429


def test_one_network_address_tries_thirty_times_a_minute_whatever_accounts(stranger, world):
    token = hidden_fields(stranger.get("/sign-in").text)["csrf_token"]
    tried = [
        stranger.post("/sign-in", data={"csrf_token": token, "email": f"{at}@x.example", "password": "p", "code": "1"})
        for at in range(31)
    ]

    assert [each.status_code for each in tried] == [422] * 30 + [429]
    assert stranger.get("/sign-in").status_code == 200


@pytest.mark.parametrize(
    ("hops", "forwarded", "counted"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.1", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
    ],
)
def test_exactly_our_own_proxies_are_believed_about_who_calls(app, monkeypatch, world, hops, forwarded, counted):
    seen = []
    inner = app.wsgi_app.app
    monkeypatch.setattr(app, "wsgi_app", ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0))
    monkeypatch.setattr("portal.web.doors.spend", lambda limit, key: seen.append(key))

    sign_in_with = app.test_client()
    page = sign_in_with.get("/sign-in")
    sign_in_with.post(
        "/sign-in",
        data=hidden_fields(page.text) | {"email": "a@b.example"},
        headers={"X-Forwarded-For": forwarded, "X-Real-IP": "192.0.2.7", "Forwarded": "for=192.0.2.8"},
    )

    assert seen == [counted]


def test_an_ipv6_subscriber_is_one_address():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1") != network_of("2001:db8:0:1::1")
    assert network_of("::ffff:203.0.113.9") == network_of("203.0.113.9")
    assert network_of(None) == network_of("no address") == "unknown"


def test_searching_rests_after_sixty_times_and_other_pages_go_on(app, seat, world):
    browser = seat("hengrui/plant-clerk")
    with app.app_context():
        used_up(SEARCH, str(browser.person_id))

    answer = browser.get("/find?q=B2611")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Too many attempts" in words(answer)
    assert browser.get("/").status_code == 200
    assert seat("hengrui/manufacturer-quality-manager").get("/find?q=B2611").status_code == 200


def test_a_page_that_is_only_read_writes_no_count(seat, world):
    seat("hengrui/plant-clerk").get("/batches")

    assert sql("SELECT count(*) FROM tally")[0][0] == 0


def test_an_export_is_taken_six_times_an_hour_and_one_at_a_time(app, seat, world):
    inspector = seat("shanghai/authority-inspector")
    with app.app_context(), alone(EXPORTING, str(inspector.person_id)):
        assert inspector.get("/inspection/export.zip").status_code == 429
    with inspector.get("/inspection/export.zip") as taken:
        assert taken.status_code == 200
    with app.app_context(), suppress(Throttled):
        used_up(EXPORT, str(inspector.person_id))

    assert inspector.get("/inspection/export.zip").status_code == 429


def test_files_are_taken_sixty_times_an_hour(app, seat, world):
    clerk = seat("hengrui/plant-clerk")
    path = f"/batches/{world.batch['opened']}/documents"
    with app.app_context():
        used_up(UPLOAD, str(clerk.person_id))

    assert clerk.post(path, file=(BytesIO(b"%PDF-1.7"), "a.pdf")).status_code == 429
    assert clerk.get(path).status_code == 200


def test_nobody_writes_without_end(app, seat, world):
    admin = seat("chengyue/organisation-administrator")
    with app.app_context():
        used_up(WRITE, str(admin.person_id))

    assert admin.post("/people/invite").status_code == 429
    assert admin.get("/people").status_code == 200


def test_one_address_is_sent_three_links_an_hour(seat, stranger, world):
    admin = seat("chengyue/organisation-administrator")
    for _ in range(LINK.most):
        invited(seat)
        made = sql("SELECT id FROM invitation WHERE email = 'lin@chengyue.example' AND withdrawn_at IS NULL")[0][0]
        admin.post(f"/people/invitations/{UUID(str(made))}/withdraw", page=f"/people/invitations/{UUID(str(made))}")
    given = {"name": "Lin Yue", "title": "t", "roles": "registrant-quality-manager"}
    answer = admin.post("/people/invite", email="lin@chengyue.example", **given)

    assert answer.status_code == 429
    assert 3500 < int(answer.headers["Retry-After"]) <= 3600
    assert admin.post("/people/invite", email="wu@chengyue.example", **given).status_code == 302


def test_an_invitation_is_tried_thirty_times_a_minute(app, seat, stranger, world):
    path = invited(seat)
    with app.app_context():
        used_up(limits.JOIN_FROM, "127.0.0.1")

    assert accept(stranger, path).status_code == 429
    assert stranger.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/sign-in/passkey", "/resets/opens-nothing/passkey", "/invitations/opens-nothing/passkey"]
)
def test_what_a_passkey_answers_is_asked_sixty_times_a_minute(app, stranger, world, path):
    def asked():
        token = hidden_fields(stranger.get("/sign-in").text)["csrf_token"]
        return stranger.post(path, headers={"X-CSRFToken": token}).status_code

    assert asked() != 429
    with app.app_context():
        for _ in range(limits.ASK_FROM.most - 1):
            spend(limits.ASK_FROM, "127.0.0.1")
    assert asked() == 429


def test_a_token_is_asked_for_a_hundred_and_twenty_times_a_minute(app, world):
    machine = register(app, world, "hengrui")
    with app.app_context():
        used_up(limits.TOKEN_FROM, "127.0.0.1")
    answer = machine.ask()

    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_what_cannot_be_counted_is_not_let_in(stranger, world, monkeypatch):
    def broken(*_):
        raise OperationalError("UPDATE tally", {}, Exception("disk full"))

    monkeypatch.setattr(limits, "_claimed", broken)
    before = sql("SELECT count(*) FROM web_session")
    answer = sign_in(stranger, fresh_code(world.person[WHO]))

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "the count could not be written" in words(answer)
    assert sql("SELECT count(*) FROM web_session") == before


@pytest.mark.negative_control
def test_without_the_count_a_sixth_try_would_be_judged(stranger, world, monkeypatch):
    monkeypatch.setattr("portal.rooms.sessions.lanes.spend", lambda *_: None)
    for _ in range(6):
        last = sign_in(stranger, "000000", password="not this one")

    assert last.status_code == 422


def test_a_machine_reads_the_refusal_as_problem_details(app, world, monkeypatch):
    with app.test_request_context("/api/v1/batches"):
        late, broken = answer_to(Throttled(7)), answer_to(limits.Uncounted("api"))

    assert (late.status_code, late.headers["Retry-After"], late.mimetype) == (429, "7", "application/problem+json")
    assert late.json["status"] == 429
    assert (broken.status_code, broken.mimetype) == (503, "application/problem+json")


def test_a_large_request_is_read_only_where_files_are_taken_and_only_from_who_may_file_them(
    app, seat, world, monkeypatch
):
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 100_000)
    clerk, path = seat("hengrui/plant-clerk"), f"/batches/{world.batch['opened']}/documents"
    large = 300_000

    def sent(browser, where):
        headers = {"X-CSRFToken": browser.token()}
        return browser.client.post(where, data={"file": (BytesIO(b"%PDF-" + b"x" * large), "a.pdf")}, headers=headers)

    assert sent(clerk, path).status_code == 422
    assert sent(clerk, "/language").status_code == 413
    assert sent(seat(f"chengyue/{Role.REGISTRANT_QUALITY_MANAGER}"), path).status_code == 413
    stranger = app.test_client()
    assert stranger.post(path, data={"file": (BytesIO(b"x" * large), "a.pdf")}).status_code == 413


def test_two_mebibytes_are_enough_for_whatever_is_no_file(app):
    assert app.config["MAX_CONTENT_LENGTH"] == app.config["MAX_FORM_MEMORY_SIZE"] == 2 * 1024 * 1024
