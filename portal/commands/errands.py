"""What is done beside the server, as the application, one errand after the other."""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from types import FrameType

import click

from portal import logs
from portal.commands.files import check_all
from portal.commands.front_door import front_door
from portal.commands.outside import remember
from portal.commands.serve import refuse_unless_walled, settings_or_exit
from portal.commands.waiting import let_go_on, read_all, take_all
from portal.commands.watched import look_once, watch_over
from portal.db import session
from portal.filing import Store


@dataclass
class Errand:
    """Something to be seen to again and again; ``pause`` is for how many seconds at least it is left alone after that.

    ``run`` answers False where something that it needs could not be reached.
    """

    name: str
    run: Callable[[Store], object]
    pause: int = 0
    due_at: float = 0.0


ERRANDS = (("files", check_all, 60), ("intakes", read_all, 0), ("captures", take_all, 0))


@click.group("errands", invoke_without_command=True)
@click.option("--every", type=click.IntRange(min=1), default=None, help="Go on, and look again after so many seconds.")
@click.option("--watch", multiple=True, metavar="FOLDER=NUMBER", help="Take the files put there, for an entrustment.")
@click.pass_context
def errands(ctx: click.Context, every: int | None, watch: tuple[str, ...]) -> None:
    """Check files that wait, read those that plants sent, go through documents of events, look into folders.

    One round, which exits 1 where an errand broke; with --every until it is asked to end (SIGTERM, SIGINT), after the
    round it is in.
    """
    if ctx.invoked_subcommand:
        return
    settings = settings_or_exit()
    refuse_unless_walled(settings)
    app, stop = front_door(settings), threading.Event()
    remember(watch, settings.data_dir)
    with app.app_context():
        told = [Errand(*each) for each in ERRANDS] + [_watching(each) for each in watch]
    if every is not None:
        _end_when_asked(stop)
    while True:
        with app.app_context():
            broken = make_a_round(told, app.extensions["store"])
        if every is None:
            ctx.exit(1 if broken else 0)
        if stop.wait(every):
            return


@errands.command("again")
def again() -> None:
    """Have tried anew what was left after it broke again and again: files and documents of events of every house."""
    with front_door(settings_or_exit()).app_context():
        click.echo(f"Taken up again: {let_go_on()}.")


def make_a_round(told: Sequence[Errand], store: Store) -> list[str]:
    """Every errand whose time has come; the names of those that broke, which cost no other its turn."""
    broken = []
    for errand in told:
        if time.monotonic() < errand.due_at:
            continue
        try:
            well = errand.run(store) is not False
        except Exception as error:  # noqa: BLE001  whatever it is, the next errand has its turn
            logs.error("errand.broken", error, errand=errand.name)
            well = False
        finally:
            session.remove()
        errand.due_at = time.monotonic() + errand.pause
        broken += [] if well else [errand.name]
    return broken


def _watching(told: str) -> Errand:
    watched, by = watch_over(told)
    return Errand("folder", partial(look_once, watched, by=by))


def _end_when_asked(stop: threading.Event) -> None:
    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, ask)
