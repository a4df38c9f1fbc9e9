"""What the pages about an audit are drawn with: where they stand, and what may be done there."""

from typing import Any

from flask_babel import gettext

from portal.facts import Ground, ground_of
from portal.records.audit import Audit
from portal.records.entrustment import Entrustment
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import INSPECTED
from workflows.audit import BY, KEY_ITEM_RULE, KINDS, MODES, SUPPLIES
from workflows.audit_finding import GRADES
from workflows.auditing import ANSWER_POINTS, NAME_TEAM, RAISE_FINDING, RECORD_DAYS, REPLAN, RESULTS, in_hand_of
from workflows.engine import Transition

Crumb = tuple[str, str | None]
WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "modes": MODES,
    "held_bys": BY,
    "supplies": SUPPLIES,
    "grades": GRADES,
    "key_item_rule": KEY_ITEM_RULE,
    "results": RESULTS,
}
WORDS["concluded"] = INSPECTED


def crumbs_in(entrustment: Entrustment, *more: Crumb) -> list[Crumb]:
    return [home_crumb(), crumb(gettext("Audits"), "audits.listing", entrustment_id=entrustment.id), *more]


def place(audit: Audit, here: str | None = None, ground: Ground | None = None) -> dict[str, Any]:
    """What every page about ``audit`` is drawn with; ``here`` names a page below its record."""
    own = crumb(audit.number, "audits.show", audit_id=audit.id)
    return {
        "crumbs": crumbs_in(audit.entrustment, own, *([crumb(here)] if here else [])),
        "between": between(audit.entrustment, ground or ground_of(audit.entrustment)),
        "identity": identity_of(audit, gettext("Audit %(number)s", number=audit.number)),
        "words": WORDS,
    }


def doors_of(audit: Audit) -> dict[str, Transition[str]]:
    """What whoever holds the audit writes about it, and where."""
    doors = {
        "audits.edit": REPLAN,
        "audits.team": NAME_TEAM,
        "audits.days": RECORD_DAYS,
        "audits.checklist": ANSWER_POINTS,
        "audit_findings.create": RAISE_FINDING,
    }
    return {door: in_hand_of(audit.holder, deed) for door, deed in doors.items()}
