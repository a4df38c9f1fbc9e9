"""What somebody asks about a window: between which moments, and past which machine, room, operator, reading or load."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms.validators import InputRequired, Optional

from portal.lineage.windows import PLACES, Window
from portal.web.fields import MomentField, text_field


class WindowForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """A question in the address, so that it can be kept and passed on."""

    since = MomentField(_l("The window begins"), validators=[InputRequired(_l("Say from when."))])
    until = MomentField(_l("The window ends"), validators=[InputRequired(_l("Say until when."))])
    equipment = text_field(_l("Equipment"), _l("Its number, exactly as it is written."), 100, Optional())
    area = text_field(_l("Room"), _l("Its number, exactly as it is written."), 100, Optional())
    operator = text_field(_l("Operator"), _l("The name as it was told; a second person counts too."), 100, Optional())
    reading = text_field(_l("Reading"), _l("The name of a parameter or of a characteristic."), 200, Optional())
    load = text_field(_l("Load, or number of an act"), _l("As whoever told of it numbers it."), 200, Optional())

    @classmethod
    def asked(cls) -> "WindowForm":
        return cls(request.args, meta={"csrf": False})

    @property
    def is_asked(self) -> bool:
        return any(name in request.args for name in self._fields)

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """At least one place is named, and the moments follow each other."""
        if not super().validate(extra_validators):
            return False
        if self.window.until < self.window.since:
            self.until.errors = [gettext("It ends before it begins.")]
        elif not any(self[each].data for each in PLACES):
            self.equipment.errors = [gettext("Name at least one: equipment, room, operator, reading or load.")]
        return not self.errors

    @property
    def window(self) -> Window:
        since, until = self.since.data, self.until.data
        if since is None or until is None:
            raise ValueError("a window has two moments")
        return Window(since, until, **{each: self[each].data or "" for each in PLACES})
