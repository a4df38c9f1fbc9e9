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
from portal.facts import Ground, may_lead
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
class Auditor:
    """Somebody who can be sent, with the qualification that lasts longest.

    ``id`` is that of the person, or of the qualification of somebody from outside, who holds no ``roles``.
    """

    id: UUID
    name: str
    title: str
    held: AuditorQualification | None
    from_outside: bool = False
    roles: Sequence[str] = ()

    @property
    def may_lead(self) -> bool:
        """Whether they can sign the report here."""
        return may_lead(self.roles)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is to audit; ``tie`` is what they declared, empty for none."""

    auditor: Auditor
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
    """Put the team down as it is named now."""
    audit.team = [_member(each) for each in members]
    audit.lead_id = next((each.auditor.id for each in members if each.leads), None)
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


def auditors(on: date) -> list[Auditor]:
    """Whoever can be sent on a day: the active people of the own house, and those from outside with a qualification."""
    people = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name, Person.id)
    held = select(AuditorQualification).order_by(AuditorQualification.valid_until, AuditorQualification.id)
    counting = [each for each in session.scalars(held) if each.counts_on(on)]
    longest = {each.person_id: each for each in counting}
    return [_of_house(each, longest.get(each.id)) for each in session.scalars(people)] + [
        Auditor(each.id, each.person_name, each.person_title, each, from_outside=True)
        for each in counting
        if each.outsider
    ]


def _of_house(person: Person, held: AuditorQualification | None) -> Auditor:
    return Auditor(person.id, person.name, person.title, held, roles=person.roles)


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


def _member(named: Member) -> dict[str, Any]:
    auditor, held = named.auditor, named.auditor.held
    return {
        "person_id": None if auditor.from_outside else str(auditor.id),
        "name": auditor.name,
        "title": auditor.title,
        "leads": named.leads,
        "qualification_id": str(held.id) if held else None,
        "qualification": held.basis if held else None,
        "until": held.valid_until.isoformat() if held else None,
        "declared": True,
        "tie": named.tie,
    }
