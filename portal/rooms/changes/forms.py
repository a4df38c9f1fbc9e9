"""What people type about a change: the proposal, its impacts, the verdict with its day, and what proves it."""

from typing import Any
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from portal.db import today
from portal.facts import Ground
from portal.records.change import ChangeAssessment
from portal.web import RecordForm
from portal.web.fields import DayField, passage, text_field, worded
from portal.web.forms import options
from portal.wording import cite
from workflows.change import AHEAD, IMPACTS, KINDS, KNOWN_AFTERWARDS, VERDICTS

LONGEST = 4000


class ProposalForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    kind = SelectField(
        _l("What changes"),
        choices=options({"": _l("Choose what changes")} | worded(KINDS)),
        validators=[InputRequired(_l("Choose what changes."))],
    )
    product_id = SelectField(
        _l("For which product"), description=_l("A change of one product binds no batch of another.")
    )
    title = text_field(
        _l("The change in one line"),
        _l("Such as: passivation bath from nitric to citric acid."),
        200,
        DataRequired(_l("Say in one line what the change is.")),
    )
    description = passage(
        _l("What is to be changed, and why"),
        _l("As it is now, as it is to be, and the reason."),
        LONGEST,
        DataRequired(_l("Describe the change, so that both sides can weigh it.")),
    )
    known = BooleanField(
        _l("It has happened already"),
        description=_l("Only for a party's own name, licence, certificate or key people."),
    )
    effective_on = DayField(
        _l("From which day it is wanted"),
        description=_l("The registrant sets the day with its verdict."),
        validators=[Optional()],
    )

    def offer(self, ground: Ground) -> None:
        self.product_id.choices = options({"": _l("Every product of the entrustment")} | ground.product_names)

    def given(self, ground: Ground) -> dict[str, Any]:
        """What was typed, as :func:`portal.facts.open_change` takes it."""
        product = ground.product(UUID(self.product_id.data)) if self.product_id.data else None
        return {
            "kind": self.kind.data,
            "title": self.title.data,
            "description": self.description.data,
            "product": (product.subject_id, product.facts["name"]) if product else None,
            "effective_on": self.effective_on.data,
            "known": self.known.data,
        }

    def validate_known(self, field: Field) -> None:
        if field.data and self.kind.data and self.kind.data not in KNOWN_AFTERWARDS:
            raise ValidationError(
                gettext(
                    "A change of this kind is proposed before it is made (%(source)s).", source=_before_it_is_made()
                )
            )

    def validate_effective_on(self, field: Field) -> None:
        refuse_past(field)


class AssessmentForm(RecordForm):
    """The five impacts, as far as the own side can judge them."""

    registration = passage(
        _l("Registration and technical requirements"),
        _l("Which items of the certificate and of the technical requirements it touches; or that it touches none."),
        LONGEST,
    )
    quality_system = passage(
        _l("Quality management system"), _l("Procedures, responsibilities, training, records."), LONGEST
    )
    validation = passage(
        _l("Verification and validation"), _l("What must be verified or validated anew, and how."), LONGEST
    )
    suppliers = passage(
        _l("Suppliers and outsourced services"),
        _l("Who is added, dropped or changed, and at which risk."),
        LONGEST,
    )
    stock = passage(
        _l("Stock, released and marketed product"),
        _l("What happens with what was made before: in process, in store, released, with users."),
        LONGEST,
    )

    @classmethod
    def of(cls, known: ChangeAssessment | None) -> Any:
        """The form over what the side wrote before, if it did."""
        if known is not None:
            return cls.over(known)
        blank = cls()
        if not blank.is_submitted():
            blank.seen_version.data = "0"
        return blank

    def validate_registration(self, _: Field) -> None:
        if not any(self.impacts.values()):
            raise ValidationError(gettext("Weigh at least one of the five."))

    @property
    def impacts(self) -> dict[str, str | None]:
        return {name: self[name].data or None for name in IMPACTS}


class VerdictForm(RecordForm):
    verdict = SelectField(
        _l("Verdict on the registration"),
        choices=options({"": _l("Choose the verdict")} | worded(VERDICTS)),
        validators=[InputRequired(_l("Choose the verdict."))],
    )
    verdict_reason = passage(
        _l("Reasons"),
        _l("Why: which items of the certificate and of the technical requirements are touched, or none."),
        LONGEST,
        DataRequired(_l("Give the reasons of the verdict.")),
    )
    effective_on = DayField(
        _l("It holds from"),
        description=_l(
            "Batches whose production starts on or after this day are made under it; stock stays as it was."
        ),
        validators=[InputRequired(_l("Give the day, such as 2026-11-23."))],
    )

    def validate_effective_on(self, field: Field) -> None:
        refuse_past(field)


class RegistrationForm(RecordForm):
    registration_evidence = passage(
        _l("What shows it"),
        _l("Number and date of the changed certificate, of the approval or of the receipt of filing."),
        LONGEST,
        DataRequired(_l("Say what shows that the registration is changed or the change filed.")),
    )
    file = FileField(
        _l("File"),
        description=_l("The paper itself, as PDF or picture; it proves what stands above."),
        validators=[FileRequired(_l("Choose the file that proves it, for example a scan as PDF."))],
    )


class ValidationForm(RecordForm):
    validation_evidence = passage(
        _l("What shows it, or why none is needed"),
        _l("Number and date of the report and what it concludes; without a report, why nothing must be validated."),
        LONGEST,
        DataRequired(_l("Say what was verified or validated, or why that is not needed.")),
    )
    file = FileField(
        _l("File"), description=_l("The report. Without one, what stands above must say why."), validators=[Optional()]
    )


def refuse_past(field: Field) -> None:
    """No change holds from a day that is over: it would have been made before anybody decided on it."""
    if field.data and field.data < today():
        given = {"today": today().isoformat(), "source": _before_it_is_made()}
        raise ValidationError(
            gettext(
                "This day is past: a change is decided before it is made. The first is %(today)s (%(source)s).", **given
            )
        )


def _before_it_is_made() -> str:
    return str(gettext(", ").join(cite(each) for each in AHEAD.sources))
