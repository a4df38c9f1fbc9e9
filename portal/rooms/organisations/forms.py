"""What an organisation says about itself."""

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from agreements.provinces import PROVINCES
from portal.web import RecordForm, three_way
from portal.web.forms import options, tidy
from portal.wording import in_language


class OrganisationForm(RecordForm):
    name = StringField(
        _l("Name"),
        description=_l("As on the business licence; it stands under every signature."),
        filters=[tidy],
        validators=[DataRequired(_l("Type the registered name.")), Length(max=120)],
    )
    domicile = TextAreaField(
        _l("Domicile"),
        description=_l("The registered address, for example: Building 3, 88 Zhangheng Road, Pudong, Shanghai."),
        filters=[tidy],
        validators=[DataRequired(_l("Type the registered address.")), Length(max=300)],
    )


class SiteForm(RecordForm):
    name = StringField(
        _l("Name of the site"),
        description=_l("As people call it, for example: Changzhou plant."),
        filters=[tidy],
        validators=[DataRequired(_l("Name the site.")), Length(max=80)],
    )
    address = TextAreaField(
        _l("Production address"),
        description=_l("Letter for letter as on the production licence: the two are compared."),
        filters=[tidy],
        validators=[DataRequired(_l("Type the production address.")), Length(max=300)],
    )
    province = SelectField(
        _l("Province"),
        description=_l("Its authority may look into every entrustment in which the site is shown."),
        validators=[DataRequired(_l("Choose the province of the site."))],
    )

    def __init__(self, *positional: Any, **named: Any) -> None:
        super().__init__(*positional, **named)
        names = {each.abbreviation: in_language(f"{each.abbreviation} {each.zh}", each.en) for each in PROVINCES}
        self.province.choices = options({"": ""} | names)


def _function(label: Any, description: Any) -> StringField:
    return StringField(label, description=description, filters=[tidy], validators=[Length(max=120)])


class FunctionsForm(RecordForm):
    technology = _function(_l("Technology"), _l("Name and position, for example: Lin Yue, head of development."))
    production = _function(_l("Production"), _l("Whoever steers the entrusted production on your side."))
    quality = _function(_l("Quality"), _l("The head of quality management."))
    adverse_events = _function(_l("Adverse-event monitoring"), _l("Whoever collects, judges and reports."))
    after_sales = _function(_l("After-sales service"), _l("Whoever answers customers and complaints."))
    quality_independent = three_way(
        _l("Is the quality department independent?"),
        _l("It decides for itself and answers to nobody whose work it judges."),
    )
    full_time_quality_staff = IntegerField(
        _l("Full-time quality staff"),
        description=_l("Heads, for example: 4. Leave it empty while it is not known."),
        validators=[Optional(), NumberRange(0, 100_000, _l("Give a whole number from 0 to 100,000."))],
    )
    file = FileField(
        _l("Evidence"),
        description=_l("For example the organisation chart with the appointments, as PDF, 20 MB at most."),
    )
