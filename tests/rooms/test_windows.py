"""GET /traces/window: everything that passed a place between two moments, each side its own only."""

import csv
import io
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from portal.db import CHINA, now, session
from portal.records.lineage import Activity
from portal.tenancy import acting_for
from tests.browsing import words
from tests.stage import sql, stored

QUALITY, RIVAL = "chengyue/registrant-quality-manager", "lantai/registrant-quality-manager"
PLANT, INSPECTOR = "hengrui/plant-clerk", "shanghai/authority-inspector"
SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
MACHINE = "PG-02"


@pytest.fixture
def asked(world):
    """The address of a window over all that the demonstration's polishing machine did, or part of it."""

    def _asked(rest="", **given):
        with acting_for(world.org["hengrui"]):
            ends = select(func.min(Activity.began_at), func.max(Activity.began_at)).where(Activity.equipment == MACHINE)
            since, until = session.execute(ends).one()
        told = {"since": since, "until": until + timedelta(minutes=1), "equipment": MACHINE} | given
        plain = {
            name: each if isinstance(each, str) else f"{each.astimezone(CHINA):%Y-%m-%dT%H:%M}"
            for name, each in told.items()
        }
        return f"/traces/window{rest}?{urlencode(plain)}"

    return _asked


def got(seat, where):
    """The whole answer, read before anything else is asked."""
    answer = seat.get(where)
    answer.get_data()
    return answer


def units(answer):
    return {each["serial_number"] for each in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}


@pytest.mark.parametrize(("who", "own", "others"), [(QUALITY, "B2611", "R2611"), (RIVAL, "R2611", "B2611")])
def test_of_two_rivals_on_one_machine_each_sees_its_own_side_only(seat, asked, who, own, others):
    where, as_csv, as_events = asked(), asked("/units.csv"), asked("/events.json")
    page, told, events = (got(seat(who), each) for each in (where, as_csv, as_events))

    assert page.status_code == told.status_code == events.status_code == 200
    assert units(told)
    for text in (page.text, told.text, events.text):
        assert own in text
        assert others not in text
    whole = units(got(seat(PLANT), as_csv))
    assert units(told) == {each for each in whole if each.startswith(own)}
    assert f"{len(units(told))} units downstream" in words(page)
    assert f"{len(whole)} units downstream" in words(seat(PLANT).get(where))


@SQLITE
def test_what_was_done_a_moment_before_or_past_another_machine_is_out(seat, asked):
    later = now() + timedelta(days=1)
    for where in (asked(since=later, until=later + timedelta(days=1)), asked(equipment="PG-99")):
        assert "Nothing that you may see passed there then." in words(seat(PLANT).get(where))


@SQLITE
def test_a_window_names_its_moments_and_at_least_one_place(seat, asked):
    assert seat(PLANT).get("/traces/window").status_code == 200
    assert not units(seat(PLANT).get("/traces/window/units.csv"))
    for given, says in (
        ({"equipment": ""}, "Name at least one"),
        ({"until": "2020-01-01T00:00"}, "ends before it begins"),
        ({"since": "yesterday"}, "Not a moment"),
    ):
        where, as_csv = asked(**given), asked("/units.csv", **given)
        answer = seat(PLANT).get(where)
        assert (answer.status_code, says in words(answer)) == (422, True)
        assert seat(PLANT).get(as_csv).status_code == 404


@SQLITE
def test_the_events_are_those_of_the_window_alone(seat, asked, world):
    where = asked("/events.json")
    told = json.loads(got(seat(PLANT), where).text)["epcisBody"]["eventList"]
    with acting_for(world.org["hengrui"]):
        count = session.scalar(select(func.count(Activity.id)).where(Activity.equipment == MACHINE))
    assert len(told) == count


@SQLITE
def test_an_authority_looks_and_its_look_is_in_the_ledger(seat, asked, world):
    before, where = _looks(world), asked()
    assert seat(INSPECTOR).get(where).status_code == 200
    assert _looks(world) == before + 1


def _looks(world):
    found = "SELECT count(*) FROM ledger_event WHERE event = 'node.read' AND stream_id IN "
    found += "(SELECT id FROM ledger_stream WHERE about_id = :id)"
    return sql(found, id=stored(world.entrustment))[0][0]
