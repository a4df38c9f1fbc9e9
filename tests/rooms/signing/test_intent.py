"""An intent is one person's, for one session, one move of one version, for five minutes, once"""

from datetime import timedelta

import pytest
import time_machine

from portal.db import now, session
from portal.demo.cast import PASSWORD
from portal.records.proof import SignIntent
from portal.tenancy import beyond_tenants
from tests.browsing import fresh_code, hidden_fields
from tests.rooms.signing.desk import (
    SIGNER,
    change,
    intent_of,
    prove,
    refusals,
)
from tests.stage import sql, stored


def test_an_intent_is_good_for_five_minutes(path, signer, books):
    intent, before = intent_of(signer.intend(path)), books()

    with time_machine.travel(now() + timedelta(minutes=6)):
        assert signer.get(f"{path}?intent={intent}").status_code == 409
        answer = prove(signer, path, intent)

    assert answer.status_code == 409
    assert books() == before


def test_an_intent_is_nobody_elses(path, signer, deputy, books):
    intent, before = intent_of(signer.intend(path)), books()

    answer = prove(deputy, path, intent)

    assert answer.status_code == 409
    assert books() == before
    assert "signature.spent" in refusals()


def test_an_intent_belongs_to_the_session_it_was_made_in(path, signer, seat, books):
    intent, before = intent_of(signer.intend(path)), books()

    assert prove(seat(SIGNER), path, intent).status_code == 409

    assert books() == before


def test_an_intent_serves_once(path, signer, world, books):
    intent = intent_of(signer.intend(path))
    assert prove(signer, path, intent).status_code == 302
    after = books()

    assert prove(signer, path, intent).status_code == 409

    assert books() == after


def test_an_intent_is_for_one_move(path, signer, world, books):
    intent, before = intent_of(signer.intend(path)), books()

    answer = prove(signer, path.replace("release", "reject"), intent)

    assert answer.status_code == 409
    assert books() == before


@pytest.mark.parametrize("intent", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_an_intent_that_never_was_signs_nothing(path, signer, books, intent):
    before = books()

    assert signer.get(f"{path}?intent={intent}").status_code == 409
    assert prove(signer, path, intent).status_code == 409

    assert books() == before


def test_a_proof_without_an_intent_signs_nothing(path, signer, books):
    before = books()
    fields = {"csrf_token": signer.token(), "password": PASSWORD, "code": fresh_code(signer.person_id)}

    assert signer.client.post(path, data=fields).status_code == 409

    assert books() == before


def test_a_record_that_changed_after_it_was_shown_is_not_signed(path, signer, seat, books):
    intent = intent_of(signer.intend(path))
    change(seat, path)
    before = books()

    assert prove(signer, path, intent).status_code == 409

    assert books() == before


def test_a_record_that_changed_while_it_was_read_is_shown_anew(path, signer, seat, books):
    seen = hidden_fields(signer.get(path).text)
    change(seat, path)

    answer = signer.client.post(path, data=seen)

    assert answer.status_code == 409
    assert (
        sql("SELECT count(*) FROM sign_intent WHERE person_id = :id AND used_at IS NULL", id=stored(signer.person_id))[
            0
        ][0]
        == 0
    )


def test_a_record_altered_behind_the_ledgers_back_is_not_signed(path, signer, alter, books):
    intent = intent_of(signer.intend(path))
    alter()
    before = books()

    assert prove(signer, path, intent).status_code == 409

    assert books() == before


@pytest.mark.negative_control
def test_without_the_look_at_the_hash_the_altered_record_would_be_signed(path, signer, alter, books, monkeypatch):
    def unlooked(_actor, intent_id, _shown, _move):
        with beyond_tenants("test: an intent, unexamined"):
            return session.get(SignIntent, intent_id)

    intent = intent_of(signer.intend(path))
    alter()
    monkeypatch.setattr("portal.web.moves.intended", unlooked)

    assert prove(signer, path, intent).status_code == 302

    assert books()[:1] == ("production_released",)
