"""Every citation leads to an instrument and reads in both languages."""

import pytest

from agreements.catalogue import CATALOGUES
from agreements.citations import sources_in
from agreements.clauses import CLAUSES, STATUTORY_DUTIES
from agreements.eligibility_rules import RULES
from agreements.sources import UnknownInstrument, cite, every_instrument, instrument, is_recalled
from workflows.engine import Source


@pytest.mark.parametrize(
    ("source", "zh", "en"),
    [
        (Source("ORDER-53", "34"), "《医疗器械生产监督管理办法》第三十四条", "SAMR Order 53 (2022), art. 34"),
        (
            Source("GMP-2025", "104(1)"),
            "《医疗器械生产质量管理规范（2025年版）》第一百零四条（一）",
            "GMP 2025, art. 104(1)",
        ),
        (Source("GMP-2025", "110"), "《医疗器械生产质量管理规范（2025年版）》第一百一十条", "GMP 2025, art. 110"),
        (
            Source("ORDER-53", "16, 19"),
            "《医疗器械生产监督管理办法》第十六条、第十九条",
            "SAMR Order 53 (2022), art. 16, art. 19",
        ),
        (Source("ORDER-53", "20"), "《医疗器械生产监督管理办法》第二十条", "SAMR Order 53 (2022), art. 20"),
        (
            Source("ORDER-53", "35-36"),
            "《医疗器械生产监督管理办法》第三十五条至第三十六条",
            "SAMR Order 53 (2022), art. 35-36",
        ),
        (
            Source("ANN-2024-38", "(8)"),
            "《国家药监局关于进一步加强医疗器械注册人委托生产监督管理的公告》第（八）条",
            "NMPA Announcement 2024 No. 38, clause (8)",
        ),
        (
            Source("GUIDE-2022-20", "III(6)"),
            "《医疗器械委托生产质量协议编制指南》第三部分（六）",
            "NMPA Notice 2022 No. 20, part III(6)",
        ),
        (
            Source("GUIDE-2022-20", "template 8.4"),
            "《医疗器械委托生产质量协议编制指南》参考模板8.4",
            "NMPA Notice 2022 No. 20, template 8.4",
        ),
        (
            Source("NOTICE-2014-18", "四"),
            "《禁止委托生产医疗器械目录（2014年）》第四部分",
            "CFDA Notice 2014 No. 18, part IV",
        ),
        (Source("NOTICE-2022-17"), "《禁止委托生产医疗器械目录》", "NMPA Notice 2022 No. 17"),
        (Source("HOUSE", "evidence-12-months"), "本平台规则", "House rule"),
    ],
)
def test_a_source_reads_in_both_languages(source, zh, en):
    assert cite(source, "zh") == cite(source, "zh_Hans_CN") == zh
    assert cite(source, "en") == en


def every_source():
    yield from (source for rule in RULES for source in rule.sources)
    yield from (entry.source for catalogue in CATALOGUES for entry in catalogue.entries)
    yield from (source for clause in CLAUSES for source in clause.sources + clause.also_required_by)
    yield from (source for duty in STATUTORY_DUTIES.values() for source in duty.sources)


def test_everything_this_package_cites_is_in_the_table_of_instruments():
    for source in every_source():
        assert cite(source, "zh")
        assert cite(source, "en")


def test_an_instrument_nobody_stored_is_refused():
    with pytest.raises(UnknownInstrument):
        cite(Source("ORDER-9999", "1"), "en")


def test_what_was_only_recalled_is_marked():
    assert is_recalled(Source("OPINION-2022-21", "II(1)"))
    assert is_recalled(Source("ISO-13485", "7.4.2"))
    assert not is_recalled(Source("ISO-13485", "4.1.5"))
    assert not is_recalled(Source("ORDER-53", "34"))


def test_the_dates_of_the_instruments_do_not_contradict_one_another():
    for each in every_instrument():
        assert each.issued is None or each.in_force_from is None or each.issued <= each.in_force_from
        assert each.in_force_from is None or each.in_force_to is None or each.in_force_from < each.in_force_to
        assert each.read_at or each.confidence == "RECALLED"
    assert str(instrument("GMP-2025").in_force_from) == "2026-11-01"
    assert str(instrument("GMP-2014").in_force_to) == "2026-10-31"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Guide 2022-20 III(1); template 2.2", ["GUIDE-2022-20 III(1)", "GUIDE-2022-20 template 2.2"]),
        ("Guide 2022-20 template 8.2, 10", ["GUIDE-2022-20 template 8.2", "GUIDE-2022-20 template 10"]),
        ("Guide 2022-20 II(7); III(2),(9)", ["GUIDE-2022-20 II(7)", "GUIDE-2022-20 III(2)", "GUIDE-2022-20 III(9)"]),
        ("GMP 2025 Art. 104, 113", ["GMP-2025 104", "GMP-2025 113"]),
        ("2024-38 (6): for key items", ["ANN-2024-38 (6)"]),
    ],
)
def test_a_hand_written_citation_is_read_into_sources(text, expected):
    assert [str(source) for source in sources_in(text)] == expected


def test_a_citation_without_instrument_is_refused():
    with pytest.raises(ValueError, match="no known instrument"):
        sources_in("somewhere II(1)")
