"""Files of plants: read on behind the pages, and taken from a folder that is watched."""

import time
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select

from portal.commands.front_door import front_door
from portal.commands.houses import houses
from portal.commands.serve import settings_or_exit
from portal.db import reading, session
from portal.filing import Store
from portal.identity.system import System
from portal.intakes.watching import Watch
from portal.intakes.working import work_through
from portal.records.entrustment import Entrustment
from portal.tenancy import acting_for


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


@intake.command("watch")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path))
@click.option("--entrustment", required=True, help="Number of the entrustment that the files are about.")
@click.option("--every", type=click.IntRange(min=1), default=5, show_default=True, help="Seconds between two looks.")
def watch(folder: Path, entrustment: str, every: int) -> None:
    """Take each file that is put into FOLDER, once its size has stood still from one look to the next.

    It is moved to FOLDER/taken or FOLDER/refused, with a report beside it.
    """
    app = front_door(settings_or_exit())
    with app.app_context():
        found = maker_of(entrustment)
    if found is None:
        raise click.ClickException(f"There is no entrustment {entrustment} that is under way.")
    by, entrustment_id = found
    watched = Watch(folder, entrustment_id)
    while True:
        with app.app_context():
            look_once(watched, app.extensions["store"], by=by)
        time.sleep(every)


def look_once(watched: Watch, store: Store, *, by: System) -> list[tuple[str, str]]:
    """Take what has stopped growing, then read what waits; the name of each file and where it went."""
    moved = []
    for path in watched.settled():
        moved.append((path.name, watched.take(path, store, by=by)))
        click.echo(f"{moved[-1][1]}: {path.name}")
    work_through(store, by=by)
    return moved


def maker_of(number: str) -> tuple[System, UUID] | None:
    """The plant of an entrustment that is under way, and its id."""
    for house, name in houses():
        with acting_for(house), reading():
            wanted = select(Entrustment).where(Entrustment.number == number, Entrustment.ended_at.is_(None))
            found = session.scalars(wanted.where(Entrustment.manufacturer_id == house)).unique().first()
        if found is not None:
            return System(house, name), found.id
    return None


def read_all(store: Store) -> int:
    """The waiting files of every house; how many got to their end."""
    ended = 0
    for house, name in houses():
        ended += work_through(store, by=System(house, name))
    if ended:
        click.echo(f"Files read to their end: {ended}.")
    return ended
