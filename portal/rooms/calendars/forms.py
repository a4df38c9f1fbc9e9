"""Which days to show, and what one's own calendar program is given."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired

from portal.db import today
from portal.rooms.calendars.entries import KINDS
from portal.web import options
from portal.web.fields import worded
from workflows.words import N_

MONTH, LIST = "month", "list"
END = "end"
COVERS = {
    "all": N_("Everything that my calendar shows"),
    "owed": N_("Only what my organisation has to do"),
    END: N_("Nothing any more: the address stops working"),
}
_MONTH = re.compile(r"(2[01]\d\d)-(0[1-9]|1[0-2])")


class FilterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """It comes with the address, so it needs no token."""

    class Meta:
        csrf = False

    month = HiddenField()
    view = SelectField(_l("Shown as"), choices=options(worded({MONTH: N_("A month"), LIST: N_("A list")})))
    kind = SelectField(
        _l("What"),
        choices=options({"": _l("Everything")} | worded({kind: label for kind, (label, _) in KINDS.items()})),
    )
    entrustment = SelectField(_l("Entrustment"), validate_choice=False)

    def offer(self, entrustments: Mapping[str, str]) -> None:
        self.entrustment.choices = options({"": _l("All")} | dict(entrustments))

    @property
    def first(self) -> date:
        """The first day of the month asked for; of this one where none is."""
        asked = _MONTH.fullmatch(self.month.data or "")
        return date(int(asked[1]), int(asked[2]), 1) if asked else today().replace(day=1)

    @property
    def kept(self) -> dict[str, Any]:
        """What stays the same when another month is turned to."""
        asked = {"view": self.view.data, "kind": self.kind.data, "entrustment": self.entrustment.data}
        return {name: value for name, value in asked.items() if value}


class FeedForm(FlaskForm):  # type: ignore[misc]
    covers = RadioField(
        _l("What your calendar program is given"),
        choices=options(worded(COVERS)),
        validators=[InputRequired(_l("Choose what it is given."))],
    )
