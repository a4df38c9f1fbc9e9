"""How the plant's files get in: by its clerk as a file, by its gateway as readings and as events."""

import io
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import current_app

from portal import ledger
from portal.db import new_id, reading, session
from portal.demo.hands import played_by
from portal.demo.plant.files import as_exported, as_workbook, text_of
from portal.identity.keyring import public_half
from portal.identity.tokens import issue
from portal.intakes.looking import look, read
from portal.intakes.receiving import name_columns, opened_sheets, receive, sent_before
from portal.intakes.settling import CORRECT, answer
from portal.intakes.working import take_at_once
from portal.making.capturing import take_up, waiting
from portal.records.capture import Capture
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from portal.records.machine import Client
from portal.rooms.clients.keeping import add_key
from portal.tenancy import acting_for
from workflows.powers import Role
from workflows.scopes import Scope

MEDIA = {"jsonld": "application/ld+json", "xml": "application/xml", "ndjson": "application/x-ndjson"}
SCOPES = (Scope.BATCHES_PROPOSE, Scope.BATCHES_READ, Scope.EVENTS_PROPOSE)


class NotTaken(RuntimeError):
    """Something of a file of the demonstration was refused, which it must not be."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The machine through which the lines of a plant and its carrier send."""

    house: str
    organisation: UUID
    entrustment: UUID
    client: UUID
    key: UUID


def open_gateway(org: dict[str, UUID], house: str, entrustment: UUID) -> Gateway:
    """Its private key is thrown away: the demonstration signs its tokens itself, and nobody else comes in with it."""
    with played_by(house, Role.ORGANISATION_ADMINISTRATOR, org) as by:
        client = Client(
            id=new_id(),
            name="产线网关",
            purpose="钝化槽、灭菌器、打标与包装线以及承运商的数据上传（演示）。",
            scopes=sorted(SCOPES),
            entrustments=None,
            networks=[],
            revoked_at=None,
        )
        ledger.write(client, "client.registered", by=by)
        key = add_key(client, public_half(Ed25519PrivateKey.generate()), replaces=False, by=by)
        return Gateway(house, org[house], entrustment, client.id, key.id)


def send_file(org: dict[str, UUID], gateway: Gateway, name: str, called: str, reason: str) -> None:
    """A sheet goes in as its clerk sends it; where nobody has named such columns before, the clerk confirms them.

    A row that contradicts what stands takes its place where there is a ``reason``, and else stays a question.
    """
    content = as_workbook(name) if called.endswith(".xlsx") else as_exported(name)
    store = current_app.extensions["store"]
    with played_by(gateway.house, Role.PLANT_CLERK, org) as by:
        if sent_before(gateway.entrustment, content):
            return
        intake_id = new_id()
        file = store.keep(called, io.BytesIO(content), subject_kind=Intake.__tablename__, subject_id=intake_id)
        intake = receive(intake_id, file, session.get_one(Entrustment, gateway.entrustment), store, by=by)
        for place, seen in enumerate(opened_sheets(intake, store)):
            if intake.sheets[place]["mapped"] is None:
                name_columns(intake, place, seen.proposed(), by=by)
        take_at_once(intake, store, by=by)
        if intake.faults or intake.refused_because:
            raise NotTaken(f"{name}: {intake.faults or intake.refused_because}")
        found = read(intake, look(content))
        for place in range(len(intake.questions) if reason else 0):
            answer(intake, place, CORRECT, reason, found, by=by)


def stream(gateway: Gateway, name: str) -> None:
    """Readings, a line each."""
    told = _posted(gateway, f"/readings?entrustment_id={gateway.entrustment}", name)
    if told["faults"] or told["questions"]:
        raise NotTaken(f"{name}: {told}")


def capture(gateway: Gateway, name: str) -> None:
    """A document of events, which is gone through at once."""
    job = _posted(gateway, f"/epcis/capture?entrustment_id={gateway.entrustment}", name)
    with acting_for(gateway.organisation):
        with reading():
            jobs = waiting()
        for each in jobs:
            take_up(each)
        with reading():
            done: Any = session.get_one(Capture, UUID(job["captureID"]))
            if not done.success:
                raise NotTaken(f"{name}: {done.errors}")


def _posted(gateway: Gateway, path: str, name: str) -> Any:
    """What the interface for machines answers."""
    scopes = [each.value for each in SCOPES]
    token = issue(current_app.config["SETTINGS"], client_id=gateway.client, key_id=gateway.key, scopes=scopes)
    answered = current_app.test_client().post(
        f"/api/v1{path}",
        data=text_of(name).encode(),
        content_type=MEDIA[name.rpartition(".")[2]],
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": secrets.token_hex(16)},
    )
    if answered.status_code >= 300:
        raise NotTaken(f"{name}: {answered.status_code} {answered.text}")
    return answered.json
