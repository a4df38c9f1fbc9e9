"""A query has a name

EPCIS 2.0 keeps a query of events under the name that its client gave it, until somebody removes it.

Revision: 0131
Follows: 0122
"""

import sqlalchemy as sa
from alembic import op

revision = "0131"
down_revision = "0122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "named_query",
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id", "client_id"],
            ["client.owner_id", "client.id"],
            name=op.f("fk_named_query_owner_id_client_id_client"),
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_named_query_owner_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_named_query")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_named_query_owner_id_name")),
    )
    op.create_index(op.f("ix_named_query_owner_id"), "named_query", ["owner_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_named_query_owner_id"), table_name="named_query")
    op.drop_table("named_query")
