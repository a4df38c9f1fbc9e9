"""What people type about a design transfer: its steps, its list, who was trained, what was tried."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import Field, RadioField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.db import today
from portal.records.batch import Batch
from portal.records.transfer import Transfer, TransferItem
from portal.web import ProductForm, RecordForm
from portal.web.fields import day_field, passage, text_field, worded
from portal.web.forms import options
from workflows.transfer import KINDS, TRIED

LONGEST, MOST_STEPS = 4000, 200


class TransferForm(ProductForm):
    """What is transferred, and how."""

    scope = passage(
        _l("What is transferred"),
        _l("Models and processes, and what stays with the registrant or a supplier."),
        LONGEST,
        DataRequired(_l("Say what is transferred.")),
    )
    method = passage(
        _l("How it is handed over, and who may use it for what"),
        _l("Such as: controlled copies against a receipt; for this entrustment only, returned when it ends."),
        LONGEST,
        DataRequired(_l("Say how it is handed over and who may use it for what.")),
    )
    step_lines = passage(
        _l("Production steps that are transferred"),
        _l("One in a line, in their order; trial production has to cover each of them."),
        LONGEST,
    )

    @classmethod
    def amending(cls, transfer: Transfer) -> "TransferForm":
        form: TransferForm = cls.over(transfer)
        del form.product_id
        if not form.is_submitted():
            form.step_lines.data = "\n".join(transfer.steps)
        return form

    @property
    def named_steps(self) -> list[str]:
        """One for each line that says something, none twice."""
        lines = (each.strip() for each in (self.step_lines.data or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def validate_step_lines(self, _field: Field) -> None:
        if len(self.named_steps) > MOST_STEPS:
            raise ValidationError(_l("At most %(most)s steps; put some of them together.", most=MOST_STEPS))


class ItemForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    kind = SelectField(
        _l("Kind"),
        choices=options({"": _l("Choose the kind of item")} | worded(KINDS)),
        validators=[InputRequired(_l("Choose the kind of item."))],
    )
    title = text_field(
        _l("What it is called"),
        _l("Such as: cleaning instruction."),
        200,
        DataRequired(_l("Say what the item is called.")),
    )
    reference = text_field(
        _l("Its number"),
        _l("As it stands on the paper or the tool, such as WI-35-012."),
        100,
        DataRequired(_l("Give its number, such as WI-35-012.")),
    )
    edition = text_field(
        _l("Its version"),
        _l("Exactly the version that is handed over, such as B/2."),
        60,
        DataRequired(_l("Give its version, such as B/2.")),
    )
    file = FileField(
        _l("File"),
        description=_l("The document itself: PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."),
        validators=[Optional()],
    )


class ConfirmationForm(RecordForm):
    """Nothing is ticked beforehand: each item is confirmed by itself."""

    items = SelectMultipleField(_l("Items"), validators=[InputRequired(_l("Tick every item that you confirm."))])

    @classmethod
    def choosing(cls, transfer: Transfer, items: Sequence[TransferItem], called: Mapping[UUID, str]) -> Any:
        form = cls.over(transfer, data={"items": []})
        form.items.choices = options({str(each.id): called[each.id] for each in items})
        return form


class StrikeForm(RecordForm):
    item = SelectField(_l("Item of the list"), validators=[InputRequired(_l("Choose the item."))])
    reason = passage(
        _l("Why it is struck off"),
        _l("Such as: replaced by version C/0, which stands on the list by itself."),
        2000,
        DataRequired(_l("Say why it is struck off.")),
    )

    @classmethod
    def choosing(cls, transfer: Transfer, called: Mapping[UUID, str]) -> Any:
        form = cls.over(transfer)
        named = {str(each.id): called[each.id] for each in transfer.standing_items}
        form.item.choices = options({"": _l("Choose the item")} | named)
        return form


class TrainingForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    topic = text_field(
        _l("Topic"),
        _l("Product, process step or document, such as: cleaning instruction WI-35-012, B/2."),
        200,
        DataRequired(_l("Say what people were trained in.")),
    )
    trained_on = day_field(_l("Day of the training"), _l("Such as 2026-11-19."), _l("Give the day of the training."))
    trainer = text_field(_l("Who trained"), _l("Name and post."), 100, DataRequired(_l("Name who trained.")))
    trained = passage(
        _l("Who was trained"),
        _l("Names and posts at the manufacturer, one in a line."),
        2000,
        DataRequired(_l("Name who was trained.")),
    )
    assessment = passage(
        _l("How it was judged"),
        _l("Written test, work under supervision; who passed and who did not."),
        2000,
        DataRequired(_l("Say how the training was judged.")),
    )

    def validate_trained_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(_l("This day has not come yet; a training is recorded once it was held."))


class TrialForm(RecordForm):
    """Several steps that were tried out on one batch with the same result."""

    batch_id = SelectField(
        _l("Batch"),
        description=_l("A prototype or pilot batch of the product."),
        validators=[InputRequired(_l("Choose the batch."))],
    )
    steps = SelectMultipleField(
        _l("Steps that were tried out on it"), validators=[InputRequired(_l("Tick the steps that were tried out."))]
    )
    result = RadioField(
        _l("Result"), choices=options(worded(TRIED)), validators=[InputRequired(_l("Choose the result."))]
    )
    findings = passage(
        _l("What was found"),
        _l("Measured against which limits, with which equipment; where the validation report lies."),
        LONGEST,
        DataRequired(_l("Say what was found.")),
    )

    @classmethod
    def on(cls, transfer: Transfer, batches: Sequence[Batch]) -> Any:
        form = cls.over(transfer, data={"steps": []})
        form.batch_id.choices = options({"": _l("Choose the batch")} | {str(each.id): each.number for each in batches})
        form.steps.choices = options({each: each for each in transfer.steps})
        return form
