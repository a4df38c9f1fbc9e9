"""What a machine reads and proposes about lots of materials: receipt, certificates, results."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from portal.api.material_shapes import CertificateKind, CriterionShape
from portal.api.proposals import Proved
from portal.api.shapes import At, Day, Id, Line, Page, Shape, Turn
from workflows.words import N_

Standing = Literal["quarantine", "accepted", "blocked", "rejected", "recalled", "expired", "soon"]


class LotTurn(Turn):
    standing: Standing | None = Field(
        None, description=N_("Only lots that stand so; soon are those that expire within thirty days.")
    )
    material_id: Id | None = Field(None, description=N_("Only lots of this material."))


class CertificateOfLot(Shape):
    """A certificate that came with a lot."""

    id: Id
    kind: CertificateKind
    number: str
    issuer: str
    issued_on: Day
    file_id: Id
    struck_at: At | None = Field(description=N_("When it was struck out; null while it counts."))


class ResultOfLot(Shape):
    """What the inspection on receipt found of one characteristic."""

    id: Id
    characteristic: str
    criterion: str = Field(description=N_("The criterion as it was then, in one line."))
    measured: str
    passed: bool = Field(description=N_("Whether it conforms."))
    instrument: str
    inspected_on: Day
    inspected_by: str
    piece: str | None = Field(description=N_("The serial number of the piece; null for the lot as a whole."))
    struck_at: At | None = Field(description=N_("When a later result took its place; null while it counts."))


class RejectionOfLot(Shape):
    """Pieces of a lot that were rejected on receipt, for one reason."""

    quantity: str = Field(description=N_("How much, decimal text in the unit of the lot."))
    serials: list[str] = Field(description=N_("The serial numbers of the pieces; empty where they are counted only."))
    reason: str
    by: Id = Field(description=N_("Who wrote it down."))
    came_from: str = Field(description=N_("The place in the file that told it; empty where it was typed."))


class LotShape(Shape):
    """A lot of a material as it was received.  How much of it is left is told by the lineage."""

    id: Id
    version: int
    number: str
    state: str
    expired: bool = Field(description=N_("Whether its day has come, in a state in which it could be used."))
    material_id: Id = Field(description=N_("The material, one of the house's own."))
    supplier_id: Id = Field(description=N_("Who delivered it, one of the house's suppliers."))
    supplier_lot: str
    made_by: str | None
    received_on: Day
    made_on: Day | None
    expires_on: Day | None = Field(description=N_("From this day on it counts as expired."))
    quantity: str | None = Field(
        description=N_("As much as was received, decimal text in the unit of the material; null to a partner.")
    )
    unit: str
    stated_quantity: str | None
    stated_unit: str | None
    storage: str | None = Field(description=N_("Where it lies; null to a partner."))
    tags: list[str] | None = Field(description=N_("The numbers of its RFID tags; null to a partner."))
    serials: list[str] | None = Field(
        description=N_("The serial numbers of its pieces; null where they bear none, and to a partner.")
    )
    rejections: list[RejectionOfLot] | None = Field(
        description=N_("The pieces that were rejected on receipt; null where there are none, and to a partner.")
    )
    accepted_quantity: str | None = Field(
        description=N_("How much of it was accepted; null while nobody has decided, and to a partner.")
    )
    accepted_at: At | None
    rejected_at: At | None
    blocked_at: At | None
    recalled_at: At | None


class LotWhole(LotShape):
    material_code: str
    material_name: str
    supplier_number: str = Field(description=N_("Its number in the list of the house that received the lot."))
    supplier_name: str
    asked_certificates: list[CertificateKind] = Field(description=N_("The certificates that it must bring."))
    asked: list[CriterionShape] = Field(description=N_("What is inspected of it."))
    certificates: Annotated[list[CertificateOfLot], BeforeValidator(list)] = Field(
        description=N_("The certificates that are filed, those struck out too.")
    )
    results: Annotated[list[ResultOfLot], BeforeValidator(list)] = Field(
        description=N_("What the inspection found, replaced results too.")
    )


class Lots(Page):
    items: list[LotShape]


class LotToReceive(Shape):
    """What stands on a delivery.  The lot lies in quarantine until people accept it."""

    number: str = Field(min_length=1, max_length=60, description=N_("The house's own number of the lot."))
    material_id: Id = Field(description=N_("The material, one of the house's own."))
    supplier_id: Id = Field(description=N_("Who delivered it, one of the house's suppliers."))
    supplier_lot: str = Field(min_length=1, max_length=100)
    received_on: Day
    quantity: str = Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$", description=N_("Decimal text, such as 120.5."))
    unit: str = Field(
        min_length=1, max_length=20, description=N_("That of the material, or one that can be brought to it.")
    )
    storage: Line = Field(description=N_("Where it lies."))
    made_by: str = Field("", max_length=200)
    made_on: Day | None = None
    expires_on: Day | None = None
    tags: list[Line] = Field([], max_length=200, description=N_("The numbers of its RFID tags."))
    serials: list[Line] = Field(
        [], max_length=5000, description=N_("The serial numbers of its pieces, as many as the quantity.")
    )


class LotCertificateToFile(Proved):
    """A certificate of a lot."""

    kind: CertificateKind
    number: str = Field(min_length=1, max_length=100)
    issuer: Line
    issued_on: Day


class PiecesToReject(Shape):
    """Pieces of a lot on which nobody has decided: by serial number where they bear any, otherwise how many."""

    serials: list[Line] = Field([], max_length=5000, description=N_("The serial numbers of the pieces."))
    quantity: str | None = Field(
        None,
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,6})?$",
        description=N_("How much, decimal text in the unit of the lot, where the pieces bear no numbers."),
    )
    reason: str = Field(min_length=1, max_length=2000)


class ResultToRecord(Shape):
    """What was found of one characteristic that is inspected of the lot."""

    characteristic: Line
    measured: Line = Field(description=N_("The number in the unit of the criterion, or the word."))
    instrument: str = Field(min_length=1, max_length=100)
    inspected_on: Day
    inspected_by: str = Field(min_length=1, max_length=100)
    piece: str = Field("", max_length=60, description=N_("The serial number of the piece; empty for the lot."))
    reason: str | None = Field(
        None, max_length=2000, description=N_("Why it takes the place of a result that is there already.")
    )
