"""Where a page stands: between which two parties, and which record it prints."""

from dataclasses import dataclass
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from portal import ledger
from portal.acting import Refused
from portal.db import today
from portal.facts import Ground
from portal.lineage.showing import is_anothers
from portal.records.entrustment import Entrustment
from portal.web.doors import standing_side
from portal.wording import said, short_hash
from workflows.engine import weigh_opening
from workflows.entrustment import ADD_TO


@dataclass(frozen=True, slots=True)
class Between:
    """The relation a page belongs to, for its breadcrumb.  ``url`` is None on the relation's own page."""

    registrant_name: str
    manufacturer_name: str
    site_name: str
    number: str
    url: str | None


def between(entrustment: Entrustment, ground: Ground | None = None, *, here: bool = False) -> Between:
    """The relation, with its site when the ``ground`` is known; ``here`` on the entrustment's own page."""
    site = ground.latest("site") if ground else None
    return Between(
        registrant_name=entrustment.registrant.name,
        manufacturer_name=entrustment.manufacturer.name,
        site_name=site.facts.get("name") or "" if site else "",
        number=entrustment.number,
        url=None if here else url_for("entrustments.show", entrustment_id=entrustment.id),
    )


def identity_of(record: Any, label: str) -> str:
    """The line printed on each page: which record, version, state and hash.  ``label`` is in the reader's language."""
    given = {"record": label, "version": record.version, "hash": short_hash(ledger.row_hash(record))}
    where = getattr(record, "where", None)
    if where is None:
        line: str = gettext("%(record)s · version %(version)s · %(hash)s", **given)
    else:
        line = gettext("%(record)s · version %(version)s · %(state)s · %(hash)s", state=said(where.label), **given)
    return line


def is_a_partners(record: Any) -> bool:
    """Whether the actor sees another house's own record for what it led to; an authority reads the whole of it."""
    return is_anothers(record) and not g.actor.is_authority


def refuse_ended(entrustment: Entrustment) -> None:
    """Raise :class:`Refused` when the entrustment has ended: nothing is added to what is final."""
    decision = weigh_opening(
        ADD_TO, entrustment.state, powers=g.actor.powers, side=standing_side(entrustment), on=today()
    )
    if not decision.allowed:
        raise Refused(decision)
