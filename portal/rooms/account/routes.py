"""The own account: what one proves oneself with, where one is signed in, and proving oneself anew."""

from datetime import timedelta
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import now
from portal.identity.factors import factors_of, set_password
from portal.identity.passkeys import answered, ask_for_proof
from portal.identity.recovery import codes_left
from portal.identity.resets import confirmed_in
from portal.identity.sessions import end_one_of, end_other_sessions, living_sessions_of, renew_session
from portal.rooms.account.factors import hang as hang_factors
from portal.rooms.account.forms import NewPasswordForm
from portal.settings import Settings
from portal.web import Room, crumb, passkeys
from portal.web.entering import give_session, with_new_token
from portal.web.frame import home_crumb
from portal.web.proving import ProofForm, answer_or_none, prove_first, proven, ways_to_prove
from portal.web.ways import way_back

room = Room("account", __name__, url_prefix="/account")
PROVE = "prove"


@room.own("")
def show() -> ResponseReturnValue:
    settings: Settings = current_app.config["SETTINGS"]
    since = now() - timedelta(minutes=settings.idle_minutes)
    mine = [each for each in confirmed_in(g.actor.organisation_id) if each.person_id == g.actor.id]
    return render_template(
        "account/show.html",
        held=factors_of(g.actor.id),
        codes_left=codes_left(g.actor.id),
        sessions=living_sessions_of(g.actor.id, since),
        resets=mine,
        signs_from=g.actor.signs_from if g.actor.signs_from and g.actor.signs_from > now() else None,
        passkeys_at=passkeys.offer(),
        crumbs=[home_crumb(), crumb(gettext("My account"))],
    )


@room.own("/prove", methods=("GET", "POST"))
def prove() -> ResponseReturnValue:
    """Whoever is about to change a factor shows first that it is still they; the session gets a new token with it."""
    onward = way_back(request.args.get("next")) or url_for("account.show")
    form = ProofForm()
    if not form.validate_on_submit():
        return _prove_page(form)
    about = str(g.actor.session_id)
    answer = answer_or_none(form.passkey.data, lambda text: answered(text, passkeys.host(), PROVE, about))
    if proven(form, answer, "proof.refused") is None:
        form.code.errors = [gettext("Password or code is wrong, or the code was used before.")]
        return _prove_page(form)
    token = renew_session(g.actor.session_id, proved_at=now()) or abort(401)
    return give_session(current_app.make_response(redirect(onward)), token)


@room.own("/prove/passkey", methods=("POST",))
def ask() -> ResponseReturnValue:
    held = factors_of(g.actor.id).credentials
    return passkeys.asked(ask_for_proof(passkeys.host(), PROVE, str(g.actor.session_id), held))


@room.own("/password", methods=("GET", "POST"))
def password() -> ResponseReturnValue:
    prove_first()
    form = NewPasswordForm()
    if not form.validate_on_submit():
        crumbs = [home_crumb(), crumb(gettext("My account"), "account.show"), crumb(gettext("Change password"))]
        return render_template("account/password.html", form=form, crumbs=crumbs), 422 if form.is_submitted() else 200
    me, chosen = g.actor, form.password.data or ""
    set_password(me.id, me.organisation_id, chosen, goes_on=me.session_id)
    answer = with_new_token(current_app.make_response(redirect(url_for("account.show"))))
    flash(gettext("Your password is changed, and every other session has ended."), "good")
    return answer


@room.own("/sessions/<uuid:session_id>/end", methods=("POST",))
def end(session_id: UUID) -> ResponseReturnValue:
    if session_id == g.actor.session_id or not end_one_of(g.actor.id, session_id):
        abort(404)
    flash(gettext("The session has ended."), "good")
    return redirect(url_for("account.show"))


@room.own("/sessions/end-others", methods=("POST",))
def end_others() -> ResponseReturnValue:
    end_other_sessions(g.actor.id, g.actor.session_id)
    flash(gettext("Every session but this one has ended."), "good")
    return redirect(url_for("account.show"))


hang_factors(room)


def _prove_page(form: ProofForm) -> tuple[str, int]:
    form.passkey.data = ""
    crumbs = [home_crumb(), crumb(gettext("My account"), "account.show"), crumb(gettext("Prove it is me"))]
    page = render_template("account/prove.html", form=form, crumbs=crumbs, **ways_to_prove())
    return page, 422 if form.is_submitted() else 200
