"""Rooms: the list, each with what its grade allows, entering and amending it, its moves."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from agreements.cleanroom import BETWEEN_GRADES, CLEAN_TO_OTHER, HUMIDITY, LIMITS, MINIMUM, PRESSURE_SOURCE, TEMPERATURE
from portal.db import new_id, session, today
from portal.facts.premises import area_facts, licensed_sites
from portal.filing import NotAcceptable
from portal.records.equipment import Area, Equipment
from portal.rooms.areas import keeping
from portal.rooms.areas.forms import AreaForm
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.area import AMEND, AREA, ENTER
from workflows.grades import GRADES, UNGRADED, suffices
from workflows.powers import Power

room = Room("areas", __name__, url_prefix="/areas")


@room.get("", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    """One's own; with ``?all`` also those that are given up."""
    wanted, retired = select(Area).where(Area.owner_id == g.actor.organisation_id), "all" in request.args
    if not retired:
        wanted = wanted.where(Area.state != "retired")
    return render_template(
        "areas/listing.html",
        crumbs=_crumbs(),
        page=page_of(wanted, Area.id),
        retired=retired,
        deed=ENTER,
        may_keep=g.actor.may(ENTER.power),
        grades=GRADES,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP, upload=True)
def create() -> ResponseReturnValue:
    form = AreaForm(since_on=today())
    _offer(form)
    made = new_id()
    if form.validate_on_submit() and _kept(form, made, partial(keeping.enter, area_id=made)):
        flash(gettext("The room is entered; steps can be carried out in it once it is put into use."))
        return redirect(url_for("areas.show", area_id=made))
    return _page(form, url_for("areas.listing"), crumb(said(ENTER.label)))


@room.get("/<uuid:area_id>", power=Power.EQUIPMENT_READ)
def show(area_id: UUID) -> ResponseReturnValue:
    found = find(Area, area_id)
    facts, mine = area_facts(found), found.owner_id == g.actor.organisation_id
    inside = select(Equipment).where(Equipment.area_id == found.id, Equipment.state != "retired")
    return render_template(
        "areas/show.html",
        **place(found),
        area=found,
        mine=mine,
        limits=LIMITS.get(found.grade.partition("/")[0]),
        good_for=[] if found.grade == UNGRADED else [each for each in MINIMUM if suffices(found.grade, each.grade)],
        climate={"temperature": TEMPERATURE, "humidity": HUMIDITY},
        pressure={"to_other": CLEAN_TO_OTHER, "between": BETWEEN_GRADES, "source": PRESSURE_SOURCE},
        equipment=session.scalars(inside.order_by(Equipment.number)).all(),
        **kept(found, facts, deeds=deeds_on(found, facts, {"areas.amend": AMEND})),
    )


@room.route("/<uuid:area_id>/amend", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP, upload=True)
def amend(area_id: UUID) -> ResponseReturnValue:
    found = find(Area, area_id)
    g.back_url = url_for("areas.show", area_id=found.id)
    insist(weigh_deed(AMEND, area_facts(found), found))
    form = AreaForm.over(found)
    _offer(form, found)
    if found.state != AREA.initial:
        del form.since_on
    if form.validate_on_submit():
        form.refuse_stale(found)
        if _kept(form, found.id, partial(keeping.amend, found)):
            flash(gettext("The entry is amended."))
            return redirect(g.back_url)
    return _page(form, g.back_url, crumb(said(AMEND.label)), found)


def _offer(form: AreaForm, but: Area | None = None) -> None:
    others = Area.id != (but.id if but else new_id())
    taken = session.scalars(select(Area.number).where(Area.owner_id == g.actor.organisation_id, others))
    sites = licensed_sites()
    form.offer([*sites, *([but.site] if but and but.site not in sites else [])], frozenset(taken))


def _kept(form: AreaForm, area_id: UUID, write: Callable[..., Any]) -> bool:
    """Put down what was typed, with the paper that was sent along; False when that is not acceptable."""
    about = {"subject_kind": Area.__tablename__, "subject_id": area_id}
    try:
        file = taken_in(form.file.data, **about) if form.file.data else None
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    write(given=form.given, file=file, by=g.actor)
    return True


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    here = crumb(gettext("Rooms"), "areas.listing" if more else None)
    return [home_crumb(), crumb(gettext("Equipment"), "machines.listing"), here, *more]


def place(area: Area, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``area`` is drawn with."""
    label = f"{area.number} {area.name}"
    own = crumb(label, "areas.show", area_id=area.id)
    return {"crumbs": _crumbs(own, *more), "identity": identity_of(area, label), "title": label, "grades": GRADES}


def _page(
    form: AreaForm, back_url: str, here: tuple[str, str | None], about: Area | None = None
) -> ResponseReturnValue:
    where = place(about) if about else {"crumbs": _crumbs()}
    where["crumbs"] = [*where["crumbs"], here]
    page = render_template("areas/edit.html", form=form, back_url=back_url, area=about, here=here[0], **where)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=AREA,
    kind=Area,
    key="area_id",
    facts=area_facts,
    leaf="areas/_leaf.html",
    place=place,
    back="areas.show",
).hang("/<uuid:area_id>")
