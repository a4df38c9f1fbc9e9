"""Lines of readings are kept together and known one by one: GMP 2025 art. 81 (records are true and traceable)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from agreements.tables.rows import Row
from agreements.tables.sorts import SORTS
from agreements.tables.telling import act_of
from portal.db import now, session
from portal.records.lineage import Activity, Reading
from portal.verifying import verify
from tests.stage import as_the_verifier
from workflows.acts import Act, Item
from workflows.lineage import Deed, Thing

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
BEGAN = (now() - timedelta(hours=3)).replace(microsecond=0)


@pytest.fixture
def line(batch):
    """One line of readings as a machine sends it: which it is, and what was read."""

    def _line(number, value="51.5", *, minute=None, serial=""):
        words = {"batch": batch("opened"), "step": "钝化", "parameter": "槽液温度", "value": value, "unit": "°C"}
        at = BEGAN + timedelta(minutes=number if minute is None else minute)
        return act_of("", SORTS["readings"], Row(number, words | ({"serial": serial} if serial else {}), began=at))

    return _line


@pytest.fixture
def standing(as_):
    """What stands: of how many acts, and the values by minute."""

    def _standing():
        with as_("hengrui"):
            deeds = select(func.count(Activity.id)).where(Activity.kind == Deed.MONITOR, Activity.struck_by.is_(None))
            read = select(Reading).where(Reading.struck_by.is_(None), Reading.at >= BEGAN).order_by(Reading.at)
            return session.scalar(deeds), [each.value for each in session.scalars(read)]

    return _standing


def test_lines_that_follow_each_other_are_one_act_and_known_one_by_one_in_any_other_grouping(tell, line, standing):
    before, _ = standing()
    first = tell(*(line(each) for each in range(1, 31)))
    assert (len(first.written), first.faults) == (30, [])
    assert standing() == (before + 1, ["51.5"] * 30)

    again = tell(*(line(each, "51.50" if each == 9 else "51.5") for each in range(5, 36)))
    assert (again.known, again.written) == ([str(each) for each in range(5, 31)], [str(each) for each in range(31, 36)])
    alone = tell(line(7), line(8, "52.5"), line(40), line(41, "53", minute=40))
    assert (alone.known, alone.written, [each.place for each in alone.questions]) == (["7"], ["40"], ["8", "41"])
    assert standing() == (before + 3, ["51.5"] * 36)
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


@SQLITE
def test_a_bad_line_costs_no_other_of_those_it_came_with(tell, line, standing):
    outcome = tell(line(1), line(2, "hot"), line(3, serial="NONE"), *(line(each) for each in range(4, 9)))

    assert [each.place for each in outcome.faults] == ["2", "3"]
    assert (outcome.written, standing()[1]) == (["1", "4", "5", "6", "7", "8"], ["51.5"] * 6)


@SQLITE
def test_a_step_or_an_hour_between_them_makes_acts_of_their_own(tell, line, standing):
    before, _ = standing()
    tell(line(1), line(2), replace(line(3), step="4"), line(70), line(71))

    assert standing()[0] == before + 3


def test_one_line_among_many_is_corrected_and_the_others_stand_as_they_were(tell, line, batch, standing):
    piece = Item(Thing.UNIT, "R-1")
    tell(Act(Deed.COMMISSION, "row 1", BEGAN, batch=batch("opened"), makes=(piece,)))
    tell(line(1), line(2), line(3, serial="R-1"))
    wrong = line(2, "52.5")
    (asked,) = tell(wrong).questions

    right = tell(replace(asked.act, ref=f"{wrong.ref}~1", corrects=wrong.ref, reason="Misread display."))
    assert (right.written, right.faults) == (["2"], [])
    assert standing()[1] == ["51.5", "52.5", "51.5"]
    assert tell(line(1), wrong, line(3, serial="R-1")).known == ["1", "2", "3"]

    (next_one,) = tell(line(1, "50.5")).questions
    assert tell(replace(next_one.act, ref=f"{line(1).ref}~1", corrects=line(1).ref, reason="Misread.")).written
    assert standing()[1] == ["50.5", "52.5", "51.5"]
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


@SQLITE
@pytest.mark.parametrize(
    ("shift", "told", "not_told"), [(0, "Cpk", "not steady"), (1, "The process is not steady", "Cpk 0")]
)
def test_a_chart_tells_cpk_of_a_process_only_while_it_is_steady(tell, line, seat, world, shift, told, not_told):
    steady = ["51.2", "51.8", "51.6", "51.4", "51.5"] * 3
    values = [*steady, *(str(float(each) + shift) for each in steady)]
    assert tell(*(line(number, each) for number, each in enumerate(values, start=1))).faults == []

    page = seat("hengrui/manufacturer-quality-manager").get(f"/batches/{world.batch['opened']}/readings")
    assert "Ppk" in page.text
    assert told in page.text
    assert not_told not in page.text
