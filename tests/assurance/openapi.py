"""Let schemathesis try every operation of the API against a live portal, with tokens of five kinds.

    python -m tests.assurance.openapi                 # at least 50,000 requests
    python -m tests.assurance.openapi --requests 2000 --engine postgresql

How often a token may ask is tried elsewhere and not counted here.  Every check of schemathesis counts, those about
credentials and vanishing records too.  Nothing may answer 5xx or what the description does not say; nothing may open
without a token; every operation must succeed at least once for somebody.
"""

import argparse
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from portal import limits
from portal.db import session, today, unit_of_work
from portal.demo.cast import HOUSES
from portal.demo.restarting import make_restart
from portal.records.machine import Client
from portal.rooms.clients.keeping import revoke
from portal.tenancy import acting_for
from tests import postgres
from tests.api.knocking import BY_ASSERTION, PDF, Knocker, administrator, register
from tests.assurance.removing import put_in_place
from tests.house.tree import ROOT
from tests.stage import ENGINES, set_stage, sql, stored
from workflows.scopes import Scope

SHORT = 200
PHASES = "examples,coverage,fuzzing,stateful"
HOOKS = "tests.assurance.openapi_hooks"
READ = tuple(each for each in Scope if each.value.endswith(":read"))
# What lies in an entrustment, and what a house keeps for itself, as far as the API reads it.
SHARED = (
    "agreement_review",
    "audit",
    "audit_finding",
    "audit_programme",
    "batch_document",
    "capa",
    "change",
    "daily_report",
    "defect_notice",
    "definition",
    "duty",
    "ending",
    "hold_point",
    "approved_source",
    "label_run",
    "meeting",
    "nonconformity",
    "posting",
    "posting_exception",
    "restart",
    "trade_item",
    "transfer",
    "verdict",
)
OWN = (
    "appointment",
    "area",
    "auditor_qualification",
    "authorisation",
    "equipment",
    "equipment_proof",
    "hearing",
    "intake",
    "material",
    "material_lot",
    "product",
    "self_inspection",
    "supplier",
)
OCTETS = base64.b64decode(PDF)
ANNOUNCED = {
    "name": "paper.pdf",
    "media_type": "application/pdf",
    "size": len(OCTETS),
    "sha256": hashlib.sha256(OCTETS).hexdigest(),
}
NOT_DONE = "/subscriptions"  # answers 501 to everybody, as tests/api/test_epcis_resources.py asks
CONFIG = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 412, 422]

[checks.missing_required_header]
expected-statuses = [400, 401, 403, 406, 415, 428]
"""
# The form of a request is judged with 400; 422 and 412 are what the rules and the record's version say to a good one.


@dataclass(frozen=True)
class Kind:
    """A token of one kind; ``opens`` says whether it opens anything at all."""

    name: str
    knocker: Knocker
    opens: bool = True


def kinds(app: Flask, world: Any) -> list[Kind]:
    revoked = register(app, world, "hengrui")
    assert revoked.token
    with acting_for(world.org["hengrui"]), unit_of_work():
        client = session.get_one(Client, revoked.id)
        revoke(client, "tried from outside", by=administrator(world, "hengrui"))
    return [
        Kind("full, plant", register(app, world, "hengrui")),
        Kind("full, registrant", register(app, world, "chengyue")),
        Kind("read only", register(app, world, "hengrui", scopes=READ)),
        Kind("narrow, of others", register(app, world, "lantai", entrustments=[world.rival_entrustment])),
        Kind("revoked", revoked, opens=False),
    ]


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The portal on a port of the loopback."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def run(
    url: str, kind: Kind, world: Any, *, examples: int, seed: int, phases: str = PHASES
) -> tuple[Counter[tuple[str, int]], str]:
    """One run with one token: what was answered how often, and what schemathesis complains about, if anything."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "world.json").write_text(json.dumps(_given(kind.knocker, world)))
        (place / "schemathesis.toml").write_text(CONFIG)
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(place / "schemathesis.toml")]
        command += ["--no-color", "run", f"{url}/api/v1/openapi.json", "--url", url, "--checks", "all"]
        command += ["--header", f"Authorization: Bearer {kind.knocker.token}", "--seed", str(seed), "--no-shrink"]
        command += ["--max-examples", str(examples), "--request-timeout", "60", "--continue-on-failure"]
        command += ["--phases", phases, "--output-sanitize", "false"]
        command += ["--suppress-health-check", "all", "--warnings", "off"]
        command += ["--exclude-path-regex", f"{NOT_DONE}$"]
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "SCHEMATHESIS_HOOKS": HOOKS,
            "OPENAPI_WORLD": str(place / "world.json"),
            "OPENAPI_COUNTS": str(place / "counts.json"),
        }
        done = subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)
        counts = place / "counts.json"
        counted = json.loads(counts.read_text()) if counts.exists() else []
    answers = Counter({(operation, status): count for operation, status, count in counted})
    return answers, "" if done.returncode == 0 and answers else done.stdout + done.stderr


def surprises(kind: Kind, answers: Counter[tuple[str, int]], free: frozenset[str]) -> list[str]:
    """What must never be answered, whatever schemathesis thinks of it; ``free`` operations ask for no token."""
    return [
        f"{kind.name}: {operation} answered {status}"
        for operation, status in answers
        if status >= 500 or (status < 300 and not kind.opens and operation not in free | {"(OPTIONS)"})
    ]


def never_succeeded(answers: Counter[tuple[str, int]], operations: frozenset[str]) -> set[str]:
    return set(operations - {operation for operation, status in answers if status < 300})


def operations_of(app: Flask) -> tuple[frozenset[str], frozenset[str]]:
    """All operations, and those that ask for no token."""
    from portal.api.description import operations  # noqa: PLC0415  the portal is imported once its settings stand

    with app.app_context():
        found = [each for each in operations() if not each[0].endswith(NOT_DONE)]
    return frozenset(each[2] for each in found), frozenset(each[2] for each in found if each[3].scope is None)


def _given(knocker: Knocker, world: Any) -> dict[str, Any]:
    """Records that exist and bodies that can be taken, for requests that are meant to be good."""
    day = today().isoformat()
    paper = {"file": {"name": "paper.pdf", "content": PDF}}
    labelled = paper | {
        "kind": "label",
        "title": "LB-35-05",
        "result": "not_applicable",
        "dated_on": day,
        "signed_by": "QA",
    }
    records = {
        "entrustment_id": [world.entrustment, world.rival_entrustment, world.strange_entrustment],
        "batch_id": [*world.batch.values(), world.rival_batch],
        "agreement_id": [world.quality_agreement, world.entrustment_agreement],
        "file_id": _ids("stored_file", world),
        "production_licence_id": [world.licence],
        "inspection_id": [world.inspection],
        "internal_audit_id": [world.internal_audit],
        "audit_report_id": [world.audit_report],
        "credit_statement_id": [world.credit_statement],
        "registration_certificate_id": [world.certificate],
        "credit_check_id": [world.credit_check],
    }
    records |= {f"{table}_id": _ids(table, world) for table in SHARED}
    records |= {f"{table}_id": _own(table, world) for table in OWN}
    years = {"valid_from": day, "valid_until": f"{today().year + 4}-01-31"}
    bodies = {
        "take_a_token": {
            "grant_type": "client_credentials",
            "client_assertion_type": BY_ASSERTION,
            "client_assertion": "made anew",
        },
        "open_a_batch": {
            "product_id": str(world.product),
            "number": "made anew",
            "started_on": day,
            "planned": 1200,
            "steps_planned": 17,
        },
        "amend_batch": {"label_version": "LB-35-05", "reason": "tried from outside"},
        "move_batch": {"move": "complete"},
        "file_a_paper": labelled,
        "replace_a_paper": labelled | {"reason": "the specimen was cut off"},
        "declare_batch_file": ANNOUNCED,
        "declare_evidence_file": ANNOUNCED | {"kind": "inspection"},
        "record_a_received_lot": {
            "number": "made anew",
            "material_id": str(world.material),
            "supplier_id": str(world.supplier),
            "supplier_lot": "heat 4711",
            "received_on": day,
            "quantity": "120.5",
            "unit": "kg",
            "storage": "Q2",
        },
        "file_a_lot_certificate": {
            "kind": "mill",
            "number": "QC-1",
            "issuer": "mill",
            "issued_on": day,
            "file": {"name": "qc.pdf", "content": PDF},
        },
        "record_a_lot_result": {
            "characteristic": "直径",
            "measured": "12.01",
            "instrument": "MI-014",
            "inspected_on": day,
            "inspected_by": "QA",
            "reason": "measured again",
        },
        "reject_pieces_of_a_lot": {"quantity": "1", "reason": "scratches"},
        "raise_nonconformity": {"title": "scratches", "description": "seven plates with scratches"},
        "propose_a_change": {"kind": "process", "title": "citric acid", "description": "instead of nitric"},
        "record_production_licence": paper
        | years
        | {
            "number": "苏药监械生产许20240088号",
            "scope": [{"code": "13", "device_class": "III"}],
            "sites": [sql("SELECT address FROM site WHERE id = :id", id=stored(world.site))[0][0]],
        },
        "record_registration_certificate": paper
        | years
        | {
            "number": "国械注准20243130417",
            "product_name": "plate",
            "registrant_name": "registrant",
            "device_class": "III",
        },
        "record_inspection": paper
        | {"inspected_on": day, "inspected_by": "authority", "result": "passed", "covers": "13-07"},
        "record_internal_audit": paper
        | {"began_on": day, "ended_on": day, "covers": "cleaning", "result": "passed", "findings": 2, "still_open": 0},
        "record_audit_report": paper
        | {"audited_on": day, "mode": "on_site", "covers": "cleaning", "result": "passed", "summary": "none"},
        "record_credit_statement": paper | {"stated_on": day, "summary": "none"},
        "record_credit_check": paper
        | {
            "about_uscc": HOUSES["hengrui"].uscc,
            "checked_on": day,
            "consulted": "register",
            "summary": "none",
            "adverse": False,
        },
    }
    claims = {"iss": str(knocker.id), "sub": str(knocker.id), "aud": knocker.audience}
    return {
        "records": {name: list(map(str, ids)) for name, ids in records.items()},
        "bodies": bodies,
        "file": PDF,
        "token": knocker.token,
        "assertion": {"claims": claims, "seed": knocker.key.private_bytes_raw().hex(), "kid": knocker.kid},
    }


def _ids(table: str, world: Any) -> list[UUID]:
    """Those of the entrustment, and of the rival's at the same plant."""
    of_both = {"ours": stored(world.entrustment), "rivals": stored(world.rival_entrustment)}
    rows = sql(f"SELECT id FROM {table} WHERE entrustment_id IN (:ours, :rivals)", **of_both)
    return [UUID(str(row[0])) for row in rows]


def _own(table: str, world: Any) -> list[UUID]:
    """Those that the two houses of the entrustment keep for themselves."""
    houses = {"one": stored(world.org["hengrui"]), "other": stored(world.org["chengyue"])}
    rows = sql(f"SELECT id FROM {table} WHERE owner_id IN (:one, :other)", **houses)
    return [UUID(str(row[0])) for row in rows]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--requests", type=int, default=50_000, help="at least so many in all")
    asked.add_argument("--examples", type=int, default=60, help="examples for each operation and phase in one run")
    asked.add_argument("--only", default="", help="only tokens whose kind begins with this")
    asked.add_argument("--engine", choices=ENGINES, default=ENGINES[0])
    given = asked.parse_args()
    if given.engine == "postgresql" and postgres.start() is None:
        print(postgres.WHY_NOT)
        return 2
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _try(given, Path(folder))
    finally:
        postgres.stop()


def _try(given: argparse.Namespace, folder: Path) -> int:
    stage = set_stage(given.engine, folder)
    whole, complaints, seed = Counter[tuple[str, int]](), list[str](), 0
    with stage.copy() as world, put_in_place(limits, "_claimed", lambda *_: True), served(stage.app) as url:
        with stage.app.app_context():
            make_restart(world.org, world.entrustment, "hengrui")
        every, free = operations_of(stage.app)
        while whole.total() < given.requests:
            for kind in (each for each in kinds(stage.app, world) if each.name.startswith(given.only)):
                seed += 1
                answers, complaint = run(url, kind, world, examples=given.examples, seed=seed)
                whole += answers
                complaints += [complaint] * bool(complaint) + surprises(kind, answers, free)
                said = ", ".join(f"{status}: {count}" for status, count in sorted(_by_status(answers).items()))
                print(f"{kind.name}: {answers.total()} requests ({said})", complaint, sep="\n", flush=True)
    lost = never_succeeded(whole, every)
    print(f"{whole.total()} requests, {len(every)} operations, never succeeded: {sorted(lost) or 'none'}")
    print("\n".join(each for each in complaints if len(each) < SHORT))
    return 1 if complaints or lost else 0


def _by_status(answers: Counter[tuple[str, int]]) -> Counter[int]:
    counted: Counter[int] = Counter()
    for (_, status), count in answers.items():
        counted[status] += count
    return counted


if __name__ == "__main__":
    sys.exit(main())
