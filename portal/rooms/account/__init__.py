"""What is one's own: passkeys, authenticator, recovery codes, password, sessions."""

from portal.rooms.account.routes import room

__all__ = ["room"]
