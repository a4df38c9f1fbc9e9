"""A plant sends what it has: each encoding, each separator, each workbook; what cannot be read says where and why."""

import tracemalloc
from datetime import datetime

import pytest

from agreements.tables import Kind, Unreadable, opened
from agreements.tables.cells import MOST_COLUMNS, letters
from tests.agreements.tables.books import altered, lines_of, words_of, workbook

SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_table_in_text_is_read_whatever_it_was_saved_as(encoding, separator, newline):
    rows = [["批号", "用量", "备注"], ["B2611-01", "3.5", "首件"], ["B2611-02", "4", ""]]
    text = newline.join(separator.join(row) for row in rows) + newline

    assert words_of(text.encode(encoding)) == rows


def test_a_quotation_mark_left_open_costs_its_own_row():
    lines = lines_of('批号;备注\nB1;"a; ""b"""\nB2;"open\nB3;ok\n'.encode())

    assert [[cell.text for cell in line.cells] for line in lines] == [
        ["批号", "备注"],
        ["B1", 'a; "b"'],
        [],
        ["B3", "ok"],
    ]
    assert [line.number for line in lines if line.fault] == [3]


def test_bytes_that_are_no_text_cost_their_own_cell():
    lines = lines_of("批号,备注\nB1,".encode() + b"\xff\xff\nB2,ok\n")

    assert [cell.kind for cell in lines[1].cells] == [Kind.TEXT, Kind.BYTES]
    assert lines[2].cells[1].text == "ok"


def test_a_workbook_is_read_with_dates_numbers_and_all_its_sheets():
    def shape(book):
        book.create_sheet("第二张").append(["批号"])

    content = workbook(["时间", "值"], [datetime.fromisoformat("2026-11-23T08:30"), 0.1 + 0.2], [None, 12], shape=shape)
    first, second = opened(content)

    assert (first.name, second.name) == ("Sheet", "第二张")
    lines = list(first.lines)
    assert [tuple(cell[:2]) for cell in lines[1].cells] == [
        ("2026-11-23T08:30:00", Kind.MOMENT),
        ("0.3", Kind.NUMBER),
    ]
    assert [line.number for line in lines] == [1, 2, 3]
    assert [cell.text for line in second.lines for cell in line.cells] == ["批号"]


def test_merged_cells_hold_what_stands_in_the_first_of_them():
    def shape(book):
        book.active.merge_cells("A2:A3")
        book.active.merge_cells("A1:B1")

    lines = lines_of(workbook(["标题"], ["B1", 1], [None, 2], ["B2", 3], shape=shape))

    assert [[cell.text for cell in line.cells] for line in lines] == [
        ["标题", "标题"],
        ["B1", "1"],
        ["B1", "2"],
        ["B2", "3"],
    ]
    assert [line.cells[0].spread for line in lines] == [False, False, True, False]


def test_a_formula_counts_by_its_value_and_one_saved_without_it_is_no_empty_cell():
    content = workbook(["=1+1", "=2+2", '=IF(1,"","")'])
    counted = altered(
        content,
        {
            SHEET: lambda xml: xml.replace(b"<f>2+2</f><v></v>", b"<f>2+2</f><v>4</v>").replace(
                b'<c r="C1"><f>', b'<c r="C1" t="str"><f>'
            )
        },
    )
    (line,) = lines_of(counted)

    assert [(cell.text, cell.kind) for cell in line.cells] == [
        ("", Kind.UNCOUNTED),
        ("4", Kind.NUMBER),
        ("", Kind.TEXT),
    ]


def test_a_number_that_lost_digits_and_a_cell_in_error_are_marked():
    lines = lines_of(workbook([369012345678901234, 12, "#DIV/0!"]))

    assert [cell.kind for cell in lines[0].cells] == [Kind.WORN, Kind.NUMBER, Kind.ERROR]


def test_a_stray_cell_far_down_is_read_without_what_is_not_there():
    def shape(book):
        book.active.cell(row=300_000, column=1, value="end")

    lines = lines_of(workbook(["批号"], shape=shape))

    assert [line.number for line in lines] == [1, 300_000]


@pytest.mark.parametrize(
    "content",
    [
        ("a," * 100_000).encode(),
        ("a,b\n" + "a," * 100_000).encode(),
        workbook([1] * (MOST_COLUMNS + 1)),
        workbook(["a"], shape=lambda book: book.active.cell(row=2, column=16_384, value="far")),
    ],
    ids=["csv", "csv-second-row", "xlsx", "xlsx-one-far-cell"],
)
def test_a_hundred_thousand_columns_are_refused_with_their_place(content):
    with pytest.raises(Unreadable, match="more than 500 columns") as refused:
        lines_of(content)

    assert refused.value.place in ("1", "2", "Sheet!1", "Sheet!2")


def test_a_cell_that_holds_a_book_is_refused_with_its_place():
    with pytest.raises(Unreadable, match="B2"):
        lines_of(b"a,b\n1," + b"x" * 5_000 + b"\n")

    assert lines_of(b"a,b\n1," + b"x" * 1_000_000 + b"\n")[1].fault


def test_an_archive_that_unpacks_to_far_more_is_refused_before_the_memory_goes():
    bomb = altered(workbook(["a"]), {SHEET: lambda _: b"<worksheet>" + b" " * (40 * 1024 * 1024)})
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="far larger than it looks"):
            opened(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_a_part_that_declares_entities_is_refused():
    doctype = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "b">]>'
    hostile = altered(workbook(["a"]), {SHEET: lambda xml: doctype + xml})

    with pytest.raises(Unreadable, match="declares a document type"):
        opened(hostile)


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 nothing", workbook(["a"])[:-40], b"\xd0\xcf\x11\xe0old"], ids=["no", "cut", "old"]
)
def test_what_is_no_whole_workbook_is_refused(content):
    with pytest.raises(Unreadable):
        lines_of(content)


def test_a_spreadsheet_names_its_columns_by_letters():
    assert [letters(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
