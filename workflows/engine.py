"""The vocabulary of a lifecycle, and the one function that judges a move."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from workflows.powers import Power
from workflows.words import Said

Facts = TypeVar("Facts")


class Tone(StrEnum):
    """How a state feels to a reader; the ``badge`` macro turns it into colour *and* icon."""

    QUIET = "quiet"
    ACTIVE = "active"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Side(StrEnum):
    """On which side of an entrustment an organisation stands."""

    REGISTRANT = "registrant"
    MANUFACTURER = "manufacturer"
    AUTHORITY = "authority"


OTHER = {Side.REGISTRANT: Side.MANUFACTURER, Side.MANUFACTURER: Side.REGISTRANT}


@dataclass(frozen=True, slots=True)
class State:
    name: str
    label: str
    tone: Tone = Tone.QUIET
    final: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule is written: ``instrument`` is a key of agreements/data/instruments.json, ``article`` its place."""

    instrument: str
    article: str = ""

    def __str__(self) -> str:
        return f"{self.instrument} {self.article}".strip()


@dataclass(frozen=True)
class Check(Generic[Facts]):
    """One thing that must be true, in words a quality reviewer would sign.

    ``holds`` answers True, False or None for unknown; only True lets the move pass.  ``fact`` says what is the case
    today, ``mend`` names the page (endpoint) on which the matter can be put right.  Outside ``since`` to ``until``
    (both included) the rule is not law and is not asked.
    """

    code: str
    says: str
    holds: Callable[[Facts], bool | None]
    sources: tuple[Source, ...]
    fact: Callable[[Facts], Said] | None = None
    mend: str | None = None
    since: date | None = None
    until: date | None = None

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Transition(Generic[Facts]):
    """A move.  ``side`` is the only side of the entrustment that may make it; None means it concerns one house only.

    ``signature`` is what the signature means, in words; None when the move needs none.  ``reason`` asks why.
    ``grave`` marks what cannot be undone.  ``needs`` are what only the person can supply, see portal forms.
    ``given`` says for which records there is such a move at all: for others it is refused, and not offered.
    """

    name: str
    label: str
    sources: frozenset[str]
    target: str
    power: Power
    event: str
    says: str = ""
    side: Side | None = None
    checks: tuple[Check[Facts], ...] = ()
    signature: str | None = None
    reason: bool = False
    grave: bool = False
    given: Check[Facts] | None = None

    @property
    def conditions(self) -> tuple[Check[Facts], ...]:
        """Everything that must be true, the record's own kind first."""
        return (self.given, *self.checks) if self.given else self.checks

    def is_for(self, about: Any) -> bool:
        """Whether a record has such a move at all: asked of its facts, or of the record itself."""
        return self.given is None or self.given.holds(about) is True

    def mirrored(self) -> "Transition[Facts]":
        """The same move in the hand of the other side."""
        return replace(self, side=OTHER[self.side]) if self.side in OTHER else self


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    met: bool | None
    says: str
    sources: tuple[Source, ...]
    fact: Said | None = None
    mend: str | None = None

    def as_data(self) -> dict[str, object]:
        return {
            "code": self.code,
            "met": self.met,
            "says": self.says,
            "sources": [str(source) for source in self.sources],
            "fact": self.fact.as_data() if self.fact else None,
        }


@dataclass(frozen=True)
class Decision(Generic[Facts]):
    """What was asked, what was found, and so whether it may happen.

    The same object draws the button, answers the request, and is filed in the ledger.
    """

    transition: Transition[Facts]
    state: str
    in_state: bool
    has_power: bool
    on_side: bool
    findings: tuple[Finding, ...]
    onward: bool = False

    @property
    def allowed(self) -> bool:
        return self.in_state and self.has_power and self.on_side and not self.unmet

    @property
    def moves_on(self) -> bool:
        """Whether the record will stand elsewhere afterwards."""
        return self.transition.target != self.state

    @property
    def unmet(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.met is not True)

    @property
    def met(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.met is True)


def weigh_opening(
    opening: Transition[Facts], facts: Facts, *, powers: frozenset[Power], side: Side | None, on: date
) -> Decision[Facts]:
    """Judge the move by which a record comes to be: it has no state yet, so none is asked for."""
    return Decision(
        transition=opening,
        state="",
        in_state=True,
        has_power=opening.power in powers,
        on_side=opening.side in (None, side),
        findings=tuple(_asked(check, facts) for check in opening.conditions if check.in_force(on)),
    )


@dataclass(frozen=True)
class Lifecycle(Generic[Facts]):
    subject: str
    says: str
    states: tuple[State, ...]
    initial: str
    transitions: tuple[Transition[Facts], ...]

    def __post_init__(self) -> None:
        if problems := list(self._problems()):
            raise ValueError(f"{self.subject}: " + "; ".join(problems))

    def state(self, name: str) -> State:
        return next(state for state in self.states if state.name == name)

    def transition(self, name: str) -> Transition[Facts]:
        return next(transition for transition in self.transitions if transition.name == name)

    def mirrored(self) -> "Lifecycle[Facts]":
        """The same way with the two sides in each other's place."""
        return replace(self, transitions=tuple(each.mirrored() for each in self.transitions))

    def leads_on(self, move: Transition[Facts]) -> bool:
        """Whether a move brings the record on its way, rather than back, aside or to its end."""
        return self.state(move.target).tone in (Tone.ACTIVE, Tone.GOOD) and not move.grave

    def weigh(
        self, name: str, *, state: str, facts: Facts, powers: frozenset[Power], side: Side | None, on: date
    ) -> Decision[Facts]:
        """Judge one move on the day ``on`` for somebody with ``powers`` who stands on ``side``."""
        transition = self.transition(name)
        return Decision(
            transition=transition,
            state=state,
            in_state=state in transition.sources,
            has_power=transition.power in powers,
            on_side=transition.side in (None, side),
            findings=tuple(_asked(check, facts) for check in transition.conditions if check.in_force(on)),
            onward=self.leads_on(transition),
        )

    def ways_on(
        self, *, state: str, facts: Facts, powers: frozenset[Power], side: Side | None, on: date
    ) -> list[Decision[Facts]]:
        """Every move out of ``state`` this person could ever make, whether or not it may happen yet."""
        decisions = (
            self.weigh(t.name, state=state, facts=facts, powers=powers, side=side, on=on)
            for t in self.transitions
            if t.is_for(facts)
        )
        return [each for each in decisions if each.in_state and each.has_power and each.on_side]

    def as_mermaid(self, words: Mapping[str, str] | None = None) -> str:
        said = words or {}
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for transition in self.transitions:
            hand = f" ({transition.side})" if transition.side else ""
            lines += [
                f"    {source} --> {transition.target}: {said.get(transition.name, transition.name)}{hand}"
                for source in sorted(transition.sources)
            ]
        lines += [f"    {state.name} --> [*]" for state in self.states if state.final]
        return "\n".join(lines)

    def _problems(self) -> Iterator[str]:
        names = {state.name for state in self.states}
        final = {state.name for state in self.states if state.final}
        if self.initial not in names:
            yield f"starts in unknown state {self.initial!r}"
        for transition in self.transitions:
            if unknown := ({transition.target} | transition.sources) - names:
                yield f"{transition.name!r} names unknown states {sorted(unknown)}"
            if escaped := transition.sources & final:
                yield f"{transition.name!r} leaves final states {sorted(escaped)}"
        if lost := names - {self.initial} - {transition.target for transition in self.transitions}:
            yield f"no way into {sorted(lost)}"
        verbs = [transition.name for transition in self.transitions]
        if len(verbs) != len(set(verbs)):
            yield "two transitions share a name"


def _asked(check: Check[Facts], facts: Facts) -> Finding:
    return Finding(
        code=check.code,
        met=check.holds(facts),
        says=check.says,
        sources=check.sources,
        fact=check.fact(facts) if check.fact else None,
        mend=check.mend,
    )
