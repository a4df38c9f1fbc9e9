"""What cannot be signed, and by whom: release-production, release-marketing and reject-production"""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from portal import ledger
from portal.db import now, session
from portal.demo.cast import PASSWORD
from portal.demo.hands import played_by
from portal.records.agreement import Signature
from portal.records.batch import Batch
from portal.signing import Shown, Spent, bind, intend, intended
from tests.browsing import words
from tests.rooms.signing.desk import CLERK, REGISTRANT, SIGNER, intent_of, prove, refusals, reviewed
from tests.stage import sql, stored
from workflows.batch import BATCH
from workflows.engine import Side
from workflows.powers import Role


def test_what_is_released_is_not_released_again(path, signer, books):
    signer.sign(path)
    after, logged = books(), len(refusals())

    seen, sent = signer.get(path), signer.client.post(path, data={"csrf_token": signer.token()})

    assert (seen.status_code, sent.status_code) == (409, 409)
    assert "no longer in a state from which this move starts" in words(seen)
    assert books() == after
    assert refusals()[logged:] == ["batch.production-released.refused"] * 2


def test_what_is_not_ready_cannot_be_signed_and_the_page_says_why(seat, world, books):
    registrant, before = seat(REGISTRANT), books("production_released")

    answer = registrant.sign(f"/batches/{world.batch['production_released']}/release-marketing")

    assert answer.status_code == 409
    assert "Not yet: Marketing release" in words(answer)
    assert "3 not met" in words(answer)
    assert books("production_released") == before


def test_a_condition_lost_after_the_page_was_shown_is_found_when_it_is_signed(seat, world, books):
    registrant, reviewer = seat(REGISTRANT), seat("chengyue/registrant-quality-manager")
    batch = f"/batches/{world.batch['production_released']}"
    reviewed(reviewer, batch)
    intent = intent_of(registrant.intend(f"{batch}/release-marketing"))
    reviewer.post(f"/entrustments/{world.entrustment}/suspend", reason="an inspection found gaps")
    before = books("production_released")

    answer = prove(registrant, f"{batch}/release-marketing", intent)

    assert answer.status_code == 409
    assert books("production_released") == before


def test_the_registrant_releases_to_the_market_what_was_reviewed(seat, world, books):
    reviewed(seat("chengyue/registrant-quality-manager"), f"/batches/{world.batch['production_released']}")

    answer = seat(REGISTRANT).sign(f"/batches/{world.batch['production_released']}/release-marketing")

    assert answer.status_code == 302
    assert books("production_released")[0] == "marketing_released"


def test_a_grave_move_looks_grave_and_its_reason_becomes_part_of_the_signature(seat, world, as_org):
    path, signer = f"/batches/{world.batch['opened']}/reject-production", seat(SIGNER)
    page = signer.get(path)
    assert "This cannot be taken back." in words(page)
    assert "btn-grave" in page.text
    assert "btn-primary" not in page.text.split("<main", 1)[1]

    before_proof = signer.get(signer.intend(path, "cracked <in> two").headers["Location"])
    assert "Reason: cracked <in> two" in words(before_proof)
    assert signer.sign(path, "  cracked in two ").status_code == 302

    with as_org("hengrui"):
        signed = session.scalars(select(Signature).where(Signature.subject_id == world.batch["opened"])).one()
        assert (signed.reason, signed.move) == ("cracked in two", "reject_production")
        latest = ledger.entries(subject_id=world.batch["opened"], entrustment_id=world.entrustment)[0]
        assert latest.body["reason"] == "cracked in two"


@pytest.mark.parametrize(("reason", "says"), [("", "Say why."), ("   ", "Say why."), ("x" * 2001, "2000")])
def test_a_signature_that_needs_a_reason_is_not_meant_without_one(seat, world, reason, says):
    signer = seat(SIGNER)

    answer = signer.post(f"/batches/{world.batch['opened']}/reject-production", reason=reason)

    assert answer.status_code == 422
    assert says in words(answer)
    assert reason in answer.text


def test_five_wrong_proofs_lock_signing_for_a_quarter_of_an_hour(path, signer, books):
    intent, before = intent_of(signer.intend(path)), books()
    for _ in range(5):
        assert prove(signer, path, intent, password="not my password at all").status_code == 422

    answer = prove(signer, path, intent)

    assert answer.status_code == 429
    assert 14 * 60 < int(answer.headers["Retry-After"]) <= 15 * 60
    with time_machine.travel(now() + timedelta(minutes=14)):
        assert signer.sign(path).status_code == 429
    assert books() == before
    with time_machine.travel(now() + timedelta(minutes=16)):
        assert signer.sign(path).status_code == 302
    assert books()[0] == "production_released"


@pytest.mark.parametrize("half", [{}, {"password": PASSWORD, "code": "123456"}])
def test_without_a_token_nothing_is_signed(path, signer, books, half):
    intent, before = intent_of(signer.intend(path)), books()

    answer = signer.client.post(path, data=half | {"intent": intent})

    assert answer.status_code == 400
    assert books() == before


@pytest.mark.parametrize("who", [CLERK, REGISTRANT, "jiangsu/authority-inspector"])
def test_whoever_lacks_the_power_may_not_even_look(path, seat, books, who):
    before = books()

    assert seat(who).get(path).status_code == 403
    assert seat(who).post(path).status_code == 403

    assert books() == before


def test_a_stranger_cannot_tell_that_there_is_something_to_sign(path, seat, world):
    stranger = seat("qihe/manufacturer-release-person")

    answer = stranger.get(path)

    assert answer.status_code == 404
    assert answer.data == stranger.get(path.replace(str(world.batch["recorded"]), str(world.product))).data


def test_of_two_requests_with_one_intent_one_signs(world, stage):
    release = BATCH.transition("release_production")
    with played_by("hengrui", Role.MANUFACTURER_RELEASE_PERSON, world.org) as by:
        batch = session.get_one(Batch, world.batch["recorded"])
        shown = Shown.of(batch)
        meant = intend(by, shown, release.name, None)
        one, two = (intended(by, meant, shown, release.name) for _ in range(2))

        assert bind(by, one, batch, release, Side.MANUFACTURER).record_hash == shown.record_hash
        with pytest.raises(Spent):
            bind(by, two, batch, release, Side.MANUFACTURER)


def test_even_an_intent_made_unspent_again_signs_no_second_time(path, signer, books):
    """Behind the intent stands the state of the record, and behind that its version."""
    intent = intent_of(signer.intend(path))
    assert prove(signer, path, intent).status_code == 302
    sql("UPDATE sign_intent SET used_at = NULL WHERE person_id = :id", id=stored(signer.person_id))

    assert prove(signer, path, intent).status_code == 409

    assert books()[2] == 1
