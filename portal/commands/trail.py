"""Prove the record."""

import click
from sqlalchemy.exc import DBAPIError

from portal.attesting import verify_signatures
from portal.commands.serve import settings_or_exit
from portal.verifying import Found, verify
from portal.walls import verifiers_engine


@click.group("trail")
def trail() -> None:
    """Read and prove the ledger."""


@trail.command("verify")
@click.pass_context
def verify_trail(ctx: click.Context) -> None:
    """Recompute every chain, every row and every signature of a passkey; names what it finds.

    Exits 0 when clean, 10 for a broken chain, 11 for a row that differs from its last event, 12 for a row without
    event, 13 for a missing row, 14 for a gap, 16 for a signature that its signer's passkey did not make; with several
    troubles, the first in this order.
    """
    engine = verifiers_engine(settings_or_exit())
    try:
        with engine.connect() as connection:
            found: list[Found] = [*verify(connection), *verify_signatures(connection)]
    except DBAPIError as broken:
        raise click.ClickException(f"The database could not be read: {broken.orig}") from broken
    finally:
        engine.dispose()
    for each in found:
        click.echo(f"{each.trouble.value} {each.trouble.name.lower().replace('_', ' ')}: {each.says}")
    if found:
        ctx.exit(min(each.trouble for each in found))
    click.echo("The record is whole: every chain, every row.")
