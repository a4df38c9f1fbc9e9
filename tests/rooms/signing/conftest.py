"""The signers, the page they sign on, and what must not change unless they do."""

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.demo.cast import PASSWORD
from portal.founding import enrol
from portal.records.agreement import Signature
from portal.records.batch import Batch
from tests.rooms.signing.desk import SIGNER
from tests.stage import sql, stored
from workflows.powers import Role


@pytest.fixture
def path(world):
    return f"/batches/{world.batch['recorded']}/release-production"


@pytest.fixture
def signer(seat):
    return seat(SIGNER)


@pytest.fixture
def books(world, as_org):
    """What is written that must not be, unless somebody signs: state, version, signatures and the ledger."""

    def _books(name="recorded"):
        with as_org("hengrui"):
            batch = session.get(Batch, world.batch[name])
            signed = session.scalars(select(Signature).where(Signature.subject_id == batch.id)).all()
            events = [each.event for each in ledger.entries(entrustment_id=batch.entrustment_id)]
            return batch.state, batch.version, len(signed), len(events)

    return _books


@pytest.fixture
def deputy(app, world, seat):
    """A second person of the same house with the same power."""
    with app.app_context():
        world.person["deputy"] = enrol(
            world.org["hengrui"],
            name="Deputy",
            title="Deputy release person",
            email="deputy@hengrui.example",
            roles=(Role.MANUFACTURER_RELEASE_PERSON,),
            language="en",
            password=PASSWORD,
        )
    return seat("deputy")


@pytest.fixture
def alter(engine, world):
    """Another content under the same version, as only whoever owns the database could make it."""

    def _alter():
        sql("DROP TRIGGER batch_kept" + (" ON batch" if engine == "postgresql" else ""))
        sql("UPDATE batch SET product_name = 'forged' WHERE id = :id", id=stored(world.batch["recorded"]))

    return _alter
