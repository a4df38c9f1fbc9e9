"""The findings of an audit: each record, raising one, answering it, showing what was done, and its moves."""

from operator import attrgetter
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.audit_checklist import point
from portal import ledger
from portal.facts import finding_facts, ground_of
from portal.filing import NotAcceptable
from portal.records.audit import Audit, AuditFinding
from portal.records.file import StoredFile
from portal.rooms.audit_findings.forms import EvidenceForm, FindingForm, ResponseForm
from portal.rooms.audit_findings.recording import amend, raise_in, respond, show_evidence
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import Offered, deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.history import author_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.audit_finding import AUDIT_FINDING, EDIT, GRADES, RESPOND, SHOW_EVIDENCE
from workflows.auditing import RAISE_FINDING, in_hand_of
from workflows.engine import Decision, Transition
from workflows.powers import Power

room = Room("audit_findings", __name__)


@room.route("/audits/<uuid:audit_id>/findings/new", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def create(audit_id: UUID) -> ResponseReturnValue:
    audit = find(Audit, audit_id, side=attrgetter("holder"))
    g.back_url = url_for("audits.show", audit_id=audit.id)
    g.mend_ids = {"entrustment_id": audit.entrustment_id}
    insist(weigh_deed(in_hand_of(audit.holder, RAISE_FINDING), audit.state, audit))
    form = FindingForm.within(audit)
    if request.method == "GET" and request.args.get("point") in audit.points:
        form.point.data = request.args["point"]
    if not form.validate_on_submit():
        here = crumb(gettext("Raise a finding"))
        return _page("audit_findings/create.html", form, **_beside(audit, here), audit=audit)
    found = raise_in(audit, form.given, by=g.actor)
    flash(gettext("%(number)s is raised; the manufacturer answers it.", number=found.number))
    return redirect(url_for("audit_findings.show", audit_finding_id=found.id))


@room.get("/audit-findings/<uuid:audit_finding_id>", power=Power.AUDIT_READ)
def show(audit_finding_id: UUID) -> ResponseReturnValue:
    found = find(AuditFinding, audit_finding_id)
    facts = finding_facts([found])[found.id]
    entries = ledger.entries(subject_id=found.id, entrustment_id=found.entrustment_id)
    return render_template(
        "audit_findings/show.html",
        **_place(found),
        found=found,
        raised_by=author_of(entries[-1]) if entries else None,
        **kept(found, facts, deeds=_deeds_on(found), entries=entries),
    )


@room.route("/audit-findings/<uuid:audit_finding_id>/edit", methods=("GET", "POST"), power=Power.AUDIT_KEEP)
def edit(audit_finding_id: UUID) -> ResponseReturnValue:
    found = _to_write_on(audit_finding_id, EDIT)
    form = FindingForm.within(found.audit, found)
    if not form.validate_on_submit():
        here = crumb(gettext("Change the finding"))
        return _page("audit_findings/edit.html", form, **_place(found, here), found=found)
    form.refuse_stale(found)
    amend(found, form.given, by=g.actor)
    flash(gettext("The finding is changed."))
    return redirect(g.back_url)


@room.route("/audit-findings/<uuid:audit_finding_id>/response", methods=("GET", "POST"), power=Power.AUDIT_ANSWER)
def response(audit_finding_id: UUID) -> ResponseReturnValue:
    found = _to_write_on(audit_finding_id, RESPOND)
    form = ResponseForm.to(found)
    if not form.validate_on_submit():
        here = crumb(gettext("Answer"))
        return _page("audit_findings/response.html", form, **_place(found, here), found=found)
    form.refuse_stale(found)
    respond(found, form.given, by=g.actor)
    flash(gettext("The answer is on record. It counts once it is submitted."))
    return redirect(g.back_url)


@room.route(
    "/audit-findings/<uuid:audit_finding_id>/evidence",
    methods=("GET", "POST"),
    power=Power.AUDIT_ANSWER,
    upload=True,
)
def evidence(audit_finding_id: UUID) -> ResponseReturnValue:
    found = _to_write_on(audit_finding_id, SHOW_EVIDENCE)
    form = EvidenceForm.over(found)
    here = crumb(gettext("Evidence"))
    if not form.validate_on_submit():
        return _page("audit_findings/evidence.html", form, **_place(found, here), found=found)
    form.refuse_stale(found)
    try:
        file = _taken_in(form, found)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _page("audit_findings/evidence.html", form, **_place(found, here), found=found)
    show_evidence(found, form.evidence.data, file, by=g.actor)
    flash(gettext("The evidence is on record; the registrant closes the finding."))
    return redirect(g.back_url)


def _taken_in(form: EvidenceForm, found: AuditFinding) -> StoredFile | None:
    if not form.file.data:
        return None
    about = {"subject_kind": AuditFinding.__tablename__, "subject_id": found.id}
    return taken_in(form.file.data, **about, entrustment_id=found.entrustment_id)


def _to_write_on(audit_finding_id: UUID, deed: Transition[str]) -> AuditFinding:
    """The finding, if this may be done to it now; otherwise 404, 403 or the page that says why not."""
    found = find(AuditFinding, audit_finding_id, side=lambda each: _for(each, deed).side)
    g.back_url = url_for("audit_findings.show", audit_finding_id=found.id)
    g.mend_ids = {"audit_id": found.audit_id, "entrustment_id": found.entrustment_id}
    insist(_weighed(deed, found))
    return found


def _for(found: AuditFinding, deed: Transition[str]) -> Transition[str]:
    """Whoever holds the audit changes what it found; the manufacturer answers, for its supplier too."""
    return in_hand_of(found.audit.holder, deed) if deed is EDIT else deed


def _weighed(deed: Transition[str], found: AuditFinding) -> Decision[str]:
    """Whether a finding may be changed depends on its audit; all else on itself."""
    return weigh_deed(_for(found, deed), found.audit.state if deed is EDIT else found.state, found)


def _deeds_on(found: AuditFinding) -> list[Offered]:
    its_own = {"audit_findings.response": RESPOND, "audit_findings.evidence": SHOW_EVIDENCE}
    changing = deeds_on(found, found.audit.state, {"audit_findings.edit": _for(found, EDIT)})
    return changing + deeds_on(found, found.state, its_own)


def _beside(audit: Audit, *more: tuple[str, str | None]) -> dict[str, Any]:
    """Breadcrumb of a page about the findings of ``audit``."""
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Audits"), "audits.listing", entrustment_id=audit.entrustment_id),
            crumb(audit.number, "audits.show", audit_id=audit.id),
            *more,
        ],
        "between": between(audit.entrustment, ground_of(audit.entrustment)),
        "identity": identity_of(audit, gettext("Audit %(number)s", number=audit.number)),
    }


def _place(found: AuditFinding, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``found`` is drawn with."""
    here = crumb(found.number, "audit_findings.show", audit_finding_id=found.id)
    return _beside(found.audit, here, *more) | {
        "identity": identity_of(found, gettext("Finding %(number)s", number=found.number)),
        "grades": GRADES,
        "point": point(found.point) if found.point else None,
    }


def _page(template: str, form: Any, **more: Any) -> ResponseReturnValue:
    page = render_template(template, form=form, back_url=g.back_url, **more)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=AUDIT_FINDING,
    kind=AuditFinding,
    key="audit_finding_id",
    facts=lambda found: finding_facts([found])[found.id],
    leaf="audit_findings/_leaf.html",
    place=_place,
    back="audit_findings.show",
).hang("/audit-findings/<uuid:audit_finding_id>")
