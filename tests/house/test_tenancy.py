"""No record leaves its owner's books but through an entrustment."""

import ast
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

import portal.records
from portal import ledger
from portal.db import Kept, now, session, today, unit_of_work
from portal.demo.cast import HOUSES
from portal.founding import Operator
from portal.records.batch import Batch, Nonconformity
from portal.records.evidence import ProductionLicence
from portal.records.organisation import Site
from portal.records.proof import Secret
from portal.tenancy import (
    Joint,
    NoTenant,
    Overseen,
    OverseenAtHome,
    Owned,
    Private,
    Upstream,
    WrongTenant,
    acting_for,
    all_records,
    beyond_tenants,
)
from tests.breaking import break_in
from tests.house.test_one_place import where
from tests.stage import sql, stored
from tests.walls.conftest import gates_open, without_the_orm
from workflows.powers import Role

IN_NOBODYS_BOOKS = {
    "Activity",
    "CalendarFeed",
    "ChosenPassword",
    "Containment",
    "Disclosure",
    "FactorReset",
    "LedgerEvent",
    "LedgerStream",
    "Letter",
    "Link",
    "Movement",
    "Node",
    "Notice",
    "NoticeCopy",
    "NoticeWish",
    "Passkey",
    "PasskeyChallenge",
    "Portion",
    "Reading",
    "RecoveryCode",
    "Secret",
    "SecurityEvent",
    "SignIntent",
    "Tally",
    "Ticket",
    "UsedAssertion",
    "WebSession",
}
# In a house's books and in no ledger: what a machine was answered, which is thrown away after thirty days, and what it
# sent until that is gone through.
PASSING = {"Attempt", "Capture", "NamedQuery", "RememberedAnswer"}
OWNED = sorted(
    (each for each in all_records() if issubclass(each, Private | Overseen | Upstream | Joint)),
    key=lambda each: each.__name__,
)

# Of the own books of a house what lies upstream of common work: the lots that led there, and what tells of those lots.
LED_TO = (
    "SELECT n.record_id FROM node n JOIN disclosure d ON d.node = n.id JOIN folio f ON f.number = d.folio "
    "WHERE n.kind = 2 AND n.record_id IS NOT NULL AND f.entrustment_id IN ({})"
)
LED = {
    "material_lot": "id IN ({})",
    "lot_certificate": "lot_id IN ({})",
    "lot_result": "lot_id IN ({})",
    "material": "id IN (SELECT material_id FROM material_lot WHERE id IN ({}))",
    "supplier": "id IN (SELECT supplier_id FROM material_lot WHERE id IN ({}))",
    "stored_file": "id IN (SELECT file_id FROM lot_certificate WHERE lot_id IN ({}))",
}


def visible_by_sql(record, organisation_id):
    taking_part = "SELECT entrustment_id FROM participation WHERE organisation_id = :mine AND until IS NULL"
    overseen = (
        "SELECT p.organisation_id FROM participation p JOIN organisation o ON o.id = p.organisation_id "
        "JOIN organisation me ON me.id = :mine AND me.is_authority AND me.province = o.province "
        f"WHERE p.side <> 'authority' AND p.entrustment_id IN ({taking_part})"
    )
    seen = "owner_id = :mine"
    if issubclass(record, Overseen | OverseenAtHome | Upstream):
        seen = f"(owner_id = :mine OR owner_id IN ({overseen}))"
    if issubclass(record, Joint):
        seen = f"({seen} AND entrustment_id IS NULL) OR entrustment_id IN ({taking_part})"
    if led := LED.get(record.__tablename__):
        seen = f"{seen} OR {led.format(LED_TO.format(taking_part))}"
    rows = sql(f"SELECT count(*) FROM {record.__tablename__} WHERE {seen}", mine=stored(organisation_id))
    return rows[0][0]


def test_every_record_is_owned_or_deliberately_in_nobodys_books():
    unowned = {record.__name__ for record in all_records() if not issubclass(record, Owned)}

    assert unowned == IN_NOBODYS_BOOKS


def test_whoever_imports_the_records_knows_every_table():
    """A server that does not know a table takes its walls for somebody else's, and does not start."""
    folder = Path(portal.records.__file__).parent
    told = ast.walk(ast.parse((folder / "__init__.py").read_text("utf-8")))
    imported = {name.name for node in told if isinstance(node, ast.ImportFrom) for name in node.names}

    assert {each.stem for each in folder.glob("*.py") if "__tablename__ =" in each.read_text("utf-8")} <= imported


def test_every_owned_record_is_kept_by_the_ledger():
    unkept = {record.__name__ for record in all_records() if issubclass(record, Owned) != issubclass(record, Kept)}

    assert unkept == PASSING


def test_each_house_finds_what_it_owns_or_takes_part_in_and_nothing_else(world):
    """In three ways to each record."""
    wrong = []
    for house in HOUSES:
        expected = {record: visible_by_sql(record, world.org[house]) for record in OWNED}
        inspector = world.person.get(
            f"{house}/{Role.AUTHORITY_INSPECTOR}"
        )  # an authority looks as somebody with a case
        with acting_for(world.org[house], person_id=inspector):
            for record, count in expected.items():
                found = (
                    len(session.scalars(select(record)).unique().all()),
                    session.scalar(select(func.count()).select_from(record)),
                    len(session.scalars(select(record.id).where(record.id.in_(select(record.id)))).all()),
                )
                if set(found) != {count}:
                    wrong.append((house, record.__name__, found, count))

    assert wrong == []


def test_a_house_that_left_an_entrustment_sees_nothing_of_it_not_even_what_it_wrote(world):
    break_in("participation")
    sql(
        "UPDATE participation SET until = :yesterday WHERE organisation_id = :house AND entrustment_id = :about",
        yesterday=stored(today() - timedelta(days=1)),
        house=stored(world.org["hengrui"]),
        about=stored(world.entrustment),
    )

    with acting_for(world.org["hengrui"]):
        batches = session.scalars(select(Batch)).unique().all()
        assert {batch.entrustment_id for batch in batches} == {world.rival_entrustment}
        assert session.get(Batch, world.batch["opened"]) is None


def test_without_the_criterion_the_database_still_shows_nobody_elses(world):
    with without_the_orm(), acting_for(world.org["lantai"]):
        seen = len(session.scalars(select(Batch)).unique().all())

    assert seen == visible_by_sql(Batch, world.org["lantai"])


@pytest.mark.negative_control
def test_without_criterion_and_walls_a_rival_would_see_everything(world, engine, monkeypatch):
    with gates_open(engine, monkeypatch), acting_for(world.org["lantai"]):
        seen = len(session.scalars(select(Batch)).unique().all())

    assert seen == sql("SELECT count(*) FROM batch")[0][0] > visible_by_sql(Batch, world.org["lantai"])


def test_a_question_asked_for_nobody_is_refused(world):
    with pytest.raises(NoTenant):
        session.scalars(select(Batch)).all()


@pytest.mark.parametrize(
    "statement",
    [text("select * from batch"), select(Batch.__table__), update(Batch).values(number="x"), select(Secret)],
    ids=["text", "core", "bulk", "identity"],
)
def test_what_would_skip_the_walls_is_refused(world, statement):
    with acting_for(world.org["chengyue"]), pytest.raises(NoTenant):
        session.execute(statement)


def test_a_relationship_does_not_lead_into_other_books(world):
    with acting_for(world.org["shanghai"], person_id=world.person["shanghai/authority-inspector"]):
        batch = session.get_one(Batch, world.batch["opened"])
        owner = batch.entrustment.manufacturer
        assert owner.name == HOUSES["hengrui"].name
        assert session.scalars(select(Site)).all() == []


def test_one_unit_of_work_serves_one_house(world):
    with acting_for(world.org["chengyue"]), pytest.raises(WrongTenant), acting_for(world.org["hengrui"]):
        pass


def test_what_one_house_loaded_is_forgotten_before_the_next(world):
    with acting_for(world.org["hengrui"]):
        session.get_one(ProductionLicence, world.licence)
    with acting_for(world.org["chengyue"]):
        assert session.get(ProductionLicence, world.licence) is None


def _by(world, who):
    house = who.split("/")[0]
    return Operator(world.person[who], world.org[house], HOUSES[house].name)


def test_nothing_is_filed_in_or_moved_to_other_books(world):
    by = _by(world, "chengyue/registrant-quality-manager")
    with acting_for(world.org["chengyue"]):
        foreign = Site(owner_id=world.org["lantai"], name="s", address="a", province="浙")
        with pytest.raises(WrongTenant):
            ledger.write(foreign, "site.recorded", by=by)
        session.rollback()
    with acting_for(world.org["hengrui"]):
        site = session.get_one(Site, world.site)
        site.owner_id = world.org["chengyue"]
        with pytest.raises(WrongTenant):
            ledger.write(site, "site.amended", by=by)
        session.rollback()


def test_nothing_is_hung_on_an_entrustment_of_others(world):
    by = _by(world, "lantai/registrant-quality-manager")
    stray = Nonconformity(
        entrustment_id=world.entrustment,
        batch_id=world.batch["opened"],
        number="NC-1",
        title="t",
        description="d",
        raised_at=now(),
        raised_by_id=by.id,
        state="raised",
    )
    with acting_for(world.org["lantai"]):
        with pytest.raises(WrongTenant):
            ledger.write(stray, "nonconformity.raised", by=by)
        session.rollback()


def test_a_child_cannot_hang_from_a_parent_of_another_entrustment_even_past_the_walls(world):
    with pytest.raises(IntegrityError), beyond_tenants("test: try to cheat"):
        row = sql("SELECT * FROM batch_document WHERE batch_id = :id", id=stored(world.batch["opened"]))[0]._mapping
        columns = dict(row) | {"id": stored(uuid4()), "batch_id": stored(world.rival_batch), "file_id": None}
        names = ", ".join(columns)
        sql(f"INSERT INTO batch_document ({names}) VALUES ({', '.join(f':{each}' for each in columns)})", **columns)


def test_an_authority_writes_nothing(world):
    by = _by(world, "shanghai/authority-inspector")
    with acting_for(world.org["shanghai"], person_id=by.id, read_only=True):
        batch = session.get_one(Batch, world.batch["opened"])
        batch.label_version = "9"
        with pytest.raises(WrongTenant):
            ledger.write(batch, "batch.amended", by=by)
        session.rollback()


def test_nothing_is_written_without_its_event(world):
    with acting_for(world.org["hengrui"]):
        session.get_one(Site, world.site).name = "renamed"
        with pytest.raises(ledger.Unrecorded):
            session.flush()
        session.rollback()


def test_nothing_is_deleted(world):
    with acting_for(world.org["hengrui"]):
        session.delete(session.get_one(Site, world.site))
        with pytest.raises(WrongTenant):
            session.flush()
        session.rollback()


def test_a_write_whose_event_is_lost_does_not_commit(world, monkeypatch):
    by = _by(world, "hengrui/manufacturer-quality-manager")
    with pytest.raises(DBAPIError), acting_for(world.org["hengrui"]), unit_of_work():
        site = session.get_one(Site, world.site)
        site.name = "renamed"
        ledger.write(site, "site.amended", by=by)
        session.info["ledger"].clear()

    assert sql("SELECT name FROM site WHERE id = :id", id=stored(world.site))[0][0] != "renamed"


def test_only_these_places_step_beyond_the_walls():
    steps = where(lambda node: isinstance(node, ast.Call) and getattr(node.func, "id", "") == "beyond_tenants")

    assert steps <= {
        "portal/commands/demo.py",
        "portal/demo/hands.py",
        "portal/facts/labels.py",
        "portal/identity/actor.py",
        "portal/identity/factors.py",
        "portal/identity/feeds.py",
        "portal/identity/passkeys.py",
        "portal/identity/machines.py",
        "portal/identity/proving.py",
        "portal/identity/recovery.py",
        "portal/identity/resets.py",
        "portal/identity/sessions.py",
        "portal/identity/passwords.py",
        "portal/limits.py",
        "portal/rooms/sessions/joining.py",
        "portal/rooms/sessions/renewing.py",
        "portal/signing.py",
    }
