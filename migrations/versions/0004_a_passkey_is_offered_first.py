"""A passkey is offered first

A code can be read out over the telephone and a server that checks codes could forge them; a key that never leaves its
authenticator can be neither, and signs the record itself.  So people may have passkeys beside or instead of the
one-time code, recovery codes on paper, and a way back in that two others of their house open together.
Electronic Signature Law art. 13: the data used to create the signature is under the sole control of the signatory.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("secret") as secret:
        secret.alter_column("totp_sealed", existing_type=sa.String(), nullable=True)
        secret.add_column(sa.Column("signs_from", sa.DateTime(timezone=True), nullable=True))
    # Every session so far was proved in the one way there was.
    op.add_column(
        "web_session", sa.Column("proved", sa.String(), nullable=False, server_default="password and one-time code")
    )
    op.add_column("web_session", sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("web_session", sa.Column("seen_from", sa.String(), nullable=True))
    op.add_column("web_session", sa.Column("only_for", sa.String(), nullable=True))
    op.create_table(
        "passkey",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.String(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_person_id"), "passkey", ["person_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("handle", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint("challenge", name=op.f("uq_passkey_challenge_challenge")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recovery_code_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("person_id", "code_hash", name=op.f("uq_recovery_code_person_id_code_hash")),
    )
    op.create_index(op.f("ix_recovery_code_person_id"), "recovery_code", ["person_id"])
    op.create_table(
        "factor_reset",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("proposed_by_id <> person_id", name=op.f("ck_factor_reset_proposed_by_another")),
        sa.CheckConstraint(
            "confirmed_by_id IS NULL OR (confirmed_by_id <> person_id AND confirmed_by_id <> proposed_by_id)",
            name=op.f("ck_factor_reset_confirmed_by_a_third"),
        ),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL) AND (confirmed_at IS NULL) = (token_hash IS NULL) "
            "AND (token_hash IS NULL) = (expires_at IS NULL)",
            name=op.f("ck_factor_reset_confirmed_means_dated"),
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR confirmed_at IS NOT NULL", name=op.f("ck_factor_reset_used_means_confirmed")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_factor_reset_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_reset_person_id_person")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_factor_reset_proposed_by_id_person")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_factor_reset_confirmed_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_reset")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_factor_reset_token_hash")),
    )
    op.create_index(op.f("ix_factor_reset_organisation_id"), "factor_reset", ["organisation_id"])
    op.create_index(op.f("ix_factor_reset_person_id"), "factor_reset", ["person_id"])


def downgrade() -> None:
    """Whoever has only a passkey cannot come back to a house that knows none: their key is left empty."""
    for table in ("factor_reset", "recovery_code", "passkey_challenge", "passkey"):
        op.drop_table(table)
    for column in ("only_for", "seen_from", "proved_at", "proved"):
        op.drop_column("web_session", column)
    op.execute("UPDATE secret SET totp_sealed = '' WHERE totp_sealed IS NULL")
    with op.batch_alter_table("secret") as secret:
        secret.drop_column("signs_from")
        secret.alter_column("totp_sealed", existing_type=sa.String(), nullable=False)
