"""The daily reports of residents: writing, reading, and signing them."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import new_id, session, today
from portal.facts import ground_of
from portal.facts.reports import in_production, observation_facts, opening_report_facts, report_facts
from portal.records.batch import Batch
from portal.records.report import DailyReport
from portal.records.resident import Posting
from portal.rooms.reports.forms import ReportForm
from portal.rooms.reports.writing import draft_report, go_on_writing
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.wording import day
from workflows.daily_report import DAILY_REPORT, DRAFT, WRITE
from workflows.engine import Side
from workflows.observation import RAISE_OBSERVATION
from workflows.powers import Power

THEN_SIGN = "sign"

room = Room("reports", __name__)


@room.route("/postings/<uuid:posting_id>/reports/new", methods=("GET", "POST"), power=Power.REPORT_WRITE)
def create(posting_id: UUID) -> ResponseReturnValue:
    posting = find(Posting, posting_id, side=Side.REGISTRANT)
    g.back_url = url_for("residents.listing", entrustment_id=posting.entrustment_id)
    decision = weigh_deed(DRAFT, opening_report_facts(posting, today(), g.actor.id), posting)
    insist(decision)
    form = ReportForm.asking(posting, in_production(posting.entrustment_id, today(), today()), today())
    if form.is_submitted() and form.day.data:
        form = ReportForm.asking(posting, in_production(posting.entrustment_id, form.day.data, today()), today())
    if not form.validate_on_submit() or _is_taken(form, posting):
        return _form_page(form, posting, gettext("Daily report"))
    report = DailyReport(
        id=new_id(), entrustment_id=posting.entrustment_id, posting_id=posting.id, posting=posting, day=form.day.data
    )
    draft_report(report, form, decision, by=g.actor)
    return _onward(report)


@room.get("/daily-reports/<uuid:daily_report_id>", power=Power.POSTING_READ)
def show(daily_report_id: UUID) -> ResponseReturnValue:
    report = find(DailyReport, daily_report_id)
    facts = _facts(report)
    return render_template(
        "reports/show.html",
        **_place(report),
        report=report,
        seen=_seen(report),
        **kept(report, facts, deeds=deeds_on(report, facts, {"reports.edit": WRITE})),
        observations=[
            (each, weigh_deed(RAISE_OBSERVATION, observation_facts(each), report).allowed)
            for each in report.observations
        ],
        raising=RAISE_OBSERVATION,
    )


@room.route("/daily-reports/<uuid:daily_report_id>/edit", methods=("GET", "POST"), power=Power.REPORT_WRITE)
def edit(daily_report_id: UUID) -> ResponseReturnValue:
    report = find(DailyReport, daily_report_id, side=Side.REGISTRANT)
    g.back_url = url_for("reports.show", daily_report_id=report.id)
    insist(weigh_deed(WRITE, _facts(report), report))
    form = ReportForm.amending(report, in_production(report.entrustment_id, report.day, today()))
    if not form.validate_on_submit():
        return _form_page(form, report.posting, gettext("Daily report of %(day)s", day=day(report.day)))
    form.refuse_stale(report)
    go_on_writing(report, form, by=g.actor)
    return _onward(report)


def _is_taken(form: ReportForm, posting: Posting) -> bool:
    """Whether that day has its report already; the form then says so at the field."""
    same = select(DailyReport.id).where(DailyReport.posting_id == posting.id, DailyReport.day == form.day.data)
    taken = session.scalars(same).first() is not None
    if taken:
        form.refuse_day(form.day.data)
    return taken


def _onward(report: DailyReport) -> ResponseReturnValue:
    """To the signature if the button said so, otherwise to the draft."""
    if request.form.get("then") == THEN_SIGN:
        return redirect(url_for("reports.sign", daily_report_id=report.id))
    flash(gettext("The draft is kept; the report counts once it is signed."))
    return redirect(url_for("reports.show", daily_report_id=report.id))


def _form_page(form: ReportForm, posting: Posting, title: str) -> ResponseReturnValue:
    before = session.scalars(
        select(DailyReport)
        .where(DailyReport.entrustment_id == posting.entrustment_id, DailyReport.state == "signed")
        .order_by(DailyReport.day.desc(), DailyReport.id.desc())
    ).first()
    page = render_template(
        "reports/write.html",
        form=form,
        posting=posting,
        title=title,
        before=before if before and before.handover else None,
        then_sign=THEN_SIGN,
        back_url=g.back_url,
        between=between(posting.entrustment, ground_of(posting.entrustment)),
        crumbs=_crumbs(posting.entrustment_id, crumb(title)),
        identity=identity_of(posting, gettext("Posting of %(person)s", person=posting.person_name)),
    )
    return page, 422 if form.is_submitted() else 200


def _seen(report: DailyReport) -> list[Batch]:
    wanted = select(Batch).where(Batch.entrustment_id == report.entrustment_id, Batch.number.in_(report.batches))
    return list(session.scalars(wanted.order_by(Batch.number)))


def _crumbs(entrustment_id: UUID, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    residents = crumb(gettext("Residents at the site"), "residents.listing", entrustment_id=entrustment_id)
    return [home_crumb(), residents, *more]


def _place(report: DailyReport) -> dict[str, Any]:
    """What every page about ``report`` is drawn with."""
    title, about = gettext("Daily report of %(day)s", day=day(report.day)), report.posting.entrustment
    return {
        "crumbs": _crumbs(report.entrustment_id, crumb(title, "reports.show", daily_report_id=report.id)),
        "between": between(about, ground_of(about)),
        "identity": identity_of(report, title),
    }


def _facts(report: DailyReport) -> Any:
    return report_facts([report], g.actor.id)[report.id]


Ceremony(
    room=room,
    lifecycle=DAILY_REPORT,
    kind=DailyReport,
    key="daily_report_id",
    facts=_facts,
    leaf="reports/_leaf.html",
    place=_place,
    back="reports.show",
).hang("/daily-reports/<uuid:daily_report_id>")
