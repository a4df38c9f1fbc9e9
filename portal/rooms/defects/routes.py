"""Defects found after shipment: the list of an entrustment, each notice, what follows from it, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.facts import ground_of
from portal.facts.defects import defect_facts, shipped
from portal.records.defect_notice import DefectNotice
from portal.records.entrustment import Entrustment
from portal.rooms.defects.forms import NotifyForm, SettlementForm
from portal.rooms.defects.keeping import decide as put_down_outcome
from portal.rooms.defects.keeping import notify
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from workflows.defect_notice import DECIDE, DEFECT_NOTICE, NOTIFY, OUTCOMES
from workflows.engine import Side
from workflows.powers import Power

room = Room("defects", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/defects", power=Power.BATCH_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    return render_template(
        "defects/listing.html",
        **_inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(DefectNotice).where(DefectNotice.entrustment_id == entrustment_id), DefectNotice.id),
        may_notify=weigh_deed(NOTIFY, None, entrustment).allowed,
        deed=NOTIFY,
    )


@room.route("/entrustments/<uuid:entrustment_id>/defects/new", methods=("GET", "POST"), power=Power.DEFECT_NOTIFY)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    """Even of an entrustment that has ended: what was shipped under it is still with patients."""
    entrustment = find(Entrustment, entrustment_id, side=Side.MANUFACTURER)
    g.back_url = url_for("defects.listing", entrustment_id=entrustment_id)
    decision = weigh_deed(NOTIFY, None, entrustment)
    insist(decision)
    form = NotifyForm.asking(entrustment_id)
    if not form.validate_on_submit():
        where = _inside(entrustment, crumb(gettext("Notify a defect")))
        page = render_template("defects/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    told = {"what": form.what.data, "found_at": form.found_at.data, "found_by": form.found_by.data}
    notice = notify(form.found, **told, decision=decision, by=g.actor)
    flash(gettext("%(number)s: production is stopped, and the registrant is notified.", number=notice.number))
    return redirect(url_for("defects.show", defect_notice_id=notice.id))


@room.get("/defects/<uuid:defect_notice_id>", power=Power.BATCH_READ)
def show(defect_notice_id: UUID) -> ResponseReturnValue:
    notice = find(DefectNotice, defect_notice_id)
    known = shipped(notice.entrustment_id, notice.batches)
    return render_template(
        "defects/show.html",
        **_place(notice),
        notice=notice,
        batches=[(number, known.get(number)) for number in notice.batches],
        **kept(notice, _facts(notice), deeds=deeds_on(notice, notice.state, {"defects.decide": DECIDE})),
    )


@room.route("/defects/<uuid:defect_notice_id>/settlement", methods=("GET", "POST"), power=Power.DEFECT_SETTLE)
def decide(defect_notice_id: UUID) -> ResponseReturnValue:
    notice = find(DefectNotice, defect_notice_id, side=Side.REGISTRANT)
    g.back_url = url_for("defects.show", defect_notice_id=notice.id)
    g.mend_ids = _ids(notice)
    insist(weigh_deed(DECIDE, notice.state, notice))
    form = SettlementForm.over(notice)
    if not form.validate_on_submit():
        where = _place(notice, crumb(gettext("What follows")))
        page = render_template("defects/decide.html", **where, notice=notice, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    form.refuse_stale(notice)
    put_down_outcome(notice, form.outcome.data, form.reason.data, by=g.actor)
    flash(gettext("What follows is on record; the stop is lifted when the defect is settled."))
    return redirect(g.back_url)


def _inside(entrustment: Entrustment, *more: tuple[str, str | None]) -> dict[str, Any]:
    """Breadcrumb of a page about the defects of ``entrustment``."""
    here = crumb(gettext("Defects"), "defects.listing", entrustment_id=entrustment.id)
    return {
        "crumbs": [home_crumb(), here, *more],
        "between": between(entrustment, ground_of(entrustment)),
        "outcomes": OUTCOMES,
    }


def _place(notice: DefectNotice, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``notice`` is drawn with."""
    here = crumb(notice.number, "defects.show", defect_notice_id=notice.id)
    identity = identity_of(notice, gettext("Defect notice %(number)s", number=notice.number))
    return _inside(notice.entrustment, here, *more) | {"identity": identity}


def _ids(notice: DefectNotice) -> dict[str, UUID]:
    return {"defect_notice_id": notice.id, "entrustment_id": notice.entrustment_id}


def _facts(notice: DefectNotice) -> Any:
    return defect_facts([notice])[notice.id]


Ceremony(
    room=room,
    lifecycle=DEFECT_NOTICE,
    kind=DefectNotice,
    key="defect_notice_id",
    facts=_facts,
    leaf="defects/_leaf.html",
    place=_place,
    back="defects.show",
).hang("/defects/<uuid:defect_notice_id>")
