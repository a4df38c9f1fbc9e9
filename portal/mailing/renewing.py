"""Papers that have to be renewed: their house is told as the time to apply begins, on its last day, and afterwards."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from agreements.clocks import months_after
from agreements.renewals import MOST_MONTHS, renewal_news
from portal.db import reading, session, today, unit_of_work
from portal.facts.notices import PAPERS, running
from portal.mailing.escalating import told_once
from portal.notices import WINDOW, about_paper
from portal.records.notice import Notice
from portal.tenancy import acting_for


def tell_of_renewals(house: UUID) -> None:
    """Tell whoever keeps the papers of a house of a day that has come for one of them, once."""
    with acting_for(house), reading():
        come = list(_come())
        told = told_once(WINDOW, {each.about_id for each in come})
    for notice in come:
        if notice.once in told:
            continue
        try:
            with acting_for(house), unit_of_work():
                session.add(notice)
        except IntegrityError:  # another worker has just told it
            continue


def _come() -> Iterator[Notice]:
    """Not yet written: what there is to tell today."""
    for kind in PAPERS.values():
        near = select(kind).where(*running(kind), kind.valid_until <= months_after(today(), MOST_MONTHS))
        for paper in session.scalars(near):
            news = renewal_news(kind.exhibit, paper.valid_until, today())
            if news is not None:
                yield about_paper(paper, news)
