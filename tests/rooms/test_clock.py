"""The clock: which code is taken when, and when a session is over, to the second and in any year."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
import time_machine

from portal.db import engines, now
from portal.demo.cast import PASSWORD
from portal.identity import Proof, ProofRefused, prove_stranger
from portal.identity.proving import STEP, step_of, totp_of
from portal.identity.sessions import begin_session
from portal.records.proof import Secret
from tests.browsing import Seat, fresh_code
from tests.rooms.test_sign_in import EMAIL, WHO
from tests.stage import KEY, sql, stored

TOTP = pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", interval=STEP)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
YEARS = (
    datetime(1999, 12, 31, 23, 59, 45, tzinfo=UTC),
    datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC),  # a leap second follows
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),  # clocks change in Europe
    datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
    datetime(2038, 1, 19, 3, 14, 7, tzinfo=UTC),  # 2**31 - 1 seconds
    datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
    datetime(2100, 2, 28, 23, 59, 59, tzinfo=UTC),
    datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC),  # 2**32 seconds
)
# Seconds between the moment a code was shown at 04:00:00 and the moment it is typed: taken within one step either way.
TYPED_AFTER = [(seconds, -30 <= seconds < 60) for seconds in (-3600, -300, -61, -60, -59, -31, -30, -29, -15, -1, 0)]
TYPED_AFTER += [(seconds, -30 <= seconds < 60) for seconds in (1, 15, 29, 30, 31, 45, 59, 60, 61, 89, 90, 300, 3600)]


@pytest.mark.parametrize(("seconds", "taken"), TYPED_AFTER)
def test_a_code_is_taken_one_step_early_or_late_and_no_more(seconds, taken):
    code = TOTP.at(NOON)
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert (step_of(TOTP, code) == int(NOON.timestamp()) // STEP) is taken


@pytest.mark.parametrize("moment", YEARS, ids=lambda moment: moment.isoformat())
def test_a_code_is_taken_in_any_year(moment):
    with time_machine.travel(moment, tick=False):
        assert step_of(TOTP, TOTP.at(moment)) == int(moment.timestamp()) // STEP
        assert step_of(TOTP, TOTP.at(moment - timedelta(seconds=61))) is None


@pytest.mark.parametrize("typed", ["{} ", " {}", "{}\u3000", "\t{}\n", "{}\u200a"])
@pytest.mark.parametrize("wide", [False, True])
def test_a_used_code_stays_used_however_it_is_written(app, world, typed, wide):
    code = fresh_code(world.person[WHO])
    with app.app_context(), time_machine.travel(now(), tick=False):
        prove_stranger(EMAIL, Proof(PASSWORD, code), KEY)
        again = code.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if wide else code
        with pytest.raises(ProofRefused):
            prove_stranger(EMAIL, Proof(PASSWORD, typed.format(again)), KEY)


def test_a_code_older_than_the_last_one_used_is_not_taken(app, world):
    """Nor is it when the clock goes back: what was spent stays spent."""
    with app.app_context(), time_machine.travel(NOON, tick=False) as clock:
        code, totp = fresh_code(world.person[WHO]), _totp(world)
        prove_stranger(EMAIL, Proof(PASSWORD, code), KEY)
        with pytest.raises(ProofRefused):
            prove_stranger(EMAIL, Proof(PASSWORD, totp.at(NOON - timedelta(seconds=STEP))), KEY)
        clock.shift(-3600)
        with pytest.raises(ProofRefused):
            prove_stranger(EMAIL, Proof(PASSWORD, totp.now()), KEY)
        clock.shift(3600 + STEP)
        prove_stranger(EMAIL, Proof(PASSWORD, totp.now()), KEY)


def _totp(world):
    sealed = sql("SELECT totp_sealed FROM secret WHERE id = :id", id=stored(world.person[WHO]))[0][0]
    return totp_of(Secret(totp_sealed=sealed), KEY)


@pytest.mark.negative_control
def test_a_check_that_forgets_the_last_step_would_take_a_code_twice(app, world, monkeypatch):
    monkeypatch.setattr("portal.identity.proving._spend", lambda *_: True)
    code = fresh_code(world.person[WHO])
    with app.app_context():
        assert prove_stranger(EMAIL, Proof(PASSWORD, code), KEY) == prove_stranger(EMAIL, Proof(PASSWORD, code), KEY)


IDLE, ABSOLUTE = 30 * 60, 12 * 60 * 60


@pytest.fixture
def browser(app, world):
    client = app.test_client()
    with time_machine.travel(NOON, tick=False):
        client.set_cookie("sid", begin_session(world.person[WHO]))
    return Seat(client, world.person[WHO])


@pytest.mark.parametrize(
    ("seconds", "alive"),
    [(0, True), (IDLE - 1, True), (IDLE, True), (IDLE + 1, False), (ABSOLUTE, False), (-300, True)],
)
def test_a_session_that_rests_is_over_after_half_an_hour(browser, seconds, alive):
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert (browser.get("/").status_code == 200) is alive


@pytest.mark.parametrize(("seconds", "alive"), [(ABSOLUTE - 1, True), (ABSOLUTE, True), (ABSOLUTE + 1, False)])
def test_a_session_in_use_is_over_after_half_a_day(browser, seconds, alive):
    sql("UPDATE web_session SET seen_at = :late WHERE signed_in_at = :began", **_moments(seconds))
    with time_machine.travel(NOON + timedelta(seconds=seconds), tick=False):
        assert (browser.get("/").status_code == 200) is alive


def _moments(seconds):
    late, shown = NOON + timedelta(seconds=seconds), "%Y-%m-%d %H:%M:%S.%f"
    if engines().writing.dialect.name == "sqlite":
        return {"late": late.strftime(shown), "began": NOON.strftime(shown)}
    return {"late": late, "began": NOON}


def test_being_used_prolongs_a_session_and_never_past_its_end(browser):
    with time_machine.travel(NOON, tick=False) as clock:
        alive = []
        for _ in range(27):
            clock.shift(29 * 60)
            alive.append(browser.get("/").status_code == 200)

    assert alive == [True] * (ABSOLUTE // (29 * 60)) + [False] * (27 - ABSOLUTE // (29 * 60))
