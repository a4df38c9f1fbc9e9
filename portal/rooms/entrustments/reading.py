"""What the pages of an entrustment say: products with verdicts, agreements, exhibits, what is missing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import g, url_for
from flask_babel import gettext
from sqlalchemy import func, or_, select

from agreements.clauses import end_date
from portal.db import session, today
from portal.facts import Ground
from portal.records.agreement import Agreement
from portal.records.audit import Audit
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.definition import Definition
from portal.records.entrustment import Entrustment, Exhibit, Verdict
from portal.records.organisation import Organisation
from portal.records.transfer import Transfer
from portal.tenancy import Participation
from portal.web.value_names import ENDS_BECAUSE, EXHIBITS, SIDES
from portal.wording import said
from workflows.appointment import KEY_POSTS
from workflows.batch import BATCH
from workflows.engine import Side
from workflows.words import N_, Said

OWES: Mapping[Side | None, tuple[str, ...]] = {
    Side.REGISTRANT: ("product", "certificate", "credit_check", "functions", "appointment"),
    Side.MANUFACTURER: (
        "site",
        "licence",
        "inspection",
        "credit_statement",
        "internal_audit",
        "audit_report",
        "appointment",
    ),
}
_MISSING = {
    "product": N_("The registrant has shown no product."),
    "credit_check": N_("The registrant has not shown that it consulted the public credit data."),
    "functions": N_("The registrant has not shown who fills its five functions."),
    "site": N_("The manufacturer has not shown the production site."),
    "licence": N_("The manufacturer has not shown its production licence."),
    "inspection": N_("The manufacturer has shown no inspection of its quality system."),
    "credit_statement": N_("The manufacturer has not shown its credit statement."),
}
_RESULTS = {
    "inspection": {
        "passed": N_("The inspection of %(on)s was passed."),
        "passed-after-rectification": N_("The inspection of %(on)s was passed after rectification."),
        "failed": N_("The inspection of %(on)s was failed."),
    },
    "audit_report": {
        "passed": N_("The audit of %(on)s was passed."),
        "passed-after-rectification": N_("The audit of %(on)s was passed after rectification."),
        "failed": N_("The audit of %(on)s was failed."),
    },
}
_CHECKED = {
    True: N_("Consulted on %(on)s: something adverse was found."),
    False: N_("Consulted on %(on)s: nothing adverse was found."),
    None: N_("Consulted on %(on)s: the result is not recorded."),
}
_FUNCTIONS = ("technology", "production", "quality", "adverse_events", "after_sales")
_ANSWERS = {"favourable": True, "unfavourable": False, "unknown": None}
_UNDERWAY = [state.name for state in BATCH.states if not state.final]
_AGREEMENTS = (("quality", N_("Quality agreement")), ("entrustment", N_("Entrustment agreement")))
FEW = 5


def described(kind: str, facts: Mapping[str, Any]) -> str:  # noqa: PLR0911  one line per kind
    """One line that tells which record this is, in the reader's language."""
    match kind:
        case "product" | "site":
            return str(facts.get("name") or "")
        case "certificate" | "licence":
            return str(facts.get("number") or "")
        case "inspection" | "audit_report":
            return said(Said(_RESULTS[kind][facts["result"]], {"on": facts["on"]}))
        case "internal_audit":
            given = {"on": facts["on"], "findings": facts["findings"], "open": facts["still_open"]}
            return said(Said(N_("Internal audit of %(on)s: findings %(findings)s, still open %(open)s."), given))
        case "credit_check":
            return said(Said(_CHECKED[facts.get("adverse")], {"on": facts["on"]}))
        case "appointment":
            given = {"post": said(KEY_POSTS[facts["post"]]), "name": facts["name"], "since": facts["since"]}
            return said(Said(N_("%(post)s: %(name)s, since %(since)s."), given))
        case "credit_statement":
            return said(Said(N_("Dated %(on)s."), {"on": facts["on"]}))
        case _:
            filled = sum(bool((facts.get(name) or "").strip()) for name in _FUNCTIONS)
            return said(Said(N_("%(filled)s of 5 functions have a head."), {"filled": filled}))


def expires_on(exhibit: Exhibit) -> date | None:
    """The last day on which the exhibit still counts; credit evidence counts for a year."""
    if until := exhibit.facts.get("valid_until"):
        return date.fromisoformat(until)
    if exhibit.kind not in ("credit_statement", "credit_check"):
        return None
    dated = date.fromisoformat(exhibit.facts["on"])
    leap_day = (dated.month, dated.day) == (2, 29)
    return dated.replace(year=dated.year + 1, day=28 if leap_day else dated.day)


def shown_lines(ground: Ground, *, keeper: Side | None = None) -> list[dict[str, Any]]:
    """Both sides with what they show now and what they still owe; ``keeper`` may withdraw its own."""
    about = ground.entrustment
    houses = {Side.REGISTRANT: about.registrant_id, Side.MANUFACTURER: about.manufacturer_id}
    return [
        {
            "label": SIDES[side],
            "anchor": str(side),
            "exhibits": [
                _shown(each, keeper is side)
                for kind in OWES[side]
                for each in ground.shown(kind)
                if each.owner_id == house
            ],
            "missing": missing(ground, side),
        }
        for side, house in houses.items()
    ]


def missing(ground: Ground, side: Side) -> list[str]:
    """What this side has not shown yet, in sentences."""
    absent = [said(_MISSING[kind]) for kind in OWES[side] if kind in _MISSING and not ground.shown(kind)]
    if side is Side.REGISTRANT:
        absent += [
            gettext("No registration certificate is shown for %(product)s.", product=each.facts["name"])
            for each in ground.products
            if ground.certificate_of(each) is None
        ]
    return absent


def product_lines(ground: Ground) -> list[dict[str, Any]]:
    """Each product with the verdict that stands today, or the last one that did."""
    lines = []
    for product in ground.products:
        verdict, certificate = ground.verdict_of(product.subject_id), ground.certificate_of(product)
        findings = json.loads(verdict.body)["findings"] if verdict else []
        lines.append(
            {
                "name": product.facts["name"],
                "certificate": certificate.facts["number"] if certificate else None,
                "device_class": product.facts.get("device_class"),
                "code": product.facts.get("code"),
                "implantable": product.facts.get("is_implantable"),
                "verdict": verdict,
                "stands": ground.standing_verdict(product) is not None,
                "answer": met_of(verdict),
                "met": sum(each["met"] is True for each in findings),
                "asked": len(findings),
            }
        )
    return lines


def met_of(verdict: Verdict | None) -> bool | None:
    return _ANSWERS[verdict.answer] if verdict else None


def agreement_lines(ground: Ground) -> list[dict[str, Any]]:
    return [_agreement(said(label), ground.agreement(kind), ground) for kind, label in _AGREEMENTS]


def work_of(entrustment: Entrustment) -> tuple[list[Batch], int]:
    """The latest batches that still need something, and how many nonconformities are open; one query."""
    open_points = select(Nonconformity).where(
        Nonconformity.entrustment_id == entrustment.id, Nonconformity.closed_at.is_(None)
    )
    in_all = open_points.with_only_columns(func.count()).scalar_subquery()
    found = session.execute(
        select(Batch, in_all)
        .where(Batch.entrustment_id == entrustment.id)
        .where(or_(Batch.state.in_(_UNDERWAY), open_points.where(Nonconformity.batch_id == Batch.id).exists()))
        .order_by(Batch.id.desc())
        .limit(FEW)
    ).all()
    return [batch for batch, _ in found], found[0][1] if found else 0


@dataclass(frozen=True, slots=True)
class Underway:
    """How many corrective actions are not judged yet, how many changes neither made nor refused, how many design
    transfers and definitions neither signed by both nor given up; and how many of those both sides signed."""

    capas: int
    changes: int
    transfers: int
    transfers_signed: int
    definitions: int
    definitions_approved: int


def underway_in(entrustment: Entrustment) -> Underway:
    """In one query."""
    counted = (
        _counted(Capa, entrustment, Capa.concluded_at.is_(None)),
        _counted(Change, entrustment, Change.implemented_at.is_(None), Change.refused_at.is_(None)),
        _counted(Transfer, entrustment, Transfer.underway()),
        _counted(Transfer, entrustment, Transfer.state == "signed"),
        _counted(Definition, entrustment, Definition.drafted()),
        _counted(Definition, entrustment, Definition.state == "approved"),
    )
    return Underway(*session.execute(select(*counted)).one())


def _counted(kind: Any, entrustment: Entrustment, *which: Any) -> Any:
    return select(func.count(kind.id)).where(kind.entrustment_id == entrustment.id, *which).scalar_subquery()


def around(entrustment: Entrustment) -> tuple[list[tuple[Participation, Organisation]], date | None]:
    """Who takes part, and on which day the next audit begins; one query."""
    audits = select(func.min(Audit.starts_on)).where(Audit.entrustment_id == entrustment.id)
    ahead = audits.where(Audit.state.in_(("planned", "team_confirmed"))).scalar_subquery()
    rows = session.execute(
        select(Participation, Organisation, ahead)
        .join(Organisation, Organisation.id == Participation.organisation_id)
        .where(Participation.entrustment_id == entrustment.id)
        .order_by(Participation.id)
    ).all()
    return [(row, organisation) for row, organisation, _ in rows], rows[0][2] if rows else None


@dataclass(frozen=True, slots=True)
class Line:
    """An entrustment in a list: its products, and the move that this reader could make next."""

    entrustment: Entrustment
    products: list[str]
    decision: Any


def lines_of(entrustments: Any, known: Mapping[Any, Ground], facts: Mapping[Any, Any]) -> list[Line]:
    return [
        Line(each, [product.facts["name"] for product in known[each.id].products], _next(each, facts[each.id]))
        for each in entrustments
    ]


def _next(entrustment: Entrustment, facts: Any) -> Any:
    """The onward move of whoever looks; the side is known from the parties, so that a list asks nothing for it."""
    mine = g.actor.organisation_id
    side = Side.REGISTRANT if mine == entrustment.registrant_id else Side.MANUFACTURER
    ways = entrustment.lifecycle.ways_on(
        state=entrustment.state, facts=facts, powers=g.actor.powers, side=side, on=today()
    )
    return next((each for each in ways if each.onward), None)


def _shown(exhibit: Exhibit, is_own: bool) -> dict[str, Any]:
    until = expires_on(exhibit)
    return {
        "id": exhibit.id,
        "kind": exhibit.kind,
        "label": said(EXHIBITS[exhibit.kind]),
        "what": described(exhibit.kind, exhibit.facts),
        "until": until,
        "days": (until - today()).days if until else None,
        "at": exhibit.presented_at,
        "version": exhibit.subject_version,
        "file_id": exhibit.file_id,
        "withdraw_url": url_for("entrustments.withdraw", exhibit_id=exhibit.id) if is_own else None,
    }


def _agreement(label: str, agreement: Agreement | None, ground: Ground) -> dict[str, Any]:
    if agreement is None:
        return {"label": label, "agreement": None}
    computed = end_date(agreement.wished_until, *ground.ends_of_evidence())
    return {
        "label": label,
        "agreement": agreement,
        "in_force": ground.in_force(agreement.kind, today()) and ground.both_in_force(today()),
        "ends_on": agreement.ends_on or computed.on,
        "because": _limit(agreement.ends_because) or said(computed.says),
        "provisional": agreement.ends_on is None,
    }


def _limit(word: str | None) -> str:
    """Why a signed agreement ends when it does, from the word that was stored with its end."""
    return said(ENDS_BECAUSE.get(word, word)) if word else ""
