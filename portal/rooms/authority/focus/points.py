"""What the record shows for each point of the inspectors' focus lists: nothing is judged here that is not on record."""

from flask_babel import gettext

from agreements.focus import Article, FocusPoint, focus_list
from portal.rooms.authority.focus import making, papers, supervising
from portal.rooms.authority.focus.shown import Showing, Shown
from portal.rooms.authority.standing import Standing
from workflows.quarterly_hearing import QUARTERLY
from workflows.self_inspection import REPORTED
from workflows.words import N_

HEARINGS = N_("Quarterly hearings of the management representative")
SELF_INSPECTIONS = N_("Self-inspection reports")
RELEASED_TO_MARKET, RELEASED_BY_PLANT = ("marketing_released", "rejected"), ("recorded", "production_released")
SHOWN: dict[tuple[Article, int], tuple[Showing, ...]] = {
    ("52", 1): (papers.verdicts, making.nonconformities),
    ("52", 2): (papers.functions,),
    ("52", 3): (papers.at_home("52", HEARINGS, QUARTERLY),),
    ("52", 4): (papers.certificates, making.definitions, making.sources, making.batches),
    ("52", 5): (making.nonconformities, making.capas, making.defects),
    ("52", 6): (supervising.change_control, papers.at_home("52", SELF_INSPECTIONS, REPORTED)),
    ("52", 7): (papers.adverse_events,),
    ("52", 8): (making.batches_in("production_released", *RELEASED_TO_MARKET),),
    ("52", 9): (
        supervising.audits,
        supervising.programmes,
        papers.agreements,
        papers.reviews,
        papers.meetings,
        supervising.duties,
        making.transfers,
        supervising.change_control,
        supervising.residents,
        making.batches_in(*RELEASED_BY_PLANT),
    ),
    ("52", 10): (papers.reports, papers.endings),
    ("53", 1): (
        *(papers.licence, papers.certificates, papers.site, making.definitions, making.identifiers),
        *(making.sources, papers.verdicts),
    ),
    ("53", 2): (papers.inspections, making.batches, making.nonconformities, making.restarts),
    ("53", 3): (),
    ("53", 4): (papers.shown_anew, supervising.change_control),
    ("53", 5): (making.batches_in(*RELEASED_BY_PLANT, *RELEASED_TO_MARKET),),
    ("53", 6): (papers.inspections, making.nonconformities, making.capas, making.defects),
    ("53", 7): (papers.internal_audits, papers.at_home("53", SELF_INSPECTIONS, REPORTED)),
    ("53", 8): (
        papers.agreements,
        papers.reviews,
        papers.meetings,
        supervising.duties,
        supervising.residents,
        papers.reports,
        papers.endings,
    ),
}


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
