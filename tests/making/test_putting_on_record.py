"""What a plant tells of making is looked up, judged and written once: GMP 2025 art. 81, 82; Inspection guide 7.22."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import now, session
from portal.records.batch import Batch, Nonconformity
from portal.records.lineage import Activity, Node, Reading
from portal.records.material_lot import MaterialLot
from portal.verifying import verify
from tests.breaking import break_in
from tests.stage import as_the_verifier, sql, stored
from workflows.acts import Act, Item, Quantity, Value
from workflows.judging import Judgement
from workflows.lineage import JUDGEMENTS, Deed, Thing

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
TURNER, WASHER, SECOND = "车工甲（演示）", "清洗工甲（演示）", "清洗工乙（演示）"
AT = now() - timedelta(hours=2)
S1, S2 = (Item(Thing.UNIT, each) for each in ("S-1", "S-2"))
BOX = Item(Thing.PACKAGE, "X-1")


@pytest.fixture
def milling(batch):
    return Act(
        Deed.STEP,
        "row 2",
        AT,
        AT + timedelta(hours=1),
        batch=batch("opened"),
        step="数控精铣",
        equipment="EQ-001",
        operator=TURNER,
        values=(Value("row 2, column H", "板厚", "4.00", "mm"),),
    )


@pytest.fixture
def passivation(batch):
    return Act(
        Deed.STEP,
        "row 3",
        AT,
        batch=batch("opened"),
        step="钝化",
        equipment="EQ-004",
        area="M-01",
        operator=WASHER,
        second=SECOND,
        values=(Value("row 3, column J", "槽液温度", "52", "°C"),),
    )


@pytest.fixture
def pieces(batch):
    return Act(Deed.COMMISSION, "row 9", AT, batch=batch("opened"), makes=(S1, S2))


def refused(outcome, place, *words):
    assert outcome.recorded is None
    (fault,) = outcome.faults
    assert fault.place == place
    assert all(word in str(fault.says) for word in words), str(fault.says)


def expire_calibrations():
    break_in("equipment_proof")
    sql("UPDATE equipment_proof SET done_on = '2020-01-01', due_on = '2020-12-31' WHERE kind = 'calibration'")


def with_value(act, **changes):
    return replace(act, values=(replace(act.values[0], **changes),))


def test_a_step_is_on_record_with_who_did_it_where_and_on_what(tell, milling, passivation, as_, world):
    outcome = tell(milling, passivation)

    assert outcome.written == ["row 2", "row 3"]
    with as_("chengyue"):
        milled, bathed = (session.get_one(Activity, each) for each in outcome.recorded.deeds)
        assert (milled.label, milled.equipment, milled.operator) == ("数控精铣", "EQ-001", TURNER)
        assert (milled.equipment_id, milled.step_id is not None) == (world.lathe, True)
        assert (bathed.second, bathed.area, bathed.area_id) == (SECOND, "M-01", world.hall)
        read = session.scalars(select(Reading).where(Reading.activity == milled.id)).one()
        assert (read.name, read.micro, read.unit) == ("板厚", 4_000_000, "mm")
        assert (read.judgement, read.came_from) == (JUDGEMENTS[Judgement.INSIDE], "row 2, column H")


@SQLITE
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"batch": "B-0000"}, ["no batch B-0000"]),
        ({"step": "锻造"}, ["no step “锻造”", "数控精铣"]),
        ({"equipment": "EQ-999"}, ["no equipment EQ-999"]),
        ({"equipment": "EQ-006", "operation": "marking"}, ["was in service", "EQ-006"]),
        ({"equipment": "EQ-002", "operation": "machining"}, ["serves this operation", "EQ-002"]),
        ({"operator": "访客"}, ["trained and authorised", "访客"]),
        ({"operator": ""}, ["trained and authorised", "Nobody is named"]),
        ({"area": "Z-9"}, ["no room Z-9"]),
        ({"began_at": AT + timedelta(days=9), "ended_at": None}, ["future"]),
        ({"ended_at": AT - timedelta(hours=1)}, ["ends before it begins"]),
    ],
)
def test_what_could_not_be_carried_out_so_is_refused_with_its_reason(tell, milling, changes, words):
    refused(tell(replace(milling, **changes)), "row 2", *words)


@SQLITE
def test_what_a_step_is_and_how_clean_its_room_follows_from_the_definition(tell, milling):
    by_hand = replace(milling, equipment="", operation="")
    refused(tell(by_hand), "row 2", "Which operation is")

    break_in("definition_step")
    sql("UPDATE definition_step SET operation = 'machining' WHERE name = '数控精铣'")
    refused(tell(replace(by_hand, operation="polishing")), "row 2", "calls “数控精铣” Machining, not Polishing")
    assert tell(by_hand).written

    sql("UPDATE definition_step SET grade = '10000' WHERE name = '数控精铣'")
    refused(tell(replace(milling, ref="two")), "row 2", "as clean as the step asks for", "10000")
    refused(tell(replace(milling, ref="two", area="M-01")), "row 2", "as clean as the step asks for")


@SQLITE
def test_a_special_process_wants_a_second_person_and_a_calibrated_bath(tell, passivation):
    refused(tell(replace(passivation, second="")), "row 3", "second person")
    refused(tell(replace(passivation, second=WASHER)), "row 3", "second person")
    expire_calibrations()
    refused(tell(passivation), "row 3", "was calibrated", "EQ-004")


@SQLITE
def test_an_instrument_out_of_calibration_measures_nothing(tell, milling):
    measured = with_value(milling, instrument="M-001")
    assert tell(measured).written
    expire_calibrations()
    refused(tell(replace(measured, ref="another")), "row 2", "was calibrated", "M-001")


@SQLITE
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "硬度"}, ["lays down no 硬度", "板厚"]),
        ({"value": "四"}, ["no decimal number"]),
        ({"value": "1e3"}, ["no decimal number"]),
        ({"unit": "kg"}, ["laid down in mm", "kg"]),
        ({"at": AT + timedelta(days=1)}, ["lies in the future"]),
        ({"instrument": "M-404"}, ["no equipment M-404"]),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_its_place(tell, milling, changes, words):
    outcome = tell(with_value(milling, **changes))
    assert outcome.faults[0].place in ("row 2, column H", "row 2")
    refused(outcome, outcome.faults[0].place, *words)


@SQLITE
def test_a_unit_that_measures_the_same_is_brought_to_that_of_the_definition(tell, milling, as_):
    outcome = tell(with_value(milling, value="0.4", unit="cm"))
    with as_("hengrui"):
        read = session.scalars(select(Reading).where(Reading.activity == outcome.recorded.deeds[0])).one()
        assert (read.micro, read.unit) == (4_000_000, "mm")


def test_out_of_specification_opens_one_nonconformity_and_the_batch_waits(tell, milling, as_, world):
    tell(with_value(milling, value="4.06"))
    tell(replace(with_value(milling, value="4.07"), ref="again"))

    with as_("chengyue"):
        found = session.scalars(select(Nonconformity).where(Nonconformity.batch_id == world.batch["opened"])).all()
        assert [each.title for each in found] == ["板厚"]
        assert "4.06 mm" in found[0].description


def test_out_of_warning_is_told_to_the_registrant_and_holds_nothing(tell, milling, world):
    tell(with_value(milling, value="4.04"))

    told = sql("SELECT for_id FROM notice WHERE detail = 'batch.warned'")
    assert len(told) == 1
    assert not sql("SELECT id FROM nonconformity WHERE title = '板厚'")


@SQLITE
@pytest.mark.parametrize(
    ("name", "value", "judgement"),
    [
        ("外观与标识", "无划痕、毛刺，标识清晰", Judgement.INSIDE),
        ("外观与标识", "PASS", Judgement.INSIDE),
        ("外观与标识", "有划痕", Judgement.OUT),
        ("外观与标识", "不合格", Judgement.OUT),
        ("初始污染菌", "100", Judgement.INSIDE),
        ("初始污染菌", "100.5", Judgement.OUT),
        ("封口完整性", "无渗漏通道", Judgement.INSIDE),
    ],
)
def test_a_result_is_judged_by_the_range_or_the_words_of_its_criterion(
    tell, batch, as_, pieces, name, value, judgement
):
    tell(pieces)
    result = Value("row 5, column D", name, value, subject=S1)
    inspection = Act(Deed.INSPECT, "row 5", AT, batch=batch("opened"), operator=TURNER, values=(result,))

    outcome = tell(inspection)

    with as_("hengrui"):
        read = session.scalars(select(Reading).where(Reading.activity == outcome.recorded.deeds[0])).one()
        assert read.judgement == JUDGEMENTS[judgement]
        assert session.get_one(Node, read.subject).code == "S-1"


def test_the_same_three_times_is_one_state(tell, milling, pieces):
    first = tell(milling, pieces)
    before = sql("SELECT count(*) FROM node"), sql("SELECT count(*) FROM recording")
    for _ in range(2):
        again = tell(replace(milling, place="row 40"), pieces)
        assert (again.recorded, again.known) == (None, ["row 40", "row 9"])
    assert (sql("SELECT count(*) FROM node"), sql("SELECT count(*) FROM recording")) == before
    assert first.written == ["row 2", "row 9"]


def test_a_contradiction_is_asked_about_and_overwrites_nothing(tell, milling, as_):
    first = tell(milling)
    other = tell(with_value(milling, value="3.99"))

    (question,) = other.questions
    assert (other.recorded, question.place, question.deed) == (None, "row 2", first.recorded.deeds[0])

    right = replace(with_value(milling, value="3.99"), ref="mended", corrects=_ref(first), reason="misread")
    assert tell(right).written
    with as_("hengrui"):
        struck, stands = session.execute(select(Reading.micro, Reading.struck_by).order_by(Reading.activity)).all()[-2:]
        assert (struck[0], struck[1] is not None) == (4_000_000, True)
        assert tuple(stands) == (3_990_000, None)


def _ref(outcome):
    return sql("SELECT ref FROM activity WHERE id = :deed", deed=outcome.recorded.deeds[0])[0][0]


@SQLITE
def test_a_correction_names_what_it_corrects_and_why(tell, milling):
    refused(tell(replace(milling, corrects="nothing", reason="x")), "row 2", "no act nothing")
    tell(replace(milling, ref="A"))
    refused(tell(replace(milling, ref="B", corrects="A")), "row 2", "gives its reason")


@SQLITE
def test_a_bad_row_costs_no_good_one(tell, milling, passivation, pieces):
    outcome = tell(milling, replace(passivation, equipment="EQ-999"), pieces)

    assert outcome.written == ["row 2", "row 9"]
    assert [each.place for each in outcome.faults] == ["row 3"]


@SQLITE
def test_what_rests_on_a_bad_row_is_told_too(tell, pieces):
    packing = Act(Deed.PACK, "row 10", AT, package=BOX, moves=(S1,))
    outcome = tell(replace(pieces, batch="B-0000"), packing)

    assert outcome.recorded is None
    assert [each.place for each in outcome.faults] == ["row 9", "row 10"]
    assert "no serial number S-1" in str(outcome.faults[1].says)


def test_pieces_are_made_packed_and_found_under_their_identifier(tell, pieces, as_, world):
    tell(pieces, Act(Deed.PACK, "row 10", AT, package=BOX, moves=(S1, S2)))

    with as_("chengyue"):
        found = session.scalars(select(Node).where(Node.code == "S-1", Node.kind == Thing.UNIT.value)).one()
        keys = sql("SELECT key FROM trade_item WHERE is_primary AND entrustment_id = :id", id=stored(world.entrustment))
        assert (found.item,) in [tuple(each) for each in keys]
        assert session.get_one(Node, found.batch).record_id == world.batch["opened"]


@SQLITE
def test_a_serial_number_is_given_once_whatever_file_says_so(tell, pieces):
    tell(pieces)
    refused(tell(replace(pieces, ref="later", makes=(S2,))), "row 9", "S-2", "already")
    refused(tell(replace(pieces, ref="twice", makes=(Item(Thing.UNIT, "S-3"),) * 2)), "row 9", "named twice")


@SQLITE
def test_nothing_of_a_batch_that_is_not_released_for_marketing_is_shipped(tell, pieces):
    shipment = Act(Deed.SHIP, "row 11", AT, moves=(BOX,), party=Item(Thing.PARTY, "江苏示例医院"))
    packing = Act(Deed.PACK, "row 10", AT, package=BOX, moves=(S1,))

    outcome = tell(pieces, packing, shipment)
    assert outcome.written == ["row 9", "row 10"]
    assert "B2611-01 is not released for marketing" in str(outcome.faults[0].says)
    refused(tell(shipment), "row 11", "B2611-01 is not released")


def test_what_is_on_the_market_is_shipped_and_returned(tell, batch, as_):
    piece = Item(Thing.UNIT, f"{batch('marketing_released')}0001")
    hospital = Item(Thing.PARTY, "江苏示例医院")
    box = Item(Thing.PACKAGE, f"{batch('marketing_released')}-X1")
    outcome = tell(
        Act(Deed.RETURN, "row 1", AT, moves=(box,), party=hospital),
        Act(Deed.UNPACK, "row 2", AT, package=box, moves=(piece,)),
        Act(Deed.SHIP, "row 3", AT + timedelta(minutes=5), moves=(piece,), party=hospital),
    )
    assert outcome.written == ["row 1", "row 2", "row 3"]


@SQLITE
def test_a_lot_that_is_not_accepted_is_not_used(tell, milling, world, as_):
    with as_("hengrui"):
        number = session.get_one(MaterialLot, world.lot_in_quarantine).number
    bar = Item(Thing.LOT, number)
    used = replace(milling, uses=(bar,), quantities={bar: Quantity("1", "kg")})
    refused(tell(used), "row 2", number, "accepted")


def test_what_is_taken_of_an_accepted_lot_is_counted_and_leads_to_its_batch(tell, milling, world, as_, batch):
    with as_("hengrui"):
        number = session.get_one(MaterialLot, world.lot_accepted).number
    bar = Item(Thing.LOT, number)
    used = replace(milling, uses=(bar,), quantities={bar: Quantity("500", "g")})

    outcome = tell(used)

    assert outcome.written == ["row 2"]
    (portion,) = sql("SELECT micro, unit FROM portion WHERE activity = :deed", deed=outcome.recorded.deeds[0])
    assert tuple(portion) == (500_000, "kg")
    with as_("chengyue"):
        assert session.get(MaterialLot, world.lot_accepted) is not None
    refused(tell(replace(used, ref="more", quantities={bar: Quantity("100000", "kg")})), "row 2", number, "are left")
    refused(tell(replace(used, ref="how much", quantities={})), "row 2", "How much of lot")


def test_what_is_on_record_verifies(tell, milling, passivation, pieces):
    tell(milling, passivation, pieces)
    with as_the_verifier() as connection:
        assert list(verify(connection)) == []


@SQLITE
def test_a_batch_is_bound_to_what_is_told_of_it(tell, milling, as_, world):
    with as_("hengrui"):
        before = session.get_one(Batch, world.batch["opened"]).making_hash
    tell(milling)
    with as_("hengrui"):
        assert session.get_one(Batch, world.batch["opened"]).making_hash not in (before, None)
