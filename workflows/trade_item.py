"""A device identifier (UDI-DI): of one product at one level of packaging, from its entry until it is given up."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

UPLOADED_BEFORE_SALE = (Source("UDI-ROLL-OUT"), Source("ANN-2019-66"))

AGENCIES = {
    "gs1": N_("GS1 (Article Numbering Center of China)"),
    "ma": N_("MA (ZIIOT)"),
    "ahm": N_("AHM (Ali Health)"),
}
LEVELS = {
    "unit": N_("Smallest sales unit"),
    "box": N_("Box"),
    "carton": N_("Carton"),
    "pallet": N_("Pallet"),
}


@dataclass(frozen=True, slots=True)
class EnteringFacts:
    entrustment_is_open: bool
    products: int


@dataclass(frozen=True, slots=True)
class TradeItemFacts:
    """``below``: the state of the identifier of what one package holds; None for the smallest unit.

    ``held_by`` are the packages not given up that hold it.
    """

    below: str | None
    held_by: int


ENTER = Transition[EnteringFacts](
    name="enter",
    label=N_("Enter a device identifier"),
    says=N_("Each level of packaging has its own. Where one changes, the new one is entered and the old one given up."),
    sources=frozenset(),
    target="entered",
    power=Power.DEFINITION_KEEP,
    side=Side.REGISTRANT,
    event="trade_item.entered",
    checks=(
        Check[EnteringFacts](
            code="product-shown",
            says=N_("A product is shown in this entrustment."),
            holds=lambda facts: facts.products > 0,
            sources=(Source("HOUSE"),),
        ),
        Check[EnteringFacts](
            code="entrustment-open",
            says=N_("The entrustment has not ended."),
            holds=lambda facts: facts.entrustment_is_open,
            sources=(Source("HOUSE"),),
        ),
    ),
)
TRADE_ITEM = Lifecycle[TradeItemFacts](
    subject="trade_item",
    says=N_("A device identifier is in the national database before anything that bears it is sold."),
    states=(
        State("entered", N_("Entered, not in use"), Tone.WARN),
        State("in_use", N_("In use"), Tone.GOOD),
        State("given_up", N_("Given up"), final=True),
    ),
    initial="entered",
    transitions=(
        Transition(
            name="take_into_use",
            label=N_("Take it into use"),
            says=N_("Its data stand in the national database; the reason names the day and the receipt of the upload."),
            sources=frozenset({"entered"}),
            target="in_use",
            power=Power.DEFINITION_KEEP,
            side=Side.REGISTRANT,
            event="trade_item.taken-into-use",
            checks=(
                Check[TradeItemFacts](
                    code="below-in-use",
                    says=N_("The identifier of what one package holds is in use."),
                    holds=lambda facts: facts.below in (None, "in_use"),
                    sources=UPLOADED_BEFORE_SALE,
                ),
            ),
            reason=True,
        ),
        Transition(
            name="give_up",
            label=N_("Give it up"),
            says=N_("Nothing is labelled with it any more; what bears it already is still found by it."),
            sources=frozenset({"entered", "in_use"}),
            target="given_up",
            power=Power.DEFINITION_KEEP,
            side=Side.REGISTRANT,
            event="trade_item.given-up",
            checks=(
                Check[TradeItemFacts](
                    code="held-by-none",
                    says=N_("No package that is not given up holds it."),
                    holds=lambda facts: facts.held_by == 0,
                    fact=lambda facts: Said(N_("Packages that hold it: %(count)s."), {"count": facts.held_by}),
                    sources=(Source("HOUSE"),),
                ),
            ),
            reason=True,
        ),
    ),
)
