"""Ask the prohibited catalogue about many products at once."""

from pathlib import Path

import click

from agreements.spreadsheet import check_rows
from portal.commands.answering import answer_rows


@click.group("eligibility")
def eligibility() -> None:
    """Ask whether products may be entrusted at all."""


@eligibility.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Print the verdict on each row of a CSV file, one JSON object a line; exits 2 if a row could not be read.

    A row that could not be read is named on the error stream with its column; every other row is still answered.
    """
    answer_rows(file, check_rows)
