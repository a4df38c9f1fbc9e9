"""Who stands before the doors: every role of every side, and everybody who should have stayed outside."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from portal.db import now
from portal.demo.story import World
from portal.identity.sessions import begin_session, hash_of
from tests.api.knocking import Knocker
from tests.browsing import hidden_fields
from tests.stage import sql, stored

_PARTY = ("organisation-administrator", "management-representative")
_HEAD = "person-in-charge"
_REGISTRANT = (*_PARTY, "registrant-quality-manager", "registrant-release-person", "resident-supervisor", _HEAD)
_MANUFACTURER = (*_PARTY, "manufacturer-quality-manager", "manufacturer-release-person", "plant-clerk", _HEAD)
# Whoever is both holds roles of both trades; where two of them come to the same, one is tried.
_BOTH = (*_PARTY[1:], "registrant-quality-manager", "manufacturer-quality-manager", "plant-clerk")


@dataclass(frozen=True)
class Principal:
    """Somebody who asks.  ``house`` is None for whoever must count as nobody.

    ``holds`` says what the browser holds: a session (``alive``, ``ended``, ``idle``, ``old``), a ``forged`` cookie, or
    nothing.  ``headers`` go with every request, as a machine's ``Authorization`` does.  A ``thorough`` one opens every
    door that is theirs; a mirror image of one opens a part of them and is refused at all the others.  ``books`` is the
    house whose relations are open to them: their own, but nobody's to an inspector without a case.
    """

    name: str
    house: str | None = None
    roles: frozenset[str] = frozenset()
    person: str | None = None
    holds: str = "nothing"
    headers: dict[str, str] = field(default_factory=dict, hash=False)
    thorough: bool = False
    machine: bool = False
    without_a_case: bool = False

    @property
    def books(self) -> str:
        return (self.house or "") + "/without a case" * self.without_a_case

    @property
    def counts(self) -> bool:
        """Whether a page knows them: a machine is nobody there."""
        return self.house is not None and not self.machine


def _people(house: str, roles: tuple[str, ...], *, thorough: bool = False) -> list[Principal]:
    return [
        Principal(f"{house}/{role}", house, frozenset({role}), f"{house}/{role}", "alive", thorough=thorough)
        for role in roles
    ]


MACHINES = ("hengrui", "lantai")  # each with every scope, and with no session

# Each group is one item of the suite, so that the workers share them evenly.
GROUPS: dict[str, list[Principal]] = {
    "registrant-1": _people("chengyue", _REGISTRANT[:3], thorough=True),
    "registrant-2": _people("chengyue", _REGISTRANT[3:], thorough=True),
    "manufacturer-1": _people("hengrui", _MANUFACTURER[:3], thorough=True),
    "manufacturer-2": _people("hengrui", _MANUFACTURER[3:], thorough=True),
    "rival": _people("lantai", _REGISTRANT[:-1]),
    "both-in-one": _people("qihe", _BOTH),
    "took-part-until-yesterday": _people("anhe", (*_MANUFACTURER[1:3], "plant-clerk")),
    "authorities": [
        *_people("shanghai", ("authority-inspector",), thorough=True),
        *_people("jiangsu", ("authority-inspector",)),
        *_people("guangdong", ("authority-inspector",)),
    ],
    "authority-between-cases": [
        Principal(
            "shanghai/between-cases",
            "shanghai",
            frozenset({"authority-inspector"}),
            "shanghai/between-cases",
            "alive",
            without_a_case=True,
        )
    ],
    "machines": [Principal(f"{house}/machine", house, machine=True, thorough=house == "hengrui") for house in MACHINES],
    "nobody": [
        *(
            Principal(f"{house}/nobody", house, frozenset(), f"{house}/nobody", "alive")
            for house in ("chengyue", "hengrui")
        ),
        Principal("hengrui/misfit", "hengrui", frozenset({"registrant-release-person"}), "hengrui/misfit", "alive"),
        Principal("signed out"),
        Principal("forged cookie", holds="forged"),
        Principal("invented token", headers={"Authorization": "Bearer wto_0000000000000000000000000000000000000000"}),
        Principal("deactivated", person="hengrui/gone", holds="alive"),
        Principal("session ended", person="hengrui/plant-clerk", holds="ended"),
        Principal("session idle", person="hengrui/manufacturer-quality-manager", holds="idle"),
        Principal("session old", person="chengyue/management-representative", holds="old"),
    ],
}
EVERYBODY = {each.name: each for group in GROUPS.values() for each in group}


class Browser:
    """A browser in front of the portal, with a token for its forms."""

    def __init__(self, app: Flask, world: World, who: Principal, machines: dict[str, Knocker]) -> None:
        self.client: FlaskClient = app.test_client()
        self.who = who
        if who.person or who.holds == "forged":
            self.client.set_cookie("sid", _session(world, who))
        self.client.set_cookie("language", "en")
        bearer = {"Authorization": f"Bearer {machines[who.house].token}"} if who.machine and who.house else {}
        self.headers = who.headers | bearer
        # The search is a form on a page that costs next to nothing; the first page costs more than any other.
        page = self.client.get("/find" if who.counts else "/sign-in", headers=self.headers).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        self.token = found.group(1) if found else hidden_fields(page)["csrf_token"]


def _session(world: World, who: Principal) -> str:
    """The cookie, after its session has become what ``who.holds`` says."""
    if who.person is None:
        return secrets.token_urlsafe(32)
    token, person_id = begin_session(world.person[who.person]), stored(world.person[who.person])
    values = {"hash": hash_of(token), "then": stored(now() - timedelta(days=1))}
    changes = {
        "ended": "ended_at = :then",
        "idle": "seen_at = :then",
        "old": "signed_in_at = :then",
    }
    if who.holds in changes:
        sql(f"UPDATE web_session SET {changes[who.holds]} WHERE token_hash = :hash", **values)
    if who.name == "deactivated":
        sql("UPDATE person SET deactivated_at = :then WHERE id = :id", then=values["then"], id=person_id)
    return token
