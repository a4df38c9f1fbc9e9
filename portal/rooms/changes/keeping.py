"""Putting a change on record: what each side says of it, the verdict, and what proves it."""

from collections.abc import Mapping
from datetime import date

from portal import ledger
from portal.acting import tell
from portal.db import new_id, now, session
from portal.identity import Actor
from portal.records.change import Change, ChangeAssessment
from portal.records.file import StoredFile
from workflows.changing import ASSESS, DECIDE, SHOW_REGISTRATION, SHOW_VALIDATION
from workflows.engine import Side


def assessment_of(change: Change, side: Side | None) -> ChangeAssessment | None:
    return next((each for each in change.assessments if each.side == side), None)


def assess(change: Change, impacts: Mapping[str, str | None], *, side: Side | None, by: Actor) -> None:
    """What one side says, in the place of what it said before."""
    with session.no_autoflush:
        written = assessment_of(change, side)
        if written is None:
            written = ChangeAssessment(
                id=new_id(), entrustment_id=change.entrustment_id, change_id=change.id, side=side
            )
            change.assessments.append(written)
        for name, said in impacts.items():
            setattr(written, name, said)
        written.assessed_by_name, written.assessed_at = by.name, now()
        change.bind_assessments()
    ledger.write(written, ASSESS.event, by=by, also=[change])


def decide(change: Change, *, verdict: str, reason: str, effective_on: date, by: Actor) -> None:
    change.verdict, change.verdict_reason, change.effective_on = verdict, reason, effective_on
    tell(change, DECIDE.event, actor=by)


def show_registration(change: Change, evidence: str, file: StoredFile, *, by: Actor) -> None:
    """The registration is changed, or the change filed; a duty to file is met with it."""
    change.registration_evidence, change.registration_file_id = evidence, file.id
    tell(change, SHOW_REGISTRATION.event, actor=by, also=[file])


def show_validation(change: Change, evidence: str, file: StoredFile | None, *, by: Actor) -> None:
    """A report that was filed before stays where no newer one is."""
    change.validation_evidence = evidence
    if file:
        change.validation_file_id = file.id
    tell(change, SHOW_VALIDATION.event, actor=by, also=[file] if file else [])
