"""What is done often is counted

Limits hold across every worker only if the count lies in the database; a count says nothing once its span is over and is
then thrown away, so no trigger guards it.  GB/T 22239-2019 8.1.4.1 asks for passwords that are complex and changed in
time: where a deployment turns that on, the former ones are remembered as hashes.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("limit_name", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally")),
        sa.UniqueConstraint("limit_name", "about", name=op.f("uq_tally_limit_name_about")),
    )
    op.create_index(op.f("ix_tally_until"), "tally", ["until"], unique=False)
    op.create_table(
        "chosen_password",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_chosen_password_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chosen_password")),
    )
    op.create_index(op.f("ix_chosen_password_person_id"), "chosen_password", ["person_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_chosen_password_person_id"), table_name="chosen_password")
    op.drop_table("chosen_password")
    op.drop_index(op.f("ix_tally_until"), table_name="tally")
    op.drop_table("tally")
