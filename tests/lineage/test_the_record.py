"""What was told stays as it was told: changes and additions behind the portal's back are found."""

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from portal.db import session
from portal.lineage.recording import Unrecordable
from portal.lineage.telling import Telling, Told
from portal.records.lineage import Disclosure, Node
from portal.tenancy import WrongTenant
from portal.verifying import Trouble, verify
from tests.lineage.plant import BEGAN
from tests.stage import as_the_verifier, sql, stored
from workflows.lineage import MICRO, Amount, Deed, Impossible, Thing

ADDED = (
    "INSERT INTO movement (node, activity, folio) SELECT n.id, a.id, a.folio FROM node n, activity a "
    "WHERE n.code = 'B2611-030001' AND a.kind = 82 LIMIT 1"
)


def found():
    with as_the_verifier() as connection:
        return list(verify(connection))


@pytest.fixture
def unguarded(world, engine):
    """The database as somebody with its file or its server could make it."""
    for table in ("node", "link", "activity", "portion", "movement", "containment"):
        if engine == "sqlite":
            for (name,) in sql(f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"):
                sql(f"DROP TRIGGER {name}")
        else:
            sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_an_honest_record_of_making_verifies(world):
    assert found() == []


@pytest.mark.negative_control
@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE node SET code = 'another' WHERE code = 'SP-001 · 炉号 T26-0817'",
        "UPDATE activity SET equipment = 'CNC-99' WHERE equipment = 'CNC-03'",
        "UPDATE portion SET micro = micro + 1",
        "DELETE FROM link WHERE source IN (SELECT id FROM node WHERE code = 'BL2610-1')",
        ADDED,
        "UPDATE link SET struck_by = target WHERE source IN (SELECT id FROM node WHERE code = 'BL2610-1')",
        "DELETE FROM containment",
    ],
)
def test_whatever_is_changed_added_or_taken_away_shows(unguarded, deed):
    sql(deed)

    assert {each.trouble for each in found()} <= {Trouble.ROW_DIFFERS, Trouble.ROW_MISSING}
    assert found()


@pytest.mark.parametrize("table", ["node", "link", "activity", "portion", "movement", "containment", "disclosure"])
def test_no_fact_is_deleted(world, table):
    with pytest.raises(DBAPIError, match="append-only"):
        sql(f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE node SET code = 'another'",
        "UPDATE activity SET label = 'another'",
        "UPDATE link SET folio = folio + 1",
        "UPDATE portion SET micro = micro + 1",
        "UPDATE movement SET folio = folio + 1",
        "UPDATE containment SET parent = parent + 1",
        "UPDATE disclosure SET folio = folio + 1",
        "UPDATE ticket SET uid = uid",
    ],
)
def test_no_fact_is_rewritten(world, deed):
    with pytest.raises(DBAPIError, match="append-only"):
        sql(deed)


def test_a_mark_is_set_once(world):
    sql("UPDATE link SET struck_by = target")

    with pytest.raises(DBAPIError, match="append-only"):
        sql("UPDATE link SET struck_by = NULL")


class Teller:
    """Tells of one deed about material the plant has received."""

    def __init__(self, tell, world):
        self.tell, self.world = tell, world
        telling = Telling(None)
        bar = telling.thing(Thing.LOT, "BAR")
        telling.deed(Told(Deed.RECEIVE, BEGAN, "in", makes=[bar], amounts={bar: Amount(10 * MICRO, "kg")}))
        tell(telling)

    def using(self, amount, unit="kg", at=BEGAN):
        telling = Telling(self.world.entrustment)
        batch, bar = telling.thing(Thing.BATCH, "NEW"), telling.thing(Thing.LOT, "BAR", at_home=True)
        told = Told(Deed.STEP, at, "row 7", uses=[bar], makes=[batch], amounts={bar: Amount(amount * MICRO, unit)})
        telling.deed(told)
        return self.tell(telling)

    def units(self, *serials):
        telling = Telling(self.world.entrustment)
        made = telling.units(serials, item=0, batch=None)
        telling.deed(Told(Deed.COMMISSION, BEGAN, "row 7", makes=made))
        return self.tell(telling)

    def packing(self, kind, package, *inside):
        telling = Telling(self.world.entrustment)
        box = telling.thing(Thing.PACKAGE, package)
        moves = [telling.thing(Thing.PACKAGE if each.startswith("X") else Thing.UNIT, each) for each in inside]
        telling.deed(Told(kind, BEGAN, "row 7", package=box, moves=moves))
        return self.tell(telling)


@pytest.fixture
def teller(tell, world):
    return Teller(tell, world)


def refused(attempt, *words):
    with pytest.raises((Unrecordable, Impossible)) as refusal:
        attempt()
    assert all(word in str(refusal.value) for word in ("row 7", *words)), refusal.value


def test_no_more_is_used_of_a_lot_than_is_left(teller):
    teller.using(7)
    refused(lambda: teller.using(4), "BAR", "3 kg are left", "4 are asked for")
    teller.using(3)


def test_a_lot_is_counted_in_one_unit(teller):
    refused(lambda: teller.using(1, "m"), "counted in kg, not in m")


def test_nothing_lies_in_the_future(teller):
    refused(lambda: teller.using(1, at=BEGAN.replace(year=2099)), "future")


def test_a_serial_number_is_given_once(teller):
    teller.units("S1", "S2")
    refused(lambda: teller.units("S3", "S2"), "S2", "already")


def test_a_box_lies_neither_in_itself_nor_in_what_it_holds(teller):
    teller.packing(Deed.PACK, "X1", "S1")
    teller.packing(Deed.PACK, "X2", "X1")
    refused(lambda: teller.packing(Deed.PACK, "X1", "X1"), "X1 cannot lie in itself")
    refused(lambda: teller.packing(Deed.PACK, "X1", "X2"), "X2 cannot lie in itself")
    refused(lambda: teller.packing(Deed.PACK, "X3", "S1"), "S1 lies in X1")


def test_what_was_unpacked_may_be_packed_again(teller):
    teller.packing(Deed.PACK, "X1", "S1")
    teller.packing(Deed.UNPACK, "X1", "S1")
    teller.packing(Deed.PACK, "X2", "S1")
    refused(lambda: teller.packing(Deed.UNPACK, "X1", "S1"), "does not lie in this package")


def test_a_plant_makes_nothing_for_one_registrant_of_what_is_anothers(teller, tell, world):
    made = teller.using(1)
    telling = Telling(world.rival_entrustment)
    theirs, batch = telling.node(made.nodes[0]), telling.thing(Thing.BATCH, "RIVAL")
    telling.deed(Told(Deed.STEP, BEGAN, "row 7", uses=[theirs], makes=[batch]))

    refused(lambda: tell(telling), "belongs to other work")


def test_the_registrant_that_bought_nothing_writes_nothing_into_the_plants_own_books(world, teller, as_):
    row = forged(world)

    with as_("chengyue"), pytest.raises((DBAPIError, WrongTenant)):
        session.connection().execute(insert(Node.__table__), [row])


def forged(world):
    (folio,) = sql(
        "SELECT number FROM folio WHERE owner_id = :plant AND entrustment_id IS NULL",
        plant=stored(world.org["hengrui"]),
    )[0]
    return {"id": 2**60, "folio": folio, "kind": 2, "code": "forged"}


def test_nobody_discloses_what_is_not_its_own(world, teller, as_):
    (mine,) = sql("SELECT number FROM folio WHERE entrustment_id = :about", about=stored(world.rival_entrustment))[0]
    (spare,) = sql("SELECT id FROM node WHERE code = 'SP-001 · 炉号 T26-0921'")[0]
    with as_("lantai"), pytest.raises((DBAPIError, WrongTenant)):
        session.connection().execute(insert(Disclosure.__table__), [{"node": spare, "folio": mine}])
