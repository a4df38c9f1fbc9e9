"""Signing in with password and passkey or one-time code, signing out, and choosing the language."""

import secrets

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask import session as form_cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import cookies, logs
from portal.db import new_id
from portal.identity import ProofRefused, begin_session, end_session, prove_stranger
from portal.identity.factors import AlreadyHeld, set_password
from portal.identity.passkeys import answered, ask_for_new, ask_for_proof
from portal.identity.passwords import is_due
from portal.limits import ASK_FROM, JOIN_FROM, SIGN_IN_FROM
from portal.rooms.sessions.forms import RenewForm, SignInForm
from portal.rooms.sessions.joining import AlreadyKnown, Offer, join, offer_of
from portal.rooms.sessions.lanes import know, spend_a_try
from portal.rooms.sessions.renewing import KEY, begin_renewal, open_renewal
from portal.rooms.sessions.returning import hang as hang_returning
from portal.settings import Settings
from portal.web import Room, passkeys
from portal.web.enrolling import EnrolForm
from portal.web.entering import give_session, seen_from, take_session
from portal.web.proving import answer_or_none
from portal.web.ways import way_back
from portal.wording import LANGUAGE, LANGUAGES

room = Room("sessions", __name__)
A_YEAR = 365 * 24 * 60 * 60
ENTER, JOIN = "sign-in", "join"


@room.public("/sign-in", methods=("GET", "POST"), limit=SIGN_IN_FROM)
def enter() -> ResponseReturnValue:
    """The same words and the same work for every failure: nobody learns here who has an account, or which factors."""
    onward = way_back(request.args.get("next")) or url_for("home.show")
    if g.actor is not None and request.method == "GET":
        return redirect(onward)
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form)
    spend_a_try(form.email.data or "")
    # The passkey is judged before and apart from the address, so that every address costs the same.
    browser = form_cookie.pop("browser", "")
    answer = answer_or_none(form.passkey.data, lambda text: answered(text, passkeys.host(), ENTER, browser))
    proof = form.proof(answer)
    try:
        person_id = prove_stranger(form.email.data or "", proof, _settings().secret_key)
    except ProofRefused:
        return _sign_in_page(form, refused="passkey" if form.passkey.data else "code")
    if is_due(person_id):
        begin_renewal(person_id)
        return redirect(url_for("sessions.new_password"))
    if g.actor is not None:
        end_session(g.actor.session_id)
    token = begin_session(person_id, proved=proof.named, seen_from=seen_from())
    logs.say("signed-in", proved=proof.named)
    entered = give_session(current_app.make_response(redirect(onward)), token)
    know(entered, form.email.data or "")
    return entered


@room.public("/sign-in/new-password", methods=("GET", "POST"), limit=SIGN_IN_FROM)
def new_password() -> ResponseReturnValue:
    """Nobody is signed in by this: the new password is tried at the door like any other."""
    renewal = open_renewal()
    if renewal is None:
        form_cookie.pop(KEY, None)
        return redirect(url_for("sessions.enter"))
    form = RenewForm(renewal)
    if not form.validate_on_submit():
        return render_template("sessions/new_password.html", form=form), 422 if form.is_submitted() else 200
    set_password(renewal.id, renewal.organisation_id, form.password.data or "")
    form_cookie.pop(KEY, None)
    flash(gettext("Your password is changed. Sign in with it."), "good")
    return redirect(url_for("sessions.enter"))


@room.public("/sign-in/passkey", methods=("POST",), limit=ASK_FROM)
def ask() -> ResponseReturnValue:
    """Ask for any passkey of this host: which there are, only the authenticator knows."""
    form_cookie["browser"] = secrets.token_urlsafe(16)
    return passkeys.asked(ask_for_proof(passkeys.host(), ENTER, form_cookie["browser"]))


@room.public("/sign-out", methods=("POST",))
def leave() -> ResponseReturnValue:
    if g.actor is not None:
        end_session(g.actor.session_id)
    answer = take_session(current_app.make_response(redirect(url_for("sessions.enter"))))
    flash(gettext("You are signed out."), "good")
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@room.public("/language", methods=("POST",))
def language() -> ResponseReturnValue:
    """Remember the language in this browser; it wins over the language the person was entered with."""
    answer = current_app.make_response(redirect(way_back(request.form.get("next")) or url_for("home.show")))
    if (chosen := request.form.get("language")) in LANGUAGES:
        cookies.put(answer, LANGUAGE, chosen or "", max_age=A_YEAR)
    return answer


@room.public("/invitations/<token>", methods=("GET", "POST"), limit=JOIN_FROM)
def accept(token: str) -> ResponseReturnValue:
    """Become a person of the organisation that invited; a token that opens nothing is 404, whatever the cause."""
    offer = offer_of(token)
    form = EnrolForm(offer, JOIN, offer.token_hash)
    if not form.validate_on_submit():
        return _join_page(form, offer)
    enrolment = form.enrolment(form.password.data or "")
    try:
        join(offer, enrolment, _settings().secret_key)
    except AlreadyKnown:
        form.form_errors.append(
            gettext("Somebody already signs in with this e-mail address. Ask to be invited under another one.")
        )
        return _join_page(form, offer)
    except AlreadyHeld:
        form.form_errors.append(gettext("The passkey was not taken. Make it anew, or use the app."))
        return _join_page(form, offer)
    joined = (
        gettext("You have joined %(organisation)s. Sign in with your passkey.", organisation=offer.organisation_name)
        if enrolment.passkey
        else gettext(
            "You have joined %(organisation)s. Sign in with the next one-time code.",
            organisation=offer.organisation_name,
        )
    )
    flash(joined, "good")
    return redirect(url_for("sessions.enter"))


@room.public("/invitations/<token>/passkey", methods=("POST",), limit=ASK_FROM)
def ask_to_join(token: str) -> ResponseReturnValue:
    offer = offer_of(token)
    options = ask_for_new(
        passkeys.host(), JOIN, offer.token_hash, handle=new_id(), name=offer.email, display=offer.name
    )
    return passkeys.asked(options)


hang_returning(room)


def _sign_in_page(form: SignInForm, *, refused: str = "") -> tuple[str, int]:
    form.passkey.data = ""
    page = render_template("sessions/enter.html", form=form, refused=refused, passkeys_at=passkeys.offer())
    return page, 422 if form.is_submitted() else 200


def _join_page(form: EnrolForm, offer: Offer) -> tuple[str, int]:
    page = render_template("sessions/accept.html", form=form, offer=offer, **form.drawn())
    return page, 422 if form.is_submitted() else 200


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
