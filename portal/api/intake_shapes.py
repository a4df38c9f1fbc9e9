"""What a machine sends and reads of files, and of readings one in a line."""

from typing import Literal

from pydantic import Field

from portal.api.proposals import FileToFile
from portal.api.shapes import At, Id, Page, Shape, Turn, Whole
from workflows.words import N_

Stage = Literal["received", "mapped", "running", "taken", "taken_with_faults", "refused", "undone"]


class IntakeToSend(Shape):
    """A file as the plant has it, CSV or XLSX.  It is taken by the meaning of columns that a person has confirmed."""

    entrustment_id: Id = Field(description=N_("The one that the rows are about."))
    file: FileToFile = Field(description=N_("The file itself: its name, and its bytes in base64."))


class IntakeShape(Shape):
    """A file that was sent, and how far it has come.  A person names its columns, once for all files like it."""

    id: Id
    version: int
    number: str
    within_id: Id = Field(description=N_("The entrustment that its rows are about."))
    file_id: Id
    name: str
    sha256: str = Field(description=N_("SHA-256 of its bytes; the same file again is the same intake."))
    stage: Stage
    is_stopped: bool = Field(description=N_("Whether reading it broke so often that a person decides when to go on."))
    rows: Whole
    done: Whole
    taken: Whole
    known: Whole
    fault_count: Whole = Field(description=N_("How many faults there are."))
    question_count: Whole = Field(description=N_("How many questions wait for a person's answer."))
    sent_at: At
    ended_at: At | None


class Intakes(Page):
    items: list[IntakeShape]


class FaultTurn(Turn):
    """The faults are few enough for one answer; limit and after ask for nothing."""


class FaultShape(Shape):
    place: str = Field(description=N_("Where it stands in what was sent: a cell, a row or a line."))
    says: str = Field(description=N_("What is wrong and the way out, in the reader's language."))


class Faults(Shape):
    faults: list[FaultShape] = Field(description=N_("Every fault, in the order in which they were found."))


class ReadingsTurn(Shape):
    entrustment_id: Id = Field(description=N_("The entrustment whose batches were read."))


class ReadingsTaken(Shape):
    """What became of the lines; a line that is a fault costs no other."""

    taken: Whole = Field(description=N_("How many readings were written."))
    known: Whole = Field(description=N_("How many were told before, identically, and are not written twice."))
    faults: list[FaultShape] = Field(description=N_("The lines that were not taken."))
    questions: list[FaultShape] = Field(description=N_("The lines that contradict what stands; they were not taken."))
