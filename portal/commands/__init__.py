"""What an operator runs by hand or on a timer."""

import importlib
from typing import Any

import click

from portal.starting import starting

# Where each command lives; a command is imported when it is called, so that --help costs nothing.
COMMANDS = {
    "access": ("portal.commands.access", "access"),
    "api-key": ("portal.commands.api_key", "api_key"),
    "bench": ("portal.commands.bench", "bench"),
    "db": ("portal.commands.db", "db"),
    "demo": ("portal.commands.demo", "demo"),
    "doctor": ("portal.commands.doctor", "doctor"),
    "duties": ("portal.commands.duties", "duties"),
    "eligibility": ("portal.commands.eligibility", "eligibility"),
    "enrol": ("portal.commands.founding", "enrol"),
    "errands": ("portal.commands.errands", "errands"),
    "files": ("portal.commands.files", "files"),
    "found": ("portal.commands.founding", "found"),
    "handbook": ("portal.commands.handbook", "handbook"),
    "notices": ("portal.commands.worker", "notices"),
    "plant": ("portal.commands.plant", "plant"),
    "serve": ("portal.commands.serve", "serve"),
    "test": ("portal.commands.testing", "test"),
    "trail": ("portal.commands.trail", "trail"),
    "translations": ("portal.commands.translations", "translations"),
    "upgrade": ("portal.commands.serve", "upgrade"),
    "vendor": ("portal.commands.vendor", "vendor"),
    "worker": ("portal.commands.worker", "worker"),
}


class Commands(click.Group):
    """A group that looks its commands up by name."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        with starting():
            found: Any = getattr(importlib.import_module(module), attribute)
        return found  # type: ignore[no-any-return]  # every attribute named above is a command


@click.group(cls=Commands)
def cli() -> None:
    """Weituo: one quality record, shared by a device registrant and its entrusted manufacturers."""
