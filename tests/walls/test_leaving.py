"""Whoever has left an entrustment reads nothing of it any more, on whichever side they stood."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from portal.db import reading, session, today
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.ledger import LedgerEvent, LedgerStream
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.stage import sql, stored
from tests.walls.conftest import gates_open, without_the_orm

SIDES = ("chengyue", "hengrui")


@pytest.fixture
def left(world):
    """The day after a house's last day in the entrustment."""

    def _left(house: str) -> None:
        break_in("participation")
        done = sql(
            "UPDATE participation SET until = :day WHERE entrustment_id = :about AND organisation_id = :house",
            day=stored(today() - timedelta(days=1)),
            about=stored(world.entrustment),
            house=stored(world.org[house]),
        )
        assert done == 1

    return _left


def found(world, house: str) -> dict[str, int]:
    """What the house finds of the entrustment, by the database alone."""
    with acting_for(world.org[house]), reading():
        events = select(func.count(LedgerEvent.id)).join(LedgerStream, LedgerStream.id == LedgerEvent.stream_id)
        return {
            "entrustment": len(session.scalars(select(Entrustment).where(Entrustment.id == world.entrustment)).all()),
            "batches": len(
                session.scalars(select(Batch.id).where(Batch.entrustment_id == world.entrustment)).unique().all()
            ),
            "stream": len(
                session.scalars(select(LedgerStream).where(LedgerStream.about_id == world.entrustment)).all()
            ),
            "events": session.scalar(events.where(LedgerStream.about_id == world.entrustment)) or 0,
        }


@pytest.mark.parametrize("house", SIDES)
def test_on_its_last_day_a_house_reads_all_of_it_and_on_the_next_nothing(world, left, house):
    with without_the_orm():
        assert 0 not in found(world, house).values()
        left(house)
        assert set(found(world, house).values()) == {0}


@pytest.mark.parametrize("house", SIDES)
def test_the_other_side_and_the_own_ledger_stay(world, left, house):
    left(house)
    (other,) = set(SIDES) - {house}

    assert 0 not in found(world, other).values()
    with acting_for(world.org[house]), reading():
        own = select(LedgerStream).where(LedgerStream.about_id == world.org[house])
        assert len(session.scalars(own).all()) == 1


@pytest.mark.negative_control
@pytest.mark.parametrize("house", SIDES)
def test_without_the_walls_it_would_all_be_there_still(engine, world, left, house, monkeypatch):
    left(house)
    with gates_open(engine, monkeypatch):
        assert 0 not in found(world, house).values()
