"""/account: recovery codes, authenticator, password and sessions; /sign-in/recovery"""

import re
from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine

from portal.db import now
from portal.demo.cast import HOUSES, PASSWORD
from portal.identity.factors import factors_of
from portal.identity.proving import Proof
from portal.identity.recovery import codes_left, new_codes, recovered
from tests.authenticator import Authenticator
from tests.browsing import fresh_code, hidden_fields, words
from tests.passkeys import question, send, sign_in, step_up
from tests.stage import KEY, sql, stored
from workflows.powers import Role

WHO = "hengrui/manufacturer-release-person"
EMAIL = HOUSES["hengrui"].email(Role.MANUFACTURER_RELEASE_PERSON)
OWN = "my own rather long sentence"
CODE = re.compile(r"<code>([a-z2-9]{4}(?:-[a-z2-9]{4}){5})</code>")


@pytest.fixture
def me(seat):
    return seat(WHO)


@pytest.fixture
def codes(me):
    step_up(me)
    return CODE.findall(me.post("/account/recovery-codes").text)


def recover(client, code, password=PASSWORD, email=EMAIL):
    return send(client, "/sign-in/recovery", email=email, password=password, code=code)


def test_ten_codes_are_shown_once_and_kept_as_keyed_hashes(me, codes):
    assert len(set(codes)) == 10
    assert codes_left(me.person_id) == 10
    assert CODE.findall(me.get("/account/recovery-codes").text) == []
    kept = " ".join(each[0] for each in sql("SELECT code_hash FROM recovery_code"))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert "10 codes are left." in words(me.get("/account"))


def test_new_codes_replace_the_old_ones(me, codes, stranger):
    step_up(me)
    me.post("/account/recovery-codes")

    assert recover(stranger, codes[0]).status_code == 422

    assert codes_left(me.person_id) == 10


def test_a_recovery_code_opens_one_page_and_no_other_and_signs_nothing(me, codes, stranger, world):
    assert recover(stranger, codes[0]).location == "/sign-in/new-factor"
    assert "It opens this page and no other" in words(stranger.get("/sign-in/new-factor"))

    batch = f"/batches/{world.batch['recorded']}"
    for path in ("/", batch, f"{batch}/release-production", "/account", "/account/passkeys/new", "/account/password"):
        assert stranger.get(path).location.startswith("/sign-in?next="), path
    token = {"csrf_token": hidden_fields(stranger.get("/sign-in/new-factor").text)["csrf_token"]}
    assert stranger.post(f"{batch}/release-production", data=token).status_code == 401


def test_the_new_factor_lets_in_again_and_every_session_from_before_has_ended(me, codes, stranger):
    recover(stranger, codes[0])
    authenticator = Authenticator()
    made = authenticator.create(question(stranger, "/sign-in/new-factor/passkey", "/sign-in/new-factor"))

    assert send(stranger, "/sign-in/new-factor", passkey=made).location == "/sign-in"

    assert me.get("/").status_code == 302
    assert stranger.get("/sign-in/new-factor").location == "/sign-in"
    assert sign_in(stranger, authenticator, EMAIL).status_code == 302


def test_the_new_factor_may_be_an_authenticator_app(codes, stranger, world):
    recover(stranger, codes[0])
    page = stranger.get("/sign-in/new-factor").text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")

    answer = stranger.post("/sign-in/new-factor", data=hidden_fields(page) | {"code": pyotp.TOTP(key).now()})

    assert answer.location == "/sign-in"
    code = fresh_code(world.person[WHO])
    assert send(stranger, "/sign-in", email=EMAIL, password=PASSWORD, code=code).status_code == 302


def test_a_recovery_code_opens_once(codes, stranger, app):
    assert recover(stranger, codes[0]).status_code == 302

    again = recover(app.test_client(), codes[0])

    assert again.status_code == 422
    assert recover(app.test_client(), codes[1]).status_code == 302


@pytest.mark.negative_control
def test_a_code_that_is_not_burnt_would_open_again(codes, stranger, app):
    recover(stranger, codes[0])
    sql("UPDATE recovery_code SET used_at = NULL")

    assert recover(app.test_client(), codes[0]).status_code == 302


def test_it_is_read_as_people_type_it(codes, stranger):
    wide = str.maketrans(
        "abcdefghijkmnpqrstuvwxyz23456789", "ＡＢＣＤＥＦＧＨＩＪＫＭＮＰＱＲＳＴＵＶＷＸＹＺ２３４５６７８９"
    )

    assert recover(stranger, f" {codes[0].translate(wide).replace('-', ' ')} ").status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"password": "not the password at all"}, {"code": "aaaa-bbbb-cccc-dddd"}, {"email": "nobody@nowhere.example"}],
)
def test_every_failure_reads_the_same(codes, stranger, wrong):
    answer = recover(stranger, **({"code": codes[0]} | wrong))

    assert answer.status_code == 422
    assert "Address, password or recovery code is wrong, or the code was used before." in words(answer)


def test_a_recovery_code_is_one_persons(codes, stranger):
    assert recover(stranger, codes[0], email="clerk@hengrui.example").status_code == 422


def test_a_recovery_code_is_no_one_time_code(me, codes, stranger, world):
    assert send(stranger, "/sign-in", email=EMAIL, password=PASSWORD, code=codes[0][:32]).status_code == 422
    path = f"/batches/{world.batch['recorded']}/release-production"
    assert me.sign(path, code=codes[0]).status_code == 422


def test_of_two_who_use_one_recovery_code_one_comes_in(app, world):
    person_id = world.person[WHO]
    (code, *_) = new_codes(person_id, KEY)

    assert [recovered(person_id, Proof(PASSWORD, code), KEY) for _ in range(2)] == [True, False]


def test_a_new_authenticator_key_replaces_the_old_one(me, world):
    step_up(me)
    page = me.get("/account/authenticator").text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    wrong = me.client.post("/account/authenticator", data=hidden_fields(page) | {"code": "000000"})
    assert wrong.status_code == 422

    with time_machine.travel(now() + timedelta(minutes=1)):
        answer = me.client.post("/account/authenticator", data=hidden_fields(page) | {"code": pyotp.TOTP(key).now()})

    assert answer.location == "/account"
    assert factors_of(me.person_id).codes


def test_a_new_password_ends_every_other_session(me, seat, stranger, world):
    elsewhere = seat(WHO)
    step_up(me)
    assert send(me.client, "/account/password", password="short", repeated="short").status_code == 422
    before = me.client.get_cookie("sid").value

    assert send(me.client, "/account/password", password=OWN, repeated=OWN).location == "/account"

    assert me.client.get_cookie("sid").value != before
    assert me.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    fields = {"email": EMAIL, "code": fresh_code(world.person[WHO])}
    assert send(stranger, "/sign-in", password=PASSWORD, **fields).status_code == 422
    assert send(stranger, "/sign-in", password=OWN, **fields).status_code == 302


def test_ones_sessions_are_listed_coarsely_and_can_be_ended(me, seat, stranger, world):
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"}
    me.post("/account/sessions/end-others", page="/account")
    known = hidden_fields(stranger.get("/sign-in").text)
    fields = {"email": EMAIL, "password": PASSWORD, "code": fresh_code(world.person[WHO])}
    stranger.post("/sign-in", data=known | fields, headers=agent)
    page = me.get("/account")
    assert "Chrome · Linux · 127.0.*.*" in words(page)
    (end,) = re.findall(r'action="(/account/sessions/[0-9a-f-]+/end)"', page.text)

    assert me.post(end, page="/account").location == "/account"

    assert stranger.get("/").status_code == 302
    assert me.post(end, page="/account").status_code == 404
    assert me.get("/account").status_code == 200


def test_all_other_sessions_end_at_once(me, seat):
    others = [seat(WHO) for _ in range(3)]

    me.post("/account/sessions/end-others", page="/account")

    assert [each.get("/").status_code for each in others] == [302, 302, 302]
    assert me.get("/").status_code == 200


def test_another_persons_session_is_not_ones_own_to_end(me, seat, world):
    clerk = seat("hengrui/plant-clerk")
    (theirs,) = sql(
        "SELECT id FROM web_session WHERE person_id = :id AND ended_at IS NULL ORDER BY seen_at DESC LIMIT 1",
        id=stored(clerk.person_id),
    )[0]

    assert me.post(f"/account/sessions/{UUID(str(theirs))}/end", page="/account").status_code == 404

    assert clerk.get("/").status_code == 200


@pytest.mark.parametrize(
    ("who", "minutes"),
    [
        ("shanghai/authority-inspector", 15),
        ("hengrui/organisation-administrator", 15),
        ("hengrui/plant-clerk", 30),
    ],
)
def test_whoever_sees_or_may_do_more_is_asked_again_sooner(seat, who, minutes):
    reader = seat(who)
    with time_machine.travel(now() + timedelta(minutes=minutes - 1)):
        assert reader.get("/").status_code == 200
    with time_machine.travel(now() + timedelta(minutes=2 * minutes)):
        assert reader.get("/").status_code == 302
