"""What a machine proposes: the same entries as on the pages, in the same vocabulary."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import Day, Id, Least1, Line, Shape, Text, Whole
from workflows.words import N_

UDI = r"^[0-9A-Za-z./()-]{6,50}$"
NUMBER = r"^[0-9A-Za-z][0-9A-Za-z./_-]*$"


class FileToFile(Shape):
    """A file: PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT."""

    name: Line = Field(description=N_("Its name with its ending, such as BPR-20261103-02.pdf."))
    content: str = Field(
        min_length=1, description=N_("Its bytes in base64."), json_schema_extra={"contentEncoding": "base64"}
    )


class Proved(Shape):
    """What is proved by a file: with the proposal, or sent before it."""

    file: FileToFile | None = Field(None, description=N_("The paper itself, or file_id in its place."))
    file_id: Id | None = Field(None, description=N_("The paper, as a file that was announced, sent and received."))


class BatchToOpen(Shape):
    product_id: Id = Field(description=N_("One of the products of this entrustment."))
    number: str = Field(min_length=1, max_length=40, pattern=NUMBER)
    started_on: Day
    planned: Least1
    steps_planned: Least1
    stage: Literal["prototype", "pilot", "commercial"] = "commercial"
    expires_on: Day | None = None
    udi_di: str | None = Field(None, pattern=UDI)


class Figures(Shape):
    """What is counted and stated while a batch is made.  What is left out stays; null empties."""

    finished_on: Day | None = None
    expires_on: Day | None = None
    steps_done: Whole | None = Field(None, description=N_("Production steps done; null leaves it as it is."))
    put_in: Whole | None = None
    passed: Whole | None = None
    scrapped: Whole | None = None
    sampled: Whole | None = None
    label_version: str | None = Field(None, max_length=60)
    instructions_version: str | None = Field(None, max_length=60)
    udi_di: str | None = Field(None, pattern=UDI)
    reason: str | None = Field(
        None, max_length=2000, description=N_("Needed when a value that was recorded before is changed.")
    )


class PaperToFile(Proved):
    """A paper of the batch record."""

    kind: Literal[
        "production_record",
        "incoming_inspection",
        "process_inspection",
        "final_inspection",
        "label",
        "instructions",
        "release_sheet",
        "other",
    ]
    title: Line
    result: Literal["passed", "failed", "not_applicable"]
    dated_on: Day
    signed_by: str = Field("", max_length=100)


class PaperToReplace(PaperToFile):
    """A later paper in the place of an earlier one, which stays on record as replaced."""

    reason: Text = Field(description=N_("Why the earlier paper is replaced."))


class MoveToMake(Shape):
    """A move of a batch.  What is signed or cannot be undone is refused to a machine."""

    move: Literal[
        "complete",
        "reopen",
        "release_production",
        "conclude_trial",
        "reject_production",
        "release_marketing",
        "refuse_marketing",
    ] = Field(description=N_("The move. A machine can make complete and reopen."))
    reason: Text | None = Field(None, description=N_("Why, if the move asks for it."))


class NonconformityToRaise(Shape):
    title: Line = Field(description=N_("What is not as it should be, in one line."))
    description: str = Field(min_length=1, max_length=4000, description=N_("Where, when and by whom it was found."))
    pieces: Least1 | None = None
    serial_numbers: list[Line] = Field([], max_length=1000, description=N_("The pieces that it is about."))


class ChangeToPropose(Shape):
    """A change, as its proposer describes it."""

    kind: Literal[
        "design",
        "process",
        "material",
        "supplier",
        "site",
        "equipment",
        "inspection",
        "label",
        "registration",
        "licence",
        "party",
        "people",
        "other",
    ]
    title: Line = Field(description=N_("The change in one line."))
    description: str = Field(
        min_length=1, max_length=4000, description=N_("As it is now, as it is to be, and the reason.")
    )
    known: bool = Field(
        False, description=N_("It has happened already: only a party's own name, licence, certificate or key people.")
    )
    product_id: Id | None = Field(None, description=N_("The only product it is about; nothing for every product."))
    effective_on: Day | None = Field(
        None, description=N_("From which day it is wanted; the registrant sets the day with its verdict.")
    )


class InScope(Shape):
    code: str = Field(pattern=r"^[0-9-]{2,8}$")
    device_class: Literal["I", "II", "III"]


class LicenceToRecord(Proved):
    number: Line
    scope: list[InScope] = Field(min_length=1, max_length=400)
    sites: list[Line] = Field(
        min_length=1, max_length=50, description=N_("Addresses of your sites that the licence names.")
    )
    valid_from: Day
    valid_until: Day


class CertificateToRecord(Proved):
    number: Line
    product_name: Line
    registrant_name: Line
    device_class: Literal["II", "III"]
    valid_from: Day
    valid_until: Day
    address: str = Field("", max_length=2000)
    remark: str = Field("", max_length=2000)


class InspectionToRecord(Proved):
    inspected_on: Day
    inspected_by: Line
    result: Literal["passed", "passed-after-rectification", "failed"]
    covers: Text
    valid_until: Day | None = None


class InternalAuditToRecord(Proved):
    """An audit of the own plant by itself, which names no registrant."""

    began_on: Day
    ended_on: Day
    covers: Text
    result: Literal["passed", "passed-after-rectification", "failed"]
    findings: Whole
    still_open: Whole


class ReportToRecord(Proved):
    """A report of an audit held at the own plant, which names nobody who held it."""

    audited_on: Day
    mode: Literal["on_site", "desk"]
    covers: Text
    result: Literal["passed", "passed-after-rectification", "failed"]
    summary: Text


class StatementToRecord(Proved):
    stated_on: Day
    summary: Text


class CheckToRecord(Proved):
    about_uscc: Line
    checked_on: Day
    consulted: str = Field(min_length=1, max_length=500)
    summary: Text
    adverse: bool | None = None
