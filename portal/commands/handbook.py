"""Draw the lifecycles."""

from pathlib import Path

import click

from workflows import catalogue

HANDBOOK = Path(__file__).resolve().parents[2] / "workflows" / "README.md"


@click.command("handbook")
def handbook() -> None:
    """Redraw workflows/README.md from the lifecycles."""
    HANDBOOK.write_text(catalogue.handbook(), encoding="utf-8")
    click.echo(f"Wrote {HANDBOOK.name}.")
