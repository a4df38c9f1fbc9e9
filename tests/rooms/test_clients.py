"""An administrator registers a machine, gives it a key, replaces the key, and revokes both."""

import io
import json
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as curve_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from portal import ledger
from portal.db import session
from portal.identity.keyring import public_half
from portal.records.machine import Client
from tests.browsing import hidden_fields, words

ADMINISTRATOR = "hengrui/organisation-administrator"
MES = {"name": "MES 常州", "purpose": "reports figures", "scopes": ["batches:read", "batches:propose"]}


def pem(key) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def private_pem(key) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def look(as_org, world, client_id):
    with as_org("hengrui"):
        client = session.get_one(Client, client_id)
        keys, events = list(client.keys), ledger.entries(subject_id=client_id)
        session.close()
    return client, keys, [each.event for each in events]


@pytest.fixture
def desk(seat):
    return seat(ADMINISTRATOR)


@pytest.fixture
def place(world):
    return f"/clients/{world.client}"


def test_a_machine_is_registered_and_the_ledger_says_so(desk, as_org, world):
    answer = desk.post("/clients/new", **MES)

    assert answer.status_code == 302
    made = answer.headers["Location"].rsplit("/", 1)[1]
    client, keys, events = look(as_org, world, UUID(made))
    assert (client.name, client.scopes, client.entrustments, keys) == (
        "MES 常州",
        ["batches:propose", "batches:read"],
        None,
        [],
    )
    assert events == ["client.registered"]
    assert "It has no key yet" in words(desk.get(answer.headers["Location"]))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Name the machine"),
        ({"purpose": " "}, "Say what the machine is for"),
        ({"scopes": []}, "Choose at least one thing"),
        ({"networks": "10.20.0.0/16\nnowhere"}, "not an address range"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(desk, wrong, says):
    answer = desk.post("/clients/new", **MES | wrong)

    assert answer.status_code == 422
    assert says in words(answer)


def test_what_a_house_keeps_for_itself_is_not_given_to_a_machine_of_one_entrustment(desk, world):
    limited = MES | {"scopes": ["evidence:read", "hearings:read"], "entrustments": [str(world.entrustment)]}

    answer = desk.post("/clients/new", **limited)
    assert (answer.status_code, "belongs to no entrustment" in words(answer)) == (422, True)


def test_a_machine_is_not_limited_to_an_entrustment_of_others(desk, world):
    assert desk.post("/clients/new", **MES | {"entrustments": [str(world.strange_entrustment)]}).status_code == 422


@pytest.mark.parametrize("form", ["pem", "jwk", "file"])
def test_a_key_is_taken_as_pem_as_jwk_and_as_a_file(desk, place, as_org, world, form):
    key = Ed25519PrivateKey.generate()
    given = {
        "pem": {"text": pem(key)},
        "jwk": {"text": json.dumps(public_half(key).jwk)},
        "file": {"file": (io.BytesIO(pem(key).encode()), "mes.pem")},
    }[form]
    answer = desk.post(f"{place}/keys", **given, others="replace")

    assert answer.status_code == 302, words(answer)
    _, keys, events = look(as_org, world, world.client)
    assert public_half(key).kid in {each.kid for each in keys}
    assert events[0] == "client.key-replaced"
    assert [each.valid_until is None for each in keys] == [False, True]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Paste the public key"),
        ("rubbish", "neither PEM nor"),
        ("-----BEGIN PUBLIC KEY-----\nrubbish\n-----END PUBLIC KEY-----", "cannot be read"),
        (private_pem(Ed25519PrivateKey.generate()), "This is a private key"),
        ('{"kty": "OKP", "crv": "Ed25519", "x": "AAAA", "d": "AAAA"}', "This is a private key"),
        ('{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}', "not 32 bytes"),
        ('{"kty": "oct", "k": "AAAA"}', "another kind"),
        ('{"keys": []}', "not a set of keys"),
        (pem(curve_key(SECP256R1())), "another kind"),
    ],
    ids=["nothing", "rubbish", "rubbish in PEM", "private PEM", "private JWK", "short", "oct", "set", "other curve"],
)
def test_what_is_no_public_ed25519_key_is_refused_in_words(desk, place, text, says):
    answer = desk.post(f"{place}/keys", text=text, others="both")

    assert answer.status_code == 422
    assert says in words(answer)


def test_a_third_key_waits_until_one_is_revoked(desk, place, world, as_org):
    fresh = [pem(Ed25519PrivateKey.generate()) for _ in range(2)]
    first = desk.post(f"{place}/keys", text=fresh[0], others="both")
    second = desk.post(f"{place}/keys", text=fresh[1], others="both")
    revoked = desk.post(f"/clients/keys/{world.client_key}/revoke", reason="lost")
    third = desk.post(f"{place}/keys", text=fresh[1], others="both")

    assert [each.status_code for each in (first, second, revoked, third)] == [302, 422, 302, 302]
    assert "Two keys count already" in words(second)


def test_a_key_is_not_registered_twice(desk, place):
    text = pem(Ed25519PrivateKey.generate())

    assert [desk.post(f"{place}/keys", text=text, others="replace").status_code for _ in range(2)] == [302, 422]


def test_a_revoked_machine_stays_on_record_and_changes_no_more(desk, place, world, as_org):
    silent = desk.post(f"{place}/revoke", reason="")
    done = desk.post(f"{place}/revoke", reason="out of service")
    client, _, events = look(as_org, world, world.client)

    assert (silent.status_code, done.status_code) == (422, 302)
    assert (client.revoked_at is not None, events[0]) == (True, "client.revoked")
    assert desk.get(f"{place}/edit").status_code == 409
    assert desk.post(f"{place}/revoke", page="/clients", reason="again").status_code == 409


def test_a_page_that_is_no_longer_true_changes_nothing(desk, place):
    old = desk.get(f"{place}/edit")
    desk.post(f"{place}/edit", **MES)

    answer = desk.client.post(f"{place}/edit", data=hidden_fields(old.text) | MES | {"name": "another"})
    assert answer.status_code == 409


def test_who_is_no_administrator_does_not_come_in(seat, place):
    for who in ("hengrui/plant-clerk", "hengrui/management-representative"):
        assert seat(who).get("/clients").status_code == 403
        assert seat(who).post(f"{place}/revoke", page="/", reason="x").status_code == 403


def test_a_machine_of_others_is_not_there(seat, place):
    stranger = seat("chengyue/organisation-administrator")

    assert stranger.get(place).data == stranger.get(f"/clients/{uuid4()}").data
    assert stranger.get(place).status_code == 404


def test_without_a_token_of_the_page_nothing_is_written(desk, place):
    assert desk.client.post(f"{place}/revoke", data={"reason": "x"}).status_code == 400
