"""What is done to a record besides moving it: weighed like a move, and refused like one."""

from collections.abc import Mapping
from typing import Any

from flask import g, url_for

from portal.acting import Refused
from portal.db import today
from portal.web.doors import standing_side
from workflows.engine import Decision, Transition, weigh_opening

# What may be done to a record, behind the address where it is done.
Offered = tuple[str, Transition[Any]]


def weigh_deed(deed: Transition[Any], facts: Any, record: Any) -> Decision[Any]:
    """Whether the actor may do this to ``record`` now; ``record`` is what the deed is done to or under."""
    return weigh_opening(deed, facts, powers=g.actor.powers, side=standing_side(record), on=today())


def deeds_on(record: Any, facts: Any, doors: Mapping[str, Transition[Any]]) -> list[Offered]:
    """Those of ``doors``, each with what is done behind it, that the actor may enter with ``record`` now."""
    key = {f"{record.__tablename__}_id": record.id}
    return [(url_for(door, **key), deed) for door, deed in doors.items() if weigh_deed(deed, facts, record).allowed]


def insist(decision: Decision[Any]) -> None:
    """Go on only if it may be done; otherwise :class:`Refused` becomes the page that says why not."""
    if not decision.allowed:
        raise Refused(decision)
