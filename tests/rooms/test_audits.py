"""Audits: planned, held by a fit team, reported by the lead auditor, acknowledged by the manufacturer."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from agreements.sources import cite
from portal.db import today
from tests.browsing import words
from tests.rooms import audit_desk as desk
from tests.rooms.batch_desk import names
from tests.stage import sql, stored
from workflows.audit import AUDIT
from workflows.auditing import BEING_HELD, STILL_PLANNED, YEARLY_ON_SITE

CHECKS = {check.code: check for move in AUDIT.transitions for check in move.checks}
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])


def test_an_audit_goes_from_its_plan_to_the_manufacturers_acknowledgement(seat, as_org, world):
    place, _ = desk.reported(seat, as_org, world)
    assert seat(desk.PLANT).sign(f"{place}/acknowledge").status_code == 302

    audit = desk.audit_at(as_org, place)
    assert (audit.state, audit.counts_as_yearly, audit.reported_by_id) == ("acknowledged", True, audit.lead_id)
    assert desk.events_of(as_org, audit)[::-1] == [
        "audit.planned",
        "audit.team-named",
        "audit.team-confirmed",
        "audit.days-recorded",
        "audit.opened",
        "audit.points-answered",
        "audit.days-recorded",
        "audit.closed",
        "audit.reported",
        "audit.acknowledged",
    ]
    assert desk.meanings_under(as_org, audit) == [
        AUDIT.transition("report").signature,
        AUDIT.transition("acknowledge").signature,
    ]
    page = words(seat("shanghai/authority-inspector").get(place))
    assert "No signature" in page
    assert "Line 2 and its release" in page


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize("instead", [{"mode": "desk"}, {"kind": "for_cause"}])
def test_what_is_not_on_site_is_refused_as_the_yearly_audit_with_the_rule_and_its_source(seat, world, instead):
    path = f"/entrustments/{world.entrustment}/audits/new"

    answer = seat(desk.LEAD).post(path, **desk.plan_of(**instead))

    assert answer.status_code == 422
    assert YEARLY_ON_SITE.says in words(answer)
    assert all(cite(source, "en") in words(answer) for source in YEARLY_ON_SITE.sources)
    assert "Line 2 and its release" in answer.text
    place = desk.planned(seat, world, yearly="", **instead)
    assert "yes, it is owed each year" not in words(seat(desk.LEAD).get(place))


def test_the_database_itself_takes_no_desk_review_for_the_yearly_audit(world):
    row = sql("SELECT last_event_id FROM batch LIMIT 1")[0][0]
    with pytest.raises(DBAPIError, match=r"(?i)check"):
        sql(
            "UPDATE audit SET mode = 'desk', version = version + 1, last_event_id = :other WHERE id = :id",
            id=stored(world.audit["planned"]),
            other=row,
        )


def test_the_database_itself_takes_no_report_signed_by_another_than_the_lead(world):
    row = sql("SELECT last_event_id FROM batch LIMIT 1")[0][0]
    with pytest.raises(DBAPIError, match=r"(?i)check"):
        sql(
            "UPDATE audit SET reported_by_id = :who, version = version + 1, last_event_id = :other WHERE id = :id",
            id=stored(world.audit["audit"]),
            who=stored(world.person[desk.QUALITY]),
            other=row,
        )


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"kind": ""}, "Choose what is audited."),
        ({"scope": " "}, "Say what the audit covers."),
        ({"ends_on": "2020-01-01"}, "The last day does not come before the first."),
        ({"starts_on": "0001-01-01"}, "An audit is planned from last year to five years ahead."),
        ({"supplier": "Steel Ltd"}, "Leave this empty"),
        ({"kind": "supplier", "yearly": ""}, "Name the supplier that is audited."),
    ],
)
def test_a_wrong_entry_is_refused_at_its_field_and_everything_typed_is_kept(seat, world, given, says):
    answer = seat(desk.LEAD).post(f"/entrustments/{world.entrustment}/audits/new", **desk.plan_of(**given))

    assert answer.status_code == 422
    assert says in words(answer)
    assert ("Line 2 and its release" in answer.text) is ("scope" not in given)


@ON_EITHER_ENGINE_THE_SAME
def test_a_supplier_of_a_key_item_is_audited_by_points_of_its_own(seat, as_org, world):
    given = {"kind": "supplier", "yearly": "", "held_by": "both", "supplier": "Gamma Ltd", "supplied": "sterilisation"}
    place = desk.planned(seat, world, **given)

    audit = desk.audit_at(as_org, place)
    assert (audit.site, audit.supplied, audit.counts_as_yearly) == ("Gamma Ltd", "sterilisation", False)
    assert "supplier-acceptance" in audit.points
    assert "Outsourced sterilisation" in words(seat(desk.PLANT).get(place))


@ON_EITHER_ENGINE_THE_SAME
def test_a_plan_is_changed_until_the_team_is_confirmed(seat, as_org, world):
    place = desk.planned(seat, world)
    later = today() + timedelta(days=9)
    given = desk.plan_of(starts_on=later.isoformat(), ends_on=later.isoformat())
    assert seat(desk.LEAD).post(f"{place}/edit", **given).status_code == 302
    assert desk.audit_at(as_org, place).starts_on == later

    seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world))
    seat(desk.LEAD).post(f"{place}/confirm-team")
    for below in ("edit", "team"):
        answer = seat(desk.LEAD).get(f"{place}/{below}")
        assert (answer.status_code, STILL_PLANNED.says in words(answer)) == (409, True)
    assert seat(desk.LEAD).post(f"{place}/reopen-team", reason="Ill").status_code == 302
    assert seat(desk.LEAD).get(f"{place}/team").status_code == 200


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("who", "given", "code"),
    [
        ((desk.QUALITY,), {}, "team-competent"),
        ((), {"tied": "LEAD", "ties": "Worked there until 2024"}, "team-independent"),
        ((desk.RELEASE,), {}, "nobody-audits-own-work"),
    ],
)
def test_a_team_that_is_not_fit_is_not_confirmed_and_the_page_says_who(seat, as_org, world, who, given, code):
    place = desk.planned(seat, world)
    tied = {"tied": [str(world.person[desk.LEAD])]} if "tied" in given else {}
    assert seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world, *who, **given | tied)).status_code == 302

    answer = seat(desk.LEAD).get(f"{place}/confirm-team")

    named = (*who, desk.LEAD)[0]
    (name,) = sql("SELECT name FROM person WHERE id = :id", id=stored(world.person[named]))[0]
    assert answer.status_code == 409
    assert names(desk.unmet(answer), CHECKS[code])
    assert name in words(answer)
    assert desk.audit_at(as_org, place).state == "planned"


@ON_EITHER_ENGINE_THE_SAME
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"lead": ""}, "Choose who leads the audit."),
        ({"lead": "chengyue/resident-supervisor"}, "has no role that signs audit reports."),
        ({"declared": ""}, "Without the declarations the team cannot be named."),
        ({"tied": "chengyue/resident-supervisor"}, "Only somebody in the team is named here."),
        ({"tied": desk.LEAD}, "Say which ties they declared."),
        ({"lead": "hengrui/plant-clerk"}, "Not a valid choice"),
    ],
)
def test_a_wrong_team_is_refused_at_its_field(seat, as_org, world, given, says):
    place = desk.planned(seat, world)
    chosen = {name: str(world.person.get(value, value)) for name, value in given.items()}

    answer = seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world) | chosen)

    assert answer.status_code == 422
    assert says in words(answer)
    assert desk.audit_at(as_org, place).team == []


@ON_EITHER_ENGINE_THE_SAME
def test_a_qualification_that_was_retired_since_opens_no_audit(seat, as_org, world):
    place = desk.confirmed(seat, world)
    held = desk.audit_at(as_org, place).team[0]["qualification_id"]
    seat(desk.QUALITY).post(f"/auditors/{held}/retire", reason="Left the department")
    seat(desk.LEAD).post(f"{place}/days", arrived_on=today().isoformat(), opening="All")

    answer = seat(desk.LEAD).get(f"{place}/open")

    assert answer.status_code == 409
    assert names(desk.unmet(answer), CHECKS["team-competent"])


@ON_EITHER_ENGINE_THE_SAME
def test_an_audit_on_site_opens_only_with_its_day_of_arrival_and_its_meeting(seat, as_org, world):
    place = desk.confirmed(seat, world)
    answer = seat(desk.LEAD).get(f"{place}/open")
    assert answer.status_code == 409
    assert names(desk.unmet(answer), CHECKS["arrived-on-site"])
    assert names(desk.unmet(answer), CHECKS["opening-meeting"])

    tomorrow = (today() + timedelta(days=1)).isoformat()
    assert seat(desk.LEAD).post(f"{place}/days", arrived_on=tomorrow, opening="All").status_code == 422
    assert seat(desk.LEAD).post(f"{place}/days", left_on=today().isoformat()).status_code == 422
    assert desk.audit_at(as_org, place).arrived_on is None


@ON_EITHER_ENGINE_THE_SAME
def test_it_is_not_concluded_with_open_points_nor_with_one_not_met_that_has_no_finding(seat, as_org, world):
    place = desk.opened(seat, world)
    lead = seat(desk.LEAD)
    lead.post(f"{place}/checklist", **{"line-clearance-result": "not_met", "line-clearance-note": "no sign"})
    page = desk.unmet(lead.get(f"{place}/conclude"))
    assert names(page, CHECKS["checklist-answered"])
    assert names(page, CHECKS["unmet-points-are-findings"])

    lead.post(f"{place}/checklist", **desk.answers_of(place, as_org, line_clearance="not_met"))
    page = desk.unmet(lead.get(f"{place}/conclude"))
    assert not names(page, CHECKS["checklist-answered"])
    assert names(page, CHECKS["unmet-points-are-findings"])

    lead.post(f"{place}/findings/new", **desk.FINDING)
    page = desk.unmet(lead.get(f"{place}/conclude"))
    assert not names(page, CHECKS["unmet-points-are-findings"])
    assert names(page, CHECKS["left-the-site"])


@ON_EITHER_ENGINE_THE_SAME
def test_a_point_that_is_not_met_says_what_was_seen(seat, as_org, world):
    place = desk.opened(seat, world)

    answer = seat(desk.LEAD).post(f"{place}/checklist", **{"restart-result": "not_met", "restart-note": " "})

    assert answer.status_code == 422
    assert "Say what was seen, or why the point does not apply." in words(answer)
    assert desk.audit_at(as_org, place).answers == []


@ON_EITHER_ENGINE_THE_SAME
def test_only_the_lead_auditor_signs_and_then_nothing_is_changed_any_more(seat, as_org, world):
    place = desk.opened(seat, world)
    lead, held = seat(desk.LEAD), today().isoformat()
    lead.post(f"{place}/checklist", **desk.answers_of(place, as_org))
    lead.post(f"{place}/days", arrived_on=held, opening="a", left_on=held, closing="b", conclusion="c")
    lead.post(f"{place}/conclude")

    answer = seat(desk.QUALITY).get(f"{place}/report")
    assert answer.status_code == 409
    assert names(desk.unmet(answer), CHECKS["lead-auditor-signs"])
    assert lead.sign(f"{place}/report", password="not the password").status_code == 422
    assert desk.audit_at(as_org, place).state == "concluded"

    assert lead.sign(f"{place}/report").status_code == 302
    for below in ("edit", "team", "days", "checklist", "findings/new", "cancel", "report"):
        assert lead.get(f"{place}/{below}").status_code == 409, below
    assert BEING_HELD.says in words(lead.get(f"{place}/checklist"))


@ON_EITHER_ENGINE_THE_SAME
def test_a_finding_changes_what_the_report_is_signed_with(seat, as_org, world):
    place = desk.opened(seat, world)
    before = desk.audit_at(as_org, place)
    finding = seat(desk.LEAD).post(f"{place}/findings/new", **desk.FINDING).headers["Location"]
    raised = desk.audit_at(as_org, place)
    seat(desk.LEAD).post(f"{finding}/edit", **desk.FINDING | {"grade": "critical"})

    hashes = {each.findings_hash for each in (before, raised, desk.audit_at(as_org, place))}
    assert len(hashes) == 3


@ON_EITHER_ENGINE_THE_SAME
def test_an_audit_that_is_cancelled_counts_no_more_and_says_why(seat, as_org, world):
    place = desk.planned(seat, world)
    assert seat(desk.LEAD).post(f"{place}/cancel", reason=" ").status_code == 422
    assert seat(desk.LEAD).post(f"{place}/cancel", reason="Line stands still").status_code == 302

    assert not desk.audit_at(as_org, place).counts_as_yearly
    assert "Line stands still" in words(seat(desk.PLANT).get(place))


@ON_EITHER_ENGINE_THE_SAME
def test_the_manufacturer_reads_the_plan_and_changes_none_of_it(seat, world):
    place = desk.planned(seat, world)

    assert "Line 2 and its release" in words(seat(desk.PLANT).get(place))
    for below in ("edit", "team"):
        assert seat(desk.PLANT).get(f"{place}/{below}").status_code == 403
    assert seat(desk.PLANT).post(f"{place}/cancel", reason="We have no time").status_code == 409
    assert seat("hengrui/management-representative").get(f"{place}/team").status_code == 403


@ON_EITHER_ENGINE_THE_SAME
def test_another_registrant_at_the_plant_learns_nothing_of_it(seat, world):
    place = desk.planned(seat, world, scope="known to two")

    assert seat(desk.RIVAL).get(place).status_code == 404
    assert seat(desk.RIVAL).get(f"{place}/edit").status_code == 404
    listed = seat(desk.RIVAL).get(f"/entrustments/{world.rival_entrustment}/audits")
    assert place not in listed.text
    assert "3 in all" in words(listed)


@ON_EITHER_ENGINE_THE_SAME
def test_a_stale_page_and_a_form_without_a_token_write_nothing(seat, as_org, world):
    place = desk.planned(seat, world)
    stale = seat(desk.LEAD).post(f"{place}/team", **desk.team_of(world, seen_version="99"))

    assert stale.status_code == 409
    assert seat(desk.LEAD).client.post(f"{place}/team", data=desk.team_of(world)).status_code == 400
    assert desk.audit_at(as_org, place).team == []
