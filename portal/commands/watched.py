"""Folders that are watched: each for one entrustment, in which its plant is under way."""

from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import select

from portal.commands.houses import houses
from portal.db import reading, session
from portal.filing import Store
from portal.identity.system import System
from portal.intakes.watching import Watch
from portal.records.entrustment import Entrustment
from portal.tenancy import acting_for


def watch_over(told: str) -> tuple[Watch, System]:
    """``FOLDER=NUMBER`` as what is watched and who it is for.  Raises :class:`click.UsageError`."""
    folder, _, number = told.rpartition("=")
    if not folder or not Path(folder).is_dir():
        raise click.UsageError(f"--watch is FOLDER=NUMBER, of a folder that is there: {told}")
    by, entrustment_id = plant_of(number)
    return Watch(Path(folder), entrustment_id), by


def plant_of(number: str) -> tuple[System, UUID]:
    """The plant of an entrustment that is under way, and its id.  Raises :class:`click.UsageError`."""
    for house, name in houses():
        with acting_for(house), reading():
            wanted = select(Entrustment).where(Entrustment.number == number, Entrustment.ended_at.is_(None))
            found = session.scalars(wanted.where(Entrustment.manufacturer_id == house)).unique().first()
        if found is not None:
            return System(house, name), found.id
    raise click.UsageError(f"There is no entrustment {number} that is under way.")


def look_once(watched: Watch, store: Store, *, by: System) -> list[tuple[str, str]]:
    """Take what has stopped growing; the name of each file and where it went."""
    moved = [(path.name, where) for path in watched.settled() if (where := watched.take(path, store, by=by))]
    for name, where in moved:
        click.echo(f"{where}: {name}")
    return moved
