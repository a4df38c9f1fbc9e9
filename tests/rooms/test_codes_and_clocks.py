"""One-time codes under clocks that drift and jump, and sessions that have ended meanwhile."""

from datetime import timedelta
from uuid import UUID

import pyotp
import pytest
import time_machine

from portal.db import now
from portal.demo.cast import PASSWORD
from portal.identity import Proof, ProofRefused, prove
from portal.identity.proving import STEP, step_of, totp_of
from portal.identity.sessions import begin_session, end_session, hash_of, renew_session
from portal.records.proof import Secret
from tests.stage import KEY, sql, stored

WHO = "hengrui/manufacturer-release-person"
TOTP = pyotp.TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", interval=STEP)
MIDDLE_OF_A_STEP = 1_795_000_005  # 2026-11-18, 15 seconds into its half minute
FAR = (4_102_444_815, 2_147_483_655)  # 2100, and just past the end of 32 bits in 2038


@pytest.mark.parametrize("start", [MIDDLE_OF_A_STEP, *FAR])
@pytest.mark.parametrize("drift", [*range(-75, 80, 10), -46, -45, 44, 45])
def test_a_code_is_good_in_its_own_half_minute_and_the_one_on_either_side(start, drift):
    code = TOTP.at(start)

    with time_machine.travel(start + drift, tick=False):
        taken = step_of(TOTP, code)

    near = abs((start + drift) // STEP - start // STEP) <= 1
    assert taken == (start // STEP if near else None)


def test_a_clock_that_jumps_back_makes_no_used_code_good_again(world):
    person_id = world.person[WHO]
    sealed = sql("SELECT totp_sealed FROM secret WHERE id = :id", id=stored(person_id))[0][0]
    later = int(now().timestamp()) + 3600
    sql("UPDATE secret SET totp_last_step = 0 WHERE id = :id", id=stored(person_id))
    totp = totp_of(Secret(totp_sealed=sealed), KEY)
    with time_machine.travel(later, tick=False):
        prove(person_id, Proof(PASSWORD, totp.at(later)), KEY)

    for moment in (later, later - 3600):
        with time_machine.travel(moment, tick=False), pytest.raises(ProofRefused):
            prove(person_id, Proof(PASSWORD, totp.at(moment)), KEY)


def test_a_session_that_has_ended_is_not_renewed(world):
    token = begin_session(world.person[WHO])
    (found,) = sql("SELECT id FROM web_session WHERE token_hash = :hash", hash=hash_of(token))
    session_id = UUID(str(found[0]))
    end_session(session_id)

    assert renew_session(session_id, proved_at=now() + timedelta(minutes=1)) is None

    assert sql("SELECT token_hash FROM web_session WHERE id = :id", id=stored(session_id))[0][0] == hash_of(token)
