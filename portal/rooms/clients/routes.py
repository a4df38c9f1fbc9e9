"""The machines of the own organisation."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal import ledger
from portal.acting import Stale
from portal.db import new_id, session
from portal.identity.tokens import audience_of_assertions
from portal.records.entrustment import Entrustment
from portal.records.machine import Client, ClientKey
from portal.rooms.clients.forms import REPLACE, ClientForm, KeyForm, ReasonForm
from portal.rooms.clients.keeping import TooManyKeys, add_key, revoke, revoke_key
from portal.web import Room, crumb, find
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from portal.web.history import history_of
from workflows.engine import State, Tone
from workflows.powers import Power
from workflows.words import N_

ACTIVE = State("active", N_("Active"), Tone.GOOD)
WITHOUT_KEY = State("without-key", N_("No key counts"), Tone.WARN)
REVOKED = State("revoked", N_("Revoked"), Tone.QUIET)
LEAVING = State("leaving", N_("Being replaced"), Tone.WARN)

room = Room("clients", __name__, url_prefix="/clients")


@room.get("", power=Power.CLIENT_KEEP)
def listing() -> ResponseReturnValue:
    clients = session.scalars(select(Client).options(selectinload(Client.keys)).order_by(Client.id.desc())).all()
    return render_template(
        "clients/listing.html",
        crumbs=[home_crumb(), crumb(gettext("Interfaces"))],
        clients=[(each, _standing(each)) for each in clients],
    )


@room.route("/new", methods=("GET", "POST"), power=Power.CLIENT_KEEP)
def create() -> ResponseReturnValue:
    form = ClientForm()
    form.offer(_entrustments())
    if not form.validate_on_submit():
        crumbs = _crumbs(crumb(gettext("Register a machine")))
        return _page("clients/create.html", form, crumbs=crumbs, back_url=url_for("clients.listing"))
    client = Client(id=new_id(), revoked_at=None)
    form.write_to(client)
    ledger.write(client, "client.registered", by=g.actor)
    flash(gettext("Registered. It can do nothing until it has a key."), "good")
    return redirect(_url(client))


@room.get("/<uuid:client_id>", power=Power.CLIENT_KEEP)
def show(client_id: UUID) -> ResponseReturnValue:
    client = find(Client, client_id)
    named = [each.number for each in _entrustments() if str(each.id) in (client.entrustments or ())]
    return render_template(
        "clients/show.html",
        **_place(client),
        audience=audience_of_assertions(current_app.config["SETTINGS"]),
        named=named,
        keys=[(each, _standing_of_key(each)) for each in reversed(client.keys)],
        may_change=client.revoked_at is None,
        events=history_of(client),
    )


@room.route("/<uuid:client_id>/edit", methods=("GET", "POST"), power=Power.CLIENT_KEEP)
def edit(client_id: UUID) -> ResponseReturnValue:
    client = _active(client_id)
    form = ClientForm.over(client)
    form.offer(_entrustments())
    if not form.is_submitted():
        form.networks.data = "\n".join(client.networks)
    if not form.validate_on_submit():
        return _page("clients/edit.html", form, **_place(client, gettext("Change")))
    form.refuse_stale(client)
    form.write_to(client)
    ledger.write(client, "client.amended", by=g.actor)
    flash(gettext("Saved. It counts from the machine's next request on."), "good")
    return redirect(_url(client))


@room.route("/<uuid:client_id>/keys", methods=("GET", "POST"), power=Power.CLIENT_KEEP)
def keys(client_id: UUID) -> ResponseReturnValue:
    client = _active(client_id)
    form = KeyForm.over(client)
    if not form.validate_on_submit() or not _added(client, form):
        return _page("clients/keys.html", form, **_place(client, gettext("Add a key")))
    flash(gettext("The key is registered and counts at once."), "good")
    return redirect(_url(client))


@room.route("/<uuid:client_id>/revoke", methods=("GET", "POST"), power=Power.CLIENT_KEEP, endpoint="revoke")
def revoke_client(client_id: UUID) -> ResponseReturnValue:
    client = _active(client_id)
    form = ReasonForm.over(client)
    if not form.validate_on_submit():
        return _page("clients/revoke.html", form, key=None, **_place(client, gettext("Revoke")))
    form.refuse_stale(client)
    revoke(client, form.reason.data or "", by=g.actor)
    flash(gettext("Revoked. From its next request on the machine is answered nothing."), "good")
    return redirect(_url(client))


@room.route(
    "/keys/<uuid:client_key_id>/revoke", methods=("GET", "POST"), power=Power.CLIENT_KEEP, endpoint="revoke_key"
)
def revoke_one_key(client_key_id: UUID) -> ResponseReturnValue:
    key = find(ClientKey, client_key_id)
    client = _active(key.client_id)
    if key.revoked_at is not None:
        raise Stale
    form = ReasonForm.over(client)
    if not form.validate_on_submit():
        return _page("clients/revoke.html", form, key=key, **_place(client, gettext("Revoke the key")))
    form.refuse_stale(client)
    revoke_key(key, form.reason.data or "", by=g.actor)
    flash(gettext("Revoked. The key and the tokens it bought open nothing any more."), "good")
    return redirect(_url(client))


def _added(client: Client, form: KeyForm) -> bool:
    form.refuse_stale(client)
    wrong = None
    if session.scalars(select(ClientKey.id).where(ClientKey.kid == form.found.kid)).first():
        wrong = gettext("This key is registered already. Make a new pair for each machine and each time.")
    else:
        try:
            add_key(client, form.found, replaces=form.others.data == REPLACE, by=g.actor)
        except TooManyKeys:
            wrong = gettext("Two keys count already. Revoke one of them first.")
    form.text.errors = [wrong] if wrong else []
    return wrong is None


def _active(client_id: UUID) -> Client:
    """The client, unless it is revoked: that is for ever."""
    client = find(Client, client_id)
    if g.actor.is_authority:
        abort(403)
    if client.revoked_at is not None:
        raise Stale
    return client


def _standing(client: Client) -> State:
    if client.revoked_at:
        return REVOKED
    return ACTIVE if client.active_keys else WITHOUT_KEY


def _standing_of_key(key: ClientKey) -> State:
    if not key.counts:
        return REVOKED
    return LEAVING if key.valid_until else ACTIVE


def _entrustments() -> list[Entrustment]:
    return list(session.scalars(select(Entrustment).order_by(Entrustment.id)).unique().all())


def _page(template: str, form: Any, **more: Any) -> ResponseReturnValue:
    return render_template(template, form=form, **more), 422 if form.is_submitted() else 200


def _crumbs(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [home_crumb(), crumb(gettext("Interfaces"), "clients.listing"), *steps]


def _place(client: Client, page: str | None = None) -> dict[str, Any]:
    steps = [crumb(client.name, "clients.show", client_id=client.id), crumb(page)] if page else [crumb(client.name)]
    return {
        "client": client,
        "crumbs": _crumbs(*steps),
        "standing": _standing(client),
        "identity": identity_of(client, client.name),
        "back_url": _url(client),
    }


def _url(client: Client) -> str:
    return url_for("clients.show", client_id=client.id)
