"""The clauses of the two agreements: what each must settle, and in which paper it stands.

Sources: Guide 2022-20 and the rules each clause names, ``data/quality_agreement_clauses.json``; which clauses the
entrustment agreement (Order 53 Art. 32) repeats, ``data/agreement_documents.json``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from agreements.citations import sources_in
from agreements.reading import table
from workflows.engine import Source

DocumentKind = Literal["quality", "entrustment"]
Responsible = Literal["registrant", "entrusted", "both"]

GMP_2025 = date(2026, 11, 1)


@dataclass(frozen=True, slots=True)
class Clause:
    """``mandatory`` is the weight the rules give it: shall, shall_from_2026-11-01, recommended, template, foreign..."""

    id: str
    title_zh: str
    title_en: str
    responsible: Responsible
    mandatory: str
    must_settle: tuple[str, ...]
    must_settle_zh: tuple[str, ...]
    sources: tuple[Source, ...]
    also_required_by: tuple[Source, ...]
    documents: frozenset[DocumentKind]
    confidence: str
    standard_text: Mapping[str, str]

    def title(self, language: str) -> str:
        return self.title_zh if language.startswith("zh") else self.title_en

    def must_be_settled(self, on: date, *, implantable: bool | None = None) -> bool:
        """Whether the agreement may not stay silent on it on the day ``on``.

        QA-46, the duties of residents, is asked unless the product is known not to be implantable: 2024-38 (3).
        """
        if self.id == RESIDENTS:
            return implantable is not False
        return self.mandatory == "shall" or (self.mandatory == "shall_from_2026-11-01" and on >= GMP_2025)


@dataclass(frozen=True, slots=True)
class StatutoryDuty:
    """A duty the law lays on one party, so that its clause can be neither refused nor assigned away."""

    clause_id: str
    duty_zh: str
    duty_en: str
    duty_of: Responsible
    responsible_may_be: frozenset[str]
    sources: tuple[Source, ...]


RESIDENTS = "QA-46"


def clause(clause_id: str) -> Clause:
    """Raise :class:`KeyError` for an id that is not one of the 65."""
    return _BY_ID[clause_id]


def clauses_of(kind: DocumentKind) -> tuple[Clause, ...]:
    return tuple(each for each in CLAUSES if kind in each.documents)


def _loaded() -> tuple[Clause, ...]:
    texts = table("clause_texts")["texts"]
    in_both = {row["id"] for row in table("agreement_documents")["both"]}
    quality: frozenset[DocumentKind] = frozenset({"quality"})
    both: frozenset[DocumentKind] = frozenset({"quality", "entrustment"})
    return tuple(
        Clause(
            id=row["id"],
            title_zh=row["title_zh"],
            title_en=row["title_en"],
            responsible=row["responsible"],
            mandatory=row["mandatory"],
            must_settle=tuple(row["must_settle"]),
            must_settle_zh=tuple(row["must_settle_zh"]),
            sources=sources_in(row["source"]),
            also_required_by=tuple(source for text in row["also_required_by"] for source in sources_in(text)),
            documents=both if row["id"] in in_both else quality,
            confidence=row["confidence"],
            standard_text=texts[row["id"]],
        )
        for row in table("quality_agreement_clauses")["clauses"]
    )


CLAUSES = _loaded()
STATUTORY_DUTIES: Mapping[str, StatutoryDuty] = {
    row["clause_id"]: StatutoryDuty(
        clause_id=row["clause_id"],
        duty_zh=row["duty_zh"],
        duty_en=row["duty_en"],
        duty_of=row["duty_of"],
        responsible_may_be=frozenset(row["responsible_may_be"]),
        sources=tuple(Source(source["instrument"], source["article"]) for source in row["sources"]),
    )
    for row in table("statutory_duties")["duties"]
}
_BY_ID = {each.id: each for each in CLAUSES}
