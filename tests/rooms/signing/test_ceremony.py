"""Show, intend, prove: GET and POST /batches/<id>/release-production"""

import re

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.demo.cast import HOUSES, PASSWORD
from portal.records.agreement import Signature
from portal.records.batch import Batch
from portal.signing import Shown
from tests.browsing import Seat, fresh_code, hidden_fields, words
from tests.rooms.signing.desk import (
    FULL_WIDTH,
    SIGNER,
    hash_shown,
    intent_of,
    prove,
    refusals,
)
from workflows.batch import BATCH
from workflows.powers import Role


def test_the_page_shows_what_is_signed_its_hash_and_what_the_signature_means(path, signer, world, as_org):
    page = signer.get(path)

    with as_org("hengrui"):
        shown = Shown.of(session.get(Batch, world.batch["recorded"]))
    assert page.status_code == 200
    assert hash_shown(page) == shown.record_hash
    read = words(page)
    assert f"version {shown.version}" in read
    assert " ".join(re.findall("....", shown.record_hash[:16])) in read
    for expected in (
        "Sign: Production release",
        "Step 1 of 2",
        "1,181",
        "I have reviewed the batch record and confirm every condition of production release.",
        "conditions are met",
        "Go on to prove it is me",
    ):
        assert expected in read
    assert 'type="password"' not in page.text


def test_the_second_page_says_the_same_in_brief_and_asks_for_the_proof(path, signer):
    shown = hash_shown(signer.get(path))

    page = signer.get(signer.intend(path).headers["Location"])

    assert page.status_code == 200
    assert f'title="{shown}"' in page.text
    assert 'autocomplete="current-password"' in page.text
    assert 'autocomplete="one-time-code"' in page.text
    assert "Step 2 of 2" in words(page)
    assert len(re.findall(r"<button[^>]*>\s*<svg.*?</svg>\s*Sign: Production release", page.text, re.DOTALL)) == 1


def test_looking_and_meaning_to_sign_changes_nothing(path, signer, books):
    before = books()

    signer.get(signer.intend(path).headers["Location"])

    assert books() == before


def test_signing_writes_one_signature_over_what_was_shown_and_the_ledger_says_so(path, signer, world, books, as_org):
    shown = hash_shown(signer.get(path))
    _, version, _, events = books()

    answer = signer.sign(path)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/batches/{world.batch['recorded']}"
    assert books() == ("production_released", version + 1, 1, events + 1)
    with as_org("chengyue"):
        signed = session.scalars(select(Signature).where(Signature.subject_id == world.batch["recorded"])).one()
        latest = ledger.entries(subject_id=world.batch["recorded"], entrustment_id=world.entrustment)[0]
    assert (signed.record_hash, signed.subject_version, signed.move) == (shown, version, "release_production")
    assert (signed.person_id, signed.side) == (world.person[SIGNER], "manufacturer")
    assert signed.meaning == BATCH.transition("release_production").signature
    assert signed.proved == "password and one-time code"
    assert latest.event == "batch.production-released"
    assert latest.body["told"]["signature"][0]["record_hash"] == shown
    assert "Done: Production release." in words(signer.get(answer.headers["Location"]))


@pytest.mark.parametrize("wrong", [{"password": "not my password at all"}, {"code": "000000"}, {"code": "no digits"}])
def test_a_wrong_proof_signs_nothing_and_only_the_security_log_knows(path, signer, books, wrong):
    before, logged = books(), len(refusals())

    answer = signer.sign(path, **wrong)

    assert answer.status_code == 422
    assert "Password or code is wrong, or the code was used before." in words(answer)
    assert books() == before
    assert refusals()[logged:] == ["signature.mis-signed"]


def test_what_was_typed_as_proof_is_never_sent_back(path, signer):
    answer = signer.sign(path, password="a secret typed by mistake", code="135790")

    assert "a secret typed by mistake" not in answer.text
    assert "135790" not in answer.text


@pytest.mark.parametrize(("missing", "says"), [("password", "Type your password."), ("code", "Type the six digits")])
def test_an_empty_field_is_named_and_does_not_count_as_an_attempt(path, signer, books, missing, says):
    before, logged = books(), len(refusals())
    intent = intent_of(signer.intend(path))
    fields = {"csrf_token": signer.token(), "intent": intent, "password": PASSWORD, "code": "123456"} | {missing: ""}

    answer = signer.client.post(path, data=fields)

    assert answer.status_code == 422
    assert says in words(answer)
    assert (books(), len(refusals())) == (before, logged)


def test_after_a_wrong_proof_the_right_one_signs_the_same_intent(path, signer, books):
    intent = intent_of(signer.intend(path))
    assert prove(signer, path, intent, code="000000").status_code == 422

    assert prove(signer, path, intent).status_code == 302

    assert books()[0] == "production_released"


def test_full_width_digits_and_spaces_are_what_a_chinese_keyboard_types(path, signer, books):
    code = fresh_code(signer.person_id).translate(FULL_WIDTH)

    assert signer.sign(path, code=f" {code[:3]}\u3000{code[3:]} ").status_code == 302

    assert books()[2] == 1


def test_a_code_signs_once(path, signer, world, books):
    other = f"/batches/{world.batch['opened']}/reject-production"
    code = fresh_code(signer.person_id)
    assert signer.sign(path, code=code).status_code == 302

    answer = signer.sign(other, "cracked in two", code=code)

    assert answer.status_code == 422
    assert "the code was used before" in words(answer)
    assert books("opened")[0] == "opened"


def test_the_code_of_sign_in_cannot_sign(path, app, world, books):
    client = app.test_client()
    client.set_cookie("language", "en")
    code = fresh_code(world.person[SIGNER])
    token = hidden_fields(client.get("/sign-in").text)["csrf_token"]
    email = HOUSES["hengrui"].email(Role.MANUFACTURER_RELEASE_PERSON)
    entered = client.post("/sign-in", data={"csrf_token": token, "email": email, "password": PASSWORD, "code": code})
    assert entered.status_code == 302
    before = books()

    answer = Seat(client, world.person[SIGNER]).sign(path, code=code)

    assert answer.status_code == 422
    assert books() == before
