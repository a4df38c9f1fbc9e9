"""What a machine reads about definitions of product and process."""

from typing import Literal

from pydantic import Field

from portal.api.shapes import At, Day, Id, Page, Shape
from workflows.words import N_


class DefinitionParameterShape(Shape):
    """A parameter of a step.  Limits are decimals as text, exactly as they were written."""

    id: Id
    version: int
    name: str
    unit: str
    specification_low: str | None
    warning_low: str | None
    warning_high: str | None
    specification_high: str | None
    struck_at: At | None


class DefinitionStepShape(Shape):
    """A production step, with the work instruction that it is worked to and its parameters."""

    id: Id
    version: int
    position: int
    name: str
    kind: Literal["ordinary", "key", "special"]
    reference: str = Field(description=N_("Number of the work instruction."))
    edition: str = Field(description=N_("Version of the work instruction."))
    operation: str | None = Field(description=N_("Which operation it is; null where the plant says it each time."))
    grade: str | None = Field(description=N_("The least clean room that will do; null where any will."))
    struck_at: At | None
    parameters: list[DefinitionParameterShape] = Field(description=N_("What is watched in it, struck lines too."))


class DefinitionMaterialShape(Shape):
    """A material; the quantity for one piece is a decimal as text."""

    id: Id
    version: int
    name: str
    code: str
    specification: str
    quantity: str
    unit: str
    is_key: bool
    struck_at: At | None


class DefinitionInspectionShape(Shape):
    """An inspection: what is looked at, how, against what, and on how many."""

    id: Id
    version: int
    stage: Literal["incoming", "in_process", "finished"]
    characteristic: str
    method: str
    criterion: str
    sampling: str
    coverage: Literal["every_piece", "sampled"] | None = Field(
        description=N_("What the results of a batch are judged by; null where the words alone say it.")
    )
    level: str | None = Field(description=N_("Inspection level of GB/T 2828.1."))
    aql: str | None = Field(description=N_("Acceptance quality limit, in percent."))
    may_be_reduced: bool | None
    struck_at: At | None


class DefinitionShape(Shape):
    """One version of what a product is made by.  Of those whose day to hold from has come, the latest holds."""

    id: Id
    version: int
    entrustment_id: Id
    number: int = Field(description=N_("The first version of a product is 1."))
    state: str
    product_id: Id
    product_name: str
    effective_on: Day | None = Field(description=N_("The day from which it is to hold."))
    holds_from: Day | None = Field(
        description=N_(
            "The day from which it holds; null until both sides approve it, and while its change does not stand."
        )
    )
    label_version: str | None
    instructions_version: str | None
    udi_di: str | None
    follows_id: Id | None = Field(description=N_("The version that was approved before it."))
    change_id: Id | None = Field(description=N_("The change that asks for it."))
    opened_at: At
    approved_at: At | None
    withdrawn_at: At | None
    steps: list[DefinitionStepShape] = Field(description=N_("The routing in its order, struck lines too."))
    materials: list[DefinitionMaterialShape] = Field(description=N_("What goes in, struck lines too."))
    inspections: list[DefinitionInspectionShape] = Field(description=N_("What is inspected, struck lines too."))


class Definitions(Page):
    items: list[DefinitionShape]
