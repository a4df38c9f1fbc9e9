"""What must be so for an audit to go on: a fit team, days on site, an answered checklist, the lead auditor's hand."""

from dataclasses import dataclass

from workflows.engine import Check, Source
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """All that a move of an audit depends on.

    ``unqualified``, ``tied`` and ``own_work`` name the members who are not fit, separated by commas; empty when
    everybody is.  ``unanswered`` counts points of the checklist, ``without_finding`` those not met without a finding.
    """

    entrustment_is_open: bool
    members: int
    has_lead: bool
    lead_may_sign: bool
    unqualified: str
    tied: str
    own_work: str
    on_site: bool
    arrived: bool
    left: bool
    opening_held: bool
    closing_held: bool
    unanswered: int
    points: int
    without_finding: int
    concluded: bool
    actor_leads: bool


def _names(says: str, names: str) -> Said:
    return Said(says, {"names": names})


HOUSE = (Source("HOUSE"),)
NOT_ENDED = Check[AuditFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=HOUSE,
    mend="entrustments.show",
)
HAS_LEAD = Check[AuditFacts](
    code="lead-auditor-named",
    says=N_("A lead auditor is named who may sign the report."),
    holds=lambda facts: facts.has_lead and facts.lead_may_sign,
    fact=lambda facts: (
        Said(N_("The lead auditor has no role that signs audit reports."))
        if facts.has_lead and not facts.lead_may_sign
        else Said(N_("People in the team: %(count)s."), {"count": facts.members})
    ),
    sources=HOUSE,
    mend="audits.team",
)
COMPETENT = Check[AuditFacts](
    code="team-competent",
    says=N_("Everybody in the team has a recorded, proved qualification that lasts through the audit."),
    holds=lambda facts: facts.members > 0 and not facts.unqualified,
    fact=lambda facts: (
        _names(N_("Without one: %(names)s."), facts.unqualified)
        if facts.unqualified
        else Said(N_("People in the team: %(count)s."), {"count": facts.members})
    ),
    sources=HOUSE,
    mend="auditors.listing",
)
INDEPENDENT = Check[AuditFacts](
    code="team-independent",
    says=N_("Everybody in the team has declared to have no tie to what is audited."),
    holds=lambda facts: facts.members > 0 and not facts.tied,
    fact=lambda facts: (
        _names(N_("With a tie, or without a declaration: %(names)s."), facts.tied)
        if facts.tied
        else Said(N_("People in the team: %(count)s."), {"count": facts.members})
    ),
    sources=HOUSE,
    mend="audits.team",
)
OWN_WORK = Check[AuditFacts](
    code="nobody-audits-own-work",
    says=N_("Nobody audits their own work: none has signed for a batch or a nonconformity here in the year before."),
    holds=lambda facts: not facts.own_work,
    fact=lambda facts: (
        _names(N_("These have: %(names)s."), facts.own_work)
        if facts.own_work
        else Said(N_("People in the team: %(count)s."), {"count": facts.members})
    ),
    sources=HOUSE,
    mend="audits.team",
)
ARRIVED = Check[AuditFacts](
    code="arrived-on-site",
    says=N_("For an audit on site, the day on which the team arrived is on record."),
    holds=lambda facts: facts.arrived or not facts.on_site,
    sources=(Source("ANN-2022-124", "17"), Source("GMP-2025", "109")),
    mend="audits.days",
)
OPENING_HELD = Check[AuditFacts](
    code="opening-meeting",
    says=N_("Who was at the opening meeting, and what was said, is on record."),
    holds=lambda facts: facts.opening_held,
    sources=HOUSE,
    mend="audits.days",
)
ALL_ANSWERED = Check[AuditFacts](
    code="checklist-answered",
    says=N_("Every point of the checklist is answered."),
    holds=lambda facts: facts.unanswered == 0,
    fact=lambda facts: Said(
        N_("%(open)s of %(points)s points are open."), {"open": facts.unanswered, "points": facts.points}
    ),
    sources=HOUSE,
    mend="audits.checklist",
)
UNMET_ARE_FINDINGS = Check[AuditFacts](
    code="unmet-points-are-findings",
    says=N_("Every point that is not met has a finding."),
    holds=lambda facts: facts.without_finding == 0,
    fact=lambda facts: Said(N_("Points not met without a finding: %(count)s."), {"count": facts.without_finding}),
    sources=HOUSE,
    mend="audit_findings.create",
)
LEFT = Check[AuditFacts](
    code="left-the-site",
    says=N_("For an audit on site, the last day on site is on record."),
    holds=lambda facts: facts.left or not facts.on_site,
    sources=(Source("ANN-2022-124", "17"), Source("GMP-2025", "109")),
    mend="audits.days",
)
CLOSING_HELD = Check[AuditFacts](
    code="closing-meeting",
    says=N_("Who was at the closing meeting, and what was said, is on record."),
    holds=lambda facts: facts.closing_held,
    sources=HOUSE,
    mend="audits.days",
)
CONCLUDED = Check[AuditFacts](
    code="conclusion-written",
    says=N_("The conclusion of the report is written."),
    holds=lambda facts: facts.concluded,
    sources=HOUSE,
    mend="audits.days",
)
LEAD_SIGNS = Check[AuditFacts](
    code="lead-auditor-signs",
    says=N_("Only the lead auditor signs the report."),
    holds=lambda facts: facts.actor_leads,
    sources=HOUSE,
)
