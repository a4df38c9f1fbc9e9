"""Documents of events that wait to be gone through."""

import signal
import threading
from types import FrameType

import click

from portal.commands.front_door import front_door
from portal.commands.houses import houses
from portal.commands.serve import settings_or_exit
from portal.making.capturing import take_up, waiting
from portal.tenancy import acting_for


@click.group("captures")
def captures() -> None:
    """See to documents of events (EPCIS) that machines sent."""


@captures.command("take")
@click.option("--every", type=click.IntRange(min=1), default=None, help="Go on, and look again after so many seconds.")
def take(every: int | None) -> None:
    """Go through the documents that wait; with --every until it is asked to end (SIGTERM, SIGINT)."""
    app, stop = front_door(settings_or_exit()), threading.Event()

    def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    if every is not None:
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, _ask_to_stop)
    while True:
        with app.app_context():
            if done := take_all():
                click.echo(f"Documents gone through: {done}.")
        if every is None or stop.wait(every):
            return


def take_all() -> int:
    """Every house's waiting documents, one after the other; how many were gone through."""
    done = 0
    for house, _ in houses():
        with acting_for(house):
            jobs = waiting()
        for job in jobs:
            with acting_for(house):
                done += take_up(job)
    return done
