"""What may be written about an agreement between its moves: beginning it, its clauses, its term."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.powers import Power
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class BeginFacts:
    """``underway`` is whether another agreement of the same kind is neither signed nor withdrawn."""

    entrustment_is_open: bool
    underway: bool


NOT_ENDED = Check[BeginFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
NONE_UNDERWAY = Check[BeginFacts](
    code="none-underway",
    says=N_("No other agreement of this kind is being drawn up or signed."),
    holds=lambda facts: not facts.underway,
    sources=(Source("HOUSE"),),
    mend="agreements.listing",
)
STILL_DRAFTING = Check[str](
    code="still-drafting",
    says=N_("The agreement is being drafted: no version lies on the table, none is signed."),
    holds=lambda state: state == "drafting",
    sources=(Source("HOUSE"),),
    mend="agreements.show",
)

BEGIN = Transition[BeginFacts](
    name="begin",
    label=N_("Begin a draft"),
    says=N_("Every clause is drawn up with its standard text; both sides write from there."),
    sources=frozenset(),
    target="drafting",
    power=Power.AGREEMENT_DRAFT,
    event="agreement.drafted",
    checks=(NOT_ENDED, NONE_UNDERWAY),
)
WRITE = Transition[str](
    name="write",
    label=N_("Write the clauses"),
    says=N_("Agree, refuse or leave open each clause, and say who is responsible."),
    sources=frozenset(),
    target="",
    power=Power.AGREEMENT_DRAFT,
    event="agreement_version.settled",
    checks=(STILL_DRAFTING,),
)
SET_TERM = Transition[str](
    name="set_term",
    label=N_("Set the term"),
    says=N_("The last day that the parties wish, within what certificate and licence allow."),
    sources=frozenset(),
    target="",
    power=Power.AGREEMENT_DRAFT,
    event="agreement.term-set",
    checks=(STILL_DRAFTING,),
)
