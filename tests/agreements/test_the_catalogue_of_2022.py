"""Notice 2022-17: each of its 14 rules met, not met and unknown; each exception; OR over all; Kleene logic."""

from dataclasses import replace
from datetime import date
from itertools import product as every_combination

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.catalogue import catalogue_on, evaluate
from agreements.evidence import Product
from agreements.reading import table

TODAY = date(2026, 5, 1)
ATTRIBUTES = (
    "is_implantable",
    "contains_animal_origin_material",
    "directly_from_animal_tissue",
    "is_allogeneic",
    "contains_allogeneic_material",
)
HARMLESS = Product(
    name="A product that no rule catches",
    code="01-01-01",
    device_class="III",
    is_implantable=False,
    contains_animal_origin_material=False,
    directly_from_animal_tissue=False,
    is_allogeneic=False,
    contains_allogeneic_material=False,
    vascular_site="other",
)
ALWAYS = {
    "P22-01": "12-01-01",
    "P22-02": "12-04-01",
    "P22-03": "12-04-02",
    "P22-05": "13-06-06",
    "P22-06": "13-06-11",
    "P22-08": "13-09-01",
    "P22-09": "13-09-02",
    "P22-10": "13-09-03",
}
ANIMAL, DIRECT = "contains_animal_origin_material", "directly_from_animal_tissue"
ALLO, IS_ALLO, IMPLANT = "contains_allogeneic_material", "is_allogeneic", "is_implantable"


def asked(**given):
    return evaluate(replace(HARMLESS, **given), TODAY)


def met(rule_id, **given):
    return next(rule.met for rule in asked(**given).rules if rule.id == rule_id)


def test_a_product_no_rule_catches_may_be_entrusted_and_all_fourteen_rules_were_asked():
    result = asked()

    assert result.verdict == "not_prohibited"
    assert [rule.id for rule in result.rules] == [f"P22-{number:02}" for number in range(1, 15)]
    assert {rule.met for rule in result.rules} == {False}
    assert result.questions == ()


@pytest.mark.parametrize(("rule_id", "code"), ALWAYS.items())
def test_an_entry_without_exception_is_decided_by_its_code_alone(rule_id, code):
    assert met(rule_id, code=code) is True
    assert asked(code=code).verdict == "prohibited"
    assert met(rule_id, code=code[:-1] + "9") is False
    assert met(rule_id, code=code[:5]) is None
    assert met(rule_id, code=None) is None


@pytest.mark.parametrize(
    ("rule_id", "given", "expected"),
    [
        # Dural patch: only with material of animal origin.
        ("P22-04", {"code": "13-06-04", ANIMAL: True}, True),
        ("P22-04", {"code": "13-06-04", ANIMAL: False}, False),
        ("P22-04", {"code": "13-06-04", ANIMAL: None}, None),
        ("P22-04", {"code": None, ANIMAL: False}, False),
        ("P22-04", {"code": None, ANIMAL: True}, None),
        ("P22-04", {"code": "13-06-05", ANIMAL: True}, False),
        ("P22-04", {"code": "13-06-05", ANIMAL: None}, False),
        ("P22-04", {"code": "13-06", ANIMAL: True}, None),
        # Cardiovascular implants: the whole of 13-07 but for three exceptions.
        ("P22-07", {"code": "13-07-01"}, True),
        ("P22-07", {"code": "13-07-01", "vascular_site": "peripheral"}, True),
        ("P22-07", {"code": "13-07-02", "vascular_site": "peripheral"}, False),
        ("P22-07", {"code": "13-07-02", "vascular_site": "coronary"}, True),
        ("P22-07", {"code": "13-07-02", "vascular_site": "intracranial"}, True),
        ("P22-07", {"code": "13-07-02", "vascular_site": "other"}, True),
        ("P22-07", {"code": "13-07-02", "vascular_site": None}, None),
        ("P22-07", {"code": "13-07-03"}, False),
        ("P22-07", {"code": "13-07-03", "vascular_site": None}, False),
        ("P22-07", {"code": "13-07-04"}, True),
        ("P22-07", {"code": "13-07-05", "vascular_site": None}, True),
        ("P22-07", {"code": "13-07-06"}, True),
        ("P22-07", {"code": "13-07-07"}, True),
        ("P22-07", {"code": "13-07-08"}, False),
        ("P22-07", {"code": "13-07-99"}, True),
        ("P22-07", {"code": "13-07"}, None),
        ("P22-07", {"code": "13-07", "vascular_site": "peripheral"}, None),
        ("P22-07", {"code": "13-08-01", "vascular_site": None}, False),
        ("P22-07", {"code": None}, None),
        # Scaffolds: the whole of 13-10, if allogeneic or of animal origin.
        ("P22-11", {"code": "13-10-01", ALLO: True}, True),
        ("P22-11", {"code": "13-10-02", ANIMAL: True}, True),
        ("P22-11", {"code": "13-10", ANIMAL: True, ALLO: None}, True),
        ("P22-11", {"code": "13-10-01"}, False),
        ("P22-11", {"code": "13-10-01", ALLO: None}, None),
        ("P22-11", {"code": "13-10-01", ANIMAL: None}, None),
        ("P22-11", {"code": None}, False),
        ("P22-11", {"code": None, ALLO: True}, None),
        ("P22-11", {"code": "13-09-09", ALLO: True, ANIMAL: True}, False),
        # Anti-adhesion dressing: the only entry outside 12 and 13.
        ("P22-12", {"code": "14-08-02", ANIMAL: True}, True),
        ("P22-12", {"code": "14-08-02", ANIMAL: False}, False),
        ("P22-12", {"code": "14-08-02", ANIMAL: None}, None),
        ("P22-12", {"code": "13-08-02", ANIMAL: True}, False),
        # The two rules without a code.
        ("P22-13", {IMPLANT: True, IS_ALLO: True}, True),
        ("P22-13", {IMPLANT: True, IS_ALLO: None}, None),
        ("P22-13", {IMPLANT: None, IS_ALLO: True}, None),
        ("P22-13", {IMPLANT: False, IS_ALLO: None}, False),
        ("P22-13", {IMPLANT: None, IS_ALLO: False}, False),
        ("P22-13", {IMPLANT: False, IS_ALLO: True}, False),
        ("P22-13", {IMPLANT: True, IS_ALLO: True, "code": None}, True),
        ("P22-14", {IMPLANT: True, DIRECT: True}, True),
        ("P22-14", {IMPLANT: True, DIRECT: None}, None),
        ("P22-14", {IMPLANT: None, DIRECT: True}, None),
        ("P22-14", {IMPLANT: False, DIRECT: None}, False),
        ("P22-14", {IMPLANT: True, DIRECT: False, ANIMAL: True}, False),
    ],
)
def test_a_rule_with_a_condition(rule_id, given, expected):
    assert met(rule_id, **given) is expected


def test_one_met_rule_decides_whatever_else_is_unknown():
    result = evaluate(Product("A pacemaker of which nothing else is known", code="12-01-01"), TODAY)

    assert result.verdict == "prohibited"
    assert None in {rule.met for rule in result.rules}
    assert result.questions == ()


def test_an_allogeneic_dural_patch_without_animal_material_is_caught_by_the_rule_without_code():
    result = asked(code="13-06-04", is_implantable=True, is_allogeneic=True, contains_allogeneic_material=True)

    assert [rule.id for rule in result.rules if rule.met] == ["P22-13"]
    assert result.verdict == "prohibited"


def test_an_excepted_filter_of_animal_tissue_is_still_caught_by_the_rule_without_code():
    result = asked(code="13-07-03", is_implantable=True, directly_from_animal_tissue=True)

    assert [rule.id for rule in result.rules if rule.met] == ["P22-14"]


def test_an_unknown_names_the_question_that_would_decide_it():
    result = asked(code="13-07-02", vascular_site=None)

    assert result.verdict == "unknown"
    assert [question.code for question in result.questions] == ["vascular_site"]


def test_of_a_product_about_which_nothing_is_known_the_code_is_asked_first():
    result = evaluate(Product("unknown"), TODAY)

    assert result.verdict == "unknown"
    assert [question.code for question in result.questions] == [
        "code",
        "is_implantable",
        "is_allogeneic",
        "directly_from_animal_tissue",
    ]


def test_a_first_level_code_asks_for_the_full_one():
    assert [question.code for question in asked(code="13-07", vascular_site=None).questions] == [
        "code",
        "vascular_site",
    ]


def test_a_covered_stent_filed_under_13_07_01_goes_to_a_person():
    rule = next(rule for rule in asked(code="13-07-01", vascular_site="peripheral").rules if rule.id == "P22-07")

    assert rule.met is True
    assert "only a person" in str(rule.note)
    assert all(other.note is None for other in asked(code="13-07-04").rules)


@pytest.mark.parametrize("row", table("prohibited_catalogue_2022-17")["not_on_final_list_useful_negative_tests"])
def test_what_was_only_on_the_draft_may_be_entrusted(row):
    assert asked(code=row["code"], is_implantable=True).verdict == "not_prohibited"


def test_every_answer_is_explained_without_a_gap_in_the_sentence():
    codes = (None, "13", *(f"13-{n:02}" for n in range(1, 12)), *ALWAYS.values(), "13-06-04", "13-10-01", "14-08-02")
    cardiovascular = tuple(f"13-07-{n:02}" for n in range(1, 10))
    for code, answer, site in every_combination(codes + cardiovascular, (True, False, None), ("peripheral", None)):
        given = dict.fromkeys(ATTRIBUTES, answer)
        for rule in asked(code=code, vascular_site=site, **given).rules:
            assert str(rule.why).strip()
            assert "%(" not in str(rule.why)
            assert (rule.met is None) == str(rule.why).startswith("Not decided") == bool(rule.missing)


def test_the_rule_version_is_the_fingerprint_of_the_entries():
    assert catalogue_on(TODAY).rule_version.startswith("sha256:")
    assert catalogue_on(TODAY).rule_version != catalogue_on(date(2022, 4, 30)).rule_version


codes = st.sampled_from(
    [
        None,
        "01-01-01",
        "12-01-01",
        "13",
        "13-06-04",
        "13-07",
        "13-07-01",
        "13-07-02",
        "13-07-03",
        "13-10-01",
        "14-08-02",
    ]
)
truths = st.sampled_from([True, False, None])
products = st.builds(
    Product,
    name=st.just("any"),
    code=codes,
    vascular_site=st.sampled_from(["peripheral", "coronary", "intracranial", "other", None]),
    **dict.fromkeys(ATTRIBUTES, truths),
)


@given(products, st.data())
def test_answering_an_unknown_never_changes_what_was_already_decided(product, data):
    before = evaluate(product, TODAY)
    unknown = [name for name in (*ATTRIBUTES, "vascular_site", "code") if getattr(product, name) is None]
    for name in unknown:
        answers = {"vascular_site": ["peripheral", "coronary", "other"], "code": ["13-07-02", "13-06-04", "01-01-01"]}
        product = replace(product, **{name: data.draw(st.sampled_from(answers.get(name, [True, False])))})
    after = evaluate(product, TODAY)

    for earlier, later in zip(before.rules, after.rules, strict=True):
        assert earlier.met in (None, later.met)
    assert before.verdict in ("unknown", after.verdict)


@given(products)
def test_the_verdict_is_the_or_of_all_rules(product):
    result = evaluate(product, TODAY)
    mets = [rule.met for rule in result.rules]

    assert len(mets) == 14
    assert (result.verdict == "prohibited") == (True in mets)
    assert (result.verdict == "not_prohibited") == (set(mets) == {False})
    assert bool(result.questions) == (result.verdict == "unknown")


@given(products)
def test_an_unknown_verdict_always_asks_something_that_is_unknown(product):
    for question in evaluate(product, TODAY).questions:
        value = getattr(product, question.code)
        assert value is None or (question.code == "code" and value.count("-") < 2)
