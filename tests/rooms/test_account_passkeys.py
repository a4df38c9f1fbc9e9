"""/account/passkeys: adding, naming and removing what one proves oneself with"""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from portal import ledger
from portal.db import now
from portal.demo.cast import PASSWORD
from portal.identity.factors import Factors, factors_of
from portal.records.proof import Passkey
from tests.authenticator import Authenticator
from tests.browsing import fresh_code, words
from tests.passkeys import ADD, add_passkey, question, send, sign_in, step_up
from tests.stage import sql, stored

WHO = "hengrui/manufacturer-release-person"
OTHER = "hengrui/plant-clerk"


@pytest.fixture
def me(seat):
    return seat(WHO)


def logged():
    return [each[0] for each in sql("SELECT event FROM security_event ORDER BY at")]


def test_a_passkey_is_added_and_the_ledger_knows_whose_key_it_is(me, as_org):
    authenticator = Authenticator()

    add_passkey(me, authenticator)

    (mine,) = factors_of(me.person_id).passkeys
    assert mine.credential_id in authenticator.passkeys
    assert mine.name in words(me.get("/account"))
    with as_org("hengrui"):
        told = ledger.entries(subject_id=me.person_id)[0]
    assert told.event == "person.passkey-added"
    assert told.body["told"]["passkey"] == {"credential_id": mine.credential_id, "public_key": mine.public_key}
    assert logged()[-1] == "passkey.added"


def test_an_inspector_has_passkeys_too_though_the_account_writes_no_books(seat):
    inspector = seat("shanghai/authority-inspector")

    add_passkey(inspector, Authenticator())

    assert len(factors_of(inspector.person_id).passkeys) == 1


@pytest.mark.parametrize("path", [ADD, "/account/authenticator", "/account/password", "/account/recovery-codes"])
def test_whoever_only_sits_at_an_open_session_changes_nothing(me, path):
    for answer in (me.get(path), me.client.post(path, data={"csrf_token": me.token()})):
        assert answer.status_code == 302
        assert answer.location.startswith("/account/prove?next=")


def test_a_proof_is_fresh_for_five_minutes(me):
    step_up(me)
    assert me.get(ADD).status_code == 200

    with time_machine.travel(now() + timedelta(minutes=6)):
        assert me.get(ADD).status_code == 302


def test_proving_oneself_leads_on_and_gives_the_session_a_new_token(me):
    before = me.client.get_cookie("sid").value

    answer = send(me.client, f"/account/prove?next={ADD}", password=PASSWORD, code=fresh_code(me.person_id))

    assert (answer.status_code, answer.location) == (302, ADD)
    assert me.client.get_cookie("sid").value != before
    me.client.set_cookie("sid", before)
    assert me.get("/account").status_code == 302


@pytest.mark.parametrize("wrong", [{"password": "not my password at all"}, {"code": "000000"}])
def test_a_wrong_proof_is_refused_and_logged(me, wrong):
    given = {"password": PASSWORD, "code": fresh_code(me.person_id)} | wrong

    answer = send(me.client, "/account/prove", **given)

    assert answer.status_code == 422
    assert "Password or code is wrong" in words(answer)
    assert logged()[-1] == "proof.refused"
    assert me.get(ADD).status_code == 302


def test_a_passkey_proves_that_it_is_they(me):
    authenticator = Authenticator()
    add_passkey(me, authenticator)
    sql("UPDATE web_session SET proved_at = NULL WHERE person_id = :id", id=stored(me.person_id))
    assert me.get(ADD).status_code == 302

    answer = authenticator.get(question(me.client, "/account/prove/passkey", "/account/prove"))

    assert send(me.client, "/account/prove", password=PASSWORD, passkey=answer).status_code == 302
    assert me.get(ADD).status_code == 200


def test_adding_a_factor_ends_every_other_session_and_renews_this_one(me, seat):
    elsewhere = seat(WHO)
    step_up(me)
    before = me.client.get_cookie("sid").value

    made = Authenticator().create(question(me.client, f"{ADD}/passkey", ADD))
    send(me.client, ADD, passkey=made)

    assert me.client.get_cookie("sid").value != before
    assert me.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302


def test_the_question_is_answered_once_and_within_five_minutes(me):
    step_up(me)
    authenticator = Authenticator()
    asked = question(me.client, f"{ADD}/passkey", ADD)
    with time_machine.travel(now() + timedelta(minutes=5, seconds=1)):
        sql("UPDATE web_session SET proved_at = :at", at=now())
        late = send(me.client, ADD, passkey=authenticator.create(asked))
    assert late.status_code == 422

    step_up(me)
    asked = question(me.client, f"{ADD}/passkey", ADD)
    assert send(me.client, ADD, passkey=authenticator.create(asked)).status_code == 302
    again = send(me.client, ADD, passkey=authenticator.create(asked))

    assert again.status_code == 422
    assert "The passkey was not taken." in words(again)
    assert len(factors_of(me.person_id).passkeys) == 1


def test_a_question_asked_of_one_session_is_not_answered_in_another(me, seat):
    other = seat(OTHER)
    step_up(me)
    step_up(other)
    asked = question(me.client, f"{ADD}/passkey", ADD)

    answer = send(other.client, ADD, passkey=Authenticator().create(asked))

    assert answer.status_code == 422
    assert factors_of(other.person_id).passkeys == ()


def test_one_passkey_is_one_persons(me, seat):
    """Swapping: what the first person's authenticator made is offered as the second person's own."""
    authenticator, other = Authenticator(), seat(OTHER)
    add_passkey(me, authenticator)
    ((credential_id, _),) = authenticator.passkeys.items()
    step_up(other)
    asked = question(other.client, f"{ADD}/passkey", ADD)
    told = json.loads(authenticator.create(asked))
    mine = sql("SELECT public_key FROM passkey")[0][0]

    assert send(other.client, ADD, passkey=json.dumps(told | {"id": credential_id})).status_code == 422
    sql("UPDATE passkey SET credential_id = :id", id=told["id"])
    step_up(other)
    answer = send(other.client, ADD, passkey=json.dumps(told))

    assert answer.status_code == 422
    assert sql("SELECT person_id, public_key FROM passkey")[0][1] == mine
    assert factors_of(other.person_id).passkeys == ()


@pytest.mark.parametrize(
    "bad",
    [
        Authenticator(verified=False),
        Authenticator(name="evil.example"),
        Authenticator(origin="http://evil.example"),
        Authenticator(origin="https://localhost"),
    ],
    ids=["nobody verified", "another host", "another origin", "another scheme"],
)
def test_a_passkey_made_without_its_person_or_for_another_place_is_not_taken(me, bad):
    step_up(me)

    answer = send(me.client, ADD, passkey=bad.create(question(me.client, f"{ADD}/passkey", ADD)))

    assert answer.status_code == 422
    assert factors_of(me.person_id).passkeys == ()


@pytest.mark.parametrize("text", ["{", "[]", "null", "1", '{"id": 1}', "x" * 20000, '{"id":"AA","rawId":"AA"}'])
def test_what_is_no_answer_of_an_authenticator_is_refused_like_a_wrong_one(me, text):
    step_up(me)

    assert send(me.client, ADD, passkey=text).status_code == 422
    assert send(me.client, "/account/prove", password=PASSWORD, passkey=text).status_code == 422


def test_it_is_named_and_found_under_its_name(me):
    add_passkey(me, Authenticator())
    (mine,) = factors_of(me.person_id).passkeys

    assert send(me.client, f"/account/passkeys/{mine.id}", name="  blue key ").status_code == 302

    assert "blue key" in words(me.get("/account"))
    assert send(me.client, f"/account/passkeys/{mine.id}", name=" ").status_code == 422


def test_another_persons_passkey_is_as_one_that_never_was(me, seat):
    other = seat(OTHER)
    add_passkey(other, Authenticator())
    (theirs,) = factors_of(other.person_id).passkeys
    step_up(me)

    for path in (f"/account/passkeys/{theirs.id}", f"/account/passkeys/{theirs.id}/remove"):
        fields = {"csrf_token": me.token(), "name": "mine now"}
        assert me.client.post(path, data=fields).status_code == 404
    assert me.get(f"/account/passkeys/{theirs.id}").data == me.get(f"/account/passkeys/{uuid4()}").data
    assert len(factors_of(other.person_id).passkeys) == 1


def test_a_removed_passkey_opens_nothing_any_more(me, app, world, as_org):
    authenticator = Authenticator()
    add_passkey(me, authenticator)
    (mine,) = factors_of(me.person_id).passkeys

    assert me.post(f"/account/passkeys/{mine.id}/remove", page="/account").status_code == 302

    assert factors_of(me.person_id).passkeys == ()
    assert sign_in(app.test_client(), authenticator, "release@hengrui.example").status_code == 422
    with as_org("hengrui"):
        assert ledger.entries(subject_id=me.person_id)[0].event == "person.passkey-removed"


def test_the_last_factor_stays(me):
    authenticator = Authenticator()
    step_up(me)
    assert me.post("/account/authenticator/remove", page="/account").status_code == 302
    assert "This is the last thing you can prove yourself with." in words(me.get("/account"))
    assert factors_of(me.person_id).codes
    add_passkey(me, authenticator)
    assert me.post("/account/authenticator/remove", page="/account").status_code == 302
    assert not factors_of(me.person_id).codes
    (mine,) = factors_of(me.person_id).passkeys

    me.post(f"/account/passkeys/{mine.id}/remove", page="/account")

    assert "This is the last thing you can prove yourself with." in words(me.get("/account"))
    assert len(factors_of(me.person_id).passkeys) == 1


@pytest.mark.negative_control
def test_without_the_look_at_what_is_left_the_last_factor_would_go(me, monkeypatch):
    step_up(me)
    token = {"csrf_token": me.token()}
    monkeypatch.setattr("portal.identity.factors._factors", lambda *_: Factors((Passkey(),), codes=True))

    me.client.post("/account/authenticator/remove", data=token)

    assert sql("SELECT totp_sealed FROM secret WHERE id = :id", id=stored(me.person_id))[0][0] is None


@pytest.mark.parametrize("path", [ADD, f"{ADD}/passkey", "/account/prove", "/account/recovery-codes"])
def test_without_a_token_nothing_is_changed(me, path):
    assert me.client.post(path).status_code == 400


@pytest.mark.parametrize("path", ["/account", ADD, "/account/prove", "/account/password"])
def test_whoever_is_not_signed_in_is_sent_to_sign_in(app, path):
    assert app.test_client().get(path).location.startswith("/sign-in")
