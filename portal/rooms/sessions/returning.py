"""Coming back without one's factor: by a recovery code, or by the link that two others opened together."""

from flask import abort, current_app, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import logs
from portal.identity import ProofRefused, begin_session, prove_stranger, recovering
from portal.identity.actor import Recovering
from portal.identity.factors import AlreadyHeld, add_passkey, factors_of, refuse_held, set_codes
from portal.identity.passkeys import ask_for_new
from portal.identity.recovery import recovered
from portal.identity.resets import NotOpen, Returning, come_back, returning
from portal.identity.sessions import A_NEW_FACTOR, PASSWORD_AND_RECOVERY, end_session
from portal.limits import ASK_FROM, JOIN_FROM, SIGN_IN_FROM
from portal.rooms.sessions.forms import RecoveryForm
from portal.rooms.sessions.lanes import spend_a_try
from portal.settings import Settings
from portal.web import Room, passkeys
from portal.web.enrolling import EnrolForm, FactorForm
from portal.web.entering import give_session, seen_from, take_session
from portal.web.telling import ADDED, RETURNED, passkey_told, tell

RECOVER, RETURN = "recover", "return"


def hang(room: Room) -> None:
    room.public("/sign-in/recovery", methods=("GET", "POST"), limit=SIGN_IN_FROM)(recover)
    room.public("/sign-in/new-factor", methods=("GET", "POST"), limit=SIGN_IN_FROM)(renew)
    room.public("/sign-in/new-factor/passkey", methods=("POST",), limit=ASK_FROM)(ask_to_renew)
    room.public("/resets/<token>", methods=("GET", "POST"), limit=JOIN_FROM)(come_back_in)
    room.public("/resets/<token>/passkey", methods=("POST",), limit=ASK_FROM)(ask_to_come_back)


def recover() -> ResponseReturnValue:
    """As signing in, with one of the ten codes; what it opens is one page, and no signature."""
    form = RecoveryForm()
    if not form.validate_on_submit():
        return _page("sessions/recover.html", form, refused=False)
    spend_a_try(form.email.data or "")
    try:
        person_id = prove_stranger(form.email.data or "", form.proof, _settings().secret_key, recovered)
    except ProofRefused:
        return _page("sessions/recover.html", form, refused=True)
    if g.actor is not None:
        end_session(g.actor.session_id)
    logs.say("signed-in", proved=PASSWORD_AND_RECOVERY)
    token = begin_session(person_id, proved=PASSWORD_AND_RECOVERY, seen_from=seen_from(), only_for=A_NEW_FACTOR)
    return give_session(current_app.make_response(redirect(url_for("sessions.renew"))), token)


def renew() -> ResponseReturnValue:
    """Where a recovery code leads: a new factor must be added before anything else opens."""
    if (who := recovering()) is None:
        return redirect(url_for("sessions.enter"))
    form = FactorForm(who, RECOVER, str(who.session_id))
    if not form.validate_on_submit():
        return _page("sessions/renew.html", form, who=who, **form.drawn())
    try:
        _renewed(who, form)
    except AlreadyHeld:
        form.form_errors.append(gettext("The passkey was not taken. Make it anew, or use the app."))
        return _page("sessions/renew.html", form, who=who, **form.drawn())
    answer = take_session(current_app.make_response(redirect(url_for("sessions.enter"))))
    flash(gettext("Your new factor is set up. Sign in with it, and make new recovery codes."), "good")
    return answer


def ask_to_renew() -> ResponseReturnValue:
    if (who := recovering()) is None:
        abort(401)
    held = factors_of(who.id).credentials
    options = ask_for_new(
        passkeys.host(), RECOVER, str(who.session_id), handle=who.id, name=who.email, display=who.name, held=held
    )
    return passkeys.asked(options)


def come_back_in(token: str) -> ResponseReturnValue:
    """A new password and new factors; a link that opens nothing is 404, whatever the cause."""
    who = returning(token) or abort(404)
    form = EnrolForm(who, RETURN, who.token_hash, who.id)
    if not form.validate_on_submit():
        return _page("sessions/come_back.html", form, who=who, **form.drawn())
    try:
        _come_back(who, form)
    except AlreadyHeld:
        form.form_errors.append(gettext("The passkey was not taken. Make it anew, or use the app."))
        return _page("sessions/come_back.html", form, who=who, **form.drawn())
    except NotOpen:
        abort(404)
    flash(
        gettext("Your password and factors are new. Sign in with them; you can sign records again in 24 hours."), "good"
    )
    return redirect(url_for("sessions.enter"))


def ask_to_come_back(token: str) -> ResponseReturnValue:
    who = returning(token) or abort(404)
    options = ask_for_new(passkeys.host(), RETURN, who.token_hash, handle=who.id, name=who.email, display=who.name)
    return passkeys.asked(options)


def _renewed(who: Recovering, form: FactorForm) -> None:
    secret_key = _settings().secret_key
    if form.fresh:
        refuse_held(form.fresh)
        tell(who, ADDED, passkey_told(form.fresh))
        add_passkey(who.id, who.organisation_id, form.fresh, passkeys.name_for_new())
    if form.step:
        set_codes(who.id, who.organisation_id, form.key.text, form.step, secret_key)


def _come_back(who: Returning, form: EnrolForm) -> None:
    if form.fresh:
        refuse_held(form.fresh)
    tell(who, RETURNED, passkey_told(form.fresh))
    come_back(who, form.enrolment(form.password.data or ""), _settings().secret_key)


def _page(template: str, form: FactorForm | RecoveryForm, **given: object) -> tuple[str, int]:
    return render_template(template, form=form, **given), 422 if form.is_submitted() else 200


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
