"""Passwords: what is taken and what is not, how they are kept, and when another is asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from cryptography.fernet import InvalidToken
from sqlalchemy.exc import OperationalError

from portal.db import now
from portal.demo.cast import PASSWORD
from portal.founding import TooEasy, enrol
from portal.identity import passwords, sealing
from portal.identity.factors import set_password
from portal.identity.guessing import is_guessable
from portal.identity.passwords import COSTS, POLICIES, is_due, judge, judge_again, matches
from portal.identity.proving import totp_of
from portal.identity.sealing import is_fresh, keep_former_keys, seal
from portal.identity.sessions import hash_of, living_sessions_of
from portal.records.proof import Secret
from portal.settings import PasswordPolicy
from tests.browsing import fresh_code, hidden_fields, words
from tests.rooms.test_sign_in import WHO, accept, invited, sign_in
from tests.stage import KEY, sql, stored
from workflows.powers import Role

SENTENCE = "my own rather long sentence"
COMPLEX = "My own rather long sentence {}"


@pytest.fixture
def mlps(app, monkeypatch):
    """An installation that follows GB/T 22239."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], password_policy=PasswordPolicy.MLPS))


def faults(app, password, about=()):
    with app.app_context():
        return [str(each.sentence if hasattr(each, "sentence") else each) for each in judge(password, about)]


@pytest.mark.parametrize(
    "good",
    [
        SENTENCE,
        "一二三四五六七八九十没有人猜得到",
        "        eleven blanks and four words  ",
        "🐉" * 3 + "drei blaue Türen",
        "x7" * 3 + "qPmR4vKtZ",
    ],
)
def test_a_long_one_of_any_characters_is_taken(app, good):
    assert faults(app, good) == []


@pytest.mark.parametrize(
    "easy",
    [
        "123456789012345",
        "qwertyuiopasdfgh",
        "1qaz2wsx3edc4rfv5tgb",
        "!QAZ@WSX#EDC$RFV%TGB",
        "abcdefghijklmnop",
        "poiuytrewqlkjhgfdsa",
        "password-password-1",
        "Password 2026 2026",
        "woaini5201314520",
        "admin123456789012",
        "correct horse battery staple",
        "aaaaaaaaaaaaaaaaaaaa",
        "weituo1234567890",
        "Summer2026!Summer2026!",
        "monkeymonkeymonkeymonkey",
        "我的密码123456789012",
    ],
)
def test_what_anybody_would_try_first_is_not(easy):
    assert is_guessable(easy)


def test_a_longer_list_can_be_named(app, tmp_path, monkeypatch):
    longer = tmp_path / "list.txt"
    longer.write_text("drei blaue tueren\nzwoelf boxkaempfer\n", "utf-8")
    assert faults(app, "Zwoelf Boxkaempfer") == []
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], password_list=longer))

    assert len(faults(app, "Zwoelf Boxkaempfer")) == 1
    assert len(faults(app, "zwoelf-boxkaempfer-99")) == 1


@pytest.mark.parametrize(
    "word", ["lin@chengyue.example", "chengyue", "林悦", "Lin Yue", "澄岳医疗", "WEITUO", "Yue-Lin-Zhang"]
)
def test_it_holds_no_word_of_ones_own(app, word):
    about = ["lin@chengyue.example", "林悦", "Lin Yue", "澄岳医疗", "Yue Lin Zhang"]

    assert len(faults(app, f"nobody guesses {word} here", about)) == 1


def test_all_that_is_missing_is_said_at_once_and_beside_the_field(seat, stranger, mlps):
    answer = accept(stranger, invited(seat), password="lin yue", repeated="lin yue")

    assert answer.status_code == 422
    told = words(answer)
    assert "It has 7 characters; at least 15 are needed." in told
    assert "It holds 2 of: small letters, capital letters, digits, other characters; at least 3" in told
    assert "nor a name of yours" in told
    assert 'aria-describedby="password-help password-errors"' in answer.text
    assert "15 to 128 characters with at least 3 of" in told


def test_nothing_is_cut_off_and_the_same_letters_are_the_same_password(app):
    made = passwords.hash_password("e\u0301" * 20 + "z" * 100)
    with app.app_context():
        assert judge("é" * 20 + "z" * 108, ()) == ()
        assert len(judge("é" * 20 + "zy" * 55, ())) == 1
    assert matches(made, "é" * 20 + "z" * 100)
    assert not matches(made, "é" * 20 + "z" * 99)
    assert not matches(made, "x" * 100_000)
    assert not matches(None, "a password that opens nothing")


@pytest.mark.parametrize("policy", PasswordPolicy)
def test_whoever_is_enrolled_by_command_gets_one_that_the_policy_takes(app, world, monkeypatch, policy):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], password_policy=policy))
    given = {"name": "n", "title": "", "roles": (Role.PLANT_CLERK,), "language": "zh"}
    with app.app_context():
        with pytest.raises(TooEasy):
            enrol(world.org["hengrui"], email="a@b.example", password="password 123456789", **given)
        assert enrol(world.org["hengrui"], email="a@b.example", password="0Yx-3kTvQz81_pLmW-Aa1", **given)
        assert judge(PASSWORD, ()) == ()


def test_one_policy_asks_for_a_new_one_in_time_and_the_other_never(app, world):
    assert POLICIES[PasswordPolicy.NIST].days is None
    assert POLICIES[PasswordPolicy.MLPS].days == 90
    with app.app_context():
        assert not is_due(world.person[WHO])


def test_an_old_password_is_changed_before_anybody_is_let_in(app, stranger, world, mlps):
    old = sign_in(stranger, fresh_code(world.person[WHO]))
    assert (old.status_code, old.location) == (302, "/sign-in/new-password")
    assert stranger.get_cookie("sid") is None

    page = stranger.get("/sign-in/new-password")
    assert "yours is due" in words(page)
    same = stranger.post("/sign-in/new-password", data=new(page, PASSWORD))
    assert same.status_code == 422
    assert "It is one of your last 5" in words(same)
    changed = stranger.post("/sign-in/new-password", data=new(page, COMPLEX.format(1)))
    assert (changed.status_code, changed.location) == (302, "/sign-in")
    assert "Your password is changed" in words(stranger.get("/sign-in"))
    assert stranger.get("/sign-in/new-password").location == "/sign-in"

    assert sign_in(stranger, fresh_code(world.person[WHO])).status_code == 422
    again = sign_in(stranger, fresh_code(world.person[WHO]), password=COMPLEX.format(1))
    assert (again.status_code, again.location) == (302, "/")
    with app.app_context(), time_machine.travel(now() + timedelta(days=90, minutes=1)):
        assert is_due(world.person[WHO])


def new(page, password):
    return hidden_fields(page.text) | {"password": password, "repeated": password}


def test_nobody_changes_a_password_who_has_not_just_proved_who_they_are(stranger, world, mlps):
    assert stranger.get("/sign-in/new-password").location == "/sign-in"
    sign_in(stranger, fresh_code(world.person[WHO]))
    page = stranger.get("/sign-in/new-password")
    with time_machine.travel(now() + timedelta(minutes=11)):
        late = stranger.post("/sign-in/new-password", data=new(page, COMPLEX.format(1)))

    assert late.location == "/sign-in"
    assert sql("SELECT count(*) FROM chosen_password")[0][0] == 0


def test_the_last_five_are_not_taken_again_and_older_ones_are_forgotten(app, world, mlps):
    who = world.person[WHO]
    with app.app_context():
        for at in range(6):
            with time_machine.travel(now() + timedelta(minutes=at)):
                set_password(who, world.org[WHO.split("/")[0]], COMPLEX.format(at))
        assert [bool(judge_again(who, COMPLEX.format(at), ())) for at in range(6)] == [False] + [True] * 5
    assert sql("SELECT count(*) FROM chosen_password")[0][0] == 5


def test_a_new_password_ends_every_other_session(app, seat, world):
    here, there = seat(WHO), seat(WHO)
    token_hash = hash_of(here.client.get_cookie("sid").value)
    with app.app_context():
        living = living_sessions_of(here.person_id, now() - timedelta(minutes=5))
        mine = next(each for each in living if each.token_hash == token_hash)
        set_password(here.person_id, world.org["hengrui"], SENTENCE, goes_on=mine.id)

    assert here.get("/").status_code == 200
    assert there.get("/").status_code == 302


def test_a_password_is_not_changed_when_the_sessions_cannot_be_ended(app, seat, world, monkeypatch):
    there, before = seat(WHO), kept(world)

    def broken(*_, **__):
        raise OperationalError("UPDATE web_session", {}, OSError("the disk is full"))

    monkeypatch.setattr("portal.identity.factors.end_sessions", broken)
    with app.app_context(), pytest.raises(OperationalError):
        set_password(there.person_id, world.org["hengrui"], SENTENCE)

    assert kept(world) == before
    assert there.get("/").status_code == 200


def test_a_right_password_is_hashed_anew_when_the_parameters_grow(stranger, world, monkeypatch):
    before = kept(world)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    sign_in(stranger, fresh_code(world.person[WHO]), password="not this one at all")
    assert kept(world) == before
    assert sign_in(stranger, fresh_code(world.person[WHO])).status_code == 302

    after = kept(world)
    assert "m=16,t=2,p=1" in after[0]
    assert "m=8,t=1,p=1" in before[0]
    assert matches(after[0], PASSWORD)


def kept(world):
    return sql("SELECT password_hash, totp_sealed FROM secret WHERE id = :id", id=stored(world.person[WHO]))[0]


def test_a_guess_costs_what_the_design_says():
    assert COSTS == {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1}
    assert passwords._at_most_two._initial_value == 2


@pytest.fixture
def rotated(app, monkeypatch):
    """The operator has changed the key and named the one from before."""
    fresh = replace(app.config["SETTINGS"], secret_key="n" * 64, former_secret_keys=(KEY,))
    monkeypatch.setitem(app.config, "SETTINGS", fresh)
    monkeypatch.setitem(app.config, "SECRET_KEY", fresh.secret_key)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [KEY])
    keep_former_keys([KEY])
    yield fresh
    keep_former_keys([])


def test_after_the_key_is_changed_everybody_still_signs_in_and_is_sealed_anew(rotated, stranger, world):
    assert not is_fresh(kept(world)[1], rotated.secret_key)
    assert sign_in(stranger, fresh_code(world.person[WHO])).status_code == 302

    assert is_fresh(kept(world)[1], rotated.secret_key)
    keep_former_keys([])
    totp_of(Secret(totp_sealed=kept(world)[1]), rotated.secret_key).now()


def test_a_page_from_before_the_key_was_changed_is_still_signed(app, stranger, monkeypatch):
    stranger.get("/sign-in")
    cookie = stranger.get_cookie("form").value
    monkeypatch.setitem(app.config, "SECRET_KEY", "n" * 64)
    assert not read(app, cookie)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [KEY])
    assert read(app, cookie)


def read(app, cookie):
    with app.test_request_context("/", headers={"Cookie": f"form={cookie}"}) as context:
        return dict(context.session or app.session_interface.open_session(app, context.request))


@pytest.mark.negative_control
def test_without_the_former_key_nothing_sealed_before_opens(app, world):
    keep_former_keys([])

    with pytest.raises(InvalidToken):
        seal("n" * 64).decrypt(kept(world)[1].encode())
    assert sealing._former == []
