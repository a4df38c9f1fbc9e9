"""What a resident observed: noted with the report, made a nonconformity with one move."""

from uuid import UUID

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import ledger
from portal.db import now, session
from portal.facts.raising import raise_nonconformity
from portal.facts.reports import observation_facts
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.report import Observation
from portal.rooms.reports.routes import room
from portal.web import find
from portal.web.deeds import insist, weigh_deed
from workflows.engine import Side
from workflows.observation import RAISE_OBSERVATION
from workflows.powers import Power

LONGEST_TITLE = 200


@room.post("/observations/<uuid:observation_id>/nonconformity", power=Power.NONCONFORMITY_RAISE)
def raise_observation(observation_id: UUID) -> ResponseReturnValue:
    found = find(Observation, observation_id, side=Side.REGISTRANT)
    g.back_url = url_for("reports.show", daily_report_id=found.report_id)
    insist(weigh_deed(RAISE_OBSERVATION, observation_facts(found), found))
    raised = make_nonconformity(found, session.get_one(Batch, found.batch_id), by=g.actor)
    flash(gettext("%(number)s is raised; the batch waits until it is closed.", number=raised))
    return redirect(url_for("nonconformities.show", nonconformity_id=found.nonconformity_id))


def make_nonconformity(found: Observation, batch: Batch, *, by: Actor) -> str:
    """Raise against ``batch`` what was observed of it; returns the number of the nonconformity."""
    title = found.says.splitlines()[0]
    short = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    raised = raise_nonconformity(batch, title=short, description=found.says, pieces=None, by=by)
    found.nonconformity_id, found.raised_at = raised.id, now()
    ledger.write(found, RAISE_OBSERVATION.event, by=by, told={"nonconformity": raised.number})
    return raised.number
