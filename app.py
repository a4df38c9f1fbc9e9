"""The front door: the only module that knows every room."""

from importlib import import_module

from flask import Flask

from portal import cookies
from portal.api import register_api
from portal.filing import store_of
from portal.identity.sealing import keep_former_keys
from portal.settings import Settings
from portal.walls import open_books
from portal.web import Room, register_errors, register_frame, register_guard, register_logbook, register_once
from portal.wording import register_wording

MOST_FIELDS = 1000  # an agreement under revision sends some three hundred

ROOMS = (
    "account",
    "agreements",
    "appointments",
    "approved_sources",
    "areas",
    "audit_findings",
    "audit_programmes",
    "auditors",
    "audits",
    "authorisations",
    "authority",
    "batches",
    "calendars",
    "capas",
    "changes",
    "clients",
    "codes",
    "defects",
    "definitions",
    "duties",
    "endings",
    "entrustments",
    "evidence",
    "exceptions",
    "files",
    "hearings",
    "holds",
    "home",
    "intakes",
    "machines",
    "material_lots",
    "materials",
    "labels",
    "meetings",
    "nonconformities",
    "notices",
    "organisations",
    "people",
    "postings",
    "products",
    "reports",
    "residents",
    "restarts",
    "reviews",
    "scans",
    "self_inspections",
    "sessions",
    "shipments",
    "steps",
    "stopped",
    "suppliers",
    "traces",
    "trade_items",
    "trails",
    "transfer_gaps",
    "transfers",
    "variety_reports",
    "verdicts",
)


def create_app(settings: Settings | None = None) -> Flask:
    """The whole portal with ``settings``, or with those of the environment."""
    chosen = settings or Settings.read()
    app = Flask(__name__)
    app.debug = False  # whatever FLASK_DEBUG says: the debugger runs code for whoever meets an error
    app.config.update(
        SETTINGS=chosen,
        SECRET_KEY=chosen.secret_key,
        TESTING=chosen.testing,
        SECRET_KEY_FALLBACKS=list(chosen.former_secret_keys),
        PROPAGATE_EXCEPTIONS=chosen.testing,
        MAX_CONTENT_LENGTH=chosen.largest_request,
        MAX_FORM_MEMORY_SIZE=chosen.largest_request,
        MAX_FORM_PARTS=MOST_FIELDS,
        TRUSTED_HOSTS=[*chosen.hosts, *filter(None, [chosen.files.host])],
        SESSION_COOKIE_NAME=cookies.bound("form", over_https=chosen.over_https),
        SESSION_COOKIE_SECURE=chosen.over_https,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        DEMO_WORLD=(chosen.data_dir / "demo-world").exists(),
    )
    keep_former_keys(chosen.former_secret_keys)
    open_books(chosen)
    app.extensions["store"] = store_of(chosen)
    register_wording(app)
    register_logbook(app)
    register_guard(app)
    register_frame(app)
    register_once(app)
    register_errors(app)
    for name in ROOMS:
        room: Room = import_module(f"portal.rooms.{name}").room
        app.register_blueprint(room)
    register_api(app)
    return app
