"""Residents: who is posted, which days are excepted, what was reported, what waits for them; read only."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import NonconformityTurn, OfEntrustment
from portal.api.resident_shapes import (
    DailyReports,
    DailyReportShape,
    DailyReportWhole,
    HoldPoints,
    HoldPointShape,
    PostingExceptions,
    PostingExceptionShape,
    Postings,
    PostingShape,
)
from portal.api.shapes import Given
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.hold_point import HoldPoint
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException
from workflows.scopes import Scope


@desk.door("/postings", Scope.RESIDENTS_READ, gives=Postings)
def list_postings(query: OfEntrustment) -> Given:
    """List postings."""
    page, way = page_of(_of(Posting, query.entrustment_id), Posting, query, Postings, PostingShape)
    return page, 200, way


@desk.door("/postings/<uuid:posting_id>", Scope.RESIDENTS_READ, gives=PostingShape)
def read_posting(posting_id: UUID) -> Given:
    """Read a posting."""
    found = find_within(Posting, posting_id)
    return PostingShape.model_validate(found), 200, tagged(found)


@desk.door("/posting-exceptions", Scope.RESIDENTS_READ, gives=PostingExceptions)
def list_posting_exceptions(query: OfEntrustment) -> Given:
    """List exceptions from posting."""
    wanted = _of(PostingException, query.entrustment_id)
    page, way = page_of(wanted, PostingException, query, PostingExceptions, PostingExceptionShape)
    return page, 200, way


@desk.door("/posting-exceptions/<uuid:posting_exception_id>", Scope.RESIDENTS_READ, gives=PostingExceptionShape)
def read_posting_exception(posting_exception_id: UUID) -> Given:
    """Read an exception from posting with its reason."""
    found = find_within(PostingException, posting_exception_id)
    return PostingExceptionShape.model_validate(found), 200, tagged(found)


@desk.door("/daily-reports", Scope.RESIDENTS_READ, gives=DailyReports)
def list_daily_reports(query: OfEntrustment) -> Given:
    """List the daily reports of residents."""
    page, way = page_of(_of(DailyReport, query.entrustment_id), DailyReport, query, DailyReports, DailyReportShape)
    return page, 200, way


@desk.door("/daily-reports/<uuid:daily_report_id>", Scope.RESIDENTS_READ, gives=DailyReportWhole)
def read_daily_report(daily_report_id: UUID) -> Given:
    """Read the report of a day with what was observed."""
    found = find_within(DailyReport, daily_report_id)
    return DailyReportWhole.model_validate(found), 200, tagged(found)


@desk.door("/hold-points", Scope.RESIDENTS_READ, gives=HoldPoints)
def list_hold_points(query: NonconformityTurn) -> Given:
    """List hold points."""
    wanted = select(HoldPoint)
    if query.batch_id:
        wanted = wanted.where(HoldPoint.batch_id == find_within(Batch, query.batch_id).id)
    page, way = page_of(wanted, HoldPoint, query, HoldPoints, HoldPointShape)
    return page, 200, way


@desk.door("/hold-points/<uuid:hold_point_id>", Scope.RESIDENTS_READ, gives=HoldPointShape)
def read_hold_point(hold_point_id: UUID) -> Given:
    """Read a hold point."""
    found = find_within(HoldPoint, hold_point_id)
    return HoldPointShape.model_validate(found), 200, tagged(found)


def _of(kind: Any, entrustment_id: UUID | None) -> Any:
    wanted = select(kind)
    if entrustment_id is None:
        return wanted
    return wanted.where(kind.entrustment_id == find_within(Entrustment, entrustment_id).id)
