"""What a house must be able to show: the same five doors for each kind of evidence."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import facts, ledger
from portal.db import new_id, session, today
from portal.filing import NotAcceptable
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.evidence import Evidence
from portal.records.file import StoredFile
from portal.records.organisation import Organisation, Site
from portal.rooms.evidence.fields import EvidenceForm
from portal.rooms.evidence.forms import RetireForm
from portal.rooms.evidence.kinds import KINDS, Kind
from portal.rooms.evidence.reading import Line, line_of, marks_of, parts_of, rows_of, warnings_of
from portal.web import Room, crumb, find
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from portal.web.history import history_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.powers import Power

room = Room("evidence", __name__, url_prefix="/evidence")


@room.get("/", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    house, retired = _house(), "retired" in request.args
    lists = [(kind, _lines(kind, retired=retired), kind.kept_by(house)) for kind in KINDS]
    lists = [(kind, lines, kept) for kind, lines, kept in lists if lines or kept]
    return render_template(
        "evidence/listing.html",
        crumbs=[home_crumb(), crumb(gettext("Evidence"))],
        lists=lists,
        files=_files([line.record for _, lines, _ in lists for line in lines]),
        retired=retired,
        has_plant=house.is_manufacturer and g.actor.may(Power.EQUIPMENT_READ),
        may_keep=g.actor.may(Power.EVIDENCE_KEEP),
    )


def hang(kind: Kind) -> None:
    """Hang the doors of one kind: show it, record a new one, edit it, retire it."""
    one = f"/{kind.path}/<uuid:{kind.key}>"
    both = {"methods": ("GET", "POST"), "power": Power.EVIDENCE_KEEP}
    room.get(one, power=Power.EVIDENCE_READ, endpoint=kind.name)(_door(_show, kind))
    room.route(f"/{kind.path}/new", endpoint=f"new_{kind.name}", upload=True, **both)(_door(_create, kind))
    room.route(f"{one}/edit", endpoint=f"edit_{kind.name}", upload=True, **both)(_door(_edit, kind))
    room.route(f"{one}/retire", endpoint=f"retire_{kind.name}", **both)(_door(_retire, kind))


def _door(view: Callable[..., ResponseReturnValue], kind: Kind) -> Callable[..., ResponseReturnValue]:
    def opened(**found: UUID) -> ResponseReturnValue:
        return view(kind, *(find(kind.record, each) for each in found.values()))  # type: ignore[type-var]

    return opened


def _show(kind: Kind, record: Any) -> ResponseReturnValue:
    line = line_of(record)
    return render_template(
        "evidence/show.html",
        crumbs=_crumbs(crumb(line.title)),
        identity=identity_of(record, f"{said(kind.one)} {line.title}"),
        kind=kind,
        line=line,
        rows=rows_of(record),
        parts=parts_of(record),
        marks=marks_of(record),
        warnings=warnings_of(record, _house()),
        file=_files([record]).get(record.file_id),
        shown_in=_shown_in(record),
        events=history_of(record),
        may_keep=g.actor.may(Power.EVIDENCE_KEEP) and record.retired_on is None,
    )


def _create(kind: Kind) -> ResponseReturnValue:
    if not kind.kept_by(_house()):
        abort(403)
    form = kind.form.asking(_sites())
    record = kind.record(id=new_id())  # type: ignore[call-arg]  # each kind of evidence is a table
    if form.validate_on_submit() and _kept(kind, record, form, "recorded"):
        return redirect(_url(kind, record))
    return _page(
        "evidence/create.html",
        kind,
        form,
        back_url=url_for("evidence.listing"),
        crumbs=_crumbs(crumb(said(kind.new))),
    )


def _edit(kind: Kind, record: Any) -> ResponseReturnValue:
    if record.retired_on is not None:
        return _already_retired(kind, record)
    form = kind.form.asking(_sites(), record)
    if form.is_submitted():
        form.refuse_stale(record)
    if form.validate_on_submit() and _kept(kind, record, form, "amended"):
        return redirect(_url(kind, record))
    return _page("evidence/edit.html", kind, form, **_place(kind, record, gettext("Edit")))


def _retire(kind: Kind, record: Any) -> ResponseReturnValue:
    if record.retired_on is not None:
        return _already_retired(kind, record)
    form, shown = RetireForm.over(record), _shown_in(record)
    if form.is_submitted():
        form.refuse_stale(record)
    if not form.validate_on_submit():
        return _page("evidence/retire.html", kind, form, shown_in=shown, **_place(kind, record, gettext("Retire")))
    record.retired_on = today()
    ledger.write(record, f"{kind.name}.retired", by=g.actor, reason=form.reason.data)
    for exhibit, entrustment in shown:
        facts.withdraw(exhibit, by=g.actor, entrustment=entrustment)
    flash(gettext("Retired. It stays on record and no longer counts."))
    return redirect(_url(kind, record))


def _kept(kind: Kind, record: Any, form: EvidenceForm, verb: str) -> bool:
    """Store the file and the record and tell the ledger; False when the file is not acceptable."""
    file = None
    if chosen := form.file.data:
        try:
            file = taken_in(chosen, subject_kind=kind.name, subject_id=record.id)
        except NotAcceptable as wrong:
            form.refuse_file(said(wrong.says))
            return False
        record.file_id = file.id
    form.write_to(record)
    facts.put_on_record(record, verb, file=file, by=g.actor)
    flash(gettext("Saved."))
    return True


def _page(template: str, kind: Kind, form: Any, **more: Any) -> tuple[str, int]:
    if form.is_submitted() and isinstance(form, EvidenceForm):
        form.ask_for_file_again()
    return render_template(template, kind=kind, form=form, **more), 422 if form.is_submitted() else 200


def _already_retired(kind: Kind, record: Any) -> ResponseReturnValue:
    flash(gettext("It is already retired; nothing was changed."))
    return redirect(_url(kind, record))


def _lines(kind: Kind, *, retired: bool) -> list[Line]:
    """Newest first; those that no longer count only when asked for."""
    wanted: Any = select(kind.record)
    if not retired:
        wanted = wanted.where(kind.record.retired_on.is_(None))
    lines = [line_of(each) for each in session.scalars(wanted)]
    return sorted(lines, key=lambda line: (line.since, line.title), reverse=True)


def _files(records: list[Any]) -> dict[UUID, StoredFile]:
    wanted = [each.file_id for each in records if each.file_id]
    return {each.id: each for each in session.scalars(select(StoredFile).where(StoredFile.id.in_(wanted)))}


def _shown_in(record: Evidence) -> list[tuple[Exhibit, Entrustment]]:
    """Where a partner sees it now."""
    exhibits = session.scalars(
        select(Exhibit).where(Exhibit.subject_id == record.id, Exhibit.withdrawn_at.is_(None))  # type: ignore[attr-defined]
    ).all()
    about = {each.entrustment_id for each in exhibits}
    known = {each.id: each for each in session.scalars(select(Entrustment).where(Entrustment.id.in_(about)))}
    return [(each, known[each.entrustment_id]) for each in exhibits if each.entrustment_id in known]


def _house() -> Organisation:
    return session.get_one(Organisation, g.actor.organisation_id)


def _sites() -> list[Site]:
    return list(session.scalars(select(Site).order_by(Site.name)).all())


def _url(kind: Kind, record: Any) -> str:
    return url_for(f"evidence.{kind.name}", **{kind.key: record.id})


def _crumbs(*steps: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    return [home_crumb(), crumb(gettext("Evidence"), "evidence.listing"), *steps]


def _place(kind: Kind, record: Any, step: str) -> dict[str, Any]:
    title = line_of(record).title
    own = crumb(title, f"evidence.{kind.name}", **{kind.key: record.id})
    return {"title": title, "crumbs": _crumbs(own, crumb(step)), "back_url": _url(kind, record)}


for each in KINDS:
    hang(each)
