"""An audit of the entrusted manufacturer, or of a supplier: from its plan to the report that both sides have signed.

Who holds it plans it, leads it and reports it; the other side acknowledges the report.
"""

from workflows.audit_rules import (
    ALL_ANSWERED,
    ARRIVED,
    CLOSING_HELD,
    COMPETENT,
    CONCLUDED,
    HAS_LEAD,
    INDEPENDENT,
    LEAD_SIGNS,
    LEFT,
    NOT_ENDED,
    OPENING_HELD,
    OWN_WORK,
    UNMET_ARE_FINDINGS,
    AuditFacts,
)
from workflows.engine import Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

KINDS = {
    "system": N_("Audit of the quality system"),
    "supplier": N_("Audit of a supplier"),
    "for_cause": N_("Audit for cause"),
}
MODES = {"on_site": N_("On site"), "desk": N_("Desk review")}
# What Announcement 2024 No. 38 (6) names: key items that the manufacturer buys.
SUPPLIES = {
    "animal_origin": N_("Raw material of animal origin"),
    "sterilisation": N_("Outsourced sterilisation"),
    "active_component": N_("Key component of an active device"),
    "ivd_antigen": N_("Antigen or antibody of an in vitro diagnostic"),
    "other": N_("Another purchased item"),
}
KEY_ITEMS = frozenset(SUPPLIES) - {"other"}
# For key items the same point has the registrant audit the supplier, alone or with the manufacturer.
KEY_ITEM_RULE = (Source("ANN-2024-38", "(6)"),)
BY = {
    "registrant": N_("By the registrant"),
    "both": N_("By registrant and manufacturer together"),
    "manufacturer": N_("By the manufacturer alone"),
}
BEFORE_THE_REPORT = frozenset({"planned", "team_confirmed", "opened", "concluded"})
_TEAM = (HAS_LEAD, COMPETENT, INDEPENDENT, OWN_WORK)
_DONE = (ALL_ANSWERED, UNMET_ARE_FINDINGS)

AUDIT = Lifecycle[AuditFacts](
    subject="audit",
    says=N_(
        "The registrant audits who makes its product, and either side a supplier: "
        "planned, held by a fit team, reported, acknowledged by the other side."
    ),
    states=(
        State("planned", N_("Being planned")),
        State("team_confirmed", N_("Team confirmed"), Tone.ACTIVE),
        State("opened", N_("Under way"), Tone.ACTIVE),
        State("concluded", N_("Closing meeting held"), Tone.ACTIVE),
        State("reported", N_("Reported"), Tone.ACTIVE),
        State("acknowledged", N_("Acknowledged"), Tone.GOOD, final=True),
        State("cancelled", N_("Cancelled"), Tone.BAD, final=True),
    ),
    initial="planned",
    transitions=(
        Transition(
            name="confirm_team",
            label=N_("Confirm the team"),
            says=N_("Everybody in it is competent and independent; the other side learns who will come."),
            sources=frozenset({"planned"}),
            target="team_confirmed",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit.team-confirmed",
            checks=(NOT_ENDED, *_TEAM),
        ),
        Transition(
            name="reopen_team",
            label=N_("Name the team anew"),
            says=N_("Somebody cannot come; the team is put together again before the audit begins."),
            sources=frozenset({"team_confirmed"}),
            target="planned",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit.team-reopened",
            reason=True,
        ),
        Transition(
            name="open",
            label=N_("Open the audit"),
            says=N_("The opening meeting has been held; the checklist can be answered and findings raised."),
            sources=frozenset({"team_confirmed"}),
            target="opened",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit.opened",
            checks=(*_TEAM, ARRIVED, OPENING_HELD),
        ),
        Transition(
            name="conclude",
            label=N_("Hold the closing meeting"),
            says=N_("Whoever was audited has heard every finding."),
            sources=frozenset({"opened"}),
            target="concluded",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit.closed",
            checks=(*_DONE, LEFT, CLOSING_HELD),
        ),
        Transition(
            name="report",
            label=N_("Sign the report"),
            says=N_("The lead auditor signs; team, checklist and findings can no longer be changed."),
            sources=frozenset({"concluded"}),
            target="reported",
            power=Power.AUDIT_SIGN,
            side=Side.REGISTRANT,
            event="audit.reported",
            checks=(LEAD_SIGNS, *_DONE, CONCLUDED),
            signature=N_("I led this audit; the report says what we found."),
        ),
        Transition(
            name="acknowledge",
            label=N_("Acknowledge the report"),
            says=N_("The other side has received the report with each of its findings."),
            sources=frozenset({"reported"}),
            target="acknowledged",
            power=Power.AUDIT_ANSWER,
            side=Side.MANUFACTURER,
            event="audit.acknowledged",
            signature=N_("I have received this audit report with its findings."),
        ),
        Transition(
            name="cancel",
            label=N_("Cancel the audit"),
            says=N_("It will not be held and counts for nothing."),
            sources=frozenset({"planned", "team_confirmed", "opened"}),
            target="cancelled",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit.cancelled",
            reason=True,
            grave=True,
        ),
    ),
)
AUDIT_BY_MANUFACTURER = AUDIT.mirrored()


def holder_of(held_by: str) -> Side:
    """The side that plans, leads and reports the audit; of one held together that is the registrant."""
    return Side.MANUFACTURER if held_by == "manufacturer" else Side.REGISTRANT


def stands_for_registrant(supplied: str, held_by: str) -> bool:
    """Whether the registrant has done by it what is asked of it for what the supplier delivers."""
    return supplied not in KEY_ITEMS or holder_of(held_by) is Side.REGISTRANT
