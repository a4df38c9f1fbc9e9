"""A house owes something itself

The yearly self-inspection report (Order 53 art. 45), the quarterly hearing of the management representative and what is
owed when one comes or goes (Announcement 2022-124 art. 8 and 21) belong to an organisation and to no entrustment.  Such
a duty, and a signature under such a record, stands in the house's own books; the authority of its province sees it
while it looks on an entrustment of the house.

Revision: 0026
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0030"
branch_labels = None
depends_on = None

TABLES = ("duty", "signature")
ALONE = "entrustment_id IS NULL AND met_at IS NULL AND lapsed_at IS NULL"
SIDES = "owes IN ('registrant', 'manufacturer', 'both')"
OR_A_HOUSE = "owes IN ('registrant', 'manufacturer', 'both', 'house')"
AT_HOME = "(entrustment_id IS NULL) = (owes = 'house')"
OVERSEEN = """CREATE FUNCTION walls.overseen() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT party.organisation_id FROM public.participation AS party
          JOIN public.organisation AS overseen ON overseen.id = party.organisation_id
          JOIN public.organisation AS overseer ON overseer.id = walls.house() AND overseer.is_authority
            AND overseer.province = overseen.province
          WHERE party.side <> 'authority' AND party.entrustment_id IN (SELECT walls.common()) $$"""
# What SQLite's definition of the tables says before and after.
COLUMN = ("entrustment_id CHAR(32) NOT NULL", "entrustment_id CHAR(32)")
RULE = (f"CHECK ({SIDES})", f"CHECK ({OR_A_HOUSE}), CONSTRAINT ck_duty_a_house_owes_at_home CHECK ({AT_HOME})")


def upgrade() -> None:
    if _on_postgresql():
        op.execute(OVERSEEN)
        for table in TABLES:
            op.alter_column(table, "entrustment_id", existing_type=sa.Uuid(), nullable=True)
        op.drop_constraint(op.f("ck_duty_somebody_owes_it"), "duty")
        op.create_check_constraint(op.f("ck_duty_somebody_owes_it"), "duty", OR_A_HOUSE)
        op.create_check_constraint(op.f("ck_duty_a_house_owes_at_home"), "duty", AT_HOME)
    else:
        _made_anew("duty", COLUMN, RULE)
        _made_anew("signature", COLUMN)
    alone = sa.literal_column(ALONE)
    op.create_index(
        "uq_duty_open_at_home",
        "duty",
        ["owner_id", "rule", "about_id"],
        unique=True,
        postgresql_where=alone,
        sqlite_where=alone,
    )


def downgrade() -> None:
    op.drop_index("uq_duty_open_at_home", table_name="duty")
    if _on_postgresql():
        op.drop_constraint(op.f("ck_duty_a_house_owes_at_home"), "duty")
        op.drop_constraint(op.f("ck_duty_somebody_owes_it"), "duty")
        op.create_check_constraint(op.f("ck_duty_somebody_owes_it"), "duty", SIDES)
        for table in TABLES:
            op.alter_column(table, "entrustment_id", existing_type=sa.Uuid(), nullable=False)
        op.execute("DROP FUNCTION walls.overseen() CASCADE")
    else:
        _made_anew("duty", COLUMN[::-1], RULE[::-1])
        _made_anew("signature", COLUMN[::-1])


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _made_anew(table: str, *changes: tuple[str, str]) -> None:
    """SQLite changes no column: the table is made anew beside the old one, takes its rows, its name and its guards."""
    ask = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
    parts = op.get_bind().exec_driver_sql(ask, (table,)).all()
    (whole,) = [sql for kind, _, sql in parts if kind == "table"]
    for before, after in changes:
        if before not in whole:
            raise ValueError(f"{table} is not defined as expected: {before}")
        whole = whole.replace(before, after)
    op.execute(f"CREATE TABLE {table}_anew {whole[whole.index('(') :]}")
    op.execute(f"INSERT INTO {table}_anew SELECT * FROM {table}")  # noqa: S608  two names of our own
    around = [each for each in parts if each[0] in ("index", "trigger")]
    for kind, name, _ in around:
        op.execute(f"DROP {kind.upper()} {name}")
    op.drop_table(table)
    op.rename_table(f"{table}_anew", table)
    for *_, sql in around:
        op.execute(sql)
