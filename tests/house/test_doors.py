"""Every door tried by every role of every side, on records of every relation.  Nothing here is typed by hand:
doors come from the application, people from the world, and who may see a record from the database itself."""

from functools import cache, partial
from uuid import UUID, uuid4

import pytest

from portal.api.doors import door_for_machines
from portal.db import Record
from portal.demo.cast import HOUSES
from portal.tenancy import Joint, Private, all_records
from portal.web import Room, door_of
from tests.browsing import hidden_fields
from tests.stage import sql, stored
from workflows.catalogue import LIFECYCLES
from workflows.powers import POWERS_OF, Power, Role, powers_of

# Two houses are left out as mirror images: the rival stands to its records as the first registrant to its own.
PEOPLE = [
    f"{house.key}/{role}" for house in HOUSES.values() for role in house.roles if house.key not in ("lantai", "anhe")
]
ROOM_OF = {
    "entrustment": "entrustments",
    "agreement": "agreements",
    "batch": "batches",
    "nonconformity": "nonconformities",
}
# How a door calls a record whose table has a longer name.
CALLED = {"version": "agreement_version", "document": "batch_document", "file": "stored_file", "event": "ledger_event"}
ANSWERS = {200, 302, 303, 400, 403, 409, 422}


def doors(app):
    """Every door behind which somebody's books lie, with the power that opens it."""
    hung = [(rule, door_of(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()]
    return sorted(((rule, power) for rule, power in hung if power is not None), key=lambda each: each[0].rule)


def test_every_door_names_a_power_or_is_public_on_purpose(app):
    """Doors for machines ask for a scope instead; tests/api tries those."""
    views = app.view_functions.items()
    open_doors = {name: view for name, view in views if door_of(view) is None and door_for_machines(view) is None}
    own = {endpoint for endpoint, view in open_doors.items() if getattr(view, "own", False)}

    assert own == {endpoint for endpoint in app.view_functions if endpoint.startswith("account.")}
    assert open_doors.keys() - own == {
        "static",
        "api.describe",
        "api.page",
        "content_reports",
        "files.hand_out",
        "sessions.accept",
        "sessions.ask",
        "sessions.ask_to_come_back",
        "sessions.ask_to_join",
        "sessions.ask_to_renew",
        "sessions.come_back_in",
        "sessions.enter",
        "sessions.language",
        "sessions.leave",
        "sessions.new_password",
        "sessions.recover",
        "sessions.renew",
    }


def test_nobody_enters_what_is_somebodys_own_without_being_signed_in(app, world):
    client, surprises = app.test_client(), []
    token = {"X-CSRFToken": hidden_fields(client.get("/sign-in").text)["csrf_token"]}
    for rule in app.url_map.iter_rules():
        if not getattr(app.view_functions[rule.endpoint], "own", False):
            continue
        path = _path(rule, {name: uuid4() for name in rule.arguments})
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path, method=method, headers=token)
            if answer.status_code != {"GET": 302, "POST": 401}[method]:
                surprises.append((method, path, answer.status_code))

    assert surprises == []


def test_a_door_without_a_power_does_not_hang():
    with pytest.raises(TypeError, match="does not say which power"):
        Room("shed", __name__).get("/")


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.subject)
def test_every_move_has_a_door_with_the_same_power(app, lifecycle):
    room = ROOM_OF[lifecycle.subject]
    declared = {f"{room}.{move.name}": move.power for move in lifecycle.transitions}
    hung = {endpoint: door_of(view) for endpoint, view in app.view_functions.items() if endpoint in declared}

    assert hung == declared


def test_every_power_is_granted_to_somebody_and_asked_for_somewhere(app):
    asked = {power for _, power in doors(app)}

    assert asked == set(Power)
    assert frozenset().union(*POWERS_OF.values()) == set(Power)


def test_an_inspector_holds_no_power_that_opens_a_door_for_writing(app):
    powers = powers_of(frozenset({Role.AUTHORITY_INSPECTOR}))
    writing = {rule.endpoint for rule, power in doors(app) if "POST" in rule.methods and power in powers}

    assert writing == set()


def test_every_condition_that_can_be_mended_names_a_door(app):
    named = {check.mend for life in LIFECYCLES for move in life.transitions for check in move.checks if check.mend}

    assert named <= set(app.view_functions)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_person_gets_through_exactly_the_doors_that_role_side_and_relation_open(app, world, seat, who):
    house, role = who.split("/")
    powers, browser = powers_of(frozenset({Role(role)})), seat(who)
    missing = browser.get(f"/entrustments/{uuid4()}").data
    token = {"X-CSRFToken": browser.token()} if not HOUSES[house].authority else {}
    surprises = []
    records = cache(partial(_relations, world))
    may_see = cache(partial(_may_see, world.org[house]))
    for rule, power in doors(app):
        relations = records(frozenset(rule.arguments))
        # Without the power nobody even looks whose record it is: one relation says as much as three.
        for relation, ids in relations if power in powers else relations[:1]:
            seen = all(may_see(name, value) for name, value in ids.items())
            for method in _methods(rule, lacking=power not in powers):
                answer = browser.client.open(_path(rule, ids), method=method, headers=token if method == "POST" else {})
                expected = 403 if power not in powers else 404 if not seen else None
                if (expected is None and answer.status_code not in ANSWERS) or (
                    expected is not None and answer.status_code != expected and not (method == "POST" and not token)
                ):
                    surprises.append((method, rule.endpoint, relation, expected, answer.status_code))
                if expected == 404 and answer.status_code == 404 and answer.data != missing:
                    surprises.append((method, rule.endpoint, relation, "the bytes of a missing one", "other bytes"))

    assert surprises == []


def _methods(rule, *, lacking):
    """Both ways through a door; for whoever lacks its power the graver one says as much."""
    methods = sorted(rule.methods & {"GET", "POST"})
    return methods[-1:] if lacking else methods


def _path(rule, ids):
    path = rule.rule
    for name, value in ids.items():
        path = path.replace(f"<uuid:{name}>", str(value))
    return path


def _relations(world, arguments):
    """For a door with ids in its address: the same kind of record in each relation; else the door alone."""
    if not arguments:
        return [("no record", {})]
    houses = {"chengyue": "entrustment", "lantai": "rival_entrustment", "qihe": "strange_entrustment"}
    manufacturers = {"chengyue": "hengrui", "lantai": "hengrui", "qihe": "anhe"}
    found = []
    for registrant, relation in houses.items():
        owners = [world.org[registrant], world.org[manufacturers[registrant]]]
        ids = {name: _some(name, world.named[relation], owners) for name in arguments}
        if all(ids.values()):
            found.append((f"{registrant}'s", ids))
    assert found, f"no record in the world to try {sorted(arguments)} with"
    return found


def _table(name: str) -> type[Record]:
    kind = name.removesuffix("_id")
    return next(each for each in all_records() if each.__tablename__ == CALLED.get(kind, kind))


def _some(name, entrustment_id, owners):
    record = _table(name)
    table = record.__tablename__
    if table == "ledger_event":
        rows = sql(
            "SELECT e.id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id WHERE s.about_id = :about",
            about=stored(entrustment_id),
        )
    elif issubclass(record, Joint):
        rows = sql(f"SELECT id FROM {table} WHERE entrustment_id = :about", about=stored(entrustment_id))
    else:
        rows = [
            row
            for owner in owners
            for row in sql(f"SELECT id FROM {table} WHERE owner_id = :owner", owner=stored(owner))
        ]
    return UUID(str(rows[0][0])) if rows else None


def _may_see(organisation_id, name, record_id):
    """Asked of the database in plain SQL, apart from every wall of the portal."""
    record = _table(name)
    taking_part = "SELECT entrustment_id FROM participation WHERE organisation_id = :mine"
    if record.__tablename__ == "ledger_event":
        query = (
            "SELECT 1 FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id WHERE e.id = :id "
            f"AND (s.about_id = :mine OR s.about_id IN ({taking_part}))"
        )
    elif issubclass(record, Private):
        query = f"SELECT 1 FROM {record.__tablename__} WHERE id = :id AND owner_id = :mine"
    else:
        query = (
            f"SELECT 1 FROM {record.__tablename__} WHERE id = :id "
            f"AND (owner_id = :mine OR entrustment_id IN ({taking_part}))"
        )
    return bool(sql(query, id=stored(record_id), mine=stored(organisation_id)))
