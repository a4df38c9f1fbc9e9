"""Enter the first organisations and their administrators."""

import secrets
from uuid import UUID

import click
import pyotp

from agreements.provinces import PROVINCES
from portal.commands.front_door import front_door
from portal.commands.serve import settings_or_exit
from portal.founding import NotFounded, found_organisation
from portal.founding import enrol as enrol_person
from workflows.powers import Role

KINDS = ("registrant", "manufacturer", "both", "authority")


@click.command("found")
@click.argument("name")
@click.argument("uscc")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--province", type=click.Choice([each.abbreviation for each in PROVINCES]), required=True)
@click.option("--domicile", required=True, help="The registered address.")
def found(name: str, uscc: str, kind: str, province: str, domicile: str) -> None:
    """Enter an organisation by name and USCC; its people follow with `enrol` and by invitation."""
    with front_door(settings_or_exit()).app_context():
        try:
            made = found_organisation(
                name=name,
                uscc=uscc,
                province=province,
                domicile=domicile,
                registrant=kind in ("registrant", "both"),
                manufacturer=kind in ("manufacturer", "both"),
                authority=kind == "authority",
            )
        except NotFounded as wrong:
            raise click.ClickException(str(wrong)) from wrong
    click.echo(made)


@click.command("enrol")
@click.argument("organisation_id", type=click.UUID)
@click.argument("email")
@click.option("--name", required=True)
@click.option("--title", default="")
@click.option("--role", "roles", type=click.Choice(list(Role)), multiple=True, required=True)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def enrol(organisation_id: UUID, email: str, *, name: str, title: str, roles: tuple[str, ...], language: str) -> None:
    """Enter an organisation's first person; prints the password and the one-time-code key once."""
    # Three kinds of character whatever falls, so that each policy takes it.
    password, totp_key = f"{secrets.token_urlsafe(18)}-Aa1", pyotp.random_base32()
    with front_door(settings_or_exit()).app_context():
        enrol_person(
            organisation_id,
            name=name,
            title=title,
            email=email,
            roles=tuple(map(Role, roles)),
            language=language,
            password=password,
            totp_key=totp_key,
        )
    click.echo(f"password: {password}\none-time-code key: {totp_key}")
