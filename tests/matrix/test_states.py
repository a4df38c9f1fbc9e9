"""Every door that depends on a state, in each state of its record: open when the table says, and only then."""

from dataclasses import replace
from datetime import timedelta
from zlib import crc32

import pytest

from portal.db import now, today
from tests.matrix.oracle import Cell
from tests.matrix.principals import EVERYBODY, GROUPS
from tests.matrix.runner import LOOKS, POSTGRESQL, WHOLE, Run, fingerprint, kind_of, told
from tests.matrix.table import doors
from tests.matrix.test_cells import differences_between_engines, shared_by_all_workers
from tests.stage import sql, stored

NOW = "now"
TODAY = "today"
# What a row must say besides its state for the database to accept it: the dates that the state claims.
STATES = {
    "entrustment": {
        "proposed": {"ended_at": None},
        "eligible": {"ended_at": None},
        "agreed": {"ended_at": None},
        "reported": {"ended_at": None},
        "active": {"ended_at": None},
        "suspended": {"ended_at": None},
        "ended": {"ended_at": NOW},
    },
    "agreement": {
        "drafting": {},
        "offered": {},
        "signed_by_registrant": {},
        "signed_by_manufacturer": {},
        "signed": {"signed_at": NOW},
        "withdrawn": {},
    },
    "agreement_review": {
        "drafted": {},
        "signed_by_registrant": {},
        "signed_by_manufacturer": {},
        "signed": {"signed_at": NOW},
        "dropped": {"signed_at": None, "dropped_at": NOW},
    },
    "meeting": {
        "called": {"held_at": None},
        "cancelled": {"cancelled_at": NOW},
        "held": {"held_at": NOW, "cancelled_at": None},
        "minuted": {},
        "signed_by_registrant": {},
        "signed_by_manufacturer": {},
        "signed": {"signed_at": NOW},
        "left_unsigned": {"signed_at": None, "left_at": NOW},
    },
    "batch": {
        "opened": {},
        "recorded": {},
        "production_released": {"production_released_at": NOW},
        "marketing_released": {"production_released_at": NOW, "marketing_released_at": NOW},
        "rejected": {"marketing_released_at": None, "rejected_at": NOW},
        "trial_concluded": {"rejected_at": None, "stage": "pilot"},
    },
    "audit": {
        "planned": {"acknowledged_at": None},
        "team_confirmed": {},
        "opened": {},
        "concluded": {},
        "reported": {},
        "acknowledged": {"acknowledged_at": NOW},
        "cancelled": {"acknowledged_at": None, "cancelled_at": NOW},
    },
    "audit_finding": {"raised": {"closed_at": None}, "answered": {}, "accepted": {}, "closed": {"closed_at": NOW}},
    "audit_programme": {"approved": {}, "drafted": {"approved_at": None, "approved_by_id": None}},
    "ending": {
        "drawn_up": {},
        "signed_by_registrant": {},
        "signed_by_manufacturer": {},
        "signed": {"signed_at": NOW},
    },
    "ending_line": {
        "open": {"settled_at": None},
        "settled": {"how": "counted", "settled_at": NOW},
        "set_aside": {"settled_at": None, "set_aside_because": "none was there"},
    },
    "nonconformity": {"raised": {"closed_at": None}, "decided": {}, "closed": {"closed_at": NOW}},
    "defect_notice": {
        "notified": {"received_at": None, "settled_at": None},
        "received": {"received_at": NOW},
        "settled": {"outcome": "none", "reason": "within the limit", "settled_at": NOW},
    },
    "capa": {
        "opened": {},
        "planned": {},
        "approved": {"approved_at": NOW},
        "carried_out": {"carried_out_on": TODAY, "check_on": TODAY},
        "effective": {"result": "no scratch", "concluded_at": NOW},
        "ineffective": {},
    },
    "capa_action": {"planned": {}, "dropped": {}, "done": {"evidence": "record 7", "done_at": NOW}},
    "change": {
        "proposed": {"refused_at": None},
        "assessed": {"verdict": "filing"},
        "approved": {"verdict_reason": "the certificate", "effective_on": TODAY, "approved_at": NOW},
        "implemented": {"validation_evidence": "report 7", "verdict": "none", "implemented_at": NOW},
        "refused": {"implemented_at": None, "refused_at": NOW},
    },
    "posting": {"proposed": {}, "posted": {"posted_at": NOW}, "ended": {"ended_at": NOW}},
    "daily_report": {"drafted": {}, "signed": {"signed_at": NOW}},
    "hold_point": {"set": {}, "lifted": {"lifted_at": NOW}, "withdrawn": {"lifted_at": None, "withdrawn_at": NOW}},
    "appointment": {
        "prepared": {"appointed_at": None, "ended_at": None},
        "in_office": {"appointed_at": NOW},
        "ended": {"ended_at": NOW},
        "withdrawn": {"appointed_at": None, "ended_at": None, "withdrawn_at": NOW},
    },
    "hearing": {
        "drafted": {"signed_at": None},
        "signed": {"signed_at": NOW},
        "withdrawn": {"signed_at": None, "withdrawn_at": NOW},
    },
    "equipment": {
        "registered": {"since_at": None, "until_at": None},
        "in_service": {"since_at": NOW, "until_at": None},
        "out_of_service": {"since_at": NOW, "until_at": NOW},
        "retired": {"until_at": NOW},
    },
    "area": {
        "registered": {"since_at": None, "until_at": None},
        "in_use": {"since_at": NOW, "until_at": None},
        "out_of_use": {"since_at": NOW, "until_at": NOW},
        "retired": {"until_at": NOW},
    },
    "authorisation": {
        "prepared": {"granted_at": None, "ended_at": None},
        "in_force": {"granted_at": NOW},
        "ended": {"ended_at": NOW},
        "withdrawn": {"granted_at": None, "ended_at": None, "withdrawn_at": NOW},
    },
    "transfer": {
        "preparing": {"signed_at": None, "ended_at": None},
        "handed_over": {"handed_over_at": NOW},
        "trialled": {"trialled_at": NOW},
        "signed_by_registrant": {},
        "signed_by_manufacturer": {},
        "signed": {"signed_at": NOW},
        "ended": {"ended_at": NOW},
        "withdrawn": {"signed_at": None},
    },
    "definition": {
        "draft": {"approved_at": None, "withdrawn_at": None},
        "signed_by_registrant": {"effective_on": TODAY, "label_version": "5", "instructions_version": "3"},
        "signed_by_manufacturer": {},
        "approved": {"approved_at": NOW},
        "withdrawn": {"approved_at": None, "withdrawn_at": NOW},
    },
    "approved_source": {
        "proposed": {"refused_at": None, "withdrawn_at": None},
        "approved": {"approved_at": NOW},
        "suspended": {"suspended_at": NOW},
        "refused": {"refused_at": NOW},
        "withdrawn": {"refused_at": None, "withdrawn_at": NOW},
    },
    "supplier": {
        "listed": {"ended_at": None},
        "approved": {"approved_at": NOW},
        "suspended": {"suspended_at": NOW},
        "ended": {"ended_at": NOW},
    },
    "material": {"in_use": {}, "retired": {}},
    "label_run": {
        "printed": {"reconciled_at": None},
        "reconciled": {"used": 1200, "spoilt": 0, "destroyed": 0, "left_over": 0, "reconciled_at": NOW},
    },
    "trade_item": {
        "entered": {"since": None, "until": None},
        "in_use": {"since": TODAY},
        "given_up": {"until": TODAY},
    },
    "material_lot": {
        "quarantine": {"rejected_at": None, "recalled_at": None},
        "accepted": {"accepted_at": NOW},
        "blocked": {"blocked_at": NOW},
        "rejected": {"rejected_at": NOW},
        "recalled": {"rejected_at": None, "recalled_at": NOW},
    },
    "transfer_gap": {"open": {"closed_at": None}, "closed": {"closed_at": NOW, "resolution": "agreed"}},
    "self_inspection": {
        "drafted": {"signed_at": None},
        "signed": {"signed_at": NOW},
        "withdrawn": {"signed_at": None, "withdrawn_at": NOW},
    },
    "posting_exception": {"asked": {}, "granted": {"granted_at": NOW}, "ended": {"ended_at": NOW}},
}
ON_POSTGRESQL = {"batch"}
# Whose own records are tried: the registrant's where it keeps such, otherwise the plant's.
HOUSES = ("chengyue", "hengrui")
# Those who work on the record, the authority that looks, and one who must never know of it.
STRANGER = EVERYBODY["lantai/management-representative"]
PEOPLE = [
    *(who for group in GROUPS.values() for who in group if who.house in ("chengyue", "hengrui") and who.thorough),
    EVERYBODY["shanghai/authority-inspector"],
    STRANGER,
]


@pytest.mark.parametrize("kind", STATES)
def test_a_door_opens_in_the_states_that_the_table_names_and_in_no_other(kind, engine, stage, scene, tmp_path_factory):
    if engine == POSTGRESQL and kind not in ON_POSTGRESQL and not WHOLE:
        pytest.skip("weighed before any engine is asked; tried there with TESTS=whole")
    run = Run(stage.app, scene)
    for who in PEOPLE:
        run.browser(who)
    about = next(each for each in scene.subjects[kind] if each.place == "entrustment" or each.owner in HOUSES)
    told_before = told()
    _open_again(kind, about)

    for state, claims in STATES[kind].items():
        _put(kind, about, state, claims)
        before = fingerprint()
        for door in _that_depend_on(kind):
            subject = _as_it_stands(scene, door, about, state)
            for who in _askers(door, state, first=state == next(iter(STATES[kind]))):
                run.judge(Cell(who, door.method, door.path, subject, f"when {state}"))
        assert fingerprint() == before, state

    assert run.surprises == []
    assert run.leaks == []
    assert [event for event in told() - told_before if not event.endswith(LOOKS)] == []
    shared = shared_by_all_workers(tmp_path_factory)
    assert differences_between_engines(f"states-{kind}", engine, run.outcomes, shared) == []


@pytest.mark.parametrize("kind", STATES)
def test_the_table_names_only_states_that_there_are(kind):
    named = frozenset().union(*(door.states or () for door in doors().values() if kind_of(door.path) == kind))

    assert named <= set(STATES[kind])


def test_every_state_of_a_move_is_one_in_which_it_can_be_asked():
    moves = [door for door in doors().values() if door.move]

    assert [door.key for door in moves if not door.states] == []


def _that_depend_on(kind):
    """The doors about such a record; for an entrustment also those of its parts, which close when it ends."""
    inside = kind == "entrustment"
    waiting = [door for door in doors().values() if (door.states or door.while_open) and door.bare != "acts"]
    return [door for door in waiting if kind_of(door.path) == kind or (inside and door.while_open)]


def _as_it_stands(scene, door, about, state):
    """The record in its state, or the part of the entrustment that stands in it."""
    if kind_of(door.path) == about.kind:
        return replace(about, state=state, place_state=state if about.kind == "entrustment" else about.place_state)
    part = next(each for each in scene.subjects[kind_of(door.path)] if each.place == about.place)
    return replace(part, place_state=state)


def _askers(door, state, *, first):
    """One person of each house whose role opens it; in the ``first`` state also whoever no state lets in.

    What a state opens it opens for each house alike: in the other states those who know of the record ask in turn.
    """
    entitled = {who.house: who for who in PEOPLE if who.roles & door.roles}
    without = [who for who in PEOPLE if not who.roles & door.roles]
    if not first and not WHOLE:
        insiders = [who for house, who in entitled.items() if house != STRANGER.house]
        at = crc32(f"{door.key} {state}".encode())
        return [insiders[at % len(insiders)]] if insiders else []
    return [*entitled.values(), *without[:1]]


def _open_again(kind, about):
    """A batch that the world left half way has no dates of what comes later; of a definition no other is drafted."""
    if kind == "batch":
        dates = ("production_released_at", "marketing_released_at", "marketing_released_by_id", "rejected_at")
        sql(f"UPDATE batch SET {', '.join(f'{each} = NULL' for each in dates)} WHERE id = :id", id=stored(about.id))
    if kind == "definition":
        others = (
            "UPDATE definition SET state = 'withdrawn', withdrawn_at = :now WHERE approved_at IS NULL AND id <> :id"
        )
        sql(others, now=stored(now()), id=stored(about.id))
    if kind == "agreement":
        sql(
            "UPDATE agreement SET ends_on = :day WHERE id = :id",
            day=stored(today() + timedelta(days=9)),
            id=stored(about.id),
        )


def _put(kind, about, state, claims):
    moments = {NOW: stored(now()), TODAY: stored(today())}
    changes = {"state": state} | {name: moments.get(value, value) for name, value in claims.items()}
    chosen = ", ".join(f"{name} = :{name}" for name in changes)
    assert sql(f"UPDATE {kind} SET {chosen} WHERE id = :id", id=stored(about.id), **changes) == 1
