"""What a resident fills in about a day: ticks first, words only where there is something to say."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from portal.db import today
from portal.records.batch import Batch
from portal.records.report import DailyReport
from portal.records.resident import Posting
from portal.web import RecordForm, options
from portal.web.fields import day_field, passage
from portal.wording import cite, day
from workflows.daily_report import TRUE_AND_TIMELY
from workflows.posting import POST_STAFF

LONGEST = 4000


class ReportForm(RecordForm):
    posting: Posting
    known: Mapping[str, Batch]

    day = day_field(
        _l("Day"),
        _l("For example 2026-11-26."),
        _l("Give the day of the report, for example 2026-11-26."),
    )
    key_links = SelectMultipleField(
        _l("Key links supervised"), description=_l("Tick what you guided or supervised."), validators=[Optional()]
    )
    batches = SelectMultipleField(
        _l("Batches seen"),
        description=_l("Those in production are ticked; untick what you did not see."),
        validators=[Optional()],
    )
    remarks = passage(
        _l("Remarks"), _l("Anything out of the ordinary; if you supervised nothing, why."), LONGEST, Optional()
    )
    handover = passage(_l("Hand-over"), _l("What the next one at the site must know."), LONGEST, Optional())
    observation = passage(
        _l("Observation"),
        _l("Something that is not as it should be; it can be made a nonconformity with one move."),
        LONGEST,
        Optional(),
    )
    observed_on = SelectField(_l("Batch that it concerns"), validate_choice=False, validators=[Optional()])

    @classmethod
    def asking(cls, posting: Posting, batches: Sequence[Batch], on: date) -> "ReportForm":
        """An empty report of ``on``, with the batches in production on that day ticked."""
        seen = [each.number for each in batches if each.started_on <= on <= (each.finished_on or on)]
        form = cls(day=on, batches=seen)
        form._offer(posting, posting.key_links, [each.number for each in batches], batches)
        return form

    @classmethod
    def amending(cls, report: DailyReport, batches: Sequence[Batch]) -> "ReportForm":
        """The report as it stands; its day stays what it is."""
        form: ReportForm = cls.over(report)
        del form.day
        links, numbers = [*report.posting.key_links, *report.key_links], [each.number for each in batches]
        form._offer(report.posting, links, [*numbers, *report.batches], batches)
        return form

    @property
    def observed_batch(self) -> Batch | None:
        return self.known.get(self.observed_on.data or "")

    def write_to(self, report: DailyReport) -> None:
        report.key_links, report.batches = list(self.key_links.data or ()), list(self.batches.data or ())
        report.remarks, report.handover = self.remarks.data or None, self.handover.data or None

    def refuse_day(self, on: date) -> None:
        says = gettext("There is a report of %(day)s already; go on writing that one.", day=day(on))
        self.day.errors = [*self.day.errors, says]

    def validate_day(self, field: Field) -> None:
        if field.data is None:
            return
        if field.data > today():
            given = {"today": day(today()), "source": cite(TRUE_AND_TIMELY)}
            raise ValidationError(gettext("This day has not come yet; today is %(today)s (%(source)s).", **given))
        if not self.posting.counts_on(field.data):
            says = gettext("On this day nobody was posted by this posting (%(source)s).", source=cite(POST_STAFF))
            raise ValidationError(says)

    def validate_observed_on(self, field: Field) -> None:
        if field.data and field.data not in self.known:
            raise ValidationError(gettext("Choose one of the batches in production."))

    def _offer(self, posting: Posting, links: Sequence[str], numbers: Sequence[str], batches: Sequence[Batch]) -> None:
        self.posting, self.known = posting, {str(each.id): each for each in batches}
        named = {value: each.number for value, each in self.known.items()}
        self.observed_on.choices = options({"": _l("No batch in particular")} | named)
        self.key_links.choices = _each_once(links)
        self.batches.choices = _each_once(numbers)


def _each_once(values: Sequence[str]) -> list[Any]:
    return options({value: value for value in dict.fromkeys(values)})
