"""What the pages about an ending and its points are drawn with."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from agreements.ending import ENDING_POINTS
from portal.facts import Ground, ground_of
from portal.facts.endings import known_of_each
from portal.records.ending import Ending, EndingLine
from portal.records.entrustment import Entrustment
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.web.value_names import OWES, SIDES
from portal.wording import in_language
from workflows.words import Said

Crumb = tuple[str, str | None]


def inside(entrustment: Entrustment, *more: Crumb, ground: Ground | None = None) -> dict[str, Any]:
    """Breadcrumb of a page about the end of ``entrustment``."""
    here = crumb(gettext("End of the entrustment"), "endings.listing", entrustment_id=entrustment.id)
    return {
        "crumbs": [home_crumb(), here, *more],
        "between": between(entrustment, ground or ground_of(entrustment)),
        "points": ENDING_POINTS,
        "known_of": known_of,
        "owers": OWES,
        "sides": SIDES,
        "in_language": in_language,
    }


def place(ending: Ending, *more: Crumb) -> dict[str, Any]:
    """What every page about ``ending`` is drawn with."""
    ground = ground_of(ending.entrustment)
    label = gettext("Checklist of the end of %(number)s", number=ending.entrustment.number)
    here = crumb(gettext("Checklist of the end"), "endings.show", ending_id=ending.id)
    return inside(ending.entrustment, here, *more, ground=ground) | {
        "identity": identity_of(ending, label),
        "known": known_of_each(ground),
    }


def place_of_line(line: EndingLine, *more: Crumb) -> dict[str, Any]:
    title = in_language(line.asks.zh, line.asks.en)
    here = crumb(gettext("Point to settle"), "endings.line", ending_line_id=line.id)
    return place(line.ending, here, *more) | {"identity": identity_of(line, title)}


def known_of(line: EndingLine, known: Any) -> Sequence[Said]:
    """What the records know of a point: as it was written down, or as it is now while nothing is."""
    if line.found:
        return [Said(each["says"], each["values"]) for each in line.found]
    found: Sequence[Said] = known.get(line.point, ())
    return found
