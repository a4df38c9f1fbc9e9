"""What the record shows for each point of the inspectors' focus lists: nothing is judged here that is not on record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flask import g, url_for
from flask_babel import gettext, ngettext

from agreements.focus import Article, FocusPoint, focus_list
from portal.db import today
from portal.records.entrustment import Exhibit
from portal.rooms.authority.standing import Standing, is_valid, runs_until
from portal.web.history import way
from portal.web.value_names import AGREEMENTS
from portal.wording import day, said
from workflows.agreement_review import YEARLY
from workflows.audit import KINDS as AUDITED
from workflows.defect_notice import STOP
from workflows.ending import END
from workflows.engine import Source
from workflows.quarterly_hearing import QUARTERLY
from workflows.restart import RESTART
from workflows.self_inspection import REPORTED
from workflows.words import N_

RESULTS = {
    "passed": N_("passed"),
    "passed-after-rectification": N_("passed after rectification"),
    "failed": N_("failed"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing the record shows: its tone if it can be good or bad, and the page that proves it.

    ``sources`` ask for such a record, where that is more than the list itself says.
    """

    text: str
    tone: str | None = None
    url: str | None = None
    sources: tuple[Source, ...] = ()


def shown_for(article: Article, standing: Standing) -> list[tuple[FocusPoint, list[Shown]]]:
    """Each point of the list with what the record shows; where this portal keeps no record of it, it says so."""
    return [
        (point, [each for part in SHOWN[article, point.item] for each in part(standing)] or [_nothing(article, point)])
        for point in focus_list(article)
    ]


def _nothing(article: Article, point: FocusPoint) -> Shown:
    if SHOWN[article, point.item]:
        return Shown(gettext("Nothing is shown of it yet."))
    return Shown(gettext("This portal keeps no record of it; ask the company."))


def _tone(good: bool | None) -> str:
    return "warn" if good is None else "good" if good else "bad"


def _verdicts(standing: Standing) -> Iterator[Shown]:
    for product in standing.ground.products:
        verdict = standing.ground.standing_verdict(product)
        name = product.facts["name"]
        if verdict is None:
            url = way("verdicts.listing", entrustment_id=standing.entrustment.id)
            yield Shown(gettext("%(product)s: no eligibility verdict of today", product=name), "warn", url)
            continue
        text = (
            gettext("%(product)s: may be entrusted", product=name)
            if verdict.favourable
            else gettext("%(product)s: not found eligible", product=name)
        )
        yield Shown(text, _tone(verdict.favourable), way("verdicts.show", verdict_id=verdict.id))


def _inspections(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("inspection"):
        result = exhibit.facts.get("result") or ""
        text = gettext(
            "Inspection of %(on)s: %(result)s",
            on=day(exhibit.facts.get("on")),
            result=said(RESULTS.get(result, result)),
        )
        yield Shown(text, _tone(result != "failed"), _exhibits(standing))


def _functions(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("functions"):
        quality = exhibit.facts.get("quality_independent")
        text = (
            gettext("The quality department is independent")
            if quality
            else gettext("Independence of the quality department is not shown")
        )
        yield Shown(text, _tone(quality), _exhibits(standing))


def _adverse_events(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("functions"):
        if who := exhibit.facts.get("adverse_events"):
            yield Shown(gettext("In charge: %(who)s", who=who), None, _exhibits(standing))


def _licence(standing: Standing) -> Iterator[Shown]:
    if standing.licence is None:
        yield Shown(gettext("No production licence is shown"), "bad", _exhibits(standing))
    else:
        yield _paper(standing, standing.licence, gettext("Production licence %(number)s", **_number(standing.licence)))


def _certificates(standing: Standing) -> Iterator[Shown]:
    for each in standing.certificates:
        yield _paper(standing, each, gettext("Registration certificate %(number)s", **_number(each)))
    if not standing.certificates:
        yield Shown(gettext("No registration certificate is shown"), "bad", _exhibits(standing))


def _site(standing: Standing) -> Iterator[Shown]:
    if standing.site:
        yield Shown(gettext("Site: %(name)s", name=standing.site.facts["name"]), None, _exhibits(standing))


def _changes(standing: Standing) -> Iterator[Shown]:
    """When each side last showed something anew: that is where a change comes to light."""
    shown = [each.presented_at for each in standing.ground.exhibits]
    if shown:
        url = url_for("trails.entrustment", entrustment_id=standing.entrustment.id, event="exhibit.presented")
        yield Shown(gettext("Evidence last shown anew on %(on)s", on=day(max(shown))), None, url)


def _change_control(standing: Standing) -> Iterator[Shown]:
    """How many changes stand where: weighed by both sides, decided by the registrant, implemented."""
    url = way("changes.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.change_counts:
        yield Shown(gettext("Changes, %(state)s: %(count)s", state=said(state.label), count=number), None, url)


def _capas(standing: Standing) -> Iterator[Shown]:
    url = way("capas.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.capa_counts:
        yield Shown(
            gettext("Corrective actions, %(state)s: %(count)s", state=said(state.label), count=number), None, url
        )


def _defects(standing: Standing) -> Iterator[Shown]:
    """What was found after shipment, and how far it is settled."""
    url = way("defects.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.defect_counts:
        text = gettext("Defect notices, %(state)s: %(count)s", state=said(state.label), count=number)
        yield Shown(text, None if state.final else "warn", url, (STOP,))


def _restarts(standing: Standing) -> Iterator[Shown]:
    for each in standing.restarts:
        given = {"product": each.product_name, "last": day(each.idle_since), "reported": day(each.reported_on)}
        text = gettext("Restart of %(product)s, last made on %(last)s, reported on %(reported)s", **given)
        yield Shown(text, None, way("restarts.show", restart_id=each.id), RESTART)


def _reviews(standing: Standing) -> Iterator[Shown]:
    """The yearly reviews of the quality agreement; what both sides signed counts."""
    for each in standing.reviews:
        text = gettext(
            "Yearly review %(number)s, %(since)s to %(until)s: %(state)s",
            number=each.number,
            since=day(each.since),
            until=day(each.until),
            state=said(each.where.label),
        )
        yield Shown(text, None, way("reviews.show", agreement_review_id=each.id), (YEARLY,))


def _endings(standing: Standing) -> Iterator[Shown]:
    for each in standing.endings:
        text = gettext(
            "Checklist of the end, planned for %(on)s: %(state)s", on=day(each.planned_on), state=said(each.where.label)
        )
        yield Shown(text, None, way("endings.show", ending_id=each.id), END)


def _at_home(article: Article, says: str, sources: tuple[Source, ...]) -> Callable[[Standing], Iterator[Shown]]:
    """What a house keeps in its own books stands on the page of the house, which tells its ledger of the look."""

    def kept(standing: Standing) -> Iterator[Shown]:
        house = standing.entrustment.registrant if article == "52" else standing.entrustment.manufacturer
        if house.province == g.actor.province:
            url = way("authority.house", organisation_id=house.id)
            yield Shown(gettext("%(what)s: in the house's own books", what=said(says)), None, url, sources)
        else:
            text = gettext("%(what)s: in the house's own books, for the authority of its province", what=said(says))
            yield Shown(text, None, None, sources)

    return kept


def _agreements(standing: Standing) -> Iterator[Shown]:
    for kind, agreement, in_force in standing.agreements:
        name = said(AGREEMENTS[kind])
        if agreement is None:
            yield Shown(gettext("%(agreement)s: none", agreement=name), "bad")
            continue
        text = (
            gettext("%(agreement)s in force until %(on)s", agreement=name, on=day(agreement.ends_on))
            if in_force
            else gettext("%(agreement)s is not in force", agreement=name)
        )
        yield Shown(text, _tone(in_force), way("agreements.show", agreement_id=agreement.id))


def _batches(standing: Standing) -> Iterator[Shown]:
    about = standing.entrustment.id
    for state, number in standing.batch_counts:
        text = gettext("%(state)s: %(count)s", state=said(state.label), count=number)
        yield Shown(text, None, way("batches.listing", entrustment_id=about, state=state.name))
    if not standing.batches:
        yield Shown(gettext("No batch yet"), None, way("batches.listing", entrustment_id=about))


def _only(*names: str) -> Callable[[Standing], Iterator[Shown]]:
    def some(standing: Standing) -> Iterator[Shown]:
        chosen = {name: number for name, number in standing.batches.items() if name in names}
        yield from _batches(replace(standing, batches=chosen))

    return some


def _nonconformities(standing: Standing) -> Iterator[Shown]:
    still, closed = standing.open_nonconformities, standing.closed_nonconformities
    url = way("trails.entrustment", entrustment_id=standing.entrustment.id, kind="nonconformity")
    if still:
        text = ngettext("%(num)s nonconformity open", "%(num)s nonconformities open", still)
        yield Shown(text, "warn", url)
    if closed:
        yield Shown(ngettext("%(num)s nonconformity closed", "%(num)s nonconformities closed", closed), "good", url)
    if not still and not closed:
        yield Shown(gettext("No nonconformity was raised"), None, url)


def _duties(standing: Standing) -> Iterator[Shown]:
    """Whether what was agreed is done: the duties that are open, and those of them that are too late."""
    url, kept = way("duties.listing", entrustment_id=standing.entrustment.id), standing.duties
    if kept.breached:
        yield Shown(ngettext("%(num)s duty is breached", "%(num)s duties are breached", kept.breached), "bad", url)
    elif kept.owed:
        text = ngettext("%(num)s duty is open, none breached", "%(num)s duties are open, none breached", kept.owed)
        yield Shown(text, "good", url)


def _audits(standing: Standing) -> Iterator[Shown]:
    """The audits of the manufacturer by the registrant, and what each leaves open."""
    for each, still in standing.audits:
        text = gettext(
            "%(kind)s %(number)s, %(first)s to %(last)s: %(state)s",
            kind=said(AUDITED[each.kind]),
            number=each.number,
            first=day(each.starts_on),
            last=day(each.ends_on),
            state=said(each.where.label),
        )
        url = way("audits.show", audit_id=each.id)
        yield Shown(text, None, url)
        if still:
            yield Shown(ngettext("%(num)s finding open", "%(num)s findings open", still), "warn", url)


def _transfers(standing: Standing) -> Iterator[Shown]:
    """How far the design of each product went over to the manufacturer; what both sides signed counts."""
    for each in standing.transfers:
        text = gettext(
            "Design transfer %(number)s of %(product)s: %(state)s",
            number=each.number,
            product=each.product_name,
            state=said(each.where.label),
        )
        yield Shown(text, "good" if each.state == "signed" else None, way("transfers.show", transfer_id=each.id))
    signed = {each.product_id for each in standing.transfers if each.state == "signed"}
    for product in standing.ground.products:
        if product.subject_id not in signed:
            text = gettext("%(product)s: no design transfer is signed by both sides", product=product.facts["name"])
            yield Shown(text, "warn", way("transfers.listing", entrustment_id=standing.entrustment.id))


def _definitions(standing: Standing) -> Iterator[Shown]:
    """By what each product is made: its versions, and whether one that both sides approved holds today."""
    for each in standing.definitions:
        text = gettext(
            "Definition %(number)s of %(product)s: %(state)s",
            number=each.called,
            product=each.product_name,
            state=said(each.where.label),
        )
        yield Shown(text, "good" if each.approved_at else None, way("definitions.show", definition_id=each.id))
    holding = {each.product_id for each in standing.definitions if each.holds_by(today())}
    for product in standing.ground.products:
        if product.subject_id not in holding:
            text = gettext(
                "%(product)s: no definition approved by both sides holds today", product=product.facts["name"]
            )
            yield Shown(text, "warn", way("definitions.listing", entrustment_id=standing.entrustment.id))


def _residents(standing: Standing) -> Iterator[Shown]:
    planned, exception = standing.entrustment.residents_planned, standing.entrustment.residents_exception
    url = way("entrustments.residents", entrustment_id=standing.entrustment.id)
    if planned:
        yield Shown(ngettext("%(num)s resident planned", "%(num)s residents planned", planned), None, url)
    elif exception:
        yield Shown(gettext("No residents, because: %(why)s", why=exception), None, url)
    yield from _postings(standing)


def _postings(standing: Standing) -> Iterator[Shown]:
    """Who is there today, and every exception that was granted, with its reason."""
    url = way("residents.listing", entrustment_id=standing.entrustment.id)
    if there := standing.supervision.residents_on(today()):
        names = gettext(", ").join(each.person_name for each in there)
        yield Shown(gettext("Posted at the site today: %(names)s", names=names), "good", url)
    elif any(each.facts.get("is_implantable") is not False for each in standing.ground.products):
        yield Shown(gettext("Nobody is posted at the site today"), "warn", url)
    for each in standing.supervision.exceptions:
        if each.granted_at:
            given = {"since": day(each.since), "until": day(each.until), "why": each.because}
            text = gettext("Exception from posting, %(since)s to %(until)s: %(why)s", **given)
            yield Shown(text, "warn", way("exceptions.show", posting_exception_id=each.id))


def _reports(standing: Standing) -> Iterator[Shown]:
    relation, url = standing.entrustment, way("entrustments.reports", entrustment_id=standing.entrustment.id)
    for on, yes, no in (
        (
            relation.registrant_reported_on,
            gettext("The registrant reported on %(on)s", on=day(relation.registrant_reported_on)),
            gettext("No report of the registrant"),
        ),
        (
            relation.manufacturer_reported_on,
            gettext("The manufacturer reported on %(on)s", on=day(relation.manufacturer_reported_on)),
            gettext("No report of the manufacturer"),
        ),
    ):
        yield Shown(yes if on else no, "good" if on else "warn", url)


def _paper(standing: Standing, exhibit: Exhibit, name: str) -> Shown:
    text = gettext("%(paper)s, until %(on)s", paper=name, on=day(runs_until(exhibit)))
    return Shown(text, _tone(is_valid(exhibit, today())), _exhibits(standing))


def _number(exhibit: Exhibit) -> dict[str, str]:
    return {"number": str(exhibit.facts.get("number") or "")}


def _exhibits(standing: Standing) -> str | None:
    return way("entrustments.exhibits", entrustment_id=standing.entrustment.id)


HEARINGS = N_("Quarterly hearings of the management representative")
SELF_INSPECTIONS = N_("Self-inspection reports")
RELEASED_TO_MARKET, RELEASED_BY_PLANT = ("marketing_released", "rejected"), ("recorded", "production_released")
SHOWN: dict[tuple[Article, int], tuple[Callable[[Standing], Iterator[Shown]], ...]] = {
    ("52", 1): (_verdicts, _nonconformities),
    ("52", 2): (_functions,),
    ("52", 3): (_at_home("52", HEARINGS, QUARTERLY),),
    ("52", 4): (_certificates, _definitions, _batches),
    ("52", 5): (_nonconformities, _capas, _defects),
    ("52", 6): (_change_control, _at_home("52", SELF_INSPECTIONS, REPORTED)),
    ("52", 7): (_adverse_events,),
    ("52", 8): (_only("production_released", *RELEASED_TO_MARKET),),
    ("52", 9): (
        _audits,
        _agreements,
        _reviews,
        _duties,
        _transfers,
        _change_control,
        _residents,
        _only(*RELEASED_BY_PLANT),
    ),
    ("52", 10): (_reports, _endings),
    ("53", 1): (_licence, _certificates, _site, _definitions, _verdicts),
    ("53", 2): (_inspections, _batches, _nonconformities, _restarts),
    ("53", 3): (),
    ("53", 4): (_changes, _change_control),
    ("53", 5): (_only(*RELEASED_BY_PLANT, *RELEASED_TO_MARKET),),
    ("53", 6): (_inspections, _nonconformities, _capas, _defects),
    ("53", 7): (_at_home("53", SELF_INSPECTIONS, REPORTED),),
    ("53", 8): (_agreements, _reviews, _duties, _residents, _reports, _endings),
}
