"""What a machine sends goes through the same forms as what a person types: one set of rules, one set of words."""

import base64
import io
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage, MultiDict

from portal.api.doors import acting_machine
from portal.api.problems import Trouble
from portal.api.proposals import Proved
from portal.db import session
from portal.filing import NotAcceptable
from portal.records.file import StoredFile
from portal.wording import said
from workflows.words import N_

Form = TypeVar("Form", bound=FlaskForm)
NOT_BASE64 = N_("This is not base64.")
ONE_OF_BOTH = N_("Give either the file itself or the identifier of one that was sent before.")
NOT_SENT = N_("No file of this identifier was sent for this record.")
USED = N_("This file proves something else already. Announce and send another.")
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


@dataclass(frozen=True, slots=True)
class Proof:
    """The file of a proposal; ``upload`` is what its form sees of it, ``sent`` the one that came before it."""

    upload: FileStorage
    sent: StoredFile | None = None

    def kept(self, *, subject_kind: str, subject_id: UUID, entrustment_id: UUID | None = None) -> StoredFile:
        """The file, checked and stored as one from a page would be; otherwise 422."""
        if self.sent:
            return self.sent
        try:
            file: StoredFile = current_app.extensions["store"].keep(
                self.upload.filename,
                self.upload.stream,
                subject_kind=subject_kind,
                subject_id=subject_id,
                entrustment_id=entrustment_id,
            )
        except NotAcceptable as wrong:
            raise Trouble("invalid", errors=[("file", said(wrong.says))], decided=True) from wrong
        return file

    def refuse_used(self, used: object) -> None:
        """A file proves one thing."""
        if self.sent and used:
            raise Trouble("invalid", errors=[("file_id", gettext(USED))], decided=True)


def proof_of(json: Proved, subject_kind: str, subject_id: UUID | None = None) -> Proof:
    """The file as a browser would have sent it, or the one that was sent for this record before; otherwise 422."""
    if (json.file is None) == (json.file_id is None):
        raise Trouble("invalid", errors=[("file", gettext(ONE_OF_BOTH))], decided=True)
    if json.file is None:
        sent = session.get(StoredFile, json.file_id)
        return _sent_before(sent, subject_kind, subject_id)
    try:
        octets = base64.b64decode(json.file.content, validate=True)
    except ValueError as wrong:
        raise Trouble("invalid", errors=[("file.content", gettext(NOT_BASE64))], decided=True) from wrong
    return Proof(FileStorage(io.BytesIO(octets), filename=json.file.name))


def _sent_before(sent: StoredFile | None, subject_kind: str, subject_id: UUID | None) -> Proof:
    if (
        sent is None
        or sent.owner_id != acting_machine().organisation_id
        or sent.subject_kind != subject_kind
        or subject_id not in (None, sent.subject_id)
    ):
        raise Trouble("invalid", errors=[("file_id", gettext(NOT_SENT))])
    if (held := sent.held) and (sent.awaited or sent.refused):
        raise Trouble("invalid", errors=[("file_id", said(held))])
    return Proof(FileStorage(io.BytesIO(), filename=sent.name), sent)


def _text(value: Any) -> Any:
    if value is None or value is False:  # a box that nobody ticked sends nothing
        return ""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, int | UUID) else value
