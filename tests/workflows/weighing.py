"""How the tables ask: one move, judged for somebody who lacks nothing but what the case takes away."""

from dataclasses import replace
from datetime import date
from typing import Any

from workflows.engine import Decision, Lifecycle, Side, Transition
from workflows.powers import Power

EVERY_POWER = frozenset(Power)
NOW = date(2026, 11, 23)

# What is changed, and the codes of the checks that then are not met.
Lacking = dict[str, tuple[dict[str, Any], set[str]]]


def weigh(lifecycle: Lifecycle[Any], name: str, facts: Any, **given: Any) -> Decision[Any]:
    """The decision on a move from a state where it starts, by its own side, with every power."""
    move = lifecycle.transition(name)
    asked = {
        "state": min(move.sources),
        "powers": EVERY_POWER,
        "side": move.side or Side.REGISTRANT,
        "on": NOW,
    }
    return lifecycle.weigh(name, facts=facts, **asked | given)


def codes(findings: Any) -> set[str]:
    return {finding.code for finding in findings}


def checks_of(*moves: Transition[Any]) -> list[tuple[str, str]]:
    """Every condition of every move, as (move, code)."""
    return [(move.name, check.code) for move in moves for check in move.checks]


def without(ready: Any, lacking: Lacking, code: str) -> tuple[Any, set[str]]:
    """The facts with one thing taken away, and the codes that name it."""
    changes, named = lacking[code]
    return replace(ready, **changes), named
