"""Beginning an agreement, and writing what may still be written: its clauses and its term."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from agreements.clauses import DocumentKind, Parties, Settlement, draft, end_date
from agreements.eligibility import Party
from portal import ledger
from portal.acting import start
from portal.db import new_id, today
from portal.facts import Ground
from portal.facts.agreements import last_day
from portal.identity import Actor
from portal.records.agreement import Agreement, AgreementVersion
from portal.records.organisation import Organisation
from workflows.drafting import SET_TERM, WRITE, BeginFacts


def begin_facts(ground: Ground, kind: DocumentKind) -> BeginFacts:
    return BeginFacts(
        entrustment_is_open=not ground.entrustment.where.final,
        underway=any(
            each.kind == kind and each.signed_at is None and not each.where.final for each in ground.agreements
        ),
    )


def begin_draft(ground: Ground, kind: DocumentKind, wished_until: date | None, *, by: Actor) -> Agreement:
    """Draw up the first version with the standard text of every clause.

    Without a wish the agreement lasts as long as the law allows: to the earlier end of certificate and licence.
    """
    unlimited = last_day(ground) is None
    ends = end_date(wished_until or (today() if unlimited else None), *ground.ends_of_evidence())
    entrustment = ground.entrustment
    agreement = Agreement(
        id=new_id(),
        entrustment_id=entrustment.id,
        kind=kind,
        wished_until=wished_until or ends.on,
        ends_on=ends.on,
        ends_because=ends.limited_by,
    )
    version = AgreementVersion(
        id=new_id(),
        entrustment_id=entrustment.id,
        number=1,
        settlements=[each.as_data for each in draft(kind, parties_of(particulars(ground)))],
        particulars=particulars(ground),
        note="",
    )
    agreement.versions.append(version)
    start(agreement, "agreement.drafted", actor=by, also=[version])
    return agreement


def write_clauses(version: AgreementVersion, settlements: Sequence[Settlement], ground: Ground, *, by: Actor) -> bool:
    """Put the clauses and today's particulars into the version that is being written; False when nothing differs.

    The agreement is written along, so that nobody offers a text that changed after it was read.
    """
    agreement, given, shown = version.agreement, [each.as_data for each in settlements], particulars(ground)
    if (given, shown) == (version.settlements, version.particulars):
        return False
    version.settlements, version.particulars = given, shown
    ledger.write(version, WRITE.event, by=by, also=[agreement])
    return True


def set_term(agreement: Agreement, wished: date, ground: Ground, *, by: Actor) -> bool:
    """Note the wished end and the end that follows from it; False when nothing differs."""
    ends = end_date(wished, *ground.ends_of_evidence())
    if (wished, ends.on, ends.limited_by) == (agreement.wished_until, agreement.ends_on, agreement.ends_because):
        return False
    agreement.wished_until, agreement.ends_on, agreement.ends_because = wished, ends.on, ends.limited_by
    ledger.write(agreement, SET_TERM.event, by=by)
    return True


def particulars(ground: Ground) -> dict[str, Any]:
    """Parties, site, licence and products as they are shown today: the head of the document, signed with it."""
    site, licence = ground.latest("site"), ground.latest("licence")
    return {
        "registrant": _house(ground.entrustment.registrant),
        "manufacturer": _house(ground.entrustment.manufacturer),
        "site": {name: site.facts.get(name) for name in ("name", "address")} if site else None,
        "licence": {name: licence.facts.get(name) for name in ("number", "valid_until")} if licence else None,
        "products": [
            {name: each.facts.get(name) for name in ("name", "code", "device_class", "certificate_number")}
            for each in ground.products
        ],
    }


def parties_of(shown: Mapping[str, Any]) -> Parties:
    """The two parties as the particulars of a version name them."""
    return Parties(*(Party(shown[side]["name"], shown[side]["uscc"]) for side in ("registrant", "manufacturer")))


def _house(organisation: Organisation) -> dict[str, Any]:
    return {"name": organisation.name, "uscc": organisation.uscc, "address": organisation.domicile}
