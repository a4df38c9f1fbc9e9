"""What a house keeps in its own books: read by its own machines, and only by those that serve the whole house."""

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
    SelfInspectionWhole,
)
from portal.api.shelves import shelve
from portal.records.appointment import Appointment
from portal.records.audit import AuditorQualification
from portal.records.hearing import Hearing
from portal.records.product import Product
from portal.records.self_inspection import SelfInspection
from workflows.scopes import Scope

shelve(
    Appointment,
    "/appointments",
    Scope.APPOINTMENTS_READ,
    many=("appointments", Appointments, "List appointments to key posts of the organisation."),
    one=("appointment", AppointmentShape, "Read an appointment to a key post."),
)
shelve(
    AuditorQualification,
    "/auditors",
    Scope.AUDITORS_READ,
    many=("auditors", Auditors, "List qualifications of the organisation's auditors."),
    one=("auditor", AuditorShape, "Read the qualification of an auditor."),
)
shelve(
    Hearing,
    "/hearings",
    Scope.HEARINGS_READ,
    many=("hearings", Hearings, "List hearings of the management representative."),
    one=("hearing", HearingShape, "Read the dispatch record of a hearing."),
)
shelve(
    SelfInspection,
    "/self-inspections",
    Scope.SELF_INSPECTIONS_READ,
    many=("self_inspections", SelfInspections, "List yearly self-inspection reports of the organisation."),
    one=("self_inspection", SelfInspectionWhole, "Read a yearly self-inspection report with its figures."),
)
shelve(
    Product,
    "/products",
    Scope.EVIDENCE_READ,
    many=("products", Products, "List products of the organisation."),
    one=("product", ProductShape, "Read a product of the organisation."),
)
