"""The days on which the renewal of a paper may be applied for, and what there is to tell of them on a day.

Source: Order 53 art. 17, a production licence from the 90th to the 30th working day before its end; Order 47 art. 82,
a registration certificate six months before it at the latest.
"""

from dataclasses import dataclass
from datetime import date

from agreements.clocks import months_after
from agreements.working_days import renewal_window
from workflows.engine import Source
from workflows.words import N_

CERTIFICATE_MONTHS = 6
# Nobody can apply for a renewal earlier than this before the end of a paper.
MOST_MONTHS = 7
SAYS = {
    "licence-opens": N_("Renewal of the production licence may be applied for"),
    "licence-closes": N_("Last day to apply for renewal of the production licence"),
    "licence-closed": N_("The time to apply for renewal of the production licence is over"),
    "licence-ends": N_("Production licence ends"),
    "certificate-closes": N_("Last day to apply for renewal of the registration certificate"),
    "certificate-closed": N_("The time to apply for renewal of the registration certificate is over"),
    "certificate-ends": N_("Registration certificate ends"),
}


@dataclass(frozen=True, slots=True)
class RenewalDay:
    """``paper`` is "licence" or "certificate"; ``name`` is "opens", the first day to apply, "closes", the last, or
    "ends", the last day of the paper itself.

    ``provisional``: the working days on the way are not published.
    """

    paper: str
    name: str
    on: date
    sources: tuple[Source, ...] = ()
    provisional: bool = False

    @property
    def says(self) -> str:
        return SAYS[f"{self.paper}-{self.name}"]


@dataclass(frozen=True, slots=True)
class RenewalNews:
    """``id`` names its sentence in :data:`SAYS`; ``last_day`` is the last one to apply, past where it ``is_late``."""

    id: str
    last_day: date
    is_late: bool


def renewal_days(paper: str, until: date) -> tuple[RenewalDay, ...]:
    """Those of a paper that is valid until then, in their order."""
    ends = RenewalDay(paper, "ends", until)
    if paper == "certificate":
        on = months_after(until, -CERTIFICATE_MONTHS)
        return RenewalDay(paper, "closes", on, (Source("ORDER-47", "82"),)), ends
    window, source = renewal_window(until), (Source("ORDER-53", "17"),)
    return (
        RenewalDay(paper, "opens", window.opens_on, source, not window.certain),
        RenewalDay(paper, "closes", window.closes_on, source, not window.certain),
        ends,
    )


def renewal_news(paper: str, until: date, on: date) -> RenewalNews | None:
    """What there is to tell ``on`` a day: of several things that have come by then, the last alone."""
    days = {each.name: each.on for each in renewal_days(paper, until)}
    last = days["closes"]
    if on > days["ends"] or on < days.get("opens", last):
        return None
    name = "closed" if on > last else "closes" if on == last else "opens"
    return RenewalNews(f"{paper}-{name}", last, is_late=on > last)
