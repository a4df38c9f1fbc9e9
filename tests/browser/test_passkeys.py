"""Passkeys in a real browser, whose authenticator is Chromium's own virtual one: join, come in, sign a release."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from portal import ledger
from portal.attesting import verify_signatures
from portal.db import session
from portal.demo.cast import HOUSES, PASSWORD
from portal.records.person import Person
from tests.browsing import fresh_code
from tests.stage import as_the_verifier
from workflows.powers import Role

ADMIN, SIGNER = "hengrui/organisation-administrator", "hengrui/manufacturer-release-person"
OWN = "my own rather long sentence"
INTERNAL = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def address(address):
    """127.0.0.1 is no name that a passkey could be bound to."""
    return address.replace("127.0.0.1", "localhost")


@pytest.fixture
def device():
    """Give a window an authenticator."""

    def _device(reader, *, verified=True):
        door = reader.context.new_cdp_session(reader.page)
        door.send("WebAuthn.enable")
        door.send("WebAuthn.addVirtualAuthenticator", {"options": INTERNAL | {"isUserVerified": verified}})

    return _device


def passkey(reader):
    """Press the passkey button; returns the status of the page it leads to."""
    return reader.press("main button[data-passkey]")


def joined(window, device, language):
    """Invited as a release person, joined with a passkey: the window in which that was done."""
    admin = window(ADMIN)
    admin.open("/people/invite")
    admin.type(name="Gu Ming", title="Release person", email="gu@hengrui.example")
    admin.page.check('[name="roles"][value="manufacturer-release-person"]')
    assert admin.send() == 200
    link = admin.page.locator("code.link-once").inner_text()
    reader = window()
    device(reader)
    assert reader.open(urlsplit(link).path) == 200
    assert reader.look("join") == []
    reader.type(password=OWN, repeated=OWN)
    assert passkey(reader) == 200
    assert reader.path == "/sign-in"
    return reader


def come_in(reader):
    reader.type(email="gu@hengrui.example", password=OWN)
    assert passkey(reader) == 200
    assert reader.path == "/"


def test_one_joins_comes_in_and_signs_a_production_release_with_a_passkey(window, device, world, language, as_org):
    reader = joined(window, device, language)
    come_in(reader)
    batch = f"/batches/{world.batch['recorded']}"
    reader.open(batch)
    reader.follow(f"{batch}/release-production")
    reader.send("#intend")
    assert reader.look("sign-with-passkey") == []

    reader.type(password=OWN)
    assert passkey(reader) == 200

    assert reader.path == batch
    signature = reader.page.locator(".timeline .event.is-signed").first.inner_text()
    assert {"zh": "密码和通行密钥", "en": "password and passkey"}[language] in signature
    assert reader.press(reader.page.locator('.timeline .event.is-signed a[href^="/trail"]')) == 200
    assert reader.look("event-signed-with-passkey") == []
    with as_org("hengrui"):
        person = session.scalars(select(Person).where(Person.email == "gu@hengrui.example")).one()
        told = ledger.entries(subject_id=world.batch["recorded"], entrustment_id=world.entrustment)[0].body
    assert told["told"]["signature"][0]["assertion"]["intent"]["person"] == str(person.id)
    with as_the_verifier() as connection:
        assert list(verify_signatures(connection)) == []


def test_a_passkey_is_added_named_and_used_beside_the_code(window, device, world):
    reader = window()
    device(reader)
    reader.sign_in(SIGNER)
    reader.follow("/account")
    assert reader.look("account") == []
    reader.follow("/account/passkeys/new")
    assert reader.path == "/account/prove"
    reader.type(password=PASSWORD, code=fresh_code(world.person[SIGNER]))
    assert reader.send("main form.form") == 200
    assert reader.path == "/account/passkeys/new"
    assert reader.look("passkey-new") == []
    assert passkey(reader) == 200
    assert reader.path == "/account"
    assert reader.page.locator("#passkeys").count() == 1
    reader.follow("/account/recovery-codes")
    assert reader.send() == 200
    assert reader.page.locator("main ol code").count() == 10
    assert reader.look("recovery-codes") == []
    reader.sign_out()

    reader.type(email=HOUSES["hengrui"].email(Role.MANUFACTURER_RELEASE_PERSON), password=PASSWORD)
    assert passkey(reader) == 200
    assert reader.path == "/"


def test_whoever_is_not_verified_by_their_device_is_told_and_sends_nothing(window, device):
    reader = window()
    device(reader, verified=False)
    reader.open("/sign-in")
    reader.type(email="release@hengrui.example", password=PASSWORD)

    reader.page.locator("main button[data-passkey]").click()

    reader.page.locator("#passkey-failed").wait_for(state="visible")
    assert reader.path == "/sign-in"
    assert reader.page.evaluate("document.activeElement.id") == "passkey-failed"


def test_the_pages_of_coming_back_are_sound(window):
    reader = window()
    reader.open("/sign-in")
    reader.follow("/sign-in/recovery")
    assert reader.look("recovery") == []
