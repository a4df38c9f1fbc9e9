"""What a house keeps in its own books: read by its own machines, and only by those that serve the whole house."""

from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.own_shapes import (
    Appointments,
    AppointmentShape,
    Auditors,
    AuditorShape,
    Hearings,
    HearingShape,
    Products,
    ProductShape,
    SelfInspections,
    SelfInspectionShape,
    SelfInspectionWhole,
)
from portal.api.shapes import Given, Turn
from portal.records.appointment import Appointment
from portal.records.audit import AuditorQualification
from portal.records.hearing import Hearing
from portal.records.product import Product
from portal.records.self_inspection import SelfInspection
from workflows.scopes import Scope


@desk.door("/appointments", Scope.APPOINTMENTS_READ, gives=Appointments)
def list_appointments(query: Turn) -> Given:
    """List appointments to key posts of the organisation."""
    page, way = page_of(select(Appointment), Appointment, query, Appointments, AppointmentShape)
    return page, 200, way


@desk.door("/appointments/<uuid:appointment_id>", Scope.APPOINTMENTS_READ, gives=AppointmentShape)
def read_appointment(appointment_id: UUID) -> Given:
    """Read an appointment to a key post."""
    found = find_within(Appointment, appointment_id)
    return AppointmentShape.model_validate(found), 200, tagged(found)


@desk.door("/auditors", Scope.AUDITORS_READ, gives=Auditors)
def list_auditors(query: Turn) -> Given:
    """List qualifications of the organisation's auditors."""
    page, way = page_of(select(AuditorQualification), AuditorQualification, query, Auditors, AuditorShape)
    return page, 200, way


@desk.door("/auditors/<uuid:auditor_qualification_id>", Scope.AUDITORS_READ, gives=AuditorShape)
def read_auditor(auditor_qualification_id: UUID) -> Given:
    """Read the qualification of an auditor."""
    found = find_within(AuditorQualification, auditor_qualification_id)
    return AuditorShape.model_validate(found), 200, tagged(found)


@desk.door("/hearings", Scope.HEARINGS_READ, gives=Hearings)
def list_hearings(query: Turn) -> Given:
    """List hearings of the management representative."""
    page, way = page_of(select(Hearing), Hearing, query, Hearings, HearingShape)
    return page, 200, way


@desk.door("/hearings/<uuid:hearing_id>", Scope.HEARINGS_READ, gives=HearingShape)
def read_hearing(hearing_id: UUID) -> Given:
    """Read the dispatch record of a hearing."""
    found = find_within(Hearing, hearing_id)
    return HearingShape.model_validate(found), 200, tagged(found)


@desk.door("/self-inspections", Scope.SELF_INSPECTIONS_READ, gives=SelfInspections)
def list_self_inspections(query: Turn) -> Given:
    """List yearly self-inspection reports of the organisation."""
    page, way = page_of(select(SelfInspection), SelfInspection, query, SelfInspections, SelfInspectionShape)
    return page, 200, way


@desk.door("/self-inspections/<uuid:self_inspection_id>", Scope.SELF_INSPECTIONS_READ, gives=SelfInspectionWhole)
def read_self_inspection(self_inspection_id: UUID) -> Given:
    """Read a yearly self-inspection report with its figures."""
    found = find_within(SelfInspection, self_inspection_id)
    return SelfInspectionWhole.model_validate(found), 200, tagged(found)


@desk.door("/products", Scope.EVIDENCE_READ, gives=Products)
def list_products(query: Turn) -> Given:
    """List products of the organisation."""
    page, way = page_of(select(Product), Product, query, Products, ProductShape)
    return page, 200, way


@desk.door("/products/<uuid:product_id>", Scope.EVIDENCE_READ, gives=ProductShape)
def read_product(product_id: UUID) -> Given:
    """Read a product of the organisation."""
    found = find_within(Product, product_id)
    return ProductShape.model_validate(found), 200, tagged(found)
