"""Change control: proposed by either side, weighed by both, decided by the registrant before anything is made."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from workflows.engine import Check, Facts, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

KINDS = {
    "design": N_("Design or specification"),
    "process": N_("Process or parameter"),
    "material": N_("Material or component"),
    "supplier": N_("Supplier or outsourced service"),
    "site": N_("Site, premises or production address"),
    "equipment": N_("Equipment or software"),
    "inspection": N_("Inspection or test method"),
    "label": N_("Label, instructions or packaging"),
    "registration": N_("Registration certificate"),
    "licence": N_("Production licence"),
    "party": N_("Name, domicile or legal representative of a party"),
    "people": N_("Key people"),
    "other": N_("Something else"),
}
VERDICTS = {
    "registration_change": N_("Change of the registration, approved before it is implemented"),
    "filing": N_("Filing of the change with the registration authority"),
    "none": N_("Neither: the registration is not touched"),
}
IMPACTS = {
    "registration": N_("Registration and technical requirements"),
    "quality_system": N_("Quality management system"),
    "validation": N_("Verification and validation"),
    "suppliers": N_("Suppliers and outsourced services"),
    "stock": N_("Stock, released and marketed product"),
}
# What may come to be known only after it has happened; anything else is proposed before it is made.
KNOWN_AFTERWARDS = frozenset({"registration", "licence", "party", "people"})
# The states in which a batch of its days is made under a change.
BINDING = ("approved", "implemented")
# What the law says of such a change to whoever decides on it.
ADVICE: Mapping[str, tuple[str, Source]] = {
    "party": (
        N_("Where only the wording of the manufacturer's name changes, nothing is filed: it is corrected at renewal."),
        Source("ANN-2024-38", "(13)"),
    ),
    "site": (
        N_("A production address that changes in China is filed after the production licence was changed."),
        Source("ORDER-47", "79"),
    ),
}

_GUIDE = Source("GUIDE-2022-20", "II(4)9")
_ANN = Source("ANN-2024-38", "(10)")
_GMP = Source("GMP-2025", "10")
_TOLD = Source("GMP-2025", "112")
_VERDICT = Source("ORDER-47", "79")


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """``impacts_weighed`` of the five are written down by either side.

    ``registered`` says whether change or filing is proved, ``validated`` the same of verification; ``registered`` is
    None where the verdict asks for neither.  ``effective_on`` is an ISO day, empty while none is set.
    """

    impacts_weighed: int
    assessed_by_registrant: bool
    assessed_by_manufacturer: bool
    verdict_given: bool
    registered: bool | None
    validated: bool
    effective_on: str
    effective_ahead: bool
    effective_reached: bool


def _day_set(facts: ChangeFacts) -> Said:
    if not facts.effective_on:
        return Said(N_("No day is set."))
    return Said(N_("It is set to %(on)s."), {"on": facts.effective_on})


@dataclass(frozen=True, slots=True)
class MadeUnder:
    """The changes that bind a batch: how many, the number of the latest; how many are not implemented, the first."""

    changes: int = 0
    latest: str = ""
    awaited: int = 0
    first_awaited: str = ""


def changes_implemented(under: Callable[[Facts], MadeUnder]) -> Check[Facts]:
    """The condition of whatever is made ``under`` changes."""
    return Check[Facts](
        code="changes-implemented",
        says=N_("Every change that binds the batch is implemented."),
        holds=lambda facts: under(facts).awaited == 0,
        fact=lambda facts: _bound_words(under(facts)),
        sources=(_GMP, _ANN, Source("HOUSE")),
        mend="changes.listing",
    )


def _bound_words(under: MadeUnder) -> Said:
    """Which changes bind a batch, those that it waits for before all others."""
    if under.awaited:
        waiting: dict[str, str | int] = {"count": under.awaited, "first": under.first_awaited}
        return Said(N_("Approved but not implemented: %(count)s, the first %(first)s."), waiting)
    if under.changes:
        bound: dict[str, str | int] = {"count": under.changes, "latest": under.latest}
        return Said(N_("Changes it is made under: %(count)s, the latest %(latest)s."), bound)
    return Said(N_("No change binds it."))


WEIGHED = Check[ChangeFacts](
    code="impacts-weighed",
    says=N_("Its impact on registration, quality system, validation, suppliers and stock is written down."),
    holds=lambda facts: facts.impacts_weighed == len(IMPACTS),
    fact=lambda facts: Said(
        N_("Written down: %(count)s of %(all)s."), {"count": facts.impacts_weighed, "all": len(IMPACTS)}
    ),
    sources=(_GUIDE, _ANN),
    mend="changes.assess",
)
BOTH = Check[ChangeFacts](
    code="assessed-by-both",
    says=N_("Both sides have weighed it."),
    holds=lambda facts: facts.assessed_by_registrant and facts.assessed_by_manufacturer,
    sources=(_GUIDE, _TOLD),
    mend="changes.assess",
)
VERDICT = Check[ChangeFacts](
    code="verdict-given",
    says=N_(
        "The registrant's verdict is written down with its reasons: change of the registration, filing, or neither."
    ),
    holds=lambda facts: facts.verdict_given,
    sources=(_GUIDE, _VERDICT),
    mend="changes.decide",
)
AHEAD = Check[ChangeFacts](
    code="effective-ahead",
    says=N_("The day from which it holds is set and not past: nothing changes before it is decided."),
    holds=lambda facts: facts.effective_ahead,
    fact=_day_set,
    sources=(_GMP, _GUIDE),
    mend="changes.decide",
)
REGISTERED = Check[ChangeFacts](
    code="registration-changed",
    says=N_("Where the verdict asks for it, the registration is changed or the change is filed, with evidence."),
    holds=lambda facts: facts.registered is not False,
    sources=(_VERDICT,),
    mend="changes.show_registration",
)
VALIDATED = Check[ChangeFacts](
    code="change-validated",
    says=N_("It is verified or validated, with evidence, or it is written down why that is not needed."),
    holds=lambda facts: facts.validated,
    sources=(_ANN,),
    mend="changes.show_validation",
)
REACHED = Check[ChangeFacts](
    code="effective-reached",
    says=N_("The day from which it holds has come."),
    holds=lambda facts: facts.effective_reached,
    fact=_day_set,
    sources=(Source("HOUSE"),),
)

CHANGE = Lifecycle[ChangeFacts](
    subject="change",
    says=N_("Nothing is changed before both sides have weighed it and the registrant has decided on it in writing."),
    states=(
        State("proposed", N_("Being weighed"), Tone.WARN),
        State("assessed", N_("Weighed by both"), Tone.ACTIVE),
        State("approved", N_("Approved, to be implemented"), Tone.ACTIVE),
        State("implemented", N_("Implemented"), Tone.GOOD, final=True),
        State("refused", N_("Refused by the registrant"), Tone.QUIET, final=True),
    ),
    initial="proposed",
    transitions=(
        Transition(
            name="submit",
            label=N_("Submit for decision"),
            says=N_("Both sides have weighed it; the registrant decides."),
            sources=frozenset({"proposed"}),
            target="assessed",
            power=Power.CHANGE_KEEP,
            event="change.assessed",
            checks=(WEIGHED, BOTH),
        ),
        Transition(
            name="send_back",
            label=N_("Send back"),
            says=N_("It must be weighed anew."),
            sources=frozenset({"assessed"}),
            target="proposed",
            power=Power.CHANGE_KEEP,
            side=Side.REGISTRANT,
            event="change.returned",
            reason=True,
        ),
        Transition(
            name="approve",
            label=N_("Approve the change"),
            says=N_("With the verdict and from the day that are written in it; nothing is implemented before."),
            sources=frozenset({"assessed"}),
            target="approved",
            power=Power.CHANGE_KEEP,
            side=Side.REGISTRANT,
            event="change.approved",
            checks=(WEIGHED, BOTH, VERDICT, AHEAD),
            signature=N_("I have decided on this change as its verdict says, and approve it from its day on."),
        ),
        Transition(
            name="refuse",
            label=N_("Refuse the change"),
            says=N_("It is not made."),
            sources=frozenset({"proposed", "assessed"}),
            target="refused",
            power=Power.CHANGE_KEEP,
            side=Side.REGISTRANT,
            event="change.refused",
            signature=N_("I refuse this change."),
            reason=True,
            grave=True,
        ),
        Transition(
            name="take_back",
            label=N_("Take the approval back"),
            says=N_(
                "It must be decided anew, as when its day cannot be kept. Until then it binds no batch, the version of "
                "a definition that it asks for does not count, and whatever was made under that version is held."
            ),
            sources=frozenset({"approved"}),
            target="proposed",
            power=Power.CHANGE_KEEP,
            side=Side.REGISTRANT,
            event="change.taken-back",
            signature=N_("I take back my approval of this change."),
            reason=True,
        ),
        Transition(
            name="implement",
            label=N_("Declare it implemented"),
            says=N_("Batches from its day on are made as it says."),
            sources=frozenset({"approved"}),
            target="implemented",
            power=Power.CHANGE_KEEP,
            event="change.implemented",
            checks=(REGISTERED, VALIDATED, REACHED),
            signature=N_("I confirm that this change is implemented as it was approved."),
        ),
    ),
)
