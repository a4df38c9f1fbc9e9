"""A stored verdict as an argument: every sentence comes from its body, nothing is judged again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext, ngettext

from agreements.catalogue import CATALOGUES, Catalogue
from agreements.catalogue_2014 import JUDGES_2014
from portal.wording import in_language
from workflows.engine import Source
from workflows.words import N_, Said

ANSWERS = {"favourable": True, "unfavourable": False, "unknown": None}
PARTS = (
    (N_("Product and certificate"), ("product", "certificate")),
    (N_("Licence and site"), ("licence",)),
    (N_("Inspection, credit, organisation, residents"), ("inspection", "credit", "organisation", "residents")),
    (N_("Marks on the certificate"), ("certificate-marks",)),
)
_ORIGINS = {
    "product": N_("From the product, as the registrant shows it."),
    "certificate": N_("From the registration certificate, as the registrant shows it."),
    "licence": N_("From the production licence, as the manufacturer shows it."),
    "inspection": N_("From the inspection, as the manufacturer shows it."),
    "credit_statement": N_("From the credit statement, as the manufacturer shows it."),
    "credit_check": N_("From the check of public credit data, as the registrant shows it."),
    "functions": N_("From the five functions, as the registrant shows them."),
    "residents": N_("From the plan for residents."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the argument as the page draws it; ``met`` is good news, also for a rule that prohibits."""

    code: str
    met: bool | None
    says: Said
    fact: Said
    sources: tuple[Source, ...]
    origin: str | Said | None = None
    origin_url: str | None = None
    mend: str = "product"


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question.  A person answers it here, or the fact is recorded where ``mend`` says."""

    code: str
    says: Said
    is_answered_here: bool
    mend: str


@dataclass(frozen=True, slots=True)
class Argument:
    met: bool | None
    on: str
    catalogue: Catalogue
    rule_versions: Mapping[str, str]
    prohibition: Step
    rules: tuple[Step, ...]
    parts: tuple[tuple[str, tuple[Step, ...]], ...]
    questions: tuple[Asked, ...]
    against: tuple[Step, ...]
    answers: Mapping[str, bool]
    duties: Sequence[str]

    @property
    def reasons(self) -> list[tuple[bool | None, Said]]:
        """The facts that stand against, each said once."""
        known = {str(step.fact): (step.met, step.fact) for step in reversed(self.against)}
        return list(reversed(known.values()))

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.rules + tuple(step for _, steps in self.parts for step in steps)


def argument_of(body: str, origin_urls: Mapping[str, str]) -> Argument:
    """Read the canonical JSON of a verdict.  ``origin_urls`` says where each kind of evidence is to be seen."""
    data = json.loads(body)
    findings = {each["code"]: (each, _step(each, origin_urls)) for each in data["findings"]}
    catalogue = next(each for each in CATALOGUES if each.id == data["catalogue"])
    rules = tuple(_rule(each, catalogue) for each in data["rules"])
    against = [step for each, step in findings.values() if each["blocking"] and step.met is not True]
    return Argument(
        met=ANSWERS[data["answer"]],
        on=data["on"],
        catalogue=catalogue,
        rule_versions=data["rule_versions"],
        prohibition=findings["not-prohibited"][1],
        rules=rules,
        parts=tuple(
            (label, tuple(step for each, step in findings.values() if each["group"] in groups))
            for label, groups in PARTS
        ),
        questions=tuple(
            Asked(
                each["code"],
                _said(each["says"]),
                each["code"] in JUDGES_2014,
                findings[each["code"]][1].mend if each["code"] in findings else "product",
            )
            for each in data["questions"]
        ),
        against=tuple(sorted(against, key=lambda step: step.met is None)),
        answers=data["inputs"]["answers"],
        duties=data["duties"],
    )


def answer_line(argument: Argument, product: str, manufacturer: str) -> str:
    """The whole verdict in one sentence."""
    named = {"product": product, "manufacturer": manufacturer}
    unmet = sum(step.met is False for step in argument.against)
    if argument.met is True:
        line: str = gettext("Yes. %(manufacturer)s may be entrusted with %(product)s.", **named)
    elif argument.prohibition.met is False:
        line = gettext("No. The catalogue of prohibited devices forbids entrusting %(product)s.", **named)
    elif argument.met is False:
        line = ngettext(
            "Not yet. %(num)s condition for entrusting %(manufacturer)s with %(product)s is not met.",
            "Not yet. %(num)s conditions for entrusting %(manufacturer)s with %(product)s are not met.",
            unmet,
            **named,
        )
    else:
        line = ngettext(
            "Not known yet. %(num)s condition for entrusting %(manufacturer)s with %(product)s cannot be judged.",
            "Not known yet. %(num)s conditions for entrusting %(manufacturer)s with %(product)s cannot be judged.",
            len(argument.against),
            **named,
        )
    return line


def _step(finding: Mapping[str, Any], origin_urls: Mapping[str, str]) -> Step:
    kind = str(finding["origin"]).split(".")[0]
    return Step(
        code=finding["code"],
        met=finding["met"],
        says=Said(finding["says"]),
        fact=_said(finding["fact"]),
        sources=tuple(Source(each["instrument"], each["article"]) for each in finding["sources"]),
        origin=_ORIGINS.get(kind),
        origin_url=origin_urls.get(kind),
        mend=kind,
    )


def _rule(rule: Mapping[str, Any], catalogue: Catalogue) -> Step:
    """A rule of the catalogue prohibits when it is met; the reader is told whether the product is clear of it."""
    entry = catalogue.entry(rule["id"])
    met = rule["met"]
    return Step(
        code=rule["id"],
        met=None if met is None else not met,
        says=Said(
            N_("It is not caught by the entry “%(entry)s”."), {"entry": in_language(entry.name_zh, entry.name_en)}
        ),
        fact=_said(rule["why"]),
        sources=(entry.source,),
        origin=_said(rule["note"]) if rule["note"] else None,
        mend="questions" if rule["id"] in JUDGES_2014 else "product",
    )


def _said(data: Mapping[str, Any]) -> Said:
    return Said(data["says"], data["values"])
