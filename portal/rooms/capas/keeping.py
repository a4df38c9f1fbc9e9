"""Putting a corrective action, its steps and its evidence on record."""

from datetime import date
from typing import Any

from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session
from portal.identity import Actor
from portal.records.capa import Capa, CapaAction, PrivateNote
from portal.records.file import StoredFile
from workflows.capa import INVESTIGATE, JUDGE, PLAN, SHOW_ACTION


def investigate(capa: Capa, *, cause: str, criterion: str, check_after: int, check_within: int, by: Actor) -> None:
    capa.cause, capa.criterion = cause, criterion
    capa.check_after, capa.check_within = check_after, check_within
    ledger.write(capa, INVESTIGATE.event, by=by)


def plan(capa: Capa, *, kind: str, what: str, owes: str, owner_name: str, due_on: date, by: Actor) -> CapaAction:
    with session.no_autoflush:
        action = CapaAction(
            id=new_id(),
            entrustment_id=capa.entrustment_id,
            capa_id=capa.id,
            kind=kind,
            what=what,
            owes=owes,
            owner_name=owner_name,
            due_on=due_on,
        )
        capa.actions.append(action)
        capa.bind_plan()
    start(action, PLAN.event, actor=by, also=[capa])
    return action


def show(action: CapaAction, evidence: str, file: StoredFile | None, *, by: Actor) -> None:
    action.evidence = evidence
    also: list[Any] = []
    if file:
        action.file_id = file.id
        also.append(file)
    ledger.write(action, SHOW_ACTION.event, by=by, also=also)


def judge(capa: Capa, result: str, *, by: Actor) -> None:
    capa.result = result
    ledger.write(capa, JUDGE.event, by=by)


def note(about: Any, text: str, *, by: Actor) -> None:
    """Into the own books alone, and into the own ledger."""
    kept = PrivateNote(
        id=new_id(),
        about_kind=about.__tablename__,
        about_id=about.id,
        text=text,
        written_by_name=by.name,
        written_at=now(),
    )
    ledger.write(kept, "private_note.written", by=by)
