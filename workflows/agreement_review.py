"""The yearly review of the quality agreement: each clause judged by both sides, and signed by both."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

YEARLY = Source("ANN-2024-38", "(5)")

# What a clause is judged by: Announcement 2024-38 (5).
ASPECTS = {
    "suitable": N_("Suitable: it fits the product and how it is made"),
    "adequate": N_("Adequate: it says all that has to be said"),
    "effective": N_("Effective: what it wants is reached"),
    "matches": N_("Consistent: documents and production follow it"),
}
JUDGEMENTS = {"holds": N_("Holds in all four respects"), "lacks": N_("Something is lacking")}


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """``open_to_*`` count the clauses that a side has not judged yet; ``unamended`` those that a side found lacking
    while nobody wrote what is to be amended; ``first_*`` name the first of each."""

    entrustment_is_open: bool
    agreement_in_force: bool
    open_to_registrant: int
    first_of_registrant: str
    open_to_manufacturer: int
    first_of_manufacturer: str
    unamended: int
    first_unamended: str


@dataclass(frozen=True, slots=True)
class BeginFacts:
    """``underway`` is the number of the review that is not signed yet, empty where there is none."""

    entrustment_is_open: bool
    agreement_in_force: bool
    underway: str


def _still_open(count: int, first: str) -> Said:
    return Said(N_("Clauses not judged yet: %(count)s; the first is %(first)s."), {"count": count, "first": first})


JUDGED_BY_REGISTRANT = Check[ReviewFacts](
    code="judged-by-registrant",
    says=N_("The registrant has judged every clause."),
    holds=lambda facts: facts.open_to_registrant == 0,
    fact=lambda facts: (
        _still_open(facts.open_to_registrant, facts.first_of_registrant) if facts.open_to_registrant else Said("")
    ),
    sources=(YEARLY,),
    mend="reviews.judge",
)
JUDGED_BY_MANUFACTURER = Check[ReviewFacts](
    code="judged-by-manufacturer",
    says=N_("The manufacturer has judged every clause."),
    holds=lambda facts: facts.open_to_manufacturer == 0,
    fact=lambda facts: (
        _still_open(facts.open_to_manufacturer, facts.first_of_manufacturer) if facts.open_to_manufacturer else Said("")
    ),
    sources=(YEARLY,),
    mend="reviews.judge",
)
AMENDED = Check[ReviewFacts](
    code="lacking-amended",
    says=N_("Wherever a side found something lacking, it is written what will be amended."),
    holds=lambda facts: facts.unamended == 0,
    fact=lambda facts: (
        Said(
            N_("Clauses without an amendment: %(count)s; the first is %(first)s."),
            {"count": facts.unamended, "first": facts.first_unamended},
        )
        if facts.unamended
        else Said("")
    ),
    sources=(YEARLY,),
    mend="reviews.judge",
)
STILL_IN_FORCE = Check[ReviewFacts](
    code="reviewed-in-force",
    says=N_("The agreement under review is the one in force."),
    holds=lambda facts: facts.agreement_in_force,
    sources=(YEARLY,),
    mend="agreements.listing",
)
NOT_ENDED = Check[ReviewFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("HOUSE"),),
)
_TO_SIGN = (JUDGED_BY_REGISTRANT, JUDGED_BY_MANUFACTURER, AMENDED, STILL_IN_FORCE, NOT_ENDED)
_REGISTRANT_MEANS = N_("For the registrant I have reviewed every clause and stand by what is written at each.")
_MANUFACTURER_MEANS = N_("For the manufacturer I have reviewed every clause and stand by what is written at each.")


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[ReviewFacts]:
    return Transition(
        name=name,
        label=N_("Sign the review"),
        says=N_("Your side's signature under every line."),
        sources=frozenset({source}),
        target=target,
        power=Power.AGREEMENT_SIGN,
        side=side,
        event="agreement_review.signed",
        checks=_TO_SIGN,
        signature=means,
    )


AGREEMENT_REVIEW = Lifecycle[ReviewFacts](
    subject="agreement_review",
    says=N_("Every year both sides judge each clause of the quality agreement by what was done, and sign."),
    states=(
        State("drafted", N_("Being judged")),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("signed", N_("Signed by both sides"), Tone.GOOD, final=True),
        State("dropped", N_("Dropped"), Tone.QUIET, final=True),
    ),
    initial="drafted",
    transitions=(
        _sign("registrant_signs", Side.REGISTRANT, "drafted", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "drafted", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "signed", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "signed", _MANUFACTURER_MEANS),
        Transition(
            name="reopen",
            label=N_("Judge again"),
            says=N_("The lines may be changed again; the signature under them counts no more."),
            sources=frozenset({"signed_by_registrant", "signed_by_manufacturer"}),
            target="drafted",
            power=Power.AGREEMENT_DRAFT,
            event="agreement_review.reopened",
            reason=True,
        ),
        Transition(
            name="drop",
            label=N_("Drop the review"),
            says=N_("It stays on record with the reason and counts as no review."),
            sources=frozenset({"drafted"}),
            target="dropped",
            power=Power.AGREEMENT_DRAFT,
            event="agreement_review.dropped",
            reason=True,
            grave=True,
        ),
    ),
)

BEGIN_REVIEW = Transition[BeginFacts](
    name="begin",
    label=N_("Begin the yearly review"),
    says=N_("One line for each agreed clause, with how its duties were kept in the past year."),
    sources=frozenset(),
    target="drafted",
    power=Power.AGREEMENT_DRAFT,
    event="agreement_review.begun",
    checks=(
        Check[BeginFacts](
            code="agreement-in-force",
            says=N_("A quality agreement is in force."),
            holds=lambda facts: facts.agreement_in_force,
            sources=(YEARLY,),
            mend="agreements.listing",
        ),
        Check[BeginFacts](
            code="no-review-underway",
            says=N_("No other review is under way."),
            holds=lambda facts: not facts.underway,
            fact=lambda facts: (
                Said(N_("%(number)s is not signed by both sides yet."), {"number": facts.underway})
                if facts.underway
                else Said("")
            ),
            sources=(Source("HOUSE"),),
        ),
        Check[BeginFacts](
            code="entrustment-open",
            says=N_("The entrustment has not ended."),
            holds=lambda facts: facts.entrustment_is_open,
            sources=(Source("HOUSE"),),
        ),
    ),
)
JUDGE_LINES = Transition[str](
    name="judge",
    label=N_("Judge the clauses"),
    says=N_("Each side judges every clause; together they write what will be amended."),
    sources=frozenset(),
    target="",
    power=Power.AGREEMENT_DRAFT,
    event="agreement_review.judged",
    checks=(
        Check[str](
            code="review-unsigned",
            says=N_("Nobody has signed the review yet."),
            holds=lambda state: state == "drafted",
            sources=(Source("HOUSE"),),
            mend="reviews.show",
        ),
    ),
)
