"""The description as a file for tools and as a page for people."""

from typing import Any

from flask import current_app, g, render_template
from flask.typing import ResponseReturnValue

from portal.api.description import ABOUT, description, operations, outcome_of
from portal.api.desk import desk
from portal.api.problems import KINDS
from portal.identity.tokens import audience_of_assertions
from workflows.scopes import GRANTS

PAGE, FILE = "/", "/openapi.json"


@desk.get(FILE)
def describe() -> ResponseReturnValue:
    return description()


@desk.get(PAGE)
def page() -> ResponseReturnValue:
    """The one page here that a browser reads; nobody's books are open behind it."""
    g.actor = None
    spec = description()
    return render_template(
        "api/page.html",
        about=ABOUT,
        audience=audience_of_assertions(current_app.config["SETTINGS"]),
        doors=[_drawn(spec, path, method, door.scope) for path, method, _, door in operations()],
        shapes=[(name, shape.get("description", ""), _fields(shape)) for name, shape in _shapes(spec)],
        kinds=KINDS.items(),
        grants=GRANTS.items(),
    )


def _shapes(spec: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(spec["components"]["schemas"].items())


def _drawn(spec: dict[str, Any], path: str, method: str, scope: str | None) -> dict[str, Any]:
    operation = spec["paths"][path][method]
    success = outcome_of(operation)
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": " ".join(operation["description"].split()),
        "scope": scope,
        "parameters": operation["parameters"],
        "takes": _named(operation.get("requestBody", {})),
        "gives": _named(operation["responses"][success]),
        "status": success,
    }


def _named(message: dict[str, Any]) -> str | None:
    content: dict[str, Any] = next(iter(message.get("content", {}).values()), {})
    shape = content.get("schema", {}).get("$ref")  # plain bytes have none, and what a standard describes
    return shape.rsplit("/", 1)[-1] if shape else None


def _fields(shape: dict[str, Any]) -> list[tuple[str, str, str, bool]]:
    required = shape.get("required", ())
    return [
        (name, _kind(each), each.get("description", ""), name in required)
        for name, each in shape.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """The kind of a value in a few letters: string (date), integer, Name, Name[]."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"{_kind(schema['items'])}[]"
    if "const" in schema:
        return str(schema["const"])
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("type", "any")) + (f" ({schema['format']})" if "format" in schema else "")
