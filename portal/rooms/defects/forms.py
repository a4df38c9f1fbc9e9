"""What the manufacturer says of a defect that it found after shipment, and what the registrant says follows."""

from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, InputRequired, ValidationError

from portal.db import now
from portal.facts.defects import latest_shipped, shipped
from portal.records.batch import Batch
from portal.web import RecordForm, options
from portal.web.fields import MomentField, passage, text_field, worded
from portal.wording import cite
from workflows.defect_notice import OUTCOMES, STOP

LONGEST = 4000


class NotifyForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    entrustment_id: UUID
    found: list[Batch]

    batches = passage(
        _l("Batches concerned"),
        "",
        LONGEST,
        DataRequired(_l("Name at least one batch.")),
    )
    what = passage(
        _l("What the defect is"),
        _l("Which requirement is not met or what else is wrong, in how many pieces, and what was done at once."),
        LONGEST,
        DataRequired(_l("Say what was found.")),
    )
    found_at = MomentField(
        _l("When it was found"),
        description=_l("Day and time in Beijing."),
        validators=[InputRequired(_l("Give the moment when it was found."))],
    )
    found_by = text_field(_l("Who found it"), _l("Name and post."), 100, DataRequired(_l("Say who found it.")))

    @classmethod
    def asking(cls, entrustment_id: UUID) -> "NotifyForm":
        form = cls()
        form.entrustment_id, form.found = entrustment_id, []
        latest = ", ".join(latest_shipped(entrustment_id)) or gettext("none yet")
        form.batches.description = gettext(
            "One number in a line, of one product, released for production or to the market. The latest: %(numbers)s.",
            numbers=latest,
        )
        return form

    def validate_batches(self, field: Field) -> None:
        lines = (each.strip() for each in (field.data or "").splitlines())
        numbers = list(dict.fromkeys(filter(None, lines)))
        known = shipped(self.entrustment_id, numbers)
        if lost := [each for each in numbers if each not in known]:
            says = gettext(
                "No batch of this entrustment that has been released bears this number: %(numbers)s.",
                numbers=", ".join(lost),
            )
            raise ValidationError(says)
        self.found = [known[each] for each in numbers]
        if len({each.product_id for each in self.found}) > 1:
            raise ValidationError(gettext("These batches are of more than one product; write a notice for each."))

    def validate_found_at(self, field: Field) -> None:
        if field.data and field.data > now():
            says = gettext(
                "This moment has not come yet; production stops once a defect is found (%(source)s).", source=cite(STOP)
            )
            raise ValidationError(says)


class SettlementForm(RecordForm):
    outcome = SelectField(
        _l("What follows"),
        description=_l(
            "A recall of the measures of 2017 (article 3) takes in repair, relabelling and replacement as well as "
            "taking back and destroying."
        ),
        choices=options({"": _l("Choose what follows")} | worded(OUTCOMES)),
        validators=[InputRequired(_l("Choose what follows."))],
    )
    reason = passage(
        _l("Why"),
        _l("The evaluation of the defect: what may happen to patients, how often, and which pieces are concerned."),
        LONGEST,
        DataRequired(_l("Say why this follows.")),
    )
