"""What a machine sends goes through the same forms as what a person types: one set of rules, one set of words."""

import base64
import io
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict

from portal.api.problems import Trouble
from portal.api.proposals import FileToFile
from portal.filing import NotAcceptable
from portal.records.file import StoredFile
from portal.wording import said
from workflows.words import N_

Form = TypeVar("Form", bound=FlaskForm)
NOT_BASE64 = N_("This is not base64.")
NO_TOKEN = {"csrf": False}  # a machine brings no cookie that somebody else could make it send


def typed(**given: Any) -> dict[str, Any]:
    """The form's arguments for these values, as if a person had typed them."""
    pairs: list[tuple[str, Any]] = []
    for name, value in given.items():
        pairs += [(name, _text(each)) for each in value] if isinstance(value, list) else [(name, _text(value))]
    return {"formdata": MultiDict(pairs), "meta": NO_TOKEN}


def insist_on(form: Form) -> Form:
    """The form, if what it holds can be taken; otherwise 422 with the words of the page."""
    if not form.validate():
        raise Trouble("invalid", errors=complaints(form), decided=True)
    return form


def complaints(form: FlaskForm) -> list[tuple[str, str]]:
    return [(name or "", str(says)) for name, wrongs in form.errors.items() for says in wrongs]


def uploaded(file: FileToFile) -> FileStorage:
    """The file as a browser would have sent it; 422 if its bytes cannot be read."""
    try:
        octets = base64.b64decode(file.content, validate=True)
    except ValueError as wrong:
        raise Trouble("invalid", errors=[("file.content", gettext(NOT_BASE64))], decided=True) from wrong
    return FileStorage(io.BytesIO(octets), filename=file.name)


def kept(upload: FileStorage, *, subject_kind: str, subject_id: UUID, entrustment_id: UUID | None = None) -> StoredFile:
    """The file, checked and stored as one from a page would be; otherwise 422."""
    try:
        file: StoredFile = current_app.extensions["store"].keep(
            upload.filename,
            upload.stream,
            subject_kind=subject_kind,
            subject_id=subject_id,
            entrustment_id=entrustment_id,
        )
    except NotAcceptable as wrong:
        raise Trouble("invalid", errors=[("file", said(wrong.says))], decided=True) from wrong
    return file


def _text(value: Any) -> Any:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, int | UUID) else value
