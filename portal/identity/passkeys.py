"""Passkeys: what an authenticator is asked, and whether its answer is genuine.

Everything is asked with user verification and answered once.  W3C Web Authentication, 7.1 and 7.2.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    generate_challenge,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.db import aside, glance, now
from portal.records.proof import Passkey, PasskeyChallenge
from portal.tenancy import beyond_tenants

HOLDS = timedelta(minutes=5)
LONGEST_ANSWER = 16 * 1024
_VERIFIED = UserVerificationRequirement.REQUIRED


class NotGenuine(Exception):
    """The answer was not made by a passkey known here, for this question, at this address.  Says no more on purpose."""


@dataclass(frozen=True, slots=True)
class Host:
    """Where passkeys are at home: the name they are bound to, and the one address whose pages may ask for them."""

    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class Fresh:
    """A passkey that was just made and is nobody's yet.  ``handle`` is the id under which it knows its person."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: list[str]
    handle: UUID


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person's authenticator signed, whole, so that anybody can check it again.  Texts are base64url."""

    person_id: UUID
    host: str
    challenge: bytes
    credential_id: str
    public_key: str
    authenticator_data: str
    client_data: str
    signature: str


def passkeys_of(person_id: UUID) -> list[Passkey]:
    with beyond_tenants("identity: the passkeys of a person"), glance() as books:
        found = books.scalars(
            select(Passkey).where(Passkey.person_id == person_id, Passkey.removed_at.is_(None)).order_by(Passkey.id)
        )
        return list(found)


def ask_for_new(
    host: Host, purpose: str, about: str, *, handle: UUID, name: str, held: Sequence[str] = (), display: str = ""
) -> str:
    """Ask for a new passkey; returns the options of ``navigator.credentials.create`` as JSON.

    ``held`` are the credentials that the person has already: the same authenticator makes no second one.
    """
    challenge = _ask(purpose, about, handle)
    return options_to_json(
        generate_registration_options(
            rp_id=host.name,
            rp_name="Weituo",
            user_id=handle.bytes,
            user_name=name,
            user_display_name=display or name,
            challenge=challenge,
            timeout=_milliseconds(HOLDS),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
            ),
            exclude_credentials=_described(held),
        )
    )


def ask_for_proof(host: Host, purpose: str, about: str, held: Sequence[str] = ()) -> str:
    """Ask for a passkey; returns the options of ``navigator.credentials.get`` as JSON.

    Without ``held`` the browser offers what it has, and nobody learns from the question who has which.
    """
    return proof_options(host, _ask(purpose, about, None), held)


def proof_options(host: Host, challenge: bytes, held: Sequence[str] = ()) -> str:
    """The options that ask for exactly this challenge."""
    return options_to_json(
        generate_authentication_options(
            rp_id=host.name,
            challenge=challenge,
            timeout=_milliseconds(HOLDS),
            allow_credentials=_described(held),
            user_verification=_VERIFIED,
        )
    )


def made(text: str, host: Host, purpose: str, about: str) -> Fresh:
    """The passkey that was made on request; raises :class:`NotGenuine`.  The question is used up either way."""
    try:
        credential = parse_registration_credential_json(_short(text))
        challenge = parse_client_data_json(credential.response.client_data_json).challenge
        handle = _use_up(purpose, about, challenge)
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host.name,
            expected_origin=host.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotGenuine from wrong
    if handle is None:
        raise NotGenuine
    return Fresh(
        credential_id=bytes_to_base64url(verified.credential_id),
        public_key=bytes_to_base64url(verified.credential_public_key),
        sign_count=verified.sign_count,
        transports=[each.value for each in credential.response.transports or []],
        handle=handle,
    )


def answered(text: str, host: Host, purpose: str, about: str) -> Answer:
    """Whose passkey answered the question; raises :class:`NotGenuine`.  The question is used up either way."""
    _use_up(purpose, about, _challenge_in(text))
    return genuine(text, host)


def genuine(text: str, host: Host) -> Answer:
    """Whose passkey made this answer, to whatever it was asked: the caller compares ``challenge`` with the question.

    Raises :class:`NotGenuine`.  The passkey's counter moves on, so the same answer is not taken again.
    """
    challenge = _challenge_in(text)
    credential = parse_authentication_credential_json(text)
    with beyond_tenants("identity: whose passkey is this"), glance() as books:
        known = books.scalars(
            select(Passkey).where(Passkey.credential_id == credential.id, Passkey.removed_at.is_(None))
        ).first()
    if known is None:
        raise NotGenuine
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=host.name,
            expected_origin=host.origin,
            credential_public_key=base64url_to_bytes(known.public_key),
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as wrong:
        raise NotGenuine from wrong
    _move_on(known, verified.new_sign_count)
    return Answer(
        person_id=known.person_id,
        host=host.name,
        challenge=challenge,
        credential_id=known.credential_id,
        public_key=known.public_key,
        authenticator_data=bytes_to_base64url(credential.response.authenticator_data),
        client_data=bytes_to_base64url(credential.response.client_data_json),
        signature=bytes_to_base64url(credential.response.signature),
    )


def _ask(purpose: str, about: str, handle: UUID | None) -> bytes:
    challenge = generate_challenge()
    with beyond_tenants("identity: ask for a passkey"), aside() as books:
        books.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now() - HOLDS))
        books.add(
            PasskeyChallenge(
                purpose=purpose,
                about=about,
                challenge=bytes_to_base64url(challenge),
                handle=handle,
                expires_at=now() + HOLDS,
                used_at=None,
            )
        )
    return challenge


def _use_up(purpose: str, about: str, challenge: bytes) -> UUID | None:
    """Only one of two answers finds the question open; returns the handle that was asked with."""
    text = bytes_to_base64url(challenge)
    with beyond_tenants("identity: a passkey answers"), aside() as books:
        used = books.execute(
            update(PasskeyChallenge)
            .where(
                PasskeyChallenge.challenge == text,
                PasskeyChallenge.purpose == purpose,
                PasskeyChallenge.about == about,
                PasskeyChallenge.used_at.is_(None),
                PasskeyChallenge.expires_at >= now(),
            )
            .values(used_at=now())
            .execution_options(synchronize_session=False)
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
            raise NotGenuine
        handle: UUID | None = books.scalars(
            select(PasskeyChallenge.handle).where(PasskeyChallenge.challenge == text)
        ).one()
    return handle


def _move_on(known: Passkey, count: int) -> None:
    """Of two answers with one count, one is taken; an authenticator that does not count always says nought."""
    mine = update(Passkey).where(Passkey.id == known.id, Passkey.removed_at.is_(None))
    unmoved = mine.where(Passkey.sign_count < count) if count else mine.where(Passkey.sign_count == 0)
    with beyond_tenants("identity: a passkey was used"), aside() as books:
        moved = books.execute(unmoved.values(sign_count=count, last_used_at=now()))
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
        raise NotGenuine


def _challenge_in(text: str) -> bytes:
    try:
        credential = parse_authentication_credential_json(_short(text))
        return parse_client_data_json(credential.response.client_data_json).challenge
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise NotGenuine from wrong


def _short(text: str) -> dict[str, object]:
    if len(text) > LONGEST_ANSWER:
        raise ValueError("longer than any answer of an authenticator")
    told = json.loads(text)
    if not isinstance(told, dict):
        raise TypeError("not an object")
    return told


def _described(held: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each)) for each in held]


def _milliseconds(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)
