"""A spreadsheet of products: every good row is answered, every bad one is named, and none is lost."""

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.spreadsheet import COLUMNS, BadRow, Row, check_rows

HEADER = ",".join(COLUMNS)
GOOD = "Filter,13-07-03,III,true,false,false,false,false,other,2026-05-01"


def checked(*rows, header=HEADER, newline="\n"):
    text = newline.join([header, *rows]) + newline
    return list(check_rows(io.StringIO(text, newline="")))


def bad(*rows, **given):
    return [(each.number, each.column) for each in checked(*rows, **given) if isinstance(each, BadRow)]


def test_a_good_row_says_everything_and_can_be_written_as_json():
    (row,) = checked(GOOD)

    assert isinstance(row, Row)
    assert row.number == 2
    assert list(row.data) == ["product", "verdict", "catalogue", "rules", "questions"]
    assert (row.data["product"], row.data["verdict"]) == ("Filter", "not_prohibited")
    assert row.data["catalogue"] == "NMPA-2022-17"
    assert len(row.data["rules"]) == 14
    assert {frozenset(rule) for rule in row.data["rules"]} == {frozenset({"id", "met", "why"})}
    assert {rule["met"] for rule in row.data["rules"]} == {"false"}
    assert row.data["questions"] == []
    assert json.loads(json.dumps(row.data)) == row.data


@pytest.mark.parametrize(
    ("row", "verdict", "catalogue"),
    [
        ("Pacemaker,12-01-01,,,,,,,,2022-05-01", "prohibited", "NMPA-2022-17"),
        ("Pacemaker,12-01-01,,,,,,,,2022-04-30", "unknown", "CFDA-2014-18"),
        ("Graft,01-01-01,,,,,true,,,2014-09-26", "prohibited", "CFDA-2014-18"),
        ("Stent,13-07-02,III,true,false,false,false,false,peripheral,2026-05-01", "not_prohibited", "NMPA-2022-17"),
        ("Stent,13-07-02,III,true,false,false,false,false,unknown,2026-05-01", "unknown", "NMPA-2022-17"),
        ("Stent,13-07-02,III,true,false,false,false,false,coronary,2026-05-01", "prohibited", "NMPA-2022-17"),
        ("Stent,13-07,III,TRUE,False,fAlSe,false,false,Peripheral,2026-05-01", "unknown", "NMPA-2022-17"),
        ("Any,unknown,unknown,,,,,,,2026-05-01", "unknown", "NMPA-2022-17"),
    ],
)
def test_the_verdict_follows_code_attributes_and_day(row, verdict, catalogue):
    (found,) = checked(row)

    assert (found.data["verdict"], found.data["catalogue"]) == (verdict, catalogue)


def test_an_unknown_names_its_column_in_the_question():
    (row,) = checked("Stent,13-07-02,III,true,false,false,false,false,,2026-05-01")

    assert len(row.data["questions"]) == 1
    assert row.data["questions"][0].startswith("vascular_site: ")
    assert [rule["met"] for rule in row.data["rules"] if rule["id"] == "P22-07"] == ["unknown"]


def test_a_doubtful_covered_stent_carries_its_note():
    (row,) = checked("Covered stent,13-07-01,III,true,false,false,false,false,peripheral,2026-05-01")

    assert any("only a person" in rule["why"] for rule in row.data["rules"])


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (",13-07-03,III,true,false,false,false,false,other,2026-05-01", "product"),
        ("　 ,13-07-03,III,true,false,false,false,false,other,2026-05-01", "product"),
        ("A,13-07-3,III,true,false,false,false,false,other,2026-05-01", "code"),
        ("A,23-01-01,III,true,false,false,false,false,other,2026-05-01", "code"),
        ("A,6846,III,true,false,false,false,false,other,2026-05-01", "code"),
        ("A,13-07-03,IV,true,false,false,false,false,other,2026-05-01", "device_class"),
        ("A,13-07-03,III,yes,false,false,false,false,other,2026-05-01", "is_implantable"),
        ("A,13-07-03,III,true,0,false,false,false,other,2026-05-01", "contains_animal_origin_material"),
        ("A,13-07-03,III,true,false,n/a,false,false,other,2026-05-01", "directly_from_animal_tissue"),
        ("A,13-07-03,III,true,false,false,否,false,other,2026-05-01", "is_allogeneic"),
        ("A,13-07-03,III,true,false,false,false,1,other,2026-05-01", "contains_allogeneic_material"),
        ("A,13-07-03,III,true,false,false,false,false,leg,2026-05-01", "vascular_site"),
        ("A,13-07-03,III,true,false,false,false,false,other,", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,unknown", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,2026-5-1", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,2026/05/01", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,20260501", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,2026-02-30", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,2014-09-25", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other,0000-00-00", "on"),
        ("A,13-07-03,III,true,false,false,false,false,other", "on"),
        ("A", "code"),
        ("A,13-07-03,III,true,false,false,false,false,other,2026-05-01,", "on"),
        ("A,B,13-07-03,III,true,false,false,false,false,other,2026-05-01", "on"),
        ("A\0,13-07-03,III,true,false,false,false,false,other,2026-05-01", "product"),
        ("A,13-07-03,III,true,fa\0lse,false,false,false,other,2026-05-01", "contains_animal_origin_material"),
        ('"A,13-07-03,III,true,false,false,false,false,other,2026-05-01', "product"),
        ('A,"13-07-03,III,true,false,false,false,false,other,2026-05-01', "code"),
        ('A,"13-07"-03,III,true,false,false,false,false,other,2026-05-01', "code"),
    ],
)
def test_a_bad_row_names_its_number_and_column_and_costs_no_other_row(row, column):
    found = checked(GOOD, row, GOOD)

    assert [type(each).__name__ for each in found] == ["Row", "BadRow", "Row"]
    assert (found[1].number, found[1].column) == (3, column)
    assert f"row 3, column {column}: " in str(found[1])
    assert found[2].number == 4


def test_a_bad_cell_is_told_what_is_expected():
    (fault,) = checked("A,13-07-03,III,maybe,false,false,false,false,other,2026-05-01")

    assert str(fault) == "row 2, column is_implantable: Write true, false or unknown, not “maybe”."


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        ("", [(1, None)]),
        (HEADER.replace(",on", ""), [(1, "on")]),
        (HEADER + ",colour", [(1, "colour")]),
        (HEADER + ",code", [(1, "code")]),
        (HEADER + ",", [(1, "(empty)")]),
        (HEADER.replace("code", "Kode"), [(1, "kode"), (1, "code")]),
        (HEADER.replace(",", "\t"), [(1, HEADER.replace(",", "\t")[:40]), *((1, name) for name in COLUMNS)]),
        (HEADER.replace(",", ";"), [(1, HEADER.replace(",", ";")[:40]), *((1, name) for name in COLUMNS)]),
    ],
)
def test_a_wrong_header_is_told_before_any_row_is_read(header, faults):
    found = checked(GOOD, header=header)

    assert all(isinstance(each, BadRow) for each in found)
    assert [(each.number, each.column) for each in found] == faults


def test_an_empty_file_has_no_header():
    assert [(each.number, each.column) for each in check_rows([])] == [(1, None)]


def test_columns_may_stand_in_any_order_and_in_capitals_with_spaces():
    names = [f" {name.upper()} " for name in reversed(COLUMNS)]
    (row,) = checked(",".join(reversed(GOOD.split(","))), header=",".join(names))

    assert row.data["verdict"] == "not_prohibited"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_any_line_ending_and_a_byte_order_mark_are_read(newline):
    found = checked(GOOD, GOOD, header="\ufeff" + HEADER, newline=newline)

    assert [each.number for each in found] == [2, 3]
    assert all(isinstance(each, Row) for each in found)


def test_a_byte_order_mark_before_a_quoted_header_is_read():
    quoted = ",".join(f'"{name}"' for name in COLUMNS)

    assert isinstance(checked(GOOD, header="\ufeff" + quoted)[0], Row)


def test_lines_without_line_ends_are_read_too():
    assert isinstance(next(check_rows([HEADER, GOOD])), Row)


def test_a_quoted_cell_may_hold_commas_marks_and_line_breaks():
    found = checked('"A ""fine"" filter,\nsecond line",' + GOOD.split(",", 1)[1], GOOD)

    assert [each.number for each in found] == [2, 3]
    assert found[0].data["product"] == 'A "fine" filter,\nsecond line'


def test_a_mark_inside_an_unquoted_cell_is_only_a_letter():
    found = checked('5" tube,' + GOOD.split(",", 1)[1], GOOD)

    assert [each.data["product"] for each in found] == ['5" tube', "Filter"]


def test_two_open_quotation_marks_do_not_swallow_the_rows_between_them():
    open_row = '"' + GOOD
    found = checked(open_row, GOOD, GOOD, open_row, GOOD)

    assert [(each.number, type(each).__name__) for each in found] == [
        (2, "BadRow"), (3, "Row"), (4, "Row"), (5, "BadRow"), (6, "Row"),
    ]  # fmt: skip


def test_an_open_quotation_mark_at_the_top_of_a_long_file_costs_one_row():
    found = checked('"' + GOOD, *[GOOD] * 300)

    assert [type(each) for each in found] == [BadRow, *[Row] * 300]


def test_blank_lines_are_passed_but_counted():
    assert [each.number for each in checked("", GOOD, "", GOOD)] == [3, 5]


def test_full_width_spaces_and_letters_are_read_as_meant():
    (row,) = checked("　滤器　,１３－０７－０３,Ⅲ,ＴＲＵＥ, false ,\tfalse,false,false,other,２０２６-05-01")

    assert (row.data["product"], row.data["verdict"]) == ("滤器", "not_prohibited")


def test_bytes_that_are_not_utf_8_cost_only_their_row():
    raw = HEADER.encode() + b"\n" + GOOD.replace("Filter", "滤器").encode("gbk") + b"\n" + GOOD.encode()
    found = list(check_rows(io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8", errors="surrogateescape", newline="")))

    assert [type(each).__name__ for each in found] == ["BadRow", "Row"]
    assert (found[0].number, found[0].column) == (2, "product")
    assert "UTF-8" in str(found[0])


def test_a_cell_longer_than_any_spreadsheet_allows_costs_only_its_row():
    assert bad("x" * 200_000 + GOOD, GOOD) == [(2, "product")]


@given(st.lists(st.text(alphabet=st.sampled_from(list('a,"\t　\0滤1-\ufeff')), max_size=12), max_size=6))
def test_whatever_stands_in_a_file_no_line_is_lost_and_nothing_breaks(lines):
    found = checked(*lines, GOOD)

    assert sum(isinstance(each, Row) for each in found) == 1
    assert found[-1].data["product"] == "Filter"
    blank = sum(line in ("", "\ufeff") for line in lines)
    assert len(found) == len(lines) - blank + 1
