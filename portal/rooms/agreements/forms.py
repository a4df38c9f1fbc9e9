"""What people type about an agreement: the decision on each clause, and the wished end."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import Form, FormField, RadioField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from agreements.clauses import (
    STATUTORY_DUTIES,
    DocumentKind,
    Parties,
    Settlement,
    clause,
    in_language,
    is_standard,
    problems,
)
from agreements.clauses import ClauseProblem as Problem
from agreements.clocks import Unit
from agreements.duty_rules import COUNTED
from portal.db import today
from portal.records.agreement import Agreement, AgreementVersion
from portal.web import RecordForm, options, tidy
from portal.web.fields import DayField, WholeNumberField, worded
from portal.wording import day, language_now, said, span
from workflows.words import N_

CHOICES = {"agreed": N_("Agreed"), "refused": N_("Refused"), "open": N_("Open")}
RESPONSIBLE = {"registrant": N_("Registrant"), "entrusted": N_("Manufacturer"), "both": N_("Both sides")}
# How the number is asked for that a text of one's own names.
ASKED = {
    Unit.MONTH: N_("Months in a text of your own"),
    Unit.WORKING_DAY: N_("Working days in a text of your own"),
}
LONGEST_TEXT, LONGEST_REASON, MOST = 4000, 1000, 366


def _lines(text: str | None) -> str | None:
    """Text as it is stored, whatever the browser ends its lines with."""
    return tidy(text.replace("\r\n", "\n").replace("\r", "\n")) if text else text


class ClauseForm(Form):
    """One clause.  A field that is not sent keeps what is on record."""

    choice = RadioField(_l("Decision"), choices=options(worded(CHOICES)))
    responsible = SelectField(_l("Responsible"), choices=options(worded(RESPONSIBLE)))
    text = TextAreaField(
        _l("Text"),
        filters=[_lines],
        validators=[
            Optional(),
            Length(max=LONGEST_TEXT, message=_l("At most %(most)s characters.", most=LONGEST_TEXT)),
        ],
    )
    reason = TextAreaField(
        _l("Why it is refused"),
        filters=[_lines],
        validators=[
            Optional(),
            Length(max=LONGEST_REASON, message=_l("At most %(most)s characters.", most=LONGEST_REASON)),
        ],
    )


class CountedClauseForm(ClauseForm):
    """A clause by which a duty counts: who writes their own text gives its number as well."""

    within = WholeNumberField(
        validators=[
            Optional(),
            NumberRange(1, MOST, message=_l("Give a number from 1 to %(most)s.", most=MOST)),
        ]
    )


class ClausesForm(RecordForm):
    """Every clause of one document on one page; made for each document by :meth:`over_version`."""

    kind: DocumentKind
    parties: Parties
    stored: dict[str, Settlement]
    shown: dict[str, Settlement]

    @classmethod
    def over_version(
        cls, version: AgreementVersion, kind: DocumentKind, settlements: Sequence[Settlement], parties: Parties
    ) -> "ClausesForm":
        """Standard text is shown in the reader's language; what the reader leaves as it is stays as it is stored."""
        language = language_now()
        shown = {each.clause_id: replace(each, text=in_language(each, parties, language)) for each in settlements}
        fields = {
            each.clause_id: FormField(
                CountedClauseForm if each.clause_id in COUNTED else ClauseForm, clause(each.clause_id).title(language)
            )
            for each in settlements
        }
        made = type("ClausesFormOfDocument", (cls,), fields)
        form: ClausesForm = made(data={name: _answers(each) for name, each in shown.items()})
        form.kind, form.shown, form.stored = kind, shown, {each.clause_id: each for each in settlements}
        form.parties = parties
        for name in shown:
            _narrow(form[name], name)
            _ask_number(form[name], name)
        if not form.is_submitted():
            form.seen_version.data = str(version.version)
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Valid unless a field is wrong or a clause breaks the law; a clause may well be open."""
        valid = super().validate(extra_validators)
        for settlement in self.settlements:
            if problem := breaks_law(self.kind, settlement):
                field = self[settlement.clause_id].form["choice" if settlement.choice == "refused" else "responsible"]
                field.errors = [*field.errors, said(problem.says)]
                valid = False
            if wrong := self._wrong_number(settlement):
                number = self[settlement.clause_id].form.within
                number.errors = [*number.errors, wrong]
                valid = False
        return bool(valid)

    def _wrong_number(self, settlement: Settlement) -> str | None:
        """Why the number beside the text cannot stand: the text itself names it, in one wording or the other."""
        if settlement.clause_id not in COUNTED or settlement.choice != "agreed":
            return None
        standard, typed = COUNTED[settlement.clause_id].length, self[settlement.clause_id].form.within.data
        if not is_standard(settlement, self.parties):
            return None if typed else str(gettext("Give the number that your text names; the duty counts by it."))
        if typed in (None, standard):
            return None
        words = gettext("The standard text names %(number)s; write another number into the text too.", number=standard)
        return str(words)

    @property
    def settlements(self) -> list[Settlement]:
        """The clauses as decided on the page, in the order of the version."""
        given = [_settled(self.stored[name], self.shown[name], self[name].data) for name in self.stored]
        return [replace(each, within=None) if is_standard(each, self.parties) else each for each in given]

    def typed(self) -> dict[str, str]:
        """What differs from what is on record now, for whoever has to type it again."""
        return {
            f"{name} · {said(inner.label.text)}": str(inner.data)
            for name, shown in self.shown.items()
            for inner in self[name].form
            if (inner.data or "") != (getattr(shown, inner.short_name) or "")
        }


class TermForm(RecordForm):
    """The wished end.  ``ends`` are the last days of certificate and licence, None while one is not shown."""

    wished_until = DayField(
        _l("Wished last day"),
        description=_l("The day on which the agreement shall end, such as 2027-06-30."),
        validators=[InputRequired(_l("Give the day, such as 2027-06-30."))],
    )
    ends: tuple[date | None, date | None] = (None, None)

    @classmethod
    def within(cls, agreement: Agreement, ends: tuple[date | None, date | None]) -> "TermForm":
        form: TermForm = cls.over(agreement)
        form.ends = ends
        return form

    @property
    def last_day(self) -> date | None:
        certificate, licence = self.ends
        return min(certificate, licence) if certificate and licence else None

    def validate_wished_until(self, field: Any) -> None:
        if field.data and field.data < today():
            raise ValidationError(_l("This day is past; give one from today on, such as 2027-06-30."))
        if not field.data or self.last_day is None or field.data <= self.last_day:
            return
        ends = day(self.last_day)
        if self.last_day == self.ends[0]:
            says = _l("The registration certificate ends on %(day)s, so the agreement cannot end later.", day=ends)
        else:
            says = _l("The production licence ends on %(day)s, so the agreement cannot end later.", day=ends)
        raise ValidationError(says)


def breaks_law(kind: DocumentKind, settlement: Settlement) -> Problem | None:
    """Why a clause cannot stand even in a draft: it refuses a statutory duty or gives it away."""
    if settlement.clause_id not in STATUTORY_DUTIES:
        return None
    asked = settlement if settlement.choice == "refused" else replace(settlement, choice="agreed")
    found = problems(kind, [replace(asked, text=asked.text or "-")], today())
    return next((each for each in found if each.clause_id == settlement.clause_id), None)


def _answers(settlement: Settlement) -> dict[str, str]:
    return {name: value for name, value in asdict(settlement).items() if name != "clause_id"}


def _narrow(field: Any, clause_id: str) -> None:
    """Offer only what the law leaves to the parties; anything else that is sent is judged by :func:`breaks_law`."""
    duty = STATUTORY_DUTIES.get(clause_id)
    if duty is None:
        return
    choice, responsible = field.form.choice, field.form.responsible
    choice.choices = [each for each in choice.choices if each.value != "refused"]
    responsible.choices = [each for each in responsible.choices if each.value in duty.responsible_may_be]
    choice.validate_choice, responsible.validate_choice = choice.data != "refused", responsible.data not in RESPONSIBLE


def _ask_number(field: Any, clause_id: str) -> None:
    """Ask for the number in the unit in which the duty of this clause counts."""
    if clause_id in COUNTED:
        standard, number = COUNTED[clause_id], field.form.within
        number.label.text = said(ASKED[standard.unit])
        number.description = gettext("Empty with the standard text, which names %(number)s.", number=span(standard))


def _settled(stored: Settlement, shown: Settlement, given: dict[str, Any]) -> Settlement:
    text = given["text"] or ""
    return Settlement(
        clause_id=stored.clause_id,
        choice=given["choice"],
        responsible=given["responsible"],
        text=stored.text if text == shown.text else text,
        reason=given["reason"] or "",
        within=given.get("within"),
    )
