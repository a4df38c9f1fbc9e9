"""Where a file on record is taken: by its owner, or by whoever takes part in the entrustment it was shown in."""

from io import BytesIO
from uuid import UUID

from flask import abort, current_app, g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from portal.db import session
from portal.filing import Damaged
from portal.records.file import StoredFile
from portal.signing import log_refusal
from portal.web import Room, witnessed
from workflows.powers import Power

# Whatever a browser makes of the bytes, it runs nothing in them and loads nothing for them.
LOCKED_UP = "sandbox; default-src 'none'; frame-ancestors 'none'"

room = Room("files", __name__, url_prefix="/files")


@room.get("/<uuid:file_id>", power=Power.ENTRUSTMENT_READ)
def take(file_id: UUID) -> ResponseReturnValue:
    """Hand out the bytes, once they have proved to be those on record and the ledger says who took them."""
    file = session.get(StoredFile, file_id) or abort(404)
    content = current_app.extensions["store"].read(file)
    file = witnessed(file, "stored_file.taken")
    answer = send_file(BytesIO(content), mimetype=file.media_type, as_attachment=True, download_name=file.name)
    answer.headers["Content-Security-Policy"] = LOCKED_UP
    return answer


@room.errorhandler(Damaged)
def damaged(_: Damaged) -> ResponseReturnValue:
    log_refusal(g.actor, "stored_file.damaged", request.path)
    return render_template("files/damaged.html"), 500
