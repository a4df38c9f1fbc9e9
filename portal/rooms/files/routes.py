"""Where a file on record is taken: by its owner, or by whoever takes part in the entrustment it was shown in."""

from io import BytesIO
from uuid import UUID

from flask import Response, abort, current_app, g, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue

from portal.db import reading, session
from portal.filing import Store, attachment
from portal.identity import person_behind
from portal.records.file import StoredFile
from portal.rooms.files.links import link_for, read_link
from portal.settings import Settings
from portal.tenancy import acting_for
from portal.web import Room, witnessed
from workflows.powers import Power

# Whatever a browser makes of the bytes, it runs nothing in them and loads nothing for them.

room = Room("files", __name__, url_prefix="/files")


@room.get("/<uuid:file_id>", power=Power.ENTRUSTMENT_READ)
def take(file_id: UUID) -> ResponseReturnValue:
    """Hand out the bytes, or show the way to them, once the ledger says who took them.

    Nothing but an accepted file is handed out, not even to the house that sent it.
    """
    file = session.get(StoredFile, file_id) or abort(404)
    if not file.accepted:
        return render_template("files/waiting.html", file=file), 409
    if link := _store().link(file):
        witnessed(file, "stored_file.taken")
        return redirect(link)
    if _settings().files.host:
        return redirect(link_for(file))
    return _handed_out(file)


@room.public("/handed-out/<token>")
def hand_out(token: str) -> ResponseReturnValue:
    """The one door of the files' own host: for a minute, for the person who asked, while they are signed in."""
    asked = read_link(token) if _at_files_host() else None
    g.actor = person_behind(asked.session_id) if asked else None
    if asked is None or g.actor is None:
        return Response(status=404)
    with acting_for(g.actor.organisation_id, person_id=g.actor.id, read_only=g.actor.is_authority), reading():
        file = session.get(StoredFile, asked.file_id)
        return _handed_out(file) if file and file.accepted else Response(status=404)


@room.before_app_request
def one_door_only() -> ResponseReturnValue | None:
    """Where files are handed out nothing else is, so that nothing in a file is ever at home with the portal's pages."""
    return Response(status=404) if _at_files_host() and request.endpoint != "files.hand_out" else None


def _handed_out(file: StoredFile) -> Response:
    content = _store().read(file)
    file = witnessed(file, "stored_file.taken")
    answer = send_file(BytesIO(content), mimetype=file.media_type)
    answer.headers["Content-Disposition"] = attachment(file.name)
    return answer


def _at_files_host() -> bool:
    return bool(_settings().files.host) and request.host.partition(":")[0] == _settings().files.host


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store
