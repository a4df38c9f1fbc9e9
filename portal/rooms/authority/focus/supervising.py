"""How the registrant watches over the plant: audits, duties, changes, and who is there."""

from collections.abc import Iterator

from flask_babel import gettext, ngettext

from portal.db import today
from portal.rooms.authority.focus.shown import Shown
from portal.rooms.authority.standing import Standing
from portal.web.history import way
from portal.wording import day, said
from workflows.audit import KINDS as AUDITED
from workflows.auditing import YEARLY
from workflows.change import CHANGE
from workflows.daily_report import DAILY_REPORT


def audits(standing: Standing) -> Iterator[Shown]:
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


def programmes(standing: Standing) -> Iterator[Shown]:
    """What the registrant means to audit each year; what its management representative approved counts."""
    for each in standing.programmes:
        text = gettext("Audit programme of %(year)s: %(state)s", year=each.year, state=said(each.where.label))
        url = way("audit_programmes.show", audit_programme_id=each.id)
        yield Shown(text, "good" if each.approved_at else None, url, YEARLY)


def duties(standing: Standing) -> Iterator[Shown]:
    """Whether what was agreed is done: the duties that are open, and those of them that are too late."""
    url, kept = way("duties.listing", entrustment_id=standing.entrustment.id), standing.duties
    if kept.breached:
        yield Shown(ngettext("%(num)s duty is breached", "%(num)s duties are breached", kept.breached), "bad", url)
    elif kept.owed:
        text = ngettext("%(num)s duty is open, none breached", "%(num)s duties are open, none breached", kept.owed)
        yield Shown(text, "good", url)


def change_control(standing: Standing) -> Iterator[Shown]:
    """How many changes stand where: weighed by both sides, decided by the registrant, implemented."""
    url = way("changes.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.count(CHANGE):
        yield Shown(gettext("Changes, %(state)s: %(count)s", state=said(state.label), count=number), None, url)


def residents(standing: Standing) -> Iterator[Shown]:
    planned, exception = standing.entrustment.residents_planned, standing.entrustment.residents_exception
    url = way("entrustments.residents", entrustment_id=standing.entrustment.id)
    if planned:
        yield Shown(ngettext("%(num)s resident planned", "%(num)s residents planned", planned), None, url)
    elif exception:
        yield Shown(gettext("No residents, because: %(why)s", why=exception), None, url)
    yield from _postings(standing)
    yield from _daily_reports(standing)
    yield from _hold_points(standing)


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


def _daily_reports(standing: Standing) -> Iterator[Shown]:
    url = way("residents.listing", entrustment_id=standing.entrustment.id)
    for state, number in standing.count(DAILY_REPORT):
        text = gettext("Daily reports of residents, %(state)s: %(count)s", state=said(state.label), count=number)
        yield Shown(text, None, url)


def _hold_points(standing: Standing) -> Iterator[Shown]:
    """The batches that go no further until the resident at the site has lifted what was set on them."""
    for each in standing.supervision.holds:
        text = gettext("Hold point of batch %(number)s: %(state)s", number=each.called, state=said(each.where.label))
        yield Shown(text, "warn", way("holds.show", hold_point_id=each.id))
