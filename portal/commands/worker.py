"""What is sent out of the house, once or for as long as the process runs."""

import signal
import threading
from types import FrameType

import click
from flask import Flask

from portal.commands.front_door import front_door
from portal.commands.serve import refuse_unless_walled, settings_or_exit
from portal.mailing import Round, make_a_round, postman_of
from portal.settings import Settings
from portal.walls import open_books
from portal.walls.postgresql import WORKER

EVERY = 30


@click.group("notices")
def notices() -> None:
    """What people are told, inside the portal and by mail."""


@notices.command("send")
@click.pass_context
def send(ctx: click.Context) -> None:
    """Hand notices on and send the letters that are due, once; exits 1 when the mail server does not answer."""
    settings = settings_or_exit()
    done = _round(_opened(settings), settings)
    ctx.exit(1 if done.closed else 0)


@click.command("worker")
@click.option("--every", type=click.IntRange(min=1), default=EVERY, show_default=True, help="Seconds between rounds.")
def worker(every: int) -> None:
    """Do the same again and again; ends after the round it is in when it is asked to (SIGTERM, SIGINT)."""
    settings = settings_or_exit()
    app, stop = _opened(settings), threading.Event()

    def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, _ask_to_stop)
    while not stop.is_set():
        _round(app, settings)
        stop.wait(every)


def _opened(settings: Settings) -> Flask:
    """The portal, written to as the worker's own role."""
    refuse_unless_walled(settings)
    app = front_door(settings)
    open_books(settings, role=WORKER)
    return app


def _round(app: Flask, settings: Settings) -> Round:
    with app.app_context():
        done = make_a_round(postman_of(settings))
    if done.sent:
        click.echo(f"Letters sent: {done.sent}.")
    if done.closed:
        click.echo(f"Letters cannot leave now: {done.closed}", err=True)
    return done
