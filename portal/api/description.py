"""The OpenAPI 3.1 description, drawn from the doors themselves."""

import re
from copy import deepcopy
from functools import cache
from typing import Any

from flask import current_app

from portal.api.doors import JSON, NDJSON, OCTETS, SPEC, Door, Keys, door_for_machines
from portal.api.problems import KINDS, MEDIA_TYPE
from portal.identity.tokens import audience_of_assertions
from portal.settings import Settings
from workflows.scopes import GRANTS
from workflows.words import N_

ABOUT = N_("The same records and the same rules as the pages, for ERP, manufacturing and quality systems.")
TOKEN = N_("A token from the token door (private_key_jwt, RFC 7523).")
IDENTIFIER = N_("The record's identifier.")
HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": N_("A new value for each new request; the same value again gives the first answer again."),
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "If-Match": {
        "description": N_("The ETag of the version that was seen."),
        "schema": {"type": "string", "pattern": '^"v[0-9]+-[0-9a-f]{32}"$'},
    },
}
ANSWERED: dict[str, dict[str, Any]] = {
    "ETag": {"description": N_("Names this version of the record."), "schema": {"type": "string"}},
    "Link": {"description": N_("Leads to the next page."), "schema": {"type": "string"}},
    "Location": {"description": N_("Where the new record is."), "schema": {"type": "string"}},
    "Idempotency-Replayed": {
        "description": N_("true when this is the answer to an earlier request with the same key."),
        "schema": {"type": "string"},
    },
}
ALWAYS = ("malformed", "not-acceptable", "fault", "busy")
FOR_TOKENS = ("unauthenticated", "forbidden", "missing", "too-often")
FOR_WRITES = ("media-type", "too-large", "refused", "invalid")
PART = re.compile(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>")
NOT_DONE = str(KINDS["not-done"][0])
FOR_SEEN = ("changed", "version-unnamed")


def description() -> dict[str, Any]:
    """The whole description; made once."""
    made: dict[str, Any] | None = current_app.extensions.get("api-description")
    if made is None:
        made = current_app.extensions["api-description"] = _describe(deepcopy(_drawn()))
    return made


@cache
def _drawn() -> dict[str, Any]:
    """What spectree draws; once, because it takes its shapes apart while it does so."""
    return SPEC._generate_spec()  # noqa: SLF001  its public way asks for an application of its own


def operations() -> list[tuple[str, str, str, Door]]:
    """Path, method, operation and door of everything that is described."""
    found = []
    for rule in current_app.url_map.iter_rules():
        door = door_for_machines(current_app.view_functions[rule.endpoint])
        if door:
            path = PART.sub(r"{\1}", rule.rule)
            found.append((path, door.method.lower(), rule.endpoint.removeprefix("api."), door))
    return sorted(found, key=lambda each: each[:2])


def outcome_of(operation: dict[str, Any]) -> str:
    """The status of its good answer; of what the standard knows and this portal does not do, the one that says so."""
    answers: dict[str, Any] = operation["responses"]
    return next(code for code in answers if code.startswith("2") or code == NOT_DONE)


def _describe(spec: dict[str, Any]) -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    spec["info"]["description"] = f"{ABOUT} aud: {audience_of_assertions(settings)}"
    spec["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": TOKEN},
        "door": {
            "type": "oauth2",
            "description": TOKEN,
            "flows": {
                "clientCredentials": {
                    "tokenUrl": "/api/v1/token",
                    "scopes": {scope.value: grant.says for scope, grant in GRANTS.items()},
                }
            },
        },
    }
    spec.pop("security", None)
    _link(spec["paths"])
    for path, method, _, door in operations():
        _complete(spec["paths"][path][method], door, has_id="{" in path)
    spec["paths"] = {path: spec["paths"][path] for path in sorted(spec["paths"])}
    return spec


def _link(paths: dict[str, Any]) -> None:
    """Say what can be done next with what was opened or read: with its identifier, and with its entity tag."""
    of_batch = {"path.batch_id": "$response.body#/id"}
    seen = of_batch | {"header.If-Match": "$response.header.ETag"}
    next_steps = {
        "read": {"operationId": "read_batch", "parameters": of_batch},
        "amend": {"operationId": "amend_batch", "parameters": seen},
        "file": {"operationId": "file_a_paper", "parameters": of_batch},
        "move": {"operationId": "move_batch", "parameters": seen},
        "announce": {"operationId": "declare_batch_file", "parameters": of_batch},
        "raise": {"operationId": "raise_nonconformity", "parameters": of_batch},
    }
    one, many = "/api/v1/batches/{batch_id}", "/api/v1/entrustments/{entrustment_id}/batches"
    for path, method, status in ((one, "get", "200"), (one, "patch", "200"), (many, "post", "201")):
        paths[path][method]["responses"][status]["links"] = next_steps


def _complete(operation: dict[str, Any], door: Door, *, has_id: bool) -> None:
    """Add what every door of its kind asks and answers."""
    for each in operation["parameters"]:
        each["description"] = each["description"] or IDENTIFIER
    if door.scope is not None:
        operation["security"] = [{"token": [door.scope.value]}]
    else:
        operation["security"] = []
    if door.keyed and door.scope is not None and door.keys is Keys.GIVEN:
        operation["parameters"].append(_header("Idempotency-Key"))
    if door.sees:
        operation["parameters"].append(_header("If-Match"))
    answers = operation["responses"]
    success = outcome_of(operation)
    answers[success]["headers"] = dict(ANSWERED)
    if door.speaks != JSON:
        answers[success]["content"] = {door.speaks: {"schema": {"type": "object"}}}
    if door.also and not door.writes:
        answers[success]["content"] = {kind: {"schema": {"type": "object"}} for kind in (JSON, *door.also)}
    for kind in (*_kinds(door, has_id=has_id), *("not-done",) * (success == NOT_DONE)):
        status, title, _ = KINDS[kind]
        answers[str(status)] = {
            "description": title,
            "content": answers[success].get("content", {})
            if door.speaks != JSON
            else {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}},
        }
    _say_what_it_takes(operation, door)


def _say_what_it_takes(operation: dict[str, Any], door: Door) -> None:
    if door.takes in (OCTETS, NDJSON) or (door.writes and door.also):
        shapes = door.shapes or {}
        kinds = (door.takes, *door.also)
        content: dict[str, Any] = {each: {"schema": shapes[each]} if each in shapes else {} for each in kinds}
        operation["requestBody"] = {"required": True, "content": content}
        return
    body = operation.get("requestBody", {})
    if body:
        body["required"] = True
        body["content"] = {door.takes: next(iter(body["content"].values()))}


def _kinds(door: Door, *, has_id: bool) -> list[str]:
    kinds = list(ALWAYS)
    if door.scope is not None:
        kinds += FOR_TOKENS
    elif door.writes:
        kinds += ("unauthenticated", "too-often")
    if door.writes:
        kinds += FOR_WRITES
    if door.sees:
        kinds += FOR_SEEN
    return kinds + ["missing"] * has_id


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": True, **HEADERS[name]}
