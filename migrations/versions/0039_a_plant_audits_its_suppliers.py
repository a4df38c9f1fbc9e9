"""A plant audits its suppliers

A plant audits those from whom it buys.  What the manufacturer holds alone is the audit of a supplier: nobody else's
system is its to audit in an entrustment.  For key items Announcement 2024 No. 38 (6) still has the registrant audit the
supplier, alone or with the manufacturer.

Revision: 0039
Follows: 0038
"""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

RULES = {
    "ck_audit_holder_is_known": "held_by IN ('registrant', 'both', 'manufacturer')",
    "ck_audit_manufacturer_alone_means_supplier": "held_by <> 'manufacturer' OR kind = 'supplier'",
}
WRITES = {"audit_held_first": "INSERT", "audit_held": "UPDATE"}


def upgrade() -> None:
    if _on_postgresql():
        for rule, says in RULES.items():
            op.create_check_constraint(op.f(rule), "audit", says)
        return
    for trigger, write in WRITES.items():  # SQLite takes a rule only together with its column
        op.execute(f"CREATE TRIGGER {trigger} BEFORE {write} ON audit BEGIN {' '.join(map(_refused, RULES))} END")


def downgrade() -> None:
    if _on_postgresql():
        for rule in RULES:
            op.drop_constraint(op.f(rule), "audit", type_="check")
        return
    for trigger in WRITES:
        op.execute(f"DROP TRIGGER {trigger}")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")


def _refused(rule: str) -> str:
    says = RULES[rule].replace("held_by", "NEW.held_by").replace("kind", "NEW.kind")
    return f"SELECT RAISE(ABORT, 'CHECK constraint failed: {rule}') WHERE NOT ({says});"
