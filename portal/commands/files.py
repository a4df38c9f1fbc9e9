"""Files that wait in quarantine."""

import click

from portal.commands.front_door import front_door
from portal.commands.houses import houses
from portal.commands.serve import settings_or_exit
from portal.facts.files import clear_away, settle_waiting
from portal.filing import OutOfReach, Store
from portal.founding import Operator
from workflows.words import N_

CHECK = N_("file check")


@click.group("files")
def files() -> None:
    """See to files that wait."""


@files.command("check")
@click.pass_context
def check(ctx: click.Context) -> None:
    """Check and accept the files that wait in quarantine; exits 1 when the store does not answer."""
    app = front_door(settings_or_exit())
    with app.app_context():
        ctx.exit(0 if check_all(app.extensions["store"]) else 1)


def check_all(store: Store) -> bool:
    """Every house's waiting files; False when the store did not answer for one of them."""
    reached = True
    for house, name in houses():
        try:
            for file in settle_waiting(store, by=Operator(house, house, name, name=CHECK)):
                click.echo(f"{file.stage}: {file.name}")
        except OutOfReach as lost:
            click.echo(f"The store does not answer: {lost}", err=True)
            reached = False
    if reached and (cleared := clear_away(store)):
        click.echo(f"Cleared {cleared} leftovers out of quarantine.")
    return reached
