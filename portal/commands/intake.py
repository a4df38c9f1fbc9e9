"""Files of plants: read on behind the pages, and taken from a folder that is watched."""

import time

import click

from portal.commands.front_door import front_door
from portal.commands.houses import houses
from portal.commands.serve import settings_or_exit
from portal.filing import Store
from portal.identity.system import System
from portal.intakes.working import work_through


@click.group("intake")
def intake() -> None:
    """Read files that plants sent."""


@intake.command("run")
@click.option("--every", type=click.IntRange(min=1), default=None, help="Go on, and look again after so many seconds.")
def run(every: int | None) -> None:
    """Read every file that waits, a part in each transaction; stopped at any point, it goes on where it was."""
    app = front_door(settings_or_exit())
    while True:
        with app.app_context():
            read_all(app.extensions["store"])
        if every is None:
            return
        time.sleep(every)


def read_all(store: Store) -> int:
    """The waiting files of every house; how many got to their end."""
    ended = 0
    for house, name in houses():
        ended += work_through(store, by=System(house, name))
    if ended:
        click.echo(f"Files read to their end: {ended}.")
    return ended
