"""Ask by when duties have to be met."""

from pathlib import Path

import click

from agreements.due_dates import due_rows
from portal.commands.answering import answer_rows
from portal.commands.front_door import front_door
from portal.commands.houses import houses
from portal.commands.serve import settings_or_exit
from portal.db import unit_of_work
from portal.facts.duties import recount
from portal.founding import Operator
from portal.tenancy import acting_for
from workflows.words import N_

RECOUNT = N_("count of working days")


@click.group("duties")
def duties() -> None:
    """Ask by when duties have to be met."""


@duties.command("due")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def due(file: Path) -> None:
    """Print when each deadline of a CSV file ends, one JSON object a line; exits 2 if a row could not be read.

    Columns: rule, an id of agreements/data/deadlines.json, and start, an ISO moment with its zone.  Days end at
    midnight in that zone.  A row that could not be read is named on the error stream with its column.
    """
    answer_rows(file, due_rows)


@duties.command("recount")
def recount_provisional() -> None:
    """Count provisional days anew, once the working days of another year are published with an update."""
    with front_door(settings_or_exit()).app_context():
        for house, name in houses():
            with acting_for(house), unit_of_work():
                for duty in recount(by=Operator(house, house, name, name=RECOUNT)):
                    click.echo(f"{duty.rule}: {duty.due_at}")
