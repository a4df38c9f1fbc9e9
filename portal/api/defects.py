"""Notices of defects found after shipment: read."""

from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import DefectNotices, DefectNoticeShape, OfEntrustment
from portal.api.shapes import Given
from portal.records.defect_notice import DefectNotice
from portal.records.entrustment import Entrustment
from workflows.scopes import Scope


@desk.door("/defect-notices", Scope.NONCONFORMITIES_READ, gives=DefectNotices)
def list_defect_notices(query: OfEntrustment) -> Given:
    """List notices of defects found after shipment."""
    wanted = select(DefectNotice)
    if query.entrustment_id:
        wanted = wanted.where(DefectNotice.entrustment_id == find_within(Entrustment, query.entrustment_id).id)
    page, way = page_of(wanted, DefectNotice, query, DefectNotices, DefectNoticeShape)
    return page, 200, way


@desk.door("/defect-notices/<uuid:defect_notice_id>", Scope.NONCONFORMITIES_READ, gives=DefectNoticeShape)
def read_defect_notice(defect_notice_id: UUID) -> Given:
    """Read a notice of a defect."""
    found = find_within(DefectNotice, defect_notice_id)
    return DefectNoticeShape.model_validate(found), 200, tagged(found)
