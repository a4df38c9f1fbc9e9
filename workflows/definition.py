"""Product and process definition: what a product is made by, in versions that both sides sign, each from a day on."""

from collections.abc import Callable
from dataclasses import dataclass

from workflows.engine import Check, Facts, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

STEP_KINDS = {
    "ordinary": N_("Ordinary process"),
    "key": N_("Key process"),
    "special": N_("Special process"),
}
# The steps whose result hangs on their parameters.
CRITICAL = ("key", "special")
INSPECTED = {
    "incoming": N_("Incoming inspection"),
    "in_process": N_("In-process inspection"),
    "finished": N_("Final inspection"),
}

_OWN = Source("GUIDE-2022-20", "II(4)2")
_RELEASE = Source("GUIDE-2022-20", "III(6)7")
_BATCH_RECORD = Source("GMP-2025", "81-82")
_CHANGE = Source("GUIDE-2022-20", "II(4)9")
_CONTROLLED = Source("GMP-2025", "10")
_HOUSE = Source("HOUSE")


@dataclass(frozen=True, slots=True)
class DefinitionFacts:
    """All that a move of a definition depends on.

    ``bare`` are the key and special steps without a parameter.  Days are ISO text, empty while none is set;
    ``follows`` numbers the version before it and is empty for the first, which needs no change; it is ``permitted``
    while the verdict on its own change stands.
    """

    entrustment_is_open: bool
    steps: int
    bare: int
    first_bare: str
    materials: int
    uninspected: int
    versions_stated: bool
    effective_on: str
    effective_ahead: bool
    follows: str = ""
    follows_from: str = ""
    follows_permitted: bool = True
    change: str = ""
    change_decided: bool = False
    change_from: str = ""

    @property
    def is_first(self) -> bool:
        return not self.follows


def _day_set(facts: DefinitionFacts) -> Said:
    if not facts.effective_on:
        return Said(N_("No day is set."))
    return Said(N_("It is set to %(on)s."), {"on": facts.effective_on})


def _day_before(facts: DefinitionFacts) -> Said:
    if facts.is_first:
        return Said(N_("It is the first version."))
    before: dict[str, str | int] = {"number": facts.follows, "since": facts.follows_from}
    return Said(N_("%(number)s holds from %(since)s."), before)


def _asked_for(facts: DefinitionFacts) -> Said:
    if facts.is_first:
        return Said(N_("It is the first version."))
    if not facts.change:
        return Said(N_("No change is named."))
    return Said(N_("%(number)s asks for it."), {"number": facts.change})


def _change_day(facts: DefinitionFacts) -> Said:
    if facts.is_first or not facts.change_from:
        return _asked_for(facts)
    change: dict[str, str | int] = {"number": facts.change, "since": facts.change_from}
    return Said(N_("%(number)s holds from %(since)s."), change)


OPEN_ENTRUSTMENT = Check[DefinitionFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
ROUTED = Check[DefinitionFacts](
    code="steps-routed",
    says=N_("The routing names the production steps one by one."),
    holds=lambda facts: facts.steps > 0,
    fact=lambda facts: Said(N_("Steps named: %(count)s."), {"count": facts.steps}),
    sources=(Source("GMP-2025", "104(1)"), _OWN),
    mend="definitions.steps",
)
LIMITED = Check[DefinitionFacts](
    code="parameters-limited",
    says=N_("Every key process and every special process has a parameter with its limits."),
    holds=lambda facts: facts.bare == 0,
    fact=lambda facts: (
        Said(N_("Without any: %(count)s, the first %(first)s."), {"count": facts.bare, "first": facts.first_bare})
        if facts.bare
        else Said("")
    ),
    sources=(_BATCH_RECORD, _HOUSE),
    mend="definitions.parameters",
)
LISTED = Check[DefinitionFacts](
    code="materials-listed",
    says=N_("The materials are listed."),
    holds=lambda facts: facts.materials > 0,
    sources=(_BATCH_RECORD,),
    mend="definitions.materials",
)
INSPECTIONS = Check[DefinitionFacts](
    code="inspections-laid-down",
    says=N_("Incoming, in-process and final inspection are each laid down."),
    holds=lambda facts: facts.uninspected == 0,
    sources=(_RELEASE, Source("GMP-2025", "104(3)")),
    mend="definitions.inspections",
)
LABELLED = Check[DefinitionFacts](
    code="versions-laid-down",
    says=N_("The versions of label and instructions for use are laid down."),
    holds=lambda facts: facts.versions_stated,
    sources=(_RELEASE, Source("GMP-2025", "104(5)")),
    mend="definitions.edit",
)
AHEAD = Check[DefinitionFacts](
    code="effective-ahead",
    says=N_("The day from which it holds is set and not past."),
    holds=lambda facts: facts.effective_ahead,
    fact=_day_set,
    sources=(_CONTROLLED, _HOUSE),
    mend="definitions.edit",
)
LATER = Check[DefinitionFacts](
    code="later-than-before",
    says=N_("It holds from a later day than the version before it."),
    holds=lambda facts: facts.is_first or facts.effective_on > facts.follows_from,
    fact=_day_before,
    sources=(_HOUSE,),
    mend="definitions.edit",
)
UPON_PERMITTED = Check[DefinitionFacts](
    code="before-permitted",
    says=N_("The version before it counts: the verdict on the change that asked for that one stands."),
    holds=lambda facts: facts.follows_permitted,
    fact=_day_before,
    sources=(_CONTROLLED, _CHANGE),
    mend="definitions.listing",
)
ASKED_FOR = Check[DefinitionFacts](
    code="change-named",
    says=N_("A version after the first names the change that asks for it."),
    holds=lambda facts: facts.is_first or bool(facts.change),
    fact=_asked_for,
    sources=(_CONTROLLED, _CHANGE),
    mend="definitions.edit",
)
VERDICT = Check[DefinitionFacts](
    code="verdict-stands",
    says=N_("The registrant has decided on that change, and the verdict stands."),
    holds=lambda facts: facts.is_first or facts.change_decided,
    fact=_asked_for,
    sources=(_CHANGE, Source("ORDER-47", "79")),
    mend="changes.listing",
)
NOT_BEFORE = Check[DefinitionFacts](
    code="not-before-the-change",
    says=N_("It does not hold before the change does."),
    holds=lambda facts: facts.is_first or bool(facts.change_from and facts.effective_on >= facts.change_from),
    fact=_change_day,
    sources=(_CONTROLLED, _HOUSE),
    mend="definitions.edit",
)
COMPLETE = (
    OPEN_ENTRUSTMENT,
    ROUTED,
    LIMITED,
    LISTED,
    INSPECTIONS,
    LABELLED,
    AHEAD,
    LATER,
    UPON_PERMITTED,
    ASKED_FOR,
    VERDICT,
    NOT_BEFORE,
)
_REGISTRANT_MEANS = N_("For the registrant I approve this definition of product and process from its day on.")
_MANUFACTURER_MEANS = N_("For the manufacturer I approve this definition of product and process from its day on.")


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[DefinitionFacts]:
    return Transition(
        name=name,
        label=N_("Approve the definition"),
        says=N_("Your side's signature under exactly these steps, limits, materials, inspections and versions."),
        sources=frozenset({source}),
        target=target,
        power=Power.DEFINITION_SIGN,
        side=side,
        event="definition.approved" if target == "approved" else "definition.signed",
        checks=COMPLETE,
        signature=means,
    )


DEFINITION = Lifecycle[DefinitionFacts](
    subject="definition",
    says=N_("What a product is made by is laid down in versions; both sides approve each, and it holds from its day."),
    states=(
        State("draft", N_("Draft")),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("approved", N_("Approved by both sides"), Tone.GOOD, final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="draft",
    transitions=(
        _sign("registrant_signs", Side.REGISTRANT, "draft", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "draft", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "approved", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "approved", _MANUFACTURER_MEANS),
        Transition(
            name="take_back",
            label=N_("Take back to the draft"),
            says=N_("Something must be amended; the signature given so far binds nobody."),
            sources=frozenset({"signed_by_registrant", "signed_by_manufacturer"}),
            target="draft",
            power=Power.DEFINITION_KEEP,
            event="definition.taken-back",
            reason=True,
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw"),
            says=N_("The version is given up and keeps its number; what holds today goes on holding."),
            sources=frozenset({"draft", "signed_by_registrant", "signed_by_manufacturer"}),
            target="withdrawn",
            power=Power.DEFINITION_KEEP,
            event="definition.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class LaidDown:
    """Which versions of label and instructions a batch's definition lays down, and whether the batch has those.

    ``definition`` is its number; it is empty, and nothing is asked, where the batch is bound to none.  It is
    ``permitted`` while the verdict on the change that asks for it stands.
    """

    definition: str = ""
    label: str = ""
    instructions: str = ""
    kept: bool = True
    permitted: bool = True


def as_laid_down(laid_down: Callable[[Facts], LaidDown]) -> Check[Facts]:
    """The condition of a batch that is made under a definition."""
    return Check[Facts](
        code="versions-as-defined",
        says=N_("Label and instructions for use have the versions that the batch's definition lays down."),
        holds=lambda facts: laid_down(facts).kept,
        fact=lambda facts: _laid_down_words(laid_down(facts)),
        sources=(Source("GMP-2025", "104(5)"), _HOUSE),
        mend="batches.edit",
    )


def as_permitted(laid_down: Callable[[Facts], LaidDown]) -> Check[Facts]:
    """The condition of a batch whose definition rests on a change: what was taken back permits nothing."""
    return Check[Facts](
        code="definition-permitted",
        says=N_("The definition that the batch is made under counts: the verdict on its change stands."),
        holds=lambda facts: laid_down(facts).permitted,
        fact=lambda facts: _permitted_words(laid_down(facts)),
        sources=(_CONTROLLED, _CHANGE),
        mend="changes.listing",
    )


def _permitted_words(laid_down: LaidDown) -> Said:
    if not laid_down.definition:
        return Said(N_("The batch is bound to no definition."))
    number: dict[str, str | int] = {"number": laid_down.definition}
    if laid_down.permitted:
        return Said(N_("It is made under %(number)s."), number)
    return Said(N_("%(number)s rests on a change whose approval was taken back."), number)


def _laid_down_words(laid_down: LaidDown) -> Said:
    if not laid_down.definition:
        return Said(N_("The batch is bound to no definition."))
    return Said(
        N_("%(number)s lays down label %(label)s and instructions %(instructions)s."),
        {"number": laid_down.definition, "label": laid_down.label, "instructions": laid_down.instructions},
    )
