"""B2MML of ISA-95: batch production records and lots as acts, each with its place; what is not that is refused."""

from datetime import datetime

import pytest

from agreements.b2mml import told_in
from agreements.tables import Unreadable
from workflows.acts import Item, Quantity
from workflows.lineage import Deed, Thing

V7, V6 = "http://www.mesa.org/xml/B2MML", "http://www.mesa.org/xml/B2MML-V0600"
LOT = Item(Thing.LOT, "TI-24-007")
SEGMENT = """<SegmentResponse>
  <ID>SR-1</ID><ProcessSegmentID>钝化</ProcessSegmentID>
  <ActualStartTime>2026-11-20T08:00:00+08:00</ActualStartTime><ActualEndTime>2026-11-20T08:30:00</ActualEndTime>
  <SegmentData><ID>槽液温度</ID><Value><ValueString>51.5</ValueString><UnitOfMeasure>°C</UnitOfMeasure></Value></SegmentData>
  <PersonnelActual><PersonID>王强</PersonID></PersonnelActual><PersonnelActual><PersonID>李梅</PersonID></PersonnelActual>
  <EquipmentActual><EquipmentID>PA-01</EquipmentID></EquipmentActual>
  <MaterialActual><MaterialLotID>TI-24-007</MaterialLotID><MaterialUse>Consumed</MaterialUse>
    <Quantity><QuantityString>2.5</QuantityString><UnitOfMeasure>kg</UnitOfMeasure></Quantity></MaterialActual>
  <MaterialActual><MaterialLotID>B-1</MaterialLotID><MaterialUse>Produced</MaterialUse></MaterialActual>
</SegmentResponse>"""


def record(*segments, namespace=V7):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<BatchProductionRecord xmlns="{namespace}"><BatchID>B-1</BatchID><ProductionPerformances><ProductionPerformance>
<ProductionResponse>{"".join(segments)}</ProductionResponse>
</ProductionPerformance></ProductionPerformances></BatchProductionRecord>""".encode()


@pytest.mark.parametrize("namespace", [V7, V6])
def test_a_segment_is_a_step_with_all_that_it_says(namespace):
    told = told_in(record(SEGMENT, namespace=namespace))
    (act,) = told.acts.values()

    assert (told.faults, act.kind, act.batch, act.step) == ([], Deed.STEP, "B-1", "钝化")
    assert act.began_at == datetime.fromisoformat("2026-11-20T08:00:00+08:00")
    assert act.ended_at == datetime.fromisoformat("2026-11-20T08:30:00+08:00")  # of China where no zone is written
    assert (act.equipment, act.operator, act.second) == ("PA-01", "王强", "李梅")
    assert (act.uses, act.quantities) == ((LOT,), {LOT: Quantity("2.5", "kg")})
    assert [(each.name, each.value, each.unit) for each in act.values] == [("槽液温度", "51.5", "°C")]
    assert act.place.startswith("line 3: /BatchProductionRecord/")
    assert act.place.endswith("/ProductionResponse/SegmentResponse")
    assert told.rows_of[act.place] == [3]


def test_it_is_known_again_by_its_number_and_told_otherwise_it_contradicts():
    otherwise = SEGMENT.replace("51.5", "52.5")
    once, twice, against = (told_in(record(*each)) for each in ((SEGMENT,), (SEGMENT, SEGMENT), (SEGMENT, otherwise)))

    assert once.acts.keys() == twice.acts.keys() == against.acts.keys()
    assert (twice.twice, twice.faults) == (1, [])
    (fault,) = against.faults
    assert "SegmentResponse[2]" in fault.place
    assert "contradicts line 3" in str(fault.says)


def test_results_of_a_lot_are_an_inspection_of_it():
    told = told_in(
        f"""<MaterialInformation xmlns="{V7}"><PublishedDate>2026-11-01T09:00:00Z</PublishedDate>
<MaterialLot><ID>TI-24-007</ID><MaterialLotProperty><ID>抗拉强度</ID><Value><ValueString>930</ValueString>
<UnitOfMeasure>MPa</UnitOfMeasure></Value></MaterialLotProperty></MaterialLot></MaterialInformation>""".encode()
    )
    (act,) = told.acts.values()

    assert (act.kind, act.touches) == (Deed.INSPECT, (LOT,))
    assert [(each.name, each.value, each.subject) for each in act.values] == [("抗拉强度", "930", LOT)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("<ActualStartTime>2026-11-20T08:00:00+08:00</ActualStartTime>", "", "no ActualStartTime"),
        ("2026-11-20T08:00:00+08:00", "20.11.2026", "is no moment"),
        ("2026-11-20T08:00:00+08:00", "2026-02-30T08:00:00+08:00", "is no moment"),
        ("<ProcessSegmentID>钝化</ProcessSegmentID>", "", "which step it was"),
        ("<MaterialLotID>TI-24-007</MaterialLotID>", "", "names no MaterialLotID"),
        ("<ValueString>51.5</ValueString>", "", "an ID and a ValueString"),
    ],
)
def test_what_is_wrong_in_one_costs_no_other(old, new, says):
    good = SEGMENT.replace("SR-1", "SR-2")
    told = told_in(record(SEGMENT.replace(old, new), good))

    assert len(told.acts) == 1
    (fault,) = told.faults
    assert says in str(fault.says)
    assert "SegmentResponse[1]" in fault.place


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'<!DOCTYPE x SYSTEM "http://evil.example/x.dtd"><BatchProductionRecord/>', "DOCTYPE"),
        (b"<x/>", "is no B2MML"),
        (b"<BatchProductionRecord", "not XML"),
        (f'<Person xmlns="{V7}"/>'.encode(), "none of"),
        (f'<MaterialLot xmlns="{V7}">'.encode() + b"<a>" * 70 + b"</a>" * 70 + b"</MaterialLot>", "too deeply"),
        (f'<MaterialLot xmlns="{V7}">'.encode() + b"<a/>" * 200_001 + b"</MaterialLot>", "more than 200000"),
    ],
)
def test_what_is_no_such_document_is_refused_whole(content, says):
    with pytest.raises(Unreadable, match=says):
        told_in(content)
