"""How a batch stands with its inspections: what each asks for, what was found, and which pieces do not conform."""

from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.inspection_plans import SEVERITIES, SOURCES, VERDICTS
from portal.facts.failing import pieces_failing_of
from portal.facts.inspected import inspections_of
from portal.records.batch import Batch
from portal.rooms.steps.routes import beside, definition_of, room
from portal.web import crumb, find
from workflows.definition import INSPECTED
from workflows.engine import Tone
from workflows.powers import Power
from workflows.sorting import SOURCES as SORTED_BY
from workflows.words import N_

MOST_PIECES = 200
TONES = {"accepted": Tone.GOOD, "refused": Tone.BAD, "open": Tone.WARN}
ACCEPTED_BY = {
    "sample": N_("by its sample"),
    "every_piece": N_("piece by piece: all were inspected, and what failed is settled"),
    "disposition": N_("by the disposition of its nonconformity"),
}


@room.get("/batches/<uuid:batch_id>/results", power=Power.BATCH_READ)
def results(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    definition = definition_of(batch)
    lines = definition.standing("inspections") if definition else []
    failing = pieces_failing_of(batch.id)
    return render_template(
        "steps/results.html",
        **beside(batch, crumb(gettext("Results"))),
        batch=batch,
        inspections=inspections_of([batch])[batch.id],
        in_words=[each for each in lines if each.coverage is None],
        failing=failing[:MOST_PIECES],
        failing_count=len(failing),
        stages=INSPECTED,
        severities=SEVERITIES,
        sources=SOURCES,
        sorted_by=SORTED_BY,
        verdicts=VERDICTS,
        tones=TONES,
        accepted_by=ACCEPTED_BY,
    )
