"""What stands between the world and every page: identity, size, origin, CSRF, headers."""

import hashlib

from flask import Flask, Request, Response, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from itsdangerous import Signer
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.db import session
from portal.identity import recognise
from portal.settings import Settings
from portal.web.doors import may_upload, take_a_file
from portal.web.origin import refuse_foreign_host, refuse_foreign_origin
from portal.web.reports import PATH, register_reports
from portal.wording import kept_language

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
        f"require-trusted-types-for 'script'; trusted-types 'none'; report-uri {PATH}; report-to content"
    ),
    "Reporting-Endpoints": f'content="{PATH}"',
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), "
        "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), xr-spatial-tracking=()"
    ),
}
# A page that reads codes by the camera may use it, and may run the reader, which is compiled already.
BY_CAMERA = {
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
    "Permissions-Policy": HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)"),
}
# Whatever is taken away as a file is inert even if a browser is talked into showing it.
INERT = "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


# Whatever a browser carries for us bears HMAC-SHA256, be it signed by us or by Flask-WTF; the library's own is SHA-1.
Signer.default_digest_method = staticmethod(hashlib.sha256)

SHORTLY = 60  # seconds for which others may keep what anybody may know
MACHINES, THEIR_PAGE = "/api/", "/api/v1/"


def is_for_machines() -> bool:
    """Whether a machine is spoken to: no cookie counts there.  The page that describes the API is for people."""
    return request.path.startswith(MACHINES) and request.path != THEIR_PAGE


class FormCookie(SecureCookieSessionInterface):
    """Flask's own cookie, which only forms need: a machine is neither asked for it nor given it."""

    digest_method = staticmethod(hashlib.sha256)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return self.session_class() if is_for_machines() else super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if not is_for_machines():
            super().save_session(app, session, response)


def register_guard(app: Flask) -> None:
    settings: Settings = app.config["SETTINGS"]
    # Exactly our own proxies are believed about who calls; anything further left in the header is hearsay.
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=0, x_port=0, x_prefix=0
    )
    app.session_interface = FormCookie()
    login = LoginManager(app)
    login.session_protection = None  # the server-side session is the only one there is
    login.request_loader(lambda _: recognise())
    for before in (_nobody_yet, refuse_foreign_host, _who, _how_much, _from_where):
        app.before_request(before)
    CSRFProtect(app)
    register_reports(app)

    @app.after_request
    def _say_how_to_treat_it(answer: Response) -> Response:
        answer.headers.update(HEADERS | BY_CAMERA if g.get("by_camera", False) else HEADERS)
        if answer.headers.get("Content-Disposition", "").startswith("attachment"):
            answer.headers["Content-Security-Policy"] = INERT
        if g.get("for_anybody", False):  # the same for all, and no cookie has a say in it
            answer.headers["Cache-Control"] = f"public, max-age={SHORTLY}"
            answer.vary.update(("Accept", "Accept-Language"))
        elif request.endpoint != "static":
            answer.headers["Cache-Control"] = "no-store"
            of_people = ("Cookie", "Accept-Language")
            answer.vary.update(("Accept", "Accept-Language", "Authorization") if is_for_machines() else of_people)
        if settings.over_https:
            answer.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        return answer

    @app.teardown_appcontext
    def _close_the_books(_: BaseException | None) -> None:
        session.remove()


def _nobody_yet() -> None:
    g.actor = None


def _who() -> None:
    if request.endpoint == "static" or is_for_machines():
        return
    if current_user.is_authenticated:
        g.actor = current_user._get_current_object()  # noqa: SLF001  Flask-Login has no public way to unwrap
        if kept_language() is None:  # what was chosen in this browser wins
            g.language = g.actor.language


def _how_much() -> None:
    """A file may be large, but only from somebody who may file it, and only where files are taken."""
    if may_upload(current_app.view_functions.get(request.endpoint or ""), g.actor):
        take_a_file()


def _from_where() -> None:
    """A machine carries a token, which no other site's page can make a browser send."""
    if not is_for_machines():
        refuse_foreign_origin()
