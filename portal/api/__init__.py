"""The portal for machines: the same facts, moves and ledger as the pages, without cookies and without signatures."""

from functools import partial

from flask import Flask, Response, g, request
from flask_wtf import CSRFProtect

from portal.api import (  # noqa: F401  they hang doors
    audits,
    batches,
    capas,
    capturing,
    changes,
    defects,
    definitions,
    duties,
    endings,
    epcis,
    epcis_browsing,
    epcis_queries,
    evidence,
    fhir,
    files,
    handbook,
    intakes,
    label_runs,
    material_lots,
    materials,
    meetings,
    nonconformities,
    own_books,
    premises,
    reading,
    residents,
    restarts,
    results,
    reviews,
    streamed_readings,
    tokens,
    trade_items,
    transfers,
    windows,
)
from portal.api.desk import desk
from portal.api.problems import answer_to
from portal.limits import API, spend
from portal.web.guard import is_for_machines

__all__ = ["desk", "register_api"]


def register_api(app: Flask) -> None:
    """Mount the API.  It asks for no cookie, so a browser can be made to do nothing here by another site."""
    csrf: CSRFProtect = app.extensions["csrf"]
    csrf.exempt(desk)
    app.extensions["api-limit"] = partial(spend, API)
    app.register_blueprint(desk)

    @app.before_request
    def _nothing_here() -> Response | None:
        """A wrong address or method is said to a machine in its own way."""
        wrong = request.routing_exception
        return answer_to(wrong) if wrong is not None and is_for_machines() else None

    @app.before_request
    def _by_what_is_asked() -> None:
        if is_for_machines():
            g.language = request.accept_languages.best_match(("en", "zh")) or "en"
