"""The roster of the residents and their presence at the site: what may be written, and by whom."""

from dataclasses import dataclass

from workflows.engine import Check, Side, Source, Transition
from workflows.posting import POST_STAFF
from workflows.powers import Power
from workflows.words import N_

ON_SITE, AWAY = "on_site", "away"
PLANS = {ON_SITE: N_("At the site"), AWAY: N_("Away")}


@dataclass(frozen=True, slots=True)
class AttendanceFacts:
    """``is_own``: the actor is the person who is posted; ``there``: an arrival without a departure is on record."""

    is_posted: bool
    counts_today: bool
    is_own: bool
    there: bool


POSTED = Check[AttendanceFacts](
    code="is-posted",
    says=N_("The posting is signed and has not ended."),
    holds=lambda facts: facts.is_posted,
    sources=(POST_STAFF,),
    mend="postings.show",
)
COUNTS_TODAY = Check[AttendanceFacts](
    code="posted-today",
    says=N_("Today lies within the posting, which is signed and has not ended."),
    holds=lambda facts: facts.counts_today,
    sources=(POST_STAFF,),
    mend="postings.show",
)
OWN = Check[AttendanceFacts](
    code="own-presence",
    says=N_("Only the person who is posted notes when they came and went."),
    holds=lambda facts: facts.is_own,
    sources=(Source("GMP-2025", "45"), Source("HOUSE")),
)
NOT_THERE = Check[AttendanceFacts](
    code="not-there-yet",
    says=N_("No arrival is on record that still waits for its departure."),
    holds=lambda facts: not facts.there,
    sources=(Source("HOUSE"),),
)
THERE = Check[AttendanceFacts](
    code="is-there",
    says=N_("An arrival is on record that still waits for its departure."),
    holds=lambda facts: facts.there,
    sources=(Source("HOUSE"),),
)

PLAN = Transition[AttendanceFacts](
    name="plan",
    label=N_("Plan the roster"),
    says=N_("Days at the site, days away, and who stands in meanwhile."),
    sources=frozenset(),
    target="",
    power=Power.POSTING_KEEP,
    side=Side.REGISTRANT,
    event="roster.planned",
    checks=(POSTED,),
)
ARRIVE = Transition[AttendanceFacts](
    name="arrive",
    label=N_("I am at the site"),
    says=N_("Notes that you arrived, at this moment."),
    sources=frozenset(),
    target="",
    power=Power.REPORT_WRITE,
    side=Side.REGISTRANT,
    event="presence.arrived",
    checks=(COUNTS_TODAY, OWN, NOT_THERE),
)
LEAVE = Transition[AttendanceFacts](
    name="leave",
    label=N_("I leave the site"),
    says=N_("Notes that you left, at this moment."),
    sources=frozenset(),
    target="",
    power=Power.REPORT_WRITE,
    side=Side.REGISTRANT,
    event="presence.left",
    checks=(OWN, THERE),
)
