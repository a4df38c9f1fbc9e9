"""What the pages about a batch are drawn with: where they stand, and what may be done there."""

from typing import Any

from flask import url_for
from flask_babel import gettext

from portal.facts import Ground
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.wording import moment
from workflows.batch import DOCUMENTS, RESULTS
from workflows.hold_point import SET
from workflows.recording import FILE, RAISE, RECORD, REVIEW

Crumb = tuple[str, str | None]
DEEDS = {
    "batches.edit": RECORD,
    "batches.documents": FILE,
    "batches.reviews": REVIEW,
    "nonconformities.create": RAISE,
    "holds.create": SET,
}


def crumbs_in(entrustment: Entrustment, *more: Crumb) -> list[Crumb]:
    """The way to the batches of an entrustment, and on."""
    batches = crumb(gettext("Batches"), "batches.listing", entrustment_id=entrustment.id)
    return [home_crumb(), batches, *more]


def place(batch: Batch, ground: Ground | None = None, here: str | None = None) -> dict[str, Any]:
    """What every page about ``batch`` is drawn with; ``here`` names a page below its record."""
    label = gettext("Batch %(number)s", number=batch.number)
    steps: list[Crumb] = [(batch.number, url_for("batches.show", batch_id=batch.id))]
    return {
        "crumbs": crumbs_in(batch.entrustment, *steps, *([crumb(here)] if here else [])),
        "between": between(batch.entrustment, ground),
        "identity": identity_of(batch, label),
        "kinds": DOCUMENTS,
        "results": RESULTS,
    }


def decided_on(batch: Batch) -> list[tuple[str, str]]:
    """When which decision was made, as far as any was."""
    decisions = {
        gettext("Production released"): batch.production_released_at,
        gettext("Released to the market"): batch.marketing_released_at,
        gettext("Rejected"): batch.rejected_at,
    }
    return [(label, moment(at)) for label, at in decisions.items() if at]
