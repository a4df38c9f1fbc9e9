"""The speed of this installation's code, by one command: ratios measured in one run, on both engines."""

import os
import sys

import click

from portal.commands.testing import ROOT


@click.command("bench")
@click.option("--json", "as_json", is_flag=True, required=True, help="One JSON object a line, the only form there is.")
@click.option("--whole", is_flag=True, help="What takes minutes too: a million units as a download.")
@click.argument("engines", nargs=-1, type=click.Choice(["sqlite", "postgresql"]))
def bench(engines: tuple[str, ...], *, as_json: bool, whole: bool) -> None:  # noqa: ARG001  the flag names the form
    """Measure making and tracing against what is done by hand on the same rows.  Exits 1 where a limit is missed."""
    os.chdir(ROOT)
    asked = [*(["--whole"] if whole else []), *engines]
    os.execv(sys.executable, [sys.executable, "-m", "tests.bench.table", *asked])  # noqa: S606  our own words
