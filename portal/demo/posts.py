"""Who holds the key posts of the demonstration's houses, and the hearings held there."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import new_id, session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import filed, move, played_by
from portal.facts.appointments import appointment_facts, follow_appointment, hearing_facts
from portal.identity import Actor
from portal.records.appointment import Appointment
from portal.records.hearing import Hearing
from portal.records.person import Person
from portal.rooms.appointments.keeping import prepare, report
from portal.rooms.hearings.keeping import draft
from portal.rooms.self_inspections.keeping import begin as begin_report
from workflows.powers import Role

HEAD = Role.PERSON_IN_CHARGE
YEARS_AGO = timedelta(days=500)
# Each post, and the role of whoever holds it where they use the portal.
_OF_ALL = (
    ("management_representative", Role.MANAGEMENT_REPRESENTATIVE),
    ("quality_head", Role.REGISTRANT_QUALITY_MANAGER),
)
_OF_A_MAKER = (
    ("management_representative", Role.MANAGEMENT_REPRESENTATIVE),
    ("quality_head", Role.MANUFACTURER_QUALITY_MANAGER),
    ("production_head", None),
    ("release_reviewer", Role.MANUFACTURER_RELEASE_PERSON),
)


def make_key_people(org: dict[str, UUID], house: str) -> dict[str, UUID]:
    """Everybody in office, the representative reported and heard; a head of production is to come."""
    named: dict[str, UUID] = {}
    with played_by(house, HEAD, org) as by:
        for post, role in _OF_A_MAKER if HOUSES[house].manufacturer else _OF_ALL:
            named[post] = _appointed(house, post, role, by).id
        representative = session.get_one(Appointment, named["management_representative"])
        report(representative, reported_on=today(), report_number="演示回执-01", by=by)
        session.flush()
        named["hearing"] = _heard(representative, by).id
        named["self_inspection"] = begin_report(today().year, by=by).id
        named["to_come"] = _prepared(house, "release_reviewer", None, by).id
    return named


def _appointed(house: str, post: str, role: Role | None, by: Actor, **other: Any) -> Appointment:
    made = _prepared(house, post, role, by, **other)
    move(made, "appoint", by=by, facts=appointment_facts(made, by.id))
    follow_appointment(made, "appoint", by=by)
    return made


def _prepared(
    house: str, post: str, role: Role | None, by: Actor, *, name: str = "生产负责人", since: date | None = None
) -> Appointment:
    person = None
    if role:
        person = session.scalars(select(Person).where(Person.email == HOUSES[house].email(role))).one()
    made = new_id()
    given = {
        "post": post,
        "education": "bachelor",
        "professional_title": "mid",
        "practice_years": 8,
        "full_time": True,
        "is_senior": post == "management_representative",
        "clean_record": True,
        "of_quality": post != "production_head",
        "is_trained": True,
        "small_maker": False,
        "qualification": "生物医学工程本科，工程师；骨科植入物生产质量管理八年（演示）。",
        "authorises": "在职责范围内独立履行岗位职责，对质量管理体系运行和产品放行行使否决权（演示）。",
        "since": since or today() - YEARS_AGO,
        "until": None,
    }
    called = person.name if person else f"{HOUSES[house].short}{name}"
    evidence = filed("Diploma and employment record", "appointment", made)
    person_id = person.id if person else None
    kept = prepare(given=given, name=called, person_id=person_id, appointment_id=made, evidence=evidence, by=by)
    session.flush()
    return kept


def relieve(held: Appointment, by: Actor) -> None:
    move(held, "relieve", by=by, facts=appointment_facts(held, by.id), reason="调离本岗位（演示）。")
    follow_appointment(held, "relieve", by=by)


def succeed(house: str, post: str, name: str, by: Actor) -> Appointment:
    """Somebody who has no account comes into a post that is vacant."""
    return _appointed(house, post, None, by, name=name, since=today())


def hear(representative: Appointment, by: Actor) -> Hearing:
    """The hearing of the quarter, signed by whoever heard."""
    held = draft(_told(representative), by=by)
    session.flush()
    move(held, "sign", by=by, facts=hearing_facts(held, by.id))
    return held


def _heard(representative: Appointment, by: Actor) -> Hearing:
    """This quarter's, signed; and a draft of the next."""
    hear(representative, by)
    waiting = draft(_told(representative), by=by)
    session.flush()
    return waiting


def _told(representative: Appointment) -> dict[str, Any]:
    return {
        "held_on": today(),
        "appointment_id": representative.id,
        "present": "企业负责人、管理者代表、质量负责人（演示）",
        "reported": "质量管理体系运行正常；本季度无不良事件，开放纠正措施一项（演示）。",
        "reviewed": "产品质量安全风险可控（演示）。",
        "dispatched": "质量部门月底前完成供应商复评（演示）。",
    }
