"""What the pages about an agreement say: where it stands, its clauses in order, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select

from agreements.clauses import (
    STATUTORY_DUTIES,
    Clause,
    ClauseProblem,
    DocumentKind,
    Parties,
    Settlement,
    StatutoryDuty,
    clause,
    end_date,
    in_language,
    problems,
)
from portal.db import session, today
from portal.facts import Ground, ground_of
from portal.facts.agreements import settlements_of
from portal.records.agreement import Agreement, AgreementVersion, Signature
from portal.records.entrustment import Entrustment
from portal.rooms.agreements.chapters import KIND_LABELS, by_chapter
from portal.rooms.agreements.comparing import counted, differences
from portal.rooms.agreements.drafting import parties_of
from portal.rooms.agreements.forms import CHOICES, RESPONSIBLE
from portal.web import crumb
from portal.web.between import between, identity_of
from portal.web.frame import home_crumb
from portal.wording import language_now, said
from workflows.words import N_, Said

Crumb = tuple[str, str | None]
TONES = {"agreed": "good", "refused": "quiet", "open": "warn"}


@dataclass(frozen=True, slots=True)
class Line:
    """A clause as a reader meets it: its text in the reader's language where it is standard text."""

    clause: Clause
    title: str
    settlement: Settlement
    text: str
    must: bool
    duty: StatutoryDuty | None
    problem: ClauseProblem | None
    counted: str

    @property
    def choice(self) -> str:
        return CHOICES[self.settlement.choice]

    @property
    def tone(self) -> str:
        return TONES[self.settlement.choice]

    @property
    def responsible(self) -> str:
        return RESPONSIBLE[self.settlement.responsible]

    @property
    def is_agreed(self) -> bool:
        return self.settlement.choice == "agreed"

    @property
    def of_registrant(self) -> bool:
        return self.settlement.responsible != "entrusted"

    @property
    def of_manufacturer(self) -> bool:
        return self.settlement.responsible != "registrant"

    @property
    def points(self) -> list[tuple[str, str]]:
        """What the clause has to settle, in Chinese and in English."""
        return list(zip(self.clause.must_settle_zh, self.clause.must_settle, strict=True))

    @property
    def look(self) -> str:
        return {"open": "is-open", "refused": "is-refused"}.get(self.settlement.choice, "")


@dataclass(frozen=True, slots=True)
class Chapter:
    title: str
    lines: list[Line]

    @property
    def unsettled(self) -> int:
        return sum(line.problem is not None for line in self.lines)

    @property
    def agreed(self) -> list[Line]:
        return [line for line in self.lines if line.is_agreed]

    @property
    def settled(self) -> list[Line]:
        return [line for line in self.lines if line.settlement.choice != "open"]

    @property
    def left_open(self) -> list[Line]:
        return [line for line in self.lines if line.settlement.choice == "open"]

    def counted(self, choice: str) -> int:
        return sum(line.settlement.choice == choice for line in self.lines)


def label_of(agreement: Agreement) -> str:
    return said(KIND_LABELS[kind_of(agreement)])


def kind_of(agreement: Agreement) -> DocumentKind:
    return "quality" if agreement.kind == "quality" else "entrustment"


def chapters_of(agreement: Agreement, version: AgreementVersion, *, implantable: bool | None = None) -> list[Chapter]:
    """The clauses of a version in reading order, each with what stands in its way today."""
    settlements, parties, language = settlements_of(version), parties_of(version.particulars), language_now()
    found = {
        each.clause_id: each for each in problems(kind_of(agreement), settlements, today(), implantable=implantable)
    }
    return [
        Chapter(
            title,
            [
                _line(each, parties, language, problem=found.get(each.clause_id), implantable=implantable)
                for each in clauses
            ],
        )
        for title, clauses in by_chapter(settlements)
    ]


def implantable_in(ground: Ground) -> bool:
    return any(each.facts.get("is_implantable") for each in ground.products)


def wish_of(agreement: Agreement) -> date | None:
    """The end that the parties wish; None where nobody gave one, so that the day came from certificate or licence."""
    given = agreement.ends_because == "wish" or agreement.wished_until != agreement.ends_on
    return agreement.wished_until if given else None


def why_it_ends(agreement: Agreement) -> str:
    """Why the agreement ends when it does, from what was stored with its end."""
    ends = end_date(
        wish_of(agreement),
        agreement.ends_on if agreement.ends_because == "certificate" else None,
        agreement.ends_on if agreement.ends_because == "licence" else None,
    )
    return said(ends.says)


def force_of(agreement: Agreement | None, ground: Ground) -> tuple[bool, Said]:
    """Whether an agreement binds today, and why or why not."""
    if agreement is None:
        return False, Said(N_("No agreement of this kind has been begun."))
    if agreement.signed_at is None:
        return False, Said(N_("It binds nobody before both sides have signed it."))
    if agreement.ends_on and agreement.ends_on < today():
        return False, Said(N_("It ended on %(day)s."), {"day": agreement.ends_on.isoformat()})
    if not ground.both_in_force(today()):
        return False, Said(N_("It is signed, and binds once the other agreement is signed by both sides as well."))
    if agreement.ends_on is None:
        return True, Said(N_("It binds both sides."))
    return True, Said(N_("It binds both sides until %(day)s."), {"day": agreement.ends_on.isoformat()})


def signatures_under(agreements: Sequence[Agreement]) -> list[Signature]:
    wanted = Signature.subject_id.in_([each.id for each in agreements])
    return list(session.scalars(select(Signature).where(wanted).order_by(Signature.signed_at, Signature.id)))


def binding(agreement: Agreement, signatures: Sequence[Signature]) -> list[Signature]:
    """The signatures under what lies on the table now; those under a version that was taken back bind nobody."""
    lying = agreement.lying.offered_at
    return [each for each in signatures if agreement.offered and lying and each.signed_at >= lying]


def difference_of(old: AgreementVersion, new: AgreementVersion) -> list[Any]:
    parties = (parties_of(old.particulars), parties_of(new.particulars))
    return differences(settlements_of(old), settlements_of(new), parties, language_now())


def crumbs_in(entrustment: Entrustment, *more: Crumb) -> list[Crumb]:
    """The way to the agreements of an entrustment, and on."""
    here = crumb(gettext("Agreements"), "agreements.listing", entrustment_id=entrustment.id)
    return [home_crumb(), here, *more]


def place(agreement: Agreement, ground: Ground | None = None, here: str | None = None) -> dict[str, Any]:
    """What every page about an agreement is drawn with; ``here`` names a page below its record."""
    known = ground or ground_of(agreement.entrustment)
    label = gettext(
        "%(kind)s of %(number)s, text version %(version)s",
        kind=label_of(agreement),
        number=agreement.entrustment.number,
        version=agreement.lying.number,
    )
    steps = [(label_of(agreement), url_for("agreements.show", agreement_id=agreement.id))]
    return {
        "crumbs": crumbs_in(agreement.entrustment, *steps, *([crumb(here)] if here else [])),
        "between": between(agreement.entrustment, known),
        "identity": identity_of(agreement, label),
        "kind_label": label_of(agreement),
        "lying": agreement.lying,
        "chapters": chapters_of(agreement, agreement.lying, implantable=implantable_in(known)),
        "ends_because": why_it_ends(agreement),
    }


def _line(
    settlement: Settlement,
    parties: Parties,
    language: str,
    *,
    problem: ClauseProblem | None,
    implantable: bool | None,
) -> Line:
    of = clause(settlement.clause_id)
    return Line(
        clause=of,
        title=of.title(language),
        settlement=settlement,
        text=in_language(settlement, parties, language),
        must=of.must_be_settled(today(), implantable=implantable),
        duty=STATUTORY_DUTIES.get(of.id),
        problem=problem,
        counted=counted(settlement, parties),
    )
