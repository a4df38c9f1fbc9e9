"""Signing with a passkey: the authenticator signs the record itself, and anybody can check it later"""

import json
from datetime import timedelta

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy import select

from portal import ledger
from portal.attesting import verify_signatures
from portal.commands.trail import trail
from portal.db import engines, now, session
from portal.demo.cast import PASSWORD
from portal.identity.assertions import fault_in
from portal.records.agreement import Signature
from portal.verifying import Trouble, verify
from tests.authenticator import Authenticator
from tests.breaking import break_in
from tests.browsing import hidden_fields, words
from tests.passkeys import add_passkey, options_on, question
from tests.rooms.signing.desk import intent_of, refusals
from tests.stage import as_the_verifier, sql, stored


@pytest.fixture
def authenticator(signer):
    made = Authenticator()
    add_passkey(signer, made)
    return made


@pytest.fixture
def prove(signer, path):
    """Send what an authenticator made: ``prove(intent, answer)``."""

    def _prove(intent, answer, password=PASSWORD):
        fields = {"csrf_token": signer.token(), "intent": intent, "password": password, "passkey": answer}
        return signer.client.post(path, data=fields)

    return _prove


def asked(signer, path):
    """Mean to sign; the intent, and what the page asks the authenticator."""
    meant = signer.intend(path)
    return intent_of(meant), options_on(signer.get(meant.headers["Location"]).text)


def found_in_the_trail():
    with as_the_verifier() as connection:
        return [*verify(connection), *verify_signatures(connection)]


def the_assertion(as_org, world):
    with as_org("chengyue"):
        latest = ledger.entries(subject_id=world.batch["recorded"], entrustment_id=world.entrustment)[0]
    return latest, latest.body["told"]["signature"][0]["assertion"]


def test_the_passkey_signs_the_hash_of_the_very_record(path, signer, authenticator, prove, world, books, as_org):
    _, version, _, events = books()
    intent, options = asked(signer, path)

    answer = prove(intent, authenticator.get(options))

    assert answer.status_code == 302, words(answer)
    assert books() == ("production_released", version + 1, 1, events + 1)
    with as_org("chengyue"):
        signed = session.scalars(select(Signature).where(Signature.subject_id == world.batch["recorded"])).one()
    latest, assertion = the_assertion(as_org, world)
    assert signed.proved == "password and passkey"
    assert latest.body["actor"]["proved"] == "password and passkey"
    meant = assertion["intent"]
    assert meant["record_hash"] == signed.record_hash
    assert meant["subject"] == {"kind": "batch", "id": str(signed.subject_id), "version": signed.subject_version}
    assert (meant["person"], meant["meaning"]) == (str(signed.person_id), signed.meaning)
    assert options["userVerification"] == "required"
    assert [each["id"] for each in options["allowCredentials"]] == list(authenticator.passkeys)
    assert fault_in(assertion) is None
    assert found_in_the_trail() == []


def test_the_page_offers_the_passkey_first_and_says_how_the_signature_will_read(path, signer, authenticator):
    page = signer.get(signer.intend(path).headers["Location"])

    read = words(page)
    assert "password and passkey" in read
    main = page.text.split("<main", 1)[1]
    assert main.index('data-passkey="get"') < main.index('name="code"')


def test_whoever_holds_no_passkey_is_asked_for_none(path, signer):
    page = signer.get(signer.intend(path).headers["Location"]).text

    assert "data-passkey" not in page
    assert "passkeys.js" not in page


def test_at_an_address_that_is_no_name_the_page_says_where_passkeys_work(path, signer, authenticator):
    signer.client.set_cookie("sid", signer.client.get_cookie("sid").value, domain="127.0.0.1")
    signer.client.set_cookie("language", "en", domain="127.0.0.1")
    at = "http://127.0.0.1:8765"
    page = signer.client.get(path, base_url=at)
    sent = signer.client.post(path, data=hidden_fields(page.text), base_url=at)

    second = signer.client.get(sent.location, base_url=at)

    assert "Passkeys work only at http://localhost:8765/" in words(second)
    assert 'name="code"' in second.text


def test_a_code_still_signs_and_then_nothing_is_kept_of_a_passkey(path, signer, authenticator, world, as_org):
    assert signer.sign(path).status_code == 302

    with as_org("chengyue"):
        latest = ledger.entries(subject_id=world.batch["recorded"], entrustment_id=world.entrustment)[0]
    assert "assertion" not in latest.body["told"]["signature"][0]
    assert latest.body["actor"]["proved"] == "password and one-time code"


def test_with_the_passkey_and_a_wrong_password_nothing_is_signed(path, signer, authenticator, prove, books):
    before, logged = books(), len(refusals())
    intent, options = asked(signer, path)

    answer = prove(intent, authenticator.get(options), password="not my password at all")

    assert answer.status_code == 422
    assert "Password or code is wrong" in words(answer)
    assert books() == before
    assert refusals()[logged:] == ["signature.mis-signed"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"verified": False},
        {"name": "evil.example"},
        {"origin": "http://evil.example"},
        {"origin": "http://localhost:8080"},
    ],
    ids=["nobody verified", "another host", "another origin", "another port"],
)
def test_an_answer_made_elsewhere_or_by_nobody_signs_nothing(path, signer, authenticator, prove, books, spoilt):
    before = books()
    intent, options = asked(signer, path)
    for name, value in spoilt.items():
        setattr(authenticator, name, value)

    assert prove(intent, authenticator.get(options)).status_code == 422

    assert books() == before


def test_a_signature_that_its_key_did_not_make_signs_nothing(path, signer, authenticator, prove, books):
    before = books()
    intent, options = asked(signer, path)
    forged = Authenticator()
    forged.create({"challenge": "AA", "user": {"id": "AA"}})
    (stranger,) = forged.passkeys.values()
    (credential_id,) = authenticator.passkeys
    forged.passkeys = {credential_id: stranger}

    assert prove(intent, forged.get(options)).status_code == 422

    assert books() == before


def test_another_persons_passkey_does_not_sign_for_one(path, signer, authenticator, prove, deputy, books):
    before, theirs = books(), Authenticator()
    add_passkey(deputy, theirs)
    intent, options = asked(signer, path)

    answer = prove(intent, theirs.get(options | {"allowCredentials": []}))

    assert answer.status_code == 422
    assert books() == before


def test_what_was_made_for_one_record_signs_no_other(path, signer, authenticator, prove, world, books):
    before = books()
    other = f"/batches/{world.batch['opened']}/reject-production"
    meant = signer.intend(other, "cracked")
    for_the_other = authenticator.get(options_on(signer.get(meant.headers["Location"]).text))
    intent, _ = asked(signer, path)

    answer = prove(intent, for_the_other)

    assert answer.status_code == 409
    assert books() == before
    assert refusals()[-1] == "signature.spent"


def test_what_signed_in_signs_nothing(path, signer, authenticator, prove, app, books):
    """The question of sign-in is another one, even when its answer is stolen before it was used."""
    before = books()
    stolen = authenticator.get(question(app.test_client(), "/sign-in/passkey", "/sign-in"))
    intent, _ = asked(signer, path)

    assert prove(intent, stolen).status_code == 409

    assert books() == before


def test_what_signed_a_record_signs_nobody_in(path, signer, authenticator, app):
    _, options = asked(signer, path)
    stolen = authenticator.get(options)
    client = app.test_client()
    known = hidden_fields(client.get("/sign-in").text)
    fields = {"email": "release@hengrui.example", "password": PASSWORD, "passkey": stolen}

    assert client.post("/sign-in", data=known | fields).status_code == 422


def test_one_answer_signs_once(path, signer, authenticator, prove, books):
    intent, options = asked(signer, path)
    answer = authenticator.get(options)
    assert prove(intent, answer).status_code == 302
    after = books()

    assert prove(intent, answer).status_code == 409

    assert books() == after


def test_an_answer_whose_counter_did_not_move_is_not_taken(path, signer, authenticator, prove, books):
    """A copied authenticator, or a copied answer."""
    before = books()
    intent, options = asked(signer, path)
    (passkey,) = authenticator.passkeys.values()
    authenticator.get(options)
    sql("UPDATE passkey SET sign_count = 5")
    passkey.count = 4

    assert prove(intent, authenticator.get(options)).status_code == 422

    assert books() == before


def test_the_answer_is_good_for_as_long_as_the_intent(path, signer, authenticator, prove, books):
    before = books()
    intent, options = asked(signer, path)
    answer = authenticator.get(options)
    with time_machine.travel(now() + timedelta(minutes=6)):
        assert prove(intent, answer).status_code == 409

    assert books() == before


@pytest.mark.negative_control
def test_without_comparing_the_question_a_stolen_answer_would_sign(
    path, signer, authenticator, prove, app, books, monkeypatch, tmp_path
):
    monkeypatch.setattr("portal.signing.attested", lambda *_: None)
    stolen = authenticator.get(question(app.test_client(), "/sign-in/passkey", "/sign-in"))
    intent, _ = asked(signer, path)

    assert prove(intent, stolen).status_code == 302

    assert books()[0] == "production_released"
    assert [each.trouble for each in found_in_the_trail()] == [Trouble.SIGNATURE_BAD]
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_DATABASE_URL", engines().writing.url.render_as_string(hide_password=False))
    said = CliRunner().invoke(trail, ["verify"])
    assert said.exit_code == 16
    assert said.output.startswith("16 signature bad: signature ")


@pytest.mark.negative_control
@pytest.mark.parametrize("spoilt", [{"verified": False}, {"name": "evil.example"}, {"origin": "http://evil.example"}])
def test_without_asking_for_it_the_spoilt_answer_would_sign(
    path, signer, authenticator, prove, books, monkeypatch, spoilt
):
    """The library's look at host, origin and verification, taken away: the signature would still verify."""
    from portal.identity import passkeys  # noqa: PLC0415

    real = passkeys.verify_authentication_response

    def careless(**asked_for):
        given = {"expected_rp_id": authenticator.name, "expected_origin": authenticator.origin}
        return real(**(asked_for | given | {"require_user_verification": False}))

    monkeypatch.setattr(passkeys, "verify_authentication_response", careless)
    intent, options = asked(signer, path)
    for name, value in spoilt.items():
        setattr(authenticator, name, value)

    assert prove(intent, authenticator.get(options)).status_code == 302

    assert books()[0] == "production_released"


def altered(text):
    return text[:24] + ("B" if text[24] == "A" else "A") + text[25:]


FORGERIES = {
    "the record": lambda a: a["intent"].update(record_hash="0" * 64),
    "the meaning": lambda a: a["intent"].update(meaning="nothing much"),
    "the person": lambda a: a["intent"].update(person=a["intent"]["intent"]),
    "the signature": lambda a: a.update(signature=altered(a["signature"])),
    "the host": lambda a: a.update(host="evil.example"),
    "half of it": lambda a: a.pop("client_data"),
}


@pytest.mark.parametrize("forged", FORGERIES)
def test_whatever_is_changed_in_a_kept_assertion_shows(path, signer, authenticator, prove, as_org, world, forged):
    intent, options = asked(signer, path)
    prove(intent, authenticator.get(options))
    _, assertion = the_assertion(as_org, world)
    assert fault_in(assertion) is None

    FORGERIES[forged](assertion)

    assert fault_in(assertion) is not None


def test_a_key_of_the_forgers_own_shows_though_the_signature_fits_it(path, signer, authenticator, prove, as_org, world):
    """Whoever owns the database signs anew with their own key and rewrites the event: the person's key is known."""
    intent, options = asked(signer, path)
    prove(intent, authenticator.get(options))
    latest, assertion = the_assertion(as_org, world)
    forger = Authenticator()
    forger.create({"challenge": "AA", "user": {"id": "AA"}})
    told = json.loads(forger.get({"challenge": options["challenge"]}))
    (key,) = forger.passkeys.values()
    numbers = key.key.public_key().public_numbers()
    from webauthn.helpers import bytes_to_base64url, encode_cbor  # noqa: PLC0415

    cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    response = told["response"]
    theirs = assertion | {
        "public_key": bytes_to_base64url(encode_cbor(cose)),
        "authenticator_data": response["authenticatorData"],
        "client_data": response["clientDataJSON"],
        "signature": response["signature"],
    }
    assert fault_in(theirs) is None
    body = json.loads(latest.text)
    body["told"]["signature"][0]["assertion"] = theirs
    break_in("ledger_event")
    sql("UPDATE ledger_event SET body = :body WHERE id = :id", body=json.dumps(body), id=stored(latest.id))

    with as_the_verifier() as connection:
        found = list(verify_signatures(connection))

    assert "not known as the signer's" in " ".join(each.says for each in found)
    assert {each.trouble for each in found} == {Trouble.SIGNATURE_BAD}


def test_a_passkeys_signature_without_its_assertion_shows(path, signer, authenticator, prove, as_org, world):
    signer.sign(path)
    break_in("signature")
    sql(
        "UPDATE signature SET proved = 'password and passkey' WHERE subject_id = :id",
        id=stored(world.batch["recorded"]),
    )

    with as_the_verifier() as connection:
        found = list(verify_signatures(connection))

    assert [each.trouble for each in found] == [Trouble.SIGNATURE_BAD]
    assert "no passkey is known to have made it" in found[0].says
