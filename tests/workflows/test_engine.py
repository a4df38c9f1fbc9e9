"""The vocabulary of a lifecycle, and the one function that judges."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from workflows.catalogue import LIFECYCLES
from workflows.engine import Check, Lifecycle, Side, Source, State, Transition, weigh_opening
from workflows.powers import Power
from workflows.words import Said

DAY = date(2026, 11, 23)
READING = frozenset({Power.BATCH_READ})


@dataclass(frozen=True)
class Kettle:
    water: bool | None = True


FULL = Check[Kettle](
    code="full", says="There is water in it.", holds=lambda kettle: kettle.water, sources=(Source("HOUSE"),)
)
BOIL = Transition[Kettle](
    name="boil",
    label="Boil",
    sources=frozenset({"cold"}),
    target="hot",
    power=Power.BATCH_READ,
    side=Side.REGISTRANT,
    event="kettle.boiled",
    checks=(FULL,),
)
KETTLE = Lifecycle[Kettle](
    subject="kettle",
    says="Water gets hot.",
    states=(State("cold", "Cold"), State("hot", "Hot", final=True)),
    initial="cold",
    transitions=(BOIL,),
)


def boil(kettle=None, *, state="cold", powers=READING, side=Side.REGISTRANT, on=DAY, lifecycle=KETTLE):
    return lifecycle.weigh("boil", state=state, facts=kettle or Kettle(), powers=powers, side=side, on=on)


def with_move(**changes):
    return replace(KETTLE, transitions=(replace(BOIL, **changes),))


def test_a_move_that_lacks_nothing_is_allowed_and_says_what_was_found():
    decision = boil()

    assert decision.allowed
    assert decision.unmet == ()
    assert [finding.code for finding in decision.met] == ["full"]


@pytest.mark.parametrize("water", [False, None])
def test_only_yes_lets_a_move_pass(water):
    decision = boil(Kettle(water=water))

    assert not decision.allowed
    assert [finding.met for finding in decision.unmet] == [water]


def test_state_power_and_side_each_hold_a_move():
    assert not boil(state="hot").in_state
    assert not boil(powers=frozenset()).has_power
    assert not boil(side=Side.MANUFACTURER).on_side
    assert not boil(side=None).on_side
    assert not any(each.allowed for each in (boil(state="hot"), boil(powers=frozenset()), boil(side=Side.MANUFACTURER)))


@pytest.mark.parametrize("side", [None, *Side])
def test_a_move_that_names_no_side_is_open_to_each(side):
    assert boil(side=side, lifecycle=with_move(side=None)).allowed


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (date(2026, 10, 31), False),
        (date(2026, 11, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_rule_is_asked_from_its_first_to_its_last_day(on, asked):
    dated = replace(FULL, since=date(2026, 11, 1), until=date(2026, 12, 31))

    decision = boil(Kettle(water=False), on=on, lifecycle=with_move(checks=(dated,)))

    assert bool(decision.findings) is asked
    assert decision.allowed is not asked


def test_the_ways_on_are_those_this_person_could_ever_take_ready_or_not():
    def ways(state="cold", powers=READING, side=Side.REGISTRANT):
        facts = Kettle(water=False)
        return KETTLE.ways_on(state=state, facts=facts, powers=powers, side=side, on=DAY)

    assert [each.transition.name for each in ways()] == ["boil"]
    assert ways(state="hot") == ways(powers=frozenset()) == ways(side=Side.AUTHORITY) == []


def test_an_opening_has_no_state_to_ask_for():
    decision = weigh_opening(BOIL, Kettle(), powers=READING, side=Side.REGISTRANT, on=DAY)

    assert (decision.state, decision.allowed) == ("", True)
    assert not weigh_opening(BOIL, Kettle(), powers=READING, side=Side.MANUFACTURER, on=DAY).allowed


def test_a_finding_is_filed_as_plain_data():
    told = replace(FULL, fact=lambda kettle: Said("%(litres)s litres.", {"litres": 0}))

    (finding,) = boil(Kettle(water=False), lifecycle=with_move(checks=(told,))).findings

    assert finding.as_data() == {
        "code": "full",
        "met": False,
        "says": "There is water in it.",
        "sources": ["HOUSE"],
        "fact": {"says": "%(litres)s litres.", "values": {"litres": 0}},
    }


def test_the_diagram_names_states_moves_and_hands():
    drawn = KETTLE.as_mermaid().splitlines()

    assert drawn == [
        "stateDiagram-v2",
        "    [*] --> cold",
        "    cold --> hot: boil (registrant)",
        "    hot --> [*]",
    ]
    assert "    cold --> hot: Kochen (registrant)" in KETTLE.as_mermaid({"boil": "Kochen"})


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"initial": "warm"}, "starts in unknown state"),
        ({"transitions": (replace(BOIL, target="warm"),)}, "names unknown states"),
        (
            {"transitions": (BOIL, replace(BOIL, name="cool", sources=frozenset({"hot"}), target="cold"))},
            "leaves final",
        ),
        ({"transitions": ()}, "no way into"),
        ({"transitions": (BOIL, BOIL)}, "share a name"),
    ],
)
def test_a_lifecycle_that_does_not_hold_together_cannot_be_declared(changes, problem):
    with pytest.raises(ValueError, match=problem):
        replace(KETTLE, **changes)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda each: each.subject)
def test_event_names_begin_with_the_record_and_checks_speak_in_sentences(lifecycle):
    for move in lifecycle.transitions:
        assert move.event.startswith(f"{lifecycle.subject}.")
        assert len({check.code for check in move.checks}) == len(move.checks)
        assert all(check.says.endswith(".") and check.sources for check in move.checks)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda each: each.subject)
def test_what_cannot_be_taken_back_asks_why(lifecycle):
    for move in lifecycle.transitions:
        assert move.reason or not move.grave
