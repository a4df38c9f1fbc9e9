"""Addresses of doors, with the ids of records that are there: for the tests that knock at every one."""

from uuid import UUID

from portal.db import Record
from portal.tenancy import Joint, all_records
from tests.stage import sql, stored

CALLED = {"version": "agreement_version", "document": "batch_document", "file": "stored_file", "event": "ledger_event"}


def path_of(rule, ids):
    path = rule.rule
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


def relations_of(world, arguments):
    """For a door with ids in its address: the same kind of record in each relation; else the door alone."""
    if not arguments:
        return [("no record", {})]
    houses = {"chengyue": "entrustment", "lantai": "rival_entrustment", "qihe": "strange_entrustment"}
    manufacturers = {"chengyue": "hengrui", "lantai": "hengrui", "qihe": "anhe"}
    found = []
    for registrant, relation in houses.items():
        owners = [world.org[registrant], world.org[manufacturers[registrant]]]
        ids = {name: _some(name, world.named[relation], owners) for name in arguments}
        if all(ids.values()):
            found.append((f"{registrant}'s", ids))
    assert found, f"no record in the world to try {sorted(arguments)} with"
    return found


def _table(name: str) -> type[Record]:
    kind = name.removesuffix("_id")
    return next(each for each in all_records() if each.__tablename__ == CALLED.get(kind, kind))


def _some(name, entrustment_id, owners):
    record = _table(name)
    table = record.__tablename__
    if table == "ledger_event":
        rows = sql(
            "SELECT e.id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id WHERE s.about_id = :about",
            about=stored(entrustment_id),
        )
    elif table == "node":
        rows = sql(
            "SELECT n.id, t.uid FROM node n JOIN folio f ON f.number = n.folio JOIN ticket t ON t.id = n.id / 16777216 "
            "WHERE f.entrustment_id = :about AND n.kind = 3 ORDER BY n.id LIMIT 1",
            about=stored(entrustment_id),
        )
        rows = [(UUID(int=UUID(str(uid)).int | number % 16777216),) for number, uid in rows]
    elif issubclass(record, Joint):
        first = " ORDER BY state = 'opened' DESC, id" if table == "batch" else ""  # one that people still work on
        rows = sql(f"SELECT id FROM {table} WHERE entrustment_id = :about{first}", about=stored(entrustment_id))
    else:
        rows = [
            row
            for owner in owners
            for row in sql(f"SELECT id FROM {table} WHERE owner_id = :owner", owner=stored(owner))
        ]
    return UUID(str(rows[0][0])) if rows else None
