"""What is written about a meeting between its moves, and until when."""

from workflows.engine import Check, Source, Transition
from workflows.meeting import CallFacts
from workflows.powers import Power
from workflows.words import N_, Said

CALL = Transition[CallFacts](
    name="call",
    label=N_("Call a meeting"),
    says=N_("Day, place or call, and agenda; the other side is told."),
    sources=frozenset(),
    target="called",
    power=Power.AGREEMENT_DRAFT,
    event="meeting.called",
    checks=(
        Check[CallFacts](
            code="no-meeting-underway",
            says=N_("The minutes of the meeting before are signed, or it was cancelled or left unsigned."),
            holds=lambda facts: not facts.underway,
            fact=lambda facts: (
                Said(N_("%(number)s is under way."), {"number": facts.underway}) if facts.underway else Said("")
            ),
            sources=(Source("HOUSE"),),
        ),
        Check[CallFacts](
            code="entrustment-open",
            says=N_("The entrustment has not ended."),
            holds=lambda facts: facts.entrustment_is_open,
            sources=(Source("HOUSE"),),
        ),
    ),
)


def _while(code: str, says: str, *states: str) -> Check[str]:
    return Check(
        code=code,
        says=says,
        holds=lambda state: state in states,
        sources=(Source("HOUSE"),),
        mend="meetings.show",
    )


STILL_CALLED = _while("meeting-called", N_("The meeting is called and was not held yet."), "called")
STILL_OPEN = _while(
    "meeting-unminuted", N_("The minutes are not put up for signature, and it was not cancelled."), "called", "held"
)
BEING_MINUTED = _while("meeting-held", N_("The meeting was held, and its minutes are not put up yet."), "held")


def _deed(name: str, label: str, says: str, event: str, check: Check[str]) -> Transition[str]:
    return Transition(
        name=name,
        label=label,
        says=says,
        sources=frozenset(),
        target="",
        power=Power.AGREEMENT_DRAFT,
        event=event,
        checks=(check,),
    )


AMEND = _deed(
    "amend",
    N_("Change day, place or agenda"),
    N_("Until it was held; the other side is told."),
    "meeting.amended",
    STILL_CALLED,
)
ATTEND = _deed(
    "attend",
    N_("Say who of us is there"),
    N_("Each side names its own people: the management representative, a deputy, and others."),
    "meeting.attended",
    STILL_OPEN,
)
FOLLOW = _deed(
    "follow",
    N_("Follow the earlier decisions up"),
    N_("Of each decision that is still open: whether it is done."),
    "meeting.followed",
    STILL_OPEN,
)
WRITE = _deed(
    "write",
    N_("Write minutes and decisions"),
    N_("What was discussed, and each decision with its owner and its day."),
    "meeting.written",
    BEING_MINUTED,
)
JUDGE = _deed(
    "judge",
    N_("Judge the indicators"),
    N_("Each figure of the records beside the agreed target, and whether it is met."),
    "meeting.judged",
    BEING_MINUTED,
)
DEEDS = (AMEND, ATTEND, FOLLOW, WRITE, JUDGE)
