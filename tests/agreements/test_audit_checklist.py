"""The checklist of an audit: points with their sources, asked in the audits and from the days they belong to."""

from datetime import date

import pytest

from agreements.audit_checklist import checklist, point
from agreements.sources import cite
from workflows.audit import KINDS

LAST_DAY_OF_2014, FIRST_DAY_OF_2025 = date(2026, 10, 31), date(2026, 11, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_every_point_is_said_in_both_languages_and_names_its_source(kind):
    asked = checklist(kind, FIRST_DAY_OF_2025)

    assert asked
    assert len({each.id for each in asked}) == len(asked)
    for each in asked:
        assert each.zh
        assert each.en
        assert cite(each.source, "zh") != cite(each.source, "en")
        assert point(each.id) is each


@pytest.mark.parametrize("kind", KINDS)
def test_gmp_2025_is_asked_from_the_day_it_is_in_force(kind):
    before, after = checklist(kind, LAST_DAY_OF_2014), checklist(kind, FIRST_DAY_OF_2025)

    assert {each.source.instrument for each in before}.isdisjoint({"GMP-2025"})
    assert {each.source.instrument for each in after} >= {"GMP-2025"}
    assert set(before) < set(after)


def test_the_quality_system_is_asked_about_by_the_inspectors_own_list_of_manufacturers():
    of_order_53 = [each for each in checklist("system", FIRST_DAY_OF_2025) if each.source.instrument == "ORDER-53"]

    assert [each.source.article for each in of_order_53] == ["53"] * 8 + ["52"] * 2
    assert "产品的生产放行情况" in [each.zh for each in of_order_53]


def test_a_supplier_is_asked_what_announcement_38_asks_of_key_items():
    assert "ANN-2024-38 (6)" in [str(each.source) for each in checklist("supplier", FIRST_DAY_OF_2025)]


def test_a_point_that_was_never_asked_is_none():
    with pytest.raises(KeyError):
        point("no-such-point")
