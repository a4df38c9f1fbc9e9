"""The ledger as a reader wants it: each event in words, each change with what was there before."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import current_app, g, url_for
from flask_babel import gettext

from agreements.provinces import province
from portal import ledger
from portal.web.event_names import EVENT_NAMES
from portal.web.field_names import FIELD_NAMES
from portal.web.names_on import NAMES_ON
from portal.web.value_names import DEVICE_CLASSES, value_name
from portal.wording import day, in_language, moment, said
from workflows.catalogue import LIFECYCLES
from workflows.words import N_, Said

# What a reader of the timeline gains nothing from; the event's own page shows the whole body.
UNTOLD = frozenset(
    {
        "about_id",
        "about_kind",
        "assessments_hash",
        "awaited_until",
        "body",
        "body_hash",
        "changed",
        "checks",
        "contents_hash",
        "entrustment_id",
        "equipment_ids",
        "findings_hash",
        "inputs_hash",
        "lines_hash",
        "mapped",
        "mark",
        "noted_hash",
        "object_version",
        "papers_hash",
        "making_hash",
        "plan_hash",
        "record_hash",
        "recordings",
        "rule",
        "token_hash",
    }
)
# Where a record has a page of its own: its endpoint, and what the endpoint calls the id.
RECORD_PAGES = {
    "agreement": ("agreements.show", "agreement_id"),
    "agreement_review": ("reviews.show", "agreement_review_id"),
    "appointment": ("appointments.show", "appointment_id"),
    "approved_source": ("approved_sources.show", "approved_source_id"),
    "area": ("areas.show", "area_id"),
    "audit": ("audits.show", "audit_id"),
    "audit_finding": ("audit_findings.show", "audit_finding_id"),
    "audit_programme": ("audit_programmes.show", "audit_programme_id"),
    "authorisation": ("authorisations.show", "authorisation_id"),
    "batch": ("batches.show", "batch_id"),
    "capa": ("capas.show", "capa_id"),
    "capa_action": ("capas.action", "capa_action_id"),
    "duty": ("duties.show", "duty_id"),
    "change": ("changes.show", "change_id"),
    "daily_report": ("reports.show", "daily_report_id"),
    "defect_notice": ("defects.show", "defect_notice_id"),
    "definition": ("definitions.show", "definition_id"),
    "ending": ("endings.show", "ending_id"),
    "ending_line": ("endings.line", "ending_line_id"),
    "entrustment": ("entrustments.show", "entrustment_id"),
    "equipment": ("machines.show", "equipment_id"),
    "hearing": ("hearings.show", "hearing_id"),
    "hold_point": ("holds.show", "hold_point_id"),
    "material_lot": ("material_lots.show", "material_lot_id"),
    "material": ("materials.show", "material_id"),
    "intake": ("intakes.show", "intake_id"),
    "label_run": ("labels.show", "label_run_id"),
    "meeting": ("meetings.show", "meeting_id"),
    "nonconformity": ("nonconformities.show", "nonconformity_id"),
    "person": ("people.show", "person_id"),
    "posting": ("postings.show", "posting_id"),
    "posting_exception": ("exceptions.show", "posting_exception_id"),
    "product": ("products.show", "product_id"),
    "restart": ("restarts.show", "restart_id"),
    "self_inspection": ("self_inspections.show", "self_inspection_id"),
    "stored_file": ("files.take", "file_id"),
    "supplier": ("suppliers.show", "supplier_id"),
    "trade_item": ("trade_items.show", "trade_item_id"),
    "transfer": ("transfers.show", "transfer_id"),
    "transfer_gap": ("transfer_gaps.show", "transfer_gap_id"),
    "variety_report": ("variety_reports.show", "variety_report_id"),
    "verdict": ("verdicts.show", "verdict_id"),
}
UNKNOWN, YES, NO = N_("not known"), N_("yes"), N_("no")
LONGEST = 160
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.]+Z")


def history_of(record: Any, limit: int = 20) -> list[dict[str, Any]]:
    """The newest events about one record, for its page."""
    about = getattr(record, "entrustment_id", None)
    return timeline_of(ledger.entries(subject_id=record.id, entrustment_id=about, limit=limit))


def timeline_of(entries: Sequence[ledger.Entry]) -> list[dict[str, Any]]:
    """The events in the shape that ``ui/timeline.html`` draws, in the order given."""
    return [_event(each) for each in entries]


def changed_of(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str | None, str | None]]:
    """Fields of records with what they were and what they became, each a {"kind", "field", "was", "became"}."""
    return [_change(each["kind"], each["field"], each["was"], each["became"]) for each in changes]


def event_name(event: str) -> str:
    """The event in English words, to be translated where it is drawn; one nobody named keeps its own name."""
    return EVENT_NAMES.get(event, event)


def record_url(kind: str, record_id: UUID | str) -> str | None:
    """The record's own page, if its kind has one and the reader may enter there."""
    if kind not in RECORD_PAGES:
        return None
    endpoint, key = RECORD_PAGES[kind]
    return way(endpoint, **{key: record_id})


def trail_of(record: Any) -> str | None:
    """Where the ledger tells of one record: with its entrustment, or in the own house's books.

    None for an authority that sees a house's own record: the books it stands in are not theirs.
    """
    if getattr(record, "entrustment_id", None):
        return url_for("trails.entrustment", entrustment_id=record.entrustment_id, record=record.id)
    if record.owner_id != g.actor.organisation_id:
        return None
    return url_for("trails.organisation", record=record.id)


def way(endpoint: str, **ids: Any) -> str | None:
    """The address of a page, if there is one and the reader may enter."""
    view: Any = current_app.view_functions.get(endpoint)
    return url_for(endpoint, **ids) if view and g.actor.may(view.power) else None


UNREADABLE = Said(
    N_("What was sealed here can no longer be read: its text was changed in the database, behind the ledger's back.")
)


def author_of(entry: ledger.Entry) -> str:
    if not entry.readable:
        return str(gettext("nobody can read any more"))
    actor = entry.body["actor"]
    # Whoever runs the installation, and the portal itself, have no name of their own, only this word.
    name = said(actor["name"]) if {"operator", "system"} & set(actor["roles"]) else str(actor["name"])
    if not actor["organisation"]:
        return name
    who: str = gettext("%(name)s, %(organisation)s", name=name, organisation=actor["organisation"])
    return who


def _event(entry: ledger.Entry) -> dict[str, Any]:
    body = entry.body
    return {
        "at": entry.at,
        "what": event_name(entry.event),
        "who": author_of(entry),
        "how": body["actor"]["proved"],
        "why": body["reason"] if entry.readable else UNREADABLE,
        "case": body["told"].get("case"),
        "changes": list(_changes(body["subject"]["kind"], body["changes"])),
        "signature": _signature(entry),
        "seq": entry.seq,
        "hash": entry.hash,
        "verify_url": url_for("trails.event", event_id=entry.id),
    }


def _signature(entry: ledger.Entry) -> dict[str, Any] | None:
    signed = entry.body["told"].get("signature") or ()
    if not signed:
        return None
    return {
        "meaning": signed[0]["meaning"],
        "object": None,
        "version": signed[0]["version"],
        "hash": signed[0]["record_hash"],
        "at": entry.at,
        "proof": entry.body["actor"]["proved"],
    }


def _changes(kind: str, changes: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    for field, (old, new) in changes.items():
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            yield from _inside(kind, old or {}, new or {})
        elif _is_told(field):
            yield _change(kind, field, old, new)


def _inside(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    """Two dictionaries, field by field: only what is not the same in both."""
    for field in sorted(old.keys() | new.keys()):
        if old.get(field) != new.get(field):
            yield _change(kind, field, old.get(field), new.get(field))


def _is_told(field: str) -> bool:
    return field not in UNTOLD and (field == "file_id" or not field.endswith("_id"))


def _change(kind: str, field: str, old: Any, new: Any) -> tuple[str, str | None, str | None]:
    was, is_now = (None if each is None else _said(kind, field, each) for each in (old, new))
    return _label(kind, field), was, is_now


def _label(kind: str, field: str) -> str:
    return NAMES_ON.get((kind, field)) or FIELD_NAMES.get(field, field)


def _said(kind: str, field: str, value: Any) -> str:  # noqa: PLR0911  one line per kind of value
    match value:
        case None:
            return said(UNKNOWN)
        case bool():
            return said(YES if value else NO)
        case int():
            return str(value)
        case str():
            return _text(kind, field, value)
        case list() if field != "points" and all(isinstance(each, str) for each in value):
            return _short(gettext(", ").join(_text(kind, field, each) for each in value))
        case list() if field == "scope":
            return _short(gettext(", ").join(_in_scope(each) for each in value))
        case list() if field == "products":
            return _short(gettext(", ").join(str(each.get("name")) for each in value))
        case list():
            return said(Said(N_("%(count)s entries"), {"count": len(value)}))
        case Mapping():
            return _short(gettext(", ").join(_named(field, name, each) for name, each in value.items()))
        case _:
            return _short(str(value))


def _named(kind: str, field: str, value: Any) -> str:
    return str(gettext("%(name)s: %(value)s", name=said(_label(kind, field)), value=_said(kind, field, value)))


def _text(kind: str, field: str, value: str) -> str:  # noqa: PLR0911  one line per kind of text
    if name := value_name(kind, field, value):
        return said(name)
    if field == "state":
        return _state(kind, value)
    if field == "province":
        return _province(value)
    if field == "file_id":
        return value[:8]
    if _DAY.fullmatch(value):
        return day(value)
    if _MOMENT.fullmatch(value):
        return moment(value)
    return _short(value)


def _state(kind: str, name: str) -> str:
    for lifecycle in LIFECYCLES:
        if lifecycle.subject == kind and any(state.name == name for state in lifecycle.states):
            return said(lifecycle.state(name).label)
    return name


def _province(abbreviation: str) -> str:
    try:
        found = province(abbreviation)
    except KeyError:
        return abbreviation
    return in_language(found.zh, found.en)


def _in_scope(entry: Mapping[str, str]) -> str:
    """One entry of a licence's scope, as the record keeps it or as the exhibit shows it."""
    code, device_class = entry.get("code", entry.get("code_prefix")), entry.get("class", entry.get("device_class"))
    said_class = said(DEVICE_CLASSES.get(device_class or "", device_class))
    return str(gettext("%(code)s (%(device_class)s)", code=code, device_class=said_class))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
