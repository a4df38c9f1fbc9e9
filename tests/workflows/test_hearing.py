"""Whoever can go on is told, the other side hears what concerns it, and nobody of what they have in hand themselves."""

from types import SimpleNamespace

import pytest

from workflows.audit import AUDIT
from workflows.batch import BATCH
from workflows.catalogue import LIFECYCLES
from workflows.engine import Side
from workflows.hearing import HAPPENED, HEARD, MOVE, OTHER, Hearing, hearings
from workflows.nonconformity import NONCONFORMITY
from workflows.powers import POWERS_OF, Power, Role, powers_of

CLERK, RESIDENT = (powers_of(frozenset({role})) for role in (Role.PLANT_CLERK, Role.RESIDENT_SUPERVISOR))
SOLD, TRIED = SimpleNamespace(stage="commercial"), SimpleNamespace(stage="pilot")
QUALITY = powers_of(frozenset({Role.MANUFACTURER_QUALITY_MANAGER}))


def told(event, lifecycle, state, side, powers):
    return set(hearings(event, lifecycle, state, about=SOLD, side=side, powers=powers))


def test_the_next_hand_is_told_on_whichever_side_it_is():
    assert told("batch.recorded", BATCH, "recorded", Side.MANUFACTURER, CLERK) == {
        Hearing(Side.MANUFACTURER, Power.BATCH_RELEASE_PRODUCTION, MOVE, "release_production")
    }
    assert told("batch.production-released", BATCH, "production_released", Side.MANUFACTURER, CLERK) == {
        Hearing(Side.REGISTRANT, Power.BATCH_RELEASE_MARKETING, MOVE, "release_marketing")
    }


def test_of_a_trial_nobody_is_told_that_its_marketing_release_waits():
    asked = {"about": TRIED, "side": Side.MANUFACTURER, "powers": CLERK}
    found = hearings("batch.production-released", BATCH, "production_released", **asked)

    assert {each.detail for each in found} == {"conclude_trial"}


def test_a_move_that_either_side_can_make_is_told_to_both():
    found = told("nonconformity.raised", NONCONFORMITY, "raised", Side.REGISTRANT, RESIDENT)

    assert {each.side for each in found} == {Side.REGISTRANT, Side.MANUFACTURER}


def test_nobody_is_told_of_what_whoever_acted_has_in_hand():
    found = told("nonconformity.raised", NONCONFORMITY, "raised", Side.MANUFACTURER, QUALITY)

    assert {each.side for each in found} == {Side.REGISTRANT}


def test_where_nothing_is_left_to_do_the_other_side_still_hears_of_it():
    assert told("batch.marketing-released", BATCH, "marketing_released", Side.REGISTRANT, RESIDENT) == {
        Hearing(Side.MANUFACTURER, Power.BATCH_RELEASE_PRODUCTION, HAPPENED, "batch.marketing-released")
    }


def test_neither_going_back_nor_giving_up_waits_for_anybody():
    found = told("audit.planned", AUDIT, "planned", Side.REGISTRANT, QUALITY)

    assert "cancel" not in {each.detail for each in found}


def test_what_moves_nothing_leaves_nobody_a_move():
    assert told("batch.amended", None, "opened", Side.MANUFACTURER, CLERK) == set()


def test_the_other_side_is_not_told_twice_of_one_event():
    for lifecycle in LIFECYCLES:
        for move in lifecycle.transitions:
            for side in OTHER:
                found = told(move.event, lifecycle, move.target, side, frozenset())
                happened = {each.side for each in found if each.kind == HAPPENED}
                assert not happened & {each.side for each in found if each.kind == MOVE}, move.name


@pytest.mark.parametrize("event", HEARD)
def test_every_event_that_is_heard_happens_and_somebody_hears_it(event):
    happen = {move.event for lifecycle in LIFECYCLES for move in lifecycle.transitions}
    begin = {"audit.planned", "entrustment.proposed", "hold_point.set", "meeting.amended", "meeting.called"}
    follow = {"batch.warned"}

    assert event in happen | begin | follow
    assert any(HEARD[event] in powers for powers in POWERS_OF.values())
