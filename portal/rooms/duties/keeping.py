"""Beginning a duty by hand, and putting on record that one is met."""

from datetime import datetime

from agreements.duty_rules import DutyRule
from portal import docket, ledger, notices
from portal.db import new_id
from portal.facts.trends import watch_the_market
from portal.identity import Actor
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from workflows.duty import CALL, MEET
from workflows.engine import Side

OWNED = {"registrant": Side.REGISTRANT, "entrusted": Side.MANUFACTURER}


def may_begin(rules: tuple[DutyRule, ...], side: Side | None) -> dict[str, DutyRule]:
    """The rules that people of this side begin: those that nobody's record tells of, whoever then owes the duty."""
    return {each.id: each for each in rules if each.happening_en and side in (Side.REGISTRANT, Side.MANUFACTURER)}


def begin(
    entrustment: Entrustment,
    rule: DutyRule,
    *,
    happening: str,
    at: datetime,
    until: datetime | None,
    side: Side,
    by: Actor,
) -> Duty:
    """What ``rule`` waits for happened ``at`` that moment; ``until`` counts only where neither law nor clause does."""
    due = docket.due_under(rule, at)
    made = new_id()
    duty = Duty(
        id=made,
        entrustment_id=entrustment.id,
        rule=rule.id,
        owes=side if rule.owes == "each" else docket.SIDES[rule.owes],
        about_kind=Duty.ABOUT_ITSELF,
        about_id=made,
        happening=happening,
        begun_by_id=by.id,
        started_at=at,
        due_at=due.at if due else until,
        provisional=bool(due and due.provisional),
    )
    notices.tell_of_duties([duty], ledger.write(duty, CALL.event, by=by), actor=by)
    watch_the_market(entrustment, rule, happening, by=by)
    return duty


def put_down(duty: Duty, *, at: datetime, evidence: str, file: StoredFile | None, by: Actor) -> None:
    """The duty is met; where the rule says so, the next one of its kind begins with it."""
    anew = docket.meet(duty, at=at, by_id=by.id)
    duty.evidence, duty.file_id = evidence, file.id if file else None
    happened = ledger.write(duty, MEET.event, by=by, also=[*([file] if file else []), *anew])
    notices.tell_of_duties(anew, happened, actor=by)
