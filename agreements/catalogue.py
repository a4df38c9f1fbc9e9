"""The two catalogues of devices that may not be entrusted, and what they say of a product on a day.

Three-valued: every rule is asked, one that is met decides, otherwise one that is unknown leaves the product undecided.
Source: Order 739 Art. 34; Notice 2022-17 from 2022-05-01; Notice 2014-18 from 2014-09-26 to 2022-04-30.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple

from agreements import catalogue_words as words
from agreements.catalogue_2014 import JUDGES_2014
from agreements.conditions import Answers, Judge, code_is, compiled, conjunction, missing_in
from agreements.evidence import Product
from agreements.reading import fingerprint, table
from workflows.engine import Source
from workflows.words import N_, Said

ProhibitionVerdict = Literal["prohibited", "not_prohibited", "unknown"]

NO_ANSWERS: Answers = {}


class NoCatalogue(ValueError):
    """The day lies before the first catalogue whose content is known."""

    def __init__(self, says: Said) -> None:
        super().__init__(str(says))
        self.says = says


@dataclass(frozen=True, slots=True)
class Question:
    """What has to be answered: ``code`` is an attribute of the product, a catalogue entry, or a finding.

    ``mend`` names the evidence or record to complete, as in :class:`agreements.argument.ArgumentFinding`.
    """

    code: str
    says: Said
    mend: str | None = "product"

    def as_data(self) -> dict[str, object]:
        return {"code": self.code, "says": self.says.as_data()}


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed line of a catalogue.  ``codes`` is empty where only text or attributes decide."""

    id: str
    name_zh: str
    name_en: str
    codes: tuple[str, ...]
    condition: Mapping[str, Any]
    source: Source

    def missing(self, product: Product) -> tuple[str, ...]:
        """The attributes whose answer would help to decide this entry for ``product``."""
        if self.id in JUDGES_2014:
            return (self.id,)
        if product.code is None and self.codes:
            return ("code",)
        wanted = {"code": None} if self.codes and code_is(product.code, self.codes) is None else {}
        return tuple(wanted | dict.fromkeys(missing_in(self.condition, product)))


class RuleResult(NamedTuple):
    """``met`` True means this entry prohibits the product.  ``why`` and ``note`` are worded only when read."""

    id: str
    met: bool | None
    entry: Entry
    product: Product
    answers: Answers

    @property
    def why(self) -> Said:
        if self.id in JUDGES_2014:
            return words.why_2014(self.id, self.met, self.answers.get(self.id))
        code_met = code_is(self.product.code, self.entry.codes) if self.entry.codes else True
        return words.why_2022(
            self.entry.codes, self.id, self.product, met=self.met, code_met=code_met, missing=self.missing
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The codes of the questions that would decide it; empty when it is decided."""
        return self.entry.missing(self.product) if self.met is None else ()

    @property
    def note(self) -> Said | None:
        """What a person must look at although the rule has an answer, or None."""
        return words.note(self.id, self.product.code)

    def as_data(self) -> dict[str, object]:
        note = self.note
        return {
            "id": self.id,
            "met": self.met,
            "why": self.why.as_data(),
            "note": note.as_data() if note else None,
        }


@dataclass(frozen=True, slots=True)
class CatalogueResult:
    verdict: ProhibitionVerdict
    catalogue_id: str
    rules: tuple[RuleResult, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Catalogue:
    """``rule_version`` is the fingerprint of the entries as stored, so that a verdict names the rules it used."""

    id: str
    instrument: str
    title_zh: str
    title_en: str
    effective_from: date
    effective_to: date | None
    rule_version: str
    entries: tuple[Entry, ...]
    judges: tuple[tuple[Entry, Judge], ...] = field(repr=False)

    def entry(self, entry_id: str) -> Entry:
        return next(entry for entry in self.entries if entry.id == entry_id)

    def evaluate(self, product: Product, answers: Answers = NO_ANSWERS) -> CatalogueResult:
        rules = tuple(
            [RuleResult(entry.id, judge(product, answers), entry, product, answers) for entry, judge in self.judges]
        )
        mets = [rule.met for rule in rules]
        if True in mets:
            return CatalogueResult("prohibited", self.id, rules, ())
        if None in mets:
            return CatalogueResult("unknown", self.id, rules, _questions(rules))
        return CatalogueResult("not_prohibited", self.id, rules, ())


def catalogue_on(on: date) -> Catalogue:
    """Return the catalogue in force on the day ``on``.

    Raises :class:`NoCatalogue` before 2014-09-26: a list of 2005 existed (No. 166 of that year), but its content is
    not known, so nothing can be said of such a day.
    """
    for catalogue in CATALOGUES:
        if catalogue.effective_from <= on and (catalogue.effective_to is None or on <= catalogue.effective_to):
            return catalogue
    first = min(catalogue.effective_from for catalogue in CATALOGUES)
    raise NoCatalogue(
        Said(
            N_("No prohibited catalogue is known for %(on)s; give a day from %(first)s on."),
            {"on": on.isoformat(), "first": first.isoformat()},
        )
    )


def evaluate(product: Product, on: date, answers: Answers = NO_ANSWERS) -> CatalogueResult:
    """Ask every rule of the catalogue in force on ``on``.  Raises :class:`NoCatalogue` before 2014-09-26."""
    return catalogue_on(on).evaluate(product, answers)


_ASKS = {code: Question(code, Said(says)) for code, says in words.QUESTIONS.items()}


def _questions(rules: tuple[RuleResult, ...]) -> tuple[Question, ...]:
    wanted: dict[str, None] = {}
    for rule in rules:
        if rule.met is None:
            wanted.update(dict.fromkeys(rule.entry.missing(rule.product)))
    return tuple([_ASKS[code] for code in wanted])


def _judge_of(entry: Entry) -> Judge:
    if entry.id in JUDGES_2014:
        return JUDGES_2014[entry.id]
    condition = compiled(entry.condition)
    if not entry.codes:
        return condition
    codes = entry.codes
    return conjunction((lambda product, answers: code_is(product.code, codes), condition))


def _loaded(name: str, instrument: str) -> Catalogue:
    data = table(name)
    entries = tuple(
        Entry(
            id=row["id"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            codes=tuple(row["codes"]),
            condition=row.get("prohibited_when", {}),
            source=Source(instrument, row["section"]),
        )
        for row in data["entries"]
    )
    return Catalogue(
        id=data["catalogue_id"],
        instrument=instrument,
        title_zh=data["title_zh"],
        title_en=data["title_en"],
        effective_from=date.fromisoformat(data["effective_from"]),
        effective_to=date.fromisoformat(data["effective_to"]) if data["effective_to"] else None,
        rule_version=fingerprint(data["entries"]),
        entries=entries,
        judges=tuple((entry, _judge_of(entry)) for entry in entries),
    )


CATALOGUES = (
    _loaded("prohibited_catalogue_2022-17", "NOTICE-2022-17"),
    _loaded("prohibited_catalogue_2014-18", "NOTICE-2014-18"),
)
