"""The quarterly hearing: the management representative reports, the person in charge reviews, dispatches and signs."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

QUARTERLY = (Source("ANN-2022-124", "21"),)


@dataclass(frozen=True, slots=True)
class HearingFacts:
    """``in_office``: whoever was heard held the post on that day; ``own``: the actor is who was heard."""

    in_office: bool
    dispatched: bool
    own: bool


IN_OFFICE = Check[HearingFacts](
    code="representative-heard-in-office",
    says=N_("Whoever was heard was the management representative on that day."),
    holds=lambda facts: facts.in_office,
    sources=QUARTERLY,
    mend="hearings.amend",
)
DISPATCHED = Check[HearingFacts](
    code="review-and-dispatch-written",
    says=N_("The review and what was dispatched are written down."),
    holds=lambda facts: facts.dispatched,
    sources=QUARTERLY,
    mend="hearings.amend",
)
HEARD_ANOTHER = Check[HearingFacts](
    code="heard-by-another",
    says=N_("Whoever signs heard somebody else, not themselves."),
    holds=lambda facts: not facts.own,
    sources=QUARTERLY,
)

HEARING = Lifecycle[HearingFacts](
    subject="hearing",
    says=N_(
        "At least once a quarter the person in charge hears the management representative, reviews quality and safety,"
        " dispatches what is to be done, and signs the record of it."
    ),
    states=(
        State("drafted", N_("Drafted")),
        State("signed", N_("Signed"), Tone.GOOD, final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="drafted",
    transitions=(
        Transition(
            name="sign",
            label=N_("Sign the dispatch record"),
            says=N_("The hearing of the quarter is held; the next one is due three months later."),
            sources=frozenset({"drafted"}),
            target="signed",
            power=Power.HEARING_SIGN,
            event="hearing.signed",
            checks=(IN_OFFICE, DISPATCHED, HEARD_ANOTHER),
            signature=N_(
                "I have heard the management representative, reviewed the report and dispatched what follows."
            ),
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the draft"),
            says=N_("No hearing is shown by it; the draft stays on record."),
            sources=frozenset({"drafted"}),
            target="withdrawn",
            power=Power.HEARING_KEEP,
            event="hearing.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)

STILL_DRAFTED = Check[str](
    code="hearing-drafted",
    says=N_("The record is not signed yet."),
    holds=lambda state: state == "drafted",
    sources=(Source("HOUSE"),),
)
DRAFT = Transition[None](
    name="draft",
    label=N_("Record a hearing"),
    says=N_("What the representative reported, how it was reviewed, what was dispatched."),
    sources=frozenset(),
    target="drafted",
    power=Power.HEARING_KEEP,
    event="hearing.drafted",
)
AMEND = Transition[str](
    name="amend",
    label=N_("Amend the draft"),
    says=N_("Until the person in charge has signed."),
    sources=frozenset(),
    target="",
    power=Power.HEARING_KEEP,
    event="hearing.amended",
    checks=(STILL_DRAFTED,),
)
