"""On which clause a duty bears: the one that its rule names, or the one we read the law together with."""

from agreements.clause_duties import _BY_LAW, clause_of
from agreements.clauses import clause
from agreements.duty_rules import DUTY_RULES


def test_what_a_clause_begins_bears_on_it():
    assert {rule.id: clause_of(rule.id) for rule in DUTY_RULES.values() if rule.clause_id} == {
        rule.id: rule.clause_id for rule in DUTY_RULES.values() if rule.clause_id
    }


def test_what_the_law_begins_bears_on_a_clause_that_there_is():
    for rule_id, clause_id in _BY_LAW.items():
        assert DUTY_RULES[rule_id].clause_id is None
        assert clause(clause_id).id == clause_id
        assert clause_of(rule_id) == clause_id
