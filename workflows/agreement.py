"""A quality or entrustment agreement: from the first draft to two signatures."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class AgreementFacts:
    """All that a move of an agreement depends on.

    ``unsettled`` counts the clauses that stand in the way; ``end_known`` is whether certificate and licence are shown;
    ``beyond_days`` is by how many days the wished end passes what the law allows, 0 when it does not.
    """

    entrustment_is_open: bool
    has_working_version: bool
    unsettled: int
    first_unsettled: str
    end_known: bool
    beyond_days: int
    end_on: str
    verdict_favourable_today: bool


SETTLED = Check[AgreementFacts](
    code="clauses-settled",
    says=N_(
        "Every clause that must be settled is agreed or refused with a reason, and no statutory duty is given away."
    ),
    holds=lambda facts: facts.unsettled == 0,
    fact=lambda facts: Said(
        N_("Open clauses: %(count)s; the first is %(first)s.") if facts.unsettled else N_("All clauses are settled."),
        {"count": facts.unsettled, "first": facts.first_unsettled} if facts.unsettled else {},
    ),
    sources=(Source("ORDER-53", "32"), Source("GUIDE-2022-20", "II")),
    mend="agreements.edit",
)
A_VERSION = Check[AgreementFacts](
    code="has-working-version",
    says=N_("There is a version that has not been offered yet."),
    holds=lambda facts: facts.has_working_version,
    sources=(Source("HOUSE"),),
    mend="agreements.edit",
)
WITHIN_TERM = Check[AgreementFacts](
    code="within-term",
    says=N_("The agreement ends no later than the certificate and the production licence."),
    holds=lambda facts: facts.beyond_days == 0 if facts.end_known else None,
    fact=lambda facts: (
        Said(
            N_("The wished end is %(days)s days past %(end)s, the last day the law allows."),
            {"days": facts.beyond_days, "end": facts.end_on},
        )
        if facts.end_known and facts.beyond_days
        else Said(N_("The last day the law allows is %(end)s."), {"end": facts.end_on})
        if facts.end_known
        else Said(N_("Certificate or licence has not been shown, so the last allowed day is unknown."))
    ),
    sources=(Source("ANN-2024-38", "(4)"),),
    mend="agreements.term",
)
OPEN_ENTRUSTMENT = Check[AgreementFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
VERDICT = Check[AgreementFacts](
    code="verdict-of-today",
    says=N_("Every product has a favourable eligibility verdict of today."),
    holds=lambda facts: facts.verdict_favourable_today,
    sources=(Source("ORDER-739", "34"),),
    mend="verdicts.listing",
)
_TO_SIGN = (SETTLED, WITHIN_TERM, OPEN_ENTRUSTMENT, VERDICT)
_REGISTRANT_MEANS = N_("For the registrant I agree to this version and will keep to it.")
_MANUFACTURER_MEANS = N_("For the manufacturer I agree to this version and will keep to it.")


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[AgreementFacts]:
    return Transition(
        name=name,
        label=N_("Agree to this version"),
        says=N_("Your side's signature under exactly this version."),
        sources=frozenset({source}),
        target=target,
        power=Power.AGREEMENT_SIGN,
        side=side,
        event="agreement.signed",
        checks=_TO_SIGN,
        signature=means,
    )


AGREEMENT = Lifecycle[AgreementFacts](
    subject="agreement",
    says=N_("The two sides write down who does what, in versions, and sign one of them."),
    states=(
        State("drafting", N_("Being drafted")),
        State("offered", N_("Offered"), Tone.ACTIVE),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("signed", N_("Signed by both sides"), Tone.GOOD),
        State("withdrawn", N_("Withdrawn"), Tone.QUIET, final=True),
    ),
    initial="drafting",
    transitions=(
        Transition(
            name="offer",
            label=N_("Offer this version"),
            says=N_("The version is frozen and lies on the table for both sides."),
            sources=frozenset({"drafting"}),
            target="offered",
            power=Power.AGREEMENT_DRAFT,
            event="agreement.offered",
            checks=(A_VERSION, SETTLED, WITHIN_TERM, OPEN_ENTRUSTMENT),
        ),
        Transition(
            name="revise",
            label=N_("Write another version"),
            says=N_("What was offered stays on record; a signature under it binds nobody."),
            sources=frozenset({"offered", "signed_by_registrant", "signed_by_manufacturer"}),
            target="drafting",
            power=Power.AGREEMENT_DRAFT,
            event="agreement.revised",
            reason=True,
        ),
        _sign("registrant_signs", Side.REGISTRANT, "offered", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "offered", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "signed", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "signed", _MANUFACTURER_MEANS),
        Transition(
            name="withdraw",
            label=N_("Withdraw"),
            says=N_("The agreement is given up; another one is a new record."),
            sources=frozenset({"drafting", "offered"}),
            target="withdrawn",
            power=Power.AGREEMENT_DRAFT,
            event="agreement.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)
