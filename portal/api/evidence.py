"""The organisation's evidence: read, and recorded by a machine with the file that proves it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from flask import abort, g, url_for
from pydantic import BeforeValidator
from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import tagged
from portal.api.forms import insist_on, proof_of, typed
from portal.api.proposals import (
    CertificateToRecord,
    CheckToRecord,
    InScope,
    InspectionToRecord,
    InternalAuditToRecord,
    LicenceToRecord,
    Proved,
    ReportToRecord,
    StatementToRecord,
)
from portal.api.shapes import Day, Given, Id, Page, Shape
from portal.api.shelves import shelve
from portal.db import new_id, session
from portal.facts import put_on_record
from portal.records.organisation import Organisation, Site
from portal.rooms.evidence.kinds import KINDS, Kind
from portal.web import three_way_of
from workflows.scopes import Scope


class EvidenceShape(Shape):
    id: Id
    version: int
    file_id: Id | None
    retired_on: Day | None


class LicenceShape(EvidenceShape):
    """A production licence."""

    number: str
    scope: Annotated[list[InScope], BeforeValidator(lambda scope: [_in_scope(each) for each in scope])]
    sites: list[str]
    valid_from: Day
    valid_until: Day


class CertificateShape(EvidenceShape):
    """A registration certificate."""

    number: str
    product_name: str
    registrant_name: str
    device_class: str
    address: str
    remark: str
    valid_from: Day
    valid_until: Day


class InspectionShape(EvidenceShape):
    """An inspection of the quality system by an authority."""

    inspected_on: Day
    inspected_by: str
    result: str
    covers: str
    valid_until: Day | None


class InternalAuditShape(EvidenceShape):
    """An audit of the own plant by itself."""

    began_on: Day
    ended_on: Day
    covers: str
    result: str
    findings: int
    still_open: int


class ReportShape(EvidenceShape):
    """A report of an audit held at the own plant, to be passed on."""

    audited_on: Day
    mode: str
    covers: str
    result: str
    summary: str


class StatementShape(EvidenceShape):
    """What the manufacturer states about its credit."""

    stated_on: Day
    summary: str


class CheckShape(EvidenceShape):
    """What was found about a partner in the public registers."""

    about_uscc: str
    checked_on: Day
    consulted: str
    adverse: bool | None
    summary: str


class Licences(Page):
    items: list[LicenceShape]


class Certificates(Page):
    items: list[CertificateShape]


class Inspections(Page):
    items: list[InspectionShape]


class InternalAudits(Page):
    items: list[InternalAuditShape]


class Reports(Page):
    items: list[ReportShape]


class Statements(Page):
    items: list[StatementShape]


class Checks(Page):
    items: list[CheckShape]


@dataclass(frozen=True, slots=True)
class Shapes:
    """How one kind of evidence is shown, listed and proposed; ``typed`` turns a proposal into what a person types."""

    shown: type[Shape]
    listed: type[Page]
    proposed: type[Proved]
    typed: Callable[[dict[str, Any]], dict[str, Any]] = dict


def _in_scope(entry: Any) -> Any:
    if isinstance(entry, InScope):
        return entry
    return InScope(code=entry["code"], device_class=entry.get("device_class") or entry.get("class"))


def _scope_typed(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"scope": "\n".join(f"{each['code']} {each['device_class']}" for each in given["scope"])}


def _adverse_typed(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"adverse": three_way_of(given["adverse"])}


SHAPES = {
    "production_licence": Shapes(LicenceShape, Licences, LicenceToRecord, _scope_typed),
    "inspection": Shapes(InspectionShape, Inspections, InspectionToRecord),
    "internal_audit": Shapes(InternalAuditShape, InternalAudits, InternalAuditToRecord),
    "audit_report": Shapes(ReportShape, Reports, ReportToRecord),
    "credit_statement": Shapes(StatementShape, Statements, StatementToRecord),
    "registration_certificate": Shapes(CertificateShape, Certificates, CertificateToRecord),
    "credit_check": Shapes(CheckShape, Checks, CheckToRecord, _adverse_typed),
}


def hang(kind: Kind, shapes: Shapes) -> None:
    """Hang the three doors of one kind: list, read, record."""
    rule, thing = f"/evidence/{kind.path}", kind.one.lower()

    def recording(json: Any) -> Given:
        record = _record(kind, shapes, json)
        where = {"Location": url_for(f"api.read_{kind.name}", **{kind.key: record.id})}
        return shapes.shown.model_validate(record), 201, {**tagged(record), **where}

    recording.__annotations__["json"] = shapes.proposed
    recording.__name__ = f"record_{kind.name}"
    recording.__doc__ = f"Record evidence of the kind {thing}, with its file.\n\n{kind.says}"
    shelve(
        kind.record,
        rule,
        Scope.EVIDENCE_READ,
        many=(f"{kind.name}s", shapes.listed, f"List evidence of the kind {thing}."),
        one=(kind.name, shapes.shown, f"Read evidence of the kind {thing}."),
    )
    desk.door(rule, Scope.EVIDENCE_PROPOSE, method="POST", gives=shapes.shown, status=201, uploads=True)(recording)


def _record(kind: Kind, shapes: Shapes, json: Proved) -> Any:
    if not kind.kept_by(session.get_one(Organisation, g.actor.organisation_id)):
        abort(403)
    given, proof = shapes.typed(json.model_dump(exclude={"file", "file_id"})), proof_of(json, kind.name)
    form: Any = kind.form(**typed(**given, file=proof.upload))
    form.offer(session.scalars(select(Site).order_by(Site.name)).all())
    insist_on(form)
    record_id = proof.sent.subject_id if proof.sent else new_id()
    proof.refuse_used(session.get(kind.record, record_id))
    record: Any = kind.record(id=record_id)  # type: ignore[call-arg]  # each kind of evidence is a table
    file = proof.kept(subject_kind=kind.name, subject_id=record.id)
    record.file_id = file.id
    form.write_to(record)
    put_on_record(record, "recorded", file=file, by=g.actor)
    return record


for each in KINDS:
    hang(each, SHAPES[each.name])
