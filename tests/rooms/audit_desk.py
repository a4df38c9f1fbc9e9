"""What the tests of audits do behind them: plan one, take it further, and read it in the registrant's books."""

import re
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.records.agreement import Signature
from portal.records.audit import Audit, AuditFinding
from tests.browsing import words

LEAD, QUALITY = "chengyue/management-representative", "chengyue/registrant-quality-manager"
RELEASE, PLANT = "chengyue/registrant-release-person", "hengrui/manufacturer-quality-manager"
RIVAL = "lantai/management-representative"
FINDING = {"grade": "major", "title": "No signature", "description": "Two of ten records.", "point": "line-clearance"}
ANSWER = {"cause": "Nobody was trained.", "action": "Train them.", "action_owner": "Head of production"}


def plan_of(**given):
    first = today()
    return {
        "kind": "system",
        "mode": "on_site",
        "held_by": "registrant",
        "yearly": "y",
        "starts_on": first.isoformat(),
        "ends_on": (first + timedelta(days=1)).isoformat(),
        "scope": "Line 2 and its release",
        "supplier": "",
        "supplied": "",
    } | given


def planned(seat, world, **given):
    """An audit that the registrant's representative has planned; returns where it lies."""
    answer = seat(LEAD).post(f"/entrustments/{world.entrustment}/audits/new", **plan_of(**given))
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def team_of(world, *others, **given):
    people = {"lead": str(world.person[LEAD]), "members": [str(world.person[each]) for each in others]}
    return people | {"declared": "y", "tied": [], "ties": ""} | given


def confirmed(seat, world, **given):
    place = planned(seat, world, **given)
    lead = seat(LEAD)
    assert lead.post(f"{place}/team", **team_of(world)).status_code == 302
    assert lead.post(f"{place}/confirm-team").status_code == 302
    return place


def opened(seat, world):
    """One whose opening meeting was held."""
    place = confirmed(seat, world)
    seat(LEAD).post(f"{place}/days", arrived_on=today().isoformat(), opening="Both quality heads")
    assert seat(LEAD).post(f"{place}/open").status_code == 302
    return place


def answers_of(place, as_org, **results):
    """The checklist as a form sends it: everything met but for what is named."""
    points = audit_at(as_org, place).points
    given = {each: results.get(each.replace("-", "_"), "met") for each in points}
    return {f"{each}-result": result for each, result in given.items()} | {f"{each}-note": "seen" for each in points}


def reported(seat, as_org, world):
    """One with a finding, whose report the lead auditor has signed; returns where it and the finding lie."""
    place = opened(seat, world)
    lead = seat(LEAD)
    lead.post(f"{place}/checklist", **answers_of(place, as_org, line_clearance="not_met"))
    finding = lead.post(f"{place}/findings/new", **FINDING).headers["Location"]
    held = {"arrived_on": today().isoformat(), "opening": "Both quality heads", "left_on": today().isoformat()}
    lead.post(f"{place}/days", **held, closing="They heard it", conclusion="It holds")
    assert lead.post(f"{place}/conclude").status_code == 302
    assert lead.sign(f"{place}/report").status_code == 302
    return place, finding


def unmet(answer):
    """What a refusal says, but for the conditions that are met."""
    return re.split(r"\d+ conditions? (?:is|are) met", words(answer))[0]


@contextmanager
def books(as_org, house="chengyue"):
    with as_org(house):
        try:
            yield
        finally:
            session.close()


def audit_at(as_org, place):
    with books(as_org):
        return session.get_one(Audit, UUID(place.rsplit("/", 1)[1]))


def finding_at(as_org, place):
    with books(as_org):
        return session.get_one(AuditFinding, UUID(place.rsplit("/", 1)[1]))


def events_of(as_org, record):
    with books(as_org):
        return [each.event for each in ledger.entries(subject_id=record.id, entrustment_id=record.entrustment_id)]


def meanings_under(as_org, record):
    with books(as_org):
        wanted = select(Signature).where(Signature.subject_id == record.id).order_by(Signature.id)
        return [each.meaning for each in session.scalars(wanted)]
