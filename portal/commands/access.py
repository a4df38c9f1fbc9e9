"""Open the books of a province to an inspector by case, and close them again."""

from datetime import datetime
from uuid import UUID

import click

from portal.commands.front_door import front_door
from portal.commands.serve import settings_or_exit
from portal.granting import NotGranted, grant_access, withdraw_access

DAY = click.DateTime(["%Y-%m-%d"])


@click.group("access")
def access() -> None:
    """Grant an authority's person access by case, or withdraw it."""


@access.command("grant")
@click.argument("organisation_id", type=click.UUID)
@click.argument("email")
@click.option("--case", "case_number", required=True, help="The number of the case; both parties read it.")
@click.option("--purpose", required=True, help="What the case is for; the authority alone reads it.")
@click.option("--until", type=DAY, required=True, help="The last day of it.")
@click.option("--since", type=DAY, help="The first day of it; today unless told.")
def grant(
    organisation_id: UUID, email: str, *, case_number: str, purpose: str, until: datetime, since: datetime | None
) -> None:
    """Let a person of an authority look, from a day to a day."""
    with front_door(settings_or_exit()).app_context():
        try:
            made = grant_access(
                organisation_id,
                email,
                case_number=case_number,
                purpose=purpose,
                until=until.date(),
                since=since.date() if since else None,
            )
        except NotGranted as wrong:
            raise click.ClickException(str(wrong)) from wrong
    click.echo(made)


@access.command("withdraw")
@click.argument("organisation_id", type=click.UUID)
@click.argument("email")
@click.option("--case", "case_number", required=True)
def withdraw(organisation_id: UUID, email: str, *, case_number: str) -> None:
    """End the access of a person to a case now."""
    with front_door(settings_or_exit()).app_context():
        try:
            withdraw_access(organisation_id, email, case_number)
        except NotGranted as wrong:
            raise click.ClickException(str(wrong)) from wrong
    click.echo(f"{email} no longer looks under {case_number}.")
