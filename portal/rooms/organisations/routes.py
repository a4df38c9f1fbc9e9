"""The own organisation's entry, its sites and its functions."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from agreements.provinces import province
from portal import ledger
from portal.acting import Stale
from portal.db import new_id, session
from portal.facts import judge_everywhere, open_changes, show_again
from portal.facts.changes import Changed
from portal.filing import NotAcceptable
from portal.records.file import StoredFile
from portal.records.organisation import Functions, Organisation, Site
from portal.rooms.organisations.forms import FunctionsForm, OrganisationForm, SiteForm
from portal.web import Room, answer_of, crumb, find, three_way_of
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from portal.web.history import history_of
from portal.web.uploads import taken_in
from portal.wording import in_language, said
from workflows.powers import Power

room = Room("organisations", __name__, url_prefix="/organisation")
ENTRY = ("name", "domicile")
NAMES = ("technology", "production", "quality", "adverse_events", "after_sales")


@room.get("", power=Power.EVIDENCE_READ)
def show() -> ResponseReturnValue:
    organisation, functions = _own(), _functions()
    proof = session.get(StoredFile, functions.file_id) if functions and functions.file_id else None
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        province_name=_province(organisation.province),
        sites=[(each, _province(each.province)) for each in session.scalars(select(Site).order_by(Site.id))],
        functions=functions,
        proof=proof,
        may_keep=g.actor.may(Power.ORGANISATION_KEEP) and not g.actor.is_authority,
        may_prove=g.actor.may(Power.EVIDENCE_KEEP),
        events=history_of(organisation),
        crumbs=[home_crumb(), crumb(organisation.name)],
        identity=identity_of(organisation, organisation.name),
    )


@room.route("/edit", methods=("GET", "POST"), power=Power.ORGANISATION_KEEP)
def edit() -> ResponseReturnValue:
    if g.actor.is_authority:
        abort(403)
    organisation = _own()
    form = OrganisationForm.over(organisation)
    if not form.validate_on_submit():
        return _page("organisations/edit.html", form, gettext("Change the entry"), organisation=organisation)
    form.refuse_stale(organisation)
    was = {name: getattr(organisation, name) for name in ENTRY}
    organisation.name, organisation.domicile = form.name.data or "", form.domicile.data or ""
    ledger.write(organisation, "organisation.amended", by=g.actor)
    judge_everywhere(by=g.actor, because="organisation.changed")
    entry = [Changed("organisation", name, was[name], getattr(organisation, name)) for name in ENTRY]
    open_changes("party", organisation.name, [each for each in entry if each.was != each.became], by=g.actor)
    return _saved()


@room.route("/sites/add", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP)
def add_site() -> ResponseReturnValue:
    form = SiteForm()
    if not form.validate_on_submit():
        return _page("organisations/site.html", form, gettext("Add a site"), site=None)
    site = Site(name=form.name.data or "", address=form.address.data or "", province=form.province.data or "")
    ledger.write(site, "site.recorded", by=g.actor)
    return _saved()


@room.route("/sites/<uuid:site_id>", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP)
def edit_site(site_id: UUID) -> ResponseReturnValue:
    """A site that is shown somewhere is shown again there, and what rests on it is judged anew."""
    site = find(Site, site_id)
    form = SiteForm.over(site)
    if not form.validate_on_submit():
        return _page("organisations/site.html", form, site.name, site=site)
    form.refuse_stale(site)
    site.name, site.address, site.province = form.name.data or "", form.address.data or "", form.province.data or ""
    ledger.write(site, "site.amended", by=g.actor)
    show_again(site, by=g.actor)
    return _saved()


@room.route("/functions", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP, upload=True)
def functions() -> ResponseReturnValue:
    """Who fills the five functions, and whether quality stands on its own feet."""
    known = _functions()
    form = _functions_form(known)
    if not form.validate_on_submit():
        return _functions_page(form)
    if form.seen_version.data != (str(known.version) if known else "0"):
        raise Stale
    kept = known or Functions(id=new_id(), file_id=None)
    try:
        proof = _proof(form, kept)
    except NotAcceptable as refused:
        form.file.errors = [said(refused.says)]
        return _functions_page(form)
    for name in NAMES:
        setattr(kept, name, form[name].data or None)
    kept.quality_independent = answer_of(form.quality_independent.data)
    kept.full_time_quality_staff = form.full_time_quality_staff.data
    ledger.write(
        kept, "functions.amended" if known else "functions.recorded", by=g.actor, also=[proof] if proof else []
    )
    show_again(kept, by=g.actor)
    return _saved()


def _functions_form(known: Functions | None) -> FunctionsForm:
    if known is None:
        blank = FunctionsForm()
        blank.seen_version.data = blank.seen_version.data or "0"
        return blank
    form: FunctionsForm = FunctionsForm.over(known)
    if not form.is_submitted():
        form.quality_independent.data = three_way_of(known.quality_independent)
    return form


def _proof(form: FunctionsForm, kept: Functions) -> StoredFile | None:
    """The file that was sent along, if any; it takes the place of the one before."""
    sent = form.file.data
    if not sent:
        return None
    proof = taken_in(sent, subject_kind="functions", subject_id=kept.id)
    kept.file_id = proof.id
    return proof


def _functions_page(form: FunctionsForm) -> tuple[str, int]:
    return _page("organisations/functions.html", form, gettext("Functions and quality department"))


def _own() -> Organisation:
    return session.get_one(Organisation, g.actor.organisation_id)


def _functions() -> Functions | None:
    return session.scalars(select(Functions)).first()


def _province(abbreviation: str) -> str:
    try:
        found = province(abbreviation)
    except KeyError:  # entered by the operator before the list was kept
        return abbreviation
    return in_language(found.zh, found.en)


def _page(template: str, form: Any, here: str, **given: Any) -> tuple[str, int]:
    crumbs = [home_crumb(), crumb(g.actor.organisation_name, "organisations.show"), crumb(here)]
    return render_template(template, form=form, crumbs=crumbs, **given), 422 if form.is_submitted() else 200


def _saved() -> ResponseReturnValue:
    flash(gettext("Saved."), "good")
    return redirect(url_for("organisations.show"))
