"""Residents: who is posted, which days are excepted, what was reported, what waits for them; read only."""

from portal.api.readings import NonconformityTurn, OfEntrustment
from portal.api.resident_shapes import (
    DailyReports,
    DailyReportWhole,
    HoldPoints,
    HoldPointShape,
    PostingExceptions,
    PostingExceptionShape,
    Postings,
    PostingShape,
)
from portal.api.shelves import shelve
from portal.records.hold_point import HoldPoint
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException
from workflows.scopes import Scope

shelve(
    Posting,
    "/postings",
    Scope.RESIDENTS_READ,
    many=("postings", Postings, "List postings."),
    one=("posting", PostingShape, "Read a posting."),
    turn=OfEntrustment,
)
shelve(
    PostingException,
    "/posting-exceptions",
    Scope.RESIDENTS_READ,
    many=("posting_exceptions", PostingExceptions, "List exceptions from posting."),
    one=("posting_exception", PostingExceptionShape, "Read an exception from posting with its reason."),
    turn=OfEntrustment,
)
shelve(
    DailyReport,
    "/daily-reports",
    Scope.RESIDENTS_READ,
    many=("daily_reports", DailyReports, "List the daily reports of residents."),
    one=("daily_report", DailyReportWhole, "Read the report of a day with what was observed."),
    turn=OfEntrustment,
)
shelve(
    HoldPoint,
    "/hold-points",
    Scope.RESIDENTS_READ,
    many=("hold_points", HoldPoints, "List hold points."),
    one=("hold_point", HoldPointShape, "Read a hold point."),
    turn=NonconformityTurn,
)
