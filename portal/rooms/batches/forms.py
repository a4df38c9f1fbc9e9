"""What people type about a batch: its opening, its figures, its papers, their review."""

from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp, ValidationError

from agreements.catalogue import NoCatalogue, catalogue_on
from portal.db import today
from portal.records.batch import Batch, BatchDocument
from portal.rooms.batches.opening import Opening
from portal.web import RecordForm, tidy
from portal.web.fields import DayField, text_field, whole_number, worded
from portal.web.forms import options
from portal.wording import said
from workflows.batch import DOCUMENTS, RESULTS
from workflows.stages import COMMERCIAL, STAGES
from workflows.words import N_

REVIEW_LABELS = {
    "production_records": N_("Production records"),
    "results": N_("Inspection results"),
    "release_file": N_("Production release file"),
}
INSPECTIONS = frozenset({"incoming_inspection", "process_inspection", "final_inspection"})


def _udi() -> Any:
    return text_field(
        _l("Device identifier (UDI-DI)"),
        _l(
            "As printed on the label, without the production identifier, such as 06900000001233. Left empty, it is the "
            "one that the registrant keeps in use."
        ),
        50,
        Optional(),
        Regexp(
            r"^[0-9A-Za-z./()-]{6,50}$", message=_l("Letters, digits, full stop and hyphen, such as 06900000001233.")
        ),
    )


class OpeningForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    product_id = SelectField(_l("Product"), description=_l("One of the products of this entrustment."))
    stage = RadioField(
        _l("Stage"),
        description=_l(
            "Prototypes and pilot batches try out what is transferred; they are never released to the market."
        ),
        choices=options(worded(STAGES)),
        default=COMMERCIAL,
        validators=[InputRequired(_l("Choose the stage."))],
    )
    number = text_field(
        _l("Batch number"),
        _l("As it will be printed on the label, such as B20261103-02. It is not given twice in an entrustment."),
        40,
        DataRequired(_l("Give the batch number, such as B20261103-02.")),
        Regexp(
            r"^[0-9A-Za-z][0-9A-Za-z./_-]*$",
            message=_l("Letters, digits, hyphen, full stop, slash or underscore, such as B20261103-02."),
        ),
    )
    started_on = DayField(
        _l("Production starts on"),
        description=_l("Licence, certificate and agreements must be valid on this day."),
        validators=[InputRequired(_l("Give the day, such as 2026-11-23."))],
    )
    expires_on = DayField(
        _l("Expires on"), description=_l("The last day of use printed on the label."), validators=[Optional()]
    )
    planned = whole_number(
        _l("Planned quantity"), _l("In pieces."), InputRequired(_l("Give the planned pieces, such as 1200.")), least=1
    )
    steps_planned = whole_number(
        _l("Prescribed production steps"),
        _l("How many steps the production instruction prescribes."),
        InputRequired(_l("Give the number of steps, such as 17.")),
        least=1,
    )
    udi_di = _udi()

    def validate_started_on(self, field: Any) -> None:
        """Whether the product may be entrusted is asked for that day, so something must be known of it."""
        if isinstance(field.data, date):
            try:
                catalogue_on(field.data)
            except NoCatalogue as unknown:
                raise ValidationError(said(unknown.says)) from unknown

    def validate_expires_on(self, field: Any) -> None:
        started = self.started_on.data
        if isinstance(started, date) and field.data and field.data <= started:
            raise ValidationError(_l("The batch would expire before it is made; give a later day, such as 2031-11-02."))

    @property
    def given(self) -> Opening:
        return Opening(
            number=self.number.data,
            product_id=UUID(self.product_id.data),
            started_on=self.started_on.data or today(),
            expires_on=self.expires_on.data,
            steps_planned=self.steps_planned.data,
            planned=self.planned.data,
            udi_di=self.udi_di.data or None,
            stage=self.stage.data,
        )


class FiguresForm(RecordForm):
    """What is counted and stated while a batch is made.  ``batch`` is the record before the change."""

    finished_on = DayField(
        _l("Production finished on"), description=_l("The day of the last step."), validators=[Optional()]
    )
    expires_on = DayField(
        _l("Expires on"), description=_l("The last day of use printed on the label."), validators=[Optional()]
    )
    steps_done = whole_number(
        _l("Production steps done"),
        _l("How many of the prescribed steps are done."),
        InputRequired(_l("Give the number of steps done, 0 if none.")),
    )
    put_in = whole_number(_l("Put in"), _l("Pieces put into production. Leave empty while not counted."), Optional())
    passed = whole_number(_l("Passed"), _l("Pieces that passed final inspection."), Optional())
    scrapped = whole_number(_l("Scrapped"), _l("Pieces scrapped in all steps together; 0 if none."), Optional())
    sampled = whole_number(_l("Sampled and retained"), _l("Pieces taken for tests or kept; 0 if none."), Optional())
    label_version = text_field(_l("Label version"), _l("Such as LB-35-05."), 60, Optional())
    instructions_version = text_field(
        _l("Version of the instructions for use"), _l("Such as IFU-35-03."), 60, Optional()
    )
    udi_di = _udi()
    reason = TextAreaField(
        _l("Reason for the correction"),
        description=_l("Needed when a value that was recorded before is changed; the old value stays in the history."),
        filters=[tidy],
        validators=[Length(max=2000)],
    )
    batch: Batch

    def validate_finished_on(self, field: Any) -> None:
        if field.data and field.data < self.batch.started_on:
            raise ValidationError(
                _l("Production started on %(day)s; it cannot have finished before that.", day=self.batch.started_on)
            )
        if field.data and field.data > today():
            raise ValidationError(_l("This day has not come yet; leave it empty until production has finished."))

    def validate_expires_on(self, field: Any) -> None:
        made = self.finished_on.data if isinstance(self.finished_on.data, date) else self.batch.started_on
        if field.data and field.data <= made:
            raise ValidationError(_l("The batch would expire before it is made; give a later day, such as 2031-11-02."))

    def validate_steps_done(self, field: Any) -> None:
        if field.data is not None and field.data > self.batch.steps_planned:
            raise ValidationError(
                _l("Only %(planned)s steps are prescribed for this batch.", planned=self.batch.steps_planned)
            )

    def validate_reason(self, field: Any) -> None:
        if not field.data and self._corrects():
            raise ValidationError(_l("You change a value that was recorded before: say why."))

    def _corrects(self) -> bool:
        """Whether a recorded value changes; steps that are done one after another correct nothing."""
        return any(
            _was(self.batch, name) is not None
            and _was(self.batch, name) != (value or None if isinstance(value, str) else value)
            for name, value in self.figures.items()
            if name != "steps_done" or (value or 0) < self.batch.steps_done
        )

    @property
    def figures(self) -> dict[str, Any]:
        """The values to record, an empty text as nothing."""
        return {
            each.name: each.data or None if isinstance(each.data, str) else each.data
            for each in self
            if each.name in FIGURES
        }


FIGURES = (
    "finished_on",
    "expires_on",
    "steps_done",
    "put_in",
    "passed",
    "scrapped",
    "sampled",
    "label_version",
    "instructions_version",
    "udi_di",
)


def _was(batch: Batch, name: str) -> Any:
    return getattr(batch, name)


class PaperForm(RecordForm):
    """A paper of the batch record, or a later one in the place of an earlier."""

    kind = SelectField(
        _l("Kind"),
        choices=options({"": _l("Choose the kind of paper")} | worded(DOCUMENTS)),
        validators=[InputRequired(_l("Choose the kind of paper."))],
    )
    title = text_field(
        _l("Title"),
        _l("Number and name, such as BPR-20261103-02 Batch production record."),
        200,
        DataRequired(_l("Give the paper's title, such as BPR-20261103-02.")),
    )
    result = RadioField(
        _l("Result"),
        choices=options(worded(RESULTS)),
        validators=[InputRequired(_l("Choose what the paper concludes."))],
    )
    signed_by = text_field(
        _l("Signed by"), _l("Whose signature the paper bears. Leave empty if it is not signed yet."), 100
    )
    dated_on = DayField(
        _l("Date of the paper"),
        description=_l("Such as 2026-11-19."),
        validators=[InputRequired(_l("Give the paper's date, such as 2026-11-19."))],
    )
    file = FileField(
        _l("File"),
        description=_l("A scan or an export: PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[FileRequired(_l("Choose the file."))],
    )
    replaces = SelectField(_l("Replaces"), description=_l("The earlier paper stays on record, marked as replaced."))
    reason = TextAreaField(_l("Why it is replaced"), filters=[tidy], validators=[Length(max=2000)])

    @classmethod
    def replacing(cls, batch: Batch, earlier: BatchDocument | None, **given: Any) -> "PaperForm":
        """The form over ``batch``; with an ``earlier`` paper it begins as the one that takes its place."""
        form: PaperForm = cls.over(batch, **given)
        form.replaces.choices = options(
            {"": _l("Nothing: it is another paper")} | {str(each.id): each.title for each in batch.papers}
        )
        if earlier and not form.is_submitted():
            form.replaces.data, form.kind.data, form.title.data = str(earlier.id), earlier.kind, earlier.title
        return form

    def validate_result(self, field: Any) -> None:
        if self.kind.data in INSPECTIONS and field.data == "not_applicable":
            raise ValidationError(_l("An inspection record says whether it passed or failed."))

    def validate_dated_on(self, field: Any) -> None:
        if isinstance(field.data, date) and field.data > today():
            raise ValidationError(_l("This day has not come yet; give the date that the paper bears."))

    def validate_reason(self, field: Any) -> None:
        if self.replaces.data and not field.data:
            raise ValidationError(_l("Say why the earlier paper is replaced."))


class ReviewForm(RecordForm):
    """What the registrant has looked through, and what it found."""

    subject = RadioField(
        _l("What you have reviewed"),
        choices=options(worded(REVIEW_LABELS)),
        validators=[InputRequired(_l("Choose what you have reviewed."))],
    )
    note = TextAreaField(
        _l("What you looked at and found"),
        description=_l("Such as: all 17 steps, both corrections explained; no objection."),
        filters=[tidy],
        validators=[DataRequired(_l("Say what you looked at and what you found.")), Length(max=2000)],
    )
