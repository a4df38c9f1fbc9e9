"""Ask the prohibited catalogue about many products at once."""

import json
from pathlib import Path

import click

from agreements.spreadsheet import BadRow, check_rows


@click.group("eligibility")
def eligibility() -> None:
    """Ask whether products may be entrusted at all."""


@eligibility.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def check(ctx: click.Context, file: Path) -> None:
    """Print the verdict on each row of a CSV file, one JSON object a line; exits 2 if a row could not be read.

    A row that could not be read is named on the error stream with its column; every other row is still answered.
    """
    bad = 0
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        for row in check_rows(lines):
            if isinstance(row, BadRow):
                bad += 1
                column = f", column {row.column}" if row.column else ""
                click.echo(f"{file.name}: row {row.number}{column}: {row.says}", err=True)
            else:
                click.echo(json.dumps(row.data, ensure_ascii=False))
    if bad:
        ctx.exit(2)
