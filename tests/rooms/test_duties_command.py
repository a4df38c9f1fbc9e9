"""portal duties due FILE.csv"""

import json

import pytest
from click.testing import CliRunner

from portal.commands import cli


@pytest.fixture
def ask(tmp_path):
    def _ask(*rows, header="rule,start"):
        file = tmp_path / "begun.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        answer = CliRunner().invoke(cli, ["duties", "due", str(file)])
        return answer.exit_code, [json.loads(line) for line in answer.stdout.splitlines()], answer.stderr

    return _ask


def test_each_row_gets_one_object_with_the_end_in_the_zone_it_began_in(ask):
    code, rows, said = ask(
        "AE-01,2026-02-10T08:00:00+08:00", "AE-06,2026-02-16T14:30:00Z", "PR-11,2026-12-20T09:00+08:00"
    )

    assert (code, said) == (0, "")
    assert rows[0] == {
        "rule": "AE-01",
        "start": "2026-02-10T08:00:00+08:00",
        "due": "2026-02-18T00:00:00+08:00",
        "unit": "calendar_day",
        "provisional": False,
        "source": "SAMR Order 1 (2018) Art. 25",
    }
    assert (rows[1]["due"], rows[1]["unit"]) == ("2026-02-17T02:30:00+00:00", "hour")
    assert [row["provisional"] for row in rows] == [False, False, True]


def test_a_rule_that_counts_nothing_says_so_instead_of_inventing_a_day(ask):
    code, (row,), _ = ask("PR-07,2026-02-10T08:00:00+08:00")

    assert (code, row["due"], row["unit"]) == (0, None, "no_day_count")


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("AE-99,2026-02-10T08:00:00+08:00", "rule"),
        ("AE-01,2026-02-10T08:00:00", "start"),
        ("AE-01,2026-02-30T08:00:00+08:00", "start"),
        ("AE-01,9999-12-31T08:00:00+08:00", "start"),
        ("AE-01", "start"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_costs_no_other(ask, row, column):
    code, rows, said = ask("AE-01,2026-02-10T08:00:00+08:00", row, "AE-02,2026-02-10T08:00:00+08:00")

    assert code == 2
    assert [each["rule"] for each in rows] == ["AE-01", "AE-02"]
    assert said.startswith(f"begun.csv: row 3, column {column}: ")
