"""What the houses show, agree and report on paper, and what of it stays in their own books."""

from collections.abc import Iterator

from flask import g, url_for
from flask_babel import gettext

from agreements.focus import Article
from portal.db import today
from portal.records.entrustment import Exhibit
from portal.rooms.authority.focus.shown import Showing, Shown, tone
from portal.rooms.authority.standing import Standing, is_valid, runs_until
from portal.web.history import way
from portal.web.value_names import AGREEMENTS
from portal.wording import day, said
from workflows.agreement_review import YEARLY
from workflows.ending import END
from workflows.engine import Source
from workflows.meeting import INDICATORS, MEET
from workflows.words import N_

RESULTS = {
    "passed": N_("passed"),
    "passed-after-rectification": N_("passed after rectification"),
    "failed": N_("failed"),
}


def verdicts(standing: Standing) -> Iterator[Shown]:
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
        yield Shown(text, tone(verdict.favourable), way("verdicts.show", verdict_id=verdict.id))


def inspections(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("inspection"):
        result = exhibit.facts.get("result") or ""
        text = gettext(
            "Inspection of %(on)s: %(result)s",
            on=day(exhibit.facts.get("on")),
            result=said(RESULTS.get(result, result)),
        )
        yield Shown(text, tone(result != "failed"), _exhibits(standing))


def internal_audits(standing: Standing) -> Iterator[Shown]:
    """What the manufacturer found when it audited itself, and how much of it is still open."""
    for exhibit in standing.ground.shown("internal_audit"):
        facts = exhibit.facts
        text = gettext(
            "Internal audit of %(on)s: findings %(findings)s, still open %(open)s",
            on=day(facts["on"]),
            findings=facts["findings"],
            open=facts["still_open"],
        )
        yield Shown(text, "warn" if facts["still_open"] else "good", _exhibits(standing))


def functions(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("functions"):
        quality = exhibit.facts.get("quality_independent")
        text = (
            gettext("The quality department is independent")
            if quality
            else gettext("Independence of the quality department is not shown")
        )
        yield Shown(text, tone(quality), _exhibits(standing))


def adverse_events(standing: Standing) -> Iterator[Shown]:
    for exhibit in standing.ground.shown("functions"):
        if who := exhibit.facts.get("adverse_events"):
            yield Shown(gettext("In charge: %(who)s", who=who), None, _exhibits(standing))


def licence(standing: Standing) -> Iterator[Shown]:
    if standing.licence is None:
        yield Shown(gettext("No production licence is shown"), "bad", _exhibits(standing))
    else:
        yield _paper(standing, standing.licence, gettext("Production licence %(number)s", **_number(standing.licence)))


def certificates(standing: Standing) -> Iterator[Shown]:
    for each in standing.certificates:
        yield _paper(standing, each, gettext("Registration certificate %(number)s", **_number(each)))
    if not standing.certificates:
        yield Shown(gettext("No registration certificate is shown"), "bad", _exhibits(standing))


def site(standing: Standing) -> Iterator[Shown]:
    if standing.site:
        yield Shown(gettext("Site: %(name)s", name=standing.site.facts["name"]), None, _exhibits(standing))


def shown_anew(standing: Standing) -> Iterator[Shown]:
    """When each side last showed something anew: that is where a change comes to light."""
    shown = [each.presented_at for each in standing.ground.exhibits]
    if shown:
        url = url_for("trails.entrustment", entrustment_id=standing.entrustment.id, event="exhibit.presented")
        yield Shown(gettext("Evidence last shown anew on %(on)s", on=day(max(shown))), None, url)


def agreements(standing: Standing) -> Iterator[Shown]:
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
        yield Shown(text, tone(in_force), way("agreements.show", agreement_id=agreement.id))


def reviews(standing: Standing) -> Iterator[Shown]:
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


def meetings(standing: Standing) -> Iterator[Shown]:
    """The meetings of the two management representatives, and whether the indicators were reviewed at them."""
    for each in standing.meetings:
        given = {"number": each.number, "on": day(each.meets_on), "state": said(each.where.label)}
        if each.reviews_indicators:
            text = gettext("Meeting %(number)s of %(on)s, with the indicators: %(state)s", **given)
        else:
            text = gettext("Meeting %(number)s of %(on)s: %(state)s", **given)
        sources = (MEET, INDICATORS) if each.reviews_indicators else (MEET,)
        yield Shown(text, None, way("meetings.show", meeting_id=each.id), sources)


def reports(standing: Standing) -> Iterator[Shown]:
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


def endings(standing: Standing) -> Iterator[Shown]:
    for each in standing.endings:
        text = gettext(
            "Checklist of the end, planned for %(on)s: %(state)s", on=day(each.planned_on), state=said(each.where.label)
        )
        yield Shown(text, None, way("endings.show", ending_id=each.id), END)


def at_home(article: Article, says: str, sources: tuple[Source, ...]) -> Showing:
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


def _paper(standing: Standing, exhibit: Exhibit, name: str) -> Shown:
    text = gettext("%(paper)s, until %(on)s", paper=name, on=day(runs_until(exhibit)))
    return Shown(text, tone(is_valid(exhibit, today())), _exhibits(standing))


def _number(exhibit: Exhibit) -> dict[str, str]:
    return {"number": str(exhibit.facts.get("number") or "")}


def _exhibits(standing: Standing) -> str | None:
    return way("entrustments.exhibits", entrustment_id=standing.entrustment.id)
