"""A form that is sent twice is done once: the first event of what it does bears an id that was drawn with the form.

The id travels signed and bound to the person, so nobody can choose one.  Because it is the key of an event written in
the same transaction, a double click, a repeated request after a broken connection and the back button all meet the
first one's event, whatever the form does; nothing has to be remembered until it is sent.
"""

from uuid import UUID

from flask import Flask, current_app, flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from itsdangerous import BadSignature, URLSafeSerializer

from portal import ledger
from portal.db import new_id, reading
from portal.web.history import record_url

FIELD = "once"


def register_once(app: Flask) -> None:
    app.jinja_env.globals["drawn_once"] = drawn


def drawn() -> str | None:
    """What a form carries from its page to its sending; nothing where nobody is signed in."""
    actor = g.get("actor")
    return str(_seal().dumps([str(new_id()), str(actor.id)])) if actor else None


def asked_for() -> UUID | None:
    """The id that was drawn with the form being sent; None if it was drawn by nobody, or for somebody else."""
    try:
        event_id, person_id = _seal().loads(request.form.get(FIELD, ""))
    except (BadSignature, ValueError):
        return None
    return UUID(event_id) if person_id == str(g.actor.id) else None


def answered_before(event_id: UUID | None) -> ResponseReturnValue | None:
    """The way to what this form did when it was sent before; None if it never was.  Call it on the house's behalf."""
    with reading():
        done = ledger.entry(event_id) if event_id else None
    if done is None:
        return None
    flash(gettext("This form was sent before. What it asked for is done, and nothing was written a second time."))
    subject = done.body["subject"]
    return redirect(record_url(subject["kind"], subject["id"]) or f"{request.script_root}/")


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SETTINGS"].signing_keys, salt="once")
