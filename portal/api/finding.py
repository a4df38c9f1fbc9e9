"""Finding what a machine may see: its organisation's records, and of those only the entrustments it is limited to."""

from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request
from sqlalchemy import Select

from portal import ledger
from portal.acting import Stale
from portal.api.doors import acting_machine, names_seen
from portal.api.shapes import Page, Shape, Turn
from portal.db import Record, session, today
from portal.lineage.showing import shown_in
from portal.records.entrustment import Entrustment
from portal.tenancy import current_tenant, entrustments_of
from portal.web import find
from portal.web.paging import rows_from
from workflows.engine import Side

Kind = TypeVar("Kind", bound=Record)


def find_within(kind: type[Kind], record_id: UUID, *, side: Side | None = None, upstream: bool = False) -> Kind:
    """The record, or 404; with ``side``, 403 unless the organisation stands there; ``upstream`` as for a page."""
    limits = acting_machine().entrustments
    about: Any = session.get(kind, record_id)
    if about is None or (limits is not None and limits.isdisjoint([_entrustment_of(about), *shown_in(about)])):
        abort(404)
    return find(kind, record_id, side=side, upstream=upstream)


def page_of(
    wanted: Select[Any], kind: Any, turn: Turn, page: type[Page], item: type[Shape], *, across: bool = False
) -> tuple[Page, dict[str, str]]:
    """The records after ``turn.after``, by identifier and so by time, as a ``page``; and the way to the next one.

    ``across`` says that they may belong to any entrustment, as for a page.
    """
    limits, among = acting_machine().entrustments, None
    if across:
        among = entrustments_of(current_tenant(), today())
        if limits is not None:
            among = among.where(among.selected_columns[0].in_(limits))
    elif limits is not None:
        wanted = wanted.where((kind.id if kind is Entrustment else kind.entrustment_id).in_(limits))
    found = rows_from(wanted, kind.id, turn.after, turn.limit + 1, up=True, among=among)
    rows = found[: turn.limit]
    further = rows[-1].id if len(found) > turn.limit else None
    return page(items=[item.model_validate(each) for each in rows], next=further), way_to("after", further)  # type: ignore[call-arg]


def way_to(name: str, value: Any) -> dict[str, str]:
    """The header that leads to the next page, if there is one."""
    if value is None:
        return {}
    kept = [(key, each) for key, each in request.args.items(multi=True) if key != name]
    return {"Link": f'<{request.script_root}{request.path}?{urlencode([*kept, (name, str(value))])}>; rel="next"'}


def tag_of(record: Any) -> str:
    """The entity tag: version and hash, so that two records that differ never share one."""
    return f"v{record.version}-{ledger.row_hash(record)[:32]}"


def tagged(record: Any) -> dict[str, str]:
    return {"ETag": f'"{tag_of(record)}"'}


def insist_on_version(record: Any) -> None:
    """Raise :class:`Stale` unless ``If-Match`` names the record as it is."""
    if tag_of(record) not in names_seen():
        raise Stale


def _entrustment_of(record: Any) -> UUID | None:
    return record.id if isinstance(record, Entrustment) else getattr(record, "entrustment_id", None)
