"""What the pages about a change are drawn with."""

from typing import Any

from flask_babel import gettext

from portal.facts import ground_of
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.history import changed_of
from portal.web.value_names import SIDES
from portal.wording import moment
from workflows.change import ADVICE, IMPACTS, KINDS, VERDICTS

Crumb = tuple[str, str | None]


def inside(entrustment: Entrustment, *more: Crumb) -> dict[str, Any]:
    """Breadcrumb of a page about the changes of ``entrustment``."""
    here = crumb(gettext("Changes"), "changes.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def place(change: Change, *more: Crumb) -> dict[str, Any]:
    """What every page about ``change`` is drawn with."""
    here = crumb(change.number, "changes.show", change_id=change.id)
    return {
        **inside(change.entrustment, here, *more),
        **words_of(),
        "identity": identity_of(change, gettext("Change %(number)s", number=change.number)),
        "changed": changed_of(change.changed),
        "advice": ADVICE.get(change.kind),
    }


def moved_on(change: Change) -> list[tuple[str, str]]:
    """When what was done with it, as far as anything was."""
    moved = {
        gettext("Approved"): change.approved_at,
        gettext("Implemented"): change.implemented_at,
        gettext("Refused by the registrant"): change.refused_at,
    }
    return [(label, moment(at)) for label, at in moved.items() if at]


def words_of() -> dict[str, Any]:
    return {"change_kinds": KINDS, "verdicts": VERDICTS, "impacts": IMPACTS, "sides": SIDES}
