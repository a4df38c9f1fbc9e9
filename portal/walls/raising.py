"""Bringing a database to the newest schema, its walls and the key of its contexts with it."""

from portal.settings import Settings
from portal.walls import postgresql
from portal.walls.guarding import owners_engine


def bring_up_to_date(settings: Settings) -> None:
    """As the owner, in one transaction for the schema and one for the key; safe to repeat."""
    from portal.migrating import upgrade  # noqa: PLC0415  Alembic is large, and who serves pages changes no tables

    owner = owners_engine(settings)
    try:
        upgrade(owner)
        if owner.dialect.name == "postgresql":
            with owner.begin() as connection:
                postgresql.hand_over_the_key(connection, settings)
    finally:
        owner.dispose()
