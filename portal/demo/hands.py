"""How the story is told: somebody of some house does something, through the same doors of the rules as on a page."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from portal import ledger
from portal.acting import Intent, act
from portal.db import new_id, now, reading, session, today, unit_of_work
from portal.demo.cast import HOUSES
from portal.demo.papers import paper
from portal.identity import Actor
from portal.identity.sessions import begin_session, hash_of
from portal.records.file import StoredFile
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import WebSession
from portal.signing import Shown, intend, intended
from portal.tenancy import acting_for, beyond_tenants, side_in
from workflows.powers import Role
from workflows.words import N_

# How a signature of the story reads: it was made for the demonstration, by nobody.
FOR_SHOW = N_("demonstration")


@contextmanager
def played_by(house: str, role: Role, organisations: dict[str, UUID]) -> Iterator[Actor]:
    """One unit of work of one person; what they sign says that it was signed for the demonstration."""
    organisation_id = organisations[house]
    with acting_for(organisation_id), reading():
        person = session.scalars(select(Person).where(Person.email == HOUSES[house].email(role))).one()
    token = begin_session(person.id)
    with beyond_tenants("identity: the session just begun for the demonstration"), reading():
        session_id = session.scalars(select(WebSession.id).where(WebSession.token_hash == hash_of(token))).one()
    with acting_for(organisation_id, person_id=person.id), unit_of_work():
        organisation = session.get_one(Organisation, organisation_id)
        yield Actor(
            id=person.id,
            name=person.name,
            title=person.title,
            organisation_id=organisation_id,
            organisation_name=organisation.name,
            is_authority=organisation.is_authority,
            roles=frozenset(map(Role, person.roles)),
            session_id=session_id,
            signed_in_at=now(),
            language=person.language,
            proved=FOR_SHOW,
        )


def keep(record: Any, event: str, *, by: Actor, title: str | None = None) -> Any:
    """Put a record of the own house down, with a paper that stands for its evidence if it has a title."""
    record.id = new_id()
    file = filed(title, "evidence", record.id) if title else None
    if file:
        record.file_id = file.id
    ledger.write(record, event, by=by, also=[file] if file else [])
    return record


def filed(title: str, subject_kind: str, subject_id: UUID, entrustment_id: UUID | None = None) -> StoredFile:
    store = current_app.extensions["store"]
    name = f"{title.lower().replace(' ', '-')}.pdf"
    file: StoredFile = store.keep(
        name,
        io.BytesIO(paper(title)),
        subject_kind=subject_kind,
        subject_id=subject_id,
        entrustment_id=entrustment_id,
    )
    return file


def move(record: Any, name: str, *, by: Actor, facts: Any, reason: str | None = None) -> None:
    """Make a move as its door would, signature included; raises what the door would show as a refusal."""
    intent = Intent(record.version, reason)
    if record.course.transition(name).signature:
        shown = Shown.of(record)
        intent = replace(intent, signing=intended(by, intend(by, shown, name, reason), shown, name))
    about = getattr(record, "entrustment_id", None)
    side = side_in(about) if about else None
    act(record, name, facts=facts, actor=by, side=side, on=today(), intent=intent)
    session.flush()
