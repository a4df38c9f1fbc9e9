"""Signing in with password and one-time code, signing out, and choosing the language."""

from uuid import UUID

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask import session as form_cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.identity import ProofRefused, begin_session, end_session, prove_stranger
from portal.identity.sessions import cookie_name
from portal.rooms.sessions.forms import JoinForm, SignInForm
from portal.rooms.sessions.joining import AlreadyKnown, EnrolmentKey, join, key_for, offer_of, qr_code
from portal.rooms.sessions.ways import way_back
from portal.settings import Settings
from portal.web import Room
from portal.wording import LANGUAGES

room = Room("sessions", __name__)
A_YEAR = 365 * 24 * 60 * 60


@room.public("/sign-in", methods=("GET", "POST"))
def enter() -> ResponseReturnValue:
    """The same words and the same work for every failure: nobody learns here who has an account."""
    onward = way_back(request.args.get("next")) or url_for("home.show")
    if g.actor is not None and request.method == "GET":
        return redirect(onward)
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form, refused=False)
    try:
        person_id = prove_stranger(form.email.data or "", form.proof, _settings().secret_key)
    except ProofRefused:
        return _sign_in_page(form, refused=True)
    return _let_in(person_id, onward)


@room.public("/sign-out", methods=("POST",))
def leave() -> ResponseReturnValue:
    if g.actor is not None:
        end_session(g.actor.session_id)
    form_cookie.clear()
    flash(gettext("You are signed out."), "good")
    answer = current_app.make_response(redirect(url_for("sessions.enter")))
    _drop_cookie(answer)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@room.public("/language", methods=("POST",))
def language() -> ResponseReturnValue:
    """Remember the language in this browser; it wins over the language the person was entered with."""
    answer = current_app.make_response(redirect(way_back(request.form.get("next")) or url_for("home.show")))
    if (chosen := request.form.get("language")) in LANGUAGES:
        answer.set_cookie(
            "language", chosen or "", max_age=A_YEAR, httponly=True, samesite="Lax", secure=_settings().over_https
        )
    return answer


@room.public("/invitations/<token>", methods=("GET", "POST"))
def accept(token: str) -> ResponseReturnValue:
    """Become a person of the organisation that invited; a token that opens nothing is 404, whatever the cause."""
    offer = offer_of(token)
    form = JoinForm(offer)
    key = key_for(offer, form.sealed_key.data)
    form.sealed_key.data = key.sealed
    form.key = key
    if not form.validate_on_submit():
        return _join_page(form, key)
    try:
        join(offer, key, form.password.data or "", form.step, _settings().secret_key)
    except AlreadyKnown:
        form.form_errors.append(
            gettext("Somebody already signs in with this e-mail address. Ask to be invited under another one.")
        )
        return _join_page(form, key)
    flash(
        gettext(
            "You have joined %(organisation)s. Sign in with the next one-time code.",
            organisation=offer.organisation_name,
        ),
        "good",
    )
    return redirect(url_for("sessions.enter"))


def _let_in(person_id: UUID, onward: str) -> Response:
    """A fresh session and a fresh form cookie: nothing from before the sign-in is carried over."""
    if g.actor is not None:
        end_session(g.actor.session_id)
    form_cookie.clear()
    answer = current_app.make_response(redirect(onward))
    settings = _settings()
    answer.set_cookie(
        cookie_name(settings),
        begin_session(person_id),
        httponly=True,
        samesite="Lax",
        secure=settings.over_https,
        path="/",
    )
    return answer


def _drop_cookie(answer: Response) -> None:
    settings = _settings()
    answer.delete_cookie(cookie_name(settings), path="/", httponly=True, samesite="Lax", secure=settings.over_https)


def _sign_in_page(form: SignInForm, *, refused: bool) -> tuple[str, int]:
    page = render_template("sessions/enter.html", form=form, refused=refused)
    return page, 422 if form.is_submitted() else 200


def _join_page(form: JoinForm, key: EnrolmentKey) -> tuple[str, int]:
    page = render_template(
        "sessions/accept.html", form=form, offer=form.offer, key=key, qr_code=qr_code(form.offer, key)
    )
    return page, 422 if form.is_submitted() else 200


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
