"""The context of a transaction: on whose behalf the database is asked, taken once, when the transaction begins."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.db import today
from portal.tenancy import current_standing, is_crossing

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Context:
    """Either a house with its day, or nobody yet: ``house`` is None while it is asked who somebody is."""

    house: UUID | None
    person: UUID | None
    looking: bool
    day: date

    @property
    def identity(self) -> bool:
        return self.house is None

    def signed(self, key: bytes, expires: int) -> str:
        """As PostgreSQL checks it: the fields, when they expire (Unix seconds of the server), and an HMAC-SHA256."""
        looking = "1" if self.looking else ""
        body = f"{VERSION}|{expires}|{self.house or ''}|{self.person or ''}|{looking}|{self.day.isoformat()}"
        return f"{body}.{hmac.new(key, body.encode(), hashlib.sha256).hexdigest()}"


def context_now() -> Context:
    """The context in scope; raises :class:`portal.tenancy.NoTenant` where nobody said on whose behalf."""
    if is_crossing():
        return Context(house=None, person=None, looking=False, day=today())
    standing = current_standing()
    return Context(standing.organisation_id, standing.person_id, standing.read_only, today())


def context_key(secret_key: str) -> bytes:
    """The key of the signed context, made from the installation's secret; 32 bytes."""
    return hmac.new(secret_key.encode(), b"weituo: context of a transaction", hashlib.sha256).digest()


def pads_of(key: bytes) -> tuple[bytes, bytes]:
    """The inner and outer pad of HMAC-SHA256 (RFC 2104), so that plain ``sha256`` can check it without an extension."""
    block = key.ljust(64, b"\0")
    return bytes(each ^ 0x36 for each in block), bytes(each ^ 0x5C for each in block)
