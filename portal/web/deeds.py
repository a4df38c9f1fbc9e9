"""What is done to a record besides moving it: weighed like a move, and refused like one."""

from typing import Any

from flask import g

from portal.acting import Refused
from portal.db import today
from portal.web.doors import standing_side
from workflows.engine import Decision, Transition, weigh_opening


def weigh_deed(deed: Transition[Any], facts: Any, record: Any) -> Decision[Any]:
    """Whether the actor may do this to ``record`` now; ``record`` is what the deed is done to or under."""
    return weigh_opening(deed, facts, powers=g.actor.powers, side=standing_side(record), on=today())


def insist(decision: Decision[Any]) -> None:
    """Go on only if it may be done; otherwise :class:`Refused` becomes the page that says why not."""
    if not decision.allowed:
        raise Refused(decision)
