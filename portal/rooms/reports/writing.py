"""Putting a report on record, and what was observed that day with it."""

from portal import ledger
from portal.acting import begin
from portal.db import new_id, now, session
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.report import DailyReport, Observation
from portal.rooms.reports.forms import ReportForm
from portal.tenancy import side_in
from workflows.daily_report import WRITE
from workflows.engine import Decision


def draft_report(report: DailyReport, form: ReportForm, decision: Decision[object], *, by: Actor) -> None:
    """Begin a report with what the form says, or raise :class:`portal.acting.Refused`."""
    form.write_to(report)
    begin(report, decision, actor=by, side=side_in(report.entrustment_id))
    _note(report, form, by=by)


def go_on_writing(report: DailyReport, form: ReportForm, *, by: Actor) -> None:
    form.write_to(report)
    ledger.write(report, WRITE.event, by=by)
    _note(report, form, by=by)


def note_observation(report: DailyReport, says: str, batch: Batch | None, *, by: Actor) -> Observation:
    """Note what was observed; the report is written along, so that whoever signs it signs this too."""
    with session.no_autoflush:
        found = Observation(
            id=new_id(),
            entrustment_id=report.entrustment_id,
            report_id=report.id,
            batch_id=batch.id if batch else None,
            says=says,
            noted_at=now(),
        )
        report.observations.append(found)
        report.bind_observations()
    ledger.write(found, "observation.noted", by=by, also=[report])
    return found


def _note(report: DailyReport, form: ReportForm, *, by: Actor) -> None:
    if form.observation.data:
        note_observation(report, form.observation.data, form.observed_batch, by=by)
