"""The key with which the portal signs the tokens of machines."""

import click

from portal.commands.serve import settings_or_exit
from portal.identity.keyring import rotate, verifying_keys


@click.group("api-key")
def api_key() -> None:
    """See or change the key that signs the tokens of machines."""


@api_key.command("show")
def show() -> None:
    """Print the names of the keys that count, the signing one first."""
    for name in verifying_keys(settings_or_exit()):
        click.echo(name)


@api_key.command("rotate")
def change() -> None:
    """Sign with a new key from now on; the one before still verifies.  Wait fifteen minutes between two rotations."""
    settings = settings_or_exit()
    if settings.api_keys:
        raise click.ClickException("The keys come from PORTAL_API_KEYS: put a new one before the others there.")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    click.echo(f"Tokens are signed with {rotate(settings.data_dir)} from now on.")
