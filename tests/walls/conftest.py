"""Houses with books of their own, and the walls with and without the ORM's filter before them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import ledger, signing, tenancy
from portal.db import Books, engines
from portal.demo.story import World
from portal.identity.sessions import begin_session
from portal.tenancy import acting_for
from portal.walls import sqlite
from tests.breaking import break_in
from tests.stage import sql, stored


@dataclass(frozen=True)
class Foreign:
    """Records of one registrant and its entrustment, of which its rival at the same plant must learn nothing."""

    entrustment_id: UUID
    batch_id: UUID
    batch_number: str
    batch_version: int
    product_id: UUID
    product_name: str
    own_batch_id: UUID
    own_entrustment_id: UUID
    own_id: UUID
    organisation_id: UUID
    person_id: UUID
    other_person_id: UUID
    stream_id: UUID
    event_id: UUID

    def is_told_by(self, said: object) -> bool:
        """Whether what came back lets anybody know one of these records."""
        text = repr(said)
        secrets = (self.batch_number, self.product_name, str(self.batch_id), self.batch_id.hex, str(self.product_id))
        return any(each in text for each in (*secrets, self.product_id.hex, self.entrustment_id.hex))


@pytest.fixture
def foreign(world) -> Foreign:
    return foreign_to_a_rival(world)


def foreign_to_a_rival(world: World) -> Foreign:
    number, version = sql("SELECT number, version FROM batch WHERE id = :id", id=stored(world.batch["recorded"]))[0]
    event_id = sql("SELECT id FROM ledger_event LIMIT 1")[0][0]
    name = sql("SELECT name FROM product WHERE id = :id", id=stored(world.product))[0][0]
    _somebody_was_here(world)
    stream = sql("SELECT id FROM ledger_stream WHERE about_id = :id", id=stored(world.entrustment))[0][0]
    return Foreign(
        entrustment_id=world.entrustment,
        batch_id=world.batch["recorded"],
        batch_number=number,
        batch_version=version,
        product_id=world.product,
        product_name=name,
        own_batch_id=world.rival_batch,
        own_entrustment_id=world.rival_entrustment,
        own_id=world.org["lantai"],
        organisation_id=world.org["chengyue"],
        person_id=world.person["lantai/registrant-quality-manager"],
        other_person_id=world.person["chengyue/registrant-quality-manager"],
        stream_id=_as_id(stream),
        event_id=_as_id(event_id),
    )


def _as_id(kept: UUID | str) -> UUID:
    return kept if isinstance(kept, UUID) else UUID(kept)


def _somebody_was_here(world) -> None:
    """A session, an intent to sign and a refusal of the other house: things a rival might look for."""
    person = world.person["chengyue/registrant-quality-manager"]
    begin_session(person)
    actor = SimpleNamespace(id=person, organisation_id=world.org["chengyue"])
    signing.log_refusal(actor, "signature.refused", "test")


@pytest.fixture
def rival(world, foreign) -> Callable[..., AbstractContextManager[Session]]:
    """A session of the rival's quality manager, on the writing engine or on the reading one."""
    return partial(rivals_books, world, foreign)


@contextmanager
def rivals_books(world: World, foreign: Foreign, *, writing: bool = False) -> Iterator[Session]:
    bind = engines().writing if writing else engines().reading
    with acting_for(world.org["lantai"], person_id=foreign.person_id), Books(bind=bind) as books:
        yield books
        books.rollback()


@pytest.fixture(params=["behind the ORM's filter", "the database alone"])
def layers(request) -> Iterator[str]:
    """The same attempt twice: with the house as it stands, and with everything above the database taken away."""
    if request.param == "behind the ORM's filter":
        yield request.param
        return
    with without_the_orm():
        yield request.param


@contextmanager
def without_the_orm() -> Iterator[None]:
    hooks = (
        (Session, "do_orm_execute", tenancy._confine),
        (Session, "before_flush", tenancy._stamp),
        (Books, "before_flush", ledger._refuse_untold),
    )
    for target, name, hook in hooks:
        event.remove(target, name, hook)
    try:
        yield
    finally:
        for target, name, hook in hooks:
            event.listen(target, name, hook)


@pytest.fixture
def no_walls(world, engine, monkeypatch) -> Iterator[None]:
    with gates_open(engine, monkeypatch):
        yield


@contextmanager
def gates_open(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database as it would be without this house's walls: bare tables, and the triggers that keep history gone."""
    tear_down(engine)
    with nothing_laid(monkeypatch):
        yield


def tear_down(engine: str) -> None:
    """The part that stays with a copy of the database."""
    tables = [kind.__tablename__ for kind in tenancy.all_records()]
    break_in(*tables)
    if engine == "postgresql":
        for table in tables:
            sql(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY; GRANT ALL ON {table} TO weituo_app, weituo_read")


@contextmanager
def nothing_laid(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The part that each connection and each session would bring along."""
    engines().reading.dispose()
    engines().writing.dispose()
    with monkeypatch.context() as patched, without_the_orm():
        patched.setattr(sqlite.Guard, "raise_on", lambda *_: None)
        patched.setattr(sqlite, "aimed", lambda _guard, statement: statement)
        yield
