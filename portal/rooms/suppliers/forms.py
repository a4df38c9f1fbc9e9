"""What people type about a supplier: who it is, and how it was evaluated."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, Regexp, ValidationError

from agreements.identifiers import normalise_uscc, uscc_problem
from agreements.provinces import PROVINCES
from portal.db import today
from portal.web import RecordForm
from portal.web.fields import DayField, day_field, passage, text_field, worded
from portal.web.forms import options
from portal.wording import in_language, said
from workflows.supplier import ROLES

LONGEST = 4000
HOME = "CN"


class SupplierForm(RecordForm):
    number = text_field(
        _l("Number"),
        _l("The supplier's number in your own list, such as SP-014."),
        40,
        DataRequired(_l("Give the number, such as SP-014.")),
    )
    name = text_field(_l("Name"), _l("Its full name."), 200, DataRequired(_l("Give the full name.")))
    role = SelectField(
        _l("Kind of supplier"),
        choices=options({"": _l("Choose one of these")} | worded(ROLES)),
        validators=[InputRequired(_l("Choose one of these."))],
    )
    country = text_field(
        _l("Country"),
        _l("The two letters of ISO 3166, such as CN, DE, US."),
        2,
        DataRequired(_l("Give the two letters, such as CN.")),
        Regexp(r"^[A-Z]{2}$", message=_l("Two capital letters are wanted, such as CN.")),
    )
    uscc = text_field(_l("USCC"), _l("Eighteen characters. Only of a supplier in China."), 30, Optional())
    province = SelectField(_l("Province"), description=_l("Only of a supplier in China."))
    supplies = text_field(
        _l("What it delivers"), _l("Such as: titanium alloy bars."), 500, DataRequired(_l("Say what it delivers."))
    )
    is_key = BooleanField(_l("Key supplier: the product's safety or performance hangs on what it delivers"))
    since = day_field(_l("Supplier since"), "", _l("Give the day, such as 2026-11-23."))

    def offer(self) -> None:
        names = {each.abbreviation: in_language(each.zh, each.en) for each in PROVINCES}
        self.province.choices = options({"": gettext("Not in China, or not known")} | names)

    def validate_uscc(self, field: Field) -> None:
        if problem := uscc_problem(field.data):
            raise ValidationError(said(problem))

    def validate_since(self, field: Field) -> None:
        _not_in_future(field)

    @property
    def given(self) -> dict[str, Any]:
        """What was typed, by the names of the record's columns."""
        kept = {name: value for name, value in self.data.items() if name not in {"csrf_token", "seen_version"}}
        uscc = normalise_uscc(self.uscc.data) if self.uscc.data else None
        return kept | {"uscc": uscc, "province": self.province.data or None}


class EvaluationForm(RecordForm):
    evaluation = passage(
        _l("How it was evaluated"),
        _l("Papers, samples, an audit, deliveries so far; and what came of it."),
        LONGEST,
        DataRequired(_l("Say how the supplier was evaluated.")),
    )
    evaluated_on = DayField(_l("Evaluated on"), validators=[InputRequired(_l("Give the day, such as 2026-11-23."))])
    file = FileField(
        _l("The paper of the evaluation"),
        description=_l("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT. It stays in your house; no partner sees it."),
        validators=[Optional()],
    )
    agreement = text_field(
        _l("Quality agreement"), _l("Its number and day. A key supplier needs one."), 200, Optional()
    )
    tells_changes = BooleanField(
        _l("It has undertaken to tell of changes before it makes them"),
        description=_l("In the quality agreement or in writing elsewhere."),
    )

    def validate_evaluated_on(self, field: Field) -> None:
        _not_in_future(field)

    @property
    def given(self) -> dict[str, Any]:
        apart = {"csrf_token", "seen_version", "file"}
        kept = {name: value for name, value in self.data.items() if name not in apart}
        return kept | {"agreement": self.agreement.data or None}


def _not_in_future(field: Field) -> None:
    if field.data and field.data > today():
        raise ValidationError(gettext("This day has not come yet."))
