"""Writing the roster and the presence of residents."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal import ledger
from portal.db import new_id, now, today
from portal.facts import ground_of, supervisions
from portal.facts.reports import attendance_facts, now_there
from portal.records.resident import Posting, Presence, Roster
from portal.rooms.residents.forms import ARRIVING, PresenceForm, RosterForm
from portal.rooms.residents.routes import crumbs_in, room
from portal.web import crumb, find
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from workflows.attendance import ARRIVE, AWAY, LEAVE, PLAN, PLANS
from workflows.engine import Side
from workflows.powers import Power


@room.route("/postings/<uuid:posting_id>/roster", methods=("GET", "POST"), power=Power.POSTING_KEEP)
def roster(posting_id: UUID) -> ResponseReturnValue:
    posting = find(Posting, posting_id, side=Side.REGISTRANT)
    g.back_url = url_for("residents.listing", entrustment_id=posting.entrustment_id)
    insist(weigh_deed(PLAN, attendance_facts(posting, None, g.actor.id), posting))
    under = supervisions([posting.entrustment_id])[posting.entrustment_id]
    form = RosterForm.asking(posting, [each for each in under.postings if each.id != posting.id and each.posted_at])
    if not form.validate_on_submit():
        named = {each.id: each.person_name for each in under.postings}
        more = {"entries": under.rosters[posting.id], "plans": PLANS, "named": named}
        return _page("residents/roster.html", form, posting, gettext("Roster"), **more)
    entry = Roster(
        id=new_id(),
        entrustment_id=posting.entrustment_id,
        posting_id=posting.id,
        since=form.since.data,
        until=form.until.data,
        plan=form.plan.data,
        standing_in_id=UUID(form.standing_in.data) if form.standing_in.data else None,
        note=form.note.data or None,
    )
    ledger.write(entry, PLAN.event, by=g.actor)
    if entry.plan == AWAY and entry.standing_in_id is None:
        flash(gettext("Nobody stands in: on these days production needs another resident or an exception."), "warn")
    else:
        flash(gettext("The roster is on record."))
    return redirect(g.back_url)


@room.route("/postings/<uuid:posting_id>/presence", methods=("GET", "POST"), power=Power.REPORT_WRITE)
def presence(posting_id: UUID) -> ResponseReturnValue:
    posting = find(Posting, posting_id, side=Side.REGISTRANT)
    g.back_url = url_for("postings.show", posting_id=posting.id)
    there = now_there(posting)
    facts = attendance_facts(posting, there, g.actor.id)
    form = PresenceForm.offering(posting, there=there is not None)
    deed = ARRIVE if form.doing.data == ARRIVING else LEAVE
    insist(weigh_deed(deed, facts, posting))
    if not form.validate_on_submit():
        return _page("residents/presence.html", form, posting, gettext("Presence"), deed=deed, there=there, on=today())
    if there is None:
        arrived = Presence(
            id=new_id(),
            entrustment_id=posting.entrustment_id,
            posting_id=posting.id,
            place=form.place.data,
            arrived_at=now(),
        )
        ledger.write(arrived, ARRIVE.event, by=g.actor)
        flash(gettext("You are at the site."))
    else:
        there.left_at = now()
        ledger.write(there, LEAVE.event, by=g.actor)
        flash(gettext("You have left the site."))
    return redirect(url_for("home.show"))


def _page(
    template: str, form: PresenceForm | RosterForm, posting: Posting, here: str, **more: object
) -> ResponseReturnValue:
    page = render_template(
        template,
        form=form,
        posting=posting,
        back_url=g.back_url,
        between=between(posting.entrustment, ground_of(posting.entrustment)),
        crumbs=crumbs_in(
            posting.entrustment_id, crumb(posting.person_name, "postings.show", posting_id=posting.id), crumb(here)
        ),
        identity=identity_of(posting, gettext("Posting of %(person)s", person=posting.person_name)),
        **more,
    )
    return page, 422 if form.is_submitted() else 200
