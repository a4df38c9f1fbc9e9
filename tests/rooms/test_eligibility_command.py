"""portal eligibility check FILE.csv"""

import json

import pytest
from click.testing import CliRunner

from portal.commands import cli

HEADER = (
    "product,code,device_class,is_implantable,contains_animal_origin_material,directly_from_animal_tissue,"
    "is_allogeneic,contains_allogeneic_material,vascular_site,on"
)


@pytest.fixture
def check(tmp_path):
    def _check(*rows, header=HEADER):
        file = tmp_path / "products.csv"
        file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        answer = CliRunner().invoke(cli, ["eligibility", "check", str(file)])
        return answer.exit_code, [json.loads(line) for line in answer.stdout.splitlines()], answer.stderr

    return _check


def test_each_row_gets_one_object_with_verdict_catalogue_rules_and_questions(check):
    code, rows, said = check(
        "pacemaker,12-01-01,III,true,false,false,false,false,,2026-11-22",
        "plate,13-01-01,III,true,false,false,false,false,,2026-11-22",
        "stent,13-07-02,III,true,false,false,false,false,unknown,2026-11-22",
    )

    assert (code, said) == (0, "")
    assert [row["verdict"] for row in rows] == ["prohibited", "not_prohibited", "unknown"]
    assert {row["catalogue"] for row in rows} == {"NMPA-2022-17"}
    assert [len(row["rules"]) for row in rows] == [14, 14, 14]
    assert rows[2]["questions"]
    assert all(set(row) == {"product", "verdict", "catalogue", "rules", "questions"} for row in rows)


def test_the_day_chooses_the_catalogue(check):
    _, rows, _ = check(
        "pump,12-04-03,III,true,false,false,false,false,,2022-04-30",
        "pump,12-04-03,III,true,false,false,false,false,,2022-05-01",
    )

    assert [(row["catalogue"], len(row["rules"])) for row in rows] == [("CFDA-2014-18", 13), ("NMPA-2022-17", 14)]
    assert [row["verdict"] for row in rows] == ["unknown", "not_prohibited"]


def test_a_bad_row_is_named_with_its_column_and_no_other_row_is_lost(check):
    code, rows, said = check(
        "good,13-01-01,III,true,false,false,false,false,,2026-11-22",
        "bad,13-01-01,III,maybe,false,false,false,false,,2026-11-22",
        "late,13-01-01,III,true,false,false,false,false,,22.11.2026",
        "also good,13-01-01,III,,,,,,,2026-11-22",
    )

    assert code == 2
    assert [row["product"] for row in rows] == ["good", "also good"]
    assert "row 3, column is_implantable" in said
    assert "row 4, column on" in said


def test_a_missing_column_is_named_before_any_row(check):
    code, rows, said = check("x,13-01-01", header="product,code")

    assert (code, rows) == (2, [])
    assert "column" in said


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path):
    answer = CliRunner().invoke(cli, ["eligibility", "check", str(tmp_path / "none.csv")])

    assert answer.exit_code == 2
    assert "does not exist" in answer.stderr
