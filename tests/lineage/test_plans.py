"""A trace goes from row to row by index: what it costs follows from its answer and not from all that was ever made."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from portal.db import session
from portal.lineage.tracing import on_indexes, units_asked
from portal.records.lineage import Node
from tests.stage import behind_the_walls
from workflows.lineage import Thing

WALKED = {"node", "link", "movement", "activity"}


def _steps(plan: dict) -> Iterator[dict]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _steps(each)


def read_whole(connection: Connection, start: list[int]) -> set[str]:
    """The tables of the graph that the plan of a trace reads from the first row to the last."""
    asked = units_asked(start).compile(connection, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        lines = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}").all()
        return {each for each in WALKED for line in lines if line[-1].split()[:2] == ["SCAN", each]}
    (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {asked}").one()
    told = plan if isinstance(plan, list) else json.loads(plan)
    return {each["Relation Name"] for each in _steps(told[0]["Plan"]) if each["Node Type"] == "Seq Scan"} & WALKED


@pytest.fixture
def heat(plant, as_, engine):
    if engine == "postgresql":
        with behind_the_walls().begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    with as_("hengrui"):
        return [session.query(Node.id).where(Node.kind == Thing.SUPPLIER_LOT.value).limit(1).scalar()]


@pytest.mark.parametrize("engine", ["postgresql"])
def test_a_trace_reads_no_table_of_the_graph_whole(heat, as_):
    with as_("hengrui"), on_indexes() as connection:
        assert read_whole(connection, heat) == set()


@pytest.mark.parametrize("engine", ["sqlite"])
def test_nor_does_the_other_engine(heat):
    with behind_the_walls().connect() as connection:
        assert read_whole(connection, heat) == set()


@pytest.mark.negative_control
@pytest.mark.parametrize("engine", ["postgresql"])
def test_left_to_itself_the_planner_reads_whole_tables(heat, as_):
    with as_("hengrui"):
        assert read_whole(session.connection(), heat) != set()
