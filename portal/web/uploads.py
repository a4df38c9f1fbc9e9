"""Files that arrive with a form."""

from typing import Any

from flask import Response, after_this_request, current_app, flash, g, request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage

from portal.filing import NotAcceptable, Store
from portal.records.file import StoredFile
from portal.signing import log_refusal


def taken_in(sent: FileStorage, **about: Any) -> StoredFile:
    """The entry of a file that was sent along; says so when it has to wait for its check.

    Raises :class:`NotAcceptable`, whose sentence belongs to the field; the security log is told of it.
    """
    store: Store = current_app.extensions["store"]
    try:
        file = store.keep(sent.filename or "", sent.stream, **about)
    except NotAcceptable as refused:
        _log(str(refused))
        raise
    if not file.accepted:
        flash(gettext("The file waits to be checked. Until then it does not count, and nobody can take it."), "warn")
    return file


def _log(why: str) -> None:
    """Once the form's own transaction is over: one file has one writer."""
    about = f"{request.path}: {why}"

    @after_this_request
    def _told(answer: Response) -> Response:
        log_refusal(g.actor, "stored_file.refused", about)
        return answer
