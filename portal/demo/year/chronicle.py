"""What people of the year put on record by hand: that something happened, and that what it asked for was done."""

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from agreements.duty_rules import duty_rule
from portal.acting import Refused
from portal.db import CHINA, session
from portal.demo.hands import played_by
from portal.demo.story import World
from portal.facts.duties import meeting_facts
from portal.records.duty import OPEN, Duty
from portal.records.entrustment import Entrustment
from portal.rooms.duties.keeping import begin, put_down
from workflows.duty import CALL, MEET
from workflows.engine import Side, weigh_opening
from workflows.powers import Role

TOLD = Path(__file__).with_name("told.csv")
# Who speaks for a side; what both owe together is shown by the registrant.
SPEAKS = {
    "registrant": (Side.REGISTRANT, Role.REGISTRANT_QUALITY_MANAGER),
    "manufacturer": (Side.MANUFACTURER, Role.MANUFACTURER_QUALITY_MANAGER),
    "both": (Side.REGISTRANT, Role.REGISTRANT_QUALITY_MANAGER),
}


def told(world: World) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each thing that was written down, with its moment, in the order of the table."""
    with TOLD.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["happened"]:
                yield row["happened"], partial(_begun, world, row)
            if row["shown"]:
                yield row["shown"], partial(_shown, world, row)


def _begun(world: World, row: dict[str, str]) -> None:
    side, role = SPEAKS[row["by"]]
    with played_by(_house(row["registrant"], side), role, world.org) as by:
        _weigh(CALL, None, side, by, row["happened"])
        begin(
            session.get_one(Entrustment, world.named[f"{row['registrant']}_entrustment"]),
            duty_rule(row["rule"]),
            happening=row["said"],
            at=_moment(row["happened"]),
            until=None,
            side=side,
            by=by,
        )


def _shown(world: World, row: dict[str, str]) -> None:
    duty_id, owes = _open_one(world, row)
    side, role = SPEAKS[owes]
    with played_by(_house(row["registrant"], side), role, world.org) as by:
        duty = session.get_one(Duty, duty_id)
        _weigh(MEET, meeting_facts(duty, side), side, by, row["shown"])
        put_down(duty, at=_moment(row["shown"]), evidence=row["evidence"], file=None, by=by)


def _open_one(world: World, row: dict[str, str]) -> Any:
    """The duty that the row speaks of: the open one of its rule that began when the row says, or the only one."""
    wanted = select(Duty.id, Duty.owes).where(
        Duty.entrustment_id == world.named[f"{row['registrant']}_entrustment"], Duty.rule == row["rule"], OPEN
    )
    if row["happened"]:
        wanted = wanted.where(Duty.started_at == _moment(row["happened"]))
    with played_by(row["registrant"], Role.REGISTRANT_QUALITY_MANAGER, world.org):
        return session.execute(wanted).one()


def _weigh(deed: Any, facts: Any, side: Side, by: Any, moment: str) -> None:
    decision = weigh_opening(deed, facts, powers=by.powers, side=side, on=date.fromisoformat(moment[:10]))
    if not decision.allowed:
        raise Refused(decision)


def _house(registrant: str, side: Side) -> str:
    return registrant if side is Side.REGISTRANT else "hengrui"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)
