"""What is said about a point at which production waits for the resident."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Optional

from portal.web.fields import passage, text_field


class HoldForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    step = text_field(
        _l("Step"),
        _l("As the process names it, such as: final inspection. Empty for the whole batch."),
        200,
        Optional(),
    )
    because = passage(
        _l("What the resident must see to"),
        _l("For example: the first twenty pieces after the change of the tool."),
        2000,
        DataRequired(_l("Say what the resident must see to.")),
    )
