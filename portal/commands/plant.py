"""Listening to the machines of a plant."""

import contextlib
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Any

import click

from portal import logs
from portal.commands.front_door import front_door
from portal.commands.serve import refuse_unless_walled, settings_or_exit
from portal.commands.watched import plant_of
from portal.plant.mapping import Listening, Unusable, read_mapping
from portal.plant.spool import Spool
from portal.plant.taking import Taking

MISSING = "This needs packages of its own: .venv/bin/python -m pip install --require-hashes -r portal/locks/plant.txt"
Config = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("plant")
def plant() -> None:
    """Listen to what machines tell: MQTT (Sparkplug B) and OPC UA."""


@plant.command("listen")
@click.argument("config", type=Config)
@click.option("--every", type=click.IntRange(min=1), default=2, show_default=True, help="Seconds between two writings.")
def listen(config: Path, every: int) -> None:
    """Put on record what the machines named in CONFIG (TOML) tell, until it is asked to end (SIGTERM, SIGINT)."""
    settings, listening = settings_or_exit(), _mapping(config)
    refuse_unless_walled(settings)
    app, stop = front_door(settings), threading.Event()
    with app.app_context():
        by, entrustment_id = plant_of(listening.entrustment)
    _end_when_asked(stop)
    with contextlib.ExitStack() as at_the_end:
        spool = Spool(_spool_of(config, settings.data_dir))
        at_the_end.callback(spool.close)
        taking = Taking(listening, spool, entrustment_id, by=by)
        broker = at_the_end.enter_context(_broker(listening, spool)) if listening.mqtt else None
        if listening.opcua:
            at_the_end.enter_context(_server(listening, spool))
        while not stop.is_set():
            with app.app_context():
                _take(taking)
            if broker is not None:
                broker.ask_for(taking.rebirths)
            stop.wait(every)


@plant.command("check")
@click.argument("config", type=Config)
def check(config: Path) -> None:
    """Say what is wrong with CONFIG, or what would be listened to; and what was heard and could not be taken."""
    listening = _mapping(config)
    for each in listening.sources.values():
        click.echo(f"{each.key} -> {each.parameter} of {each.batch or each.batch_from}")
    path = _spool_of(config, settings_or_exit().data_dir)
    if path.exists():
        spool = Spool(path)
        click.echo(f"Heard and not on record yet: {len(spool.waiting(100_000))}.")
        for told, because in spool.refused():
            click.echo(f"not taken: {told}: {because}")
        spool.close()


def _take(taking: Taking) -> None:
    """What cannot be written now stays in its file for the next round."""
    try:
        if new := taking.take():
            click.echo(f"Readings taken: {new}.")
    except Exception as broken:  # noqa: BLE001  whatever it is, listening goes on
        logs.error("plant.broken", broken)


def _mapping(config: Path) -> Listening:
    try:
        return read_mapping(config)
    except Unusable as unusable:
        raise click.ClickException(str(unusable)) from unusable


def _spool_of(config: Path, folder: Path) -> Path:
    return folder / f"plant-{config.stem}.sqlite3"


def _broker(listening: Listening, spool: Spool) -> Any:
    try:
        from portal.plant.mqtt import Broker  # noqa: PLC0415  its library is there only where it was asked for
    except ModuleNotFoundError:
        raise click.ClickException(MISSING) from None
    return Broker(listening.mqtt or {}, spool)


def _server(listening: Listening, spool: Spool) -> Any:
    try:
        from portal.plant.opcua import Server  # noqa: PLC0415  likewise
    except ModuleNotFoundError:
        raise click.ClickException(MISSING) from None
    return Server(listening.opcua or {}, listening.nodes, spool)


def _end_when_asked(stop: threading.Event) -> None:
    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for asked in (signal.SIGTERM, signal.SIGINT):
        signal.signal(asked, ask)
