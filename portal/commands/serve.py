"""Bring the database up to date, and serve."""

import os
from dataclasses import replace
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from sqlalchemy.exc import SQLAlchemyError

from portal import logs
from portal.commands.front_door import front_door
from portal.db import AT_A_TIME, engine_for
from portal.settings import Environment, Settings, Unsafe
from portal.walls import bring_up_to_date
from portal.walls.examining import breaches


@click.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    settings = settings_or_exit()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    bring_up_to_date(settings)
    click.echo("The database is at the newest schema.")


@click.command("serve")
@click.option("--port", default=8765, show_default=True, help="Port on 127.0.0.1; put a proxy with TLS before it.")
@click.option("--workers", default=1, show_default=True, help="Processes; on SQLite one is enough.")
def serve(port: int, workers: int) -> None:
    """Serve the portal with gunicorn, with the settings of the environment."""
    refuse_unless_walled(settings_or_exit())
    run_gunicorn(port, workers)


def refuse_unless_walled(settings: Settings) -> None:
    """Nothing is served while a wall is missing; each is named with the way to mend it."""
    engine = engine_for(settings.database_url)
    try:
        with engine.connect() as connection:
            found = list(breaches(connection, settings))
    except SQLAlchemyError as broken:
        reason = str(broken).splitlines()[0]
        raise click.ClickException(f"The database does not answer: {reason}") from broken
    finally:
        engine.dispose()
    if found:
        raise click.ClickException(
            "\n".join(["The walls do not stand:", *(f"{each.says} {each.mend}" for each in found)])
        )


class ThroughOurs(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """Gunicorn's own lines, in the same form and as silent about people as the rest."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.handlers[:] = [logs.Library()]
            log.propagate = False


def run_gunicorn(port: int, workers: int) -> None:
    """Serve until stopped; does not return."""
    logs.take_over()

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": workers,
                "threads": AT_A_TIME,
                "worker_class": "gthread",
                "preload_app": True,  # what is built before the workers part is theirs in common
                "control_socket_disable": True,
                "accesslog": None,
                "loglevel": "warning",
                "logger_class": ThroughOurs,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            return front_door(_served_at(port))

    Server().run()


def _served_at(port: int) -> Settings:
    """The settings of the environment; on one's own machine links lead to the port that is served."""
    settings = Settings.read()
    if settings.environment is Environment.DEVELOPMENT and "PORTAL_ADDRESS" not in os.environ:
        return replace(settings, address=f"{settings.address}:{port}")
    return settings


def settings_or_exit() -> Settings:
    try:
        return Settings.read()
    except Unsafe as unsafe:
        raise click.ClickException(f"These settings are not safe:\n{unsafe}") from unsafe
