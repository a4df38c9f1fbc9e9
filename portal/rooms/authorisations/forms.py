"""What people type about an authorisation: the operator, the operations, the training, the days."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import DataRequired, Optional, ValidationError

from portal.db import today
from portal.web import RecordForm
from portal.web.fields import day_field, passage, text_field, worded
from portal.web.forms import options
from workflows.making import OPERATIONS

LONGEST = 4000
NO_ACCOUNT = ""


class AuthorisationForm(RecordForm):
    person = SelectField(_l("Who, if they use the portal"), validators=[Optional()])
    person_name = text_field(_l("Name of the operator"), _l("Only of somebody who does not use the portal."), 100)
    operations = SelectMultipleField(
        _l("Operations"),
        description=_l("What the person was trained for and may carry out."),
        choices=options(worded(OPERATIONS)),
        validators=[DataRequired(_l("Choose at least one operation."))],
    )
    equipment_ids = SelectMultipleField(
        _l("Only on this equipment"), description=_l("Choose none if it is for all that serves these operations.")
    )
    trainer = text_field(_l("Trained by"), _l("Somebody else."), 100, DataRequired(_l("Say who trained them.")))
    trained_on = day_field(_l("Trained on"), "", _l("Give the day, such as 2026-11-23."))
    training = passage(
        _l("The training"),
        _l("What was taught, by which instruction, and how it was shown that the person can do it."),
        LONGEST,
        DataRequired(_l("Say what was taught and how it was shown.")),
    )
    file = FileField(
        _l("The record of the training"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT. It stays in your house."),
        validators=[Optional()],
    )
    since = day_field(_l("Since"), _l("Not before the training."), _l("Give the day, such as 2026-11-23."))
    until = day_field(_l("Until"), _l("The last day; then it is taught and shown again."), _l("Give the last day."))

    def offer(self, names: dict[str, str], equipment: dict[str, str]) -> None:
        """Both by their ids: people of the portal, and the equipment of the house."""
        self.person.choices = options({NO_ACCOUNT: gettext("Somebody who does not use the portal")} | names)
        self.equipment_ids.choices = options(equipment)

    @property
    def given(self) -> dict[str, Any]:
        apart = {"csrf_token", "seen_version", "person", "person_name", "file"}
        return {name: value for name, value in self.data.items() if name not in apart}

    def validate_person_name(self, field: Field) -> None:
        if bool(field.data) == bool(self.person.data):
            raise ValidationError(gettext("Choose somebody of the portal, or give the name of somebody else."))

    def validate_trained_on(self, field: Field) -> None:
        if field.data and field.data > today():
            raise ValidationError(gettext("This day has not come yet."))

    def validate_since(self, field: Field) -> None:
        if field.data and self.trained_on.data and field.data < self.trained_on.data:
            raise ValidationError(gettext("Nobody is authorised before they were trained."))

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("The last day does not come before the first."))
