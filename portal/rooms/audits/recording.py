"""Putting an audit on record, and what is written about it between its moves."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.audit_checklist import checklist
from portal import ledger
from portal.acting import begin
from portal.db import new_id, session, today
from portal.facts import Ground
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.audit import Audit, AuditorQualification
from portal.records.person import Person
from portal.tenancy import side_in
from workflows.auditing import PLAN, PlanFacts
from workflows.engine import weigh_opening


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody planned; ``supplier`` and ``supplied`` only where a supplier is audited."""

    kind: str
    mode: str
    yearly: bool
    held_by: str
    starts_on: date
    ends_on: date
    scope: str
    supplier: str | None = None
    supplied: str | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is to audit; ``tie`` is what they declared, empty for none."""

    person: Person
    leads: bool = False
    tie: str = ""


def plan(ground: Ground, given: Planned, *, by: Actor) -> Audit:
    """Plan an audit in an entrustment; raises :class:`portal.acting.Refused`."""
    about = ground.entrustment
    side = side_in(about.id)
    facts = PlanFacts(about.state != "ended", given.yearly, given.kind, given.mode, given.held_by, side)
    decision = weigh_opening(PLAN, facts, powers=by.powers, side=side, on=today())
    audit = Audit(
        id=new_id(),
        entrustment_id=about.id,
        number=next_number(Audit, "AU", about.id),
        team=[],
        answers=[],
        **_columns(ground, given),
    )
    begin(audit, decision, actor=by, side=side)
    return audit


def replan(audit: Audit, ground: Ground, given: Planned, *, by: Actor) -> None:
    for name, value in _columns(ground, given).items():
        setattr(audit, name, value)
    ledger.write(audit, "audit.replanned", by=by)


def name_team(audit: Audit, members: Sequence[Member], *, by: Actor) -> None:
    """Put the team down as it is named now, each with the qualification that lasts longest."""
    held = qualifications([each.person.id for each in members], max(audit.ends_on, today()))
    audit.team = [_member(each, held.get(each.person.id)) for each in members]
    audit.lead_id = next((each.person.id for each in members if each.leads), None)
    ledger.write(audit, "audit.team-named", by=by)


def record_days(audit: Audit, given: Mapping[str, Any], *, by: Actor) -> bool:
    """Days, meetings and conclusion as given; False when nothing differs from what is on record."""
    changed = {name: value for name, value in given.items() if getattr(audit, name) != value}
    for name, value in changed.items():
        setattr(audit, name, value)
    if changed:
        ledger.write(audit, "audit.days-recorded", by=by)
    return bool(changed)


def answer_points(audit: Audit, answers: list[dict[str, str]], *, by: Actor) -> bool:
    """The checklist as it is answered now; False when nothing differs from what is on record."""
    if answers == audit.answers:
        return False
    audit.answers = answers
    ledger.write(audit, "audit.points-answered", by=by)
    return True


def people_of_house() -> Sequence[Person]:
    """Whoever can be sent: the active people of the own house."""
    return session.scalars(select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name, Person.id)).all()


def qualifications(people: Sequence[UUID], on: date) -> dict[UUID, AuditorQualification]:
    """For each of the people the qualification that counts on a day and lasts longest."""
    held = session.scalars(
        select(AuditorQualification)
        .where(AuditorQualification.person_id.in_(people))
        .order_by(AuditorQualification.valid_until)
    )
    return {each.person_id: each for each in held if each.counts_on(on)}


def _columns(ground: Ground, given: Planned) -> dict[str, Any]:
    """The columns of the plan; where no site is shown, the manufacturer's own address stands for it."""
    maker, shown = ground.entrustment.manufacturer, ground.latest("site")
    place = (shown.facts["name"], shown.facts["address"]) if shown else (maker.name, maker.domicile)
    site, address = (given.supplier, "") if given.supplier else place
    return {
        **asdict(given),
        "year": given.starts_on.year,
        "site": site,
        "address": address,
        "points": [each.id for each in checklist(given.kind, given.starts_on)],
    }


def _member(named: Member, held: AuditorQualification | None) -> dict[str, Any]:
    return {
        "person_id": str(named.person.id),
        "name": named.person.name,
        "title": named.person.title,
        "leads": named.leads,
        "qualification_id": str(held.id) if held else None,
        "qualification": held.basis if held else None,
        "until": held.valid_until.isoformat() if held else None,
        "declared": True,
        "tie": named.tie,
    }
