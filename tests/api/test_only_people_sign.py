"""The ceremony is for people: whatever a token may do, it neither intends nor signs."""

from dataclasses import fields, replace
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy.exc import DBAPIError

from portal import acting, signing
from portal.acting import Intent, OnlyForPeople, act
from portal.db import now, session, today, unit_of_work
from portal.identity.machines import Machine
from portal.signing import NoPerson, Shown, intend
from portal.tenancy import acting_for
from workflows.catalogue import LIFECYCLES
from workflows.powers import Power
from workflows.scopes import Scope, only_for_people, powers_in

FIELDS = [each.name for each in fields(Machine)]
CLOSED = [(life, move) for life in LIFECYCLES for move in life.transitions if only_for_people(move)]
OPEN = [(life, move) for life in LIFECYCLES for move in life.transitions if not only_for_people(move)]


def a_machine(organisation_id=None, **more) -> Machine:
    it = uuid4()
    return Machine(
        id=it,
        name="ERP",
        title="",
        organisation_id=organisation_id or uuid4(),
        organisation_name="house",
        is_authority=False,
        roles=frozenset(),
        session_id=it,
        signed_in_at=now(),
        language="",
        scopes=frozenset(Scope),
        **more,
    )


class Almighty(Machine):
    """Even one that held every power of the house."""

    @property
    def powers(self) -> frozenset[Power]:
        return frozenset(Power)


def subject_of(life: Any, move: Any) -> Any:
    return SimpleNamespace(course=life, state=min(move.sources), version=3, id=uuid4())


@pytest.mark.parametrize(("life", "move"), CLOSED, ids=lambda each: getattr(each, "subject", None) or each.name)
def test_no_signed_or_grave_move_is_made_by_a_machine(life, move):
    every_fact = SimpleNamespace()
    bare = replace(life, transitions=tuple(replace(each, checks=(), given=None) for each in life.transitions))
    mighty = Almighty(**{name: getattr(a_machine(), name) for name in FIELDS})
    with pytest.raises(OnlyForPeople):
        act(
            subject_of(bare, move),
            move.name,
            facts=every_fact,
            actor=mighty,
            side=move.side,
            on=today(),
            intent=Intent(3, "because"),
        )


@pytest.mark.negative_control
def test_without_that_wall_a_grave_move_without_a_signature_would_pass(monkeypatch):
    """Withdrawing an agreement is grave and not signed: nothing else would stop it."""
    life, move = next((life, move) for life, move in CLOSED if not move.signature)
    bare = replace(life, transitions=tuple(replace(each, checks=(), given=None) for each in life.transitions))
    mighty = Almighty(**{name: getattr(a_machine(), name) for name in FIELDS})
    monkeypatch.setattr(acting, "_refuse_machine", lambda *_: None)
    monkeypatch.setattr(acting.ledger, "write", lambda *_, **__: "moved")
    subject = subject_of(bare, move)
    subject.took, subject.along = lambda _: None, []

    assert (
        act(subject, move.name, facts=None, actor=mighty, side=move.side, on=today(), intent=Intent(3, "why"))
        == "moved"
    )


def test_no_scope_gives_a_power_to_sign_or_decide():
    granted = powers_in(Scope)
    deciding = {move.power for _, move in CLOSED}

    assert granted & deciding == set()
    assert {move.name for _, move in OPEN if move.power in granted} == {"complete", "reopen"}


def test_a_machine_cannot_intend_to_sign():
    with pytest.raises(NoPerson):
        intend(a_machine(), Shown("batch", uuid4(), 1, "0" * 64), "release_production", None)


@pytest.mark.negative_control
def test_without_that_wall_the_database_still_refuses_the_intent(app, world, monkeypatch):
    """An intent names a person and a session; a machine has neither."""
    machine = a_machine(world.org["hengrui"])
    monkeypatch.setattr(Machine, "is_machine", False)
    with pytest.raises(DBAPIError), acting_for(world.org["hengrui"]), unit_of_work():
        signing.intend(machine, Shown("batch", world.batch["recorded"], 1, "0" * 64), "release_production", None)
    session.rollback()
