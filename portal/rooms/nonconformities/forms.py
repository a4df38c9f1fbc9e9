"""What people type about a nonconformity: what is wrong, and what is to be done about it."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from portal.web import RecordForm, tidy
from portal.web.fields import passage, text_field, whole_number, worded
from portal.web.forms import options
from workflows.nonconformity import DISPOSITIONS


class RaiseForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    title = text_field(
        _l("What is not as it should be"),
        _l("In one line, such as: seven plates with scratches after cleaning."),
        200,
        DataRequired(_l("Say in one line what is not as it should be.")),
    )
    description = TextAreaField(
        _l("What was found"),
        description=_l("Where, when and by whom it was found, what it touches, and what was done at once."),
        filters=[tidy],
        validators=[
            DataRequired(_l("Describe what was found, so that somebody else can judge it.")),
            Length(max=4000),
        ],
    )
    pieces = whole_number(
        _l("Pieces affected"), _l("Leave empty if it is not about pieces or not known yet."), Optional(), least=1
    )
    serial_numbers = passage(
        _l("Their serial numbers"),
        _l("One in a line. Only pieces that are named here pass by a concession."),
        20000,
        Optional(),
    )

    @property
    def serials(self) -> list[str]:
        return list(
            dict.fromkeys(each.strip() for each in (self.serial_numbers.data or "").splitlines() if each.strip())
        )


class DispositionForm(RecordForm):
    disposition = SelectField(
        _l("Disposition"),
        choices=options({"": _l("Choose what happens")} | worded(DISPOSITIONS)),
        validators=[InputRequired(_l("Choose what happens to the pieces."))],
    )
    justification = TextAreaField(
        _l("Justification"),
        description=_l("Why this is safe, and what it rests on: tests, standards, the approved procedure."),
        filters=[tidy],
        validators=[DataRequired(_l("Say why this disposition is safe.")), Length(max=4000)],
    )
