"""What the pages about a design transfer are drawn with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext

from portal.facts import ground_of
from portal.facts.transfers import covering
from portal.records.entrustment import Entrustment
from portal.records.transfer import Transfer, TransferItem, TransferTrial
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import SIDES
from workflows.transfer import KINDS, TRIED
from workflows.transferring import AMEND, GIVE, LIST, NOTE_GAP, RECEIVE, STRIKE, TRAIN, TRY

Crumb = tuple[str, str | None]
DEEDS = {
    "transfers.edit": AMEND,
    "transfers.add_item": LIST,
    "transfers.strike": STRIKE,
    "transfers.give": GIVE,
    "transfers.receive": RECEIVE,
    "transfers.add_training": TRAIN,
    "transfers.add_trial": TRY,
    "transfer_gaps.create": NOTE_GAP,
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step that is transferred, every trial of it, and whether it is covered."""

    name: str
    trials: list[TransferTrial]
    covered: bool


def inside(entrustment: Entrustment, *more: Crumb) -> dict[str, Any]:
    """Breadcrumb of a page about the design transfers of ``entrustment``."""
    here = crumb(gettext("Design transfer"), "transfers.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def place(transfer: Transfer, *more: Crumb) -> dict[str, Any]:
    """What every page about ``transfer`` is drawn with."""
    here = crumb(transfer.number, "transfers.show", transfer_id=transfer.id)
    identity = identity_of(transfer, gettext("Design transfer %(number)s", number=transfer.number))
    words = {"kinds": KINDS, "tried": TRIED, "sides": SIDES}
    return inside(transfer.entrustment, here, *more) | {"identity": identity} | words


def steps_of(transfer: Transfer) -> list[Step]:
    covered = covering(transfer, [(each, each.batch.state) for each in transfer.trials])
    tried: dict[str, list[TransferTrial]] = {each: [] for each in transfer.steps}
    for trial in transfer.trials:
        tried.setdefault(trial.step, []).append(trial)
    return [Step(name, trials, name in covered) for name, trials in tried.items()]


def called(items: Sequence[TransferItem]) -> dict[UUID, str]:
    """Each item as one line: what it is called, its number, its version."""
    return {
        each.id: gettext(
            "%(title)s, %(reference)s, version %(edition)s",
            title=each.title,
            reference=each.reference,
            edition=each.edition,
        )
        for each in items
    }
