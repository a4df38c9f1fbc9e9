"""A lot is seen where it led

A registrant answers for a device made elsewhere, so it sees of the plant's books the lots that its own work was made of:
the lot with its certificates and its inspection, the material and the supplier (GMP 2025 art. 90, 91).  Which those are
the graph of making says, through a function that reads it whatever its reader may see; nothing else comes with them.

Revision: 0080
Follows: 0060
"""

from alembic import op

revision = "0080"
down_revision = "0060"
branch_labels = None
depends_on = None

LED_TO_OURS = """CREATE FUNCTION walls.led_to_ours(owner uuid, lot uuid) RETURNS boolean LANGUAGE sql STABLE
       SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
       $$ SELECT EXISTS (
            SELECT FROM public.node AS told
            JOIN public.folio AS kept ON kept.number = told.folio AND kept.owner_id = $1 AND kept.entrustment_id IS NULL
            JOIN public.disclosure AS shown ON shown.node = told.id
            WHERE told.record_id = $2 AND told.kind = 2 AND shown.folio IN
              (SELECT number FROM public.folio WHERE entrustment_id IN (SELECT walls.common()))) $$"""
INDEXES = {
    "material_lot": ("material_id", "supplier_id"),
    "lot_certificate": ("lot_id", "file_id"),
    "lot_result": ("lot_id",),
}


def upgrade() -> None:
    for table, columns in INDEXES.items():
        for column in columns:
            op.create_index(f"ix_{table}_owner_id_{column}", table, ["owner_id", column], unique=False)
    if _on_postgresql():
        op.execute(LED_TO_OURS)


def downgrade() -> None:
    if _on_postgresql():
        op.execute("DROP FUNCTION walls.led_to_ours(uuid, uuid) CASCADE")
    for table, columns in INDEXES.items():
        for column in columns:
            op.drop_index(f"ix_{table}_owner_id_{column}", table_name=table)


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
