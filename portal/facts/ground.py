"""The ground an entrustment stands on: what both sides have shown, answered, judged and signed."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import Select, and_, func, literal, select, union_all
from sqlalchemy.orm import lazyload

from agreements.eligibility import Inputs, Party, Verdict, judge
from portal.canonical import plain
from portal.db import CHINA, session, today
from portal.records.agreement import Agreement
from portal.records.defect_notice import DefectNotice
from portal.records.definition import Definition
from portal.records.entrustment import Answer, Entrustment, Exhibit
from portal.records.entrustment import Verdict as VerdictRecord
from portal.records.transfer import Transfer

KINDS = (
    "product",
    "certificate",
    "site",
    "licence",
    "inspection",
    "credit_statement",
    "credit_check",
    "functions",
)
OF_MANUFACTURER = frozenset({"site", "licence", "inspection", "credit_statement"})


@dataclass
class Ground:
    """One entrustment with everything a decision about it reads; ``defects`` are those that are not settled."""

    entrustment: Entrustment
    exhibits: list[Exhibit] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    verdicts: list[VerdictRecord] = field(default_factory=list)
    agreements: list[Agreement] = field(default_factory=list)
    defects: list[DefectNotice] = field(default_factory=list)

    def shown(self, kind: str) -> list[Exhibit]:
        return [each for each in self.exhibits if each.kind == kind and each.withdrawn_at is None]

    def latest(self, kind: str) -> Exhibit | None:
        shown = self.shown(kind)
        return shown[-1] if shown else None

    @property
    def products(self) -> list[Exhibit]:
        return self.shown("product")

    @property
    def product_names(self) -> dict[str, str]:
        """What a form lets choose from: each product by its identifier."""
        return {str(each.subject_id): each.facts["name"] for each in self.products}

    def product(self, product_id: UUID) -> Exhibit | None:
        return next((each for each in self.products if each.subject_id == product_id), None)

    def defects_of(self, product_id: UUID) -> str:
        """The numbers of the notices by which the product is stopped; empty while it is not."""
        return ", ".join(each.number for each in self.defects if each.product_id == product_id)

    def certificate_of(self, product: Exhibit) -> Exhibit | None:
        number = product.facts.get("certificate_number")
        return next((each for each in self.shown("certificate") if each.facts.get("number") == number), None)

    def inputs(self, product: Exhibit, on: date) -> Inputs:
        """All that the eligibility rules ask about one product on a day, from what has been shown and answered."""
        residents = None
        if self.entrustment.residents_planned is not None or self.entrustment.residents_exception:
            residents = {
                "posted": self.entrustment.residents_planned or 0,
                "exception": self.entrustment.residents_exception,
            }
        shown = {kind: self.latest(kind) for kind in KINDS if kind not in ("product", "certificate")}
        return Inputs.from_data(
            {
                "on": on.isoformat(),
                "registrant": _party(self.entrustment.registrant),
                "manufacturer": _party(self.entrustment.manufacturer),
                "product": product.facts,
                "certificate": _facts(self.certificate_of(product)),
                "residents": residents,
                "answers": {
                    each.question: each.answer for each in self.answers if each.product_id == product.subject_id
                },
                **{kind: _facts(exhibit) for kind, exhibit in shown.items()},
            }
        )

    def judged(self, product: Exhibit, on: date) -> Verdict:
        return judge(self.inputs(product, on))

    def verdict_of(self, product_id: UUID) -> VerdictRecord | None:
        return next((each for each in self.verdicts if each.product_id == product_id), None)

    def standing_verdict(self, product: Exhibit) -> VerdictRecord | None:
        """The verdict of today that rests on exactly what is shown now, if there is one."""
        verdict = self.verdict_of(product.subject_id)
        if verdict is None or verdict.reached_on != today():
            return None
        return verdict if verdict.inputs_hash == hash_of_inputs(self.inputs(product, today())) else None

    def favourable_today(self, product: Exhibit) -> bool:
        """Whether a favourable verdict of today stands on exactly what is shown now."""
        verdict = self.standing_verdict(product)
        return verdict is not None and verdict.favourable

    @property
    def all_favourable_today(self) -> bool:
        return bool(self.products) and all(self.favourable_today(each) for each in self.products)

    def agreement(self, kind: str) -> Agreement | None:
        """The agreement of this kind that runs; before any does, the latest that has not been withdrawn."""
        standing = [each for each in self.agreements if each.kind == kind and each.state != "withdrawn"]
        running = [each for each in standing if each.signed_at and (each.ends_on or today()) >= today()]
        return next(iter(running or standing), None)

    def in_force(self, kind: str, on: date) -> bool:
        return any(each.kind == kind and _binds(each, on) for each in self.agreements)

    def both_in_force(self, on: date) -> bool:
        """An agreement binds only when the other one is signed as well: Order 53 art. 32 asks for both."""
        return self.in_force("quality", on) and self.in_force("entrustment", on)

    @cached_property
    def transfers(self) -> dict[UUID, str]:
        """The number of each product's design transfer that both sides signed, the latest; asked when first needed."""
        wanted = select(Transfer.product_id, Transfer.number).where(Transfer.entrustment_id == self.entrustment.id)
        rows = session.execute(wanted.where(Transfer.state == "signed").order_by(Transfer.signed_at)).all()
        return dict(rows)

    @cached_property
    def definitions(self) -> dict[UUID, list[Definition]]:
        """The versions of each product that both sides approved, the latest first; asked when first needed."""
        found: dict[UUID, list[Definition]] = {}
        wanted = select(Definition).options(Definition.with_change()).order_by(Definition.number.desc())
        of_it = wanted.where(Definition.entrustment_id == self.entrustment.id, Definition.state == "approved")
        for each in session.scalars(of_it):
            found.setdefault(each.product_id, []).append(each)
        return found

    def definition_of(self, product_id: UUID, on: date) -> Definition | None:
        """The version under which the product is made on a day; each holds until the day of the next."""
        return next((each for each in self.definitions.get(product_id, ()) if each.holds_by(on)), None)

    def ends_of_evidence(self) -> tuple[date | None, date | None]:
        """The last days of the certificates (the earliest of them) and of the licence, as far as they are shown."""
        certificates = [_day(each, "valid_until") for each in self.shown("certificate")]
        licence = self.latest("licence")
        known = [each for each in certificates if each]
        return min(known) if known else None, _day(licence, "valid_until") if licence else None


def ground_of(entrustment: Entrustment) -> Ground:
    return grounds([entrustment])[entrustment.id]


def grounds(entrustments: Iterable[Entrustment]) -> dict[UUID, Ground]:
    """The grounds of many entrustments in four queries."""
    found = {each.id: Ground(each) for each in entrustments}
    if not found:
        return found
    for exhibit in session.scalars(
        select(Exhibit).where(Exhibit.entrustment_id.in_(found)).order_by(Exhibit.presented_at, Exhibit.id)
    ):
        found[exhibit.entrustment_id].exhibits.append(exhibit)
    for answer, defect in session.execute(_answers_and_defects(list(found))):
        if answer:
            found[answer.entrustment_id].answers.append(answer)
        if defect:
            found[defect.entrustment_id].defects.append(defect)
    newest = (
        select(func.max(VerdictRecord.reached_at))
        .where(VerdictRecord.entrustment_id.in_(found))
        .group_by(VerdictRecord.entrustment_id, VerdictRecord.product_id)
    )
    for verdict in session.scalars(
        select(VerdictRecord)
        .where(VerdictRecord.entrustment_id.in_(found), VerdictRecord.reached_at.in_(newest))
        .order_by(VerdictRecord.reached_at.desc())
    ):
        found[verdict.entrustment_id].verdicts.append(verdict)
    for agreement in session.scalars(
        select(Agreement).where(Agreement.entrustment_id.in_(found)).order_by(Agreement.id.desc())
    ):
        found[agreement.entrustment_id].agreements.append(agreement)
    return found


def _answers_and_defects(ids: list[UUID]) -> Select[Answer, DefectNotice]:
    """Two lists in one answer: each row holds an answer, or a notice that is not settled."""
    parts = union_all(*(select(literal(part).label("part")) for part in range(2))).subquery()
    unsettled = and_(DefectNotice.entrustment_id.in_(ids), DefectNotice.settled_at.is_(None))
    return (
        select(Answer, DefectNotice)
        .select_from(parts)
        .outerjoin(Answer, and_(parts.c.part == 0, Answer.entrustment_id.in_(ids)))
        .outerjoin(DefectNotice, and_(parts.c.part == 1, unsettled))
        .options(lazyload(DefectNotice.entrustment))
        .order_by(Answer.id, DefectNotice.id)
    )


def hash_of_inputs(inputs: Inputs) -> str:
    """What the verdict rests on, apart from the day itself."""
    data = {key: value for key, value in replace(inputs).as_data().items() if key != "on"}
    return hashlib.sha256(rfc8785.dumps(plain(data))).hexdigest()


def _party(organisation: Any) -> dict[str, Any]:
    party = Party(organisation.name, organisation.uscc, organisation.province)
    return {"name": party.name, "uscc": party.uscc, "province": party.province}


def _binds(agreement: Agreement, on: date) -> bool:
    if agreement.state != "signed" or agreement.signed_at is None:
        return False
    return agreement.signed_at.astimezone(CHINA).date() <= on <= (agreement.ends_on or on)


def _facts(exhibit: Exhibit | None) -> dict[str, Any] | None:
    return exhibit.facts if exhibit else None


def _day(exhibit: Exhibit, name: str) -> date | None:
    text = exhibit.facts.get(name)
    return date.fromisoformat(text) if text else None
