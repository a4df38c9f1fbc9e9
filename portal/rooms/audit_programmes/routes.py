"""The audit programmes of an entrustment: one for each year, begun, drawn up, approved."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms.validators import InputRequired, ValidationError

from portal.db import session, today
from portal.facts import ground_of, programme_facts
from portal.records.audit import AuditProgramme
from portal.records.entrustment import Entrustment
from portal.rooms.audit_programmes.programming import begin_programme, programme_of
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of, refuse_ended
from portal.web.deeds import weigh_deed
from portal.web.fields import whole_number
from portal.web.frame import home_crumb
from workflows.audit import KINDS, MODES
from workflows.audit_programme import AUDIT_PROGRAMME, BEGIN
from workflows.engine import Side
from workflows.powers import Power

FIRST = 2000
YEARS_BACK, YEARS_AHEAD = 1, 5

room = Room("audit_programmes", __name__)


class YearForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    year = whole_number(_l("Year"), "", InputRequired(_l("Give the year, such as 2026.")), least=FIRST)

    def validate_year(self, field: Any) -> None:
        if field.data is not None and not -YEARS_BACK <= field.data - today().year <= YEARS_AHEAD:
            raise ValidationError(_l("A programme is for last year at the earliest, and for five years ahead at most."))


@room.get("/entrustments/<uuid:entrustment_id>/audit-programmes", power=Power.AUDIT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    return _listing(find(Entrustment, entrustment_id), YearForm(year=today().year))


@room.post("/entrustments/<uuid:entrustment_id>/audit-programmes", power=Power.AUDIT_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    g.back_url = url_for("audit_programmes.listing", entrustment_id=entrustment_id)
    refuse_ended(entrustment)
    form = YearForm()
    if not form.validate_on_submit():
        return _listing(entrustment, form)
    if programme_of(entrustment, form.year.data):
        form.year.errors = [gettext("There is a programme of %(year)s already.", year=form.year.data)]
        return _listing(entrustment, form)
    programme = begin_programme(entrustment, form.year.data, by=g.actor)
    flash(gettext("The programme of %(year)s is begun.", year=programme.year))
    return redirect(url_for("audit_programmes.show", audit_programme_id=programme.id))


@room.get("/audit-programmes/<uuid:audit_programme_id>", power=Power.AUDIT_READ)
def show(audit_programme_id: UUID) -> ResponseReturnValue:
    programme = find(AuditProgramme, audit_programme_id)
    facts = programme_facts(programme)
    return render_template(
        "audit_programmes/show.html",
        **_place(programme),
        programme=programme,
        facts=facts,
        **kept(programme, facts),
    )


def _listing(entrustment: Entrustment, form: YearForm) -> ResponseReturnValue:
    found = session.scalars(
        select(AuditProgramme)
        .where(AuditProgramme.entrustment_id == entrustment.id)
        .order_by(AuditProgramme.year.desc())
    ).all()
    page = render_template(
        "audit_programmes/listing.html",
        **_beside(entrustment, crumb(gettext("Programmes"))),
        entrustment=entrustment,
        found=found,
        form=form,
        deed=BEGIN,
        may_begin=weigh_deed(BEGIN, True, entrustment).allowed and not entrustment.where.final,
    )
    return page, 422 if form.is_submitted() else 200


def _beside(entrustment: Entrustment, *more: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Audits"), "audits.listing", entrustment_id=entrustment.id),
            *more,
        ],
        "between": between(entrustment, ground_of(entrustment)),
        "identity": identity_of(entrustment, gettext("Entrustment %(number)s", number=entrustment.number)),
    }


def _place(programme: AuditProgramme) -> dict[str, Any]:
    """What every page about ``programme`` is drawn with."""
    label = gettext("Audit programme of %(year)s", year=programme.year)
    up = crumb(gettext("Programmes"), "audit_programmes.listing", entrustment_id=programme.entrustment_id)
    own = crumb(str(programme.year), "audit_programmes.show", audit_programme_id=programme.id)
    return _beside(programme.entrustment, up, own) | {
        "identity": identity_of(programme, label),
        "kinds": KINDS,
        "modes": MODES,
    }


Ceremony(
    room=room,
    lifecycle=AUDIT_PROGRAMME,
    kind=AuditProgramme,
    key="audit_programme_id",
    facts=programme_facts,
    leaf="audit_programmes/_leaf.html",
    place=_place,
    back="audit_programmes.show",
).hang("/audit-programmes/<uuid:audit_programme_id>")
