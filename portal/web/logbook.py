"""One line for each request: which door, how it ended, how long it took.  No path, no person, nothing typed."""

import hashlib
import hmac
import time
from typing import Any
from uuid import UUID

from flask import Flask, Response, current_app, g, has_app_context, request
from sqlalchemy import event

from portal import logs
from portal.db import new_id
from portal.records.proof import SecurityEvent


def register_logbook(app: Flask) -> None:
    @app.before_request
    def _open() -> None:
        g.began = time.perf_counter()
        g.request_id = str(new_id())
        logs.request_id.set(g.request_id)

    @app.after_request
    def _write(answer: Response) -> Response:
        if request.endpoint != "static":
            actor = g.get("actor")
            logs.say(
                "request",
                method=request.method if request.method.isalpha() else "?",
                door=request.endpoint,
                status=answer.status_code,
                ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
                organisation=known_as(actor.organisation_id) if actor else None,
            )
        return answer

    @app.teardown_request
    def _close(_: BaseException | None) -> None:
        logs.request_id.set(None)


def known_as(organisation_id: UUID) -> str:
    """Tells one organisation's lines from another's without naming it; only who holds the key can say whose."""
    key: str = current_app.config["SETTINGS"].secret_key
    return hmac.new(b"log\0" + key.encode(), organisation_id.bytes, hashlib.sha256).hexdigest()[:12]


@event.listens_for(SecurityEvent, "after_insert")
def _tell(_mapper: Any, _connection: Any, kept: SecurityEvent) -> None:
    """Whatever part of the house keeps a refusal, the log has it as well; whom it is about stays in the books."""
    house = known_as(kept.organisation_id) if kept.organisation_id and has_app_context() else None
    logs.security(kept.event, organisation=house)
