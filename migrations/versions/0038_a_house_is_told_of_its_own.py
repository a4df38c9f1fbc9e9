"""A house is told of its own

What a house owes itself, and the days on which its licence or certificate can be renewed, belong to no entrustment; so
may a notice from now on.

Revision: 0038
Follows: 0036
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0036"
branch_labels = None
depends_on = None

KNOWN, AT_HOME = "ck_notice_kind_is_known", "ck_notice_at_home_only_its_own"
KINDS = "kind IN ('move', 'happened', 'duty', 'escalation')"
OR_A_WINDOW = "kind IN ('move', 'happened', 'duty', 'escalation', 'window')"
ITS_OWN = "entrustment_id IS NOT NULL OR kind IN ('duty', 'escalation', 'window')"
# What SQLite's definition of the table says before and after.
COLUMN = ("entrustment_id CHAR(32) NOT NULL", "entrustment_id CHAR(32)")
RULE = (f"CHECK ({KINDS})", f"CHECK ({OR_A_WINDOW}), CONSTRAINT {AT_HOME} CHECK ({ITS_OWN})")


def upgrade() -> None:
    if not _on_postgresql():
        _made_anew(COLUMN, RULE)
        return
    op.alter_column("notice", "entrustment_id", existing_type=sa.Uuid(), nullable=True)
    op.drop_constraint(op.f(KNOWN), "notice")
    op.create_check_constraint(op.f(KNOWN), "notice", OR_A_WINDOW)
    op.create_check_constraint(op.f(AT_HOME), "notice", ITS_OWN)


def downgrade() -> None:
    """What was told of no entrustment goes; the ledger keeps what it told of."""
    ours = "SELECT id FROM notice WHERE entrustment_id IS NULL OR kind = 'window'"
    op.execute(f"DELETE FROM notice_copy WHERE notice_id IN ({ours})")  # noqa: S608  words of our own
    op.execute("DELETE FROM notice WHERE entrustment_id IS NULL OR kind = 'window'")
    if not _on_postgresql():
        _made_anew(COLUMN[::-1], RULE[::-1])
        return
    op.drop_constraint(op.f(AT_HOME), "notice")
    op.drop_constraint(op.f(KNOWN), "notice")
    op.create_check_constraint(op.f(KNOWN), "notice", KINDS)
    op.alter_column("notice", "entrustment_id", existing_type=sa.Uuid(), nullable=False)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _made_anew(*changes: tuple[str, str]) -> None:
    """SQLite changes no column: the table is made anew and takes its rows, its name, its indexes and its guards.

    Its copies, which name it, wait beside it meanwhile.
    """
    ask = "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'notice' AND sql IS NOT NULL"
    parts = op.get_bind().exec_driver_sql(ask).all()
    (whole,) = [sql for kind, _, sql in parts if kind == "table"]
    for before, after in changes:
        if before not in whole:
            raise ValueError(f"notice is not defined as expected: {before}")
        whole = whole.replace(before, after)
    op.execute(f"CREATE TABLE notice_anew {whole[whole.index('(') :]}")
    op.execute("INSERT INTO notice_anew SELECT * FROM notice")
    op.execute("CREATE TABLE notice_copy_waiting AS SELECT * FROM notice_copy")
    op.execute("DELETE FROM notice_copy")
    around = [each for each in parts if each[0] in ("index", "trigger")]
    for kind, name, _ in around:
        op.execute(f"DROP {kind.upper()} {name}")
    op.drop_table("notice")
    op.rename_table("notice_anew", "notice")
    for *_, sql in around:
        op.execute(sql)
    op.execute("INSERT INTO notice_copy SELECT * FROM notice_copy_waiting")
    op.drop_table("notice_copy_waiting")
