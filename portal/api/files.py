"""Files that a machine announces: judged before a byte of them comes, then sent, then said to have arrived."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import abort, current_app, g, request, url_for
from flask_babel import gettext

from portal import ledger
from portal.api.desk import desk
from portal.api.doors import OCTETS
from portal.api.finding import find_within, insist_on_version, tagged
from portal.api.problems import Trouble
from portal.api.sending import AnnouncedFile, Arrived, EvidenceToSend, FileShape, FileToSend, WhereToSend
from portal.api.shapes import Given
from portal.db import new_id, now, reading, session
from portal.facts.files import NEVER_CAME
from portal.filing import OTHER_BYTES, Damaged, NotAcceptable, Place, Store
from portal.records.batch import Batch
from portal.records.file import ACCEPTED, StoredFile
from portal.records.organisation import Organisation
from portal.rooms.evidence.kinds import KINDS
from portal.web.deeds import insist, weigh_deed
from portal.wording import said
from workflows.engine import Side
from workflows.recording import FILE
from workflows.scopes import Scope
from workflows.words import N_

OF_BATCH, OF_EVIDENCE = "/batches/<uuid:batch_id>/files", "/evidence/files"
NOT_THERE = N_(
    "Its bytes are not there, or not as they were announced. Send them to the address that was given, "
    "then say so again."
)
NO_MORE = N_("Bytes are sent once, before the file is said to have arrived. It is past that.")


@desk.door("/files/<uuid:file_id>", Scope.ENTRUSTMENTS_READ, gives=FileShape)
def read_file(file_id: UUID) -> Given:
    """Read how far a file has come."""
    return _shown(find_within(StoredFile, file_id, upstream=True))


@desk.door(OF_BATCH, Scope.BATCHES_PROPOSE, method="POST", gives=AnnouncedFile, status=201, tag="files")
def declare_batch_file(batch_id: UUID, json: FileToSend) -> Given:
    """Announce a file for the record of a batch, and learn where to send it.

    Kind, size and the organisation's room are judged now.  Once it has arrived, a paper is filed with its identifier.
    """
    batch = find_within(Batch, batch_id, side=Side.MANUFACTURER)
    insist(weigh_deed(FILE, batch.state, batch))
    about = {"subject_kind": Batch.__tablename__, "subject_id": batch.id, "entrustment_id": batch.entrustment_id}
    return _announced(json, partial(url_for, "api.send_batch_file", batch_id=batch.id), **about)


@desk.door(
    f"{OF_BATCH}/<uuid:file_id>/content",
    Scope.BATCHES_PROPOSE,
    method="PUT",
    gives=FileShape,
    takes=OCTETS,
    uploads=True,
    tag="files",
)
def send_batch_file(batch_id: UUID, file_id: UUID) -> Given:
    """Send the bytes of a file that was announced for a batch, if this is the address that was given for them."""
    with reading():
        place, seen = _to_be_sent(_of_batch(batch_id, file_id))
    return _brought(place, seen)


@desk.door(
    f"{OF_BATCH}/<uuid:file_id>/received",
    Scope.BATCHES_PROPOSE,
    method="POST",
    gives=FileShape,
    sees=True,
    tag="files",
)
def receive_batch_file(batch_id: UUID, file_id: UUID, json: Arrived) -> Given:  # noqa: ARG001  it says nothing more
    """Say that the bytes of a file for a batch are there; they are compared, and checked at once or soon after."""
    return _received(_of_batch(batch_id, file_id))


@desk.door(OF_EVIDENCE, Scope.EVIDENCE_PROPOSE, method="POST", gives=AnnouncedFile, status=201, tag="files")
def declare_evidence_file(json: EvidenceToSend) -> Given:
    """Announce a file that will prove evidence, and learn where to send it.

    Kind, size and the organisation's room are judged now.  Once it has arrived, evidence of this kind is recorded with
    its identifier.
    """
    kind = next(each for each in KINDS if each.name == json.kind)
    if not kind.kept_by(session.get_one(Organisation, g.actor.organisation_id)):
        abort(403)
    about = {"subject_kind": kind.name, "subject_id": new_id()}
    return _announced(json, partial(url_for, "api.send_evidence_file"), **about)


@desk.door(
    f"{OF_EVIDENCE}/<uuid:file_id>/content",
    Scope.EVIDENCE_PROPOSE,
    method="PUT",
    gives=FileShape,
    takes=OCTETS,
    uploads=True,
    tag="files",
)
def send_evidence_file(file_id: UUID) -> Given:
    """Send the bytes of a file that was announced as evidence, if this is the address that was given for them."""
    with reading():
        place, seen = _to_be_sent(_of_evidence(file_id))
    return _brought(place, seen)


@desk.door(
    f"{OF_EVIDENCE}/<uuid:file_id>/received",
    Scope.EVIDENCE_PROPOSE,
    method="POST",
    gives=FileShape,
    sees=True,
    tag="files",
)
def receive_evidence_file(file_id: UUID, json: Arrived) -> Given:  # noqa: ARG001  it says nothing more
    """Say that the bytes of a file for evidence are there; they are compared, and checked at once or soon after."""
    return _received(_of_evidence(file_id))


def _announced(json: FileToSend, content: Callable[..., str], **about: Any) -> Given:
    try:
        file = _store().announce(json.name, json.media_type, json.size, json.sha256, **about)
    except NotAcceptable as wrong:
        raise Trouble("invalid", errors=[(wrong.about, said(wrong.says))], decided=True) from wrong
    ledger.write(file, "stored_file.declared", by=g.actor)
    send = _invitation(file, content)
    where = {"Location": url_for("api.read_file", file_id=file.id)}
    return AnnouncedFile(**_facts(file), send=send), 201, {**tagged(file), **where}


def _invitation(file: StoredFile, content: Callable[..., str]) -> WhereToSend:
    until = file.awaited_until or now()
    if form := _store().shelf.invitation(Place.of(file)):
        return WhereToSend(method="POST", url=form["url"], fields=form["fields"], headers={}, expires_at=until)
    url = content(file_id=file.id)
    return WhereToSend(method="PUT", url=url, fields={}, headers={"Content-Type": OCTETS}, expires_at=until)


def _of_batch(batch_id: UUID, file_id: UUID) -> StoredFile:
    batch = find_within(Batch, batch_id, side=Side.MANUFACTURER)
    return _own(file_id, lambda file: (file.subject_kind, file.subject_id) == (Batch.__tablename__, batch.id))


def _of_evidence(file_id: UUID) -> StoredFile:
    return _own(file_id, lambda file: file.subject_kind in {each.name for each in KINDS})


def _own(file_id: UUID, belongs: Callable[[StoredFile], bool]) -> StoredFile:
    file = find_within(StoredFile, file_id)
    return file if file.owner_id == g.actor.organisation_id and belongs(file) else abort(404)


def _to_be_sent(file: StoredFile) -> tuple[Place, Given]:
    """Where the bytes of a file go that are still to come through us."""
    if _store().shelf.invitation(Place.of(file)) is not None:
        abort(404)
    if not file.awaited:
        raise _refused(gettext(NO_MORE))
    if file.awaited_until is None or file.awaited_until <= now():
        raise _refused(said(NEVER_CAME))
    return Place.of(file), _shown(file)


def _brought(place: Place, seen: Given) -> Given:
    """No books are open while the bytes come, however slowly they do."""
    request.max_content_length = _largest(place)
    try:
        _store().shelf.bring(place, request.stream)
    except Damaged as other:
        raise Trouble("invalid", errors=[("", said(OTHER_BYTES))]) from other
    return seen


def _largest(place: Place) -> int:
    """One byte more, so that of a stream without a stated length the end is seen."""
    return place.size + 1


def _received(file: StoredFile) -> Given:
    """Said again once it is known, it changes nothing."""
    session.refresh(file, with_for_update=True)
    insist_on_version(file)
    if file.is_overdue(now()):
        raise _refused(said(NEVER_CAME))
    if file.awaited:
        try:
            _store().arrive(file)
        except Damaged as missing:
            raise _refused(gettext(NOT_THERE)) from missing
        ledger.write(file, f"stored_file.{file.stage}", by=g.actor)
    return _shown(file)


def _refused(says: str) -> Trouble:
    """Not remembered under its key: the next moment it may be otherwise."""
    return Trouble("refused", errors=[("", says)])


def _shown(file: StoredFile) -> Given:
    return FileShape(**_facts(file)), 200, tagged(file)


def _facts(file: StoredFile) -> dict[str, Any]:
    held = file.held
    known = {"stage": file.stage or ACCEPTED, "says": said(held) if held else None}
    return {name: getattr(file, name) for name in FileShape.model_fields if name not in known} | known


def _store() -> Store:
    store: Store = current_app.extensions["store"]
    return store
