"""Every event that the sources write has a name that a reader understands, and so has every field and kind."""

import ast
import re

import pytest

from portal.facts.exhibits import EXHIBITED
from portal.ledger import kept_records
from portal.tenancy import Joint, Overseen, Upstream
from portal.web.event_names import EVENT_NAMES
from portal.web.field_names import FIELD_NAMES
from portal.web.history import UNTOLD
from portal.web.kind_names import KIND_NAMES
from portal.web.value_names import BECAUSE, EXHIBITS, VALUE_NAMES
from tests.house.tree import ROOT, modules
from tests.stage import sql
from workflows.catalogue import LIFECYCLES

TABLES = sorted(kind.__tablename__ for kind in kept_records())
EVENT = re.compile(rf"(?:{'|'.join(TABLES)})\.[a-z][a-z-]*")
NAMES_THEM = "portal/web/event_names.py"
# These look like events and are none: foreign keys, lines of the security log, and why a verdict was reached.
OTHERS = re.compile(r"\w+\.id|signature\..*|\w+\.(?:changed|presented|withdrawn)")
REALLY = {
    "access_grant.withdrawn",
    "agreement.withdrawn",
    "exhibit.presented",
    "exhibit.withdrawn",
    "hold_point.withdrawn",
    "invitation.withdrawn",
}


def events_in(source: str) -> set[str]:
    """Texts that can be nothing but the name of an event: a kept table, a dot, and what happened."""
    texts = [each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant)]
    found = {each for each in texts if isinstance(each, str) and EVENT.fullmatch(each)}
    return {each for each in found if each in REALLY or not OTHERS.fullmatch(each)}


def test_every_event_in_the_sources_has_a_name():
    sources = [module for module in modules("portal", "workflows") if module != NAMES_THEM]
    written = set().union(*(events_in((ROOT / module).read_text("utf-8")) for module in sources))

    assert len(written) > 30
    assert written - EVENT_NAMES.keys() == set()


def test_every_move_has_a_name():
    moves = {move.event for lifecycle in LIFECYCLES for move in lifecycle.transitions}

    assert moves - EVENT_NAMES.keys() == set()


@pytest.mark.parametrize(
    "table", [kind.__tablename__ for kind in kept_records() if issubclass(kind, Joint | Overseen | Upstream)]
)
def test_an_authority_s_look_at_it_has_a_name(table):
    """The doors make the event's name from the table's, so no source holds it."""
    if table != "participation":
        assert f"{table}.read" in EVENT_NAMES


@pytest.mark.parametrize(
    "table", ["audit_report", "credit_check", "credit_statement", "inspection", "internal_audit", "production_licence"]
)
def test_putting_evidence_aside_has_a_name(table):
    assert f"{table}.retired" in EVENT_NAMES


def test_every_kind_of_record_has_a_name():
    assert KIND_NAMES.keys() == set(TABLES)


def test_every_field_that_a_history_shows_has_a_name():
    fields = {column.name for kind in kept_records() for column in kind.__table__.columns}
    shown = {each for each in fields - UNTOLD if each == "file_id" or not each.endswith("_id")}

    assert shown - {"id", "version", "subject_kind"} - FIELD_NAMES.keys() == set()


def test_values_are_named_on_fields_that_are_kept():
    fields = {kind.__tablename__: {column.name for column in kind.__table__.columns} for kind in kept_records()}
    fields["exhibit"] |= {"mode", "result", "device_class", "vascular_site", "post"}
    fields["meeting"] |= {"speaker"}

    assert [(kind, each) for kind, named in VALUE_NAMES.items() for each in named if each not in fields[kind]] == []


def test_every_reason_to_judge_anew_has_a_name():
    assert EXHIBITS.keys() == EXHIBITED.keys()
    done = {f"{kind}.{what}" for kind in EXHIBITED for what in ("presented", "withdrawn", "changed")}
    assert BECAUSE.keys() == done | {"asked", "day.begun", "answer.given", "organisation.changed", "residents.planned"}


def test_every_event_of_the_world_has_a_name(app, world):
    assert {event for (event,) in sql("SELECT DISTINCT event FROM ledger_event")} - EVENT_NAMES.keys() == set()


def test_an_event_without_a_name_would_be_seen():
    assert events_in('ledger.write(batch, "batch.burnt-down", by=by)') == {"batch.burnt-down"}
    assert events_in('url_for("batches.show"); "batch"') == set()
