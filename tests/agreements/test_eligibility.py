"""The whole argument: one thing wrong is enough, one thing unknown asks, and the same inputs give the same bytes."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.eligibility import (
    Functions,
    Inputs,
    Inspection,
    Licence,
    NoCatalogue,
    Party,
    Product,
    Residents,
    ScopeLine,
    judge,
    replay,
    verdict_bytes,
)
from agreements.eligibility_rules import RULES
from tests.agreements.conftest import ADDRESS, TODAY


def change(inputs, **given):
    """Replace ``certificate__address=...`` inside the piece of evidence it belongs to."""
    for name, value in given.items():
        part, _, field = name.partition("__")
        new = replace(getattr(inputs, part), **{field: value}) if field else value
        inputs = replace(inputs, **{part: new})
    return inputs


def stuck(inputs):
    return [(finding.code, finding.met) for finding in judge(inputs).findings if finding.met is not True]


def test_with_everything_in_order_the_verdict_is_favourable(ready):
    verdict = judge(ready)

    assert verdict.favourable
    assert stuck(ready) == []
    assert verdict.questions == ()
    assert verdict.duties == ("post-residents",)
    assert len(verdict.rules) == 14
    assert [finding.code for finding in verdict.findings] == ["not-prohibited", *(rule.code for rule in RULES)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"product__code": "13-07-04"}, "not-prohibited"),
        ({"product__directly_from_animal_tissue": True, "product__is_implantable": False}, "product-consistent"),
        ({"product__is_allogeneic": True, "product__is_implantable": False}, "product-consistent"),
        ({"certificate__valid_until": date(2026, 5, 19)}, "certificate-valid"),
        ({"certificate__valid_from": date(2026, 5, 21)}, "certificate-valid"),
        ({"certificate__number": "国械注准20233139999"}, "certificate-of-product"),
        ({"certificate__device_class": "II"}, "certificate-of-product"),
        ({"certificate__registrant_name": "别人有限公司"}, "certificate-of-registrant"),
        ({"licence__valid_until": date(2026, 5, 19)}, "licence-valid"),
        ({"licence__valid_from": date(2026, 5, 21)}, "licence-valid"),
        ({"licence__scope": (ScopeLine("13-07", "II"),)}, "licence-scope"),
        ({"licence__scope": (ScopeLine("13-08", "III"),)}, "licence-scope"),
        ({"licence__scope": (ScopeLine("13-07-02", "III"),)}, "licence-scope"),
        ({"licence__sites": ("江苏省苏州市虎丘区科技城2号",)}, "licence-site"),
        ({"inspection__result": "failed"}, "inspection-passed"),
        ({"inspection__on": date(2026, 5, 21)}, "inspection-passed"),
        ({"inspection__valid_until": date(2026, 5, 19)}, "inspection-passed"),
        ({"credit_statement__on": date(2025, 5, 19)}, "credit-statement"),
        ({"credit_statement__on": date(2026, 5, 21)}, "credit-statement"),
        ({"credit_check__on": date(2025, 5, 19)}, "credit-check"),
        ({"credit_check__adverse": True}, "credit-weighed"),
        ({"functions__after_sales": None}, "functions-named"),
        ({"functions__quality": "  "}, "functions-named"),
        ({"functions__quality_independent": False}, "quality-independent"),
        ({"functions__full_time_quality_staff": 0}, "quality-staff"),
        ({"residents": Residents()}, "residents-settled"),
        ({"residents": Residents(exception="  ")}, "residents-settled"),
    ],
)
def test_one_thing_that_is_wrong_makes_the_verdict_unfavourable(ready, wrong, code):
    inputs = change(ready, **wrong)

    assert stuck(inputs) == [(code, False)]
    assert judge(inputs).answer == "unfavourable"
    assert [finding.code for finding in judge(inputs).unmet] == [code]


@pytest.mark.parametrize(
    ("missing", "codes"),
    [
        ({"certificate__valid_until": None}, ["certificate-valid"]),
        ({"certificate__valid_from": None}, ["certificate-valid"]),
        ({"certificate__registrant_name": None}, ["certificate-of-registrant"]),
        ({"product__certificate_number": None}, ["certificate-of-product"]),
        ({"licence": None}, ["licence-valid", "licence-scope", "licence-site"]),
        ({"licence__valid_until": None}, ["licence-valid"]),
        ({"licence__scope": ()}, ["licence-scope"]),
        ({"licence__sites": ()}, ["licence-site"]),
        ({"site": None, "certificate__address": "x"}, ["licence-site"]),
        ({"inspection": None}, ["inspection-passed"]),
        ({"credit_statement": None}, ["credit-statement"]),
        ({"credit_check": None}, ["credit-check", "credit-weighed"]),
        ({"credit_check__adverse": None}, ["credit-weighed"]),
        ({"functions": None}, ["functions-named", "quality-independent", "quality-staff"]),
        ({"functions__quality_independent": None}, ["quality-independent"]),
        ({"functions__full_time_quality_staff": None}, ["quality-staff"]),
        ({"residents": None}, ["residents-settled"]),
    ],
)
def test_what_is_missing_is_asked_for_and_blocks(ready, missing, codes):
    verdict = judge(change(ready, **missing))

    assert verdict.answer == "unknown"
    assert [question.code for question in verdict.questions] == codes
    assert all(question.mend and str(question.says) for question in verdict.questions)


def test_with_nothing_on_file_every_blocking_rule_but_consistency_asks():
    bare = Inputs(TODAY, Party("甲", "1"), Party("乙", "2"), Product("丙"))
    verdict = judge(bare)
    blocking = [rule.code for rule in RULES if rule.blocking and rule.code != "product-consistent"]

    assert verdict.answer == "unknown"
    assert [question.code for question in verdict.questions][-len(blocking) :] == blocking


def test_what_is_wrong_decides_before_what_is_unknown(ready):
    inputs = change(ready, licence=None, functions__quality_independent=False)

    assert judge(inputs).answer == "unfavourable"
    assert [finding.met for finding in judge(inputs).unmet] == [False, None, None, None]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"certificate__address": ADDRESS}, "certificate-address-marked"),
        ({"certificate__address": "上海市张江路2号（委托生产）"}, "certificate-address-marked"),
        ({"certificate__remark": "无"}, "certificate-remark"),
        ({"manufacturer__name": "另一家有限公司"}, "certificate-remark"),
        ({"manufacturer__uscc": "91320594MA1MYWTQ2A"}, "certificate-remark"),
    ],
)
def test_the_marks_on_the_certificate_are_noted_but_do_not_block_before_the_entrustment_is_reported(ready, wrong, code):
    inputs = change(ready, **wrong)

    assert stuck(inputs) == [(code, False)]
    assert judge(inputs).favourable
    assert judge(inputs).unmet == ()


@pytest.mark.parametrize(
    "right",
    [
        {"certificate__valid_until": TODAY},
        {"certificate__valid_from": TODAY},
        {"licence__valid_until": TODAY},
        {"inspection": Inspection(TODAY, "passed-after-rectification", valid_until=TODAY)},
        {"credit_statement__on": date(2025, 5, 20)},
        {"credit_check__on": TODAY},
        {"licence__scope": (ScopeLine("13", "III"),)},
        {"licence__scope": (ScopeLine("13-07-03", "III"),)},
        {"licence__sites": ("江苏省苏州市 工业园区星湖街１号",)},
        {"licence__sites": ("星湖厂区",)},
        {"functions": Functions(entrust_only=False)},
        {"residents": Residents(exception="委托方与受托方为同一集团，共用质量部门")},
        {"residents": None, "product__is_implantable": False},
        {"certificate__address": f"上海市张江路2号；{ADDRESS}(委托生产)"},
    ],
)
def test_what_is_just_good_enough_is_good_enough(ready, right):
    assert judge(change(ready, **right)).favourable


def test_something_adverse_that_was_weighed_in_writing_does_not_block(ready):
    inputs = change(ready, credit_check__adverse=True, credit_check__note="2024年警告，已整改并复查")

    assert judge(inputs).favourable


def test_a_class_one_product_needs_filings_that_have_no_last_day(ready):
    inputs = change(
        ready,
        product__device_class="I",
        certificate__device_class="I",
        certificate__valid_until=None,
        licence__valid_until=None,
        licence__scope=(ScopeLine("13-07", "I"),),
    )

    assert judge(inputs).favourable


def test_a_first_level_product_code_cannot_be_compared_with_a_narrower_scope(ready):
    inputs = change(ready, product__code="13-08", licence__scope=(ScopeLine("13-08-01", "III"),))

    assert ("licence-scope", None) in stuck(inputs)


@pytest.mark.parametrize(
    ("implantable", "residents", "duties"),
    [
        (True, None, ("post-residents",)),
        (True, Residents(posted=1), ("post-residents",)),
        (True, Residents(exception="理由"), ()),
        (False, Residents(posted=1), ()),
    ],
)
def test_an_implantable_product_brings_the_duty_to_post_residents(ready, implantable, residents, duties):
    assert judge(change(ready, product__is_implantable=implantable, residents=residents)).duties == duties


def test_announcement_2024_38_is_not_asked_before_it_was_in_force(ready):
    before, after = (judge(replace(ready, on=day)) for day in (date(2024, 5, 31), date(2024, 6, 1)))
    since = {rule.code for rule in RULES if rule.since}

    assert since.isdisjoint(finding.code for finding in before.findings)
    assert since <= {finding.code for finding in after.findings}


def test_the_catalogue_of_the_day_is_cited(ready):
    old, new = (judge(replace(ready, on=day)) for day in (date(2022, 4, 30), date(2022, 5, 1)))

    assert (old.catalogue_id, new.catalogue_id) == ("CFDA-2014-18", "NMPA-2022-17")
    assert old.findings[0].sources[0].instrument == "NOTICE-2014-18"
    assert old.findings[0].met is None
    assert {question.code for question in old.questions} >= {"P14-02", "P14-03"}


def test_the_answers_of_a_person_settle_a_day_without_codes(ready):
    answers = {f"P14-{number:02}": False for number in range(1, 14)}
    inputs = replace(ready, on=date(2022, 4, 30), answers=answers)

    assert judge(inputs).findings[0].met is True
    assert judge(replace(inputs, answers=answers | {"P14-02": True})).findings[0].met is False


def test_a_day_before_every_catalogue_is_refused(ready):
    with pytest.raises(NoCatalogue):
        judge(replace(ready, on=date(2014, 9, 25)))


def test_a_leap_day_counts_its_twelve_months_from_the_end_of_february(ready):
    leap = replace(ready, on=date(2028, 2, 29), inspection=None)

    for dated, met in ((date(2027, 2, 28), True), (date(2027, 2, 27), False)):
        findings = judge(change(leap, credit_statement__on=dated)).findings
        assert next(finding.met for finding in findings if finding.code == "credit-statement") is met


def test_the_bytes_are_canonical_and_hold_question_and_answer(ready):
    stored = verdict_bytes(ready)
    data = json.loads(stored)

    assert stored == verdict_bytes(Inputs.from_data(data["inputs"]))
    assert data["answer"] == "favourable"
    assert set(data) == {
        "inputs", "on", "answer", "catalogue", "rule_versions", "findings", "rules", "questions", "duties",
    }  # fmt: skip
    assert set(data["rule_versions"]) == {"NMPA-2022-17", "eligibility"}
    assert stored == json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("on", "digest"),
    [
        (date(2021, 1, 1), "7e8f4898fbc49dd2"),
        (date(2023, 1, 1), "19f3575e1d9d244f"),
        (TODAY, "2126bd6ab724b968"),
    ],
)
def test_a_verdict_given_once_is_given_for_ever(ready, on, digest):
    # A change of wording or rule changes what a stored verdict replays to: raise EDITION and say so, then pin anew.
    assert sha256(replay(ready, on)).hexdigest()[:16] == digest


def test_a_verdict_is_replayed_for_another_day(ready):
    assert replay(ready, ready.on) == verdict_bytes(ready)
    assert json.loads(replay(ready, date(2027, 7, 1)))["answer"] == "unfavourable"


def test_inputs_that_do_not_fit_are_refused_by_name(ready):
    data = ready.as_data()

    for broken, part in (
        ({**data, "colour": "red"}, "colour"),
        ({key: value for key, value in data.items() if key != "product"}, "product"),
        ({**data, "on": 20260520}, "Inputs.on"),
        ({**data, "on": "2026-02-30"}, "Inputs.on"),
        ({**data, "residents": {"posted": True}}, "residents.posted"),
        ({**data, "functions": {"full_time_quality_staff": 1.5}}, "full_time_quality_staff"),
        ({**data, "answers": {"P14-01": "yes"}}, "P14-01"),
        ({**data, "product": {**data["product"], "is_implantable": 1}}, "is_implantable"),
        ({**data, "product": {**data["product"], "device_class": "IV"}}, "device_class"),
    ):
        with pytest.raises(ValueError, match=part):
            Inputs.from_data(broken)


def test_inputs_stored_before_a_field_existed_take_its_default(ready):
    data = ready.as_data()
    del data["residents"]

    assert Inputs.from_data(data).residents is None


truths = st.sampled_from([True, False, None])
days = st.dates(date(2014, 9, 26), date(2035, 1, 1))
texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
inputs_of_any_kind = st.builds(
    Inputs,
    on=days,
    registrant=st.builds(Party, texts, texts),
    manufacturer=st.builds(Party, texts, texts),
    product=st.builds(
        Product,
        texts,
        code=st.sampled_from([None, "13", "13-07", "13-07-02", "12-01-01", "01-01-01"]),
        is_implantable=truths,
        is_allogeneic=truths,
        contains_animal_origin_material=truths,
        vascular_site=st.sampled_from([None, "peripheral", "other"]),
    ),
    licence=st.none() | st.builds(Licence, texts, valid_from=st.none() | days, valid_until=st.none() | days),
    inspection=st.none() | st.builds(Inspection, days, st.sampled_from(["passed", "failed"])),
    functions=st.none() | st.builds(Functions, quality=st.none() | texts, full_time_quality_staff=st.integers(0, 9)),
    residents=st.none() | st.builds(Residents, posted=st.integers(0, 3), exception=st.none() | texts),
    answers=st.dictionaries(st.sampled_from(["P14-01", "P14-02", "P14-13"]), st.booleans()),
)


@settings(max_examples=150)
@given(inputs_of_any_kind)
def test_any_inputs_survive_storage_and_are_replayed_with_the_same_bytes(inputs):
    restored = Inputs.from_data(json.loads(json.dumps(inputs.as_data())))

    assert restored == inputs
    assert verdict_bytes(restored) == verdict_bytes(inputs)


@settings(max_examples=150)
@given(inputs_of_any_kind)
def test_taking_evidence_away_never_makes_a_verdict_more_favourable(inputs):
    whole = {finding.code: finding.met for finding in judge(inputs).findings}
    fewer = replace(inputs, licence=None, inspection=None, functions=None, residents=None)

    assert not judge(fewer).favourable
    for finding in judge(fewer).findings:
        assert finding.met is None or finding.met == whole[finding.code]


@settings(max_examples=150)
@given(inputs_of_any_kind)
def test_the_answer_follows_from_the_blocking_findings_and_asks_when_unknown(inputs):
    verdict = judge(inputs)
    mets = {finding.met for finding in verdict.findings if finding.blocking}

    assert verdict.favourable == (mets == {True})
    assert (verdict.answer == "unfavourable") == (False in mets)
    assert verdict.answer != "unknown" or verdict.questions
    for finding in verdict.findings:
        assert str(finding.fact)
        assert finding.sources
