"""The one place a record changes state."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal import docket, ledger, notices, signing
from portal.db import now
from portal.identity import Actor
from portal.identity.passkeys import Answer
from portal.identity.system import Doer
from portal.records.moving import Move, Moving
from portal.records.proof import SignIntent
from workflows.engine import Decision, Side, Transition
from workflows.scopes import only_for_people


class Refused(Exception):
    """The move may not happen; ``decision`` says why."""

    def __init__(self, decision: Decision[Any]) -> None:
        super().__init__("; ".join(finding.says for finding in decision.unmet) or "not possible from here")
        self.decision = decision


class Stale(Exception):
    """The record changed between the page being drawn and the button being pressed."""


class Unsigned(Exception):
    """The move needs a signature, and the ceremony did not produce one."""


class OnlyForPeople(Exception):
    """A machine wanted to make a move that is signed, or that cannot be undone."""


class Unreasoned(Exception):
    """The move needs a reason, and none was given."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What the person meant, as they put it on the page, and what their passkey made of it if they signed with one."""

    seen_version: int
    reason: str | None = None
    signing: SignIntent | None = None
    answer: Answer | None = None


def act(
    subject: Any, name: str, *, facts: Any, actor: Actor, side: Side | None, on: date, intent: Intent
) -> ledger.Told:
    """Move ``subject``, or raise :class:`Stale`, :class:`Refused`, :class:`Unreasoned`, :class:`Unsigned`.

    A machine may also get :class:`OnlyForPeople`.  State, signature and event are written in the caller's transaction.
    """
    decision = subject.course.weigh(name, state=subject.state, facts=facts, powers=actor.powers, side=side, on=on)
    _refuse_machine(actor, decision)
    if intent.seen_version != subject.version:
        raise Stale
    _judge(decision, intent)
    signatures, assertion = [], None
    if intent.signing:
        assertion = signing.attested(intent.signing, decision.transition.signature or "", intent.answer)
        signatures = [signing.bind(actor, intent.signing, subject, decision.transition, side)]
    at = now()
    was, subject.state = subject.state, decision.transition.target
    subject.took(Move(name, at, actor.id, intent.reason))
    event = decision.transition.event
    duties = docket.follow(subject, event, at=at, by_id=actor.id)
    happened = ledger.write(
        subject,
        event,
        by=actor,
        also=[*signatures, *subject.along, *duties],
        reason=intent.reason,
        told=_told(decision, was, side, signatures, assertion),
        at=at,
    )
    notices.tell(subject, event, happened, actor=actor, moved=True, duties=duties)
    return happened


def begin(
    subject: Any, decision: Decision[Any], *, actor: Actor, also: list[Any] | None = None, side: Side | None = None
) -> ledger.Told:
    """Bring ``subject`` into being in the target state of its opening move, or raise :class:`Refused`."""
    _refuse_machine(actor, decision)
    _judge(decision, Intent(seen_version=0))
    subject.state = decision.transition.target
    told = _told(decision, None, side, [])
    return tell(subject, decision.transition.event, actor=actor, also=also, told=told, moved=True)


def start(subject: Moving, event: str, *, actor: Doer, also: list[Any] | None = None) -> ledger.Told:
    """Bring ``subject`` into being in its lifecycle's first state, where nothing has to be true beforehand."""
    subject.state = subject.lifecycle.initial
    return tell(subject, event, actor=actor, also=also, moved=True)


def tell(
    subject: Moving,
    event: str,
    *,
    actor: Doer,
    also: list[Any] | None = None,
    told: Mapping[str, Any] | None = None,
    moved: bool = False,
) -> ledger.Told:
    """Write that something happened to ``subject``, which duties follow from that, and who is told of it.

    It moves the record nowhere, unless ``moved`` says that it has just come to be where it is.
    """
    at = now()
    duties = docket.follow(subject, event, at=at, by_id=actor.id)
    happened = ledger.write(subject, event, by=actor, also=[*(also or []), *duties], told=told, at=at)
    notices.tell(subject, event, happened, actor=actor, moved=moved, duties=duties)
    return happened


def _refuse_machine(actor: Actor, decision: Decision[Any]) -> None:
    """The ceremony is for people: no token moves what is signed or grave, whatever else it may do."""
    if actor.is_machine and only_for_people(decision.transition):
        raise OnlyForPeople


def _judge(decision: Decision[Any], intent: Intent) -> None:
    if not decision.allowed:
        raise Refused(decision)
    move: Transition[Any] = decision.transition
    if move.reason and not (intent.reason or "").strip():
        raise Unreasoned
    if move.signature and intent.signing is None:
        raise Unsigned


def _told(
    decision: Decision[Any],
    was: str | None,
    side: Side | None,
    signatures: list[Any],
    assertion: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "move": decision.transition.name,
        "was": was,
        "became": decision.transition.target,
        "side": side,
        "findings": [finding.as_data() for finding in decision.findings],
        "signature": [
            {"meaning": each.meaning, "record_hash": each.record_hash, "version": each.subject_version}
            | ({"assertion": assertion} if assertion else {})
            for each in signatures
        ],
    }
