"""Anybody may ask what a label stands for

Whoever holds a device may know its product, registrant and entrusted manufacturer, as the label itself says.  The answer
comes for one device identifier at a time, from a function that gives these three and opens no table.

Revision: 0090
Follows: 0057
"""

from alembic import op

revision = "0090"
down_revision = "0057"
branch_labels = None
depends_on = None

# Nothing that was only entered: what is not in use yet is on no label.
ASK = """CREATE FUNCTION walls.device_label(of_agency text, of_di text)
         RETURNS TABLE (product text, registrant text, manufacturer text)
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS
         $$ SELECT DISTINCT item.product_name, registrant.name, manufacturer.name
            FROM public.trade_item AS item
            JOIN public.entrustment AS relation ON relation.id = item.entrustment_id
            JOIN public.organisation AS registrant ON registrant.id = relation.registrant_id
            JOIN public.organisation AS manufacturer ON manufacturer.id = relation.manufacturer_id
            WHERE walls.identity() AND item.agency = of_agency AND item.di = of_di AND item.state <> 'entered' $$"""


def upgrade() -> None:
    if _on_postgresql():
        op.execute(ASK)


def downgrade() -> None:
    if _on_postgresql():
        op.execute("DROP FUNCTION walls.device_label(text, text)")


def _on_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
