"""What people type about a corrective action: the problem, its cause, the steps, and what the data show."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.db import today
from portal.web import RecordForm, tidy
from portal.web.fields import DayField, text_field, whole_number, worded
from portal.web.forms import options
from portal.web.value_names import CAPA_KINDS, SIDES
from workflows.capa import TRIGGERS
from workflows.engine import Side

LONGEST = 4000


GIVEN = frozenset({"csrf_token", "seen_version"})


def given(form: FlaskForm) -> dict[str, Any]:
    """What was typed, by the names of the fields."""
    return {name: value for name, value in form.data.items() if name not in GIVEN}


def prose(label: Any, description: Any, asks: Any) -> TextAreaField:
    return TextAreaField(
        label, description=description, filters=[tidy], validators=[DataRequired(asks), Length(max=LONGEST)]
    )


class OpenForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    title = text_field(
        _l("The problem in one line"),
        _l("Such as: burrs on the thread return in every third batch."),
        200,
        DataRequired(_l("Say in one line what the problem is.")),
    )
    problem = prose(
        _l("What is known of it"),
        _l("Since when, which batches and products, what was done at once."),
        _l("Describe the problem, so that both sides can investigate it."),
    )
    trigger = SelectField(
        _l("What gave rise to it"),
        choices=options({"": _l("Choose what gave rise to it")} | worded(TRIGGERS)),
        validators=[InputRequired(_l("Choose what gave rise to it."))],
    )
    joint = BooleanField(_l("Both sides investigate and plan together"))


class InvestigationForm(RecordForm):
    cause = prose(
        _l("Cause"),
        _l("What the investigation found, and how: batch records, equipment, people, material, method, environment."),
        _l("Write down the cause that was found."),
    )
    criterion = prose(
        _l("How its effect will be judged"),
        _l("From which data, and what they have to show; such as: no burr in the next ten batches."),
        _l("Say from which data its effect will be judged."),
    )
    check_after = whole_number(
        _l("How long after it is carried out"),
        _l("In calendar days; long enough for batches to be made that can show it."),
        InputRequired(_l("Set after how many days its effect is judged.")),
        least=1,
    )
    check_within = whole_number(
        _l("How long there is to judge it"),
        _l("In calendar days from then on; the last of them is the last day in time."),
        InputRequired(_l("Set within how many days its effect is judged.")),
        least=1,
    )


class ActionForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    kind = SelectField(_l("Kind"), choices=options(worded(CAPA_KINDS)))
    what = prose(_l("What is done"), _l("So that one can see afterwards whether it was."), _l("Say what is done."))
    owes = SelectField(
        _l("Which side does it"),
        choices=options(worded({each: SIDES[each] for each in (Side.REGISTRANT.value, Side.MANUFACTURER.value)})),
    )
    owner_name = text_field(
        _l("Who there"), _l("Name and post."), 100, DataRequired(_l("Name the person who does it."))
    )
    due_on = DayField(_l("By which day"), validators=[InputRequired(_l("Set the day by which it is done."))])

    def validate_due_on(self, field: Field) -> None:
        if field.data and field.data < today():
            raise ValidationError(gettext("This day is past."))


class EvidenceForm(RecordForm):
    evidence = prose(
        _l("What shows that it is done"),
        _l("Number and date of the record, training list, validation report or photograph."),
        _l("Say what shows that it is done."),
    )
    file = FileField(_l("The paper that shows it"), validators=[Optional()])


class ResultForm(RecordForm):
    result = prose(
        _l("What the data show"),
        _l("Compare with the criterion: which batches, which figures."),
        _l("Write down what the data show."),
    )


class NoteForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    text = prose(_l("Note for your own house"), _l("The other side never sees it."), _l("Write the note."))
