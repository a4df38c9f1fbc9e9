"""What the pages of a file are drawn with: where they stand, what may be done, what its rows say."""

from collections.abc import Mapping
from typing import Any

from flask import g, url_for
from flask_babel import gettext

from agreements.tables.mapping import Mapped
from agreements.tables.telling import Told
from portal.intakes.settling import intake_facts
from portal.making.trying import why
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from portal.web import crumb
from portal.web.between import identity_of
from portal.web.deeds import weigh_deed
from portal.web.frame import home_crumb
from portal.wording import moment
from workflows.acts import Act
from workflows.engine import Decision, Transition
from workflows.intake import ANSWER, ENDED, GIVE_UP, NAME_COLUMNS, TAKE_BACK, TAKE_UP, IntakeFacts
from workflows.words import N_, Said

# What is told of an act beside its moment, in the words of the lists of its own.
TELLS = {
    "began_at": N_("When it began"),
    "ended_at": N_("When it ended"),
    "equipment": N_("Equipment number"),
    "area": N_("Room"),
    "operator": N_("Operator"),
    "second": N_("Second person"),
    "uses": N_("Material lot used"),
    "values": N_("Value"),
}


def inside(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    last = crumb(gettext("Files sent"), "intakes.listing") if more else crumb(gettext("Files sent"))
    return [home_crumb(), last, *more]


def place(intake: Intake, *more: tuple[str, str | None]) -> dict[str, Any]:
    here = crumb(intake.number, "intakes.show", intake_id=intake.id) if more else crumb(intake.number)
    identity = identity_of(intake, gettext("File %(number)s", number=intake.number))
    return {"crumbs": inside(here, *more), "identity": identity, "intake": intake}


def decisions_on(intake: Intake) -> list[Decision[IntakeFacts]]:
    """What may be done with the file now or not yet; what no more concerns it is left out."""
    facts = intake_facts(intake)
    offered: dict[Transition[IntakeFacts], bool] = {
        NAME_COLUMNS: not intake.ended_at and any(each["heads"] for each in intake.sheets),
        TAKE_UP: intake.is_stopped,
        GIVE_UP: intake.is_stopped,
        ANSWER: bool(intake.open_questions),
        TAKE_BACK: intake.stage in ENDED and bool(intake.recordings),
    }
    weighed = [weigh_deed(deed, facts, intake) for deed, there in offered.items() if there]
    return [each for each in weighed if each.has_power]


def doors_of(intake: Intake) -> Mapping[str, str]:
    """Where each of it is done."""
    sheet = next(iter(intake.unmapped), 0)
    return {
        NAME_COLUMNS.name: url_for("intakes.name_columns", intake_id=intake.id, sheet=sheet),
        TAKE_UP.name: url_for("intakes.take_up", intake_id=intake.id),
        GIVE_UP.name: url_for("intakes.give_up", intake_id=intake.id),
        ANSWER.name: url_for("intakes.answer", intake_id=intake.id),
        TAKE_BACK.name: url_for("intakes.take_back", intake_id=intake.id),
    }


def stopped_because(intake: Intake) -> Said | None:
    """Why nobody reads on; None where somebody does."""
    return why(intake.attempt) if intake.attempt and intake.is_stopped else None


def faults_of(intake: Intake, most: int) -> list[tuple[str, Said]]:
    """Place and reason of each, the first of them."""
    return [(each["place"], Said.of(each["says"])) for each in intake.faults[:most]]


def compared(question: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What stands beside what the row says, by what they differ in."""
    names = [each for each in TELLS if each in question["stands"] or each in question["told"]]
    return [
        (gettext(TELLS[each]), _shown(each, question["stands"].get(each)), _shown(each, question["told"].get(each)))
        for each in names
    ]


def shown(told: Told, mapped: Mapped) -> list[dict[str, str]]:
    """The acts of an example in words."""
    return [_words(each) for each in told.acts.values()] if mapped.columns else []


def workable(entrustments: list[Entrustment]) -> list[Entrustment]:
    """Those in which the house makes something, newest first."""
    return [each for each in entrustments if each.manufacturer_id == g.actor.organisation_id]


def _words(act: Act) -> dict[str, str]:
    things = [*act.uses, *act.makes, *act.touches, *((act.package,) if act.package else ()), *act.moves]
    amounts = [f"{item.code}: {amount.number} {amount.unit}" for item, amount in act.quantities.items()]
    return {
        "place": act.place,
        "at": moment(act.began_at) + (f" – {moment(act.ended_at)}" if act.ended_at else ""),
        "batch": act.batch,
        "step": act.step,
        "by": ", ".join(filter(None, (act.equipment, act.operator, act.second, act.area))),
        "things": ", ".join(dict.fromkeys(each.code for each in things if each.code != act.batch)),
        "amounts": ", ".join(amounts),
        "party": act.party.code if act.party else "",
        "values": ", ".join(f"{each.name}: {each.value} {each.unit}".strip() for each in act.values),
    }


def _shown(name: str, text: str | None) -> str:
    if not text:
        return ""
    return moment(text) if name.endswith("_at") else text
