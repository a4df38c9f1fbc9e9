"""Numbers printed by authorities: read when right, refused with an example when wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.identifiers import (
    Malformed,
    code_problem,
    marked_as_entrusted,
    normalise_uscc,
    parse_certificate_number,
    parse_class_one_filing,
    parse_licence_number,
    parse_production_filing,
    parse_remark,
    parse_remarks,
    uscc_check_character,
    uscc_problem,
)
from agreements.provinces import PROVINCES, province, province_of_uscc
from agreements.reading import table

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
FIRST = "91320594MA1MYWTQ2"
USCC = FIRST + uscc_check_character(FIRST)

bodies = st.builds(
    "{}{}{}".format,
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


def test_the_check_character_agrees_with_a_code_in_public_use():
    # 91110000802100433B, a large company of Beijing (RECALLED).
    assert uscc_check_character("91110000802100433") == "B"


@given(bodies)
def test_a_code_with_its_own_check_character_is_accepted_and_with_any_other_refused(body):
    good = uscc_check_character(body)

    assert uscc_problem(body + good) is None
    assert all(uscc_problem(body + other) for other in ALPHABET if other != good)


@given(bodies, st.integers(0, 16), st.data())
def test_one_mistyped_character_is_always_found(body, place, data):
    wrong = data.draw(st.sampled_from([each for each in ALPHABET if each != body[place]]))

    assert uscc_problem(body[:place] + wrong + body[place + 1 :] + uscc_check_character(body)) is not None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "18 characters, not 0"),
        (USCC[:-1], "18 characters, not 17"),
        (USCC + "1", "18 characters, not 19"),
        ("91O20594MA1MYWTQ2K", "Places 3 to 8"),
        ("I1320594MA1MYWTQ2K", "never used"),
        (FIRST + "A", "does not fit"),
    ],
)
def test_what_is_wrong_with_a_credit_code_is_said_with_a_good_example(text, part):
    problem = uscc_problem(text)

    assert part in str(problem)
    assert uscc_problem(str(problem.values["example"])) is None


def test_spaces_small_letters_and_full_width_are_read_as_meant():
    spaced = " 91320594－ma1m ywtq２" + USCC[-1].lower() + "　"

    assert normalise_uscc(spaced) == USCC
    assert uscc_problem(spaced) is None


def test_the_province_of_a_credit_code_is_that_of_its_place():
    assert province_of_uscc(USCC) is province("苏")
    assert province_of_uscc("91990000000000000X") is None
    assert len({each.abbreviation for each in PROVINCES} & {each.code for each in PROVINCES}) == 0
    assert len({each.abbreviation for each in PROVINCES}) == len({each.code for each in PROVINCES}) == 31


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("苏药监械生产许20240123号", ("苏", 2024, "0123", False)),
        ("沪药监械生产许 20242792 号", ("沪", 2024, "2792", False)),
        ("苏食药监械生产许20010041号", ("苏", 2001, "0041", True)),
        ("粤药监械生产许２０２０１２３４号", ("粤", 2020, "1234", False)),
    ],
)
def test_a_licence_number_is_read_in_both_spellings(text, expected):
    number = parse_licence_number(text)

    assert (number.province, number.year, number.serial, number.older_spelling) == expected
    assert parse_licence_number(str(number)) == number


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_licence_number, ""),
        (parse_licence_number, "苏药监械生产备20240123号"),
        (parse_licence_number, "国药监械生产许20240123号"),
        (parse_licence_number, "苏药监械生产许2024012号"),
        (parse_licence_number, "苏药监械生产许00000123号"),
        (parse_licence_number, "苏药监械生产许20240123号号"),
        (parse_production_filing, "苏药监械生产许20240123号"),
        (parse_production_filing, "苏苏苏药监械生产备20240123号"),
        (parse_certificate_number, "国械注准20234130456"),
        (parse_certificate_number, "苏械注准20233130456"),
        (parse_certificate_number, "苏械注进20232130456"),
        (parse_certificate_number, "国械注准20232130456"),
        (parse_certificate_number, "国械备20200001"),
        (parse_certificate_number, "国械注准２０２３３１３０４５"),
        (parse_class_one_filing, "国械注准20233130456"),
        (parse_class_one_filing, "械备20200001"),
    ],
)
def test_a_number_that_cannot_be_right_is_refused_with_an_example_that_is(parse, text):
    with pytest.raises(Malformed) as refused:
        parse(text)

    parse(str(refused.value.says.values["example"]))
    assert str(refused.value.says.values["example"]) in str(refused.value)


def test_a_certificate_number_falls_into_its_parts():
    number = parse_certificate_number(" 国械注准 20233130456 ")

    assert (number.origin, number.kind, number.year) == ("国", "准", 2023)
    assert (number.device_class, number.category, number.serial) == ("III", "13", "0456")
    assert str(number) == "国械注准20233130456"
    assert parse_certificate_number("国械注许20192060001").device_class == "II"
    assert parse_certificate_number("苏械注准20242140123").origin == "苏"


def test_a_class_one_filing_may_carry_a_city():
    assert (parse_class_one_filing("苏苏械备20240123号").city, parse_class_one_filing("沪械备20240123").city) == (
        "苏",
        "",
    )
    assert parse_class_one_filing("国械备20200001").origin == "国"
    assert parse_production_filing("苏食药监械生产备20240045号").city == ""
    assert parse_production_filing("苏苏食药监械生产备20240045号").city == "苏"


@pytest.mark.parametrize(
    "code", ["13-07-02", "13-07", "01-01-01", "22-16-04", "１３－０７－０２", " 13-07-02 ", "13-99-99"]
)
def test_a_code_of_a_known_subcatalogue_is_accepted(code):
    assert code_problem(code) is None


@pytest.mark.parametrize(
    "code", ["", "13", "1307", "13-7-2", "13-07-02-01", "00-01-01", "23-01-01", "13-00-01", "6846", "x"]
)
def test_a_code_that_cannot_be_one_is_refused_with_an_example(code):
    assert "13-07-02" in str(code_problem(code))


def test_a_scope_line_may_name_a_whole_subcatalogue_and_a_full_code_may_be_asked_for():
    assert code_problem("13", shortest=1) is None
    assert code_problem("13-07", shortest=3) is not None


def test_every_code_of_the_stored_table_is_accepted():
    for row in table("classification_subcatalogues")["second_level_12_13_and_14_08"]:
        assert code_problem(row["code"], shortest=3) is None


@pytest.mark.parametrize(
    ("address", "marked"),
    [
        ("江苏省苏州市工业园区星湖街1号（委托生产）", True),
        ("江苏省苏州市工业园区星湖街1号(委托生产)", True),
        ("江苏省苏州市工业园区星湖街1号 （ 委托生产 ） ", True),
        ("上海市张江路2号；江苏省苏州市星湖街1号（委托生产）", True),
        ("江苏省苏州市星湖街1号（委托生产）\n上海市张江路2号", True),
        ("江苏省苏州市工业园区星湖街1号", False),
        ("（委托生产）江苏省苏州市", False),
        ("", False),
    ],
)
def test_the_mark_of_entrusted_production_is_found_after_an_address(address, marked):
    assert marked_as_entrusted(address) is marked


@pytest.mark.parametrize(
    "remark",
    [
        f"受托生产企业：苏州某某医疗器械有限公司；统一社会信用代码：{USCC}",
        f"受托生产企业:苏州某某医疗器械有限公司; 统一社会信用代码: {USCC.lower()}",
        f"其他内容。受托生产企业： 苏州某某医疗器械有限公司 ；统一社会信用代码：{USCC}。",
    ],
)
def test_a_remark_names_the_partner_and_its_code(remark):
    assert parse_remark(remark) == ("苏州某某医疗器械有限公司", USCC)


def test_a_remark_may_name_two_partners_and_a_text_without_one_names_none():
    two = f"受托生产企业：甲公司；统一社会信用代码：{USCC}。受托生产企业：乙公司；统一社会信用代码：{USCC}"

    assert [name for name, _ in parse_remarks(two)] == ["甲公司", "乙公司"]
    assert parse_remark("受托生产企业：甲公司") is None
