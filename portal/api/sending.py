"""What is said about a file that is sent by itself: what it will be, where it goes, how far it has come."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Id, Least1, Line, Shape
from workflows.words import N_


class FileToSend(Shape):
    """A file that is to come: PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT.  Exactly this one is taken."""

    name: Line = Field(description=N_("Its name with its ending, such as BPR-20261103-02.pdf."))
    media_type: Line = Field(description=N_("Its media type, such as application/pdf."))
    size: Least1 = Field(description=N_("How many bytes it has."))
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description=N_("SHA-256 over its bytes, in lower case."))


class EvidenceToSend(FileToSend):
    """A file that will prove evidence of one kind."""

    kind: Literal[
        "production_licence",
        "inspection",
        "internal_audit",
        "audit_report",
        "credit_statement",
        "registration_certificate",
        "credit_check",
    ] = Field(description=N_("The kind of evidence that it will prove."))


class Arrived(Shape):
    """That the bytes are there; nothing more is said."""


class FileShape(Shape):
    """A file.  Only an accepted one counts as evidence and is handed out."""

    id: Id
    version: int
    name: str = Field(description=N_("Its name."))
    media_type: str = Field(description=N_("Its media type."))
    size: int = Field(description=N_("How many bytes it has."))
    sha256: str = Field(description=N_("SHA-256 over its bytes, in lower case."))
    entrustment_id: Id | None
    subject_kind: str = Field(description=N_("The kind of record it is about."))
    subject_id: Id = Field(description=N_("The record it is about; evidence that it proves will have this identifier."))
    stage: Literal["declared", "received", "checked", "accepted", "refused"]
    says: str | None = Field(description=N_("Why it does not count yet, or never will; null once it is accepted."))


class WhereToSend(Shape):
    """One request that brings the bytes: with fields, as a form (multipart/form-data) whose last part is ``file``;
    without, as they are.  An address without a host is one of this API and wants the token as all of them do.
    """

    method: Literal["POST", "PUT"] = Field(description=N_("The method of the request."))
    url: str = Field(
        description=N_("Where the bytes are sent; nowhere else are they taken."),
        json_schema_extra={"format": "uri-reference"},
    )
    fields: dict[str, str] = Field(description=N_("The parts of the form, all of them and unchanged."))
    headers: dict[str, str] = Field(description=N_("The headers to send along."))
    expires_at: At = Field(description=N_("Until when sending may begin."))


class AnnouncedFile(FileShape):
    """A file that was announced, and where to send it."""

    send: WhereToSend = Field(description=N_("Where and how to send the bytes."))
