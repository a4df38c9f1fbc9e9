"""Bring the database up to date, and serve."""

import click
from gunicorn.app.base import BaseApplication

from portal.commands.front_door import front_door
from portal.db import engine_for
from portal.migrating import upgrade as migrate
from portal.settings import Settings, Unsafe


@click.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest schema."""
    settings = settings_or_exit()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    engine = engine_for(settings.database_url)
    migrate(engine)
    engine.dispose()
    click.echo("The database is at the newest schema.")


@click.command("serve")
@click.option("--port", default=8765, show_default=True, help="Port on 127.0.0.1; put a proxy with TLS before it.")
@click.option("--workers", default=1, show_default=True, help="Processes; on SQLite one is enough.")
def serve(port: int, workers: int) -> None:
    """Serve the portal with gunicorn, with the settings of the environment."""
    settings_or_exit()
    run_gunicorn(port, workers)


def run_gunicorn(port: int, workers: int) -> None:
    """Serve until stopped; does not return."""

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": workers,
                "threads": 8,
                "worker_class": "gthread",
                "control_socket_disable": True,
                "accesslog": None,
                "loglevel": "warning",
            }.items():
                self.cfg.set(name, value)

        def load(self) -> object:
            return front_door(Settings.read())

    Server().run()


def settings_or_exit() -> Settings:
    try:
        return Settings.read()
    except Unsafe as unsafe:
        raise click.ClickException(f"These settings are not safe:\n{unsafe}") from unsafe
