"""What people do about duties: begin one that only they know of, and show that one is met."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

STANDINGS = {
    "owed": N_("Owed"),
    "met": N_("Met in time"),
    "late": N_("Met late"),
    "breached": N_("Breached"),
    "lapsed": N_("Lapsed"),
}
TONES = {
    "owed": Tone.ACTIVE,
    "met": Tone.GOOD,
    "late": Tone.WARN,
    "breached": Tone.BAD,
    "lapsed": Tone.QUIET,
}


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """``shown_by_people``: no record meets it by itself; ``mine``: the actor's side owes it, alone or together."""

    is_open: bool
    shown_by_people: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class HoldingFacts:
    """The duties whose breach holds up a move: how many are breached, which came due first, and when."""

    breached: int
    first: str
    first_due: str


STILL_OPEN = Check[MeetingFacts](
    code="duty-open",
    says=N_("The duty is open: neither met nor lapsed."),
    holds=lambda facts: facts.is_open,
    sources=(Source("HOUSE"),),
)
SHOWN_BY_PEOPLE = Check[MeetingFacts](
    code="duty-shown-by-people",
    says=N_("No record of the portal meets this duty by itself, so people show that it is met."),
    holds=lambda facts: facts.shown_by_people,
    sources=(Source("HOUSE"),),
)
MINE = Check[MeetingFacts](
    code="duty-mine",
    says=N_("Your side owes the duty, alone or together with the other."),
    holds=lambda facts: facts.mine,
    sources=(Source("HOUSE"),),
)

CALL = Transition[None](
    name="call",
    label=N_("Begin a duty"),
    says=N_("Something happened that only people know of; its deadline runs from then on."),
    sources=frozenset(),
    target="",
    power=Power.DUTY_KEEP,
    event="duty.begun",
)
MEET = Transition[MeetingFacts](
    name="meet",
    label=N_("Show that it is met"),
    says=N_("When it was met, and what shows it."),
    sources=frozenset(),
    target="",
    power=Power.DUTY_KEEP,
    event="duty.met",
    checks=(STILL_OPEN, SHOWN_BY_PEOPLE, MINE),
)


def holding_words(facts: HoldingFacts) -> Said:
    """Which breach holds a move up."""
    if not facts.breached:
        return Said(N_("None is breached."))
    return Said(
        N_("Breached: %(count)s. The first is %(first)s, which was to be met by the end of %(due)s."),
        {"count": facts.breached, "first": facts.first, "due": facts.first_due},
    )
