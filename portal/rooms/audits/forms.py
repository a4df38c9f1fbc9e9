"""What people type about an audit: its plan, its team, its days and meetings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal.db import today
from portal.records.audit import Audit
from portal.rooms.audits.recording import Auditor, Member, Planned
from portal.web import RecordForm, tidy
from portal.web.fields import DayField, text_field, worded
from portal.web.forms import options
from portal.wording import cite, said
from workflows.audit import BY, KINDS, MODES, SUPPLIES, holder_of
from workflows.auditing import YEARLY_ON_SITE, PlanFacts
from workflows.engine import Check, Side

YEARS_BACK, YEARS_AHEAD = 1, 5
DAYS = ("arrived_on", "left_on", "opening", "closing", "conclusion")


class SupplierAuditForm(RecordForm):
    """What the manufacturer plans: the audit of a supplier, which it holds alone."""

    mode = RadioField(
        _l("How"), choices=options(worded(MODES)), validators=[InputRequired(_l("Choose on site or desk review."))]
    )
    supplier = text_field(
        _l("Supplier"), _l("Its full name."), 200, DataRequired(_l("Name the supplier that is audited."))
    )
    supplied = SelectField(
        _l("What the supplier delivers"),
        choices=options({"": _l("Choose what it delivers")} | worded(SUPPLIES)),
        validators=[InputRequired(_l("Choose what the supplier delivers."))],
    )
    starts_on = DayField(_l("First day"), validators=[InputRequired(_l("Give the day, such as 2026-11-23."))])
    ends_on = DayField(_l("Last day"), validators=[InputRequired(_l("Give the day, such as 2026-11-23."))])
    scope = TextAreaField(
        _l("Scope of the audit"),
        description=_l("Products, processes and parts of the system, and what it is measured against."),
        filters=[tidy],
        validators=[DataRequired(_l("Say what the audit covers.")), Length(max=4000)],
    )

    def validate_starts_on(self, field: Any) -> None:
        if field.data and not -YEARS_BACK <= field.data.year - today().year <= YEARS_AHEAD:
            raise ValidationError(_l("An audit is planned from last year to five years ahead."))

    def validate_ends_on(self, field: Any) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day does not come before the first."))

    @property
    def given(self) -> Planned:
        return Planned(
            kind="supplier",
            mode=self.mode.data,
            yearly=False,
            held_by=Side.MANUFACTURER.value,
            starts_on=self.starts_on.data or today(),
            ends_on=self.ends_on.data or today(),
            scope=self.scope.data or "",
            supplier=self.supplier.data or None,
            supplied=self.supplied.data or None,
        )


class PlanForm(SupplierAuditForm):
    """What the registrant plans: any audit, held alone or with the manufacturer."""

    kind = SelectField(
        _l("What is audited"),
        choices=options({"": _l("Choose what is audited")} | worded(KINDS)),
        validators=[InputRequired(_l("Choose what is audited."))],
    )
    yearly = BooleanField(
        _l("This is the yearly audit of the site"),
        description=_l("One audit of the quality system is owed each year, and it is held on site."),
    )
    held_by = RadioField(
        _l("By whom"),
        choices=options(worded({name: says for name, says in BY.items() if holder_of(name) is Side.REGISTRANT})),
        validators=[InputRequired(_l("Choose who holds it."))],
    )
    supplier = text_field(_l("Supplier"), _l("Only for the audit of a supplier: its full name."), 200)
    supplied = SelectField(
        _l("What the supplier delivers"),
        description=_l("Only for the audit of a supplier."),
        choices=options({"": _l("Nothing: no supplier is audited")} | worded(SUPPLIES)),
    )

    def validate_yearly(self, field: Any) -> None:
        kind, mode, held_by = self.kind.data or "", self.mode.data or "", self.held_by.data or ""
        if not YEARLY_ON_SITE.holds(PlanFacts(True, bool(field.data), kind, mode, held_by, Side.REGISTRANT)):
            raise ValidationError(_ruled(YEARLY_ON_SITE))

    def validate_supplier(self, field: Any) -> None:
        if self.kind.data == "supplier" and not field.data:
            raise ValidationError(_l("Name the supplier that is audited."))
        if self.kind.data != "supplier" and field.data:
            raise ValidationError(_l("Leave this empty: only the audit of a supplier names one."))

    def validate_supplied(self, field: Any) -> None:
        if self.kind.data == "supplier" and not field.data:
            raise ValidationError(_l("Choose what the supplier delivers."))
        if self.kind.data != "supplier" and field.data:
            raise ValidationError(_l("Leave this empty: only the audit of a supplier says what is delivered."))

    @property
    def given(self) -> Planned:
        own = {"kind": self.kind.data, "yearly": bool(self.yearly.data), "held_by": self.held_by.data}
        return replace(super().given, **own)


PLAN_FORMS: Mapping[Side | None, type[SupplierAuditForm]] = {
    Side.REGISTRANT: PlanForm,
    Side.MANUFACTURER: SupplierAuditForm,
}


class TeamForm(RecordForm):
    """Who audits.  ``known`` are those who can come, by their key; a tie is told of everybody who has one."""

    lead = SelectField(
        _l("Lead auditor"),
        description=_l("Somebody of your house; they sign the report."),
        validators=[InputRequired(_l("Choose who leads the audit."))],
    )
    members = SelectMultipleField(_l("Auditors beside the lead"), validators=[Optional()])
    declared = BooleanField(
        _l("Everybody in the team has declared whether they have a tie to what is audited"),
        description=_l("Former employment, a family tie, money, a hand in the work that is audited."),
        validators=[DataRequired(_l("Without the declarations the team cannot be named."))],
    )
    tied = SelectMultipleField(_l("Who declared a tie"), validators=[Optional()])
    ties = TextAreaField(
        _l("Which ties"),
        description=_l("Somebody with a tie can stand here and does not pass; leave empty when nobody has one."),
        filters=[tidy],
        validators=[Length(max=2000)],
    )
    known: Mapping[str, Auditor] = {}

    @classmethod
    def choosing(cls, audit: Audit, auditors: Sequence[Auditor], called: Callable[[Auditor], str]) -> "TeamForm":
        lead, others = audit.lead, [_key(each) for each in audit.team if not each["leads"]]
        ties = [each for each in audit.team if each["tie"]]
        form: TeamForm = cls(
            data={
                "lead": _key(lead) if lead else "",
                "members": others,
                "tied": [_key(each) for each in ties],
                "ties": ties[0]["tie"] if ties else "",
            }
        )
        form.known = {str(each.id): each for each in auditors}
        own = {key: called(each) for key, each in form.known.items() if not each.from_outside}
        form.lead.choices = options({"": gettext("Choose who leads")} | own)
        form.members.choices = form.tied.choices = options({key: called(each) for key, each in form.known.items()})
        if not form.is_submitted():
            form.seen_version.data = str(audit.version)
        return form

    @property
    def given(self) -> list[Member]:
        """The team as chosen, its lead first."""
        chosen = [self.lead.data, *(each for each in self.members.data or () if each != self.lead.data)]
        tied = set(self.tied.data or ())
        return [
            Member(self.known[each], leads=each == self.lead.data, tie=(self.ties.data or "") if each in tied else "")
            for each in chosen
        ]

    def validate_lead(self, field: Any) -> None:
        chosen = self.known.get(field.data)
        if chosen is not None and not chosen.may_lead:
            raise ValidationError(_l("%(name)s has no role that signs audit reports.", name=chosen.name))

    def validate_tied(self, field: Any) -> None:
        if set(field.data or ()) - {self.lead.data, *(self.members.data or ())}:
            raise ValidationError(_l("Only somebody in the team is named here."))

    def validate_ties(self, field: Any) -> None:
        if self.tied.data and not field.data:
            raise ValidationError(_l("Say which ties they declared."))


class DaysForm(RecordForm):
    arrived_on = DayField(_l("Arrived on site"), validators=[Optional()])
    left_on = DayField(_l("Last day on site"), validators=[Optional()])
    opening = TextAreaField(
        _l("Opening meeting"),
        description=_l("Who was there, and what was agreed."),
        filters=[tidy],
        validators=[Optional(), Length(max=4000)],
    )
    closing = TextAreaField(
        _l("Closing meeting"),
        description=_l("Who was there, and what was said to the findings."),
        filters=[tidy],
        validators=[Optional(), Length(max=4000)],
    )
    conclusion = TextAreaField(
        _l("Conclusion"),
        description=_l("Whether the quality system holds what it must, and what that rests on."),
        filters=[tidy],
        validators=[Optional(), Length(max=4000)],
    )

    def validate_arrived_on(self, field: Any) -> None:
        if field.data and field.data > today():
            raise ValidationError(_l("This day has not come yet."))

    def validate_left_on(self, field: Any) -> None:
        self.validate_arrived_on(field)
        if field.data and (self.arrived_on.data is None or field.data < self.arrived_on.data):
            raise ValidationError(_l("The last day on site does not come before the day of arrival."))

    @property
    def given(self) -> dict[str, Any]:
        return {name: self[name].data or None for name in DAYS}


def _key(member: Mapping[str, Any]) -> str:
    """By what somebody in a team is chosen: the person, or the qualification of somebody from outside."""
    return str(member["person_id"] or member["qualification_id"])


def _ruled(check: Check[Any]) -> str:
    """The rule that stands in the way, and where it is written."""
    sources = gettext(", ").join(cite(each) for each in check.sources)
    words: str = gettext("%(rule)s Source: %(sources)s.", rule=said(check.says), sources=sources)
    return words
