"""Whoever types a number of any length is told its bounds: none reaches a column that cannot hold it"""

import importlib
import pkgutil

import pytest
from wtforms import DecimalField, FloatField, Form, IntegerField
from wtforms.fields.core import UnboundField
from wtforms.validators import NumberRange

import portal.rooms
import portal.web

LARGEST = 2**31 - 1  # of an integer column of PostgreSQL


def modules():
    for package in (portal.rooms, portal.web):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


def numbers():
    """Every field for a number, of every form there is."""
    found = {
        f"{each.__module__}.{each.__qualname__}.{name}": field
        for module in modules()
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Form)
        for name, field in vars(each).items()
        if isinstance(field, UnboundField) and issubclass(field.field_class, IntegerField | DecimalField | FloatField)
    }
    return sorted(found.items())


def is_bounded(field):
    bounds = [each for each in field.kwargs.get("validators", []) if isinstance(each, NumberRange)]
    return any(each.min is not None and each.max is not None and each.max <= LARGEST for each in bounds)


@pytest.mark.parametrize(("name", "field"), numbers())
def test_a_number_in_a_form_has_bounds_that_its_column_can_hold(name, field):
    assert is_bounded(field), name


def test_there_are_such_fields():
    assert len(numbers()) >= 10


@pytest.mark.negative_control
@pytest.mark.parametrize("validators", [[], [NumberRange(min=0)], [NumberRange(0, 2**40)]])
def test_a_field_without_bounds_would_be_found_out(validators):
    assert not is_bounded(IntegerField("how many", validators=validators))


def test_a_number_in_a_request_of_a_machine_has_bounds(seat):
    described = seat("hengrui/plant-clerk").get("/api/v1/openapi.json").json

    def unbounded(at, schema):
        if isinstance(schema, dict):
            if schema.get("type") == "integer" and not schema.get("maximum", LARGEST + 1) <= LARGEST:
                yield at
            for key, each in schema.items():
                yield from unbounded(f"{at}/{key}", each)
        elif isinstance(schema, list):
            for number, each in enumerate(schema):
                yield from unbounded(f"{at}/{number}", each)

    asked = {
        f"{path} {method}": [operation.get("requestBody"), operation.get("parameters")]
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
    }
    named = {
        name: schema
        for name, schema in described["components"]["schemas"].items()
        if any(f'"#/components/schemas/{name}"' in str(each).replace("'", '"') for each in asked.values())
    }
    assert named
    assert [*unbounded("", asked), *unbounded("", named)] == []
