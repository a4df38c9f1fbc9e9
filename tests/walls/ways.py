"""Every way we know to reach a row that is not one's own.  Each returns what came back, or raises."""

from typing import Any

from sqlalchemy import Uuid, delete, exists, func, insert, literal, select, text, union_all, update
from sqlalchemy.orm import Session, joinedload, selectinload

from portal.db import Moment, new_id, now
from portal.records.batch import Batch, BatchDocument, Nonconformity
from portal.records.entrustment import Entrustment, Verdict
from portal.records.ledger import LedgerEvent, LedgerStream
from portal.records.person import Person
from portal.records.product import Product
from portal.records.proof import Secret, SecurityEvent, SignIntent, WebSession

BATCH: Any = Batch.__table__
PRODUCT: Any = Product.__table__
VERDICT: Any = Verdict.__table__


def merged(books: Session, foreign: Any) -> None:
    books.merge(Batch(id=foreign.batch_id, label_version="X"))
    books.flush()


READING = {
    "every batch": lambda s, f: plainly(s.scalars(select(Batch))),
    "one column of every batch": lambda s, f: s.scalars(select(Batch.number)).all(),
    "how many batches of that number": lambda s, f: tell(
        s.scalar(select(func.count()).select_from(Batch).where(Batch.number == f.batch_number)), f
    ),
    "how many ids": lambda s, f: tell(s.scalar(select(func.count(Batch.id)).where(Batch.id == f.batch_id)), f),
    "by its id": lambda s, f: plainly([s.get(Batch, f.batch_id)]),
    "by the id of a private record": lambda s, f: plainly([s.get(Product, f.product_id)]),
    "a column of it, deferred": lambda s, f: s.scalars(select(Batch.number).where(Batch.id == f.batch_id)).all(),
    "joined load": lambda s, f: [
        each.batch.number for each in s.scalars(select(BatchDocument).options(joinedload(BatchDocument.batch)))
    ],
    "select-in load": lambda s, f: [
        paper.batch_id
        for each in s.scalars(select(Batch).options(selectinload(Batch.documents)))
        for paper in each.documents
    ],
    "lazily, from a row next to it": lambda s, f: [
        each.batch.number for each in s.scalars(select(BatchDocument)) if each.batch_id == f.batch_id
    ],
    "a join": lambda s, f: s.scalars(select(Batch.number).join(BatchDocument.batch)).all(),
    "a filter over a join": lambda s, f: tell(
        len(s.scalars(select(Entrustment.id).where(Entrustment.id == f.entrustment_id)).all()), f
    ),
    "whether it exists": lambda s, f: tell(
        s.scalar(select(exists().where(Batch.number == f.batch_number, Batch.id == f.batch_id))), f
    ),
    "whether a select of it finds any": lambda s, f: tell(
        s.scalar(select(select(Batch).where(Batch.id == f.batch_id).exists())), f
    ),
    "a scalar sub-select": lambda s, f: s.scalar(
        select(select(func.max(Batch.number)).where(Batch.id == f.batch_id).scalar_subquery())
    ),
    "the bare table": lambda s, f: s.execute(select(BATCH)).all(),
    "a column of the bare table": lambda s, f: s.scalars(select(PRODUCT.c.name)).all(),
    "text": lambda s, f: s.execute(text("SELECT number FROM batch")).all(),
    "text that counts": lambda s, f: tell(
        s.execute(text("SELECT count(*) FROM batch WHERE number = :it"), {"it": f.batch_number}).scalar(), f
    ),
    "an entity from text": lambda s, f: plainly(s.scalars(select(Batch).from_statement(text("SELECT * FROM batch")))),
    "a union": lambda s, f: s.execute(union_all(select(Batch.number), select(Batch.number))).all(),
    "a common table expression": lambda s, f: s.execute(select(select(Batch.number).cte())).all(),
    "an alias": lambda s, f: s.execute(select(BATCH.alias("other").c.number)).all(),
    "the connection under the session": lambda s, f: s.connection().execute(select(BATCH.c.number)).all(),
    "SQL by the driver": lambda s, f: s.connection().exec_driver_sql("SELECT number FROM batch").all(),
    "a cursor of the driver": lambda s, f: driver(s, "SELECT number, id FROM batch"),
    "the table by its full name": lambda s, f: driver(s, f"SELECT number FROM {full(s)}batch"),
    "counted by its full name": lambda s, f: tell(
        driver(s, f"SELECT count(*) FROM {full(s)}batch WHERE number = '{f.batch_number}'")[0][0], f
    ),
    "an expression that takes the table's name": lambda s, f: driver(
        s, f"WITH batch AS (SELECT * FROM {full(s)}batch) SELECT number FROM batch"
    ),
    "an expression that takes the guard's own name": lambda s, f: (
        s.connection()
        .exec_driver_sql(f"WITH {mark(s)}batch AS (SELECT * FROM {full(s)}batch) SELECT number FROM {mark(s)}batch")
        .all()
    ),
    "a sub-select in the select list": lambda s, f: driver(
        s, f"SELECT (SELECT max(number) FROM {full(s)}batch WHERE number = '{f.batch_number}')"
    ),
    "a condition that fails on the row": lambda s, f: told_by_failing(
        s, f, f"SELECT 1 FROM batch WHERE number LIKE '{f.batch_number}%' AND {failing(s)} = 1"
    ),
    "a condition that fails on an index": lambda s, f: told_by_failing(
        s, f, f"SELECT 1 FROM batch WHERE {only(f)} AND {failing(s)} = 1"
    ),
    "an escape taken from the row": lambda s, f: tell(
        fails(s, f"SELECT 1 FROM batch WHERE {only(f)} AND 'a' LIKE 'a' ESCAPE number"), f
    ),
    "a row value compared": lambda s, f: tell(
        driver(s, f"SELECT count(*) FROM batch WHERE (number, number) = ('{f.batch_number}', '{f.batch_number}')")[0][
            0
        ],
        f,
    ),
    "copied out": lambda s, _f: copied_out(s),
    "streams of the ledger": lambda s, f: [
        each.about_id.hex for each in s.scalars(select(LedgerStream).where(LedgerStream.about_id == f.entrustment_id))
    ],
    "events of the ledger": lambda s, f: [
        each.body for each in s.scalars(select(LedgerEvent).where(LedgerEvent.subject_id == f.batch_id))
    ],
    "events by text": lambda s, f: s.execute(text("SELECT body FROM ledger_event")).all(),
    "people of other houses": lambda s, f: tell(
        [each for each in s.scalars(select(Person.email)) if not each.endswith("@lantai.example")], f
    ),
    "secrets": lambda s, f: tell(s.execute(select(Secret.__table__.c.totp_sealed)).all(), f),
    "sessions of others": lambda s, f: tell(
        s.execute(select(WebSession.__table__.c.id).where(WebSession.__table__.c.person_id == f.other_person_id)).all(),
        f,
    ),
    "intents of others": lambda s, f: tell(
        s.scalars(select(SignIntent.id).where(SignIntent.person_id != f.person_id)).all(), f
    ),
    "sessions by the ORM": lambda s, f: tell(
        s.scalars(select(WebSession).where(WebSession.person_id == f.other_person_id)).all(), f
    ),
    "refusals of others": lambda s, f: tell(
        s.scalars(select(SecurityEvent).where(SecurityEvent.organisation_id == f.organisation_id)).all(), f
    ),
}

WRITING = {
    "every row by the ORM": lambda s, f: s.execute(
        update(Batch).values(label_version="X").execution_options(synchronize_session=False)
    ),
    "that row by the ORM": lambda s, f: s.execute(
        update(Batch)
        .where(Batch.id == f.batch_id)
        .values(label_version="X")
        .execution_options(synchronize_session=False)
    ),
    "that row by its primary key": lambda s, f: s.execute(
        update(Batch), [{"id": f.batch_id, "label_version": "X", "version": f.batch_version}]
    ),
    "that row by mappings": lambda s, f: s.bulk_update_mappings(
        Batch, [{"id": f.batch_id, "label_version": "X", "version": f.batch_version}]
    ),
    "every row of the bare table": lambda s, f: s.execute(BATCH.update().values(label_version="X")),
    "deleted by the ORM": lambda s, f: s.execute(
        delete(Verdict).where(Verdict.entrustment_id == f.entrustment_id).execution_options(synchronize_session=False)
    ),
    "deleted by text": lambda s, f: s.execute(text("DELETE FROM verdict")),
    "merged over": merged,
    "a row in another's books": lambda s, f: made(s, product(f)),
    "a row in another's entrustment": lambda s, f: made(s, nonconformity(f)),
    "a row of mine moved to another": lambda s, f: s.execute(
        BATCH.update().where(BATCH.c.id == f.own_batch_id).values(owner_id=f.organisation_id)
    ),
    "a row of mine moved to another's entrustment": lambda s, f: s.execute(
        VERDICT.update().where(VERDICT.c.entrustment_id == f.own_entrustment_id).values(entrustment_id=f.entrustment_id)
    ),
    "copied from another's": lambda s, f: s.execute(
        insert(SecurityEvent.__table__).from_select(
            ["id", "at", "event", "about", "organisation_id"],
            select(
                literal(new_id(), Uuid), literal(now(), Moment), literal("x"), PRODUCT.c.name, literal(f.own_id, Uuid)
            ).where(PRODUCT.c.id == f.product_id),
        )
    ),
    "mine set from another's": lambda s, f: s.execute(
        text(f"UPDATE batch SET label_version = (SELECT max(number) FROM {full(s)}batch)")
    ),
    "returning what it touched": lambda s, f: s.execute(
        BATCH.update().where(BATCH.c.id == f.batch_id).values(label_version="X").returning(BATCH.c.number)
    ).all(),
    "a condition with a function": lambda s, f: s.execute(
        BATCH.update().where(func.length(BATCH.c.number) > 0, BATCH.c.id == f.batch_id).values(label_version="X")
    ),
    "an event in another's stream": lambda s, f: s.execute(LedgerEvent.__table__.insert(), [event_in(s, f)]),
    "the head of another's stream": lambda s, f: s.execute(
        update(LedgerStream)
        .where(LedgerStream.about_id == f.entrustment_id)
        .values(head_seq=0)
        .execution_options(synchronize_session=False)
    ),
    "a session for somebody else": lambda s, f: made(
        s,
        WebSession(token_hash="0" * 64, person_id=f.other_person_id, signed_in_at=now(), seen_at=now(), ended_at=None),
    ),
}

# What only makes sense to one engine: leaving the walls instead of going through them.
LEAVING = {
    "sqlite": (
        "ATTACH DATABASE ':memory:' AS other",
        "PRAGMA writable_schema = ON",
        "PRAGMA query_only = OFF",
        "DROP TRIGGER IF EXISTS batch_kept",
        "CREATE TEMP TABLE mine AS SELECT * FROM main.batch",
        "CREATE TEMP VIEW mine AS SELECT * FROM main.batch",
        "DROP VIEW temp.batch",
        "SELECT sql FROM temp.sqlite_temp_master",
        "SELECT sql FROM sqlite_temp_schema",
        "SELECT * FROM sqlite_master",
        "REPLACE INTO main.batch (id) VALUES ('1')",
        "INSERT INTO main.batch (id) SELECT id FROM main.batch",
        "WITH it AS (SELECT 1) UPDATE main.batch SET number = 'X'",
        "UPDATE batch SET number = 'X' WHERE batch.id = 1 OR batch.number LIKE 'B%'",
        "EXPLAIN QUERY PLAN SELECT * FROM main.batch",
        "SELECT load_extension('x')",
        "VACUUM INTO '/dev/null'",
    ),
    "postgresql": (
        "SET row_security = off",
        "SET ROLE weituo_owner",
        "SET SESSION AUTHORIZATION weituo_owner",
        "SELECT * FROM walls.context_key",
        "CREATE TABLE mine AS SELECT * FROM batch",
        "CREATE VIEW mine AS SELECT * FROM batch",
        "ALTER TABLE batch DISABLE ROW LEVEL SECURITY",
        "DROP POLICY see ON batch",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "SELECT most_common_vals FROM pg_stats WHERE tablename = 'batch'",
        "SELECT pg_read_file('PG_VERSION')",
        "SELECT lo_import('/etc/hostname')",
        "TRUNCATE batch",
        "DELETE FROM ledger_event",
        "UPDATE ledger_event SET event = 'x'",
    ),
}


def tell(answer: object, foreign: Any) -> object:
    """A count or an existence becomes the secret itself when it is not what a missing row gives."""
    return foreign.batch_number if answer else answer


def full(books: Session) -> str:
    return "main." if books.get_bind().dialect.name == "sqlite" else "public."


def mark(books: Session) -> str:
    """What the guard of this connection calls its views by, had somebody found out; PostgreSQL has no such names."""
    return getattr(books.connection().info["walls"], "mark", "")


def driver(books: Session, statement: str) -> Any:
    cursor = books.connection().connection.cursor()
    cursor.execute(statement)
    return cursor.fetchall()


def plainly(records: Any) -> list[Any]:
    """What the records hold, not only that they are there."""
    return [each and {one.key: getattr(each, one.key) for one in each.__table__.c} for each in records]


def only(foreign: Any) -> str:
    """A range that holds the foreign row alone, and that no planner folds into a constant."""
    return f"number >= '{foreign.batch_number}' AND number <= '{foreign.batch_number}'"


def failing(books: Session) -> str:
    """An expression that fails where it is computed, so that failing tells that there is a row."""
    return "json(number)" if full(books) == "main." else "cast(number AS int)"


def told_by_failing(books: Session, foreign: Any, statement: str) -> object:
    try:
        return driver(books, statement)
    except Exception as failed:  # noqa: BLE001  each driver has its own
        return tell("JSON" in str(failed) or "integer" in str(failed), foreign)


def copied_out(books: Session) -> list[Any]:
    """The whole table as the driver exports it."""
    connection = books.connection().connection.driver_connection
    if full(books) == "main.":
        return list(connection.iterdump())
    with connection.cursor() as cursor, cursor.copy("COPY batch TO STDOUT") as copy:
        return [bytes(each) for each in copy]


def fails(books: Session, statement: str) -> bool:
    try:
        books.connection().exec_driver_sql(statement).all()
    except Exception as failed:  # noqa: BLE001
        return "single character" in str(failed) or "escape string" in str(failed)
    return False


def made(books: Session, row: Any) -> str:
    books.add(row)
    books.flush()
    books.commit()
    return "made"


def product(foreign: Any) -> Product:
    return Product(id=new_id(), owner_id=foreign.organisation_id, name="X", model="X", last_event_id=foreign.event_id)


def nonconformity(foreign: Any) -> Nonconformity:
    return Nonconformity(
        id=new_id(),
        owner_id=foreign.own_id,
        entrustment_id=foreign.entrustment_id,
        batch_id=foreign.batch_id,
        number="X",
        title="X",
        description="X",
        state="raised",
        raised_by_id=foreign.person_id,
        raised_at=now(),
        last_event_id=foreign.event_id,
    )


def event_in(books: Session, foreign: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "stream_id": foreign.stream_id,
        "seq": 10**6,
        "at": now(),
        "event": "x",
        "subject_kind": "batch",
        "subject_id": foreign.batch_id,
        "body": "{}",
        "previous_hash": "0",
        "hash": "0",
    }
