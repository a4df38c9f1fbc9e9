"""A file counts once it is checked

Each file says how far it has come: declared, received into quarantine, checked, accepted, or refused with its reason.
What was on record before was taken by its name and first bytes alone.  Its row is not touched, so that its hash in the
ledger stays true: no stage at all means that it was accepted before files were checked.
GMP 2025 art. 46: the systems that keep electronic records control what is entered.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Column, type, and the rule that comes with it.  SQLite takes a rule only together with its column.
ADDED = (
    (
        "stage",
        sa.String(),
        "stage_is_known",
        "stage IN ('declared', 'received', 'checked', 'accepted', 'refused')",
    ),
    ("checks", sa.JSON(), "accepted_means_checked", "stage NOT IN ('checked', 'accepted') OR checks IS NOT NULL"),
    (
        "refused_because",
        sa.JSON(),
        "refused_means_explained",
        "(stage = 'refused') = (refused_because IS NOT NULL)",
    ),
    ("object_version", sa.String(), None, None),
)


def upgrade() -> None:
    for name, kind, rule, says in ADDED:
        if op.get_bind().dialect.name == "sqlite" and rule:
            op.execute(
                f"ALTER TABLE stored_file ADD COLUMN {name} {kind} CONSTRAINT ck_stored_file_{rule} CHECK ({says})"
            )
            continue
        op.add_column("stored_file", sa.Column(name, kind, nullable=True))
        if rule:
            op.create_check_constraint(op.f(f"ck_stored_file_{rule}"), "stored_file", says)


def downgrade() -> None:
    for name, *_ in reversed(ADDED):
        op.drop_column("stored_file", name)
