"""What waits behind the pages in every house: files that were sent, documents of events, and what stopped."""

import click
from sqlalchemy import select

from portal.commands.houses import houses
from portal.db import session, unit_of_work
from portal.filing import Store
from portal.identity.system import System
from portal.intakes.working import work_through
from portal.making.capturing import take_up, waiting
from portal.making.trying import take_up_again
from portal.records.attempt import MOST_TRIES, Attempt
from portal.tenancy import acting_for


def read_all(store: Store) -> int:
    """The waiting files of every house; how many got to their end."""
    ended = sum(work_through(store, by=System(house, name)) for house, name in houses())
    if ended:
        click.echo(f"Files read to their end: {ended}.")
    return ended


def take_all(_store: Store | None = None) -> int:
    """Every house's waiting documents of events, one after the other; how many were gone through."""
    done = 0
    for house, _ in houses():
        with acting_for(house):
            jobs = waiting()
        for job in jobs:
            with acting_for(house):
                done += take_up(job)
    if done:
        click.echo(f"Documents gone through: {done}.")
    return done


def let_go_on() -> int:
    """Whatever stopped in any house may be tried anew; how many there were."""
    freed = 0
    for house, _ in houses():
        with acting_for(house), unit_of_work():
            stopped = session.scalars(select(Attempt.id).where(Attempt.tries >= MOST_TRIES)).all()
            freed += sum(take_up_again(each) for each in stopped)
    return freed
