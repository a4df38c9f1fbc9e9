"""A list that goes over all entrustments of its reader takes what a page of it needs, however long it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.db import engines, session, today
from portal.ledger import kept_records
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.tenancy import Joint, Owned, Shared, acting_for, current_tenant, entrustments_of
from portal.web.paging import SIZE, rows_from
from tests.bench import served

# Read with what they are part of, or one of each entrustment.
OF_A_WHOLE = {"agreement_version", "answer", "batch_definition", "batch_document", "entrustment", "participation"}
LISTED = [kind for kind in kept_records() if issubclass(kind, Shared) and kind.__tablename__ not in OF_A_WHOLE]
A_FEW = {"invitation", "organisation", "private_note", "site"}  # of a house, or beside one record
OWN = [
    kind
    for kind in kept_records()
    if issubclass(kind, Owned) and not issubclass(kind, Joint) and kind.__tablename__ not in A_FEW
]
MANY = 3_000


def asked(ask: Any) -> list[tuple[str, Any]]:
    """What the database is asked for a page of a list."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if " LIMIT " in statement:
            found.append((statement, parameters))

    session.connection()
    event.listen(engines().writing, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(engines().writing, "before_cursor_execute", note)
    return found


def page(kind: Any, *, up: bool) -> list[Any]:
    return rows_from(select(kind), kind.id, None, SIZE + 1, up=up, among=entrustments_of(current_tenant(), today()))


def plain(kind: Any, *, up: bool) -> list[Any]:
    return rows_from(select(kind), kind.id, None, SIZE + 1, up=up)


def of_its_own(kind: Any) -> list[Any]:
    return rows_from(select(kind).where(kind.owner_id == current_tenant()), kind.id, None, SIZE + 1, up=False)


def put_in_order(statement: str, parameters: Any) -> list[str]:
    connection = session.connection().connection.driver_connection
    said = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    return [each for each in said if each == "USE TEMP B-TREE FOR ORDER BY"]


def sorted_whole(statement: str, parameters: Any) -> list[str]:
    """The steps of a plan that read a table from end to end, or put all rows of an entrustment in order."""
    connection = session.connection().connection.driver_connection
    steps = {row[0]: row for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)}
    return [
        said
        for _, parent, _, said in steps.values()
        if (said.startswith("SCAN main.") and "participation" not in said)
        or (said == "USE TEMP B-TREE FOR ORDER BY" and _is_of_a_branch(steps, parent))
    ]


def _is_of_a_branch(steps: dict[int, Any], at: int) -> bool:
    while at in steps:
        if steps[at][3].startswith("CORRELATED SCALAR SUBQUERY"):
            return True
        at = steps[at][1]
    return False


def rows_read(statement: str, parameters: Any) -> int:
    """How many rows of batches PostgreSQL took into its hands."""
    told = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar()
    (whole,) = told if isinstance(told, list) else json.loads(told)
    return sum(
        (each["Actual Rows"] + each.get("Rows Removed by Filter", 0)) * each["Actual Loops"]
        for each in _steps(whole["Plan"])
        if each.get("Relation Name") == "batch"
    )


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _steps(each)


@pytest.fixture
def many(world, engine, monkeypatch):
    monkeypatch.setattr(served, "BATCHES", MANY)
    served._many_batches(world, engine)
    session.remove()
    return world


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize("up", [False, True], ids=["newest", "oldest"])
def test_each_is_read_in_the_order_of_an_index(world, up):
    with acting_for(world.org["hengrui"]):
        walks = {kind.__tablename__: asked(lambda kind=kind: page(kind, up=up))[0] for kind in LISTED}

        assert all(asked.startswith("WITH RECURSIVE") for asked, _ in walks.values())
        assert {name: whole for name, walk in walks.items() if (whole := sorted_whole(*walk))} == {}


@pytest.mark.parametrize("engine", ["sqlite"])
def test_and_so_is_what_a_house_has_of_its_own(world):
    with acting_for(world.org["hengrui"]):
        mine = {kind.__tablename__: asked(lambda kind=kind: of_its_own(kind))[0] for kind in OWN}
        assert {name: whole for name, walk in mine.items() if (whole := put_in_order(*walk))} == {}


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize("up", [False, True], ids=["newest", "oldest"])
def test_as_many_rows_are_read_as_a_page_of_each_entrustment_has(many, up):
    with acting_for(many.org["hengrui"]):
        taking_part = len(session.scalars(select(Entrustment.id)).all())
        ((walk, parameters), *_) = asked(lambda: page(Batch, up=up))

        assert rows_read(walk, parameters) <= (SIZE + 1) * taking_part


@pytest.mark.parametrize("up", [False, True], ids=["newest", "oldest"])
def test_it_is_the_same_page(many, up):
    with acting_for(many.org["hengrui"]):
        assert page(Batch, up=up) == plain(Batch, up=up)
        assert len(page(Batch, up=up)) == SIZE + 1


def test_and_so_is_every_page_after_it(many):
    with acting_for(many.org["hengrui"]):
        whole = session.scalars(select(Batch.id).order_by(Batch.id)).all()
        among, found, last = entrustments_of(current_tenant(), today()), [], None
        while rows := rows_from(select(Batch), Batch.id, last, 500, up=True, among=among):
            found += [each.id for each in rows]
            last = found[-1]

        assert found == whole


@pytest.mark.negative_control
@pytest.mark.parametrize("engine", ["sqlite"])
def test_asked_at_once_all_of_them_are_put_in_order(world):
    with acting_for(world.org["hengrui"]):
        ((whole, parameters), *_) = asked(lambda: plain(Batch, up=False))
        assert put_in_order(whole, parameters)
