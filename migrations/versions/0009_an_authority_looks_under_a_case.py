"""An authority looks under a case

Order 53 art. 52, 53 and 56 let the authorities of the registrant's and of the site's province look.  What opens the
books to one of their people is a case with its number, its purpose and its end; the database asks for it wherever it
asks who takes part, so that a right to look ends with its day.  With it goes what a house that has left an entrustment
could still read of it as its former registrant.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COMMON = """CREATE OR REPLACE FUNCTION walls.common() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT entrustment_id FROM public.participation
          WHERE organisation_id = walls.house() AND since <= walls.day() AND (until IS NULL OR until >= walls.day())
            AND (side <> 'authority' OR EXISTS (
              SELECT FROM public.access_grant AS granted
              WHERE granted.owner_id = walls.house() AND granted.person_id = walls.person()
                AND granted.withdrawn_at IS NULL AND granted.since <= walls.day() AND granted.until >= walls.day())) $$"""
OWN = """CREATE OR REPLACE FUNCTION walls.own() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT id FROM public.entrustment WHERE owner_id = walls.house() AND id NOT IN (
            SELECT entrustment_id FROM public.participation
            WHERE organisation_id = walls.house() AND until < walls.day()) $$"""
FORMER_COMMON = """CREATE OR REPLACE FUNCTION walls.common() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT entrustment_id FROM public.participation
          WHERE organisation_id = walls.house() AND since <= walls.day() AND (until IS NULL OR until >= walls.day()) $$"""
FORMER_OWN = """CREATE OR REPLACE FUNCTION walls.own() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT id FROM public.entrustment WHERE owner_id = walls.house() $$"""


def upgrade() -> None:
    op.create_table(
        "access_grant",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("last_event_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("since <= until", name=op.f("ck_access_grant_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["last_event_id"],
            ["ledger_event.id"],
            name=op.f("fk_access_grant_last_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_access_grant_owner_id_organisation")),
        sa.ForeignKeyConstraint(
            ["owner_id", "person_id"],
            ["person.owner_id", "person.id"],
            name=op.f("fk_access_grant_owner_id_person_id_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_grant")),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_access_grant_owner_id_id")),
    )
    op.create_index(op.f("ix_access_grant_owner_id"), "access_grant", ["owner_id"], unique=False)
    op.create_index(op.f("ix_access_grant_person_id"), "access_grant", ["person_id"], unique=False)
    for statement in _postgresql() if _on_postgresql() else _sqlite():
        op.execute(statement)


def downgrade() -> None:
    for name in ("stays", "kept"):
        op.execute(f"DROP TRIGGER access_grant_{name}" + (" ON access_grant" if _on_postgresql() else ""))
    if _on_postgresql():
        op.execute(FORMER_OWN)
        op.execute(FORMER_COMMON)
    op.drop_index(op.f("ix_access_grant_person_id"), table_name="access_grant")
    op.drop_index(op.f("ix_access_grant_owner_id"), table_name="access_grant")
    op.drop_table("access_grant")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _postgresql() -> list[str]:
    return [
        """CREATE TRIGGER access_grant_stays BEFORE DELETE OR TRUNCATE ON access_grant
           FOR EACH STATEMENT EXECUTE FUNCTION is_written()""",
        """CREATE TRIGGER access_grant_kept BEFORE UPDATE ON access_grant
           FOR EACH ROW EXECUTE FUNCTION is_kept()""",
        COMMON,
        OWN,
    ]


def _sqlite() -> list[str]:
    return [
        """CREATE TRIGGER access_grant_stays BEFORE DELETE ON access_grant
           BEGIN SELECT RAISE(ABORT, 'access_grant is append-only'); END""",
        """CREATE TRIGGER access_grant_kept BEFORE UPDATE ON access_grant
           WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
           BEGIN SELECT RAISE(ABORT, 'access_grant changes only together with its event'); END""",
    ]
