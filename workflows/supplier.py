"""A supplier of a house: evaluated, approved, suspended and ended, each with its reason."""

from dataclasses import dataclass
from datetime import date

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

GMP_2025 = date(2026, 11, 1)
# What a supplier is to the material that it delivers.
ROLES = {"maker": N_("Maker of the material"), "distributor": N_("Distributor of the material")}
EVALUATION = (Source("NOTICE-2015-1"), Source("ISO-13485", "7.4.1"))
AGREEMENT = (Source("GMP-2025", "63"),)


@dataclass(frozen=True, slots=True)
class SupplierFacts:
    """``filed``: the paper of the evaluation is there and accepted; the rest is what the record says."""

    is_key: bool
    evaluated: bool
    filed: bool
    agreed: bool
    tells_changes: bool


EVALUATED = Check[SupplierFacts](
    code="supplier-evaluated",
    says=N_("It is written down how the supplier was evaluated, and when."),
    holds=lambda facts: facts.evaluated,
    sources=EVALUATION,
    mend="suppliers.evaluate",
)
FILED = Check[SupplierFacts](
    code="supplier-evaluation-filed",
    says=N_("The evaluation of a key supplier is filed, and its file is accepted."),
    holds=lambda facts: not facts.is_key or facts.filed,
    sources=AGREEMENT,
    mend="suppliers.evaluate",
    since=GMP_2025,
)
AGREED = Check[SupplierFacts](
    code="supplier-quality-agreement",
    says=N_("With a key supplier there is a quality agreement."),
    holds=lambda facts: not facts.is_key or facts.agreed,
    sources=AGREEMENT,
    mend="suppliers.evaluate",
    since=GMP_2025,
)
TELLS_CHANGES = Check[SupplierFacts](
    code="supplier-tells-changes",
    says=N_("A key supplier has undertaken to tell of changes before it makes them."),
    holds=lambda facts: not facts.is_key or facts.tells_changes,
    sources=(Source("GMP-2025", "68"), Source("ISO-13485", "7.4.2")),
    mend="suppliers.evaluate",
    since=GMP_2025,
)
FIT = (EVALUATED, FILED, AGREED, TELLS_CHANGES)
_MEANS = N_("This supplier was evaluated as written and may deliver to us.")

SUPPLIER = Lifecycle[SupplierFacts](
    subject="supplier",
    says=N_(
        "A house buys only from suppliers that it has evaluated; its quality people approve each with a signature,"
        " suspend it when something is wrong, and end the relation."
    ),
    states=(
        State("listed", N_("Being evaluated")),
        State("approved", N_("Approved to deliver"), Tone.GOOD),
        State("suspended", N_("Suspended for now"), Tone.WARN),
        State("ended", N_("Relation ended"), final=True),
    ),
    initial="listed",
    transitions=(
        Transition(
            name="approve",
            label=N_("Approve the supplier"),
            says=N_("From then on lots from it can be accepted."),
            sources=frozenset({"listed"}),
            target="approved",
            power=Power.MATERIAL_SIGN,
            event="supplier.approved",
            checks=FIT,
            signature=_MEANS,
        ),
        Transition(
            name="suspend",
            label=N_("Suspend the supplier"),
            says=N_("No lot from it is accepted or issued until it is approved again."),
            sources=frozenset({"approved"}),
            target="suspended",
            power=Power.MATERIAL_KEEP,
            event="supplier.suspended",
            reason=True,
        ),
        Transition(
            name="reinstate",
            label=N_("Approve the supplier again"),
            says=N_("What led to the suspension is settled."),
            sources=frozenset({"suspended"}),
            target="approved",
            power=Power.MATERIAL_SIGN,
            event="supplier.reinstated",
            checks=FIT,
            signature=_MEANS,
            reason=True,
        ),
        Transition(
            name="end",
            label=N_("End the relation"),
            says=N_("Nothing more is bought from it; what it delivered stays on record."),
            sources=frozenset({"listed", "approved", "suspended"}),
            target="ended",
            power=Power.MATERIAL_KEEP,
            event="supplier.ended",
            reason=True,
            grave=True,
        ),
    ),
)

NOT_APPROVED = Check[str](
    code="supplier-not-approved",
    says=N_("The supplier is being evaluated, or suspended."),
    holds=lambda state: state in ("listed", "suspended"),
    sources=(Source("HOUSE"),),
    mend="suppliers.show",
)
NOT_ENDED = Check[str](
    code="supplier-not-ended",
    says=N_("The relation to the supplier has not ended."),
    holds=lambda state: state != "ended",
    sources=(Source("HOUSE"),),
    mend="suppliers.show",
)
LIST = Transition[None](
    name="list",
    label=N_("Enter a supplier"),
    says=N_("Who it is and what it delivers; it is evaluated and approved afterwards."),
    sources=frozenset(),
    target="listed",
    power=Power.MATERIAL_KEEP,
    event="supplier.listed",
)
AMEND = Transition[str](
    name="amend",
    label=N_("Amend who it is"),
    says=N_("Name, code, country, what it delivers; while it is not approved."),
    sources=frozenset(),
    target="",
    power=Power.MATERIAL_KEEP,
    event="supplier.amended",
    checks=(NOT_APPROVED,),
)
EVALUATE = Transition[str](
    name="evaluate",
    label=N_("Write down an evaluation"),
    says=N_("How it was evaluated and when, its quality agreement, and the paper of the evaluation."),
    sources=frozenset(),
    target="",
    power=Power.MATERIAL_KEEP,
    event="supplier.evaluated",
    checks=(NOT_ENDED,),
)
