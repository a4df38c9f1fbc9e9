"""Rows become acts: their head is found, each field keeps its place, and the same row is known when it comes again."""

from datetime import datetime

import pytest

from agreements.tables import opened
from agreements.tables.heads import Head, found_head, proposed
from agreements.tables.mapping import Column, Mapped, mapped_from
from agreements.tables.reading import CHINA
from agreements.tables.telling import Told, told_by
from tests.agreements.tables.books import workbook
from workflows.acts import Item, Quantity, Value
from workflows.lineage import Deed, Thing

STEPS = ["批号", "工序", "设备编号", "操作人", "开始时间", "结束时间", "物料批号", "用量(kg)", "温度(℃)"]


def table(*rows, separator=","):
    return "\n".join(separator.join(map(str, row)) for row in rows).encode()


def read(content) -> tuple[Head, Mapped, Told]:
    sheet = opened(content)[0]
    lines = list(sheet.lines)
    head = found_head(lines)
    mapped = proposed(head, (line for line in lines if line.number > head.row))
    return head, mapped, told_by(sheet.name, head, mapped, lines, since_1904=sheet.since_1904)


def faults(told):
    return [(each.place, str(each.says)) for each in told.faults]


@pytest.mark.parametrize(
    ("heads", "sort"),
    [
        (STEPS, "steps"),
        (["Batch No.", "Operation", "Machine", "Start time", "End time"], "steps"),
        (["批号", "工序", "参数", "实测值", "单位", "采集时间"], "readings"),
        (["Batch", "Parameter", "Value", "Unit", "Timestamp"], "readings"),
        (["生产批号", "序列号", "UDI-DI", "打标日期"], "serials"),
        (["batch", "serial number", "GTIN", "marked at"], "serials"),
        (["序列号", "检验日期", "外径(mm)", "螺距(mm)", "结论"], "inspections"),
        (["箱号", "内装序列号", "装箱时间"], "packing"),
        (["parent SSCC", "child SSCC", "packed at"], "packing"),
        (["箱号", "收货单位", "发货日期", "发货单号"], "shipments"),
        (["序列号", "退货单位", "退货日期", "退货单号"], "returns"),
    ],
)
def test_what_a_sheet_is_about_is_proposed_from_its_head(heads, sort):
    rows = [heads, *[["12"] * len(heads)] * 3]
    head, mapped, _ = read(table(*rows))

    assert mapped.sort == sort
    assert list(mapped.faults()) == []
    assert head.row == 1


def test_the_head_may_stand_below_a_title_and_be_repeated_on_each_page():
    def shape(book):
        book.active.insert_rows(1, 2)
        book.active["A1"] = "恒锐精密 生产记录"
        book.active.merge_cells("A1:I1")

    row = ["B1", "车削", "CNC-01", "王强", "2026-11-20 08:00", "2026-11-20 09:00", "TI-01", 3.5, 21.5]
    head, mapped, told = read(workbook(STEPS, row, STEPS, ["B2", *row[1:]], shape=shape))

    assert head.row == 3
    assert mapped.columns[-1] == Column("温度(°C)", "values", "温度", "°C")
    assert [act.batch for act in told.acts.values()] == ["B1", "B2"]
    assert told.rows == 2


def test_a_step_keeps_all_it_was_told_with():
    row = ["Ｂ１", "车削", "CNC-01", "王强", "2026年11月20日 8:00", "9:30", "TI-01", "3.5kg", "２１．５"]
    _, _, told = read(table([*STEPS[:7], "用量", STEPS[8]], row))
    (act,) = told.acts.values()

    lot = Item(Thing.LOT, "TI-01")
    assert (act.kind, act.place, act.batch, act.step) == (Deed.STEP, "2", "B1", "车削")
    assert (act.equipment, act.operator) == ("CNC-01", "王强")
    assert act.began_at == datetime(2026, 11, 20, 8, tzinfo=CHINA)
    assert act.ended_at == datetime(2026, 11, 20, 9, 30, tzinfo=CHINA)
    assert (act.uses, act.quantities) == ((lot,), {lot: Quantity("3.5", "kg")})
    assert act.touches == (Item(Thing.BATCH, "B1"),)
    assert act.values == (Value("I2", "温度", "21.5", "°C"),)


def test_a_step_that_used_two_lots_is_one_act_of_two_rows():
    row = ["B1", "装配", "", "", "2026-11-20", "", "L1", "3", ""]
    told = read(table(STEPS, row, [*row[:6], "L2", "4", ""]))[2]

    (act,) = told.acts.values()
    assert [each.code for each in act.uses] == ["L1", "L2"]
    assert told.rows_of == {"2": [2, 3]}


def test_the_unit_may_stand_in_the_head_of_the_quantity():
    row = ["B1", "装配", "", "", "2026-11-20", "", "L1", "3", ""]
    (act,) = read(table(STEPS, row))[2].acts.values()

    assert act.quantities == {Item(Thing.LOT, "L1"): Quantity("3", "kg")}


def test_a_bad_row_is_told_with_its_cell_and_costs_no_other():
    good = ["B1", "车削", "", "", "2026-11-20 08:00", "", "", "", ""]
    told = read(
        table(
            STEPS,
            good,
            ["", *good[1:]],
            ["B3", *good[1:4], "03/04/2026", *good[5:]],
            ["B4", *good[1:6], "L1", "many", ""],
            ["B5", *good[1:6], "", "3", ""],
        )
    )[2]

    assert [act.batch for act in told.acts.values()] == ["B1"]
    assert [each[0] for each in faults(told)] == ["A3", "E4", "H5", "H6"]
    assert "more than one way" in faults(told)[1][1]


def test_a_quantity_merged_over_rows_is_nobodys():
    def shape(book):
        book.active.merge_cells("D2:D3")

    rows = [["批号", "工序", "物料批号", "用量(kg)", "开始时间"], ["B1", "车削", "L1", 3, "2026-11-20"]]
    told = read(workbook(*rows, ["B2", "车削", "L1", None, "2026-11-20"], shape=shape))[2]

    assert [each[0] for each in faults(told)] == ["Sheet!D3"]
    assert "merged over several rows" in faults(told)[0][1]


def test_the_same_row_is_known_again_wherever_it_stands_and_another_is_another():
    row = ["B1", "S1", "06901234567892", "2026-11-20"]
    heads = ["批号", "序列号", "UDI-DI", "打标日期"]
    first = read(table(heads, row))[2]
    later = read(workbook(["清单"], heads, ["B1", "S2", row[2], row[3]], [*row[:3], "2026年11月20日"]))[2]
    (act,) = first.acts.values()

    assert act.ref in later.acts
    assert later.acts[act.ref].began_at == act.began_at
    assert len(later.acts) == 2


def test_a_row_that_stands_there_twice_is_told_once_and_one_that_differs_is_a_fault():
    heads = ["批号", "序列号", "打标日期"]
    told = read(table(heads, ["B1", "S1", "2026-11-20"], ["B1", "S1", "2026-11-20"], ["B2", "S1", "2026-11-20"]))[2]

    assert (len(told.acts), told.twice) == (1, 1)
    assert faults(told) == [("4", "Row 2 tells the same in another way. Keep the one that is right.")]


def test_packages_devices_and_consignees_are_told_apart():
    packed = read(table(["箱号", "内装", "装箱时间"], ["(00)369012345678901234", "S1", "2026-11-20"]))[2]
    nested = read(table(["箱号", "内装", "装箱时间"], ["00369012345678901234", "369012345678901241", "2026-11-20"]))[2]
    sent = read(table(["箱号", "收货单位", "发货日期"], ["369012345678901234", "市一院", "2026-11-20"]))[2]
    box = Item(Thing.PACKAGE, "369012345678901234")

    (put,), (deeper,), (left,) = (list(each.acts.values()) for each in (packed, nested, sent))
    assert (put.package, put.moves) == (box, (Item(Thing.UNIT, "S1"),))
    assert (deeper.package, deeper.moves) == (box, (Item(Thing.PACKAGE, "369012345678901241"),))
    assert (left.moves, left.party) == ((box,), Item(Thing.PARTY, "市一院"))


def test_results_are_bound_to_the_device_they_were_taken_from():
    told = read(table(["批号", "序列号", "检验日期", "外径(mm)", "结论"], ["B1", "S1", "2026-11-20", "4.02", "合格"]))[
        2
    ]
    (act,) = told.acts.values()
    device = Item(Thing.UNIT, "S1", batch="B1")

    assert act.touches == (device,)
    assert [(each.place, each.name, each.value, each.unit, each.subject) for each in act.values] == [
        ("D2", "外径", "4.02", "mm", device),
        ("E2", "result", "合格", "", device),
    ]


def test_a_mapping_says_what_is_wrong_with_it():
    mapped = Mapped("serials", (Column("批号", "batch"), Column("批号 2", "batch")))

    assert [str(each) for each in mapped.faults()] == [
        "Two columns are both taken for “Batch number”. Choose one.",
        "No column is taken for “Serial number”. Choose one.",
        "One of these must have a column: Day / When.",
    ]
    assert mapped_from(mapped.as_data()) == mapped


def test_the_mark_of_a_head_is_the_same_for_the_same_columns_only():
    one, same, other = (
        Head(row, names) for row, names in ((1, ("批号", "值")), (4, ("批 号", "值")), (1, ("值", "批号")))
    )

    assert one.mark == same.mark != other.mark
