"""Whose books are open is signed

Row security is only as good as what says on whose behalf the database is asked.  A setting can be made by whoever can
run a statement, so the context carries an HMAC that PostgreSQL checks with a key the portal's roles cannot read.  The
rules of each table follow from the models and are laid after every upgrade; SQLite has its guard in each connection.
GMP 2025 art. 46: access to records is limited to those who are authorised.

Revision: 0003
Follows: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

POSTGRESQL = [
    "CREATE SCHEMA walls",
    """CREATE TABLE walls.context_key (
         id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
         inner_pad bytea NOT NULL,
         outer_pad bytea NOT NULL,
         since timestamptz NOT NULL DEFAULT now())""",
    """CREATE FUNCTION walls.context() RETURNS text[] LANGUAGE plpgsql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$
       DECLARE
         given text := nullif(current_setting('weituo.context', true), '');
         body text := split_part(given, '.', 1);
         field text[] := string_to_array(body, '|');
       BEGIN
         IF given IS NULL THEN
           RAISE EXCEPTION 'nobody said on whose behalf' USING ERRCODE = '42501';
         END IF;
         IF NOT EXISTS (
           SELECT FROM walls.context_key AS key
           WHERE encode(sha256(key.outer_pad || sha256(key.inner_pad || convert_to(body, 'UTF8'))), 'hex')
             = split_part(given, '.', 2)
         ) THEN
           RAISE EXCEPTION 'the context is not signed by the portal' USING ERRCODE = '42501';
         END IF;
         IF field[1] <> '1' OR field[2]::bigint < extract(epoch FROM clock_timestamp()) THEN
           RAISE EXCEPTION 'the context has expired' USING ERRCODE = '42501';
         END IF;
         RETURN field;
       END
       $$""",
    "CREATE FUNCTION walls.house() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif((walls.context())[3], '')::uuid $$",
    "CREATE FUNCTION walls.person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif((walls.context())[4], '')::uuid $$",
    "CREATE FUNCTION walls.looking() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT (walls.context())[5] = '1' $$",
    "CREATE FUNCTION walls.day() RETURNS date LANGUAGE sql STABLE AS $$ SELECT (walls.context())[6]::date $$",
    "CREATE FUNCTION walls.anybody() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT walls.context() IS NOT NULL $$",
    "CREATE FUNCTION walls.identity() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT (walls.context())[3] = '' $$",
    """CREATE FUNCTION walls.common() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT entrustment_id FROM public.participation
          WHERE organisation_id = walls.house() AND since <= walls.day() AND (until IS NULL OR until >= walls.day()) $$""",
    """CREATE FUNCTION walls.own() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT id FROM public.entrustment WHERE owner_id = walls.house() $$""",
    """CREATE FUNCTION walls.people() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT id FROM public.person WHERE owner_id = walls.house() $$""",
    """CREATE FUNCTION walls.streams() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
         SET search_path = pg_catalog, pg_temp AS
       $$ SELECT id FROM public.ledger_stream
          WHERE (kind = 'organisation' AND about_id = walls.house())
             OR (kind = 'entrustment' AND (about_id IN (SELECT walls.common()) OR about_id IN (SELECT walls.own()))) $$""",
    """CREATE FUNCTION walls.stays() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN
         IF to_jsonb(NEW) -> 'owner_id' IS DISTINCT FROM to_jsonb(OLD) -> 'owner_id'
            OR to_jsonb(NEW) -> 'entrustment_id' IS DISTINCT FROM to_jsonb(OLD) -> 'entrustment_id' THEN
           RAISE EXCEPTION 'the walls: % does not change hands', TG_TABLE_NAME USING ERRCODE = '42501';
         END IF;
         RETURN NEW;
       END $$""",
]


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP SCHEMA walls CASCADE")
