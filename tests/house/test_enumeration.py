"""Nobody learns who has an account, or that a record exists, from what the portal answers."""

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from flask import g

from portal.db import now
from portal.demo.cast import PASSWORD
from portal.identity import passwords, proving
from tests.browsing import fresh_code, hidden_fields
from tests.rooms.test_sign_in import EMAIL, WHO, accept, invited, sign_in
from tests.stage import sql, stored

NOBODY = "nobody@nowhere.example"
OTHER = "hengrui/plant-clerk"
# What differs by its nature: the token of the form, its cookie, the number of the request, the address typed.
OWN = re.compile(r'name="csrf_token"[^>]*value="[^"]*"|value="[^"]*" ?name="csrf_token"')


def seen(answer, *typed):
    """All that a client sees of an answer, but for what it typed itself."""
    cookies = sorted(each.split("=", 1)[0] for each in answer.headers.getlist("Set-Cookie"))
    headers = sorted((name, value) for name, value in answer.headers if name not in {"Set-Cookie", "Content-Length"})
    body = OWN.sub("", answer.text)
    for each in typed:
        body = body.replace(each, "TYPED")
    return answer.status_code, cookies, headers, body


@pytest.fixture
def tried(app, world, seat):
    """One wrong sign-in of each kind, each in a browser of its own."""
    seat("chengyue/organisation-administrator").post(
        f"/people/{world.person['chengyue/resident-supervisor']}/deactivate", reason="left"
    )
    gone = "resident@chengyue.example"

    def _tried(which):
        client = app.test_client()
        client.set_cookie("language", "en")
        code, wrong = fresh_code(world.person[WHO]), "not the password at all"
        given = {
            "unknown": (NOBODY, PASSWORD, code),
            "wrong password": (EMAIL, wrong, code),
            "wrong code": (EMAIL, PASSWORD, "000000"),
            "all wrong": (EMAIL, wrong, "no"),
            "deactivated": (gone, PASSWORD, fresh_code(world.person["chengyue/resident-supervisor"])),
            "deactivated and wrong": (gone, wrong, code),
        }[which]
        return seen(sign_in(client, given[2], email=given[0], password=given[1]), given[0], f'value="{given[2]}"')

    return _tried


def test_every_wrong_sign_in_reads_the_same_to_the_byte(tried):
    first = tried("unknown")

    for which in ("wrong password", "wrong code", "all wrong", "deactivated", "deactivated and wrong"):
        assert tried(which) == first, which


def test_a_sign_in_that_is_tried_too_often_reads_the_same(app, world):
    answers = []
    with time_machine.travel(now(), tick=False):
        for email in (EMAIL, NOBODY):
            client = app.test_client()
            client.set_cookie("language", "en")
            for _ in range(6):
                last = sign_in(client, "000000", email=email, password="no")
            answers.append(seen(last, email))

    assert answers[0] == answers[1]
    assert answers[0][0] == 429


@pytest.mark.negative_control
def test_a_word_more_for_the_known_would_be_found_out(tried, monkeypatch):
    first = tried("unknown")
    honest = proving._accepted

    def told(person_id, *given):
        g.language = "en" if person_id == proving._NOBODY else "zh"
        return honest(person_id, *given)

    monkeypatch.setattr(proving, "_accepted", told)
    assert tried("wrong password") != first


def test_the_same_work_is_done_for_the_unknown_as_for_the_known(app, world, monkeypatch):
    done = []
    for module, name in ((passwords, "_nobodys"), (proving, "step_of"), (proving, "totp_of"), (proving, "matches")):
        honest = getattr(module, name)

        def noted(*given, _name=name, _honest=honest):
            done.append(_name)
            return _honest(*given)

        monkeypatch.setattr(module, name, noted)
    work = {}
    for email in (EMAIL, NOBODY):
        done.clear()
        sign_in(app.test_client(), "000000", email=email, password="no")
        work[email] = sorted(each for each in done if each != "_nobodys")

    assert work[EMAIL] == work[NOBODY] == ["matches", "step_of", "totp_of"]


def test_a_link_that_opens_nothing_reads_the_same_whatever_the_cause(app, seat, world):
    used, withdrawn, expired = (invited(seat, email=f"{each}@chengyue.example") for each in "uwe")
    accept(app.test_client(), used)
    made = sql("SELECT id FROM invitation WHERE email = 'w@chengyue.example'")[0][0]
    admin = seat("chengyue/organisation-administrator")
    admin.post(f"/people/invitations/{UUID(str(made))}/withdraw", page=f"/people/invitations/{UUID(str(made))}")
    answers = []
    with time_machine.travel(now() + timedelta(days=8)):
        for path in (used, withdrawn, expired, "/invitations/" + "x" * 43, "/invitations/1"):
            client = app.test_client()
            answers += [seen(client.get(path))]
            token = hidden_fields(client.get("/sign-in").text)
            answers += [seen(client.post(path, data=token | {"password": "p", "repeated": "p", "code": "1"}))]

    assert {each[0] for each in answers} == {404}
    assert len({str(each[:1] + each[3:]) for each in answers}) == 1
    assert len({str(each) for each in answers[::2]}) == 1


def test_a_record_of_others_reads_like_one_that_never_was(seat, world):
    rival = seat("lantai/registrant-quality-manager")
    pairs = [
        (f"/batches/{world.batch['opened']}", f"/batches/{uuid4()}"),
        (f"/entrustments/{world.entrustment}", f"/entrustments/{uuid4()}"),
        (f"/agreements/{world.quality_agreement}", f"/agreements/{uuid4()}"),
        (f"/products/{world.product}", f"/products/{uuid4()}"),
        (f"/people/{world.person[OTHER]}", f"/people/{uuid4()}"),
    ]

    for theirs, never in pairs:
        assert seen(rival.get(theirs)) == seen(rival.get(never))
        assert rival.get(theirs).status_code == 404


def test_looking_for_what_others_have_reads_like_looking_for_what_nobody_has(seat, world):
    theirs = sql("SELECT number FROM batch WHERE id = :id", id=stored(world.batch["opened"]))[0][0]
    rival, never = seat("qihe/registrant-quality-manager"), "Z" * len(theirs)
    rival.get("/")

    assert seen(rival.get(f"/find?q={theirs}"), theirs) == seen(rival.get(f"/find?q={never}"), never)
