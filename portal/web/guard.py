"""What stands between the world and every page: identity, CSRF, headers."""

from flask import Flask, Request, Response, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect

from portal.db import session
from portal.identity import recognise
from portal.settings import Settings
from portal.wording import LANGUAGES

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


MACHINES, THEIR_PAGE = "/api/", "/api/v1/"


def is_for_machines() -> bool:
    """Whether a machine is spoken to: no cookie counts there.  The page that describes the API is for people."""
    return request.path.startswith(MACHINES) and request.path != THEIR_PAGE


class FormCookie(SecureCookieSessionInterface):
    """Flask's own cookie, which only forms need: a machine is neither asked for it nor given it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return self.session_class() if is_for_machines() else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_for_machines():
            super().save_session(app, session, response)


def register_guard(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    app.session_interface = FormCookie()
    CSRFProtect(app)
    login = LoginManager(app)
    login.session_protection = None  # the server-side session is the only one there is
    login.request_loader(recognise)

    @app.before_request
    def _who() -> None:
        g.actor = None
        if request.endpoint == "static" or is_for_machines():
            return
        if current_user.is_authenticated:
            g.actor = current_user._get_current_object()  # noqa: SLF001  Flask-Login has no public way to unwrap
            if request.cookies.get("language") not in LANGUAGES:  # what was chosen in this browser wins
                g.language = g.actor.language

    @app.after_request
    def _say_how_to_treat_it(answer: Response) -> Response:
        for header, value in HEADERS.items():
            answer.headers.setdefault(header, value)
        if request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
            answer.vary.update(("Accept", "Accept-Language", "Authorization") if is_for_machines() else ("Cookie",))
        if settings.over_https:
            answer.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return answer

    @app.teardown_appcontext
    def _close_the_books(_: BaseException | None) -> None:
        session.remove()
