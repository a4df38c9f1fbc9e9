"""POST /sign-in, /sign-out, /language and /invitations/<token>."""

import re
from datetime import timedelta
from urllib.parse import quote

import pyotp
import pytest
import time_machine
from sqlalchemy import select

from portal import ledger
from portal.db import now, session
from portal.demo.cast import HOUSES, PASSWORD
from portal.identity.sessions import hash_of
from portal.records.person import Invitation, Person
from tests.browsing import Seat, fresh_code, hidden_fields, words
from tests.stage import sql, stored
from workflows.powers import Role

WHO = "chengyue/registrant-release-person"
EMAIL = HOUSES["chengyue"].email(Role.REGISTRANT_RELEASE_PERSON)
OWN = "my own rather long sentence"


def sign_in(client, code, email=EMAIL, password=PASSWORD, path="/sign-in"):
    token = hidden_fields(client.get(path).text)["csrf_token"]
    return client.post(path, data={"csrf_token": token, "email": email, "password": password, "code": code})


def sessions_of(person_id):
    return sql("SELECT token_hash, ended_at FROM web_session WHERE person_id = :id", id=stored(person_id))


def invited(seat, roles="registrant-quality-manager", email="lin@chengyue.example"):
    admin = seat("chengyue/organisation-administrator")
    made = admin.post("/people/invite", name="Lin Yue", title="Head of quality", email=email, roles=roles)
    return re.search(r"/invitations/[\w-]{40,}", admin.get(made.location).text).group(0)


def accept(client, path, **given):
    page = client.get(path).text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    fields = {"password": OWN, "repeated": OWN, "code": pyotp.TOTP(key).now()} | hidden_fields(page) | given
    return client.post(path, data=fields)


def test_it_signs_in_with_password_and_code_and_keeps_only_the_hash_of_the_session(stranger, world):
    answer = sign_in(stranger, fresh_code(world.person[WHO]))

    assert (answer.status_code, answer.location) == (302, "/")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("sid="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    kept = [each[0] for each in sessions_of(world.person[WHO])]
    assert hash_of(stranger.get_cookie("sid").value) in kept
    assert stranger.get("/").status_code == 200


def test_full_width_digits_are_digits(stranger, world):
    code = fresh_code(world.person[WHO]).translate(str.maketrans("0123456789", "０１２３４５６７８９"))

    assert sign_in(stranger, f"{code[:3]} {code[3:]}").status_code == 302


def test_each_sign_in_makes_a_new_session_and_ends_the_one_before(stranger, world):
    sign_in(stranger, fresh_code(world.person[WHO]))
    first = stranger.get_cookie("sid").value
    token = (
        hidden_fields(stranger.get("/entrustments").text).get("csrf_token") or Seat(stranger, world.person[WHO]).token()
    )
    again = {"csrf_token": token, "email": EMAIL, "password": PASSWORD, "code": fresh_code(world.person[WHO])}

    assert stranger.post("/sign-in", data=again).status_code == 302

    ended = dict(tuple(each) for each in sessions_of(world.person[WHO]))
    assert stranger.get_cookie("sid").value != first
    assert ended[hash_of(first)] is not None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"email": "nobody@nowhere.example"}, "an unknown address"),
        ({"password": "not the password at all"}, "a wrong password"),
        ({"code": "000000"}, "a wrong code"),
    ],
)
def test_every_failure_reads_the_same_and_lets_nobody_in(stranger, world, given, why):
    answer = sign_in(stranger, **{"code": fresh_code(world.person[WHO])} | given)

    assert answer.status_code == 422, why
    assert "Address, password or code is wrong, or the code was used before." in words(answer)
    assert stranger.get_cookie("sid") is None
    assert f'value="{given.get("email", EMAIL)}"' in answer.text
    assert PASSWORD not in answer.text


def test_a_deactivated_person_reads_the_same_as_a_wrong_password(seat, stranger, world):
    admin = seat("chengyue/organisation-administrator")
    admin.post(f"/people/{world.person[WHO]}/deactivate", reason="left the company")

    answer = sign_in(stranger, fresh_code(world.person[WHO]))

    assert answer.status_code == 422
    assert "Address, password or code is wrong" in words(answer)


def test_a_code_opens_once(stranger, app, world):
    code = fresh_code(world.person[WHO])
    sign_in(stranger, code)

    assert sign_in(app.test_client(), code).status_code == 422


def test_too_many_attempts_rest_for_a_while(stranger):
    with time_machine.travel(now(), tick=False):
        for _ in range(5):
            sign_in(stranger, "000000", email="nobody@nowhere.example")
        answer = sign_in(stranger, "000000", email="nobody@nowhere.example")

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "60"


def test_without_a_token_nobody_signs_in(stranger, world):
    fields = {"email": EMAIL, "password": PASSWORD, "code": fresh_code(world.person[WHO])}

    assert stranger.post("/sign-in", data=fields).status_code == 400
    assert stranger.get_cookie("sid") is None


def test_a_field_left_empty_is_named_and_the_address_is_kept(stranger):
    answer = sign_in(stranger, "", password="")

    assert answer.status_code == 422
    assert "Type your password." in words(answer)
    assert f'value="{EMAIL}"' in answer.text


def test_it_leads_back_to_the_page_that_was_wanted(stranger, world):
    wanted = f"/entrustments/{world.entrustment}"
    asked = stranger.get(wanted)
    assert asked.status_code == 302

    assert sign_in(stranger, fresh_code(world.person[WHO]), path=asked.location).location == wanted


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/\t/evil.example",
        "/no/such/page",
        "/sign-out",
        "javascript:alert(1)",
        "/static/tokens.css",
    ],
)
def test_it_leads_nowhere_else(stranger, world, evil):
    answer = sign_in(stranger, fresh_code(world.person[WHO]), path=f"/sign-in?next={quote(evil)}")

    assert answer.location == "/"


def test_signing_out_ends_the_session_for_good(seat, world):
    browser = seat(WHO)
    kept = browser.client.get_cookie("sid").value

    answer = browser.post("/sign-out", page="/")

    assert (answer.status_code, answer.location) == (302, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.client.get_cookie("sid") is None
    browser.client.set_cookie("sid", kept)
    assert browser.get("/").status_code == 302


def test_the_language_chosen_in_the_browser_wins_over_the_persons(seat):
    browser = seat(WHO, language="zh")
    assert 'lang="zh-CN"' in browser.get("/").text[:300]

    answer = browser.post("/language", page="/", language="en", next="/people")

    assert (answer.status_code, answer.location) == (302, "/people")
    assert 'lang="en"' in browser.get("/people").text[:300]


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", ""])
def test_choosing_a_language_leads_nowhere_else(stranger, evil):
    token = hidden_fields(stranger.get("/sign-in").text)["csrf_token"]

    answer = stranger.post("/language", data={"csrf_token": token, "language": "xx", "next": evil})

    assert answer.location == "/"
    assert stranger.get_cookie("language").value == "en"


def test_an_invitation_makes_a_person_who_can_sign_in_and_the_ledger_says_so(seat, stranger, as_org):
    answer = accept(stranger, invited(seat))

    assert (answer.status_code, answer.location) == (302, "/sign-in")
    with as_org("chengyue"):
        person = session.scalars(select(Person).where(Person.email == "lin@chengyue.example")).one()
        invitation = session.scalars(select(Invitation).where(Invitation.email == person.email)).one()
        assert (person.roles, person.language) == (["registrant-quality-manager"], "en")
        assert invitation.accepted_at
        told = {each.event: each.body["actor"] for each in ledger.entries()[:2]}
    assert set(told) == {"person.joined", "invitation.accepted"}
    assert {each["id"] for each in told.values()} == {str(person.id)}
    assert sign_in(stranger, fresh_code(person.id), email=person.email, password=OWN).status_code == 302


def test_the_first_code_is_spent_by_joining(seat, stranger):
    path = invited(seat)
    page = stranger.get(path).text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")
    code = pyotp.TOTP(key).now()
    stranger.post(path, data={"password": OWN, "repeated": OWN, "code": code} | hidden_fields(page))

    assert sign_in(stranger, code, email="lin@chengyue.example", password=OWN).status_code == 422


def test_a_link_opens_once(seat, stranger, app):
    path = invited(seat)
    accept(stranger, path)

    answer = app.test_client().get(path)

    assert answer.status_code == 404
    assert answer.data == app.test_client().get("/invitations/there-never-was-one").data


def test_an_expired_and_a_withdrawn_link_read_like_one_that_never_was(seat, stranger, world, as_org):
    path = invited(seat)
    with as_org("chengyue"):
        found = session.scalars(select(Invitation).where(Invitation.email == "lin@chengyue.example")).one().id
    admin = seat("chengyue/organisation-administrator")
    admin.post(f"/people/invitations/{found}/withdraw", page=f"/people/invitations/{found}")
    withdrawn = stranger.get(path)
    path = invited(seat, email="wu@chengyue.example")
    with time_machine.travel(now() + timedelta(days=7, minutes=1)):
        expired = stranger.get(path)

    assert (withdrawn.status_code, expired.status_code) == (404, 404)
    assert withdrawn.data == expired.data


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("too short", "It has 9 characters; at least 15 are needed."),
        ("x" * 64 + "y" * 65, "It is longer than 128 characters."),
        ("Password 1234567890", "This is among the first that anybody would try"),
        ("abcabcabcabcabcabc", "This is among the first that anybody would try"),
        ("lin@chengyue.example!", "It must hold neither your e-mail address"),
        (f"secret {HOUSES['chengyue'].name}", "It must hold neither your e-mail address"),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused(seat, stranger, as_org, password, says):
    answer = accept(stranger, invited(seat), password=password, repeated=password)

    assert answer.status_code == 422
    assert says in words(answer)
    assert password not in answer.text
    with as_org("chengyue"):
        assert session.scalars(select(Person).where(Person.email == "lin@chengyue.example")).first() is None


def test_a_wrong_first_code_is_refused_and_the_key_stays_the_same(seat, stranger):
    path = invited(seat)
    page = stranger.get(path).text

    answer = stranger.post(path, data={"password": OWN, "repeated": OWN, "code": "000000"} | hidden_fields(page))

    assert answer.status_code == 422
    assert "This is not the code of the key above." in words(answer)
    assert re.search(r"<code>.*?</code>", answer.text).group() == re.search(r"<code>.*?</code>", page).group()


def test_a_key_of_ones_own_making_is_not_taken(seat, stranger):
    path, other = invited(seat), invited(seat, email="wu@chengyue.example")
    swapped = hidden_fields(stranger.get(other).text)["sealed_key"]
    page = stranger.get(path).text

    for sealed in ("JBSWY3DPEHPK3PXP", swapped):
        answer = accept(stranger, path, sealed_key=sealed)
        assert answer.status_code == 422
        assert sealed not in answer.text
    assert page


def test_joining_needs_a_token(seat, stranger):
    path = invited(seat)
    stranger.get(path)

    assert stranger.post(path, data={"password": OWN, "repeated": OWN, "code": "123456"}).status_code == 400


def test_an_address_that_signs_in_elsewhere_cannot_join(seat, stranger, as_org):
    taken = HOUSES["hengrui"].email(Role.PLANT_CLERK)

    answer = accept(stranger, invited(seat, email=taken))

    assert answer.status_code == 422
    assert "Somebody already signs in with this e-mail address." in words(answer)
    with as_org("chengyue"):
        assert session.scalars(select(Person).where(Person.email == taken)).first() is None
