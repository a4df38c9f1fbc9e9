"""What the pages about a corrective action and its steps are drawn with."""

from typing import Any

from flask_babel import gettext

from portal.facts import ground_of
from portal.records.capa import Capa, CapaAction
from portal.records.entrustment import Entrustment
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import CAPA_KINDS, SIDES
from workflows.capa import TRIGGERS

Crumb = tuple[str, str | None]


def inside(entrustment: Entrustment, *more: Crumb) -> dict[str, Any]:
    """Breadcrumb of a page about the corrective actions of ``entrustment``."""
    here = crumb(gettext("Corrective actions"), "capas.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def place(capa: Capa, *more: Crumb) -> dict[str, Any]:
    """What every page about ``capa`` is drawn with."""
    here = crumb(capa.number, "capas.show", capa_id=capa.id)
    identity = identity_of(capa, gettext("Corrective action %(number)s", number=capa.number))
    return inside(capa.entrustment, here, *more) | {"identity": identity} | words_of()


def place_of_action(action: CapaAction, *more: Crumb) -> dict[str, Any]:
    here = crumb(gettext("Action"), "capas.action", capa_action_id=action.id)
    identity = identity_of(action, gettext("Action of %(number)s", number=action.capa.number))
    return place(action.capa, here, *more) | {"identity": identity}


def words_of() -> dict[str, Any]:
    return {"triggers": TRIGGERS, "capa_kinds": CAPA_KINDS, "sides": SIDES}
