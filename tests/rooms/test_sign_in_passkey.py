"""Coming in with a passkey, joining with one, and what a stranger can learn from trying"""

import re
import threading
from contextlib import suppress
from datetime import timedelta
from statistics import median
from time import perf_counter

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from portal import ledger
from portal.db import now, session
from portal.demo.cast import HOUSES, PASSWORD
from portal.identity.factors import factors_of
from portal.identity.proving import STEP, Proof, ProofRefused, prove_stranger, totp_of
from portal.records.person import Person
from portal.records.proof import Secret
from tests.authenticator import Authenticator
from tests.browsing import fresh_code, hidden_fields, words
from tests.passkeys import add_passkey, question, send, sign_in
from tests.stage import KEY, sql, stored
from workflows.powers import Role

WHO = "hengrui/manufacturer-release-person"
EMAIL = HOUSES["hengrui"].email(Role.MANUFACTURER_RELEASE_PERSON)
OWN = "my own rather long sentence"


@pytest.fixture
def authenticator(seat):
    made = Authenticator()
    add_passkey(seat(WHO), made)
    return made


@pytest.fixture
def invited(seat):
    admin = seat("chengyue/organisation-administrator")
    made = admin.post(
        "/people/invite",
        name="Lin Yue",
        title="Head of quality",
        email="lin@chengyue.example",
        roles="registrant-quality-manager",
    )
    return re.search(r"/invitations/[\w-]{40,}", admin.get(made.location).text).group(0)


def test_password_and_passkey_let_in_and_the_session_says_so(stranger, authenticator):
    answer = sign_in(stranger, authenticator, EMAIL)

    assert (answer.status_code, answer.location) == (302, "/")
    assert "password and passkey" in words(stranger.get("/account"))


def test_the_question_tells_nobody_who_has_a_passkey(stranger, authenticator):
    asked = question(stranger, "/sign-in/passkey", "/sign-in")

    assert asked["allowCredentials"] == []
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "localhost"


@pytest.mark.parametrize(
    ("email", "password"),
    [(EMAIL, "not the password at all"), ("nobody@nowhere.example", PASSWORD), ("clerk@hengrui.example", PASSWORD)],
    ids=["a wrong password", "an unknown address", "another person's passkey"],
)
def test_every_failure_reads_the_same(stranger, authenticator, email, password):
    answer = sign_in(stranger, authenticator, email, password)

    assert answer.status_code == 422
    assert "Address, password or passkey is wrong. Nothing was changed; try again." in words(answer)
    assert stranger.get_cookie("sid") is None


@pytest.mark.parametrize(
    "bad",
    [{"verified": False}, {"name": "evil.example"}, {"origin": "http://evil.example"}],
    ids=["nobody verified", "another host", "another origin"],
)
def test_an_answer_made_elsewhere_or_by_nobody_lets_nobody_in(stranger, authenticator, bad):
    for name, value in bad.items():
        setattr(authenticator, name, value)

    assert sign_in(stranger, authenticator, EMAIL).status_code == 422


def test_an_answer_opens_once_in_the_browser_that_was_asked_within_five_minutes(app, stranger, authenticator):
    authenticator.counts = False  # so that nothing but the question stands in the way
    sql("UPDATE passkey SET sign_count = 0")
    for each in authenticator.passkeys.values():
        each.count = 0
    fields = {"email": EMAIL, "password": PASSWORD}
    answer = authenticator.get(question(stranger, "/sign-in/passkey", "/sign-in"))
    assert send(app.test_client(), "/sign-in", passkey=answer, **fields).status_code == 422
    answer = authenticator.get(question(stranger, "/sign-in/passkey", "/sign-in"))
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        assert send(stranger, "/sign-in", passkey=answer, **fields).status_code == 422
    answer = authenticator.get(question(stranger, "/sign-in/passkey", "/sign-in"))
    browser = hidden_fields(stranger.get("/sign-in").text)

    assert stranger.post("/sign-in", data=browser | fields | {"passkey": answer}).status_code == 302

    stranger.delete_cookie("sid")
    assert send(stranger, "/sign-in", passkey=answer, **fields).status_code == 422


def test_a_session_that_was_laid_in_the_browser_is_not_the_one_that_is_signed_in(stranger, authenticator):
    """Fixation: whoever planted the token must not sit in the session afterwards."""
    stranger.set_cookie("sid", "planted-by-somebody-else")

    sign_in(stranger, authenticator, EMAIL)

    assert stranger.get_cookie("sid").value != "planted-by-somebody-else"
    stranger.set_cookie("sid", "planted-by-somebody-else")
    assert stranger.get("/").status_code == 302


def test_the_code_before_one_that_was_used_is_not_taken(stranger, world):
    """It is still within the drift that clocks are allowed, and yet older than what was burnt."""
    fresh_code(world.person[WHO])
    secret = Secret(
        totp_sealed=sql("SELECT totp_sealed FROM secret WHERE id = :id", id=stored(world.person[WHO]))[0][0]
    )
    at = now().timestamp()
    before, current = (totp_of(secret, KEY).generate_otp(int(at) // STEP + step) for step in (-1, 0))
    with time_machine.travel(at, tick=False):
        fields = {"email": EMAIL, "password": PASSWORD}
        assert send(stranger, "/sign-in", code=current, **fields).status_code == 302
        stranger.delete_cookie("sid")

        assert send(stranger, "/sign-in", code=before, **fields).status_code == 422


@pytest.mark.parametrize("rounds", [5])
def test_of_many_who_use_one_code_at_once_one_comes_in(app, world, rounds):
    for _ in range(rounds):
        code, let_in = fresh_code(world.person[WHO]), []
        ready = threading.Barrier(4)

        def use(code=code, ready=ready, let_in=let_in):
            ready.wait()
            with suppress(ProofRefused):
                let_in.append(prove_stranger(EMAIL, Proof(PASSWORD, code), KEY))

        hands = [threading.Thread(target=use) for _ in range(4)]
        for each in hands:
            each.start()
        for each in hands:
            each.join()
        sql("DELETE FROM security_event WHERE event = 'sign-in.refused'")

        assert len(let_in) == 1


def test_a_stranger_who_tries_in_vain_locks_nobody_else_out(stranger, app, authenticator):
    for _ in range(6):
        send(stranger, "/sign-in", email="clerk@hengrui.example", password="wrong wrong wrong", code="000000")

    assert sign_in(app.test_client(), authenticator, EMAIL).status_code == 302


def test_an_unknown_address_takes_as_long_as_a_known_one(app, authenticator, world, monkeypatch):
    """The passkey is judged before the address is looked at, and a password is hashed for nobody, too."""
    hashed = []
    monkeypatch.setattr(
        "portal.identity.proving.matches", lambda kept, typed: hashed.append(typed) or perf_counter() < 0
    )
    spent: dict[str, list[float]] = {EMAIL: [], "nobody@nowhere.example": []}
    for _ in range(5):
        for email, times in spent.items():
            client = app.test_client()
            answer = authenticator.get(question(client, "/sign-in/passkey", "/sign-in"))
            fields = hidden_fields(client.get("/sign-in").text) | {"email": email, "password": "x", "passkey": answer}
            sql("DELETE FROM security_event WHERE event = 'sign-in.refused'")
            began = perf_counter()
            assert client.post("/sign-in", data=fields).status_code == 422
            times.append(perf_counter() - began)

    assert len(hashed) == 10
    known, unknown = (median(each) for each in spent.values())
    assert abs(known - unknown) < max(known, unknown) / 2


def test_whoever_is_invited_joins_with_a_passkey_alone(stranger, invited, as_org):
    authenticator = Authenticator()
    made = authenticator.create(question(stranger, f"{invited}/passkey", invited))

    answer = send(stranger, invited, password=OWN, repeated=OWN, passkey=made)

    assert (answer.status_code, answer.location) == (302, "/sign-in")
    with as_org("chengyue"):
        person = session.scalars(select(Person).where(Person.email == "lin@chengyue.example")).one()
        joined = next(each for each in ledger.entries(subject_id=person.id) if each.event == "person.joined")
    held = factors_of(person.id)
    assert (len(held.passkeys), held.codes) == (1, False)
    assert joined.body["told"]["passkey"]["public_key"] == held.passkeys[0].public_key
    assert joined.body["actor"]["proved"] == "invitation link and new passkey"
    assert "Sign in with your passkey." in words(stranger.get("/sign-in"))
    assert sign_in(stranger, authenticator, person.email, OWN).status_code == 302


def test_a_passkey_that_was_made_is_kept_when_the_password_is_refused(stranger, invited, as_org):
    authenticator = Authenticator()
    made = authenticator.create(question(stranger, f"{invited}/passkey", invited))
    refused = send(stranger, invited, password="short", repeated="short", passkey=made)
    assert refused.status_code == 422
    assert "Your passkey is made." in words(refused)

    again = stranger.post(invited, data=hidden_fields(refused.text) | {"password": OWN, "repeated": OWN})

    assert again.status_code == 302
    assert sign_in(stranger, authenticator, "lin@chengyue.example", OWN).status_code == 302


def test_without_passkey_and_code_nobody_joins(stranger, invited, as_org):
    answer = send(stranger, invited, password=OWN, repeated=OWN)

    assert answer.status_code == 422
    assert "Make a passkey, or type the six digits" in words(answer)
    with as_org("chengyue"):
        assert session.scalars(select(Person).where(Person.email == "lin@chengyue.example")).first() is None


def test_whoever_joins_may_take_both(stranger, invited, as_org):
    made = Authenticator().create(question(stranger, f"{invited}/passkey", invited))
    page = stranger.get(invited).text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    fields = {"password": OWN, "repeated": OWN, "passkey": made, "code": pyotp.TOTP(key).now()}

    assert stranger.post(invited, data=hidden_fields(page) | fields).status_code == 302

    with as_org("chengyue"):
        person = session.scalars(select(Person).where(Person.email == "lin@chengyue.example")).one()
    held = factors_of(person.id)
    assert (len(held.passkeys), held.codes) == (1, True)


def test_a_question_of_one_link_is_not_answered_under_another(stranger, invited, authenticator):
    made = Authenticator().create(question(stranger, "/sign-in/passkey", "/sign-in") | {"user": {"id": "AAAA"}})

    answer = send(stranger, invited, password=OWN, repeated=OWN, passkey=made)

    assert answer.status_code == 422
    assert "The passkey was not taken." in words(answer)


def test_a_link_that_opens_nothing_asks_nothing(stranger):
    token = hidden_fields(stranger.get("/sign-in").text)["csrf_token"]
    for path in ("/invitations/there-never-was-one/passkey", "/resets/there-never-was-one/passkey"):
        assert stranger.post(path, headers={"X-CSRFToken": token}).status_code == 404
    assert stranger.post("/sign-in/new-factor/passkey", headers={"X-CSRFToken": token}).status_code == 401
    assert stranger.post("/sign-in/passkey").status_code == 400
