"""Notices of defects found after shipment: read."""

from portal.api.readings import DefectNotices, DefectNoticeShape, OfEntrustment
from portal.api.shelves import shelve
from portal.records.defect_notice import DefectNotice
from workflows.scopes import Scope

shelve(
    DefectNotice,
    "/defect-notices",
    Scope.NONCONFORMITIES_READ,
    many=("defect_notices", DefectNotices, "List notices of defects found after shipment."),
    one=("defect_notice", DefectNoticeShape, "Read a notice of a defect."),
    turn=OfEntrustment,
)
