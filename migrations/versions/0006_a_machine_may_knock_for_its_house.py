"""A machine may knock for its house

ERP, manufacturing and quality systems come with keys of their own (RFC 7523); what they did is in the ledger like what
people did.  A used assertion and a remembered answer are thrown away when they are old; clients and their keys are kept.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEPT = ("client", "client_key")


def upgrade() -> None:
    op.create_table(
        "client",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("entrustments", sa.JSON(), nullable=True),
        sa.Column("networks", sa.JSON(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_client_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_client_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_client_owner_id_id")),
    )
    op.create_index(op.f("ix_client_owner_id"), "client", ["owner_id"], unique=False)
    op.create_table(
        "client_key",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kid", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_client_key_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "client_id"],
            ["client.owner_id", "client.id"],
            name=op.f("fk_client_key_owner_id_client_id_client"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_client_key_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_key")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_client_key_owner_id_id")),
        sa.UniqueConstraint("owner_id", "kid", name=op.f("uq_client_key_owner_id_kid")),
    )
    op.create_index(op.f("ix_client_key_owner_id"), "client_key", ["owner_id"], unique=False)
    op.create_table(
        "remembered_answer",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("route", sa.String(), nullable=False),
        sa.Column("body_sha256", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(status IS NULL) = (response IS NULL)", name=op.f("ck_remembered_answer_answered_whole")),
        sa.CheckConstraint(
            "status IS NULL OR status BETWEEN 200 AND 499", name=op.f("ck_remembered_answer_no_fault_is_remembered")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id", "client_id"],
            ["client.owner_id", "client.id"],
            name=op.f("fk_remembered_answer_owner_id_client_id_client"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["organisation.id"], name=op.f("fk_remembered_answer_owner_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_answer")),
        sa.UniqueConstraint("owner_id", "client_id", "key", name=op.f("uq_remembered_answer_owner_id_client_id_key")),
    )
    op.create_index(op.f("ix_remembered_answer_asked_at"), "remembered_answer", ["asked_at"], unique=False)
    op.create_index(op.f("ix_remembered_answer_owner_id"), "remembered_answer", ["owner_id"], unique=False)
    op.create_table(
        "used_assertion",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("good_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_used_assertion_client_id_client")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_used_assertion")),
        sa.UniqueConstraint("client_id", "jti", name=op.f("uq_used_assertion_client_id_jti")),
    )
    op.create_index(op.f("ix_used_assertion_good_until"), "used_assertion", ["good_until"], unique=False)
    for table in KEPT:
        for statement in _postgresql(table) if op.get_bind().dialect.name == "postgresql" else _sqlite(table):
            op.execute(statement)


def downgrade() -> None:
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in KEPT:
        for name in ("stays", "kept"):
            op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if on_postgresql else ""))
    op.drop_index(op.f("ix_used_assertion_good_until"), table_name="used_assertion")
    op.drop_table("used_assertion")
    op.drop_index(op.f("ix_remembered_answer_owner_id"), table_name="remembered_answer")
    op.drop_index(op.f("ix_remembered_answer_asked_at"), table_name="remembered_answer")
    op.drop_table("remembered_answer")
    op.drop_index(op.f("ix_client_key_owner_id"), table_name="client_key")
    op.drop_table("client_key")
    op.drop_index(op.f("ix_client_owner_id"), table_name="client")
    op.drop_table("client")


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
