"""What an authority sees of one house of its province: its key people, its plant, what it owes itself."""

from uuid import UUID

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import session, today
from portal.facts.own_books import OwnBooks
from portal.records.organisation import Organisation
from portal.rooms.authority.routes import lens_crumb, room
from portal.web import crumb, witnessed_each
from portal.web.value_names import OWES
from workflows.appointment import KEY_POSTS
from workflows.duty import STANDINGS, TONES
from workflows.grades import GRADES
from workflows.making import OPERATIONS
from workflows.powers import Power
from workflows.proving import PROOFS
from workflows.proving import STANDINGS as PROVEN


@room.get("/houses/<uuid:organisation_id>", power=Power.EXPORT_TAKE)
def house(organisation_id: UUID) -> ResponseReturnValue:
    """Where nothing is there to be seen, the house is none of this authority's: 404.  The house's ledger is told."""
    if OwnBooks.of(organisation_id).is_empty:
        abort(404)
    witnessed_each([], "organisation.inspected", houses=[organisation_id])
    seen = session.get_one(Organisation, organisation_id)
    return render_template(
        "authority/house.html",
        crumbs=[lens_crumb(), crumb(gettext("The house itself"))],
        house=seen,
        books=OwnBooks.of(organisation_id),
        posts=KEY_POSTS,
        on=today(),
        grades=GRADES,
        operations=OPERATIONS,
        proof_kinds=PROOFS,
        proof_standings=PROVEN,
        owers=OWES,
        standings=STANDINGS,
        tones=TONES,
    )
