"""Who holds the key posts of a house, what a move of an appointment depends on, and who else is shown it."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from agreements.key_posts import highest_class, unmet
from portal.db import session, today
from portal.facts.changes import Changed, open_changes
from portal.facts.showing import show_everywhere, take_back_everywhere
from portal.identity import Actor
from portal.records.appointment import Appointment
from portal.records.evidence import ProductionLicence
from portal.records.hearing import Hearing
from portal.records.product import Product
from portal.tenancy import current_tenant
from workflows.appointment import AppointmentFacts, ReportingFacts
from workflows.quarterly_hearing import HearingFacts

REPRESENTATIVE = "management_representative"


def holders() -> Sequence[Appointment]:
    """Whoever the own house has in a key post."""
    wanted = select(Appointment).where(Appointment.owner_id == current_tenant(), Appointment.state == "in_office")
    return session.scalars(wanted.order_by(Appointment.since, Appointment.id)).all()


def class_of_house() -> str:
    """The highest device class among the house's own products and what its licences cover."""
    classes = list(session.scalars(select(Product.device_class)))
    for licence in session.scalars(select(ProductionLicence).where(ProductionLicence.retired_on.is_(None))):
        classes += [each.get("class") for each in licence.scope]
    return highest_class(classes)


def appointment_facts(appointment: Appointment, actor_id: UUID) -> AppointmentFacts:
    post, others = appointment.key_post, [each for each in holders() if each.id != appointment.id]
    device_class = class_of_house()
    lacks = unmet(post.id, appointment.holder, device_class=device_class, on=today())
    same = [each for each in others if each.is_of(appointment)]
    alone = next((each for each in others if each.post == post.id and not post.many), None)
    return AppointmentFacts(
        post=post.id,
        lacks=frozenset(each.asks for each in lacks),
        device_class=device_class,
        evidenced=appointment.evidence is not None and appointment.evidence.accepted,
        authorised=bool(appointment.authorises) or not post.authorised,
        holder=alone.person_name if alone else "",
        also=frozenset(each.post for each in same),
        small=appointment.small_maker or any(each.small_maker for each in same),
        own=post.authorised and appointment.person_id == actor_id,
    )


def reporting_facts(appointment: Appointment) -> ReportingFacts:
    return ReportingFacts(appointment.state, appointment.post, appointment.reported_on is not None)


def hearing_facts(hearing: Hearing, actor_id: UUID) -> HearingFacts:
    heard = hearing.appointment
    return HearingFacts(
        in_office=heard.post == REPRESENTATIVE and was_in_office(heard, hearing.held_on),
        dispatched=bool(hearing.reviewed.strip() and hearing.dispatched.strip()),
        own=heard.person_id == actor_id,
    )


def was_in_office(appointment: Appointment, day: date) -> bool:
    """Whether the post was held under it on a day, though it may have ended since."""
    ended, until = appointment.ended_at, appointment.until
    begun = appointment.appointed_at is not None and appointment.since <= day
    return begun and (ended is None or day <= ended.date()) and (until is None or day <= until)


def representative_on(day: date) -> Appointment | None:
    """The management representative of the own house on a day; the latest where one followed another on it."""
    wanted = select(Appointment).where(Appointment.owner_id == current_tenant(), Appointment.post == REPRESENTATIVE)
    found = session.scalars(wanted.order_by(Appointment.since.desc(), Appointment.id.desc()))
    return next((each for each in found if was_in_office(each, day)), None)


def follow_appointment(appointment: Appointment, move: str, *, by: Actor) -> None:
    """The partners of every running entrustment see who came into a post, and no longer see who left it.

    The agreement and GMP 2025 art. 112 want them to know; each sees it in its own entrustment and learns of no other.
    Whoever leaves a post, and whoever follows somebody in it, is a change that both sides weigh.
    """
    post, name = appointment.key_post.title_zh, appointment.person_name
    if move == "appoint":
        show_everywhere(appointment, by=by)
        if before := _last_in(appointment.post):
            open_changes("people", post, [Changed("appointment", "person_name", before.person_name, name)], by=by)
    if move == "relieve":
        take_back_everywhere(appointment, by=by)
        open_changes("people", post, [Changed("appointment", "person_name", name, None)], by=by)


def _last_in(post: str) -> Appointment | None:
    """Whoever of the own house left this post last."""
    left = select(Appointment).where(Appointment.owner_id == current_tenant(), Appointment.post == post)
    return session.scalars(left.where(Appointment.state == "ended").order_by(Appointment.ended_at.desc())).first()
