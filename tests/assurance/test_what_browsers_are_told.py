"""What every answer says beside its page: headers, cookies, methods, and nothing about what went wrong inside"""

import json
from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher

from app import create_app
from portal.db import engines, now
from portal.demo.cast import HOUSES, PASSWORD
from portal.identity import passwords
from portal.settings import Environment
from tests.browsing import fresh_code, hidden_fields
from tests.rooms.test_sign_in import sign_in
from workflows.powers import Role

TOLD = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'")
WHO = "hengrui/plant-clerk"


@pytest.fixture
def over_https(app, world):
    """The portal as it is deployed: behind https."""
    url = engines().writing.url.render_as_string(hide_password=False)
    return create_app(replace(app.config["SETTINGS"], environment=Environment.PRODUCTION, database_url=url))


@pytest.fixture
def browser(over_https):
    return over_https.test_client()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/sign-in", 200), ("/", 302), ("/nowhere", 404), ("/static/tokens.css", 200), ("/files/x", 404)],
)
def test_every_answer_tells_the_browser_how_to_treat_it(browser, path, status):
    answer = browser.get(path, base_url="https://localhost", headers={"Origin": "https://elsewhere.example"})

    answer.close()
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in TOLD} == TOLD
    assert all(part in answer.headers["Content-Security-Policy"] for part in POLICY)
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control-")]
    assert answer.headers["Content-Type"].endswith("charset=utf-8")
    if not path.startswith("/static"):
        assert answer.headers["Cache-Control"] == "no-store"


def test_over_https_a_cookie_is_secure_and_bound_to_the_host(browser, world):
    page = browser.get("/sign-in", base_url="https://localhost")
    fields = hidden_fields(page.text) | {
        "email": HOUSES["hengrui"].email(Role.PLANT_CLERK),
        "password": PASSWORD,
        "code": fresh_code(world.person[WHO]),
    }
    entered = browser.post(
        "/sign-in", data=fields, base_url="https://localhost", headers={"Referer": "https://localhost/"}
    )
    chosen = browser.post(
        "/language",
        data=hidden_fields(browser.get("/sign-in?x", base_url="https://localhost").text) | {"language": "en"},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/"},
    )
    cookies = [each for answer in (page, entered, chosen) for each in answer.headers.getlist("Set-Cookie")]
    names = {each.split("=")[0] for each in cookies}

    assert "__Host-sid" in names
    assert names <= {"__Host-sid", "__Host-form", "__Host-known", "__Host-language"}
    for each in cookies:
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(each.split("; ")), each
        assert "Domain" not in each


def test_a_session_ends_when_it_is_idle_and_when_it_is_old(seat, app):
    reader, settings = seat(WHO), app.config["SETTINGS"]
    began = now()
    assert reader.get("/batches").status_code == 200

    with time_machine.travel(began + timedelta(minutes=settings.idle_minutes + 2)):
        assert reader.get("/batches").status_code == 302

    busy = seat(WHO)
    for minutes in range(0, settings.absolute_minutes, settings.idle_minutes - 5):
        with time_machine.travel(began + timedelta(minutes=minutes)):
            assert busy.get("/batches").status_code == 200
    with time_machine.travel(began + timedelta(minutes=settings.absolute_minutes + 1)):
        assert busy.get("/batches").status_code == 302


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND"])
@pytest.mark.parametrize("path", ["/sign-in", "/", "/static/tokens.css"])
def test_trace_is_refused(app, path, method):
    assert app.test_client().open(path, method=method).status_code == 405


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/static/",
        "/static/vendor",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/pyproject.toml",
        "/.env",
    ],
)
def test_nothing_of_the_tree_but_static_is_served(app, path):
    assert app.test_client().get(path).status_code == 404


def test_an_error_shows_a_reference_and_nothing_else(over_https, browser, monkeypatch, capsys):
    over_https.config["SETTINGS"] = replace(over_https.config["SETTINGS"], testing=False)
    over_https.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setitem(over_https.view_functions, "sessions.enter", lambda: 1 / 0)

    answer = browser.get("/sign-in", base_url="https://localhost")

    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text
    (line,) = [json.loads(each) for each in capsys.readouterr().err.splitlines() if '"unexpected"' in each]
    assert line["request"] in answer.text
    assert line["error"] == ["builtins.ZeroDivisionError"]


def test_whatever_a_browser_carries_for_us_is_signed_with_sha256(app, world):
    stranger = app.test_client()
    sign_in(stranger, fresh_code(world.person[WHO]), email=HOUSES["hengrui"].email(Role.PLANT_CLERK))
    fields = hidden_fields(stranger.get("/account/prove").text)
    carried = [fields["csrf_token"], fields["once"], *(stranger.get_cookie(name).value for name in ("form", "known"))]

    assert [len(urlsafe_b64decode(each.rpartition(".")[2] + "=")) for each in carried] == [32] * 4


def test_passwords_are_hashed_as_is_advised():
    assert PasswordHasher(**passwords.COSTS).hash("x").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
