"""On which clause each duty bears, so that a clause can be judged by how it was kept.

Source: the clause that a rule of ``data/duty_rules.json`` names; for what the law begins, ``data/clause_duties.json``.
"""

from collections.abc import Mapping

from agreements.duty_rules import DUTY_RULES
from agreements.reading import table


def clause_of(rule_id: str) -> str | None:
    """None for a duty that bears on no clause; raises :class:`KeyError` for an id that is not in the table."""
    return DUTY_RULES[rule_id].clause_id or _BY_LAW.get(rule_id)


_BY_LAW: Mapping[str, str] = {
    rule_id: clause_id for clause_id, rules in table("clause_duties")["clauses"].items() for rule_id in rules
}
