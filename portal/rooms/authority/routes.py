"""The inspection view: what the record shows, as inspectors ask for it, and all of it to take away."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import IO, Any
from uuid import UUID

from flask import Response, abort, current_app, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from agreements.focus import Article, focus_list
from portal import ledger
from portal.db import session, today
from portal.facts import supervisions
from portal.facts.access import grants_in_force
from portal.facts.own_books import overseen_houses
from portal.limits import EXPORT, EXPORTING
from portal.records.entrustment import Entrustment
from portal.records.organisation import Organisation
from portal.rooms.authority.focus import shown_for
from portal.rooms.authority.packing import packed
from portal.rooms.authority.standing import Standing, is_valid, laid_out, runs_until, standings
from portal.web import Room, crumb, find, witnessed_each
from portal.web.between import between, identity_of
from portal.web.event_names import EVENT_NAMES
from portal.web.history import timeline_of, way
from portal.web.value_names import AGREEMENTS
from portal.wording import said
from workflows.engine import Source
from workflows.powers import Power

LOOKS = tuple(event for event in EVENT_NAMES if event.endswith((".read", ".taken", ".exported", ".inspected")))
LATEST = 100
PIECE = 64 * 1024
TOGETHER = Source("ORDER-53", "56")

room = Room("authority", __name__, url_prefix="/inspection")


@dataclass(frozen=True, slots=True)
class House:
    """A registrant or a plant of the authority's province, with its entrustments.

    ``is_ours``: its entry names the province, so that the authority sees what it keeps in its own books too.
    """

    id: UUID
    name: str
    uscc: str
    is_ours: bool
    article: Article
    standings: list[Standing]


@room.get("", power=Power.EXPORT_TAKE)
def lens() -> ResponseReturnValue:
    """Every registrant and every plant of the province, across the pair; each relation is told of the look."""
    ids = _in_sight()
    witnessed_each(ids, "entrustment.inspected")
    found = session.scalars(select(Entrustment).where(Entrustment.id.in_(ids)).order_by(Entrustment.number)).all()
    standing = standings(found)
    return render_template(
        "authority/lens.html",
        crumbs=[lens_crumb(here=True)],
        lists=[
            (focus_list("52"), _houses(standing, "52")),
            (focus_list("53"), _houses(standing, "53")),
        ],
        cases=grants_in_force(g.actor.id),
        number=len(ids),
        is_valid=_valid_today,
        runs_until=runs_until,
        agreement_name=_agreement_name,
    )


@room.get("/<uuid:entrustment_id>", power=Power.EXPORT_TAKE)
def entrustment(entrustment_id: UUID) -> ResponseReturnValue:
    """One relation point by point, with the looks that this authority has taken at it."""
    _authorities_only()
    relation = find(Entrustment, entrustment_id)
    standing = laid_out(standings([relation])[0])
    standing.supervision = supervisions([entrustment_id])[entrustment_id]
    looks = ledger.entries(entrustment_id=entrustment_id, events=LOOKS, limit=LATEST)
    mine = [each for each in looks if each.body["actor"]["organisation_id"] == str(g.actor.organisation_id)]
    title = gettext("Inspection view of %(number)s", number=relation.number)
    return render_template(
        "authority/entrustment.html",
        crumbs=[lens_crumb(), crumb(gettext("Inspection view"))],
        between=between(relation, standing.ground),
        identity=identity_of(relation, title),
        title=title,
        standing=standing,
        relation=relation,
        lists=[
            (article, mine_to_look_at, shown_for(article, standing)) for article, mine_to_look_at in _in_order(standing)
        ],
        looks=timeline_of(mine),
        record_url=way("entrustments.show", entrustment_id=entrustment_id),
        together=TOGETHER,
    )


@room.get("/export.zip", power=Power.EXPORT_TAKE, limit=EXPORT, only=EXPORTING)
def export() -> ResponseReturnValue:
    """Everything in sight as one ZIP, once the ledger of each relation says that it was taken."""
    ids = _in_sight()
    witnessed_each([], "organisation.exported", houses=overseen_houses())
    witnessed_each(ids, "entrustment.exported")
    parcel = packed(ids, by=g.actor, store=current_app.extensions["store"])
    size = parcel.seek(0, SEEK_END)
    answer = Response(_poured(parcel), mimetype="application/zip")
    answer.call_on_close(parcel.close)
    answer.content_length = size
    answer.headers.set("Content-Disposition", "attachment", filename=f"weituo-{today().isoformat()}.zip")
    return answer


def _poured(parcel: IO[bytes]) -> Iterator[bytes]:
    """The parcel from its beginning, a piece at a time; closed at the end, or when the reader goes away."""
    with parcel:
        parcel.seek(0)
        while piece := parcel.read(PIECE):
            yield piece


def _in_sight() -> list[UUID]:
    _authorities_only()
    return list(session.scalars(select(Entrustment.id).order_by(Entrustment.id)))


def _authorities_only() -> None:
    if not g.actor.is_authority:
        abort(403)


def _houses(standing: list[Standing], article: Article) -> list[House]:
    """The houses of this province that the list is about, each with every relation it stands in."""
    side: Callable[[Standing], Organisation] = (
        (lambda each: each.entrustment.registrant) if article == "52" else (lambda each: each.entrustment.manufacturer)
    )
    found: dict[UUID, list[Standing]] = {}
    for each in standing:
        if _concerns(each, article):
            found.setdefault(side(each).id, []).append(each)
    return [_house(side(every[0]), article, every) for every in found.values()]


def _house(entry: Organisation, article: Article, every: list[Standing]) -> House:
    return House(entry.id, entry.name, entry.uscc, entry.province == g.actor.province, article, every)


def _concerns(each: Standing, article: Article) -> bool:
    """Order 53 art. 56: the registrant's province looks at the registrant, that of the site at the production."""
    return bool(g.actor.province == (each.entrustment.registrant.province if article == "52" else each.plant_province))


def _in_order(standing: Standing) -> list[tuple[Article, bool]]:
    """Both lists, the one this province inspects by first."""
    both: list[tuple[Article, bool]] = [
        ("52", _concerns(standing, "52")),
        ("53", _concerns(standing, "53")),
    ]
    return sorted(both, key=lambda each: not each[1])


def _valid_today(exhibit: Any) -> bool | None:
    return is_valid(exhibit, today())


def _agreement_name(kind: str) -> str:
    return said(AGREEMENTS[kind])


def lens_crumb(*, here: bool = False) -> tuple[str, str | None]:
    return crumb(gettext("Inspection view"), None if here else "authority.lens")
