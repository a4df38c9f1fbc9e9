"""Loaded by schemathesis: lets well-formed requests meet records that exist, and counts what was answered.

Nothing that schemathesis made wrong on purpose is mended, and no credentials are touched.
"""

import atexit
import base64
import json
import os
import random
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
import requests
import schemathesis
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

GIVEN: dict[str, Any] = json.loads(Path(os.environ["OPENAPI_WORLD"]).read_text())
ANSWERS: Counter[tuple[str, int]] = Counter()
OFTEN = 0.7
DICE = random.SystemRandom()  # Hypothesis sets the common one anew before each example


def _positive(case: Any) -> bool:
    return case.meta is None or case.meta.generation.mode.is_positive


def _operation(case: Any) -> str:
    return str(case.operation.definition.raw.get("operationId"))


@schemathesis.serializer("application/x-ndjson")
def in_lines(context: Any, value: Any) -> Any:
    """A list is written one value to a line; what is sent is the body as it is."""
    if isinstance(value, bytes):
        return value
    lines = value if isinstance(value, list) else [value]
    return "\n".join(json.dumps(each) for each in lines).encode()


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if not _positive(case) or DICE.random() > OFTEN:
        return
    operation = _operation(case)
    for name in case.path_parameters or {}:
        known = GIVEN["records"].get(name)
        if known:
            case.path_parameters[name] = DICE.choice(known)
    if operation.startswith(("send_", "receive_")):
        _announce(case, operation)
    if good := GIVEN["bodies"].get(operation):
        case.body = _fresh(json.loads(json.dumps(good)))
    headers = case.headers
    if headers is not None and "Idempotency-Key" in headers:
        headers["Idempotency-Key"] = str(uuid4())
    if headers is not None and "If-Match" in headers:
        headers["If-Match"] = _tag_of(case) or headers["If-Match"]


@schemathesis.hook
def after_call(context: Any, case: Any, response: Any) -> None:
    """A method that the operation does not have, OPTIONS among them, is counted under its own name."""
    sent = str(response.request.method)
    meant = sent.upper() == case.operation.method.upper()
    ANSWERS[_operation(case) if meant else f"({sent})", response.status_code] += 1


def _announce(case: Any, operation: str) -> None:
    """Let it be about a file that was announced just now, and sent if it is to be said that it is there."""
    base, batch = case.operation.base_url, case.path_parameters.get("batch_id")
    about = f"/batches/{batch}" if batch else "/evidence"
    head = {"Authorization": f"Bearer {GIVEN['token']}", "Idempotency-Key": str(uuid4())}
    body = GIVEN["bodies"]["declare_batch_file" if batch else "declare_evidence_file"]
    made = requests.post(f"{base}/api/v1{about}/files", json=body, headers=head, timeout=30)
    if made.status_code != 201:
        return
    case.path_parameters["file_id"] = made.json()["id"]
    octets, send = base64.b64decode(GIVEN["file"]), made.json()["send"]
    if operation.startswith("send_"):
        case.body = octets
    else:
        requests.put(base + send["url"], data=octets, headers=head | send["headers"], timeout=30)


def _tag_of(case: Any) -> str | None:
    """What the file, the lot, the batch or a paper of it is now: asked of the portal as any program would."""
    if "file_id" in case.path_parameters:
        return _read(f"{case.operation.base_url}/api/v1/files/{case.path_parameters['file_id']}").get("ETag")
    if "material_lot_id" in case.path_parameters:
        lot = case.path_parameters["material_lot_id"]
        return _read(f"{case.operation.base_url}/api/v1/material-lots/{lot}").get("ETag")
    place = f"{case.operation.base_url}/api/v1/batches/{case.path_parameters['batch_id']}"
    if "batch_document_id" in case.path_parameters:
        papers = [each["id"] for each in _read(f"{place}/documents").get("items", []) if each["replaced_at"] is None]
        if not papers:
            return None
        case.path_parameters["batch_document_id"] = DICE.choice(papers)
        place += f"/documents/{case.path_parameters['batch_document_id']}"
    return _read(place).get("ETag")


def _read(address: str) -> dict[str, Any]:
    """The record with its entity tag; nothing if it cannot be read."""
    seen = requests.get(address, headers={"Authorization": f"Bearer {GIVEN['token']}"}, timeout=30)
    return seen.json() | {"ETag": seen.headers.get("ETag")} if seen.status_code == 200 else {}


def _fresh(body: dict[str, Any]) -> dict[str, Any]:
    """What may be used only once is made anew: the number of a batch or a lot, an assertion."""
    if "started_on" in body:
        body["number"] = f"S-{uuid4().hex[:12]}"
    if "supplier_lot" in body:
        body["number"] = f"ML-{uuid4().hex[:12]}"
    if "client_assertion" in body:
        body["client_assertion"] = _assertion()
    return body


def _assertion() -> str:
    claims = GIVEN["assertion"]["claims"]
    at = int(time.time())
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(GIVEN["assertion"]["seed"]))
    whole = claims | {"iat": at, "exp": at + 200, "jti": str(uuid4())}
    return jwt.encode(whole, key, "EdDSA", headers={"kid": GIVEN["assertion"]["kid"]})


@atexit.register
def _write_down() -> None:
    counted = [[operation, status, count] for (operation, status), count in sorted(ANSWERS.items())]
    Path(os.environ["OPENAPI_COUNTS"]).write_text(json.dumps(counted))
