"""The whole suite by one command: tools, rules, doors, both engines, and a browser where there is one."""

import os
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[2]
ONE_AT_A_TIME = ("-n", "--numprocesses", "--pdb", "--trace", "--dist")


@click.command("test", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run every test on SQLite and on PostgreSQL, linters included.  What follows `test` goes to pytest."""
    at_once = () if any(word.startswith(ONE_AT_A_TIME) for word in arguments) else _one_per_core()
    os.chdir(ROOT)
    command = [sys.executable, "-m", "pytest", *at_once, *arguments]
    # Some fifty processes begin in a run, and each would compile all that it imports: what one has compiled is kept.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    os.execve(sys.executable, command, environ)  # noqa: S606  # the words are the person's own, and pytest's answer ours


def _one_per_core() -> tuple[str, ...]:
    """In the order they are found: the largest group first would begin with waiting for the object store."""
    return ("-n", str(os.cpu_count() or 1), "--dist", "loadgroup", "--no-loadscope-reorder")
