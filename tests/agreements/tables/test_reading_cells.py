"""A date in whatever form is the same moment; what can be read in two ways is told and never guessed."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.tables import Cell, Kind
from agreements.tables.reading import CHINA, Unclear, amount, moment, number, word

EARLIEST = datetime(1990, 1, 1, tzinfo=CHINA)
HALF_PAST_EIGHT = datetime(2026, 11, 23, 8, 30, tzinfo=CHINA)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 08:30",
        "2026/11/23 8:30:00",
        "2026.11.23 8:30",
        "2026年11月23日 8时30分",
        "2026年11月23日 上午8:30",
        "２０２６年１１月２３日　０８：３０",
        "20261123 0830",
        "202611230830",
        "20261123083000",
        "2026-11-23T08:30:00+08:00",
        "2026-11-23T00:30:00Z",
        "2026-11-23 08:30:00 AM",
    ],
)
def test_a_moment_is_read_in_every_form_that_puts_the_year_first(text):
    assert moment(Cell(text)) == HALF_PAST_EIGHT


@pytest.mark.parametrize("text", ["2026-11-23", "2026/11/23", "2026年11月23日", "20261123"])
def test_a_day_alone_begins_at_midnight_in_china(text):
    assert moment(Cell(text)) == datetime(2026, 11, 23, tzinfo=CHINA)


@pytest.mark.parametrize("text", ["03/04/2026", "3-4-26", "26/11/23", "23.11.2026", "4-Mar-2026", "03/04/2026 08:30"])
def test_what_may_be_day_or_month_is_told_with_the_way_to_write_it(text):
    with pytest.raises(Unclear, match="more than one way") as unclear:
        moment(Cell(text))

    assert "2026-11-23" in str(unclear.value.says)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2026-11-23 25:00", "1889-01-01", "20261332"])
def test_a_day_that_is_not_is_refused(text):
    with pytest.raises(Unclear, match="no day"):
        moment(Cell(text))


@pytest.mark.parametrize("text", ["", "bald", "2026-11", "08:30"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(Unclear, match="no moment"):
        moment(Cell(text))


def test_days_counted_by_a_workbook_are_counted_as_it_does():
    since_1900, since_1904 = Cell("46349.354166667", Kind.NUMBER), Cell("44887.354166667", Kind.NUMBER)

    assert moment(since_1900, since_1904=False) == moment(since_1904, since_1904=True) == HALF_PAST_EIGHT
    with pytest.raises(Unclear):
        moment(Cell("46349.354166667"))  # in a table of text a number is no day


def test_a_time_alone_is_of_the_day_beside_it():
    assert moment(Cell("8:30"), on=date(2026, 11, 23)) == HALF_PAST_EIGHT


@given(st.integers(0, 109 * 365 * 86_400).map(lambda seconds: EARLIEST + timedelta(seconds=seconds)))
def test_each_second_is_read_back_from_each_form(at):
    for form in ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H时%M分%S秒", "%Y%m%d%H%M%S"):
        assert moment(Cell(at.strftime(form))) == at


@given(st.text(max_size=30))
def test_no_text_breaks_the_readers(text):
    for reader in (moment, number, amount, word):
        for kind in set(Kind) - {Kind.MOMENT}:
            with suppress(Unclear):
                reader(Cell(text, kind))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("12.50", "12.50"),
        ("１２．５", "12.5"),
        ("-0.5", "-0.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.5E-3", "0.0015"),
        ("007", "7"),
    ],
)
def test_a_number_is_read_as_it_stands(text, read):
    assert number(Cell(text)) == read


def test_a_comma_that_may_part_thousands_or_decimals_is_told():
    with pytest.raises(Unclear, match=r"1234 or 1\.234"):
        number(Cell("1,234"))


def test_an_amount_may_carry_its_unit():
    assert amount(Cell("3.5 kg")) == ("3.5", "kg")
    assert amount(Cell("3公斤")) == ("3", "公斤")
    assert amount(Cell("3")) == ("3", "")


@pytest.mark.parametrize("kind", [Kind.ERROR, Kind.UNCOUNTED, Kind.WORN, Kind.BYTES])
def test_a_cell_that_holds_nothing_to_rely_on_says_what_to_do(kind):
    with pytest.raises(Unclear, match=r"file|column"):
        word(Cell("369012345678901234", kind))
