"""Answers of every kind carry the rules of content, and doors are deaf to tricks with methods, hosts and origins.

At every door tests/matrix asks for the same, of whoever stands before it.
"""

from dataclasses import replace

import pytest

from app import create_app
from portal.db import engines
from portal.settings import Environment
from portal.web.guard import BY_CAMERA, HEADERS, INERT
from portal.web.origin import SAFE
from portal.web.reports import PATH
from tests.browsing import hidden_fields, words
from tests.stage import sql
from tests.treatment import untold

FORM = "application/x-www-form-urlencoded"
FOREIGN = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
)


@pytest.fixture
def quiet(app, monkeypatch):
    """As in production: an error is answered, not raised."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setattr("portal.web.errors._is_tried", lambda: False)
    return app


def test_every_kind_of_answer_says_how_to_be_treated(quiet, world, seat, monkeypatch):
    stranger, clerk = quiet.test_client(), seat("hengrui/plant-clerk")
    answers = {
        "redirect": stranger.get("/people"),
        "sign-in": stranger.get("/sign-in"),
        "missing": stranger.get("/no/such/page"),
        "refused": stranger.post("/people/invite"),
        "forbidden": clerk.get("/people/invite"),
        "too large": stranger.post("/sign-in", data=b"x" * (2**21 + 1), content_type=FORM),
        "method": stranger.delete("/sign-in"),
        "trace": stranger.open("/sign-in", method="TRACE"),
        "host": stranger.get("/sign-in", headers={"Host": "evil.example"}),
        "report": stranger.post(PATH, json={}),
        "search": clerk.get("/find?q=" + "x" * 5000),
    }
    monkeypatch.setattr("portal.rooms.home.routes.hits_of", lambda *_: 1 / 0)
    answers["error"] = clerk.get("/find?q=x")

    assert {name: untold(each) for name, each in answers.items()} == {name: [] for name in answers}
    codes = {name: each.status_code for name, each in answers.items()}
    assert (codes["error"], codes["host"], codes["too large"], codes["trace"]) == (500, 400, 413, 405)


def test_what_is_taken_away_as_a_file_is_inert(seat, world):
    inspector = seat("shanghai/authority-inspector")
    with inspector.get("/inspection/export.zip") as taken:
        assert taken.headers["Content-Security-Policy"] == INERT
    assert "sandbox" in INERT.split("; ")


def test_what_is_static_is_treated_like_the_rest(app):
    for path in ("/static/behaviour.js", "/static/vendor/bootstrap.min.css", "/static/no-such-file.css"):
        with app.test_client().get(path) as answer:
            assert untold(answer, static=True) == [], path


@pytest.mark.negative_control
def test_an_answer_without_its_rules_would_be_found_out(app, monkeypatch):
    monkeypatch.setitem(app.after_request_funcs, None, [])

    assert {"Content-Security-Policy", "Cache-Control"} <= set(untold(app.test_client().get("/sign-in")))


def test_no_page_of_ours_runs_script_of_its_own_making():
    rules = dict(each.strip().split(" ", 1) for each in HEADERS["Content-Security-Policy"].split(";"))

    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert BY_CAMERA["Content-Security-Policy"].replace(" 'wasm-unsafe-eval'", "") == HEADERS["Content-Security-Policy"]


def test_over_https_it_stays_https_and_cookies_keep_to_this_host(world, app):
    settings = replace(
        app.config["SETTINGS"],
        environment=Environment.PRODUCTION,
        database_url=engines().writing.url.render_as_string(hide_password=False),
    )
    served = create_app(settings)
    answer = served.test_client().get("/sign-in", base_url="https://localhost")

    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-form=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Strict-Transport-Security" not in app.test_client().get("/sign-in").headers
    assert not served.debug


@pytest.mark.parametrize("claimed", FOREIGN, ids=str)
def test_a_form_from_elsewhere_is_refused_whatever_token_it_carries(app, seat, claimed):
    stranger, admin = app.test_client(), seat("chengyue/organisation-administrator")
    fields = hidden_fields(stranger.get("/sign-in").text) | {"email": "a@b.example", "password": "p", "code": "1"}
    token = admin.token()
    before = sql("SELECT count(*) FROM ledger_event")

    assert stranger.post("/sign-in", data=fields, headers=claimed).status_code == 400
    assert admin.client.post("/sign-out", data={"csrf_token": token}, headers=claimed).status_code == 400
    assert admin.get("/").status_code == 200
    assert sql("SELECT count(*) FROM ledger_event") == before
    assert sql("SELECT count(*) FROM security_event WHERE event = 'origin.refused'")[0][0] == 2


@pytest.mark.parametrize(
    "claimed",
    [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}],
    ids=str,
)
def test_a_form_from_here_is_judged(app, claimed):
    stranger = app.test_client()
    fields = hidden_fields(stranger.get("/sign-in").text) | {"email": "a@b.example", "password": "p", "code": "1"}

    assert stranger.post("/sign-in", data=fields, headers=claimed).status_code == 422


@pytest.mark.negative_control
def test_without_the_check_of_origin_a_token_alone_would_do(app, monkeypatch):
    kept = [each for each in app.before_request_funcs[None] if each.__name__ != "_from_where"]
    monkeypatch.setitem(app.before_request_funcs, None, kept)
    stranger = app.test_client()
    fields = hidden_fields(stranger.get("/sign-in").text) | {"email": "a@b.example", "password": "p", "code": "1"}

    assert stranger.post("/sign-in", data=fields, headers={"Origin": "https://evil.example"}).status_code == 422


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "evil.example:80", "localhost@evil.example", ""]
)
def test_a_host_that_is_not_ours_gets_one_plain_sentence(app, seat, host):
    answer = seat("hengrui/plant-clerk").get("/", headers={"Host": host})

    assert answer.status_code == 400
    assert words(answer).strip() == "This portal does not answer under that name."
    assert "evil" not in str(answer.headers)


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Original-URL", "X-Rewrite-URL"])
def test_a_link_is_made_of_the_settings_and_of_no_header(seat, header):
    admin = seat("chengyue/organisation-administrator")
    given = {"name": "Lin Yue", "title": "t", "roles": "registrant-quality-manager", "email": "lin@chengyue.example"}
    made = admin.post("/people/invite", **given)

    page = admin.get(made.location, headers={header: "evil.example"})

    assert "http://localhost/invitations/" in page.text
    assert "evil.example" not in page.text


def test_a_form_that_calls_itself_a_look_is_still_a_form(app, seat):
    admin = seat("chengyue/organisation-administrator")

    answer = admin.client.post("/people/invite", headers={"X-HTTP-Method-Override": "GET"}, data={"_method": "GET"})

    assert answer.status_code == 400
    assert {"GET", "HEAD", "OPTIONS"} == SAFE


def test_a_report_of_a_browser_is_told_in_few_words_and_takes_no_more(app, capsys):
    client = app.test_client()
    body = {
        "effectiveDirective": "script-src-elem",
        "blockedURL": "https://evil.example/a?secret=1",
        "documentURL": "http://localhost/invitations/a-very-secret-token",
    }

    assert client.post(PATH, json=[{"type": "csp-violation", "body": body}]).status_code == 204
    assert client.post(PATH, data="not json at all").status_code == 204
    assert client.post(PATH, data=b"x" * 20_000).status_code == 413
    told = capsys.readouterr().err
    assert '"blocked": "evil.example", "page": "sessions.accept"' in told
    assert "secret" not in told
