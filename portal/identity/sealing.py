"""What is kept sealed: opened by the key of today or by one from before, and sealed again with today's."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_former: list[str] = []


def keep_former_keys(keys: Sequence[str]) -> None:
    """Keys that open what was sealed before the operator changed the key; newest first."""
    _former[:] = keys


def keys_from(secret_key: str) -> list[str]:
    """Today's key, and after it those from before."""
    return [secret_key, *_former]


def seal(secret_key: str) -> MultiFernet:
    return MultiFernet(list(map(_fernet, keys_from(secret_key))))


def is_fresh(sealed: str, secret_key: str) -> bool:
    """Whether today's key alone opens it."""
    try:
        _fernet(secret_key).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def _fernet(secret_key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"totp\0" + secret_key.encode()).digest()))
