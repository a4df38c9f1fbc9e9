"""Where a page about a person stands."""

from typing import Any

from flask_babel import gettext

from portal.records.person import Person
from portal.web import crumb
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from workflows.engine import State, Tone
from workflows.words import N_

ACTIVE = State("active", N_("Active"), Tone.GOOD)
DEACTIVATED = State("deactivated", N_("Deactivated"), Tone.QUIET)


def people_crumb() -> tuple[str, str | None]:
    return crumb(gettext("People"), "people.listing")


def person_place(person: Person, page: str | None = None) -> dict[str, Any]:
    """Breadcrumb, badge and printed identity; ``page`` is a page below the person's own, in the reader's words."""
    way = [home_crumb(), people_crumb()]
    way += [crumb(person.name, "people.show", person_id=person.id), crumb(page)] if page else [crumb(person.name)]
    return {
        "crumbs": way,
        "standing": DEACTIVATED if person.deactivated_at else ACTIVE,
        "identity": identity_of(person, person.name),
    }
