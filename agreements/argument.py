"""How a verdict on eligibility is written down: findings that read as an argument."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from agreements.catalogue import Question, RuleResult
from agreements.evidence import Inputs
from workflows.engine import Source
from workflows.words import Said

Answer = Literal["favourable", "unfavourable", "unknown"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of eligibility.

    ``says`` is true when all is well, ``asks`` is what to do while it is unknown.  ``origin`` is the evidence or
    attribute it is read from; ``mend`` the record to complete: product, certificate, licence, site, inspection,
    credit_statement, credit_check, functions or residents.  A rule that is not ``blocking`` is noted and does not
    decide.  It is asked from the day ``since`` on.
    """

    code: str
    group: str
    says: str
    asks: str
    judge: Callable[[Inputs], tuple[bool | None, Said]]
    origin: str
    sources: tuple[Source, ...]
    mend: str
    blocking: bool = True
    since: date | None = None


class ArgumentFinding(NamedTuple):
    """One step of the argument: a rule, whether it is met (None: unknown), and the fact that decided it."""

    rule: Rule
    met: bool | None
    fact: Said

    @property
    def code(self) -> str:
        return self.rule.code

    @property
    def group(self) -> str:
        return self.rule.group

    @property
    def says(self) -> str:
        return self.rule.says

    @property
    def blocking(self) -> bool:
        return self.rule.blocking

    @property
    def origin(self) -> str:
        return self.rule.origin

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.rule.sources

    @property
    def mend(self) -> str:
        return self.rule.mend

    def as_data(self) -> dict[str, object]:
        return {
            "code": self.code,
            "group": self.group,
            "met": self.met,
            "blocking": self.blocking,
            "says": self.says,
            "fact": self.fact.as_data(),
            "origin": self.origin,
            "sources": [{"instrument": source.instrument, "article": source.article} for source in self.sources],
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What may be said of an entrustment on the day ``on``.

    ``rules`` are the entries of the prohibited catalogue, all of them; ``duties`` are codes of what is taken on.
    """

    on: date
    answer: Answer
    catalogue_id: str
    rule_versions: Mapping[str, str]
    findings: tuple[ArgumentFinding, ...]
    rules: tuple[RuleResult, ...]
    questions: tuple[Question, ...]
    duties: tuple[str, ...]

    @property
    def favourable(self) -> bool:
        return self.answer == "favourable"

    @property
    def unmet(self) -> tuple[ArgumentFinding, ...]:
        """The blocking findings that stand in the way, false before unknown."""
        against = (each for each in self.findings if each.blocking and each.met is not True)
        return tuple(sorted(against, key=lambda each: each.met is None))

    def as_data(self) -> dict[str, Any]:
        return {
            "on": self.on.isoformat(),
            "answer": self.answer,
            "catalogue": self.catalogue_id,
            "rule_versions": dict(self.rule_versions),
            "findings": [each.as_data() for each in self.findings],
            "rules": [each.as_data() for each in self.rules],
            "questions": [each.as_data() for each in self.questions],
            "duties": list(self.duties),
        }
