"""The report of product varieties: drawn from the records of now, and each one as it was filed."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for
from flask_babel import gettext

from portal import ledger
from portal.db import session
from portal.facts import ground_of
from portal.facts.variety_reports import varieties_of
from portal.records.entrustment import Entrustment
from portal.records.variety_report import VarietyReport
from portal.web import Room, crumb, find
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import DEVICE_CLASSES
from portal.wording import day
from workflows.engine import Source
from workflows.powers import Power

SOURCES = (Source("ORDER-53", "42"),)

room = Room("variety_reports", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/variety-report", power=Power.ENTRUSTMENT_READ)
def prepare(entrustment_id: UUID) -> str:
    entrustment = find(Entrustment, entrustment_id)
    return _document(entrustment, varieties_of(ground_of(entrustment)), None)


@room.get("/variety-reports/<uuid:variety_report_id>", power=Power.ENTRUSTMENT_READ)
def show(variety_report_id: UUID) -> str:
    report = find(VarietyReport, variety_report_id)
    return _document(session.get_one(Entrustment, report.entrustment_id), report.says, report)


def _document(entrustment: Entrustment, says: dict[str, Any], report: VarietyReport | None) -> str:
    label = gettext("Report of product varieties")
    reports = url_for("entrustments.reports", entrustment_id=entrustment.id)
    return render_template(
        "variety_reports/document.html",
        title=label,
        says=says,
        report=report,
        record_hash=ledger.row_hash(report) if report else None,
        sources=SOURCES,
        device_classes=DEVICE_CLASSES,
        reports_url=reports,
        between=between(entrustment),
        crumbs=[
            home_crumb(),
            (gettext("Reports"), reports),
            crumb(gettext("Filed on %(on)s", on=day(report.reported_on)) if report else label),
        ],
        identity=identity_of(entrustment, label),
    )
