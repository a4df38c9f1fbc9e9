"""/people/<id>/reset and /resets/<token>: two persons open the way back for a third"""

import re
from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pyotp
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import ledger
from portal.db import now, session
from portal.demo.cast import HOUSES, PASSWORD
from portal.founding import enrol
from portal.identity import passwords
from portal.identity.factors import factors_of
from portal.identity.passwords import judge_again
from portal.identity.recovery import codes_left, new_codes
from portal.identity.resets import NotOpen, confirm, propose, proposed_for
from portal.records.person import Person
from portal.settings import PasswordPolicy
from tests.authenticator import Authenticator
from tests.browsing import Seat, fresh_code, hidden_fields, words
from tests.passkeys import add_passkey, question, send, sign_in, step_up
from tests.stage import KEY, sql, stored
from workflows.powers import Role

LOST = "hengrui/manufacturer-release-person"
EMAIL = HOUSES["hengrui"].email(Role.MANUFACTURER_RELEASE_PERSON)
ADMIN, SECOND = "hengrui/organisation-administrator", "hengrui/management-representative"
QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
OWN = "my own rather long sentence"


@pytest.fixture
def path(world):
    return f"/people/{world.person[LOST]}/reset"


@pytest.fixture
def admin(seat):
    made = seat(ADMIN)
    step_up(made)
    return made


@pytest.fixture
def second(seat):
    made = seat(SECOND)
    step_up(made)
    return made


@pytest.fixture
def proposed(admin, path):
    assert admin.post(path, reason="the telephone fell into the cutting oil").status_code == 302


@pytest.fixture
def link(proposed, second, path):
    answer = second.post(f"{path}/confirm")
    assert answer.status_code == 200, words(answer)
    return re.search(r"/resets/[\w-]{40,}", answer.text).group(0)


def come_back(client, link, password=OWN):
    page = client.get(link).text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    fields = {"password": password, "repeated": password, "code": pyotp.TOTP(key).now()}
    return client.post(link, data=hidden_fields(page) | fields)


def logged():
    return [each[0] for each in sql("SELECT event FROM security_event ORDER BY at")]


def test_a_proposal_alone_changes_nothing(proposed, seat, world, as_org):
    assert factors_of(world.person[LOST]).codes
    assert seat(LOST).get("/").status_code == 200
    with as_org("hengrui"):
        told = ledger.entries(subject_id=world.person[LOST])[0]
    assert (told.event, told.body["reason"]) == ("person.reset-proposed", "the telephone fell into the cutting oil")
    assert logged()[-1] == "reset.proposed"


def test_when_a_second_person_confirms_every_factor_and_session_ends(proposed, second, path, seat, world, as_org):
    lost = seat(LOST)
    add_passkey(lost, Authenticator())
    new_codes(world.person[LOST], KEY)

    answer = second.post(f"{path}/confirm")

    assert answer.status_code == 200
    assert "it is shown here once and is not kept" in words(answer)
    held = factors_of(world.person[LOST])
    assert (held.passkeys, held.codes, codes_left(world.person[LOST])) == ((), False, 0)
    assert lost.get("/").status_code == 302
    with as_org("hengrui"):
        told = ledger.entries(subject_id=world.person[LOST])[0]
    assert told.event == "person.factors-reset"
    assert told.body["actor"]["id"] == str(world.person[SECOND])
    assert told.body["told"] == {"proposed_by": str(world.person[ADMIN])}
    assert logged()[-1] == "reset.confirmed"
    token = re.search(r"/resets/([\w-]{40,})", answer.text).group(1)
    assert sql("SELECT count(*) FROM factor_reset WHERE token_hash = :token", token=token)[0][0] == 0


def test_the_old_password_and_code_let_nobody_in_any_more(link, stranger, world):
    fields = {"email": EMAIL, "password": PASSWORD, "code": "123456"}

    assert send(stranger, "/sign-in", **fields).status_code == 422
    assert "Address, password or code is wrong" in words(send(stranger, "/sign-in", **fields))


def test_a_reset_account_costs_whoever_tries_it_the_same_work_as_any_other(link, stranger, monkeypatch):
    hashed = []
    real, hasher = passwords._hasher, mock.Mock()
    hasher.verify.side_effect = lambda kept, typed: hashed.append(kept) or real.verify(kept, typed)
    monkeypatch.setattr(passwords, "_hasher", hasher)

    for email in (EMAIL, "nobody@nowhere.example"):
        assert send(stranger, "/sign-in", email=email, password=PASSWORD, code="123456").status_code == 422

    assert hashed == [passwords._nobodys()] * 2


def test_by_the_link_one_comes_back_and_signs_nothing_for_a_day(link, stranger, world, app):
    assert come_back(stranger, link).location == "/sign-in"
    code = fresh_code(world.person[LOST])
    assert send(stranger, "/sign-in", email=EMAIL, password=OWN, code=code).status_code == 302
    batch = f"/batches/{world.batch['recorded']}/release-production"

    refused = stranger.get(batch)

    assert refused.status_code == 409
    assert "You can sign again from" in words(refused)
    assert logged()[-1] == "signature.barred"
    assert "You can sign again from" in words(stranger.get("/account"))
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        code = fresh_code(world.person[LOST])
        assert send(stranger, "/sign-in", email=EMAIL, password=OWN, code=code).status_code == 302
        assert stranger.get(batch).status_code == 200


def test_where_passwords_are_remembered_the_one_chosen_on_coming_back_is_too(app, link, stranger, world, monkeypatch):
    settings = replace(app.config["SETTINGS"], password_policy=PasswordPolicy.MLPS)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    assert come_back(stranger, link, "My own rather long sentence 1").status_code == 302

    with app.app_context():
        assert judge_again(world.person[LOST], "My own rather long sentence 1", ())
        assert not judge_again(world.person[LOST], "My own rather long sentence 2", ())


@pytest.mark.negative_control
def test_without_the_bar_the_reset_person_would_sign_at_once(link, stranger, world):
    come_back(stranger, link)
    sql("UPDATE secret SET signs_from = NULL WHERE id = :id", id=stored(world.person[LOST]))
    send(stranger, "/sign-in", email=EMAIL, password=OWN, code=fresh_code(world.person[LOST]))

    answer = Seat(stranger, world.person[LOST]).sign(
        f"/batches/{world.batch['recorded']}/release-production", password=OWN
    )

    assert answer.status_code == 302


def test_a_signature_begun_before_the_reset_is_not_made_after_it(proposed, second, path, seat, world):
    signer, batch = seat(LOST), f"/batches/{world.batch['recorded']}/release-production"
    meant = signer.intend(batch).location
    second.post(f"{path}/confirm")

    answer = signer.client.get(meant)

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_one_comes_back_with_a_passkey_and_the_ledger_knows_its_key(link, stranger, world, as_org):
    authenticator = Authenticator()
    made = authenticator.create(question(stranger, f"{link}/passkey", link))

    assert send(stranger, link, password=OWN, repeated=OWN, passkey=made).location == "/sign-in"

    with as_org("hengrui"):
        told = ledger.entries(subject_id=world.person[LOST])[0]
    assert told.event == "person.came-back"
    assert told.body["told"]["passkey"]["credential_id"] in authenticator.passkeys
    assert sign_in(stranger, authenticator, EMAIL, OWN).status_code == 302


def test_a_link_opens_once_and_for_a_day_and_then_reads_like_one_that_never_was(link, stranger, app):
    never = app.test_client().get("/resets/there-never-was-one")
    with time_machine.travel(now() + timedelta(hours=24, minutes=1)):
        expired = app.test_client().get(link)
    come_back(stranger, link)
    used = app.test_client().get(link)

    assert {each.status_code for each in (never, expired, used)} == {404}
    assert never.data == expired.data == used.data


def test_nobody_confirms_what_they_proposed(proposed, admin, path, world):
    answer = admin.client.get(f"{path}/confirm")

    assert answer.status_code == 409
    assert "Whoever confirms is not the one who proposed." in words(answer)
    assert admin.client.post(f"{path}/confirm", data={"csrf_token": admin.token()}).status_code == 409
    assert factors_of(world.person[LOST]).codes


def test_nobody_has_a_hand_in_their_own_reset(seat, world, admin, second):
    own = admin.get(f"/people/{world.person[ADMIN]}/reset")
    assert own.status_code == 409
    assert "Nobody has a hand in resetting their own factors." in words(own)
    assert admin.post(f"/people/{world.person[SECOND]}/reset", reason="lost").status_code == 409  # there is no third

    propose(world.org["hengrui"], world.person[SECOND], world.person[ADMIN], "lost")
    answer = second.client.get(f"/people/{world.person[SECOND]}/reset/confirm")

    assert answer.status_code == 409


def test_the_database_itself_refuses_one_person_for_two(proposed, world, engine):
    for who in (ADMIN, LOST):
        with pytest.raises(IntegrityError):
            sql(
                "UPDATE factor_reset SET confirmed_by_id = :who, confirmed_at = proposed_at, token_hash = 'x', "
                "expires_at = proposed_at",
                who=stored(world.person[who]),
            )


def test_of_two_who_confirm_at_once_one_does(proposed, app, world):
    with app.app_context():
        deputy = enrol(
            world.org["hengrui"],
            name="Deputy",
            title="Second administrator",
            email="deputy@hengrui.example",
            roles=(Role.ORGANISATION_ADMINISTRATOR,),
            language="en",
            password=PASSWORD,
        )
    standing = proposed_for(world.org["hengrui"], world.person[LOST])
    confirm(world.org["hengrui"], standing.id, world.person[SECOND])

    with pytest.raises(NotOpen):
        confirm(world.org["hengrui"], standing.id, deputy)


def test_where_nobody_else_could_confirm_the_page_says_what_to_do(admin, path, world):
    sql(
        "UPDATE person SET deactivated_at = :at, version = version + 1, last_event_id = (SELECT last_event_id FROM "
        "person WHERE id = :other) WHERE id = :id",
        at=now(),
        id=stored(world.person[SECOND]),
        other=stored(world.person[LOST]),
    )

    answer = admin.get(path)

    assert answer.status_code == 409
    assert "enters a second administrator with `portal enrol`" in words(answer)


@pytest.mark.parametrize("half", ["", "/confirm"])
def test_both_prove_themselves_afresh(seat, path, world, half):
    if half:
        propose(world.org["hengrui"], world.person[LOST], world.person[ADMIN], "lost")
    answer = seat(SECOND if half else ADMIN).get(path + half)

    assert answer.status_code == 302
    assert answer.location.startswith("/account/prove?next=")


def test_a_proposal_holds_for_seven_days(proposed, seat, path, world):
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        assert seat(SECOND).get(f"{path}/confirm").status_code == 409
    standing = proposed_for(world.org["hengrui"], world.person[LOST])
    with time_machine.travel(now() + timedelta(days=7, minutes=1)), pytest.raises(NotOpen):
        confirm(world.org["hengrui"], standing.id, world.person[SECOND])


def test_a_proposal_can_be_withdrawn(proposed, admin, second, path, world, as_org):
    person = path.removesuffix("/reset")
    assert "Proposed reset" in words(second.get(person))

    assert second.post(f"{path}/withdraw", page=person).status_code == 302

    assert second.get(f"{path}/confirm").status_code == 409
    with as_org("hengrui"):
        assert ledger.entries(subject_id=world.person[LOST])[0].event == "person.reset-withdrawn"
    assert admin.post(path, reason="lost after all").status_code == 302


def test_the_proposal_waits_for_a_second_hand_and_everybody_concerned_is_told(proposed, second, seat, path, stranger):
    assert "A second person must confirm it." in words(second.get("/"))
    assert "A second person must confirm it." not in words(seat(ADMIN).get("/"))
    assert "A second person must confirm it." not in words(seat(CLERK).get("/"))
    answer = second.post(f"{path}/confirm")
    come_back(stranger, re.search(r"/resets/[\w-]{40,}", answer.text).group(0))

    for who in (LOST, QUALITY, ADMIN, SECOND):
        assert "were reset on" in words(seat(who).get("/")), who
    assert "were reset on" in words(seat(LOST).get("/account"))
    assert "were reset on" not in words(seat(CLERK).get("/"))
    assert "were reset on" not in words(seat("chengyue/registrant-quality-manager").get("/"))


@pytest.mark.parametrize("who", [CLERK, QUALITY])
def test_whoever_lacks_the_power_opens_neither_door(seat, who, path):
    for half in ("", "/confirm"):
        assert seat(who).get(path + half).status_code == 403


def test_another_house_s_person_is_as_one_that_never_was(seat, path):
    stranger = seat("qihe/organisation-administrator")

    for half in ("", "/confirm"):
        answer = stranger.get(path + half)
        assert answer.status_code == 404
        assert answer.data == stranger.get("/people/00000000-0000-0000-0000-000000000000/reset").data


def test_a_reset_without_a_reason_and_one_on_a_stale_page(admin, path, world, as_org):
    empty = admin.post(path, reason=" ")
    assert empty.status_code == 422
    assert "Say why." in words(empty)
    with as_org("hengrui"):
        assert session.scalars(select(Person).where(Person.id == world.person[LOST])).one()

    assert admin.post(path, reason="lost", seen_version="99").status_code == 409

    assert logged().count("reset.proposed") == 0


def test_without_a_token_nothing_happens(admin, second, path, link, stranger):
    for answer in (admin.client.post(path), second.client.post(f"{path}/confirm"), stranger.post(link)):
        assert answer.status_code == 400
