"""Codes of the agencies MA and AHM: as far as the sources say how they are written."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, PrintedDay, build, printed, read
from agreements.udi.ahm import FORM_CONFIDENCE
from agreements.udi.ma import CHECK_CHARACTER_CONFIDENCE, EXAMPLE_TEXT

ON = date(2026, 11, 23)
DI = "MA.156.M0.100000.0ABC0010"

words = st.text("".join(chr(sign) for sign in range(0x21, 0x7F) if chr(sign) != "."), min_size=1, max_size=30)
days = st.dates(date(1900, 1, 1), date(2199, 12, 31)).map(PrintedDay.of)
devices = st.builds(
    Identification,
    st.just(Agency.MA),
    di=st.from_regex(r"MA\.[0-9]{3}\.M0\.[0-9A-Z]{6}\.[0-9A-Z]{8}", fullmatch=True),
    lot=st.none() | words,
    serial=st.none() | words,
    made_on=st.none() | days,
    sterilisation_lot=st.none() | words,
    valid_until=st.none() | days,
    expires_on=st.none() | days,
)


@given(devices)
def test_what_is_built_and_what_is_printed_is_read_back(told):
    assert read(build(told, ON), ON) == told
    assert read(printed(told), ON) == told


def test_each_letter_has_its_meaning_and_d_is_the_lot_of_sterilisation():
    told = read(f"{DI}.LA213B1.S1234.M261123.DEO-77.V20281122.E281123", ON)

    assert told == Identification(
        Agency.MA,
        di=DI,
        lot="A213B1",
        serial="1234",
        made_on=PrintedDay(2026, 11, 23),
        sterilisation_lot="EO-77",
        valid_until=PrintedDay(2028, 11, 22),
        expires_on=PrintedDay(2028, 11, 23),
    )


def test_a_scanner_may_say_first_that_the_carrier_is_a_plain_one():
    assert read("]Q1" + EXAMPLE_TEXT, ON) == read("]d1" + EXAMPLE_TEXT, ON) == read(EXAMPLE_TEXT, ON)
    assert len(DI) == 25


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (DI[:-1], "not a code of the agency MA"),
        (DI + "1", "not a code"),
        (DI.lower().replace("ma", "MA"), "not a code"),
        (DI.replace("M0", "M1"), "not a code"),
        (DI + ".", "not a code"),
        (DI + ".L", "not a code"),
        (DI + ".X1", "not a code"),
        (DI + ".LA B", "not a code"),
        (DI + ".L批号", "not a code"),
        (DI + ".L" + "A" * 400, "not a code"),
        (DI + ".LA.LB", ".L is there twice"),
        (DI + ".M2611", "six digits"),
        (DI + ".M20260231", "no such day"),
        (DI + ".M261100", "no such day"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_reason(text, part):
    with pytest.raises(Malformed) as refused:
        read(text, ON)

    assert part in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        {"lot": "A.B"},
        {"lot": ""},
        {"made_on": PrintedDay(2026, 11, None)},
        {"additional": "R"},
        {"di": None},
        {"sscc": "1"},
    ],
)
def test_a_code_is_not_built_of_what_ma_cannot_say(change):
    with pytest.raises(Malformed):
        build(replace(Identification(Agency.MA, di=DI, lot="A"), **change), ON)


def test_the_check_character_of_ma_and_the_parts_of_ahm_are_marked_as_not_known():
    assert CHECK_CHARACTER_CONFIDENCE == FORM_CONFIDENCE == "UNKNOWN"


def test_a_code_of_ahm_is_kept_whole_and_its_parts_are_not_guessed():
    told = read("AHM1234567BN01SN02", ON)

    assert told == Identification(Agency.AHM, unread="AHM1234567BN01SN02")
    assert build(told, ON) == printed(told) == "AHM1234567BN01SN02"
    with pytest.raises(Malformed, match="as its own tool made it"):
        build(Identification(Agency.AHM, di="1234567", lot="01"), ON)
    with pytest.raises(Malformed):
        read("AHM 123", ON)
