"""What is written stays written

A bug or a hurried operator must not be able to edit history, so the database itself refuses: the ledger takes no
update, delete or truncate; a kept row is never deleted, and changes only together with its version and its event.
GMP 2025 art. 45 and 21 CFR 11.10(e): a change shall not obscure what was recorded before.

Revision: 0002
Follows: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEPT = (
    "agreement",
    "agreement_version",
    "answer",
    "batch",
    "batch_document",
    "credit_check",
    "credit_statement",
    "entrustment",
    "exhibit",
    "functions",
    "inspection",
    "invitation",
    "nonconformity",
    "organisation",
    "participation",
    "person",
    "product",
    "production_licence",
    "registration_certificate",
    "signature",
    "site",
    "stored_file",
    "verdict",
)

POSTGRESQL = [
    """CREATE FUNCTION is_written() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$""",
    """CREATE FUNCTION is_kept() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id THEN
           RAISE EXCEPTION '% changes only together with its event', TG_TABLE_NAME;
         END IF;
         RETURN NEW;
       END $$""",
    """CREATE TRIGGER ledger_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_event
       FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
    """CREATE TRIGGER ledger_stream_stays BEFORE DELETE OR TRUNCATE ON ledger_stream
       FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
]
SQLITE = [
    f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
    for table, verb in (("ledger_event", "update"), ("ledger_event", "delete"), ("ledger_stream", "delete"))
]


def upgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if on_postgresql else SQLITE:
        op.execute(statement)
    for table in KEPT:
        for statement in _postgresql(table) if on_postgresql else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
    if on_postgresql:
        op.execute("DROP TRIGGER ledger_event_append_only ON ledger_event")
        op.execute("DROP TRIGGER ledger_stream_stays ON ledger_stream")
        op.execute("DROP FUNCTION is_kept")
        op.execute("DROP FUNCTION is_written")
    else:
        for name in ("ledger_event_no_update", "ledger_event_no_delete", "ledger_stream_no_delete"):
            op.execute(f"DROP TRIGGER {name}")


def _postgresql(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION is_kept()",
    ]


def _sqlite(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END""",
        f"""CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{table} changes only together with its event'); END""",
    ]
