"""Which duties an agreement and the law begin, what meets them, and how they stand: worked out from what happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agreements.clauses import CLAUSES, Parties, Settlement, draft
from agreements.docket import Docket, Standing, evaluate, standing
from agreements.duty_rules import DUTY_RULES, Happening, duty_rule, rules_under
from agreements.evidence import Party
from agreements.sources import cite
from portal.docket import HEARD
from portal.web.event_names import EVENT_NAMES
from tests.bench.duties import CLAUSES as MEASURED
from tests.bench.duties import measured

CHINA = ZoneInfo("Asia/Shanghai")
PARTIES = Parties(Party("Registrant", "91320594MA1MYWTQ2K", "苏"), Party("Plant", "91320594MA1MYWTQ2K", "苏"))
DRAFT = [replace(each, choice="agreed") for each in draft("quality", PARTIES)]
LAW = rules_under([], PARTIES)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def happened(event, when, about="a", **marks):
    return Happening(event, at(when), about, "entrustment", marks)


def signed(when, about="agreement"):
    return happened("agreement.signed", when, about, kind="quality", state="signed")


def found(rules, *happenings):
    return {(each.rule.id, each.about, f"{each.started_at:%Y-%m-%d}"): each for each in evaluate(rules, happenings)}


def test_a_signed_quality_agreement_begins_what_its_agreed_clauses_ask_for():
    begun = found(rules_under(DRAFT, PARTIES), signed("2026-03-02 09:00"))

    assert {rule for rule, _, _ in begun} == {
        "yearly-audit",
        "joint-review",
        "internal-audit",
        "representatives-meet",
        "indicators-reviewed",
    }
    assert begun["yearly-audit", "entrustment", "2026-03-02"].due.at == at("2027-03-03 00:00")
    assert begun["representatives-meet", "entrustment", "2026-03-02"].due.at == at("2026-06-03 00:00")


@pytest.mark.parametrize("marks", [{"kind": "entrustment", "state": "signed"}, {"kind": "quality", "state": "offered"}])
def test_another_paper_or_one_signature_begins_nothing(marks):
    assert not found(rules_under(DRAFT, PARTIES), happened("agreement.signed", "2026-03-02 09:00", **marks))


def test_a_clause_that_is_refused_asks_for_nothing_but_the_law_still_does():
    without = [each for each in DRAFT if each.clause_id != "QA-26"] + [Settlement("QA-26", "refused", reason="none")]
    rules = {each.id for each in rules_under(without, PARTIES)}

    assert "internal-audit" not in rules
    assert {"AE-01", "RC-01", "address-removed"} <= rules


def test_days_that_only_the_standard_text_names_are_not_guessed_once_the_parties_wrote_their_own():
    own = [
        Settlement(each.clause_id, "agreed", each.responsible, "Receipt is confirmed within two working days.")
        if each.clause_id == "QA-28"
        else each
        for each in DRAFT
    ]
    rules = {each.id: each for each in rules_under(own, PARTIES)}

    assert rules["complaint-acknowledged"].due(at("2026-03-02 09:00")) is None
    assert duty_rule("complaint-acknowledged").due(at("2026-03-02 09:00")).at == at("2026-03-10 00:00")


def test_a_duty_counts_by_the_number_that_the_parties_own_text_names():
    own = [
        Settlement(each.clause_id, "agreed", each.responsible, "They meet twice a year.", within=6)
        if each.clause_id == "QA-35"
        else each
        for each in DRAFT
    ]
    docket = Docket(rules_under(own, PARTIES))
    begun = {each.rule.id: each for each in docket.take(signed("2026-01-05 09:00"))}
    _, anew = docket.meet(duty_rule("representatives-meet"), "entrustment", at("2026-03-20 15:00"))

    assert begun["representatives-meet"].due.at == at("2026-07-06 00:00")
    assert anew.due.at == at("2026-09-21 00:00")
    assert begun["indicators-reviewed"].due.at == at("2026-04-06 00:00")


@pytest.mark.parametrize(("held_on", "standing"), [("2026-01-04", "owed"), ("2026-01-05", "met")])
def test_what_was_done_before_a_duty_began_meets_none_however_late_it_comes_on_record(held_on, standing):
    marks = {"state": "signed", "representatives": "both", "indicators": "reviewed", "held_on": held_on}
    duties = found(
        rules_under(DRAFT, PARTIES), signed("2026-01-05 09:00"), happened("meeting.signed", "2026-03-20 15:00", **marks)
    )

    for rule in ("representatives-meet", "indicators-reviewed"):
        assert duties[rule, "entrustment", "2026-01-05"].standing(at("2026-03-20 16:00")) == standing


@pytest.mark.parametrize(("day", "standing"), [("2026-01-04", "owed"), ("2026-01-05", "met")])
def test_an_audit_or_a_judged_year_that_ended_before_the_duty_began_does_not_meet_it(day, standing):
    duties = found(
        rules_under(DRAFT, PARTIES),
        signed("2026-01-05 09:00"),
        happened("audit.reported", "2026-01-20 15:00", yearly="yes", held_on=day),
        happened("agreement_review.signed", "2026-01-20 15:00", state="signed", judged_until=day),
    )

    for rule in ("yearly-audit", "joint-review"):
        assert duties[rule, "entrustment", "2026-01-05"].standing(at("2026-01-20 16:00")) == standing


def test_days_that_the_law_names_hold_whatever_the_parties_wrote():
    own = [Settlement(each.clause_id, "agreed", each.responsible, "As we please.") for each in DRAFT]
    rules = {each.id: each for each in rules_under(own, PARTIES)}

    assert rules["yearly-audit"].due(at("2026-03-02 09:00")).at == at("2027-03-03 00:00")


def test_what_meets_a_duty_that_recurs_begins_the_next_one_from_there():
    docket = Docket(rules_under(DRAFT, PARTIES))
    list(docket.take(signed("2026-01-05 09:00")))

    met, anew = docket.meet(duty_rule("representatives-meet"), "entrustment", at("2026-03-20 15:00"))

    assert (met.met_at, met.standing(at("2026-03-20 15:00"))) == (at("2026-03-20 15:00"), Standing.MET)
    assert (anew.started_at, anew.due.at) == (at("2026-03-20 15:00"), at("2026-06-21 00:00"))


def test_a_day_that_the_record_names_counts_and_one_that_is_past_is_too_late_at_once():
    named = {"due_on": "2026-03-09", "owes": "manufacturer"}
    begun = found(LAW, happened("capa_action.planned", "2026-03-02 09:00", **named))
    late = found(LAW, happened("audit_finding.accepted", "2026-03-12 09:00", due_on="2026-03-09"))

    assert [(each.owes, each.due.at) for each in begun.values()] == [("manufacturer", at("2026-03-10 00:00"))]
    assert [each.standing(at("2026-03-12 09:00")) for each in late.values()] == [Standing.BREACHED]


@pytest.mark.parametrize(("yearly", "stands"), [("yes", "met"), ("no", "owed")])
def test_the_yearly_audit_is_met_by_the_report_of_one_on_site_and_by_no_desk_review(yearly, stands):
    duties = found(
        rules_under(DRAFT, PARTIES),
        signed("2026-03-02 09:00"),
        happened("audit.reported", "2026-09-02 09:00", yearly=yearly, held_on="2026-08-20"),
    )

    assert duties["yearly-audit", "entrustment", "2026-03-02"].standing(at("2026-09-03 00:00")) == stands


def test_a_second_agreement_does_not_double_what_is_owed_once():
    begun = found(rules_under(DRAFT, PARTIES), signed("2026-03-02 09:00"), signed("2026-05-02 09:00", "the next"))

    assert len(begun) == 5


def test_the_end_of_the_entrustment_ends_what_was_agreed_and_begins_what_the_law_asks_then():
    ended = happened("entrustment.ended", "2026-05-04 10:00", address_removed="no", end_reported="no")
    begun = found(rules_under(DRAFT, PARTIES), signed("2026-03-02 09:00"), ended)
    stand = {rule: each.standing(at("2026-12-01 00:00")) for (rule, _, _), each in begun.items()}

    assert stand["yearly-audit"] is Standing.LAPSED
    assert (stand["address-removed"], stand["end-reported"]) == (Standing.OWED, Standing.OWED)


def test_reports_are_owed_from_the_day_of_agreement_unless_they_were_made_before():
    agreed = {"registrant_reported": "no", "manufacturer_reported": "yes"}
    begun = found(LAW, happened("entrustment.agreed", "2026-03-02 09:00", **agreed))
    met = found(
        LAW,
        happened("entrustment.agreed", "2026-03-02 09:00", **agreed),
        happened("entrustment.registrant-reported", "2026-03-09 09:00"),
    )

    assert [rule for rule, _, _ in begun] == ["entrustment-reported"]
    assert [each.met_at for each in met.values()] == [at("2026-03-09 09:00")]


FILED = {"kind": "process", "side": "manufacturer", "known": "no", "verdict": "filing"}
RENAMED = {"kind": "party", "side": "manufacturer", "known": "yes", "verdict": ""}


def test_a_change_to_be_filed_is_owed_from_the_verdict_until_the_receipt_or_until_it_is_taken_back():
    approved = happened("change.approved", "2026-03-02 09:00", **FILED)
    (owed,) = found(LAW, approved).values()
    (met,) = found(LAW, approved, happened("change.registration-shown", "2026-03-09 09:00", **FILED)).values()
    (lapsed,) = found(LAW, approved, happened("change.taken-back", "2026-03-09 09:00", **FILED)).values()

    assert (owed.rule.id, owed.owes, owed.due.at) == ("RG-03", "registrant", at("2026-04-15 00:00"))
    assert (met.met_at, lapsed.lapsed_at) == (at("2026-03-09 09:00"), at("2026-03-09 09:00"))


@pytest.mark.parametrize("verdict", ["none", "registration_change"])
def test_a_change_that_is_not_to_be_filed_owes_no_filing(verdict):
    assert not found(LAW, happened("change.approved", "2026-03-02 09:00", **FILED | {"verdict": verdict}))


@pytest.mark.parametrize(
    ("event", "marks", "begun"),
    [
        ("change.opened", {}, True),
        ("change.opened", {"known": "no"}, False),
        ("change.implemented", {"known": "no"}, True),
        ("change.implemented", {}, False),
        ("change.opened", {"side": "registrant"}, False),
        ("change.opened", {"kind": "licence"}, False),
    ],
)
def test_the_licence_follows_the_manufacturers_own_entry_once_that_has_changed(event, marks, begun):
    assert [rule for rule, _, _ in found(LAW, happened(event, "2026-03-02 09:00", **RENAMED | marks))] == (
        ["PR-04"] if begun else []
    )


DUE = at("2026-03-09 00:00")


@pytest.mark.parametrize(
    ("due", "met", "lapsed", "seen", "stands"),
    [
        (DUE, None, None, DUE - timedelta(seconds=1), "owed"),
        (DUE, None, None, DUE, "breached"),
        (DUE, DUE - timedelta(seconds=1), None, DUE + timedelta(days=9), "met"),
        (DUE, DUE, None, DUE + timedelta(days=9), "late"),
        (DUE, None, DUE - timedelta(seconds=1), DUE + timedelta(days=9), "lapsed"),
        (DUE, None, DUE + timedelta(days=1), DUE + timedelta(days=9), "breached"),
        (None, None, None, DUE, "owed"),
        (None, DUE, None, DUE, "met"),
        (None, None, DUE, DUE, "lapsed"),
    ],
)
def test_in_time_is_before_the_moment_that_is_too_late(due, met, lapsed, seen, stands):
    assert standing(at("2026-03-02 09:00"), due, met, lapsed, seen) == stands


def test_at_once_is_kept_by_whoever_acts_at_the_moment_and_by_nobody_later():
    known = at("2026-07-06 20:15")

    assert standing(known, known, known, None, known) == "met"
    assert standing(known, known, known + timedelta(minutes=1), None, known) == "late"
    assert standing(known, known, None, None, known) == "breached"


def test_every_rule_says_where_it_is_written_in_both_languages_and_can_begin_and_be_met():
    clauses = {each.id for each in CLAUSES}
    for rule in DUTY_RULES.values():
        assert rule.title("zh") != rule.title("en")
        assert all(cite(source, language) for source in rule.sources for language in ("zh", "en"))
        assert rule.clause_id is None or rule.clause_id in clauses
        assert bool(rule.begins) is not bool(rule.happening("en")), "records begin it, or people do"
        assert bool(rule.happening("en")) is bool(rule.happening("zh"))


@pytest.mark.parametrize(
    ("retired", "of_the_house"), [("PR-11", "representative-reported"), ("PR-12", "representative-replaced")]
)
def test_what_a_house_owes_itself_is_not_begun_in_an_entrustment_as_well(retired, of_the_house):
    assert retired not in {each.id for each in LAW}
    assert (duty_rule(retired).retired, duty_rule(of_the_house).retired) == (True, False)
    assert duty_rule(retired).deadline == duty_rule(of_the_house).deadline


def test_the_effect_of_an_action_is_judged_until_the_last_day_that_its_plan_names():
    begun = found(LAW, happened("capa.carried-out", "2026-04-15 10:00", check_by="2026-05-30"))

    assert [each.due.at for each in begun.values()] == [at("2026-05-31 00:00")]


def test_every_happening_that_a_rule_waits_for_is_one_that_the_portal_tells_of():
    assert set(EVENT_NAMES) >= HEARD


def test_the_year_whose_time_is_measured_begins_duties_under_each_kind_of_rule():
    """A rule that asks more of a happening than the measured year tells would break the measurement alone."""
    assert measured()["duties"] > MEASURED
