"""Whoever adds fields to a form changes nothing by them: whose a record is, its state and version are never typed."""

import ast
import html
import os
import re
from http import HTTPStatus
from zlib import crc32

import pytest
from flask import request
from sqlalchemy.exc import DBAPIError

from portal import ledger
from portal.db import Kept, Record
from portal.tenancy import Joint, Owned, all_records
from tests.browsing import attribute, hidden_fields
from tests.house.addresses import path_of, relations_of
from tests.house.test_doors import doors
from tests.house.test_one_place import has, where
from tests.stage import sql, stored
from workflows.powers import POWERS_OF, Role

TEXT = re.compile(r"<textarea\b[^>]*name=\"([^\"]+)\"[^>]*>(.*?)</textarea>", re.DOTALL)
SELECT = re.compile(r"<select\b[^>]*name=\"([^\"]+)\".*?</select>", re.DOTALL)
CHOSEN = re.compile(r"<option selected[^>]*value=\"([^\"]*)\"")
INPUT = re.compile(r"<input\b[^>]*>")
FILL = {
    "name": "Lin Yue",
    "title": "t",
    "email": "lin@chengyue.example",
    "roles": "registrant-quality-manager",
    "reason": "why not",
}
TYPED_BY_HAND = re.compile(r"request\.(form|values|json|get_json|data)|form\.data")
TYPED = {"text", "email", "date", "number"}
WHOLE = os.environ.get("TESTS") == "whole"
PEOPLE = [
    "chengyue/organisation-administrator",
    "chengyue/registrant-quality-manager",
    "hengrui/manufacturer-quality-manager",
    "hengrui/plant-clerk",
]


def as_it_stands(page):
    """Every field of the page's main form as it would be sent back untouched."""
    main = page.split("<main", 1)[-1]
    found = hidden_fields(page) | {name: html.unescape(text) for name, text in TEXT.findall(main)}
    for each in SELECT.finditer(main):
        if chosen := CHOSEN.search(each.group()):
            found[each.group(1)] = html.unescape(chosen.group(1))
    for tag in INPUT.findall(main):
        name, kind = attribute(tag, "name"), attribute(tag, "type")
        if name and (
            kind in {"text", "email", "date", "number"} or (kind in {"radio", "checkbox"} and " checked" in tag)
        ):
            found[name] = attribute(tag, "value") or ""
    return found


def walls():
    """Whose each row is, and what may never be typed, told by the database itself."""
    found = {}
    for record in all_records():
        if issubclass(record, Owned):
            columns = "id, owner_id" + (", entrustment_id" if issubclass(record, Joint) else "")
            found |= {row[0]: tuple(row) for row in sql(f"SELECT {columns} FROM {record.__tablename__}")}
    return found


def typed(world):
    """What a forger would add."""
    return {
        "owner_id": str(world.org["lantai"]),
        "entrustment_id": str(world.rival_entrustment),
        "organisation_id": str(world.org["lantai"]),
        "id": str(world.rival_batch),
        "state": "forged",
        "version": "4242",
        "last_event_id": str(world.rival_batch),
        "production_released_by_id": str(world.person["hengrui/plant-clerk"]),
        "signed_at": "2001-01-01",
        "is_authority": "1",
        "deactivated_at": "2001-01-01",
        "token_hash": "forged",
    }


def forged(before, world):
    """What came of it: rows that changed hands, new rows in other hands, states and versions that were typed."""
    after = walls()
    found = [row for key, row in before.items() if after.get(key) != row]
    theirs = {stored(world.org["lantai"]), stored(world.rival_entrustment)}
    found += [row for key, row in after.items() if key not in before and theirs & set(row[1:])]
    for record in all_records():
        if issubclass(record, Kept):
            mark = "version >= 4242" + (" OR state = 'forged'" if hasattr(record, "state") else "")
            found += sql(f"SELECT '{record.__tablename__}', version FROM {record.__tablename__} WHERE {mark}")
    return found


def send_everything(app, world, browser, who=None):
    """Each form that falls to ``who``, or every one, sent back with the forger's fields; how the doors answered.

    What comes of a field does not depend on who typed it: of those whom a door lets in, one in turn sends its form.
    """
    answers, token = [], browser.token()
    for rule, power in doors(app):
        if "POST" not in rule.methods or rule.endpoint.startswith("sessions."):
            continue
        if who is not None and who not in _senders(rule, power):
            continue
        for _relation, ids in relations_of(world, frozenset(rule.arguments))[:1]:
            path = path_of(rule, ids)
            page = browser.get(path)
            if page.status_code == HTTPStatus.FORBIDDEN:
                continue
            given = as_it_stands(page.text) if page.status_code == 200 else {}
            headers = {"X-CSRFToken": given.get("csrf_token") or token}
            answers.append(browser.client.post(path, data=FILL | given | typed(world), headers=headers).status_code)
    return answers


def _senders(rule, power):
    entitled = [who for who in PEOPLE if power in POWERS_OF[Role(who.split("/")[1])]]
    return entitled if WHOLE or not entitled else [entitled[crc32(rule.rule.encode()) % len(entitled)]]


@pytest.mark.parametrize("who", PEOPLE)
def test_fields_of_ones_own_change_nothing_at_any_door(app, world, seat, who):
    before = walls()
    answers = send_everything(app, world, seat(who), who)

    assert forged(before, world) == []
    assert 302 in answers, answers
    assert not [each for each in answers if each >= 500]


@pytest.mark.negative_control
def test_a_form_poured_over_its_record_would_be_found_out(app, world, seat, monkeypatch):
    """What ``populate_obj`` or ``**request.form`` would do."""
    honest = ledger.write

    def poured(record: Record, *given, **more):
        record.state = request.form.get("state", "")
        return honest(record, *given, **more)

    monkeypatch.setattr(ledger, "write", poured)
    before = walls()
    try:
        send_everything(app, world, seat("hengrui/plant-clerk"))
    except (DBAPIError, StopIteration, RuntimeError):  # a CHECK, or what knows no such state, says so
        return
    assert forged(before, world)


def pours(node: ast.AST) -> bool:
    """A form poured over a record at once: the way fields nobody declared get in."""
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "populate_obj":
            return True
        return any(each.arg is None and TYPED_BY_HAND.search(ast.unparse(each.value)) for each in node.keywords)
    return False


def test_no_form_is_poured_over_a_record():
    assert where(pours) == set()
    assert has("form.populate_obj(batch)", pours)
    assert has("Batch(**request.form)", pours)
