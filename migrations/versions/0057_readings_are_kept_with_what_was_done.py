"""Readings are kept with what was done

A step brings readings of its parameters, an inspection its results, piece by piece (GMP 2025 art. 81, 82; Inspection
guide for implants 7.22).  What was told can be taken back, and told again under the teller's own number.  A batch
answers for every recording of its making, so that whoever releases it signs them.

Revision: 0057
Follows: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

WRITTEN_ONCE = (
    "id",
    "folio",
    "kind",
    "began_at",
    "ended_at",
    "label",
    "batch",
    "step_id",
    "equipment_id",
    "equipment",
    "area_id",
    "area",
    "operator_id",
    "operator",
    "second_id",
    "second",
    "party",
    "corrects",
    "reason",
    "place",
    "ref",
    "told",
)
MARKED = {
    "activity": WRITTEN_ONCE,
    "reading": (
        "activity",
        "place",
        "folio",
        "line_id",
        "name",
        "unit",
        "subject",
        "at",
        "micro",
        "said",
        "judgement",
        "instrument_id",
        "instrument",
        "came_from",
    ),
}


def upgrade() -> None:
    op.add_column("batch", sa.Column("making_hash", sa.String(), nullable=True))
    op.add_column("activity", sa.Column("ref", sa.String(), nullable=True))
    op.add_column("activity", sa.Column("told", sa.String(), nullable=True))
    op.add_column("activity", sa.Column("struck_by", sa.BigInteger(), nullable=True))
    op.create_index("ix_activity_ref", "activity", ["folio", "ref"], unique=False)
    op.create_table(
        "reading",
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=True),
        sa.Column("said", sa.String(), nullable=True),
        sa.Column("judgement", sa.SmallInteger(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=True),
        sa.Column("instrument", sa.String(), nullable=True),
        sa.Column("came_from", sa.String(), nullable=False),
        sa.Column("struck_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(micro IS NULL) <> (said IS NULL)", name=op.f("ck_reading_says_one_thing")),
        sa.CheckConstraint("judgement BETWEEN 0 AND 3", name=op.f("ck_reading_judgement_is_known")),
        sa.ForeignKeyConstraint(["activity"], ["node.id"], name=op.f("fk_reading_activity_node")),
        sa.ForeignKeyConstraint(["subject"], ["node.id"], name=op.f("fk_reading_subject_node")),
        sa.PrimaryKeyConstraint("activity", "place", name=op.f("pk_reading")),
    )
    op.create_index("ix_reading_line_id", "reading", ["line_id", "at"], unique=False)
    op.create_index("ix_reading_subject", "reading", ["subject"], unique=False)
    for statement in POSTGRESQL if _on_postgresql() else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    for statement in UNDO_POSTGRESQL if _on_postgresql() else UNDO_SQLITE:
        op.execute(statement)
    op.execute(f"DROP TABLE reading{' CASCADE' if _on_postgresql() else ''}")
    op.drop_index("ix_activity_ref", "activity")
    for column in ("struck_by", "told", "ref"):
        op.drop_column("activity", column)
    op.drop_column("batch", "making_hash")


POSTGRESQL = (
    "DROP TRIGGER activity_append_only ON activity",
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()"""
        for table in MARKED
    ),
    *(
        f"""CREATE TRIGGER {table}_marked BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION is_marked_once('struck_by')"""
        for table in MARKED
    ),
)
UNDO_POSTGRESQL = (
    "DROP TRIGGER activity_stays ON activity",
    "DROP TRIGGER activity_marked ON activity",
    """CREATE TRIGGER activity_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activity
       FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
)
SQLITE = (
    *(f"DROP TRIGGER activity_no_{verb}" for verb in ("update", "delete")),
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in MARKED
    ),
    *(
        f"""CREATE TRIGGER {table}_marked BEFORE UPDATE ON {table}
            WHEN OLD.struck_by IS NOT NULL OR {" OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in stays)}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table, stays in MARKED.items()
    ),
)
UNDO_SQLITE = (
    *(f"DROP TRIGGER activity_{name}" for name in ("stays", "marked")),
    *(
        f"""CREATE TRIGGER activity_no_{verb} BEFORE {verb} ON activity
            BEGIN SELECT RAISE(ABORT, 'activity is append-only'); END"""
        for verb in ("update", "delete")
    ),
)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
