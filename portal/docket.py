"""The docket in the books: which duties of an entrustment, or of a house, an event begins, meets or ends."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from agreements.clauses import Parties, Settlement
from agreements.clocks import Due
from agreements.docket import ENDS_ALL, Docket, Owed
from agreements.duty_rules import DUTY_RULES, HOUSE_RULES, DutyRule, Happening, rules_under
from agreements.evidence import Party
from portal.db import CHINA, new_id, session
from portal.records.agreement import Agreement
from portal.records.duty import OPEN, Duty
from portal.records.entrustment import Entrustment
from portal.tenancy import current_tenant

HEARD = {ENDS_ALL} | {
    cue.event for rule in DUTY_RULES.values() for cue in (*rule.begins, *rule.met_by, *rule.lapsed_by)
}
SIDES = {"entrusted": "manufacturer"} | {each: each for each in ("registrant", "manufacturer", "both", "house")}
KINDS = {"entrustment": "entrustment", "house": "organisation"}


def follow(subject: Any, event: str, *, at: datetime, by_id: UUID) -> list[Duty]:
    """The duties that change because ``event`` happened to ``subject``, changed but not yet written.

    What happens in an entrustment changes the duties there; what happens in no entrustment those of the house.
    """
    if event not in HEARD:
        return []
    within: UUID | None = getattr(subject, "entrustment_id", None)
    with session.no_autoflush:
        kept = _open_in(within)
        docket = Docket(_rules_in(within, subject), map(_owed, kept.values()))
        happening = Happening(event, _here(at), str(subject.id), str(within or subject.owner_id), subject.marks)
        return [
            _written(
                kept,
                owed,
                within,
                kind=subject.__tablename__ if owed.rule.per == "record" else KINDS[owed.rule.per],
                by_id=by_id,
            )
            for owed in docket.take(happening)
        ]


def meet(duty: Duty, *, at: datetime, by_id: UUID) -> list[Duty]:
    """People showed that ``duty`` was met at ``at``; returns what that begins anew, not yet written."""
    with session.no_autoflush:
        docket = Docket(_rules_in(duty.entrustment_id), [_owed(duty)])
        kept = {(duty.rule, duty.about_id): duty}
        changed = [
            _written(kept, owed, duty.entrustment_id, kind=duty.about_kind, by_id=by_id)
            for owed in docket.meet(duty.under, str(duty.about_id), _here(at))
        ]
    return [each for each in changed if each is not duty]


def due_under(rule: DutyRule, start: datetime) -> Due | None:
    """By when a duty is due that began at ``start``: days are those of the place where the parties are."""
    return rule.due(_here(start))


def due_of(duty: Duty) -> Due | None:
    """By when it is due, counted with the calendar as it is published now."""
    rules = {each.id: each for each in _rules_in(duty.entrustment_id)}
    return due_under(rules.get(duty.rule, duty.under), duty.started_at)


def rules_of(agreement: Agreement | None, entrustment: Entrustment) -> tuple[DutyRule, ...]:
    """The rules that hold where ``agreement`` is the quality agreement; without one, those of the law alone."""
    settlements = agreement.lying.settlements if agreement else []
    return rules_under([Settlement(**each) for each in settlements], _parties(entrustment))


def _open_in(within: UUID | None) -> dict[tuple[str, UUID], Duty]:
    found = session.scalars(select(Duty).where(Duty.entrustment_id == within if within else _at_home(), OPEN))
    return {(each.rule, each.about_id): each for each in found}


def _at_home() -> Any:
    return and_(Duty.entrustment_id.is_(None), Duty.owner_id == current_tenant())


def _rules_in(within: UUID | None, subject: Any = None) -> tuple[DutyRule, ...]:
    if within is None:
        return HOUSE_RULES
    signed = subject if isinstance(subject, Agreement) and subject.kind == "quality" and subject.signed_at else None
    wanted = select(Agreement).where(
        Agreement.entrustment_id == within, Agreement.kind == "quality", Agreement.signed_at.is_not(None)
    )
    newest = signed or session.scalars(wanted.order_by(Agreement.signed_at.desc()).limit(1)).first()
    return rules_of(newest, session.get_one(Entrustment, within))


def _parties(entrustment: Entrustment) -> Parties:
    sides = (entrustment.registrant, entrustment.manufacturer)
    return Parties(*(Party(each.name, each.uscc, each.province) for each in sides))


def _owed(duty: Duty) -> Owed:
    due = Due(duty.due_at, duty.provisional) if duty.due_at else None
    return Owed(duty.under, str(duty.about_id), duty.owes, duty.started_at, due)


def _written(kept: dict[tuple[str, UUID], Duty], owed: Owed, within: UUID | None, *, kind: str, by_id: UUID) -> Duty:
    key = (owed.rule.id, UUID(owed.about))
    if not owed.is_open:
        duty = kept.pop(key)
        duty.met_at, duty.lapsed_at = owed.met_at, owed.lapsed_at
        return duty
    kept[key] = Duty(
        id=new_id(),
        entrustment_id=within,
        rule=owed.rule.id,
        owes=SIDES[owed.owes],
        about_kind=kind,
        about_id=key[1],
        begun_by_id=by_id,
        started_at=owed.started_at,
        due_at=owed.due.at if owed.due else None,
        provisional=bool(owed.due and owed.due.provisional),
    )
    return kept[key]


def _here(at: datetime) -> datetime:
    return at.astimezone(CHINA)
