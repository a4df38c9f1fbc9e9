"""A definition of product and process, in versions: routing with parameters, materials, inspections, label."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy.orm import Mapped, declared_attr, joinedload, relationship
from sqlalchemy.orm.interfaces import ORMOption

from portal.db import Kept, Record, session
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.definition import DEFINITION
from workflows.grades import GRADES
from workflows.making import OPERATIONS

# One version of a product is drafted or signed at a time; what is approved or withdrawn makes room for the next.
DRAFTED: Any = literal_column("approved_at IS NULL AND withdrawn_at IS NULL")
# What is struck out makes room for a line of the same name.
STANDING: Any = literal_column("struck_at IS NULL")
TO_ITS_DEFINITION = (["entrustment_id", "definition_id"], ["definition.entrustment_id", "definition.id"])
# What a lot of material is inspected by stands with the material.
PLANNED = (
    "COALESCE(coverage, '') IN ('', 'every_piece', 'sampled') AND (coverage IS NULL OR stage <> 'incoming') "
    "AND (COALESCE(coverage, '') = 'sampled') = (aql IS NOT NULL) AND (aql IS NULL) = (level IS NULL)"
)
PARTS = ("steps", "parameters", "materials", "inspections")


def _known_by(table: str, *columns: str) -> Index:
    return Index(f"uq_{table}_standing", *columns, unique=True, postgresql_where=STANDING, sqlite_where=STANDING)


class Definition(Moving, Shared, Record):
    """产品与工艺规程 of one product, version ``number``; ``follows`` is the version approved before it.

    An approved one holds from ``effective_on`` until the day of the next, as long as the verdict on its change stands.
    ``contents_hash`` covers every line that is not struck out, so that whoever signs the version signs each of them.
    """

    __tablename__ = "definition"
    lifecycle: ClassVar = DEFINITION

    number: Mapped[int]
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    effective_on: Mapped[date | None]
    label_version: Mapped[str | None]
    instructions_version: Mapped[str | None]
    udi_di: Mapped[str | None]
    follows_id: Mapped[UUID | None]
    change_id: Mapped[UUID | None]
    contents_hash: Mapped[str]
    opened_by_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(viewonly=True)
    follows: Mapped["Definition | None"] = relationship(
        primaryjoin="foreign(Definition.follows_id) == remote(Definition.id)", viewonly=True
    )
    change: Mapped[Change | None] = relationship(
        primaryjoin="foreign(Definition.change_id) == Change.id", viewonly=True
    )
    steps: Mapped[list["DefinitionStep"]] = relationship(
        back_populates="definition", order_by="DefinitionStep.position"
    )
    materials: Mapped[list["DefinitionMaterial"]] = relationship(
        back_populates="definition", order_by="DefinitionMaterial.id"
    )
    inspections: Mapped[list["DefinitionInspection"]] = relationship(
        back_populates="definition", order_by="DefinitionInspection.id"
    )

    @property
    def called(self) -> str:
        return f"V{self.number}"

    @classmethod
    def drafted(cls) -> ColumnElement[bool]:
        """Neither approved nor given up: what a query asks for."""
        return and_(cls.approved_at.is_(None), cls.withdrawn_at.is_(None))

    @classmethod
    def with_change(cls) -> ORMOption:
        """What a query adds that asks of many from which day they hold."""
        return joinedload(cls.change).lazyload("*")

    @property
    def is_permitted(self) -> bool:
        """Whether the verdict on the change that asks for it stands; the first version needs none."""
        return self.change_id is None or (self.change is not None and self.change.stands)

    @property
    def waits(self) -> bool:
        """Whether both sides approved it, and the verdict on its change was taken back since."""
        return self.approved_at is not None and not self.is_permitted

    @property
    def holds_from(self) -> date | None:
        """Its day, or that of its change where it was put off; None unless it is approved and permitted."""
        if self.approved_at is None or not self.is_permitted:
            return None
        return max(each.effective_on for each in (self, self.change) if each is not None and each.effective_on)

    def holds_by(self, day: date) -> bool:
        """Whether its day has come by then; of those that hold the latest counts."""
        return self.holds_from is not None and self.holds_from <= day

    def took(self, move: Move) -> None:
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.approved_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    def standing(self, part: str) -> list[Any]:
        """The lines of one of :data:`PARTS` that are not struck out; a step takes its parameters along."""
        if part == "parameters":
            return [each for step in self.standing("steps") for each in step.parameters if each.struck_at is None]
        return [each for each in getattr(self, part) if each.struck_at is None]

    def bind_contents(self) -> None:
        """Make the row answer for every line as it is now."""
        with session.no_autoflush:
            lines = {part: [each.bound for each in self.standing(part)] for part in PARTS}
        self.contents_hash = hashlib.sha256(b"definition\0" + rfc8785.dumps(lines)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "product_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "follows_id"], ["definition.entrustment_id", "definition.id"]),
            ForeignKeyConstraint(["entrustment_id", "change_id"], ["change.entrustment_id", "change.id"]),
            Index(
                "uq_definition_drafted",
                "entrustment_id",
                "product_id",
                unique=True,
                postgresql_where=DRAFTED,
                sqlite_where=DRAFTED,
            ),
            CheckConstraint("number > 0", name="counted_from_one"),
            CheckConstraint(
                "state IN ('draft', 'withdrawn') OR (effective_on IS NOT NULL AND label_version IS NOT NULL "
                "AND instructions_version IS NOT NULL)",
                name="signed_means_complete",
            ),
            CheckConstraint(
                "state IN ('draft', 'withdrawn') OR follows_id IS NULL OR change_id IS NOT NULL",
                name="later_means_asked_for",
            ),
            CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
        )


class Line(Kept, Shared):
    """One line of a definition.

    ``WRITTEN`` are the columns that somebody writes, ``OPTIONAL`` those that may be left out; the next version copies
    both.  By ``KEY`` a line is known from one version to the next, and no two lines of a version are known by the same.
    """

    WRITTEN: ClassVar[tuple[str, ...]]
    OPTIONAL: ClassVar[tuple[str, ...]] = ()
    KEY: ClassVar[tuple[str, ...]]

    id: Mapped[UUID]
    struck_at: Mapped[datetime | None]

    @property
    def written(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*self.WRITTEN, *self.OPTIONAL)}

    @property
    def key(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.KEY)

    @property
    def bound(self) -> list[Any]:
        """What a signature under the definition says about this line."""
        written = self.written
        more = {name: written[name] for name in self.OPTIONAL if written[name]}
        return [str(self.id), *(written[name] for name in self.WRITTEN), *([more] if more else [])]


class DefinitionStep(Line, Record):
    """工序.  ``reference`` and ``edition`` are the work instruction and the version of it that is worked to.

    ``operation`` is one of :data:`workflows.making.OPERATIONS`, None where the plant says it each time; ``grade`` the
    least clean room that will do, one of :data:`workflows.grades.GRADES`, None where any will.
    """

    __tablename__ = "definition_step"
    WRITTEN = ("position", "name", "kind", "reference", "edition")
    OPTIONAL = ("operation", "grade")
    KEY = ("position",)

    definition_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str]
    kind: Mapped[str]
    reference: Mapped[str]
    edition: Mapped[str]
    operation: Mapped[str | None]
    grade: Mapped[str | None]

    definition: Mapped[Definition] = relationship(back_populates="steps")
    parameters: Mapped[list["DefinitionParameter"]] = relationship(
        back_populates="step", order_by="DefinitionParameter.id", lazy="selectin"
    )

    @property
    def asks_for(self) -> list[str]:
        """What kind of operation it is, and the room that it needs, as far as the definition says so."""
        named = (OPERATIONS.get(self.operation or ""), GRADES.get(self.grade or ""))
        return [each for each in named if each]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(*TO_ITS_DEFINITION),
            _known_by("definition_step", "definition_id", "position"),
            CheckConstraint("position > 0", name="placed_from_one"),
            CheckConstraint("kind IN ('ordinary', 'key', 'special')", name="kind_is_known"),
        )


class DefinitionParameter(Line, Record):
    """工艺参数 of a step.  Limits are decimal text, exactly as written: :mod:`workflows.limits`."""

    __tablename__ = "definition_parameter"
    WRITTEN = ("name", "unit", "specification_low", "warning_low", "warning_high", "specification_high")
    KEY = ("name",)

    step_id: Mapped[UUID]
    name: Mapped[str]
    unit: Mapped[str]
    specification_low: Mapped[str | None]
    warning_low: Mapped[str | None]
    warning_high: Mapped[str | None]
    specification_high: Mapped[str | None]

    step: Mapped[DefinitionStep] = relationship(back_populates="parameters")

    @property
    def definition(self) -> Definition:
        return self.step.definition

    @property
    def specified(self) -> str:
        """The specification limits in one line, as they stand on a drawing."""
        low, high = self.specification_low, self.specification_high
        return f"{low} – {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"

    @property
    def key(self) -> tuple[Any, ...]:
        return (*self.step.key, *super().key)

    @property
    def bound(self) -> list[Any]:
        return [*super().bound, str(self.step.id)]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(
                ["entrustment_id", "step_id"], ["definition_step.entrustment_id", "definition_step.id"]
            ),
            _known_by("definition_parameter", "step_id", "name"),
            CheckConstraint("COALESCE(specification_low, specification_high) IS NOT NULL", name="specified"),
        )


class DefinitionMaterial(Line, Record):
    """物料.  ``quantity`` is decimal text, in ``unit`` for one piece; ``is_key`` where the product hangs on it."""

    __tablename__ = "definition_material"
    WRITTEN = ("name", "code", "specification", "quantity", "unit", "is_key")
    KEY = ("code",)

    definition_id: Mapped[UUID]
    name: Mapped[str]
    code: Mapped[str]
    specification: Mapped[str]
    quantity: Mapped[str]
    unit: Mapped[str]
    is_key: Mapped[bool]

    definition: Mapped[Definition] = relationship(back_populates="materials")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(*TO_ITS_DEFINITION),
            _known_by("definition_material", "definition_id", "code"),
        )


class DefinitionInspection(Line, Record):
    """检验: at which ``stage`` which characteristic is looked at, by which method, against what, on how many.

    ``sampling`` says it in words.  ``coverage``, one of :data:`agreements.inspection_plans.COVERAGES`, is what the
    portal judges the results of a batch by; None where the words alone say it.
    """

    __tablename__ = "definition_inspection"
    WRITTEN = ("stage", "characteristic", "method", "criterion", "sampling")
    OPTIONAL = ("coverage", "level", "aql", "may_be_reduced")
    KEY = ("stage", "characteristic")

    definition_id: Mapped[UUID]
    stage: Mapped[str]
    characteristic: Mapped[str]
    method: Mapped[str]
    criterion: Mapped[str]
    sampling: Mapped[str]
    coverage: Mapped[str | None]
    level: Mapped[str | None]
    aql: Mapped[str | None]
    may_be_reduced: Mapped[bool | None]

    definition: Mapped[Definition] = relationship(back_populates="inspections")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            # The name that the convention gives is longer than PostgreSQL takes.
            ForeignKeyConstraint(*TO_ITS_DEFINITION, name="fk_definition_inspection_definition_id"),
            _known_by("definition_inspection", "definition_id", "stage", "characteristic"),
            CheckConstraint("stage IN ('incoming', 'in_process', 'finished')", name="stage_is_known"),
            CheckConstraint(PLANNED, name="sampled_means_planned"),
        )
