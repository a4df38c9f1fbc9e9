"""People are told

A deadline that nobody hears of is missed.  Whoever can make the next move, or owes something from now on, is told in the
transaction of the event itself; letters are made from that and sent by the worker, so that none is lost and none comes
twice.  A notice is no record of the trade: the ledger holds what happened, this holds who was told.

Revision: 0029
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("for_id", sa.Uuid(), nullable=False),
        sa.Column("entrustment_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("about_kind", sa.String(), nullable=False),
        sa.Column("about_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("once", sa.String(), nullable=True),
        sa.Column("handed_on_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('move', 'happened', 'duty', 'escalation')", name=op.f("ck_notice_kind_is_known")),
        sa.ForeignKeyConstraint(
            ["entrustment_id"],
            ["entrustment.id"],
            name=op.f("fk_notice_entrustment_id_entrustment"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(
            ["event_id"],
            ["ledger_event.id"],
            name=op.f("fk_notice_event_id_ledger_event"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.ForeignKeyConstraint(["for_id"], ["organisation.id"], name=op.f("fk_notice_for_id_organisation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("once", name=op.f("uq_notice_once")),
    )
    op.create_index(op.f("ix_notice_entrustment_id"), "notice", ["entrustment_id"], unique=False)
    op.create_index(op.f("ix_notice_for_id"), "notice", ["for_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("slot", sa.String(), nullable=True),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_letter_ended_means_told_how")),
        sa.CheckConstraint("outcome IN ('sent', 'empty', 'given_up')", name=op.f("ck_letter_outcome_is_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("person_id", "slot", name=op.f("uq_letter_person_id_slot")),
    )
    op.create_index(op.f("ix_letter_next_at"), "letter", ["next_at"], unique=False)
    op.create_index(op.f("ix_letter_person_id"), "letter", ["person_id"], unique=False)
    op.create_table(
        "notice_copy",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.Column("letter_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_notice_copy_letter_id_letter")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_copy_notice_id_notice")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_copy_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_copy")),
        sa.UniqueConstraint("notice_id", "person_id", name=op.f("uq_notice_copy_notice_id_person_id")),
    )
    op.create_index(op.f("ix_notice_copy_letter_id"), "notice_copy", ["letter_id"], unique=False)
    op.create_index(op.f("ix_notice_copy_notice_id"), "notice_copy", ["notice_id"], unique=False)
    op.create_index(op.f("ix_notice_copy_person_id"), "notice_copy", ["person_id"], unique=False)
    op.create_table(
        "notice_wish",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("pace IN ('at_once', 'daily', 'urgent_only')", name=op.f("ck_notice_wish_pace_is_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_wish_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_wish")),
        sa.UniqueConstraint("person_id", name=op.f("uq_notice_wish_person_id")),
    )


def downgrade() -> None:
    for table in ("notice_wish", "notice_copy", "letter", "notice"):
        op.drop_table(table)
