"""What each side shows the other: showing a record, withdrawing it, and what is still missing."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session
from portal.facts import Ground, ground_of, present, proved
from portal.facts import withdraw as take_back
from portal.facts.appointments import holders
from portal.facts.exhibits import EXHIBITED, exhibited, kind_of
from portal.facts.showing import show_in
from portal.records.appointment import Appointment
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.evidence import CreditCheck, Evidence
from portal.records.organisation import Organisation
from portal.rooms.entrustments.forms import ShowForm, WithdrawForm
from portal.rooms.entrustments.reading import OWES, described, shown_lines
from portal.rooms.entrustments.routes import inside, room
from portal.web import find, standing_side
from portal.web.between import refuse_ended
from portal.web.forms import options
from portal.web.value_names import EXHIBITS
from portal.wording import said
from workflows.engine import Side
from workflows.powers import Power


@room.get("/<uuid:entrustment_id>/exhibits", power=Power.ENTRUSTMENT_READ)
def exhibits(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    side = standing_side(entrustment)
    if side not in OWES or not g.actor.may(Power.EVIDENCE_KEEP) or entrustment.where.final:
        return _page(ground, None)
    return _page(ground, _form(_own_records(ground, side)))


@room.post("/<uuid:entrustment_id>/exhibits", power=Power.EVIDENCE_KEEP)
def show_record(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    side = standing_side(entrustment)
    if side not in OWES:
        abort(403)
    refuse_ended(entrustment)
    ground = ground_of(entrustment)
    own = _own_records(ground, side)
    form = _form(own)
    if not form.validate_on_submit():
        return _page(ground, form), 422
    record = own[form.record.data]
    show_in(entrustment, holders(), by=g.actor)
    present(entrustment, record, by=g.actor)
    flash(gettext("Shown: %(kind)s. Every product was judged anew.", kind=said(EXHIBITS[kind_of(record)])))
    return redirect(url_for("entrustments.exhibits", entrustment_id=entrustment_id))


@room.route("/exhibits/<uuid:exhibit_id>/withdraw", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP)
def withdraw(exhibit_id: UUID) -> ResponseReturnValue:
    exhibit = find(Exhibit, exhibit_id)
    if exhibit.owner_id != g.actor.organisation_id:
        abort(403)
    entrustment = session.get_one(Entrustment, exhibit.entrustment_id)
    refuse_ended(entrustment)
    form = WithdrawForm.over(exhibit)
    back = url_for("entrustments.exhibits", entrustment_id=entrustment.id)
    if not form.is_submitted() and exhibit.withdrawn_at is not None:
        flash(gettext("This was withdrawn already."))
        return redirect(back)
    if not form.validate_on_submit():
        page = render_template(
            "entrustments/withdraw.html",
            form=form,
            back_url=back,
            kind=said(EXHIBITS[exhibit.kind]),
            what=described(exhibit.kind, exhibit.facts),
            **inside(entrustment, gettext("Withdraw")),
        )
        return page, 422 if form.is_submitted() else 200
    form.refuse_stale(exhibit)
    take_back(exhibit, by=g.actor, entrustment=entrustment, reason=form.reason.data)
    flash(gettext("Withdrawn: %(kind)s. Every product was judged anew.", kind=said(EXHIBITS[exhibit.kind])))
    return redirect(back)


def _own_records(ground: Ground, side: Side | None) -> dict[str, Any]:
    """The actor's own records of the kinds its side owes, not shown here yet, by the value that chooses them."""
    shown = {each.subject_id for each in ground.exhibits if each.withdrawn_at is None}
    found = (record for kind in OWES[side] for record in _own_of(kind, ground)) if side in OWES else ()
    return {str(record.id): record for record in found if record.id not in shown}


def _own_of(kind: str, ground: Ground) -> Iterator[Any]:
    table, _ = EXHIBITED[kind]
    wanted = select(table).order_by(table.id.desc()).limit(200)
    if issubclass(table, Evidence):
        wanted = wanted.where(table.retired_on.is_(None))
    if table is Appointment:
        wanted = wanted.where(Appointment.state == "in_office")
    if table is CreditCheck:
        wanted = wanted.where(CreditCheck.about_uscc == ground.entrustment.manufacturer.uscc)
    yield from proved(session.scalars(wanted))


def _form(own: dict[str, Any]) -> ShowForm:
    form = ShowForm()
    owner = session.get_one(Organisation, g.actor.organisation_id)
    offered = {value: _label(record, owner) for value, record in own.items()}
    form.record.choices = options({"": gettext("Choose a record"), **offered}) if own else []
    return form


def _label(record: Any, owner: Organisation) -> str:
    kind = kind_of(record)
    what = described(kind, exhibited(record, owner=owner))
    label: str = gettext("%(kind)s: %(what)s", kind=said(EXHIBITS[kind]), what=what)
    return label


def _page(ground: Ground, form: ShowForm | None) -> str:
    entrustment = ground.entrustment
    side = standing_side(entrustment)
    return render_template(
        "entrustments/exhibits.html",
        sides=shown_lines(ground, keeper=side if g.actor.may(Power.EVIDENCE_KEEP) and form else None),
        form=form,
        withdrawn=[each for each in ground.exhibits if each.withdrawn_at is not None],
        described=described,
        kinds=EXHIBITS,
        **inside(entrustment, gettext("What each side has shown"), ground),
    )
