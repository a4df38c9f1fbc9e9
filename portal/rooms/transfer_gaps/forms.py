"""What people type about a gap."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import DataRequired, ValidationError

from portal.db import today
from portal.web.fields import day_field, passage, text_field, worded
from portal.web.forms import options
from portal.web.value_names import SIDES
from workflows.engine import Side


class GapForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    what = passage(
        _l("What is missing"),
        _l("Such as: the limit samples for the surface are not agreed."),
        2000,
        DataRequired(_l("Say what is missing.")),
    )
    owes = SelectField(
        _l("Which side closes it"),
        choices=options(worded({each: SIDES[each] for each in (Side.REGISTRANT.value, Side.MANUFACTURER.value)})),
    )
    owner_name = text_field(
        _l("Who there"), _l("Name and post."), 100, DataRequired(_l("Name the person who closes it."))
    )
    due_on = day_field(_l("By which day"), "", _l("Set the day by which it is closed."))
    blocking = BooleanField(
        _l("It must be closed before commercial production"),
        description=_l("Until then neither side can sign the transfer."),
        default=True,
    )

    def validate_due_on(self, field: Field) -> None:
        if field.data and field.data < today():
            raise ValidationError(_l("This day is past."))
