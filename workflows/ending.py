"""Ending an entrustment: a checklist that both sides settle point by point, and sign."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

END = (Source("ANN-2024-38", "(14)"), Source("GUIDE-2022-20", "II(7)"))
_HOUSE = (Source("HOUSE"),)


@dataclass(frozen=True, slots=True)
class EndingFacts:
    """``unsettled`` counts the points that come before the end and are still open."""

    unsettled: int


SETTLED = Check[EndingFacts](
    code="points-settled",
    says=N_("Every point that comes before the end is settled, or set aside with a reason."),
    holds=lambda facts: facts.unsettled == 0,
    fact=lambda facts: (
        Said(N_("Points still open: %(count)s."), {"count": facts.unsettled}) if facts.unsettled else Said("")
    ),
    sources=END,
    mend="endings.show",
)


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[EndingFacts]:
    return Transition(
        name=name,
        label=N_("Sign the checklist"),
        says=N_("Your side's signature under every point that comes before the end."),
        sources=frozenset({source}),
        target=target,
        power=Power.ENTRUSTMENT_DECIDE,
        side=side,
        event="ending.signed",
        checks=(SETTLED,),
        signature=means,
    )


_REGISTRANT_MEANS = N_("For the registrant I confirm that what comes before the end is settled as written.")
_MANUFACTURER_MEANS = N_("For the manufacturer I confirm that what comes before the end is settled as written.")

ENDING = Lifecycle[EndingFacts](
    subject="ending",
    says=N_("Before an entrustment ends, stock, records, papers and open matters are settled and both sides sign."),
    states=(
        State("drawn_up", N_("Being settled")),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("signed", N_("Signed by both sides"), Tone.GOOD, final=True),
    ),
    initial="drawn_up",
    transitions=(
        _sign("registrant_signs", Side.REGISTRANT, "drawn_up", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "drawn_up", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "signed", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "signed", _MANUFACTURER_MEANS),
        Transition(
            name="reopen",
            label=N_("Settle again"),
            says=N_("The points may be changed again; the signature under them counts no more."),
            sources=frozenset({"signed_by_registrant", "signed_by_manufacturer"}),
            target="drawn_up",
            power=Power.ENTRUSTMENT_DECIDE,
            event="ending.reopened",
            reason=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class LineFacts:
    """``mine``: the actor's side is to settle it; ``list_open``: nobody has signed, or the point follows the end.

    ``objection`` is what the records say against it, None when nothing does.
    """

    mine: bool
    list_open: bool
    unsettled: bool
    written: bool
    objection: Said | None


LINE_MINE = Check[LineFacts](
    code="point-mine",
    says=N_("Your side is to settle it."),
    holds=lambda facts: facts.mine,
    sources=_HOUSE,
)
LIST_OPEN = Check[LineFacts](
    code="checklist-open",
    says=N_("Nobody has signed the checklist yet, or the point follows the end."),
    holds=lambda facts: facts.list_open,
    sources=_HOUSE,
)
WRITTEN = Check[LineFacts](
    code="settlement-written",
    says=N_("It is written how the point was settled."),
    holds=lambda facts: facts.written,
    sources=END,
    mend="endings.write",
)
RECORDS_AGREE = Check[LineFacts](
    code="records-agree",
    says=N_("The records say nothing else."),
    holds=lambda facts: facts.objection is None,
    fact=lambda facts: facts.objection or Said(""),
    sources=(Source("GMP-2025", "45"), Source("HOUSE")),
)

ENDING_LINE = Lifecycle[LineFacts](
    subject="ending_line",
    says=N_("One point of the checklist: settled by the side that owes it, with evidence."),
    states=(
        State("open", N_("To be settled"), Tone.WARN),
        State("settled", N_("Settled"), Tone.GOOD),
        State("set_aside", N_("Set aside"), Tone.QUIET),
    ),
    initial="open",
    transitions=(
        Transition(
            name="settle",
            label=N_("Declare it settled"),
            says=N_("As it is written, with its evidence."),
            sources=frozenset({"open"}),
            target="settled",
            power=Power.ENTRUSTMENT_DECIDE,
            event="ending_line.settled",
            checks=(LINE_MINE, LIST_OPEN, WRITTEN, RECORDS_AGREE),
        ),
        Transition(
            name="set_aside",
            label=N_("Set it aside"),
            says=N_("It does not apply here; the reason is signed with the rest."),
            sources=frozenset({"open"}),
            target="set_aside",
            power=Power.ENTRUSTMENT_DECIDE,
            event="ending_line.set-aside",
            checks=(LINE_MINE, LIST_OPEN),
            reason=True,
        ),
        Transition(
            name="open_again",
            label=N_("Open it again"),
            says=N_("Either side, as long as nobody has signed the checklist."),
            sources=frozenset({"settled", "set_aside"}),
            target="open",
            power=Power.ENTRUSTMENT_DECIDE,
            event="ending_line.reopened",
            checks=(LIST_OPEN,),
            reason=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class DrawUpFacts:
    """``begun``: the entrustment was active once, or has ended already."""

    begun: bool
    drawn_up: bool


DRAW_UP = Transition[DrawUpFacts](
    name="draw_up",
    label=N_("Draw up the checklist of the end"),
    says=N_("Every point that has to be settled, with what the records know of it."),
    sources=frozenset(),
    target="drawn_up",
    power=Power.ENTRUSTMENT_DECIDE,
    event="ending.drawn-up",
    checks=(
        Check[DrawUpFacts](
            code="begun-once",
            says=N_("The entrustment was active, or has ended already."),
            holds=lambda facts: facts.begun,
            sources=END,
        ),
        Check[DrawUpFacts](
            code="no-checklist",
            says=N_("There is no checklist yet."),
            holds=lambda facts: not facts.drawn_up,
            sources=_HOUSE,
            mend="endings.listing",
        ),
    ),
)


WRITE_LINE = Transition[LineFacts](
    name="write",
    label=N_("Write how it was settled"),
    says=N_("With what shows it; the point is declared settled afterwards."),
    sources=frozenset(),
    target="",
    power=Power.ENTRUSTMENT_DECIDE,
    event="ending_line.written",
    checks=(
        LINE_MINE,
        LIST_OPEN,
        Check[LineFacts](
            code="point-open",
            says=N_("The point is still to be settled."),
            holds=lambda facts: facts.unsettled,
            sources=_HOUSE,
        ),
    ),
)
