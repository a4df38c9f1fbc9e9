"""A posting: somebody of the registrant works at the manufacturer's site and supervises production there."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

POST_STAFF = Source("ANN-2024-38", "(3)")


@dataclass(frozen=True, slots=True)
class PostingFacts:
    """What posting somebody depends on.  What only their own house may know is None for everybody else.

    ``overlaps`` counts the other postings of the same person that run at the same time; ``overlaps_on`` is the first
    day of them, which is all that this entrustment may be told.
    """

    entrustment_is_open: bool
    duties_agreed: bool
    is_resident: bool | None
    production_evidenced: bool
    quality_evidenced: bool
    paper_counts: bool
    overlaps: int
    overlaps_on: str
    is_over: bool


OPEN = Check[PostingFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
DUTIES = Check[PostingFacts](
    code="duties-agreed",
    says=N_("Clause QA-46 of the signed quality agreement says what residents do, and the posting takes it over."),
    holds=lambda facts: facts.duties_agreed,
    sources=(POST_STAFF,),
    mend="agreements.listing",
)
ROLE = Check[PostingFacts](
    code="is-resident",
    says=N_("The person works for the registrant and holds the role of resident supervisor."),
    holds=lambda facts: facts.is_resident,
    sources=(Source("HOUSE"),),
    mend="people.listing",
)
PRODUCTION = Check[PostingFacts](
    code="production-experience",
    says=N_("Experience in production is stated, and a paper proves it."),
    holds=lambda facts: facts.production_evidenced and facts.paper_counts,
    sources=(POST_STAFF,),
)
QUALITY = Check[PostingFacts](
    code="quality-experience",
    says=N_("Experience in quality is stated, and a paper proves it."),
    holds=lambda facts: facts.quality_evidenced and facts.paper_counts,
    sources=(POST_STAFF,),
)
ONE_PLACE = Check[PostingFacts](
    code="one-place",
    says=N_("The person is posted nowhere else at the same time."),
    holds=lambda facts: facts.overlaps == 0,
    fact=lambda facts: (
        Said(N_("Another posting runs at the same time, from %(on)s on."), {"on": facts.overlaps_on})
        if facts.overlaps
        else Said(N_("No other posting runs at the same time."))
    ),
    sources=(POST_STAFF, Source("HOUSE")),
)
STILL_AHEAD = Check[PostingFacts](
    code="posting-not-over",
    says=N_("The last day of the posting has not passed."),
    holds=lambda facts: not facts.is_over,
    sources=(Source("HOUSE"),),
)

PROPOSE = Transition[PostingFacts](
    name="propose",
    label=N_("Propose a posting"),
    says=N_("Who goes to the site, from when until when, with which experience and which duties."),
    sources=frozenset(),
    target="proposed",
    power=Power.POSTING_KEEP,
    side=Side.REGISTRANT,
    event="posting.proposed",
    checks=(OPEN, DUTIES),
)
POSTING = Lifecycle[PostingFacts](
    subject="posting",
    says=N_("A registrant posts experienced people at the site that makes its implantable devices."),
    states=(
        State("proposed", N_("Proposed")),
        State("posted", N_("Posted"), Tone.GOOD),
        State("ended", N_("Ended"), final=True),
    ),
    initial="proposed",
    transitions=(
        Transition(
            name="post",
            label=N_("Post the person"),
            says=N_("From now on the person guides and supervises production at the site."),
            sources=frozenset({"proposed"}),
            target="posted",
            power=Power.POSTING_KEEP,
            side=Side.REGISTRANT,
            event="posting.posted",
            checks=(OPEN, DUTIES, ROLE, PRODUCTION, QUALITY, ONE_PLACE, STILL_AHEAD),
            signature=N_("I post this person at the site, with the duties that the quality agreement lays down."),
        ),
        Transition(
            name="end",
            label=N_("End the posting"),
            says=N_("Today is the last day on which the posting counts."),
            sources=frozenset({"proposed", "posted"}),
            target="ended",
            power=Power.POSTING_KEEP,
            side=Side.REGISTRANT,
            event="posting.ended",
            reason=True,
        ),
    ),
)
