"""What is known about the two houses rather than printed by an authority: inspection, statement, check."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import Field, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from agreements.identifiers import normalise_uscc, uscc_check_character, uscc_problem
from portal.db import session
from portal.records.entrustment import Entrustment
from portal.records.organisation import Site
from portal.rooms.evidence.fields import (
    EvidenceForm,
    day,
    in_order,
    not_in_future,
    one_of,
    passage,
    proof,
    refuse,
    text,
)
from portal.tenancy import current_tenant
from portal.web import RecordForm, answer_of, three_way, three_way_of, tidy
from portal.web.fields import whole_number
from portal.web.value_names import INSPECTED
from workflows.audit import MODES

EXAMPLE_USCC = "91320594MA1MYWTQ2" + uscc_check_character("91320594MA1MYWTQ2")


class InspectionForm(EvidenceForm):
    copied = ("inspected_on", "inspected_by", "result", "covers", "valid_until")
    looks = {"result": {"look": "list"}, "covers": {"rows": 3}}

    inspected_on = day(_l("Inspected on"), _l("The day on which the inspection ended."))
    inspected_by = text(
        _l("Inspected by"),
        _l("The authority, by its full name."),
        missing=_l("Name the authority."),
    )
    result = one_of(_l("Result"), _l("As the authority concluded."), INSPECTED)
    covers = passage(
        _l("What it covered"),
        _l("Products or codes, site and part of the system, for example 13-07, whole quality system, site Changzhou."),
        missing=_l("Say which products, codes or site it covered."),
    )
    valid_until = day(_l("Counts until"), _l("Only if the authority stated an end."), required=False)
    file = proof()

    validate_inspected_on = not_in_future

    def validate_valid_until(self, field: Field) -> None:
        in_order(self.inspected_on.data, field.data)


class CreditStatementForm(EvidenceForm):
    copied = ("stated_on", "summary")

    stated_on = day(_l("Stated on"), _l("The date under the statement."))
    summary = passage(
        _l("What it states"),
        _l("In a sentence or two: penalties, product recalls, entries in the register of serious violations, or none."),
        missing=_l("Say in a sentence what the statement states."),
    )
    file = proof()

    validate_stated_on = not_in_future


class CreditCheckForm(EvidenceForm):
    copied = ("checked_on", "consulted", "summary")
    recalled = frozenset({"about_uscc"})
    looks = {"about_uscc": {"width": "m"}}

    about_uscc = text(
        _l("Unified social credit code of the partner"),
        _l("Eighteen characters, for example %(example)s.", example=EXAMPLE_USCC),
        missing=_l("Give the credit code of the partner that was looked up."),
    )
    checked_on = day(_l("Checked on"))
    consulted = text(
        _l("Where it was looked up"),
        _l("The public registers, for example National Enterprise Credit Information Publicity System, Credit China."),
        missing=_l("Name the register in which it was looked up."),
        longest=500,
    )
    adverse = three_way(
        _l("Is there an adverse entry?"),
        _l("A penalty, a serious violation or an operation found irregular. Not known yet blocks the verdict."),
    )
    summary = passage(
        _l("What was found"),
        _l("In a sentence or two; for an adverse entry also why it does or does not matter."),
        missing=_l("Say in a sentence what was found."),
    )
    file = proof()

    validate_checked_on = not_in_future

    @classmethod
    def typed(cls, record: Any) -> dict[str, Any]:
        return {**super().typed(record), "about_uscc": record.about_uscc, "adverse": three_way_of(record.adverse)}

    def validate_about_uscc(self, field: Field) -> None:
        refuse(uscc_problem(field.data))

    def write_to(self, record: Any) -> None:
        super().write_to(record)
        record.about_uscc, record.adverse = normalise_uscc(self.about_uscc.data or ""), answer_of(self.adverse.data)


class ForSeveralForm(EvidenceForm):
    """``unnamed`` are the names and codes of the own registrants: what is shown to several of them names none."""

    unnamed: frozenset[str] = frozenset()

    def offer(self, _: Iterable[Site]) -> None:
        """What must stay unsaid: whoever entrusts this plant."""
        entrusting = select(Entrustment).where(Entrustment.manufacturer_id == current_tenant())
        found = [each.registrant for each in session.scalars(entrusting)]
        self.unnamed = frozenset(name for each in found for name in (each.name, each.uscc))

    def validate_covers(self, field: Field) -> None:
        self.refuse_names(field.data)

    def validate_file(self, field: Field) -> None:
        self.refuse_names(field.data.filename if field.data else "")

    def refuse_names(self, said_there: str | None) -> None:
        if any(name in (said_there or "") for name in self.unnamed):
            raise ValidationError(
                _l("This names a registrant that entrusts you. Others will read it: leave the name out.")
            )


class AuditReportForm(ForSeveralForm):
    copied = ("audited_on", "mode", "covers", "result", "summary")
    looks = {"result": {"look": "list"}, "covers": {"rows": 3}}

    audited_on = day(_l("Audited on"), _l("The last day of the audit."))
    mode = one_of(_l("How"), "", MODES)
    covers = passage(
        _l("What it covered"),
        _l("Processes, lines and parts of the system. Name no registrant and no product of one."),
        missing=_l("Say which processes and parts of the system it covered."),
    )
    result = one_of(_l("Result"), _l("As the report concludes."), INSPECTED)
    summary = passage(
        _l("What was found"),
        _l("How many findings of which grade, and how many of them are closed. Name nobody."),
        missing=_l("Say in a sentence what was found."),
    )
    file = proof()

    validate_audited_on = not_in_future

    def validate_summary(self, field: Field) -> None:
        self.refuse_names(field.data)


class InternalAuditForm(ForSeveralForm):
    copied = ("began_on", "ended_on", "covers", "result", "findings", "still_open")
    looks = {
        "result": {"look": "list"},
        "covers": {"rows": 3},
        "findings": {"width": "s"},
        "still_open": {"width": "s"},
    }

    began_on = day(_l("First day"))
    ended_on = day(_l("Last day"), _l("It counts for a year only where it ended after the duty of that year began."))
    covers = passage(
        _l("What it covered"),
        _l("Processes, lines and parts of the system. Name no registrant and no product of one."),
        missing=_l("Say which processes and parts of the system it covered."),
    )
    result = one_of(_l("Result"), _l("As the report concludes."), INSPECTED)
    findings = whole_number(
        _l("Findings"),
        _l("How many the audit has; 0 if none."),
        InputRequired(_l("Give the number of findings, such as 3.")),
    )
    still_open = whole_number(
        _l("Findings still open"),
        _l("How many of them are not closed yet."),
        InputRequired(_l("Give the number of open findings, such as 1.")),
    )
    file = proof()

    validate_began_on = not_in_future

    def validate_ended_on(self, field: Field) -> None:
        not_in_future(self, field)
        in_order(self.began_on.data, field.data)

    def validate_still_open(self, field: Field) -> None:
        if field.data is not None and self.findings.data is not None and field.data > self.findings.data:
            raise ValidationError(_l("No more findings can be open than there are."))


class RetireForm(RecordForm):
    reason = TextAreaField(
        _l("Reason"),
        description=_l("For example: replaced by the renewed licence of 2026-11-02."),
        filters=[tidy],
        validators=[
            DataRequired(_l("Say why it no longer counts.")),
            Length(max=2000, message=_l("Use at most %(max)d characters.")),
        ],
    )
