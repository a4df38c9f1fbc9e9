"""65 clauses, two agreements: what must be settled, what the law does not let anybody give away, and when it ends."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.clauses import (
    CLAUSES,
    STATUTORY_DUTIES,
    Parties,
    Settlement,
    clause,
    clauses_of,
    compare,
    draft,
    end_date,
    in_language,
    problems,
)
from tests.agreements.conftest import MANUFACTURER, REGISTRANT

PARTIES = Parties(REGISTRANT, MANUFACTURER)
TODAY = date(2026, 11, 22)
BEFORE_GMP_2025, GMP_2025 = date(2026, 10, 31), date(2026, 11, 1)


def settled(kind="quality", on=TODAY, implantable=True, **changes):
    """Problems of the standard draft after ``QA_20={"choice": "refused"}`` and the like."""
    settlements = [replace(each, **changes.get(each.clause_id.replace("-", "_"), {})) for each in draft(kind, PARTIES)]
    return [(each.clause_id, str(each.says)) for each in problems(kind, settlements, on, implantable=implantable)]


def test_the_table_holds_65_clauses_of_which_38_are_binding():
    assert len(CLAUSES) == 65
    assert sum(each.mandatory == "shall" for each in CLAUSES) == 38
    assert len(clauses_of("quality")) == 65
    assert [each.id for each in clauses_of("entrustment")] == [
        "QA-01", "QA-03", "QA-40", "QA-41", "QA-42", "QA-43", "QA-44", "QA-45", "QA-50", "QA-53",
    ]  # fmt: skip


@pytest.mark.parametrize("each", CLAUSES, ids=lambda each: each.id)
def test_what_a_clause_has_to_settle_is_said_in_both_languages(each):
    assert len(each.must_settle_zh) == len(each.must_settle) > 0
    assert all(re.search("[\u4e00-\u9fff]", zh) for zh in each.must_settle_zh)


@pytest.mark.parametrize("kind", ["quality", "entrustment"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("implantable", [True, False, None])
def test_a_first_draft_can_be_signed_as_it_is(kind, language, implantable):
    settlements = draft(kind, PARTIES, language, implantable=implantable)

    assert problems(kind, settlements, TODAY, implantable=implantable) == ()
    assert all(each.text and "%" not in each.text for each in settlements)


def test_the_draft_names_the_parties_and_speaks_the_language_asked():
    zh, en = (draft("quality", PARTIES, language)[0].text for language in ("zh", "en"))

    assert REGISTRANT.uscc in zh
    assert zh.startswith("委托方")
    assert en.startswith("Registrant: ")
    assert MANUFACTURER.name in en


def test_standard_text_is_shown_in_the_readers_language_and_own_wording_as_written():
    standard = draft("quality", PARTIES, "zh")[20]
    own = replace(standard, text="双方另行约定。")

    assert in_language(standard, PARTIES, "en") == draft("quality", PARTIES, "en")[20].text
    assert in_language(own, PARTIES, "en") == "双方另行约定。"


@pytest.mark.parametrize("each", [each for each in CLAUSES if each.mandatory == "shall"], ids=lambda each: each.id)
def test_a_binding_clause_may_not_stay_open(each):
    left = settled(**{each.id.replace("-", "_"): {"choice": "open"}})

    assert [clause_id for clause_id, _ in left] == [each.id]
    assert "still open" in left[0][1]


def test_a_clause_that_was_left_out_altogether_is_open():
    settlements = [each for each in draft("quality", PARTIES) if each.clause_id != "QA-31"]

    assert [each.clause_id for each in problems("quality", settlements, TODAY, implantable=False)] == ["QA-31"]


def test_gmp_2025_adds_its_two_clauses_from_its_first_day():
    open_ones = {"QA_51": {"choice": "open"}, "QA_52": {"choice": "open"}}

    assert settled(on=BEFORE_GMP_2025, **open_ones) == []
    assert [clause_id for clause_id, _ in settled(on=GMP_2025, **open_ones)] == ["QA-51", "QA-52"]


def test_the_duties_of_residents_are_asked_unless_the_product_is_known_not_to_be_implantable():
    open_one = {"QA_46": {"choice": "open"}}

    assert [clause_id for clause_id, _ in settled(implantable=True, **open_one)] == ["QA-46"]
    assert [clause_id for clause_id, _ in settled(implantable=None, **open_one)] == ["QA-46"]
    assert settled(implantable=False, **open_one) == []


def test_a_binding_clause_may_be_refused_with_a_reason_only():
    assert settled(QA_40={"choice": "refused", "reason": "同一集团，由集团章程规定"}) == []
    assert "without a reason" in settled(QA_40={"choice": "refused", "reason": " "})[0][1]


def test_an_advised_clause_may_stay_open_or_be_refused_without_a_reason():
    assert settled(QA_44={"choice": "open"}, QA_26={"choice": "refused"}, QA_F3={"choice": "refused"}) == []


def test_an_agreed_clause_says_something():
    assert "says nothing" in settled(QA_44={"choice": "agreed", "text": " "})[0][1]


@pytest.mark.parametrize("clause_id", STATUTORY_DUTIES)
def test_a_statutory_duty_cannot_be_refused_even_with_a_reason(clause_id):
    left = settled(**{clause_id.replace("-", "_"): {"choice": "refused", "reason": "双方同意"}})

    assert [each for each, _ in left] == [clause_id]
    assert "cannot be refused" in left[0][1]


@pytest.mark.parametrize(
    ("clause_id", "responsible", "allowed"),
    [
        ("QA-20", "entrusted", False),
        ("QA-20", "both", False),
        ("QA-20", "registrant", True),
        ("QA-19", "registrant", False),
        ("QA-19", "entrusted", True),
        *(
            (each, "entrusted", False)
            for each in ("QA-23", "QA-27", "QA-28", "QA-29", "QA-30", "QA-33", "QA-46", "QA-53")
        ),
        *((each, "both", True) for each in ("QA-23", "QA-27", "QA-28", "QA-29", "QA-30", "QA-33")),
        ("QA-50", "registrant", False),
        ("QA-15", "entrusted", True),
    ],
)
def test_a_statutory_duty_stays_with_the_one_the_law_gave_it_to(clause_id, responsible, allowed):
    given = {"choice": "agreed", "responsible": responsible}
    left = settled(**{clause_id.replace("-", "_"): given})

    assert [each for each, _ in left] == ([] if allowed else [clause_id])


def test_the_problem_of_a_statutory_duty_names_its_law():
    settlements = [Settlement("QA-20", "agreed", "entrusted", "受托方负责上市放行")]
    named = next(each for each in problems("quality", settlements, TODAY) if each.clause_id == "QA-20")

    assert [str(source) for source in named.sources] == ["ORDER-53 34", "ANN-2024-38 (8)", "ANN-2022-124 18"]


def test_a_clause_settled_twice_or_in_the_wrong_paper_is_named():
    doubled = [*draft("entrustment", PARTIES), Settlement("QA-01", "agreed", "both", "x"), Settlement("QA-20")]
    says = {each.clause_id: str(each.says) for each in problems("entrustment", doubled, TODAY)}

    assert says == {
        "QA-01": "The clause is settled twice.",
        "QA-20": "The clause does not belong to this agreement.",
    }


def test_a_clause_nobody_knows_is_refused():
    with pytest.raises(KeyError):
        clause("QA-99")
    with pytest.raises(KeyError):
        problems("quality", [Settlement("QA-99")], TODAY)


@pytest.mark.parametrize(
    ("wished", "certificate", "licence", "on", "limited_by"),
    [
        ("2027-01-01", "2028-01-01", "2029-01-01", "2027-01-01", "wish"),
        ("2027-01-01", "2027-01-01", "2027-01-01", "2027-01-01", "wish"),
        ("2030-01-01", "2028-01-01", "2029-01-01", "2028-01-01", "certificate"),
        ("2030-01-01", "2029-01-01", "2028-01-01", "2028-01-01", "licence"),
        ("2030-01-01", "2028-01-01", "2028-01-01", "2028-01-01", "certificate"),
        ("2030-01-01", None, "2028-01-01", "2028-01-01", "licence"),
        ("2030-01-01", None, None, "2030-01-01", "wish"),
        (None, "2028-01-01", "2029-01-01", "2028-01-01", "certificate"),
        (None, "2029-01-01", "2028-01-01", "2028-01-01", "licence"),
        (None, "2028-01-01", "2028-01-01", "2028-01-01", "certificate"),
    ],
)
def test_an_agreement_ends_no_later_than_certificate_and_licence(wished, certificate, licence, on, limited_by):
    day = {text: date.fromisoformat(text) if text else None for text in (wished, certificate, licence)}
    end = end_date(day[wished], day[certificate], day[licence])

    assert (end.on.isoformat(), end.limited_by) == (on, limited_by)
    assert on in str(end.says)


def test_without_a_wish_the_document_that_set_the_day_is_named():
    certificate, licence = date(2029, 1, 1), date(2028, 1, 1)

    assert str(end_date(None, certificate, licence).says) == "It ends on 2028-01-01 with the production licence."
    assert str(end_date(None, certificate, None).says) == "It ends on 2029-01-01 with the registration certificate."


days = st.dates(date(2024, 6, 1), date(2040, 1, 1))


@given(days, days, days)
def test_the_end_is_always_the_earliest_of_the_three(wished, certificate, licence):
    assert end_date(wished, certificate, licence).on == min(wished, certificate, licence)


def test_two_versions_are_compared_clause_by_clause_in_the_order_of_the_table():
    old = draft("quality", PARTIES)
    new = [
        replace(each, text="改写") if each.clause_id == "QA-33" else each for each in old if each.clause_id != "QA-44"
    ]
    changes = compare(old, reversed([*new, Settlement("QA-44", "refused")]))

    assert [(each.clause_id, each.after.choice) for each in changes] == [("QA-33", "agreed"), ("QA-44", "refused")]
    assert changes[0].before.text != changes[0].after.text == "改写"
    assert compare(old, old) == ()
    assert compare([], [Settlement("QA-01")])[0].before is None
    assert compare([Settlement("QA-01")], [])[0].after is None


def test_no_clause_keeps_an_inspector_away():
    # Order 14 (2015) Art. 28: the template's ban on contact with inspectors must never block an inspection.
    assert "限制或者禁止与检查机构的联系" in clause("QA-25").standard_text["zh"]
