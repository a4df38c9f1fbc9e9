"""What falls due by date, and what one side owes before an entrustment can move at all."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import g, url_for
from flask_babel import gettext

from agreements.clocks import months_after
from agreements.working_days import renewal_window
from portal.db import CHINA, today
from portal.facts import Ground
from portal.facts.duties import is_mine
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment, Exhibit
from portal.rooms.home.gathering import AHEAD, Gathered
from portal.rooms.home.lines import Due, Line, day_of, in_calendar_days, in_working_days
from portal.rooms.home.waiting import AGREEMENTS, is_mine_to_bring_on
from portal.tenancy import side_in
from portal.wording import day, in_language, last_day, said
from workflows.engine import OTHER, Side, Source
from workflows.making import RECORDED
from workflows.posting import POST_STAFF
from workflows.powers import Power
from workflows.proving import PROOFS

OWNER = {
    "licence": Side.MANUFACTURER,
    "credit_statement": Side.MANUFACTURER,
    "certificate": Side.REGISTRANT,
    "credit_check": Side.REGISTRANT,
}
NOTICE_MONTHS = 11
VALID_MONTHS = 12
RENEWAL_MONTHS = 6


def duties(found: Gathered) -> Iterator[Line]:
    """Every dated duty of mine and of the other party; ``theirs`` tells them apart.

    A paper shown in several entrustments is renewed once, so it stands here once.
    """
    told: set[UUID] = set()
    for ground in found.grounds.values():
        side = found.side_of(ground.entrustment)
        for kind, owner in OWNER.items():
            paper = ground.latest(kind)
            if paper is None or paper.subject_id in told or not _concerns(owner, side):
                continue
            told.add(paper.subject_id)
            line = _credit(ground, paper) if kind.startswith("credit") else _renewal(ground, paper)
            if line is not None:
                yield Line(**(line | _own_page(paper) if owner is side else line), theirs=owner is not side)
        yield from _ending(ground)
        if is_mine_to_bring_on(found, ground.entrustment):
            yield from _outdated_verdicts(ground)
        yield from _owed(found, ground)
    yield from _docketed(found)
    yield from _proofs(found)
    yield from _reports_of_today(found)


def _concerns(owner: Side, side: Side) -> bool:
    """One's own papers concern whoever keeps evidence, the partner's whoever decides about the entrustment."""
    asked = Power.EVIDENCE_KEEP if owner is side else Power.ENTRUSTMENT_DECIDE
    return asked in g.actor.powers


def _renewal(ground: Ground, paper: Exhibit) -> dict[str, Any] | None:
    text, number = paper.facts.get("valid_until"), str(paper.facts.get("number") or "")
    if not text:
        return None
    renewal = _licence_renewal if paper.kind == "licence" else _certificate_renewal
    return renewal(ground, date.fromisoformat(text), number)


def _licence_renewal(ground: Ground, until: date, number: str) -> dict[str, Any] | None:
    """From the 90th to the 30th working day before its end: Order 53 art. 17."""
    window, source = renewal_window(until), (Source("ORDER-53", "17"),)
    if until < today():
        words = gettext("Production licence %(number)s has ended", number=number)
        return _line(ground, words, in_calendar_days(until), source)
    if today() < window.opens_on:
        if window.opens_on > today() + AHEAD:
            return None
        words = gettext("Renewal window of production licence %(number)s opens", number=number)
        return _line(ground, words, in_working_days(window.opens_on, certain=window.certain), source, _ends(until))
    words = (
        gettext("Apply for renewal of production licence %(number)s", number=number)
        if today() <= window.closes_on
        else gettext("Renewal of production licence %(number)s: the window has closed", number=number)
    )
    return _line(ground, words, in_working_days(window.closes_on, certain=window.certain), source, _ends(until))


def _certificate_renewal(ground: Ground, until: date, number: str) -> dict[str, Any] | None:
    """Six months before its end at the latest: Order 47 art. 82."""
    latest = months_after(until, -RENEWAL_MONTHS)
    source = (Source("ORDER-47", "82"),)
    if until < today():
        words = gettext("Registration certificate %(number)s has ended", number=number)
        return _line(ground, words, in_calendar_days(until), source)
    if latest > today() + AHEAD:
        return None
    words = gettext("Apply for renewal of registration certificate %(number)s", number=number)
    return _line(ground, words, in_calendar_days(latest), source, _ends(until))


def _credit(ground: Ground, paper: Exhibit) -> dict[str, Any] | None:
    """Credit evidence counts for twelve months; from the eleventh on it is time for the next."""
    text = paper.facts.get("on")
    if not text:
        return None
    dated = date.fromisoformat(text)
    if months_after(dated, NOTICE_MONTHS) > today():
        return None
    what = {
        "credit_statement": gettext("File a new credit statement"),
        "credit_check": gettext("Consult the public credit data anew"),
    }[paper.kind]
    note = gettext("The last one is of %(day)s and counts for 12 months", day=day(dated))
    due = in_calendar_days(months_after(dated, VALID_MONTHS))
    return _line(ground, what, due, (Source("ANN-2024-38", "(2)"),), note)


def _ending(ground: Ground) -> Iterator[Line]:
    if not g.actor.may(Power.AGREEMENT_DRAFT):
        return
    for kind, name in AGREEMENTS.items():
        agreement = ground.agreement(kind)
        if agreement is None or agreement.state != "signed" or agreement.ends_on is None:
            continue
        if agreement.ends_on <= today() + AHEAD:
            yield Line(
                what=gettext("%(agreement)s ends", agreement=said(name)),
                url=url_for("agreements.show", agreement_id=agreement.id),
                act=gettext("Look"),
                sources=(Source("ANN-2024-38", "(4)"),),
                note=gettext("Without both agreements no batch can be opened or released"),
                entrustment=ground.entrustment,
                due=in_calendar_days(agreement.ends_on),
            )


def _outdated_verdicts(ground: Ground) -> Iterator[Line]:
    if ground.products and not ground.all_favourable_today and g.actor.may(Power.VERDICT_RUN):
        yield Line(
            what=gettext("See to the eligibility verdicts"),
            url=url_for("verdicts.listing", entrustment_id=ground.entrustment.id),
            act=gettext("See to it"),
            sources=(Source("ORDER-739", "34"),),
            note=gettext("Not every product has a favourable verdict of today"),
            entrustment=ground.entrustment,
            due=in_calendar_days(today()),
        )


def _owed(found: Gathered, ground: Ground) -> Iterator[Line]:
    """The manufacturer shows site and licence; each side reports to its authority."""
    entrustment, facts = ground.entrustment, found.facts[ground.entrustment.id]
    if entrustment.state == "proposed" and not facts.accepted_by_manufacturer:
        yield from _by(found, entrustment, Side.MANUFACTURER, gettext("Show site and production licence"), "exhibits")
    if entrustment.state == "agreed" and not facts.reported_by_registrant:
        yield from _by(
            found, entrustment, Side.REGISTRANT, gettext("Report the entrustment to the authority"), "reports"
        )
    if entrustment.state == "agreed" and not facts.reported_by_manufacturer:
        words = gettext("Report the product variety to the authority")
        yield from _by(found, entrustment, Side.MANUFACTURER, words, "reports")


def _docketed(found: Gathered) -> Iterator[Line]:
    """The duties on the docket, but for those without a day that a line above already leads to."""
    for duty in found.duties:
        rule = duty.under
        if duty.due_at is None and rule.met_by:
            continue
        about = duty.entrustment_id
        mine = is_mine(duty, (found.sides.get(about) or side_in(about)) if about else None)
        yield Line(
            what=in_language(rule.title_zh, rule.title_en),
            url=url_for("duties.show", duty_id=duty.id),
            act=gettext("See to it") if mine else gettext("Look"),
            sources=rule.sources,
            note=duty.happening or "",
            entrustment=duty.entrustment,
            due=_by_when(duty),
            since=duty.started_at.astimezone(CHINA).date(),
            theirs=not mine,
        )


def _proofs(found: Gathered) -> Iterator[Line]:
    """Calibrations and validations of equipment in service that end soon: then no step may name it any more."""
    for proof in found.running_out:
        equipment, kind = proof.equipment, said(PROOFS[proof.kind])
        yield Line(
            what=gettext("%(kind)s of %(equipment)s falls due again", kind=kind, equipment=equipment.number),
            url=url_for("machines.show", equipment_id=equipment.id),
            act=gettext("See to it"),
            sources=RECORDED[:1],
            note=equipment.name,
            entrustment=None,
            due=in_calendar_days(proof.due_on or today()),
        )


def _by_when(duty: Duty) -> Due | None:
    if duty.due_at is None:
        return None
    on = last_day(duty.due_at)
    if duty.under.counts_working_days:
        return in_working_days(on, certain=not duty.provisional)
    return in_calendar_days(on)


def _reports_of_today(found: Gathered) -> Iterator[Line]:
    """A resident writes a report on each day at the site."""
    for posting in found.unreported:
        yield Line(
            what=gettext("Daily report of %(day)s", day=day(today())),
            url=url_for("reports.create", posting_id=posting.id),
            act=gettext("Write it"),
            sources=(POST_STAFF,),
            note=posting.site_name,
            entrustment=found.entrustment_of(posting),
            due=in_calendar_days(today()),
        )


def _by(found: Gathered, entrustment: Entrustment, owing: Side, words: str, page: str) -> Iterator[Line]:
    side = found.side_of(entrustment)
    source = {
        "exhibits": Source("ORDER-53", "32"),
        "reports": Source("ANN-2024-38", "(16)") if owing is Side.REGISTRANT else Source("ORDER-53", "42"),
    }[page]
    if side is owing and not g.actor.may(Power.EVIDENCE_KEEP):
        return
    if OTHER.get(side) not in (owing, OTHER.get(owing)):
        return
    yield Line(
        what=words,
        url=url_for(f"entrustments.{page}", entrustment_id=entrustment.id),
        act=gettext("See to it") if side is owing else gettext("Look"),
        sources=(source,),
        entrustment=entrustment,
        since=day_of(entrustment.last_event_id),
        theirs=side is not owing,
    )


def _line(ground: Ground, what: str, due: Due, sources: tuple[Source, ...], note: str = "") -> dict[str, Any]:
    return {
        "what": what,
        "url": url_for("entrustments.exhibits", entrustment_id=ground.entrustment.id),
        "act": gettext("See to it"),
        "sources": sources,
        "note": note,
        "entrustment": ground.entrustment,
        "due": due,
    }


def _ends(until: date) -> str:
    words: str = gettext("It ends on %(day)s", day=day(until))
    return words


def _own_page(paper: Exhibit) -> dict[str, Any]:
    """One's own paper is renewed at home, not where it is shown."""
    if paper.kind.startswith("credit"):
        return {"url": url_for(f"evidence.new_{paper.kind}")}
    page = {"licence": "production_licence", "certificate": "registration_certificate"}[paper.kind]
    key: dict[str, Any] = {f"{page}_id": paper.subject_id}
    return {"url": url_for(f"evidence.{page}", **key)}
