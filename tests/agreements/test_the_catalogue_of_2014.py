"""Notice 2014-18: no codes, so a person is asked where no attribute makes it certain; and the day of change."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.catalogue import NoCatalogue, catalogue_on, evaluate
from agreements.evidence import Product

LAST_DAY = date(2022, 4, 30)
ENTRIES = tuple(f"P14-{number:02}" for number in range(1, 14))
NOTHING_KNOWN = Product("Nothing is known of it", code="13-07-06")
ALL_NO = dict.fromkeys(ENTRIES, False)


def met(entry_id, answers=None, **given):
    result = evaluate(replace(NOTHING_KNOWN, **given), LAST_DAY, answers or {})
    return next(rule.met for rule in result.rules if rule.id == entry_id)


@pytest.mark.parametrize("entry_id", ENTRIES)
def test_each_entry_is_met_not_met_or_unknown_as_a_person_answered(entry_id):
    assert met(entry_id, {entry_id: True}) is True
    assert met(entry_id, {entry_id: False}) is False
    assert met(entry_id) is None


@pytest.mark.parametrize(
    ("entry_id", "given", "expected"),
    [
        ("P14-01", {"vascular_site": "peripheral"}, False),
        ("P14-01", {"vascular_site": "coronary"}, None),
        ("P14-02", {"is_implantable": False}, None),
        ("P14-04", {"is_implantable": False}, None),
        ("P14-05", {"is_allogeneic": True}, True),
        ("P14-05", {"is_allogeneic": True, "is_implantable": False}, True),
        ("P14-05", {"is_allogeneic": False}, False),
        ("P14-05", {"contains_allogeneic_material": True}, None),
        ("P14-06", {"contains_animal_origin_material": False}, False),
        ("P14-06", {"contains_animal_origin_material": True}, None),
        ("P14-07", {"contains_animal_origin_material": False}, False),
        ("P14-08", {"contains_animal_origin_material": False}, False),
        ("P14-09", {"contains_animal_origin_material": False}, False),
        ("P14-10", {"is_implantable": False}, False),
        ("P14-10", {"directly_from_animal_tissue": False}, False),
        ("P14-10", {"contains_animal_origin_material": False}, False),
        ("P14-10", {"directly_from_animal_tissue": True}, None),
        ("P14-10", {"directly_from_animal_tissue": True, "is_implantable": True}, True),
        ("P14-11", {"is_implantable": False}, None),
        ("P14-12", {"is_implantable": False}, False),
        ("P14-13", {"is_implantable": False}, False),
        ("P14-13", {"is_implantable": True}, None),
    ],
)
def test_an_attribute_decides_only_where_the_text_makes_it_certain(entry_id, given, expected):
    assert met(entry_id, **given) is expected


def test_the_code_of_2017_decides_nothing_under_a_catalogue_without_codes():
    result = evaluate(Product("Pacemaker", code="12-01-01"), LAST_DAY)

    assert result.verdict == "unknown"
    assert [question.code for question in result.questions] == list(ENTRIES)


def test_thirteen_answers_of_no_free_the_product_and_one_yes_holds_it():
    assert evaluate(NOTHING_KNOWN, LAST_DAY, ALL_NO).verdict == "not_prohibited"
    assert evaluate(NOTHING_KNOWN, LAST_DAY, ALL_NO | {"P14-13": True}).verdict == "prohibited"


def test_where_answer_and_attribute_differ_the_stricter_holds():
    assert met("P14-05", {"P14-05": False}, is_allogeneic=True) is True
    assert met("P14-05", {"P14-05": True}, is_allogeneic=False) is True


@pytest.mark.parametrize(
    ("on", "catalogue_id"),
    [
        (date(2014, 9, 26), "CFDA-2014-18"),
        (date(2022, 4, 30), "CFDA-2014-18"),
        (date(2022, 5, 1), "NMPA-2022-17"),
        (date(2099, 1, 1), "NMPA-2022-17"),
    ],
)
def test_the_day_chooses_the_catalogue(on, catalogue_id):
    assert catalogue_on(on).id == catalogue_id


def test_before_the_first_known_catalogue_nothing_is_said():
    with pytest.raises(NoCatalogue) as refused:
        catalogue_on(date(2014, 9, 25))

    assert "2014-09-25" in str(refused.value.says)
    assert "2014-09-26" in str(refused.value.says)


def test_an_insulin_pump_was_forbidden_until_the_day_of_change_and_not_after():
    pump = Product(
        "Implantable insulin pump",
        code="12-04-03",
        is_implantable=True,
        contains_animal_origin_material=False,
        directly_from_animal_tissue=False,
        is_allogeneic=False,
        contains_allogeneic_material=False,
        vascular_site="other",
    )
    answers = ALL_NO | {"P14-13": True}

    assert evaluate(pump, LAST_DAY, answers).verdict == "prohibited"
    assert evaluate(pump, LAST_DAY + timedelta(days=1), answers).verdict == "not_prohibited"


def test_an_allogeneic_device_that_is_not_implantable_was_freed_by_the_change():
    device = Product("Allogeneic wound cover", "14-10-01", is_implantable=False, is_allogeneic=True)

    assert evaluate(device, LAST_DAY).verdict == "prohibited"
    assert [rule.id for rule in evaluate(device, date(2022, 5, 1)).rules if rule.met] == []


truths = st.sampled_from([True, False, None])
flags = st.fixed_dictionaries(
    dict.fromkeys(
        ("is_implantable", "contains_animal_origin_material", "directly_from_animal_tissue", "is_allogeneic"), truths
    )
)


@given(flags, st.dictionaries(st.sampled_from(ENTRIES), st.booleans()), st.data())
def test_no_later_answer_frees_a_product_that_was_prohibited(given_flags, answers, data):
    before = evaluate(replace(NOTHING_KNOWN, **given_flags), LAST_DAY, answers)
    completed = {name: data.draw(st.booleans()) if value is None else value for name, value in given_flags.items()}
    more = {entry: data.draw(st.booleans()) for entry in ENTRIES} | answers
    after = evaluate(replace(NOTHING_KNOWN, **completed), LAST_DAY, more)

    if before.verdict == "prohibited":
        assert after.verdict == "prohibited"


@given(flags, st.dictionaries(st.sampled_from(ENTRIES), st.booleans()))
def test_every_answer_has_its_reason(given_flags, answers):
    for rule in evaluate(replace(NOTHING_KNOWN, **given_flags), LAST_DAY, answers).rules:
        assert str(rule.why)
        assert (rule.met is None) == ("a person must answer" in str(rule.why))
