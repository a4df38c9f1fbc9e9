"""Somebody from outside audits

A team may take along somebody who is not of the house: an expert, or an auditor of another company.  They have no
account here; what makes them competent, until when, and the paper that proves it stand in the house's books as for
its own people.

Revision: 0042
Follows: 0039
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0039"
branch_labels = None
depends_on = None

TABLE, RULE = "auditor_qualification", "ck_auditor_qualification_of_one_person"
SAYS = "(person_id IS NULL) = (outsider IS NOT NULL) AND (outsider IS NULL) = (outsider_of IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as held:
        held.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        held.add_column(sa.Column("outsider", sa.String(), nullable=True))
        held.add_column(sa.Column("outsider_of", sa.String(), nullable=True))
        held.create_check_constraint(op.f(RULE), SAYS)
    _keep()


def downgrade() -> None:
    with op.batch_alter_table(TABLE) as held:
        held.drop_constraint(op.f(RULE), type_="check")
        held.drop_column("outsider_of")
        held.drop_column("outsider")
        held.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
    _keep()


def _keep() -> None:
    """SQLite builds the table anew for such a change, and its triggers with it."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(
        f"""CREATE TRIGGER {TABLE}_stays BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"""
    )
    op.execute(
        f"""CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE}
            WHEN NEW.version <> OLD.version + 1 OR NEW.last_event_id = OLD.last_event_id
            BEGIN SELECT RAISE(ABORT, '{TABLE} changes only together with its event'); END"""
    )
