"""The graph of making

What was used for what, what lies in what and who has it, as numbers that a question about a million pieces can follow
(GMP 2025 art. 90, 91; Inspection guide for implants 7.22).  Facts are added and never changed, but for a mark that a
later recording sets once: what a correction took the place of, a package that was opened.

Revision: 0050
Follows: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0052"
branch_labels = None
depends_on = None

KEPT = ("folio", "recording")
WRITTEN_ONCE = ("ticket", "node", "activity", "disclosure")
MARKED = {
    "link": ("struck_by", ("source", "target", "folio")),
    "containment": ("ended_by", ("child", "activity", "parent", "folio")),
    "portion": ("struck_by", ("node", "activity", "folio", "way", "micro", "unit")),
    "movement": ("struck_by", ("node", "activity", "folio")),
}
# Whose facts a house reads, and which it may write: as walls.common() and walls.own() say of records.
WALLS = (
    """CREATE FUNCTION walls.home_folios() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS
       $$ SELECT number FROM public.folio WHERE owner_id = walls.house() AND entrustment_id IS NULL $$""",
    """CREATE FUNCTION walls.folios() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS
       $$ SELECT walls.home_folios() UNION ALL
          SELECT number FROM public.folio WHERE entrustment_id IN (SELECT walls.common()) $$""",
    """CREATE FUNCTION walls.own_folios() RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS
       $$ SELECT number FROM public.folio WHERE owner_id = walls.house() AND (entrustment_id IS NULL
            OR entrustment_id IN (SELECT walls.common()) OR entrustment_id IN (SELECT walls.own())) $$""",
    # Asked by the policy of a table that the policy of node reads: a policy that asked node itself would go in circles.
    """CREATE FUNCTION walls.at_home(asked bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS
       $$ SELECT EXISTS (SELECT FROM public.node WHERE id = asked AND folio IN (SELECT walls.home_folios())) $$""",
)
POSTGRESQL = (
    """CREATE FUNCTION is_marked_once() RETURNS trigger LANGUAGE plpgsql AS
       $$ DECLARE mark text := TG_ARGV[0]; was jsonb := to_jsonb(OLD); becomes jsonb := to_jsonb(NEW);
       BEGIN
         IF was ->> mark IS NOT NULL OR was - mark IS DISTINCT FROM becomes - mark THEN
           RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
         END IF;
         RETURN NEW;
       END $$""",
    *(
        f"""CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()"""
        for table in WRITTEN_ONCE
    ),
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION is_written()"""
        for table in (*MARKED, *KEPT)
    ),
    *(
        f"""CREATE TRIGGER {table}_marked BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION is_marked_once('{mark}')"""
        for table, (mark, _) in MARKED.items()
    ),
    *(
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION is_kept()"
        for table in KEPT
    ),
)
SQLITE = (
    *(
        f"""CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in WRITTEN_ONCE
        for verb in ("update", "delete")
    ),
    *(
        f"""CREATE TRIGGER {table}_stays BEFORE DELETE ON {table}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table in (*MARKED, *KEPT)
    ),
    *(
        f"""CREATE TRIGGER {table}_marked BEFORE UPDATE ON {table}
            WHEN OLD.{mark} IS NOT NULL OR {" OR ".join(f"NEW.{each} IS NOT OLD.{each}" for each in stays)}
            BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"""
        for table, (mark, stays) in MARKED.items()
    ),
    *(
        f"""CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{table} changes only together with its event'); END"""
        for table in KEPT
    ),
)


def upgrade() -> None:
    op.create_table(
        "node",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("item", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("code <> ''", name=op.f("ck_node_has_a_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_node")),
    )
    op.create_index("ix_node_code", "node", ["code"], unique=False)
    op.create_index("ix_node_record_id", "node", ["record_id"], unique=False)
    op.create_index("uq_node_known_by", "node", ["folio", "kind", "item", "code"], unique=True)
    op.create_table(
        "ticket",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uid", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("uid", name=op.f("uq_ticket_uid")),
    )
    op.create_table(
        "activity",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.SmallInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("batch", sa.BigInteger(), nullable=True),
        sa.Column("step_id", sa.Uuid(), nullable=True),
        sa.Column("equipment_id", sa.Uuid(), nullable=True),
        sa.Column("equipment", sa.String(), nullable=True),
        sa.Column("area_id", sa.Uuid(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("operator_id", sa.Uuid(), nullable=True),
        sa.Column("operator", sa.String(), nullable=True),
        sa.Column("second_id", sa.Uuid(), nullable=True),
        sa.Column("second", sa.String(), nullable=True),
        sa.Column("party", sa.BigInteger(), nullable=True),
        sa.Column("corrects", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("place", sa.String(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_activity_ends_after_it_begins")),
        sa.CheckConstraint("kind >= 64", name=op.f("ck_activity_is_a_deed")),
        sa.ForeignKeyConstraint(["id"], ["node.id"], name=op.f("fk_activity_id_node")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_area_id", "activity", ["area_id", "began_at"], unique=False)
    op.create_index("ix_activity_batch", "activity", ["batch", "began_at"], unique=False)
    op.create_index("ix_activity_corrects", "activity", ["corrects"], unique=False)
    op.create_index("ix_activity_equipment_id", "activity", ["equipment_id", "began_at"], unique=False)
    op.create_index("ix_activity_operator_id", "activity", ["operator_id", "began_at"], unique=False)
    op.create_index("ix_activity_party", "activity", ["party"], unique=False)
    op.create_table(
        "containment",
        sa.Column("child", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("parent", sa.BigInteger(), nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("child <> parent", name=op.f("ck_containment_not_in_itself")),
        sa.ForeignKeyConstraint(["activity"], ["node.id"], name=op.f("fk_containment_activity_node")),
        sa.ForeignKeyConstraint(["child"], ["node.id"], name=op.f("fk_containment_child_node")),
        sa.ForeignKeyConstraint(["parent"], ["node.id"], name=op.f("fk_containment_parent_node")),
        sa.PrimaryKeyConstraint("child", "activity", name=op.f("pk_containment")),
    )
    op.create_index("ix_containment_activity", "containment", ["activity"], unique=False)
    op.create_index("ix_containment_parent", "containment", ["parent", "child"], unique=False)
    op.create_table(
        "link",
        sa.Column("source", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("struck_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("source <> target", name=op.f("ck_link_goes_somewhere")),
        sa.ForeignKeyConstraint(["source"], ["node.id"], name=op.f("fk_link_source_node")),
        sa.ForeignKeyConstraint(["target"], ["node.id"], name=op.f("fk_link_target_node")),
        sa.PrimaryKeyConstraint("source", "target", name=op.f("pk_link")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_link_target", "link", ["target", "source"], unique=False)
    op.create_table(
        "movement",
        sa.Column("node", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("struck_by", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["activity"], ["node.id"], name=op.f("fk_movement_activity_node")),
        sa.ForeignKeyConstraint(["node"], ["node.id"], name=op.f("fk_movement_node_node")),
        sa.PrimaryKeyConstraint("node", "activity", name=op.f("pk_movement")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_movement_activity", "movement", ["activity", "node"], unique=False)
    op.create_table(
        "portion",
        sa.Column("node", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.SmallInteger(), nullable=False),
        sa.Column("micro", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("struck_by", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("micro > 0", name=op.f("ck_portion_is_something")),
        sa.CheckConstraint("way IN (-1, 1)", name=op.f("ck_portion_goes_in_or_out")),
        sa.ForeignKeyConstraint(["activity"], ["node.id"], name=op.f("fk_portion_activity_node")),
        sa.ForeignKeyConstraint(["node"], ["node.id"], name=op.f("fk_portion_node_node")),
        sa.PrimaryKeyConstraint("node", "activity", name=op.f("pk_portion")),
    )
    op.create_index("ix_portion_activity", "portion", ["activity"], unique=False)
    op.create_table(
        "folio",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_folio_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_folio_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_folio_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folio")),
        sa.UniqueConstraint("number", name=op.f("uq_folio_number")),
        sa.UniqueConstraint("owner_id", "entrustment_id", name=op.f("uq_folio_owner_id_entrustment_id")),
    )
    op.create_index(op.f("ix_folio_entrustment_id"), "folio", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_folio_owner_id"), "folio", ["owner_id"], unique=False)
    op.create_index(
        "uq_folio_at_home",
        "folio",
        ["owner_id"],
        unique=True,
        postgresql_where=sa.literal_column("entrustment_id IS NULL"),
        sqlite_where=sa.literal_column("entrustment_id IS NULL"),
    )
    op.create_table(
        "disclosure",
        sa.Column("node", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("folio", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["node"], ["node.id"], name=op.f("fk_disclosure_node_node")),
        sa.PrimaryKeyConstraint("node", "folio", name=op.f("pk_disclosure")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "recording",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("folio", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("origin_ref", sa.String(), nullable=True),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("facts_hash", sa.String(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "origin IN ('typed', 'file', 'request', 'message')", name=op.f("ck_recording_origin_is_known")
        ),
        sa.CheckConstraint("facts >= 0", name=op.f("ck_recording_counts_its_facts")),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_recording_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["folio"],
            ["folio.number"],
            name=op.f("fk_recording_folio_folio"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_recording_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_recording_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("number", name=op.f("uq_recording_number")),
    )
    op.create_index(op.f("ix_recording_entrustment_id"), "recording", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_recording_owner_id"), "recording", ["owner_id"], unique=False)
    op.create_index(
        "uq_recording_taken_once",
        "recording",
        ["folio", "origin_ref"],
        unique=True,
        postgresql_where=sa.literal_column("undone_at IS NULL"),
        sqlite_where=sa.literal_column("undone_at IS NULL"),
    )
    for statement in (*WALLS, *POSTGRESQL) if _on_postgresql() else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    with_its_policies = " CASCADE" if _on_postgresql() else ""
    for table in ("recording", "folio", *MARKED, "disclosure", "activity", "node", "ticket"):
        op.execute(f"DROP TABLE {table}{with_its_policies}")
    if _on_postgresql():
        op.execute("DROP FUNCTION is_marked_once")
        for function in ("at_home(bigint)", "own_folios()", "folios()", "home_folios()"):
            op.execute(f"DROP FUNCTION walls.{function}")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
