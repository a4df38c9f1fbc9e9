"""What a machine reads about suppliers, materials, and the sources from which materials may come."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_

CertificateKind = Literal["mill", "biocompatibility", "sterilisation", "other"]


class SupplierShape(Shape):
    """A supplier of the own house, and whether it may deliver."""

    id: Id
    version: int
    number: str = Field(description=N_("Its number in the house's own list."))
    state: str
    name: str
    uscc: str | None
    role: Literal["maker", "distributor"] = Field(description=N_("What it is to the material."))
    country: str = Field(description=N_("The two letters of ISO 3166."))
    province: str | None
    supplies: str = Field(description=N_("What it delivers."))
    is_key: bool
    since: Day
    evaluation: str | None = Field(description=N_("How it was evaluated; null to a partner."))
    evaluated_on: Day | None
    agreement: str | None = Field(description=N_("The quality agreement with it, by number and day."))
    tells_changes: bool | None = Field(
        description=N_("Whether it has undertaken to tell of changes beforehand; null to a partner.")
    )
    approved_at: At | None
    suspended_at: At | None
    ended_at: At | None


class Suppliers(Page):
    items: list[SupplierShape]


class CriterionShape(Shape):
    """What is inspected on receipt of a lot, and what is accepted."""

    characteristic: str
    method: str
    kind: Literal["number", "text"] = Field(description=N_("Whether a number or a word is written down."))
    low: str = Field(description=N_("The lower limit as decimal text; empty where there is none."))
    high: str = Field(description=N_("The upper limit as decimal text; empty where there is none."))
    unit: str
    text: str = Field(description=N_("The word that is wanted, whatever its case."))


class MaterialShape(Shape):
    """A material of the own house, and what is asked of each lot of it."""

    id: Id
    version: int
    state: str
    code: str
    name: str
    specification: str
    unit: str
    is_key: bool
    certificates: list[CertificateKind] = Field(description=N_("The certificates that each lot must bring."))
    shelf_months: int | None = Field(description=N_("Shelf life from the day a lot was made; null does not expire."))
    receipt: str = Field(description=N_("How a lot is sampled and inspected, in words."))
    inspected: list[CriterionShape] = Field(description=N_("What is inspected on receipt."))


class Materials(Page):
    items: list[MaterialShape]


class SourceShape(Shape):
    """From which supplier a material of a product may come."""

    id: Id
    version: int
    entrustment_id: Id
    number: str
    state: str
    definition_id: Id = Field(description=N_("The version of the definition for which it was proposed."))
    product_id: Id
    product_name: str
    since_version: int = Field(description=N_("The first version of the definition for which it holds."))
    material_code: str
    material_name: str
    is_key: bool
    supplier_name: str
    supplier_uscc: str | None
    country: str = Field(description=N_("The two letters of ISO 3166."))
    supplied: Literal["animal_origin", "sterilisation", "active_component", "ivd_antigen", "other"]
    basis: str = Field(description=N_("Why the supplier is fit for the material."))
    proposed_at: At
    approved_at: At | None
    refused_at: At | None
    suspended_at: At | None
    withdrawn_at: At | None


class Sources(Page):
    items: list[SourceShape]
