"""Adding, naming and removing what one proves oneself with: after a fresh proof, and every other session ends."""

from uuid import UUID

from flask import Response, abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.identity.factors import (
    AlreadyHeld,
    LastFactor,
    add_passkey,
    factors_of,
    refuse_held,
    remove_codes,
    remove_passkey,
    rename_passkey,
    set_codes,
)
from portal.identity.passkeys import ask_for_new
from portal.identity.recovery import new_codes
from portal.records.proof import Passkey
from portal.rooms.account.forms import CodesForm, NameForm
from portal.settings import Settings
from portal.web import Room, crumb, passkeys
from portal.web.enrolling import FactorForm
from portal.web.entering import with_new_token
from portal.web.frame import home_crumb
from portal.web.proving import prove_first
from portal.web.telling import ADDED, REMOVED, passkey_told, tell

ADD = "add"


def hang(room: Room) -> None:
    room.own("/passkeys/new", methods=("GET", "POST"))(add)
    room.own("/passkeys/new/passkey", methods=("POST",))(ask_to_add)
    room.own("/passkeys/<uuid:passkey_id>", methods=("GET", "POST"))(rename)
    room.own("/passkeys/<uuid:passkey_id>/remove", methods=("POST",))(remove)
    room.own("/authenticator", methods=("GET", "POST"))(authenticator)
    room.own("/authenticator/remove", methods=("POST",))(remove_authenticator)
    room.own("/recovery-codes", methods=("GET", "POST"))(recovery_codes)


def add() -> ResponseReturnValue:
    prove_first()
    form = FactorForm(g.actor, ADD, str(g.actor.session_id))
    del form.code
    if not form.validate_on_submit() or form.fresh is None:
        if form.is_submitted() and not form.errors:
            form.form_errors.append(gettext("No passkey was made. Press the button above and follow the browser."))
        return _page("account/passkey_new.html", form, gettext("Add a passkey"), passkeys_at=passkeys.offer())
    me, called = g.actor, passkeys.name_for_new()
    try:
        refuse_held(form.fresh)
        tell(me, ADDED, passkey_told(form.fresh))
        add_passkey(me.id, me.organisation_id, form.fresh, called, goes_on=me.session_id)
    except AlreadyHeld:
        form.form_errors.append(gettext("The passkey was not taken. Make it anew, or use the app."))
        return _page("account/passkey_new.html", form, gettext("Add a passkey"), passkeys_at=passkeys.offer())
    return _changed(gettext("The passkey is added. Every other session has ended."))


def ask_to_add() -> ResponseReturnValue:
    prove_first()
    held = factors_of(g.actor.id).credentials
    about, me = str(g.actor.session_id), g.actor
    return passkeys.asked(
        ask_for_new(passkeys.host(), ADD, about, handle=me.id, name=me.email, display=me.name, held=held)
    )


def rename(passkey_id: UUID) -> ResponseReturnValue:
    mine = _mine(passkey_id)
    form = NameForm(obj=mine)
    if not form.validate_on_submit():
        return _page("account/passkey.html", form, gettext("Name of the passkey"), passkey=mine)
    rename_passkey(g.actor.id, mine.id, form.name.data or "")
    flash(gettext("Saved."), "good")
    return redirect(url_for("account.show"))


def remove(passkey_id: UUID) -> ResponseReturnValue:
    mine = _mine(passkey_id)
    prove_first()
    try:
        remove_passkey(g.actor.id, g.actor.organisation_id, mine.id, goes_on=g.actor.session_id)
    except LastFactor:
        return _refused()
    tell(g.actor, REMOVED, {"passkey": {"credential_id": mine.credential_id}})
    return _changed(gettext("The passkey opens nothing any more. Every other session has ended."))


def authenticator() -> ResponseReturnValue:
    prove_first()
    form = FactorForm(g.actor, ADD, str(g.actor.session_id))
    if not form.validate_on_submit() or not form.step:
        return _page("account/authenticator.html", form, gettext("Authenticator app"), **form.drawn())
    settings: Settings = current_app.config["SETTINGS"]
    me, key = g.actor, form.key.text
    set_codes(me.id, me.organisation_id, key, form.step, settings.secret_key, goes_on=me.session_id)
    return _changed(gettext("The authenticator app is set up. Every other session has ended."))


def remove_authenticator() -> ResponseReturnValue:
    prove_first()
    try:
        remove_codes(g.actor.id, g.actor.organisation_id, goes_on=g.actor.session_id)
    except LastFactor:
        return _refused()
    return _changed(gettext("One-time codes open nothing any more. Every other session has ended."))


def recovery_codes() -> ResponseReturnValue:
    """The ten codes stand on the page that answers the button, once; the address itself never shows them again."""
    prove_first()
    form, head = CodesForm(), gettext("Recovery codes")
    if not form.validate_on_submit():
        return _page("account/recovery_codes.html", form, head, codes=[])
    settings: Settings = current_app.config["SETTINGS"]
    codes = new_codes(g.actor.id, settings.secret_key)
    page, _ = _page("account/recovery_codes.html", form, head, codes=codes)
    return page


def _mine(passkey_id: UUID) -> Passkey:
    return next((each for each in factors_of(g.actor.id).passkeys if each.id == passkey_id), None) or abort(404)


def _changed(said: str) -> Response:
    answer = with_new_token(current_app.make_response(redirect(url_for("account.show"))))
    flash(said, "good")
    return answer


def _refused() -> ResponseReturnValue:
    flash(gettext("This is the last thing you can prove yourself with. Add another one first."), "bad")
    return redirect(url_for("account.show"))


def _page(template: str, form: object, head: str, **given: object) -> tuple[str, int]:
    crumbs = [home_crumb(), crumb(gettext("My account"), "account.show"), crumb(head)]
    page = render_template(template, form=form, head=head, crumbs=crumbs, **given)
    return page, 422 if getattr(form, "is_submitted", bool)() else 200
