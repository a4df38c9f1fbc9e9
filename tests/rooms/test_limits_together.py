"""Places of a limit that are claimed some at a time: given out to the last one, and none twice."""

from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine

from portal.db import now
from portal.limits import Limit, Throttled, spend
from tests.rooms.test_limits import AT_ONCE, race
from tests.stage import sql

SOME = Limit("some", 7, 60, at_once=3)


def test_places_claimed_together_are_given_out_to_the_last_and_not_into_the_next_span(app, world):
    with app.app_context(), time_machine.travel(now(), tick=False) as clock:
        spend(SOME, "a")
        assert sql("SELECT count FROM tally") == [(3,)]
        clock.shift(timedelta(seconds=60))
        for _ in range(SOME.most):
            spend(SOME, "a")
        assert sql("SELECT count FROM tally") == [(SOME.most,)]
        with pytest.raises(Throttled):
            spend(SOME, "a")


def test_of_places_claimed_together_none_is_given_twice_or_lost_between_threads(app, world):
    given = race(app, limit=SOME)
    with app.app_context(), suppress(Throttled):
        for _ in range(AT_ONCE):
            spend(SOME, "one key")
            given += 1

    assert given == SOME.most
