"""The description says what there is, completely, and reads in both languages."""

import json
import re

import pytest
from jsonschema import Draft202012Validator

from portal.api.description import operations
from portal.api.doors import door_for_machines
from portal.api.problems import KINDS
from portal.wording import LANGUAGES


@pytest.fixture
def spec(app):
    return app.test_client().get("/api/v1/openapi.json").json


def each_operation(spec):
    return [(path, method, each) for path, ways in spec["paths"].items() for method, each in ways.items()]


def test_every_door_for_machines_is_described(app, spec):
    with app.app_context():
        hung = {(path, method) for path, method, *_ in operations()}
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")]
    undescribed = {rule.endpoint for rule in rules if door_for_machines(app.view_functions[rule.endpoint]) is None}

    assert {(path, method) for path, method, _ in each_operation(spec)} == hung
    assert undescribed == {"api.page", "api.describe"}


def test_it_is_openapi_3_1(spec):
    """Every shape is a JSON Schema of 2020-12, every reference leads somewhere, every operation has its own name."""
    assert spec["openapi"] == "3.1.0"
    shapes = spec["components"]["schemas"]
    for shape in shapes.values():
        Draft202012Validator.check_schema(shape)
    referred = set(re.findall(r'"\$ref":\s*"#/components/schemas/(\w+)"', json.dumps(spec)))
    assert referred <= set(shapes)
    names = [each["operationId"] for *_, each in each_operation(spec)]
    assert len(names) == len(set(names)) > 30


def test_everything_is_explained(spec):
    fields = [
        (name, field)
        for name, shape in spec["components"]["schemas"].items()
        for field, schema in shape.get("properties", {}).items()
        if not schema.get("description")
    ]
    silent = [path for path, _, each in each_operation(spec) if not each["summary"] or "<" in each["summary"]]
    headers = [
        (path, each["name"])
        for path, _, operation in each_operation(spec)
        for each in operation["parameters"]
        if not each["description"]
    ]

    assert (fields, silent, headers) == ([], [], [])


def test_nothing_is_taken_that_is_not_described(spec):
    open_ended = [
        name for name, shape in spec["components"]["schemas"].items() if shape.get("additionalProperties") is not False
    ]

    assert open_ended == []


def test_each_door_says_which_scope_opens_it(spec):
    for path, method, each in each_operation(spec):
        if path.rsplit("/", 1)[1] in ("token", "jwks"):
            assert each["security"] == []
        else:
            assert len(each["security"][0]["token"]) == 1, (path, method)
            assert "401" in each["responses"]


def test_each_write_asks_for_a_key_and_each_change_for_the_version(spec):
    for path, method, each in each_operation(spec):
        named = {parameter["name"] for parameter in each["parameters"]}
        if path != "/api/v1/token" and "/epcis/" not in path:  # a plain client of the standard knows no keys
            assert ("Idempotency-Key" in named) == (method in ("post", "patch"))
        if method == "patch":
            assert "If-Match" in named


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_reads_in_both_languages(app, spec, language):
    page = app.test_client().get("/api/v1/", headers={"Accept-Language": language})

    assert page.status_code == 200
    assert {"en": "Description of the API", "zh": "接口说明"}[language] in page.text
    for _, _, each in each_operation(spec):
        assert f'id="{each["operationId"]}"' in page.text
    for kind in KINDS:
        assert f'id="problem-{kind}"' in page.text
    assert "<script>" not in page.text
    assert "style=" not in page.text
