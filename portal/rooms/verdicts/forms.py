"""What people ask of a verdict, and answer to it."""

from datetime import date

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, ValidationError

from agreements.catalogue_2014 import JUDGES_2014
from portal.web.forms import NO, YES, options, tidy


class AnswerForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What a person answers where a catalogue has no codes; ``replayed_on`` is the day that was being read."""

    replayed_on = HiddenField()
    question = SelectField(
        _l("Question"), validate_choice=False, validators=[DataRequired(_l("Choose the question to answer."))]
    )
    answer = RadioField(
        _l("Answer"),
        choices=options({YES: _l("Yes"), NO: _l("No")}),
        validators=[DataRequired(_l("Choose yes or no."))],
    )
    because = TextAreaField(
        _l("Because"),
        description=_l("Where it is written; for example: technical requirements, section 2.1, materials."),
        filters=[tidy],
        validators=[DataRequired(_l("Say where the answer is written.")), Length(max=2000)],
    )

    def validate_question(self, field: SelectField) -> None:
        if field.data not in JUDGES_2014:
            raise ValidationError(gettext("This is not a question that is answered here."))


class ReplayForm(FlaskForm):  # type: ignore[misc]
    """Read from the address, so that a replay can be linked to; ``day`` is set once it is valid."""

    class Meta:
        csrf = False

    day: date | None = None

    on = StringField(
        _l("Day"),
        description=_l("For example 2022-04-30. The catalogue and the rules in force on that day are asked."),
        validators=[DataRequired(_l("Give a day, for example 2022-04-30."))],
    )

    def validate_on(self, field: StringField) -> None:
        try:
            self.day = date.fromisoformat((field.data or "").strip())
        except ValueError as wrong:
            raise ValidationError(
                gettext("This is not a day; write year-month-day, for example 2022-04-30.")
            ) from wrong
