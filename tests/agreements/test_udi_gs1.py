"""GS1 codes: read as they are meant, refused with the place and the reason, never guessed where a separator is lost."""

from dataclasses import replace
from datetime import date

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from agreements.identifiers import Malformed
from agreements.udi import Agency, Ambiguous, Identification, PrintedDay, build, check_digit, printed, read, settled
from agreements.udi import sscc_problem as problem_of
from agreements.udi.gs1 import EXAMPLE_TEXT, FNC1
from agreements.udi.links import EXAMPLE_LINK

ON = date(2026, 11, 23)
GTIN = "06901234567892"
SSCC = "106141412345678908"
EXAMPLE = Identification(
    Agency.GS1,
    di=GTIN,
    lot="A213B1",
    serial="1234",
    made_on=PrintedDay(2014, 12, 31),
    expires_on=PrintedDay(2015, 7, 7),
)
# GS1 General Specifications 7.11, table of the 82 characters.
SIGNS = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"

gtins = st.integers(1, 10**13 - 1).map(lambda number: f"{number:013}").map(lambda digits: digits + check_digit(digits))
ssccs = st.integers(1, 10**17 - 1).map(lambda number: f"{number:017}").map(lambda digits: digits + check_digit(digits))
days = st.dates(date(1980, 1, 1), date(2070, 12, 31))
printed_days = st.builds(
    lambda day, known: PrintedDay(day.year, day.month, day.day if known else None), days, st.booleans()
)
words = st.text(SIGNS, min_size=1, max_size=20).filter(lambda word: "(" not in word)
items = st.builds(
    lambda made, lasts, **given: Identification(
        Agency.GS1,
        made_on=made,
        expires_on=PrintedDay(min(made.year + lasts, 2076), 12, None) if made else None,
        **given,
    ),
    st.none() | printed_days,
    st.integers(1, 6),
    di=gtins,
    lot=st.none() | words,
    serial=st.none() | words,
    additional=st.none() | words,
)
units = st.builds(Identification, st.just(Agency.GS1), sscc=ssccs) | st.builds(
    Identification,
    st.just(Agency.GS1),
    sscc=ssccs,
    contents=gtins,
    count=st.integers(1, 10**8 - 1),
    lot=st.none() | words,
)


def read_all(code):
    """The reading of a code, or all that it can have; none where it is refused in words."""
    try:
        return (read(code, ON),)
    except Ambiguous as doubtful:
        return doubtful.readings
    except Malformed as refused:
        return () if str(refused) else None


@given(items | units)
def test_what_is_built_is_read_back_unless_a_separator_could_be_missing(told):
    readings = read_all(build(told, ON))

    assert readings[0] == told
    assert len(set(readings)) == len(readings)


@given(items | units)
def test_what_is_printed_is_read_back_without_any_doubt(told):
    assert read(printed(told), ON) == told


@given(items | units)
def test_a_second_reader_finds_the_same_elements_in_what_we_build(told):
    theirs = GS1Message.parse(build(told, ON))

    assert "".join(f"({each.ai.ai}){each.value}" for each in theirs.element_strings) == printed(told)


@given(items.filter(lambda told: told.lot and told.serial))
def test_a_lost_separator_is_never_swallowed(told):
    spoilt = build(told, ON).replace(FNC1, "")

    with pytest.raises(Ambiguous) as doubtful:
        read(spoilt, ON)
    assert told in doubtful.value.readings or not doubtful.value.are_all


@given(
    st.text(SIGNS + FNC1 + " （01）", max_size=60)
    | st.text(max_size=40)
    | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))
)
def test_nonsense_is_refused_in_words(text):
    for code in (text, "01" + GTIN + text, f"(01){GTIN}" + text, "https://id.gs1.org/01/" + text):
        assert all(read(printed(told), ON) == told for told in read_all(code))


@pytest.mark.parametrize(
    "text",
    [
        # identifiers.json "GS1_example", as printed and as scanned
        EXAMPLE_TEXT,
        f"01{GTIN}1114123117150707" + f"10A213B1{FNC1}211234",
        f"]d2{FNC1}01{GTIN}1114123117150707" + f"10A213B1{FNC1}211234",
        f"]Q301{GTIN}1114123117150707" + f"10A213B1{FNC1}211234{FNC1}",
        f"]C1{FNC1}01{GTIN}{FNC1}11141231{FNC1}17150707{FNC1}10A213B1{FNC1}211234\r\n",
        f"10A213B1{FNC1}211234{FNC1}01{GTIN}1114123117150707",
        " （01） 0690 1234 5678 92 （11）141231（17）150707（10）Ａ213B1（21）1234",
    ],
)
def test_the_printed_example_is_read_however_it_comes(text):
    assert read(text, ON) == EXAMPLE


def test_a_carrier_gets_a_separator_after_each_variable_element_that_is_not_last():
    assert build(EXAMPLE, ON) == f"01{GTIN}111412311715070710A213B1{FNC1}211234"
    assert build(replace(EXAMPLE, serial=None), ON).endswith("10A213B1")
    assert printed(EXAMPLE) == EXAMPLE_TEXT


@pytest.mark.parametrize(
    ("code", "readings"),
    [
        (f"01{GTIN}10LOT7211234", ["(10)LOT7211234", "(10)LOT7(21)1234"]),
        (f"01{GTIN}10LOT717270630", ["(10)LOT717270630", "(17)270630(10)LOT7"]),
        # 1702 is no day that 17 could begin
        (f"01{GTIN}10LOT717023163", None),
        # too long for one lot, so that one reading is left; it is no less a guess
        (f"01{GTIN}10{'L' * 20}21X", [f"(10){'L' * 20}(21)X"]),
        # what is there already cannot be hidden once more
        (f"01{GTIN}10LOT7{FNC1}2121", None),
        (f"01{GTIN}21S1{FNC1}10LOT10", None),
        (f"01{GTIN}10LOT7{FNC1}21S240R", ["(10)LOT7(21)S240R", "(10)LOT7(21)S(240)R"]),
        (f"00{SSCC}02{GTIN}372410L1", [f"(02){GTIN}(37)24(10)L1"]),
    ],
)
def test_every_reading_of_a_code_without_its_separator_is_put_to_a_person(code, readings):
    if readings is None:
        assert read(code, ON).di == GTIN
        return
    with pytest.raises(Ambiguous) as doubtful:
        read(code, ON)

    head = f"(00){SSCC}" if code.startswith("00") else f"(01){GTIN}"
    assert [printed(each) for each in doubtful.value.readings] == [head + each for each in readings]
    assert all(head + each in str(doubtful.value) for each in readings)
    assert doubtful.value.are_all


def test_records_may_settle_which_reading_is_meant_and_nothing_else_does():
    with pytest.raises(Ambiguous) as caught:
        read(f"01{GTIN}1020210901", ON)
    doubtful = caught.value

    assert settled(doubtful, lambda each: each.lot == "20210901").serial is None
    for nobody in (lambda each: False, lambda each: True):
        with pytest.raises(Ambiguous):
            settled(doubtful, nobody)


def test_only_so_many_readings_are_listed_and_it_is_said_that_there_are_more():
    with pytest.raises(Ambiguous) as doubtful:
        read(f"01{GTIN}10A21B21C21D21E21F21G", ON)
    assert doubtful.value.are_all
    with pytest.raises(Ambiguous) as doubtful:
        read(f"01{GTIN}10A" + "21" * 9 + "2", ON)
    assert not doubtful.value.are_all
    with pytest.raises(Ambiguous):
        settled(doubtful.value, lambda each: each is doubtful.value.readings[0])


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "1 to 400 characters, not 0"),
        ("]d2", "not 0"),
        ("0" * 401, "not 401"),
        (f"01{GTIN[:-1]}310A", "last digit of (01)"),
        ("0106901234567", "(01) has 14 digits"),
        ("01" + "0" * 14, "not all of them 0"),
        (f"02{GTIN}3712", "(00), (02) and (37) together"),
        (f"00{SSCC}3712", "together"),
        (f"00{SSCC[:-1]}9", "last digit of (00)"),
        (f"00{SSCC}02{GTIN}370", "one or more"),
        (f"01{GTIN}371", "never both"),
        (f"00{SSCC}21A", "belongs to an item"),
        (f"00{SSCC}10A", "Lot and dates"),
        ("10A", "neither an item"),
        (f"01{GTIN}01{GTIN}", "(01) is there twice"),
        (f"01{GTIN}10A{FNC1}{FNC1}21B", "Two separators"),
        (f"01{GTIN}10A{FNC1}05", "begins with 05"),
        (f"01{GTIN}10A{FNC1}X1", "begins with X1"),
        (f"01{GTIN} 10A", "place 17 (U+0020)"),
        (f"01{GTIN}10批", "place 19 (U+6279)"),
        (f"01{GTIN[:-1]}٢", "place 16 (U+0662)"),
        (f"01{GTIN}10", "(10) is too short"),
        (f"01{GTIN}10A#", "signs that do not belong"),
        (f"01{GTIN}10{'A' * 21}", "too long"),
        (f"01{GTIN}240{'A' * 31}", "too long"),
        (f"01{GTIN}17270230", "no such day as 270230"),
        (f"01{GTIN}17271300", "no such day as 271300"),
        (f"01{GTIN}17000000", "no such day as 000000"),
        (f"01{GTIN}1727", "six digits"),
        (f"01{GTIN}1127010117260101", "expired before it was made"),
        (f"01{GTIN}10A(99)B", "digits in brackets"),
        (f"]d101{GTIN}", "(]d1) does not say"),
        (f"]Q101{GTIN}", "first FNC1 is missing"),
        (
            f"01{GTIN}9111010240213737240240912191109137211127010137112701013791240911127010191240101024011270101",
            "too many things",
        ),
        ("(10", "not a GS1 code in brackets"),
        ("(999)1", "no element (999)"),
    ],
)
def test_what_cannot_be_right_is_refused_with_its_reason(text, part):
    with pytest.raises(Malformed) as refused:
        read(text, ON)

    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("digits", "on", "expected"),
    [
        # GS1 General Specifications 7.12: 51 to 99 ahead is the century before, 50 to 99 behind the one after.
        ("760101", date(2026, 1, 1), 2076),
        ("770101", date(2026, 1, 1), 1977),
        ("000101", date(2049, 1, 1), 2000),
        ("000101", date(2050, 1, 1), 2100),
        ("990101", date(2049, 1, 1), 2099),
        ("990101", date(2048, 1, 1), 1999),
    ],
)
def test_two_digits_of_a_year_mean_the_nearest_one(digits, on, expected):
    assert read(f"01{GTIN}11{digits}", on).made_on == PrintedDay(expected, 1, 1)


def test_a_day_of_00_is_no_day_and_lasts_to_the_end_of_its_month():
    told = read(f"01{GTIN}17280200", ON)

    assert (told.expires_on, str(told.expires_on)) == (PrintedDay(2028, 2, None), "2028-02")
    assert (told.expires_on.first, told.expires_on.last) == (date(2028, 2, 1), date(2028, 2, 29))
    assert str(PrintedDay.of(ON)) == "2026-11-23"


def test_elements_that_no_label_of_ours_carries_are_kept_as_they_are():
    told = read(f"01{GTIN}3103001250{FNC1}3012{FNC1}10LOT7{FNC1}714NH1", ON)

    assert told.others == (("30", "12"), ("3103", "001250"), ("714", "NH1"))
    assert read(build(told, ON), ON) == told


@pytest.mark.parametrize(
    ("told", "part"),
    [
        (Identification(Agency.GS1), "neither"),
        (replace(EXAMPLE, lot="A" * 21), "too long"),
        (replace(EXAMPLE, lot=""), "too short"),
        (replace(EXAMPLE, lot="批号"), "signs"),
        (replace(EXAMPLE, made_on=PrintedDay(1926, 1, 1), expires_on=None), "otherwise"),
        (replace(EXAMPLE, sterilisation_lot="S1"), "no element for some"),
        (replace(EXAMPLE, valid_until=PrintedDay(2027, 1, 1)), "no element for some"),
    ],
)
def test_a_carrier_is_not_built_of_what_gs1_cannot_say(told, part):
    with pytest.raises(Malformed) as refused:
        build(told, ON)

    assert part in str(refused.value)


@pytest.mark.parametrize(
    ("digits", "check"),
    [("0690123456789", "2"), ("0950600013435", "2"), ("10614141234567890", "8"), ("00614141123456789", "0")],
)
def test_check_digits_agree_with_published_examples(digits, check):
    assert check_digit(digits) == check


@given(gtins, st.integers(0, 13), st.data())
def test_one_mistyped_digit_is_always_found(gtin, place, data):
    wrong = data.draw(st.sampled_from([each for each in "0123456789" if each != gtin[place]]))

    with pytest.raises(Malformed):
        read(f"01{gtin[:place]}{wrong}{gtin[place + 1 :]}", ON)


def test_the_number_of_a_logistic_unit_may_be_asked_alone():
    assert problem_of(SSCC) is None
    assert "18 digits" in str(problem_of(SSCC[:-1]))
    assert "last digit" in str(problem_of(SSCC[:-1] + "9"))


def test_the_example_of_an_address_says_what_the_example_in_print_says():
    assert read(EXAMPLE_LINK, ON) == replace(EXAMPLE, made_on=None)
