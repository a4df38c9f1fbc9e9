"""Answering a spreadsheet row by row on the command line."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import click

from agreements.csv_table import BadRow


class Answered(Protocol):
    """A row that could be read, with what is to be printed about it."""

    @property
    def data(self) -> Mapping[str, Any]: ...


def answer_rows(file: Path, reader: Callable[[Iterable[str]], Iterator[Answered | BadRow]]) -> None:
    """Print one JSON object a line for each row; name the rows that cannot be read on the error stream, and exit 2."""
    bad = 0
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
        for row in reader(lines):
            if isinstance(row, BadRow):
                bad += 1
                click.echo(f"{file.name}: {row}", err=True)
            else:
                click.echo(json.dumps(row.data, ensure_ascii=False))
    if bad:
        click.get_current_context().exit(2)
