"""Putting a corrective action, its steps and its evidence on record."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session, today
from portal.identity import Actor
from portal.records.capa import Capa, CapaAction, PrivateNote
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from workflows.capa import INVESTIGATE, JOINT, JUDGE, OPEN_CAPA, PLAN, SHOW_ACTION


def open_capa(
    entrustment: Entrustment, *, title: str, problem: str, trigger: str, joint: bool, by: Actor, **about: UUID | None
) -> Capa:
    """``about``: nonconformity_id or earlier_id, of the record that gave rise to it.

    Some triggers leave no choice whether both sides take it up: Announcement 2024-38 (9).
    """
    capa = Capa(
        id=new_id(),
        entrustment_id=entrustment.id,
        number=_next_number(entrustment.id),
        title=title,
        problem=problem,
        trigger=trigger,
        joint=joint or trigger in JOINT,
        opened_by_id=by.id,
        opened_at=now(),
        **about,
    )
    start(capa, OPEN_CAPA.event, actor=by)
    return capa


def investigate(capa: Capa, *, cause: str, criterion: str, check_after: int, by: Actor) -> None:
    capa.cause, capa.criterion, capa.check_after = cause, criterion, check_after
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


def _next_number(entrustment_id: UUID) -> str:
    """CA-year-count within the entrustment; it tells nothing of what the plant does for others."""
    prefix = f"CA-{today().year}-"
    counted = session.scalar(
        select(func.count())
        .select_from(Capa)
        .where(Capa.entrustment_id == entrustment_id, Capa.number.startswith(prefix))
    )
    return f"{prefix}{(counted or 0) + 1:03}"
