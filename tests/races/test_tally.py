"""The referee sees what a round was: too many winners or too few, and who was told what they should not have been."""

import pytest

from tests.races.catalogue import RACES
from tests.races.race import Answer, Tally
from tests.races.records import OneForm
from tests.races.signatures import ProductionRelease

WON, REFUSED = Answer(302, 10), Answer(409, 25)


def judged(*rounds, race=ProductionRelease):
    tally = Tally()
    for answers, effects in rounds:
        tally.count(race(), answers, effects)
    return tally


def test_one_winner_and_a_refusal_are_as_it_should_be():
    tally = judged(([WON, REFUSED], 1), ([Answer(412, 5), WON, REFUSED], 1))

    assert (tally.clean, tally.rounds, tally.winners) == (True, 2, 2)
    assert tally.refused == {409: 2, 412: 1}
    assert (tally.within(0), tally.within(0.5), tally.longest) == (5, 25, 25)


@pytest.mark.negative_control
@pytest.mark.parametrize(
    ("answers", "effects", "counted"),
    [
        ([WON, WON], 1, (1, 0)),
        ([WON, REFUSED], 2, (1, 0)),
        ([REFUSED, REFUSED], 0, (0, 1)),
        ([REFUSED, REFUSED], 1, (0, 1)),
        ([WON, REFUSED], 0, (0, 1)),
    ],
)
def test_more_or_fewer_than_one_are_counted(answers, effects, counted):
    tally = judged((answers, effects))

    assert (tally.doubles, tally.nones) == counted
    assert not tally.clean


@pytest.mark.negative_control
@pytest.mark.parametrize("status", [500, 503, 200, "OperationalError: locked"])
def test_a_loser_who_was_told_anything_but_the_refusal_is_a_fault(status):
    assert not judged(([WON, Answer(status, 10)], 1)).clean


@pytest.mark.negative_control
def test_winners_who_were_told_different_things_are_a_fault():
    here, there = Answer(302, 10, "/here"), Answer(302, 30, "/there")

    assert judged(([here, here], 1), race=OneForm).clean
    assert not judged(([here, there], 1), race=OneForm).clean


def test_where_everybody_wins_the_second_is_the_one_who_waited():
    assert judged(([Answer(302, 30), Answer(302, 10)], 1), race=OneForm).waits == [30]


def test_no_race_forgives_its_losers_a_fault_of_the_portal():
    assert not [race for race in RACES if any(each >= 500 for each in race.refusals)]
    assert len({race.key() for race in RACES}) == len(RACES)
