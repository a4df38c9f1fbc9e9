"""From which supplier a material of a product may come: proposed by the manufacturer, approved by the registrant."""

from dataclasses import dataclass

from workflows.audit import KEY_ITEM_RULE, KEY_ITEMS
from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

PURCHASING = Source("GUIDE-2022-20", "II(4)3")
BEFORE_THE_END = frozenset({"proposed", "approved", "suspended"})


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """``named``: a standing version asks for the material; ``supplied`` is a key of workflows.audit.SUPPLIES.

    ``audited``: the registrant has audited this supplier, alone or with the manufacturer, and reported on it.
    """

    named: bool
    supplied: str
    audited: bool
    entrustment_is_open: bool


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """``known`` is the number of a source that stands already for material and supplier, empty where there is none."""

    entrustment_is_open: bool
    known: str


NAMED = Check[SourceFacts](
    code="material-in-definition",
    says=N_("The version for which it was proposed asks for this material, and was not given up."),
    holds=lambda facts: facts.named,
    sources=(Source("HOUSE"),),
)
AUDITED = Check[SourceFacts](
    code="key-supplier-audited",
    says=N_("The registrant has audited the supplier of a key item, alone or with the manufacturer."),
    holds=lambda facts: facts.supplied not in KEY_ITEMS or facts.audited,
    sources=KEY_ITEM_RULE,
    mend="audits.listing",
)
OPEN = Check[SourceFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("HOUSE"),),
)
_MEANS = N_("For the registrant I approve that this material comes from this supplier.")

APPROVED_SOURCE = Lifecycle[SourceFacts](
    subject="approved_source",
    says=N_(
        "The manufacturer proposes from which supplier a material of the product comes, and the registrant approves it."
        " It holds for the version of the definition for which it was proposed and for later ones that ask for the same"
        " material, until it is suspended or withdrawn."
    ),
    states=(
        State("proposed", N_("Proposed as a source")),
        State("approved", N_("Approved as a source"), Tone.GOOD),
        State("suspended", N_("Suspended for now"), Tone.WARN),
        State("refused", N_("Refused as a source"), Tone.BAD, final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="proposed",
    transitions=(
        Transition(
            name="approve",
            label=N_("Approve the source"),
            says=N_("From then on lots of this material from this supplier may go into the product."),
            sources=frozenset({"proposed"}),
            target="approved",
            power=Power.MATERIAL_SIGN,
            side=Side.REGISTRANT,
            event="approved_source.approved",
            checks=(OPEN, NAMED, AUDITED),
            signature=_MEANS,
        ),
        Transition(
            name="refuse",
            label=N_("Refuse the source"),
            says=N_("The material does not come from this supplier; another proposal may be made."),
            sources=frozenset({"proposed"}),
            target="refused",
            power=Power.MATERIAL_SIGN,
            side=Side.REGISTRANT,
            event="approved_source.refused",
            reason=True,
            grave=True,
        ),
        Transition(
            name="suspend",
            label=N_("Suspend the source"),
            says=N_("Nothing from it goes into the product until the registrant approves it again."),
            sources=frozenset({"approved"}),
            target="suspended",
            power=Power.MATERIAL_KEEP,
            event="approved_source.suspended",
            reason=True,
        ),
        Transition(
            name="reinstate",
            label=N_("Approve the source again"),
            says=N_("What led to the suspension is settled."),
            sources=frozenset({"suspended"}),
            target="approved",
            power=Power.MATERIAL_SIGN,
            side=Side.REGISTRANT,
            event="approved_source.reinstated",
            checks=(OPEN, NAMED, AUDITED),
            signature=_MEANS,
            reason=True,
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the source"),
            says=N_("It holds no longer; what was made of it stays on record."),
            sources=BEFORE_THE_END,
            target="withdrawn",
            power=Power.MATERIAL_KEEP,
            event="approved_source.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)

PROPOSE = Transition[ProposalFacts](
    name="propose",
    label=N_("Propose a source"),
    says=N_("A material of the product, the supplier it is to come from, and why; the registrant decides."),
    sources=frozenset(),
    target="proposed",
    power=Power.MATERIAL_KEEP,
    side=Side.MANUFACTURER,
    event="approved_source.proposed",
    checks=(
        Check[ProposalFacts](
            code="entrustment-open",
            says=N_("The entrustment has not ended."),
            holds=lambda facts: facts.entrustment_is_open,
            sources=(Source("HOUSE"),),
        ),
        Check[ProposalFacts](
            code="no-such-source",
            says=N_("No source of this material from this supplier is proposed, approved or suspended."),
            holds=lambda facts: not facts.known,
            fact=lambda facts: Said(N_("%(number)s stands."), {"number": facts.known}) if facts.known else Said(""),
            sources=(PURCHASING,),
        ),
    ),
)
