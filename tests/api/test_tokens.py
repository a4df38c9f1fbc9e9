"""A token is given for a good assertion, once, and opens a door only while everything it rests on still stands."""

import json
from datetime import timedelta

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from portal import ledger
from portal.db import now, session, unit_of_work
from portal.identity import machines, tokens
from portal.identity.keyring import base64url, public_half, rotate, signing_key
from portal.identity.lifetimes import ACCESS, ASSERTION, KEY_OVERLAP, LARGEST_TOKEN, LEEWAY, MARGIN, REMEMBERED
from portal.identity.tokens import AUDIENCE
from portal.records.machine import Client, ClientKey
from portal.rooms.clients.keeping import TooManyKeys, add_key, revoke, revoke_key
from portal.tenancy import acting_for
from tests.api.knocking import Knocker, administrator
from workflows.scopes import Scope

SOMEWHERE = "/entrustments"


def opens(knocker: Knocker, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token or knocker.token}"}
    return knocker.app.test_client().get(f"/api/v1{SOMEWHERE}", headers=headers).status_code


def settings(knocker: Knocker):
    return knocker.app.config["SETTINGS"]


def forged(knocker: Knocker, headers=None, key=None, algorithm="EdDSA", **other) -> str:
    """An access token as the portal makes it, but for what is said here; None leaves a claim out."""
    claims = jwt.decode(knocker.token, options={"verify_signature": False}) | other
    claims = {name: value for name, value in claims.items() if value is not None}
    portal = signing_key(settings(knocker))
    named = {"kid": public_half(portal).kid, "typ": "at+jwt"} | (headers or {})
    return jwt.encode(claims, portal if key is None else key, algorithm, headers=named)


def by_hand(header: dict, claims: dict, signature: bytes = b"") -> str:
    parts = [base64url(json.dumps(each).encode()) for each in (header, claims)]
    return ".".join([*parts, base64url(signature)])


def test_a_good_assertion_gets_a_token_that_opens(plant):
    answer = plant.ask()

    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 900
    assert set(answer.json["scope"].split()) == {scope.value for scope in Scope}
    assert opens(plant, answer.json["access_token"]) == 200


def test_fewer_scopes_may_be_asked_for_and_no_others(plant, machine):
    fewer = plant.ask(scope="batches:read entrustments:read").json
    more = machine("chengyue", scopes=[Scope.BATCHES_READ]).ask(scope="batches:read evidence:read")

    assert fewer["scope"] == "batches:read entrustments:read"
    assert (more.status_code, more.json["error"]) == (422, "invalid_scope")


WRONG_ASSERTIONS = {
    "another audience": lambda it: it.assertion(aud="https://elsewhere.example/token"),
    "a list of audiences": lambda it: it.assertion(aud=[it.audience]),
    "issued by somebody else": lambda it: it.assertion(iss="somebody"),
    "about somebody else": lambda it: it.assertion(sub="01a20000-0000-7000-8000-000000000000"),
    "expired": lambda it: it.assertion(iat=now() - timedelta(minutes=9), exp=now() - timedelta(minutes=6)),
    "too long": lambda it: it.assertion(exp=now() + ASSERTION + timedelta(seconds=5)),
    "never expires": lambda it: it.assertion(exp=None),
    "of the future": lambda it: it.assertion(iat=now() + timedelta(minutes=2)),
    "without a jti": lambda it: it.assertion(jti=None),
    "with an empty jti": lambda it: it.assertion(jti=""),
    "with an endless jti": lambda it: it.assertion(jti="x" * 200),
    "with a key inside": lambda it: it.assertion({"jwk": public_half(it.key).jwk}),
    "with a key elsewhere": lambda it: it.assertion({"jku": "https://elsewhere.example/keys"}),
    "with a certificate elsewhere": lambda it: it.assertion({"x5u": "https://elsewhere.example/cert"}),
    "with something critical": lambda it: it.assertion({"crit": ["exp"]}),
    "by an unknown key": lambda it: it.assertion({"kid": "unknown"}),
    "without naming its key": lambda it: it.assertion({"kid": ""}),
    "of another type": lambda it: it.assertion({"typ": "at+jwt"}),
    "by another key": lambda it: jwt.encode(it.claims(), Ed25519PrivateKey.generate(), "EdDSA", {"kid": it.kid}),
    "not signed": lambda it: by_hand({"alg": "none", "kid": it.kid, "typ": "JWT"}, {"sub": str(it.id)}),
    "an access token": lambda it: it.token,
    "too large": lambda it: it.assertion(more="x" * LARGEST_TOKEN),
    "no token at all": lambda it: "a.b.c",
    "not even ASCII": lambda it: "委托",
}


@pytest.mark.parametrize("wrong", WRONG_ASSERTIONS.values(), ids=WRONG_ASSERTIONS.keys())
def test_a_wrong_assertion_gets_nothing(plant, wrong):
    answer = plant.ask(wrong(plant))

    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")
    assert "access_token" not in answer.text


def test_the_public_key_is_no_shared_secret(plant):
    """CVE-2026-48526: a public key taken as the secret of HS256."""
    secret = public_half(plant.key).verifying.public_bytes_raw() * 2
    claims = plant.claims() | {"iat": 0, "exp": 2**40}

    assert plant.ask(jwt.encode(claims, secret, "HS256", {"kid": plant.kid})).status_code == 401
    assert opens(plant, forged(plant, key=secret, algorithm="HS256")) == 401


def test_an_assertion_buys_one_token(plant):
    assertion = plant.assertion()

    assert [plant.ask(assertion).status_code for _ in range(3)] == [200, 401, 401]


def test_an_assertion_is_remembered_longer_than_any_clock_finds_it_good():
    assert REMEMBERED >= ASSERTION + LEEWAY + MARGIN


def test_an_assertion_is_not_played_again_at_the_end_of_its_life(plant):
    assertion = plant.assertion()
    first = plant.ask(assertion).status_code
    for later in (timedelta(minutes=4, seconds=20), ASSERTION + LEEWAY):
        with time_machine.travel(now() + later, tick=False):
            plant.ask(plant.assertion())  # whoever comes now sweeps out what is old

            assert (first, plant.ask(assertion).status_code) == (200, 401)


@pytest.mark.negative_control
def test_forgetting_an_assertion_too_soon_lets_it_be_played_again(plant, monkeypatch):
    monkeypatch.setattr(machines, "REMEMBERED", timedelta(minutes=4))
    assertion = plant.assertion()
    plant.ask(assertion)
    with time_machine.travel(now() + timedelta(minutes=4, seconds=20), tick=False):
        plant.ask(plant.assertion())

        assert plant.ask(assertion).status_code == 200


@pytest.mark.negative_control
def test_without_spending_it_an_assertion_would_buy_two_tokens(plant, monkeypatch):
    monkeypatch.setattr(machines, "_spend", lambda *_: None)
    assertion = plant.assertion()

    assert [plant.ask(assertion).status_code for _ in range(2)] == [200, 200]


WRONG_TOKENS = {
    "another audience": lambda it: forged(it, aud="portal-pages"),
    "a list of audiences": lambda it: forged(it, aud=[AUDIENCE]),
    "another issuer": lambda it: forged(it, iss="https://elsewhere.example"),
    "another type": lambda it: forged(it, {"typ": "JWT"}),
    "no type": lambda it: forged(it, {"typ": None}),
    "an unknown key": lambda it: forged(it, {"kid": "unknown"}),
    "the client's own key": lambda it: forged(it, {"kid": it.kid}, key=it.key),
    "signed by the client": lambda it: forged(it, key=it.key),
    "a key inside": lambda it: forged(it, {"jwk": public_half(it.key).jwk}, key=it.key),
    "a key elsewhere": lambda it: forged(it, {"jku": "https://elsewhere.example/keys"}),
    "a certificate elsewhere": lambda it: forged(it, {"x5u": "https://elsewhere.example/cert"}),
    "something critical": lambda it: forged(it, {"crit": ["exp"]}),
    "expired": lambda it: forged(it, iat=now() - timedelta(minutes=20), exp=now() - timedelta(minutes=5)),
    "not valid yet": lambda it: forged(it, nbf=now() + timedelta(minutes=5)),
    "lives too long": lambda it: forged(it, exp=now() + ACCESS + timedelta(minutes=1)),
    "never expires": lambda it: forged(it, exp=None),
    "without a jti": lambda it: forged(it, jti=None),
    "without a client's key": lambda it: forged(it, client_key=None),
    "about nobody": lambda it: forged(it, sub="nobody"),
    "too large": lambda it: forged(it, more="x" * LARGEST_TOKEN),
    "not signed": lambda it: by_hand(
        {"alg": "none", "kid": public_half(signing_key(settings(it))).kid, "typ": "at+jwt"},
        jwt.decode(it.token, options={"verify_signature": False}),
    ),
    "an assertion": lambda it: it.assertion(),
    "one letter other": lambda it: it.token[:-6] + ("A" if it.token[-6] != "A" else "B") + it.token[-5:],
    "empty": lambda it: " ",
}


@pytest.mark.parametrize("wrong", WRONG_TOKENS.values(), ids=WRONG_TOKENS.keys())
def test_a_wrong_token_opens_nothing(plant, wrong):
    assert opens(plant) == 200
    assert opens(plant, wrong(plant)) == 401


def test_the_portal_s_own_forgery_would_open_if_nothing_were_wrong_with_it(plant):
    """Without this the tests above might all fail for the same uninteresting reason."""
    assert opens(plant, forged(plant)) == 200


@pytest.mark.negative_control
def test_without_looking_at_the_header_a_token_of_another_type_would_pass(plant, monkeypatch):
    monkeypatch.setattr(tokens, "_key_for", lambda header, key_of, types: key_of(header["kid"]))

    assert opens(plant, forged(plant, {"typ": "JWT"})) == 200


def test_a_request_without_a_token_is_told_how_to_come(plant):
    answer = plant.app.test_client().get(f"/api/v1{SOMEWHERE}")

    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_client_is_out_at_once(plant, world):
    assert opens(plant) == 200
    with acting_for(world.org["hengrui"]), unit_of_work():
        revoke(session.get_one(Client, plant.id), "lost", by=administrator(world, "hengrui"))

    assert opens(plant) == 401
    assert plant.ask().status_code == 401


@pytest.mark.negative_control
def test_a_door_that_does_not_ask_the_books_would_let_a_revoked_client_in(plant, world, monkeypatch):
    """The token itself is still genuine: only the question to the database keeps it out."""
    token = plant.token
    with acting_for(world.org["hengrui"]), unit_of_work():
        revoke(session.get_one(Client, plant.id), "lost", by=administrator(world, "hengrui"))

    assert tokens.read_access_token(token, settings(plant))["sub"] == str(plant.id)


def test_a_key_that_is_replaced_counts_for_a_day_and_its_tokens_with_it(plant, world):
    new = Ed25519PrivateKey.generate()
    with acting_for(world.org["hengrui"]), unit_of_work():
        client = session.get_one(Client, plant.id)
        add_key(client, public_half(new), replaces=True, by=administrator(world, "hengrui"))

    assert plant.ask().status_code == 200
    assert Knocker(plant.app, plant.id, new).ask().status_code == 200
    with time_machine.travel(now() + KEY_OVERLAP - timedelta(minutes=1), tick=False):
        token = plant.ask().json["access_token"]
        assert opens(plant, token) == 200
    with time_machine.travel(now() + KEY_OVERLAP + timedelta(seconds=1), tick=False):
        assert plant.ask().status_code == 401
        assert opens(plant, token) == 401
        assert Knocker(plant.app, plant.id, new).ask().status_code == 200


def test_a_revoked_key_takes_its_tokens_with_it_and_leaves_the_other_key_s(plant, world):
    other = Knocker(plant.app, plant.id, Ed25519PrivateKey.generate())
    by = administrator(world, "hengrui")
    with acting_for(world.org["hengrui"]), unit_of_work():
        add_key(session.get_one(Client, plant.id), public_half(other.key), replaces=False, by=by)
    assert (opens(plant), opens(other)) == (200, 200)
    with acting_for(world.org["hengrui"]), unit_of_work():
        lost = session.get_one(Client, plant.id).keys[0]
        revoke_key(session.get_one(ClientKey, lost.id), "lost", by=by)

    assert (opens(plant), opens(other)) == (401, 200)


def test_no_more_than_two_keys_count(plant, world):
    by = administrator(world, "hengrui")
    with pytest.raises(TooManyKeys), acting_for(world.org["hengrui"]), unit_of_work():
        for _ in range(2):
            fresh = public_half(Ed25519PrivateKey.generate())
            add_key(session.get_one(Client, plant.id), fresh, replaces=False, by=by)


def test_narrowed_scopes_count_for_tokens_that_are_out_already(plant, world):
    assert plant.get("/batches").status_code == 200
    by = administrator(world, "hengrui")
    with acting_for(world.org["hengrui"]), unit_of_work():
        client = session.get_one(Client, plant.id)
        client.scopes = ["entrustments:read"]
        ledger.write(client, "client.amended", by=by)

    assert (plant.get("/batches").status_code, plant.get(SOMEWHERE).status_code) == (403, 200)


def test_a_client_comes_only_from_where_it_may(machine):
    outside, inside = machine("hengrui", networks=["10.20.0.0/16"]), machine("chengyue", networks=["127.0.0.0/8"])

    assert (outside.ask().status_code, inside.ask().status_code) == (401, 200)


def test_the_portal_s_new_key_signs_at_once_and_the_one_before_still_counts(plant, tmp_path):
    before = plant.token
    rotate(settings(plant).data_dir)

    assert opens(plant, before) == 200
    assert len(plant.app.test_client().get("/api/v1/jwks").json["keys"]) == 2
    after = plant.ask().json["access_token"]
    assert jwt.get_unverified_header(after)["kid"] != jwt.get_unverified_header(before)["kid"]
    assert opens(plant, after) == 200
    rotate(settings(plant).data_dir)
    assert (opens(plant, before), opens(plant, after)) == (401, 200)


def test_the_portal_s_key_is_its_own(plant):
    assert plant.token
    kept = settings(plant).data_dir / "api.key"

    assert kept.stat().st_mode & 0o777 == 0o600
    assert "PRIVATE" not in plant.app.test_client().get("/api/v1/jwks").text
    assert '"d"' not in plant.app.test_client().get("/api/v1/jwks").text


def test_a_session_cookie_opens_nothing_here_and_a_token_opens_no_page(plant, seat):
    person = seat("hengrui/plant-clerk")

    assert person.get("/").status_code == 200
    assert person.get("/api/v1/batches").status_code == 401
    page = plant.app.test_client().get("/batches", headers={"Authorization": f"Bearer {plant.token}"})
    assert (page.status_code, page.headers["Location"]) == (302, "/sign-in?next=/batches")


def test_an_answer_sets_no_cookie_and_varies_by_the_token(plant):
    answer = plant.get("/batches")

    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.vary
    assert "Authorization" in answer.vary
    assert answer.headers["Cache-Control"] == "no-store"
