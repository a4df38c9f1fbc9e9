"""What people write into the roster and the presence of residents."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.validators import AnyOf, DataRequired, InputRequired, Optional, ValidationError

from portal.db import today
from portal.records.resident import Posting
from portal.web import options
from portal.web.fields import day_field, text_field, worded
from portal.wording import cite, day
from workflows.attendance import AWAY, PLANS
from workflows.posting import POST_STAFF

ARRIVING, LEAVING = "arrive", "leave"


class RosterForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    posting: Posting
    others: Mapping[str, Posting]

    plan = RadioField(
        _l("On these days the person is"),
        choices=options(worded(PLANS)),
        validators=[InputRequired(_l("Choose whether the person is at the site or away."))],
    )
    since = day_field(
        _l("First day"),
        _l("For example 2026-11-26."),
        _l("Give the first day, for example 2026-11-26."),
    )
    until = day_field(
        _l("Last day"),
        _l("For one day, the same as the first."),
        _l("Give the last day, for example 2026-11-27."),
    )
    standing_in = SelectField(
        _l("Who stands in"),
        description=_l("Somebody else who is posted here on all of these days; leave it open if there is nobody."),
        validate_choice=False,
        validators=[Optional()],
    )
    note = text_field(_l("Note"), _l("For example: leave, training, illness."), 200, Optional())

    @classmethod
    def asking(cls, posting: Posting, others: Sequence[Posting]) -> "RosterForm":
        form = cls()
        form.posting = posting
        form.others = {str(each.id): each for each in others}
        named = {value: each.person_name for value, each in form.others.items()}
        form.standing_in.choices = options({"": _l("Nobody")} | named)
        return form

    def validate_since(self, field: Field) -> None:
        if field.data and not self.posting.since <= field.data <= self.posting.until:
            raise ValidationError(self._beyond())

    def validate_until(self, field: Field) -> None:
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(gettext("This is before the first day, %(first)s.", first=day(self.since.data)))
        if field.data and field.data > self.posting.until:
            raise ValidationError(self._beyond())

    def validate_standing_in(self, field: Field) -> None:
        if not field.data:
            return
        other = self.others.get(field.data)
        if other is None:
            raise ValidationError(gettext("Choose somebody who is posted here."))
        if self.plan.data != AWAY:
            raise ValidationError(gettext("Somebody stands in only while the person is away."))
        first, last = self.since.data, self.until.data
        if first and last and not (other.counts_on(max(first, today())) and other.counts_on(last)):
            says = gettext(
                "%(person)s is not posted here on all of these days (%(source)s).",
                person=other.person_name,
                source=cite(POST_STAFF),
            )
            raise ValidationError(says)

    def _beyond(self) -> Any:
        return gettext(
            "The posting runs from %(since)s to %(until)s; the roster lies within it.",
            since=day(self.posting.since),
            until=day(self.posting.until),
        )


class PresenceForm(FlaskForm):  # type: ignore[misc]
    """``doing`` is what the page offered: to arrive or to leave."""

    doing = HiddenField(validators=[AnyOf([ARRIVING, LEAVING], _l("Open the page anew."))])
    place = text_field(
        _l("Place"),
        _l("Where at the site; for example: workshop 2."),
        200,
        DataRequired(_l("Say where you are, for example: workshop 2.")),
    )

    @classmethod
    def offering(cls, posting: Posting, *, there: bool) -> "PresenceForm":
        """Where somebody arrives is asked once; it stays so when they leave."""
        form = cls(place=posting.site_name)
        if there:
            del form.place
        if not form.is_submitted():
            form.doing.data = LEAVING if there else ARRIVING
        return form
