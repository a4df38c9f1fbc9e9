"""May this product be entrusted by this registrant to this manufacturer at this site, on this day?

``judge`` answers with an argument; ``verdict_bytes`` freezes question and answer, so that the same inputs give the same
bytes whenever they are replayed.
"""

from dataclasses import replace
from datetime import date

import rfc8785

from agreements.argument import Answer, ArgumentFinding, Rule, Verdict
from agreements.catalogue import CATALOGUES, Catalogue, CatalogueResult, NoCatalogue, Question, catalogue_on
from agreements.eligibility_rules import RULES, RULES_VERSION
from agreements.evidence import (
    Certificate,
    CreditCheck,
    CreditStatement,
    Functions,
    Inputs,
    Inspection,
    Licence,
    Party,
    Product,
    Residents,
    ScopeLine,
    Site,
)
from workflows.engine import Source
from workflows.words import N_, Said

__all__ = [
    "ArgumentFinding",
    "Certificate",
    "CreditCheck",
    "CreditStatement",
    "Functions",
    "Inputs",
    "Inspection",
    "Licence",
    "NoCatalogue",
    "Party",
    "Product",
    "Residents",
    "ScopeLine",
    "Site",
    "Verdict",
    "judge",
    "replay",
    "verdict_bytes",
]

_ASKS = {rule.code: Question(rule.code, Said(rule.asks), rule.mend) for rule in RULES}
_PROHIBITED = {
    "prohibited": (False, N_("The product is caught by %(entries)s.")),
    "unknown": (None, N_("Whether the product is caught by %(entries)s is not yet known.")),
    "not_prohibited": (True, N_("None of the %(count)s entries applies.")),
}


def judge(inputs: Inputs) -> Verdict:
    """Run every rule in force on ``inputs.on``; one that is not met decides, otherwise one that is unknown.

    Raises :class:`NoCatalogue` before 2014-09-26.  Rules on licence and certificate cite the law of 2022 and are asked
    of older days too, because the law before it is not in the tables: an old day is judged no more kindly.
    """
    catalogue = catalogue_on(inputs.on)
    result = catalogue.evaluate(inputs.product, inputs.answers)
    asked = [
        ArgumentFinding(rule, *rule.judge(inputs)) for rule in RULES if rule.since is None or rule.since <= inputs.on
    ]
    findings = (_not_prohibited(catalogue, result), *asked)
    questions = tuple([_ASKS[each.rule.code] for each in asked if each.met is None and each.rule.blocking])
    return Verdict(
        on=inputs.on,
        answer=_answer(findings),
        catalogue_id=catalogue.id,
        rule_versions={catalogue.id: catalogue.rule_version, "eligibility": RULES_VERSION},
        findings=findings,
        rules=result.rules,
        questions=result.questions + questions,
        duties=_duties(inputs),
    )


def verdict_bytes(inputs: Inputs) -> bytes:
    """RFC 8785 canonical JSON of the inputs and of everything :func:`judge` says about them."""
    return rfc8785.dumps({"inputs": inputs.as_data(), **judge(inputs).as_data()})


def replay(inputs: Inputs, on: date) -> bytes:
    """The bytes of the verdict that the same inputs would have had on another day."""
    return verdict_bytes(replace(inputs, on=on))


def _not_prohibited(catalogue: Catalogue, result: CatalogueResult) -> ArgumentFinding:
    met, fact = _PROHIBITED[result.verdict]
    decisive = [rule.id for rule in result.rules if rule.met is (None if met is None else not met)]
    values: dict[str, str | int] = {"count": len(result.rules)} if met else {"entries": ", ".join(decisive)}
    return ArgumentFinding(_CATALOGUE_RULES[catalogue.id], met, Said(fact, values))


def _asked_of_the_catalogue(_: Inputs) -> tuple[bool | None, Said]:
    raise NotImplementedError("the catalogue answers this rule")


_CATALOGUE_RULES = {
    catalogue.id: Rule(
        code="not-prohibited",
        group="catalogue",
        says=N_("The product is not in the catalogue of devices that may not be entrusted."),
        asks=N_("Answer the open questions about the product."),
        judge=_asked_of_the_catalogue,
        origin="product",
        sources=(Source(catalogue.instrument), Source("ORDER-739", "34(3)")),
        mend="product",
    )
    for catalogue in CATALOGUES
}


def _answer(findings: tuple[ArgumentFinding, ...]) -> Answer:
    mets = {finding.met for finding in findings if finding.rule.blocking}
    if False in mets:
        return "unfavourable"
    return "unknown" if None in mets else "favourable"


def _duties(inputs: Inputs) -> tuple[str, ...]:
    excused = inputs.residents is not None and inputs.residents.posted < 1 and inputs.residents.exception
    return ("post-residents",) if inputs.product.is_implantable and not excused else ()
