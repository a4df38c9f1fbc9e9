"""A trace finds every unit that it should and none that it should not, against the plant's own list.

``python -m tests.assurance.planted_truth`` asks the same of a million.
"""

import random

import pytest
from sqlalchemy import select

from portal.db import session
from portal.lineage.tracing import Way, activities, graph, passed, units
from portal.records.lineage import Node
from tests.assurance.planted_truth import judged
from tests.lineage.plant import MACHINES, Part, minute
from workflows.lineage import Thing

pytestmark = pytest.mark.xdist_group("planted truth")  # the plant works once


def node(kind, code):
    return session.scalars(select(Node.id).where(Node.kind == kind, Node.code == code)).one()


def found(start):
    """The units downstream as the plant names them: batch and serial number."""
    held = list(units(start))
    batches = dict(session.execute(select(Node.id, Node.code).where(Node.kind == Thing.BATCH)).all())
    assert len({each.node for each in held}) == len(held)
    return {(batches[each.batch], each.code) for each in held}


def of(house, truth, units_):
    return {unit for unit in units_ if truth.house_of[unit[0]] == house}


def test_from_every_suppliers_lot_the_plant_finds_exactly_what_was_made_of_it(plant, as_):
    assert len(plant.lots) > 3
    with as_("hengrui"):
        for lot in plant.lots:
            assert found([node(Thing.SUPPLIER_LOT, lot)]) == plant.truth.made_of(lot), lot


@pytest.mark.parametrize("house", ["chengyue", "lantai"])
def test_each_of_two_rivals_finds_exactly_its_own_part_of_a_shared_lot(plant, as_, house):
    shared = 0
    with as_(house):
        for lot in plant.lots:
            mine = of(house, plant.truth, plant.truth.made_of(lot))
            start = session.scalars(select(Node.id).where(Node.kind == Thing.SUPPLIER_LOT, Node.code == lot)).all()
            assert (found(start) if start else set()) == mine
            shared += bool(mine) and mine != plant.truth.made_of(lot)
    assert shared, "no lot is shared: nothing is tried"


def test_every_unit_names_exactly_the_lots_that_went_into_it(plant, as_):
    with as_("hengrui"):
        for unit in (each for batch in plant.truth.parts for each in plant.truth.units(batch)):
            came = graph([node(Thing.UNIT, unit.serial)], Way.BACKWARD).nodes.values()
            assert {each.code for each in came if each.kind == Thing.SUPPLIER_LOT} == unit.lots, unit.serial


def test_a_window_on_a_machine_finds_exactly_what_passed_it(plant, as_):
    stays = {stay for batch in plant.truth.parts for unit in plant.truth.units(batch) for stay in unit.stays}
    with as_("hengrui"):
        for machine, at in sorted(stays):
            deeds = passed(minute(at), minute(at), equipment_id=MACHINES[machine])
            assert len(deeds) == 1
            assert found(deeds) == plant.truth.passed((machine, at)), (machine, at)


def test_the_last_holder_of_every_unit_is_known(plant, as_):
    with as_("hengrui"):
        parties = dict(session.execute(select(Node.id, Node.code).where(Node.kind == Thing.PARTY)).all())
        everything = [node(Thing.SUPPLIER_LOT, lot) for lot in plant.lots]
        batches = dict(session.execute(select(Node.id, Node.code).where(Node.kind == Thing.BATCH)).all())
        held = list(units(everything))
        moved = activities({each.deed for each in held if each.deed})
        found = {
            (batches[each.batch], each.code): parties[moved[each.deed].party] if each.deed else None for each in held
        }
    units_ = [each for batch in plant.truth.parts for each in plant.truth.units(batch)]
    assert found == {(each.batch, each.serial): each.holder for each in units_}


def test_nothing_in_an_honest_plant_came_of_itself(plant, as_):
    with as_("hengrui"):
        lots = session.scalars(select(Node.id).where(Node.kind == Thing.SUPPLIER_LOT)).all()
        assert graph(lots, Way.FORWARD).rings == []


def test_the_long_run_finds_every_reader_right(stage, plant):
    assert plant.truth.bad_lots, "no defect is planted: nothing is tried"
    assert differences(stage.world, plant) == []


def test_the_long_run_notices_one_link_that_the_list_leaves_out(stage, plant, monkeypatch):
    batch, bad = next(
        (batch, min(plant.truth.bad_lots & parts[0].lots))
        for batch, parts in plant.truth.parts.items()
        if plant.truth.bad_lots & parts[0].lots
    )
    first, *others = plant.truth.parts[batch]
    shorter = Part(batch, first.letter, first.count, first.lots - {bad}, first.stays)
    monkeypatch.setitem(plant.truth.parts, batch, [shorter, *others])

    found = differences(stage.world, plant)

    assert {"hengrui", plant.truth.house_of[batch]} <= {reader for reader, _, _, _ in found}
    assert all(accused and not missed for _, _, missed, accused in found)


def differences(world, plant):
    told = judged(world, plant, 4, random.Random(7))
    return [(reader, asked, each.missed, each.accused) for reader, asked, each in told if not each.is_exact]
