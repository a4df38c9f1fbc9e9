"""A batch is accepted by the results of its inspections, to the plan that its definition gives them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agreements.inspection_plans import By, Verdict
from agreements.sampling import Severity
from portal.db import now, session
from portal.facts.inspected import inspections_of
from portal.records.batch import Batch, Nonconformity
from tests.breaking import break_in
from tests.stage import sql, stored
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
NAME = "初始污染菌"
AT = now() - timedelta(hours=2)
PIECES = [Item(Thing.UNIT, f"P-{each:03}") for each in range(1, 61)]


@pytest.fixture
def planned(world, batch):
    """60 pieces; level II, AQL 2.5: letter F, 20 pieces, of which one may fail."""
    break_in("definition_inspection", "batch")
    _plan("sampled", "II", "2.5")
    sql("UPDATE batch SET planned = 60, put_in = NULL, scrapped = NULL WHERE number = :number", number=batch("opened"))


def _plan(coverage, level=None, aql=None):
    sql(
        "UPDATE definition_inspection SET coverage = :coverage, level = :level, aql = :aql "
        "WHERE characteristic = :name",
        coverage=coverage,
        level=level,
        aql=aql,
        name=NAME,
    )


@pytest.fixture
def made(tell, planned, batch):
    assert tell(Act(Deed.COMMISSION, "row 1", AT, batch=batch("opened"), makes=PIECES)).written


@pytest.fixture
def inspect(tell, batch):
    """``inspect(values, first=1)``: one act for each piece, from that one on."""

    def _inspect(values, first=1, after=0):
        acts = [
            Act(
                Deed.INSPECT,
                f"row {place}",
                AT + timedelta(seconds=after + place),
                batch=batch("opened"),
                operator="车工甲（演示）",
                values=(Value(f"row {place}, D", NAME, value, subject=PIECES[place - 1]),),
            )
            for place, value in enumerate(values, start=first)
        ]
        outcome = tell(*acts)
        assert not outcome.faults, outcome.faults

    return _inspect


@pytest.fixture
def verdict(as_, world):
    def _verdict(house="chengyue"):
        with as_(house):
            of = session.get_one(Batch, world.batch["opened"])
            return next(each for each in inspections_of([of])[of.id] if each.line.characteristic == NAME)

    return _verdict


def test_a_sample_from_the_size_of_the_lot_accepts_it_and_both_sides_see_so(inspect, made, verdict):
    inspect(["20"] * 19)
    assert (verdict().judged.verdict, verdict().lot.inspected, verdict().lot.size) == (Verdict.OPEN, 19, 60)

    inspect(["150"], first=20)

    for house in ("chengyue", "hengrui"):
        found = verdict(house)
        assert (found.judged.plan.letter, found.judged.plan.size, found.judged.plan.accept) == ("F", 20, 1)
        assert (found.judged.verdict, found.judged.by) == (Verdict.ACCEPTED, By.SAMPLE)
        assert (found.judged.severity, found.judged.failed) == (Severity.NORMAL, 1)


@SQLITE
def test_a_piece_inspected_twice_is_one_piece_and_its_first_result_counts(inspect, made, verdict):
    inspect(["150"] * 2)
    inspect(["20"] * 2, after=60)
    found = verdict()
    assert (found.lot.inspected, found.judged.failed, found.judged.verdict) == (2, 2, Verdict.REFUSED)
    assert found.lot.unsettled == 2


@SQLITE
def test_results_that_name_no_piece_are_one_each_until_some_name_theirs(tell, inspect, made, verdict, batch):
    values = [Value(f"row 1, {each}", NAME, "20") for each in range(20)]
    tell(Act(Deed.INSPECT, "row 1", AT, batch=batch("opened"), operator="车工甲（演示）", values=values))
    assert verdict().judged.verdict is Verdict.ACCEPTED
    inspect(["20"])
    assert (verdict().lot.inspected, verdict().judged.verdict) == (1, Verdict.OPEN)


def test_a_lot_not_accepted_waits_and_passes_once_every_piece_conforms(tell, inspect, made, verdict, batch, world, as_):
    inspect(["150", "150"])
    assert verdict().judged.verdict is Verdict.REFUSED
    raised = "SELECT count(*) FROM nonconformity WHERE title = :name AND batch_id = :batch"
    about = {"name": NAME, "batch": stored(world.batch["opened"])}
    assert sql(raised, **about)[0][0] == 1

    inspect(["20"] * 58, first=3)
    assert verdict().judged.verdict is Verdict.REFUSED
    tell(Act(Deed.SCRAP, "row 90", AT + timedelta(minutes=9), batch=batch("opened"), touches=PIECES[:1]))
    rework = Act(
        Deed.REWORK,
        "row 91",
        AT + timedelta(minutes=10),
        batch=batch("opened"),
        operation="cleaning",
        operator="清洗工甲（演示）",
        second="清洗工乙（演示）",
        touches=PIECES[1:2],
    )
    assert not tell(rework).faults
    assert verdict().lot.unsettled == 1
    inspect(["20"], first=2, after=1000)

    assert (verdict().judged.verdict, verdict().judged.by) == (Verdict.ACCEPTED, By.EVERY_PIECE)
    assert sql(raised, **about)[0][0] == 1


@SQLITE
def test_what_the_registrant_lets_pass_by_its_disposition_passes(inspect, made, verdict, world):
    inspect(["150", "150"])
    break_in("nonconformity")
    sql(
        "UPDATE nonconformity SET state = 'closed', disposition = 'scrap', closed_at = raised_at WHERE title = :name",
        name=NAME,
    )
    assert verdict().judged.verdict is Verdict.REFUSED
    sql("UPDATE nonconformity SET disposition = 'concession' WHERE title = :name", name=NAME)
    assert (verdict().judged.verdict, verdict().judged.by) == (Verdict.ACCEPTED, By.DISPOSITION)


@SQLITE
def test_where_every_piece_is_to_be_inspected_one_left_out_keeps_the_lot_open(inspect, made, verdict):
    _plan("every_piece")
    inspect(["20"] * 59)
    assert (verdict().judged.verdict, verdict().judged.plan.size) == (Verdict.OPEN, 60)
    inspect(["20"], first=60)
    assert verdict().judged.verdict is Verdict.ACCEPTED


@SQLITE
def test_a_definition_without_plans_asks_for_nothing_more(world, as_):
    with as_("hengrui"):
        of = session.get_one(Batch, world.batch["opened"])
        assert inspections_of([of]) == {of.id: []}
        assert not session.query(Nonconformity).filter_by(title=NAME).count()


@SQLITE
def test_what_was_taken_back_was_never_inspected(tell, inspect, made, verdict, batch):
    wrong = Act(
        Deed.INSPECT,
        "row 1",
        AT,
        batch=batch("opened"),
        operator="车工甲（演示）",
        ref="R-1",
        values=(Value("row 1, D", NAME, "150", subject=PIECES[0]),),
    )
    tell(wrong)
    assert verdict().judged.failed == 1
    tell(replace(wrong, ref="R-2", corrects="R-1", reason="misread", values=(replace(wrong.values[0], value="15"),)))
    assert (verdict().judged.failed, verdict().lot.inspected) == (0, 1)
