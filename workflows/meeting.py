"""Meetings of the two management representatives: called, held, minuted, and signed by both sides."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

MEET = Source("GUIDE-2022-20", "II(5)1")
INDICATORS = Source("GUIDE-2022-20", "III(8)")
COMMUNICATION = Source("GUIDE-2022-20", "III(7)")
_HOUSE = Source("HOUSE")

WAYS = {"in_person": N_("In person"), "by_call": N_("By call")}
# Who speaks for a side; a deputy is appointed by the representative, in writing.
SPEAKERS = {
    "representative": N_("The management representative"),
    "deputy": N_("A deputy whom the management representative appointed in writing"),
    "neither": N_("Neither of them"),
}
REPRESENTED = ("representative", "deputy")
VERDICTS = {"met": N_("Target met"), "not_met": N_("Target not met"), "not_judged": N_("Not judged")}
UNSIGNED = ("held", "minuted", "signed_by_registrant", "signed_by_manufacturer")


@dataclass(frozen=True, slots=True)
class MinutesFacts:
    """All that a move of a meeting depends on.

    ``attended_*``: the side said who was there on that very day.  ``unfollowed`` counts the earlier decisions of which
    nobody said whether they are done, ``unjudged`` the indicators without a verdict, ``unfounded`` those judged
    although there is nothing to count, ``undecided`` those that are not met and that no decision answers; ``first_*``
    name the first of each.  ``counted``: the figures are those of the records today, None where nobody asked.
    """

    entrustment_is_open: bool
    meets_on: str
    day_reached: bool
    attended_registrant: bool
    attended_manufacturer: bool
    minuted: bool
    unfollowed: int
    reviews_indicators: bool
    unjudged: int
    first_unjudged: str
    unfounded: int
    first_unfounded: str
    undecided: int
    first_undecided: str
    counted: bool | None


@dataclass(frozen=True, slots=True)
class CallFacts:
    """``underway`` is the number of the meeting whose minutes are not settled yet, empty where there is none."""

    entrustment_is_open: bool
    underway: str


def _how_many(count: int, first: str) -> Said:
    return Said(N_("%(count)s, the first: %(first)s."), {"count": count, "first": first}) if count else Said("")


def _day(facts: MinutesFacts) -> Said:
    return Said(N_("It is called for %(on)s."), {"on": facts.meets_on})


NOT_ENDED = Check[MinutesFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(_HOUSE,),
)
DAY_REACHED = Check[MinutesFacts](
    code="meeting-day-reached",
    says=N_("The day of the meeting is not in the future."),
    holds=lambda facts: facts.day_reached,
    fact=_day,
    sources=(_HOUSE,),
    mend="meetings.amend",
)
REGISTRANT_THERE = Check[MinutesFacts](
    code="registrant-attendance",
    says=N_("The registrant has said who was there for it."),
    holds=lambda facts: facts.attended_registrant,
    fact=_day,
    sources=(MEET, COMMUNICATION),
    mend="meetings.attend",
)
MANUFACTURER_THERE = Check[MinutesFacts](
    code="manufacturer-attendance",
    says=N_("The manufacturer has said who was there for it."),
    holds=lambda facts: facts.attended_manufacturer,
    fact=_day,
    sources=(MEET, COMMUNICATION),
    mend="meetings.attend",
)
MINUTED = Check[MinutesFacts](
    code="minutes-written",
    says=N_("The minutes say what was discussed."),
    holds=lambda facts: facts.minuted,
    sources=(_HOUSE,),
    mend="meetings.write",
)
FOLLOWED = Check[MinutesFacts](
    code="decisions-followed",
    says=N_("Of each earlier decision it is said whether it is done."),
    holds=lambda facts: facts.unfollowed == 0,
    fact=lambda facts: (
        Said(N_("Not said of: %(count)s."), {"count": facts.unfollowed}) if facts.unfollowed else Said("")
    ),
    sources=(_HOUSE,),
    mend="meetings.follow",
)
JUDGED = Check[MinutesFacts](
    code="indicators-judged",
    says=N_("Where the indicators were reviewed, each has its verdict."),
    holds=lambda facts: facts.unjudged == 0,
    fact=lambda facts: _how_many(facts.unjudged, facts.first_unjudged),
    sources=(INDICATORS,),
    mend="meetings.judge",
)
FOUNDED = Check[MinutesFacts](
    code="indicators-counted",
    says=N_("What has nothing to count is not judged."),
    holds=lambda facts: facts.unfounded == 0,
    fact=lambda facts: _how_many(facts.unfounded, facts.first_unfounded),
    sources=(_HOUSE,),
    mend="meetings.judge",
)
ANSWERED = Check[MinutesFacts](
    code="indicators-answered",
    says=N_("Every indicator that is not met has a decision that answers it."),
    holds=lambda facts: facts.undecided == 0,
    fact=lambda facts: _how_many(facts.undecided, facts.first_undecided),
    sources=(INDICATORS, _HOUSE),
    mend="meetings.write",
)
CURRENT = Check[MinutesFacts](
    code="figures-current",
    says=N_("The figures that were judged are those of the records as they stand now."),
    holds=lambda facts: facts.counted is not False,
    sources=(_HOUSE,),
    mend="meetings.judge",
)
COMPLETE = (
    REGISTRANT_THERE,
    MANUFACTURER_THERE,
    MINUTED,
    FOLLOWED,
    JUDGED,
    FOUNDED,
    ANSWERED,
    CURRENT,
    NOT_ENDED,
)
_REGISTRANT_MEANS = N_("For the registrant I stand by these minutes, decisions and verdicts.")
_MANUFACTURER_MEANS = N_("For the manufacturer I stand by these minutes, decisions and verdicts.")


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[MinutesFacts]:
    return Transition(
        name=name,
        label=N_("Sign the minutes"),
        says=N_("Your side's signature under minutes, decisions and figures, which change no more."),
        sources=frozenset({source}),
        target=target,
        power=Power.AGREEMENT_SIGN,
        side=side,
        event="meeting.signed",
        checks=(NOT_ENDED,),
        signature=means,
    )


MEETING = Lifecycle[MinutesFacts](
    subject="meeting",
    says=N_(
        "At least once a quarter the management representatives of both sides meet; minutes, decisions and the figures"
        " of the indicators they reviewed are signed by both."
    ),
    states=(
        State("called", N_("Called")),
        State("held", N_("Held, being minuted")),
        State("minuted", N_("Put up for signature"), Tone.ACTIVE),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("signed", N_("Signed by both sides"), Tone.GOOD, final=True),
        State("left_unsigned", N_("Left unsigned"), Tone.BAD, final=True),
        State("cancelled", N_("Cancelled"), final=True),
    ),
    initial="called",
    transitions=(
        Transition(
            name="hold",
            label=N_("Record that it was held"),
            says=N_("From then on its day stays, and minutes, decisions and figures are written."),
            sources=frozenset({"called"}),
            target="held",
            power=Power.AGREEMENT_DRAFT,
            event="meeting.held",
            checks=(DAY_REACHED, NOT_ENDED),
        ),
        Transition(
            name="cancel",
            label=N_("Cancel the meeting"),
            says=N_("It was not held; it stays on record with the reason."),
            sources=frozenset({"called"}),
            target="cancelled",
            power=Power.AGREEMENT_DRAFT,
            event="meeting.cancelled",
            reason=True,
            grave=True,
        ),
        Transition(
            name="put_up",
            label=N_("Put the minutes up for signature"),
            says=N_("Minutes, decisions and figures stand as both sides will sign them."),
            sources=frozenset({"held"}),
            target="minuted",
            power=Power.AGREEMENT_DRAFT,
            event="meeting.put-up",
            checks=COMPLETE,
        ),
        _sign("registrant_signs", Side.REGISTRANT, "minuted", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "minuted", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "signed", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "signed", _MANUFACTURER_MEANS),
        Transition(
            name="take_back",
            label=N_("Amend the minutes"),
            says=N_("Minutes and verdicts may be changed again; the signature given so far counts no more."),
            sources=frozenset({"minuted", "signed_by_registrant", "signed_by_manufacturer"}),
            target="held",
            power=Power.AGREEMENT_DRAFT,
            event="meeting.taken-back",
            reason=True,
        ),
        Transition(
            name="leave",
            label=N_("Leave the minutes unsigned"),
            says=N_(
                "The sides do not agree on them: nothing is decided, no duty is met, another meeting can be called."
            ),
            sources=frozenset(UNSIGNED),
            target="left_unsigned",
            power=Power.AGREEMENT_DRAFT,
            event="meeting.left-unsigned",
            reason=True,
            grave=True,
        ),
    ),
)
