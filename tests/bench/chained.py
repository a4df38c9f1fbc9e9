"""What the ledger costs: a row told of against the same row merely written, and proving a chain against hashing it."""

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint, select
from sqlalchemy.orm import Session, registry

from portal import ledger
from portal.db import new_id, session, unit_of_work
from portal.founding import Operator
from portal.records.ledger import LedgerEvent
from portal.records.material import Material
from portal.tenancy import acting_for, beyond_tenants
from portal.verifying import verify, verify_chains
from tests.bench.lines import Line, line, milliseconds
from tests.stage import as_the_verifier, behind_the_walls

ROWS, ROUNDS = 500, 5


def measured(world: Any) -> Iterator[Line]:
    by = Operator(world.person["hengrui/plant-clerk"], world.org["hengrui"], "plant")
    insert, change, plain_insert, plain_change = [], [], [], []
    _unguarded().__table__.create(behind_the_walls())
    for turn in range(ROUNDS):
        with acting_for(world.org["hengrui"], person_id=by.id):
            like = _like(world)
            told = _rows(like, f"T{turn}")
            insert.append(_told(told, "material.entered", "new", by))
            change.append(_told(told, "material.changed", "changed", by))
        one, two = _plainly(like, f"P{turn}")
        plain_insert.append(one)
        plain_change.append(two)
    inserted, changed = min(insert) / ROWS * 1000, min(change) / ROWS * 1000
    name = "a row {}, told of in the ledger, against merely {}, milliseconds"
    yield line(name.format("written", "written"), inserted, 1.6, against=min(plain_insert) / ROWS * 1000)
    yield line(name.format("changed", "changed"), changed, 3.0, against=min(plain_change) / ROWS * 1000)
    with as_the_verifier() as connection:
        count = len(connection.execute(select(LedgerEvent.id)).all())
        chains, proved, hashed = milliseconds(
            lambda: list(verify_chains(connection, {})),
            lambda: list(verify(connection)),
            lambda: _hashed(connection),
        )
    for name, taken in (
        ("events of every chain proven a second", chains),
        ("the same with every row and fact that they tell of", proved),
    ):
        rate, plainly = count / taken * 1000, count / hashed * 1000
        yield line(f"{name}, against hashing the stored bytes", rate, 0.5, against=plainly, at_least=True)


def _told(rows: list[Any], event: str, name: str, by: Operator) -> float:
    started = time.perf_counter()
    with unit_of_work():
        for each in rows:
            each.name = name
            ledger.write(each, event, by=by)
    return time.perf_counter() - started


def _plainly(like: dict[str, Any], name: str) -> tuple[float, float]:
    """The same rows by a mapper too, into a table of the same columns and keys that nothing guards."""
    kind = _unguarded()
    with beyond_tenants("bench"), Session(behind_the_walls(), expire_on_commit=False) as books:
        rows = [kind(**each) for each in _values(like, name)]
        taken = []
        for called in ("new", "changed"):
            started = time.perf_counter()
            for each in rows:
                each.name = called
                books.add(each)
                books.flush()
            books.commit()
            taken.append(time.perf_counter() - started)
        return taken[0], taken[1]


@cache
def _unguarded() -> Any:
    metadata, of = MetaData(), Material.__table__
    columns = [Column(each.name, each.type, primary_key=each.primary_key, nullable=each.nullable) for each in of.c]
    table = Table(
        "bare_material", metadata, *columns, UniqueConstraint("owner_id", "code"), Index("bare_owner", "owner_id")
    )

    class Bare:
        def __init__(self, **values: Any) -> None:
            for key, value in values.items():
                setattr(self, key, value)

    registry(metadata=metadata).map_imperatively(Bare, table)
    return Bare


def _like(world: Any) -> dict[str, Any]:
    found = session.scalars(select(Material).where(Material.owner_id == world.org["hengrui"]).limit(1)).one()
    return {each.key: getattr(found, each.key) for each in Material.__mapper__.column_attrs}


def _rows(like: dict[str, Any], name: str) -> list[Any]:
    return [Material(**each | {"version": None}) for each in _values(like, name)]


def _values(like: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    return (like | {"id": new_id(), "code": f"{name}-{each:04}"} for each in range(ROWS))


def _hashed(connection: Any) -> int:
    count = 0
    for previous, body, told in connection.execute(
        select(LedgerEvent.previous_hash, LedgerEvent.body, LedgerEvent.hash).order_by(LedgerEvent.seq)
    ):
        count += ledger.hash_of_event(previous, body) == told
    return count
