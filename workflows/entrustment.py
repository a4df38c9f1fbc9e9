"""An entrustment: from a proposal to production, and to its end."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class EntrustmentFacts:
    """All that a move of an entrustment depends on, gathered before the question is asked.

    ``*_verdict`` facts count products; ``certificate_marked`` is None when no certificate is shown.  ``ended_by_law``
    is what lapsed, empty while nothing has; ``checklist`` the state of the checklist of the end, None without one.
    """

    products: int
    favourable_today: int
    accepted_by_manufacturer: bool
    quality_agreement_signed: bool
    entrustment_agreement_signed: bool
    agreements_in_force_today: bool
    reported_by_registrant: bool
    reported_by_manufacturer: bool
    certificate_marked: bool | None
    implantable: bool | None
    residents_settled: bool
    open_batches: int
    was_active: bool
    ended_by_law: str
    checklist: str | None
    unsettled: int


def _verdicts(facts: EntrustmentFacts) -> Said:
    return Said(
        N_("%(good)s of %(all)s products have a favourable verdict of today."),
        {"good": facts.favourable_today, "all": facts.products},
    )


ORDER_739_34 = Source("ORDER-739", "34")
NAMES_A_PRODUCT = Check[EntrustmentFacts](
    code="names-a-product",
    says=N_("The entrustment names at least one product."),
    holds=lambda facts: facts.products > 0,
    sources=(Source("ORDER-53", "32"),),
    mend="entrustments.exhibits",
)
ACCEPTED = Check[EntrustmentFacts](
    code="accepted-by-manufacturer",
    says=N_("The manufacturer has shown its site and its production licence."),
    holds=lambda facts: facts.accepted_by_manufacturer,
    sources=(Source("ORDER-53", "32"),),
    mend="entrustments.exhibits",
)
VERDICT_OF_TODAY = Check[EntrustmentFacts](
    code="verdict-of-today",
    says=N_("Every product has a favourable eligibility verdict of today."),
    holds=lambda facts: facts.products > 0 and facts.favourable_today == facts.products,
    fact=_verdicts,
    sources=(ORDER_739_34, Source("ANN-2024-38", "(3)")),
    mend="verdicts.listing",
)
QUALITY_AGREEMENT = Check[EntrustmentFacts](
    code="quality-agreement-signed",
    says=N_("The quality agreement is signed by both sides."),
    holds=lambda facts: facts.quality_agreement_signed,
    sources=(Source("ORDER-53", "32"), Source("ANN-2024-38", "(4)")),
    mend="agreements.listing",
)
ENTRUSTMENT_AGREEMENT = Check[EntrustmentFacts](
    code="entrustment-agreement-signed",
    says=N_("The entrustment agreement is signed by both sides."),
    holds=lambda facts: facts.entrustment_agreement_signed,
    sources=(Source("ORDER-53", "32"),),
    mend="agreements.listing",
)
AGREEMENTS_IN_FORCE = Check[EntrustmentFacts](
    code="agreements-in-force",
    says=N_("Both agreements are in force today."),
    holds=lambda facts: facts.agreements_in_force_today,
    sources=(Source("ORDER-53", "32"), Source("ANN-2024-38", "(4)")),
    mend="agreements.listing",
)
REGISTRANT_REPORTED = Check[EntrustmentFacts](
    code="registrant-reported",
    says=N_("The registrant has reported the entrustment to its authority."),
    holds=lambda facts: facts.reported_by_registrant,
    sources=(Source("ANN-2024-38", "(16)"),),
    mend="entrustments.reports",
)
MANUFACTURER_REPORTED = Check[EntrustmentFacts](
    code="manufacturer-reported",
    says=N_("The manufacturer has reported the product variety to its authority."),
    holds=lambda facts: facts.reported_by_manufacturer,
    sources=(Source("ORDER-53", "42"),),
    mend="entrustments.reports",
)
CERTIFICATE_MARKED = Check[EntrustmentFacts](
    code="certificate-marked",
    says=N_("The certificate's address line is marked as entrusted and its remark names this manufacturer."),
    holds=lambda facts: facts.certificate_marked,
    sources=(Source("ANN-2024-38", "(13)"),),
    mend="entrustments.exhibits",
)
RESIDENTS = Check[EntrustmentFacts](
    code="residents-settled",
    says=N_("For an implantable product, residents are planned or the exception is reasoned."),
    holds=lambda facts: facts.residents_settled or (None if facts.implantable is None else not facts.implantable),
    sources=(Source("ANN-2024-38", "(3)"),),
    mend="entrustments.residents",
)
NO_OPEN_BATCH = Check[EntrustmentFacts](
    code="no-open-batch",
    says=N_("No batch is still on its way: each is released for marketing or rejected."),
    holds=lambda facts: facts.open_batches == 0,
    sources=(Source("HOUSE"),),
    mend="batches.listing",
)


def _what_is_missing(facts: EntrustmentFacts) -> Said:
    if not facts.was_active:
        return Said(N_("It was never active, so there is nothing to settle."))
    if facts.checklist == "signed":
        return Said("")
    if facts.ended_by_law:
        return Said(_LAPSED[facts.ended_by_law])
    return Said(_MISSING[facts.checklist or ""], {"count": facts.unsettled} if facts.checklist == "drawn_up" else {})


_LAPSED = {
    "licence": N_("No valid production licence is shown any more, so the end does not wait; the checklist follows."),
    "certificate": N_("No valid certificate is shown any more, so the end does not wait; the checklist follows."),
}
_MISSING = {
    "": N_("No checklist is drawn up yet."),
    "drawn_up": N_("Nobody has signed the checklist yet; points still open: %(count)s."),
    "signed_by_registrant": N_("The manufacturer has not signed the checklist yet."),
    "signed_by_manufacturer": N_("The registrant has not signed the checklist yet."),
}
CHECKLIST = Check[EntrustmentFacts](
    code="ending-settled",
    says=N_("What has to be settled before the end is settled, and both sides have signed it."),
    holds=lambda facts: not facts.was_active or facts.checklist == "signed" or bool(facts.ended_by_law),
    fact=_what_is_missing,
    sources=(Source("ANN-2024-38", "(14)"), Source("GUIDE-2022-20", "II(7)")),
    mend="endings.listing",
)
NOT_ENDED = Check[str](
    code="not-ended",
    says=N_("The entrustment has not ended."),
    holds=lambda state: state != "ended",
    sources=(Source("HOUSE"),),
)
# What either side adds along the way (exhibits, reports, answers): asked with the state of the entrustment.
ADD_TO = Transition[str](
    name="add_to",
    label=N_("Add to the entrustment"),
    says=N_("Exhibits, reports, residents and answers are added until the entrustment ends."),
    sources=frozenset(),
    target="",
    power=Power.ENTRUSTMENT_READ,
    event="entrustment.added-to",
    checks=(NOT_ENDED,),
)
_BEGUN = frozenset({"proposed", "eligible", "agreed", "reported"})

ENTRUSTMENT = Lifecycle[EntrustmentFacts](
    subject="entrustment",
    says=N_("A registrant entrusts a manufacturer with making its products at one site."),
    states=(
        State("proposed", N_("Proposed")),
        State("eligible", N_("Eligible"), Tone.ACTIVE),
        State("agreed", N_("Agreed"), Tone.ACTIVE),
        State("reported", N_("Reported"), Tone.ACTIVE),
        State("active", N_("Active"), Tone.GOOD),
        State("suspended", N_("Suspended"), Tone.WARN),
        State("ended", N_("Ended"), Tone.QUIET, final=True),
    ),
    initial="proposed",
    transitions=(
        Transition(
            name="find_eligible",
            label=N_("Confirm eligibility"),
            says=N_("The registrant confirms, on today's verdicts, that every product may be entrusted."),
            sources=frozenset({"proposed"}),
            target="eligible",
            power=Power.ENTRUSTMENT_DECIDE,
            side=Side.REGISTRANT,
            event="entrustment.found-eligible",
            checks=(NAMES_A_PRODUCT, ACCEPTED, VERDICT_OF_TODAY, RESIDENTS),
        ),
        Transition(
            name="agree",
            label=N_("Put the agreements in force"),
            says=N_("Both agreements are signed by both sides; from now on they bind."),
            sources=frozenset({"eligible"}),
            target="agreed",
            power=Power.ENTRUSTMENT_DECIDE,
            event="entrustment.agreed",
            checks=(VERDICT_OF_TODAY, QUALITY_AGREEMENT, ENTRUSTMENT_AGREEMENT),
        ),
        Transition(
            name="report",
            label=N_("Confirm the reports"),
            says=N_("The registrant and the manufacturer have each reported to their authority."),
            sources=frozenset({"agreed"}),
            target="reported",
            power=Power.ENTRUSTMENT_DECIDE,
            event="entrustment.reported",
            checks=(VERDICT_OF_TODAY, AGREEMENTS_IN_FORCE, REGISTRANT_REPORTED, MANUFACTURER_REPORTED),
        ),
        Transition(
            name="activate",
            label=N_("Activate"),
            says=N_("From now on the manufacturer may open batches."),
            sources=frozenset({"reported"}),
            target="active",
            power=Power.ENTRUSTMENT_DECIDE,
            side=Side.REGISTRANT,
            event="entrustment.activated",
            checks=(VERDICT_OF_TODAY, AGREEMENTS_IN_FORCE, CERTIFICATE_MARKED, RESIDENTS),
            signature=N_("I have assessed the manufacturer and entrust it with production."),
        ),
        Transition(
            name="suspend",
            label=N_("Suspend"),
            says=N_("No new batch may be opened until the registrant resumes the entrustment."),
            sources=frozenset({"active"}),
            target="suspended",
            power=Power.ENTRUSTMENT_DECIDE,
            event="entrustment.suspended",
            reason=True,
        ),
        Transition(
            name="resume",
            label=N_("Resume"),
            says=N_("The cause of the suspension is gone; batches may be opened again."),
            sources=frozenset({"suspended"}),
            target="active",
            power=Power.ENTRUSTMENT_DECIDE,
            side=Side.REGISTRANT,
            event="entrustment.resumed",
            checks=(VERDICT_OF_TODAY, AGREEMENTS_IN_FORCE),
            reason=True,
        ),
        Transition(
            name="end",
            label=N_("End"),
            says=N_("The relation ends for good; a new one is a new record."),
            sources=_BEGUN | {"active", "suspended"},
            target="ended",
            power=Power.ENTRUSTMENT_DECIDE,
            event="entrustment.ended",
            checks=(NO_OPEN_BATCH, CHECKLIST),
            signature=N_("I end this entrustment."),
            reason=True,
            grave=True,
        ),
    ),
)
