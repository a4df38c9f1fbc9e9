"""The year's duties as the docket kept them, beside what was expected of them."""

import csv
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from agreements.clocks import Due
from portal.db import CHINA, reading, session
from portal.demo.clock import at
from portal.demo.story import organisation_of
from portal.demo.year.telling import ENDS
from portal.records.duty import Duty
from portal.tenancy import acting_for

REGISTRANTS = ("chengyue", "lantai")
HOUSES = (*REGISTRANTS, "hengrui")
OWED = Path(__file__).with_name("owed.csv")


@dataclass(frozen=True, slots=True, order=True)
class Reckoned:
    """One duty of the year as people read it: days, or moments to the minute where the regulation counts hours.

    ``last`` is the last day or moment on which it could be met in time, empty where nobody counts.
    """

    house: str
    rule: str
    owes: str
    began: str
    last: str
    met: str
    standing: str


def expected() -> dict[Reckoned, str]:
    """Every duty that the regulation and the agreements lay down for the year, and why so."""
    with OWED.open(encoding="utf-8", newline="") as lines:
        return {Reckoned(**row): because for row in csv.DictReader(lines) if (because := row.pop("because"))}


def kept() -> list[Reckoned]:
    """Every duty in the entrustments of the two registrants, and of each house itself, as it stands at the end."""
    found = []
    for house in HOUSES:
        with at(ENDS), acting_for(organisation_of(house)), reading():
            wanted = select(Duty) if house in REGISTRANTS else select(Duty).where(Duty.entrustment_id.is_(None))
            found += [_read(house, duty) for duty in session.scalars(wanted)]
    return found


def differences() -> list[str]:
    """What was expected and is not there, and what is there and was not expected; empty when the year came true."""
    wanted, there = Counter(list(expected())), Counter(kept())
    missing = [f"expected: {_line(each)}" for each in (wanted - there).elements()]
    return sorted(missing) + sorted(f"found:    {_line(each)}" for each in (there - wanted).elements())


def table() -> str:
    """The year for a reader: a line a duty, with the reason that was written down for it, and a count at the end."""
    reasons, there = expected(), kept()
    lines = [f"{_line(each)}  {reasons.get(each, '')}" for each in sorted(there)]
    stand = Counter(each.standing for each in there)
    counted = ", ".join(f"{number} {name}" for name, number in sorted(stand.items()))
    return "\n".join([*lines, "", f"{len(there)} duties: {counted}."])


def _line(each: Reckoned) -> str:
    return (
        f"{each.house:9} {each.standing:9} {each.rule:23} {each.owes:13} "
        f"{each.began:17} {each.last or '-':17} {each.met or '-':17}"
    )


def _read(house: str, duty: Duty) -> Reckoned:
    by_hand = duty.about_kind == Duty.ABOUT_ITSELF
    return Reckoned(
        house,
        duty.rule,
        duty.owes,
        _told(duty.started_at, to_the_minute=by_hand),
        _last(duty),
        _told(duty.met_at, to_the_minute=by_hand) if duty.met_at else "",
        duty.standing,
    )


def _last(duty: Duty) -> str:
    if duty.due_at is None:
        return ""
    if duty.under.counts_hours:
        return _told(duty.due_at, to_the_minute=True)
    return Due(duty.due_at.astimezone(CHINA)).last_day.isoformat()


def _told(at: datetime, *, to_the_minute: bool) -> str:
    here = at.astimezone(CHINA)
    return f"{here:%Y-%m-%dT%H:%M}" if to_the_minute else f"{here:%Y-%m-%d}"
