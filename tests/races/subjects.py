"""Fresh subjects for many rounds, made in bulk.

A round needs a record that nobody has moved yet.  Copies of a finished record are written by the portal's own functions
(``ledger.write`` with all of them in one event), so every row is owned, hashed and told of like any other and
``portal.verifying`` is exact about them; only the long way there (papers, reviews, each in an event of its own) is
left out.  Nothing is ever put back by SQL, except the step of a one-time code: what half a minute's waiting does.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import inspect, select, update

from portal import ledger
from portal.db import aside, new_id, now, session, unit_of_work
from portal.demo.cast import PASSWORD
from portal.demo.hands import played_by
from portal.demo.story import World
from portal.founding import enrol
from portal.identity import Actor
from portal.identity.proving import totp_of
from portal.identity.sessions import begin_session, hash_of
from portal.records.batch import REVIEWS, Batch
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import Secret, WebSession
from portal.signing import Shown, intend
from portal.tenancy import acting_for, beyond_tenants
from tests.stage import sql
from workflows.powers import Role

KEPT_BY_THE_PORTAL = {"id", "version", "last_event_id", "owner_id"}


def colleagues(world: World, house: str, role: Role, count: int) -> list[UUID]:
    """So many people of one house with the same role; the first is the one everybody knows."""
    made = [world.person[f"{house}/{role}"]]
    for number in range(1, count):
        key = f"{house}/{role}-{number}"
        world.person[key] = enrol(
            world.org[house],
            name=f"Colleague {number}",
            title="Deputy",
            email=f"{role}-{number}@{house}.example",
            roles=(role,),
            language="en",
            password=PASSWORD,
        )
        made.append(world.person[key])
    return made


def complete_batches(world: World, count: int, **given: Any) -> list[UUID]:
    """So many batches like the one whose record is complete, with its papers; ``given`` changes each of them."""
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        like = session.get_one(Batch, world.batch["recorded"])
        papers = list(like.papers)
        made = [copy_of(like, number=f"R-{number:05}", **given) for number in range(count)]
        written = [*made, *(copy_of(paper, batch_id=batch.id) for batch in made for paper in papers)]
        with session.no_autoflush:
            ledger.write(written[0], "batch.amended", by=by, also=written[1:])
        return [each.id for each in made]


def released_by_the_plant(world: World, count: int) -> list[UUID]:
    """So many batches that wait for the registrant's release, and nothing is missing."""
    at = now()
    return complete_batches(
        world,
        count,
        state="production_released",
        production_released_at=at,
        production_released_by_id=world.person["hengrui/manufacturer-release-person"],
        **{f"{part}_reviewed_at": at for part in REVIEWS},
    )


def signer(person_id: UUID, organisation_id: UUID, sid: str) -> Actor:
    """The person behind a session, as their requests are answered."""
    with beyond_tenants("test: whose session this is"), aside() as books:
        found = books.scalars(select(WebSession).where(WebSession.token_hash == hash_of(sid))).one()
        person = books.get_one(Person, person_id)
        house = books.get_one(Organisation, organisation_id)
    return Actor(
        id=person.id,
        name=person.name,
        title=person.title,
        organisation_id=house.id,
        organisation_name=house.name,
        is_authority=house.is_authority,
        roles=frozenset(map(Role, person.roles)),
        session_id=found.id,
        signed_in_at=found.signed_in_at,
        language=person.language,
    )


def intents(by: Actor, kind: type[Any], subjects: Iterable[UUID], move: str) -> list[str]:
    """What the page of the move notes for each subject before it asks for proof."""
    with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
        return [str(intend(by, Shown.of(session.get_one(kind, each)), move, None)) for each in subjects]


def signed_in(person_id: UUID, organisation_id: UUID) -> tuple[str, Actor]:
    sid = begin_session(person_id)
    return sid, signer(person_id, organisation_id, sid)


def unspend(person_id: UUID) -> None:
    """Half a minute goes by for this person's authenticator."""
    with beyond_tenants("test: time goes by"), aside() as books:
        books.execute(
            update(Secret)
            .where(Secret.id == person_id)
            .values(totp_last_step=0, wrong_proofs=0, locked_until=None)
            .execution_options(synchronize_session=False)
        )


def authenticator(person_id: UUID) -> Any:
    with beyond_tenants("test: what the authenticator shows"), aside() as books:
        secret = books.get_one(Secret, person_id)
        return totp_of(secret, current_app.config["SETTINGS"].secret_key)


def copy_of(record: Any, **changed: Any) -> Any:
    """Another record like this one, to be written by whoever writes it."""
    columns = {each.key for each in inspect(type(record)).column_attrs} - KEPT_BY_THE_PORTAL
    return type(record)(**({"id": new_id()} | {key: getattr(record, key) for key in columns} | changed))


def told_of(subjects: Sequence[UUID], event: str) -> list[int]:
    """How many events of this name the ledger holds about each subject."""
    return _counted(
        "SELECT subject_id, count(*) FROM ledger_event WHERE event = :event GROUP BY 1", subjects, event=event
    )


def signed(subjects: Sequence[UUID], move: str) -> list[int]:
    return _counted("SELECT subject_id, count(*) FROM signature WHERE move = :move GROUP BY 1", subjects, move=move)


def _counted(query: str, subjects: Sequence[UUID], **given: Any) -> list[int]:
    found = {UUID(str(about)): int(count) for about, count in sql(query, **given)}
    return [found.get(each, 0) for each in subjects]
