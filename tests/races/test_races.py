"""Of those who press at the same moment one is let through, never two, never nobody

A short run of what ``python -m tests.assurance.races`` does for thousands of rounds and eight hands.
"""

import pytest

from tests.breaking import break_in
from tests.races.arena import Arena
from tests.races.broken import UncomparedRelease
from tests.races.catalogue import RACES
from tests.races.factors import LastPlace, PasskeyAnswer, RecoveryCodeUsed
from tests.races.identities import SignInCode
from tests.races.machines import OneAssertion, OneKey, OneKeyForTwo
from tests.races.race import Tally
from tests.races.records import LedgerHead, OneDraft, OneForm, StalePages
from tests.stage import sql

ROUNDS, BROKEN = 4, 12  # what is broken must have its chance to show
LOOKED_FIRST = {
    SignInCode: {"portal.identity.proving._spend": "tests.races.broken.looked_before_it_leapt"},
    RecoveryCodeUsed: {"portal.identity.recovery._spend": "tests.races.broken.recovered_after_a_look"},
    PasskeyAnswer: {"portal.identity.passkeys._use_up": "tests.races.broken.answered_after_a_look"},
    OneAssertion: {"portal.identity.machines._spend": "tests.races.broken.bought_after_a_look"},
    LastPlace: {"portal.limits._claimed": "tests.races.broken.counted_after_a_look"},
}
pytestmark = pytest.mark.xdist_group("races")  # the hands are started once


@pytest.fixture(scope="module")
def arena():
    hands = Arena(2)
    yield hands
    hands.close()


def run(arena, stage, race, before=None, rounds=BROKEN):
    tally = Tally()
    arena.run(stage, race, 2, rounds, tally, before)
    return tally


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name.replace(" ", "-"))
def test_exactly_as_many_win_as_may(arena, stage, race):
    tally = run(arena, stage, race(), rounds=ROUNDS)

    assert tally.clean, tally
    assert tally.winners == ROUNDS * race().winners(2)


@pytest.mark.negative_control
@pytest.mark.parametrize("race", LOOKED_FIRST, ids=lambda race: race.key())
def test_a_check_that_is_followed_by_an_act_lets_two_through(arena, stage, race):
    assert run(arena, stage, race(LOOKED_FIRST[race])).doubles > 0


@pytest.mark.negative_control
@pytest.mark.parametrize("race", [OneKey, OneKeyForTwo], ids=lambda race: race.key())
def test_a_key_that_nobody_else_meets_does_it_twice_or_refuses_whoever_sent_it(arena, stage, race):
    tally = run(arena, stage, race({"portal.api.once._claim": "tests.races.broken.claimed_alone"}))

    assert not tally.clean
    assert stage.engine == "postgresql" or tally.doubles == BROKEN  # there the batch's own version refuses the second


@pytest.mark.negative_control
def test_a_form_like_any_other_makes_two_or_refuses_whoever_sent_it(arena, stage):
    tally = run(arena, stage, OneForm({"portal.web.doors.asked_for": "tests.races.broken.not_drawn"}))

    assert tally.doubles + tally.nones > 0


@pytest.mark.negative_control
def test_a_page_that_is_not_asked_which_version_it_showed_overwrites_another(arena, stage):
    if stage.engine == "postgresql":
        pytest.skip("there the two overlap, and the version column stands behind the page's question")

    race = StalePages({"portal.web.forms.RecordForm.refuse_stale": "tests.races.broken.not_refused"})

    assert run(arena, stage, race).doubles > 0


@pytest.mark.negative_control
def test_without_version_trigger_and_key_two_release_one_batch(arena, stage):
    if stage.engine == "sqlite":
        pytest.skip("the writers of SQLite stand in a queue: there is no second one to let through")

    def without_the_walls():
        break_in("batch")
        sql("ALTER TABLE signature DROP CONSTRAINT uq_signature_subject_id_subject_version_move")

    assert run(arena, stage, UncomparedRelease(), without_the_walls).doubles > 0


@pytest.mark.negative_control
def test_without_its_index_two_agreements_of_a_kind_are_begun(arena, stage):
    if stage.engine == "sqlite":
        pytest.skip("the writers of SQLite stand in a queue: the second one finds what the first began")

    assert run(arena, stage, OneDraft(), lambda: sql("DROP INDEX uq_agreement_underway")).doubles > 0


@pytest.mark.negative_control
def test_a_head_that_is_not_held_loses_what_somebody_wrote(arena, stage):
    if stage.engine == "sqlite":
        pytest.skip("the writers of SQLite stand in a queue: the head is held with the file")

    race = LedgerHead({"sqlalchemy.sql.selectable.Select.with_for_update": "tests.races.broken.unlocked"})

    assert run(arena, stage, race).nones > 0
