"""Machines that act for an organisation: what they may do, how they prove it, and what they were answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import Kept, Record, Throwaway, now
from portal.tenancy import Identifying, Private
from workflows.scopes import GRANTS, Scope


class Client(Kept, Private, Identifying, Record):
    """A machine of an organisation: its ERP, MES or quality system.

    ``entrustments`` holds the ids it is limited to, or None for all; ``networks`` the address ranges (CIDR) it may
    come from, empty for any.
    """

    __tablename__ = "client"

    name: Mapped[str]
    purpose: Mapped[str]
    scopes: Mapped[list[str]]
    entrustments: Mapped[list[str] | None]
    networks: Mapped[list[str]]
    revoked_at: Mapped[datetime | None]

    keys: Mapped[list["ClientKey"]] = relationship(back_populates="client", order_by="ClientKey.id")

    @property
    def scope_labels(self) -> list[str]:
        return [GRANTS[Scope(each)].says for each in self.scopes]

    @property
    def active_keys(self) -> list["ClientKey"]:
        return [each for each in self.keys if each.counts]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("owner_id", "id"),)


class ClientKey(Kept, Private, Identifying, Record):
    """A public key (Ed25519) of a client: its thumbprint (RFC 7638), and its 32 bytes as base64url.

    A key that is being replaced counts ``valid_until``; one that was revoked counts no more.
    """

    __tablename__ = "client_key"

    client_id: Mapped[UUID]
    kid: Mapped[str]
    public_key: Mapped[str]
    valid_until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    client: Mapped[Client] = relationship(back_populates="keys")

    @property
    def counts(self) -> bool:
        return self.revoked_at is None and (self.valid_until is None or self.valid_until > now())

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "kid"),
            ForeignKeyConstraint(["owner_id", "client_id"], ["client.owner_id", "client.id"]),
        )


class UsedAssertion(Throwaway, Record):
    """An assertion that bought a token and buys no other; forgotten once it would be too old anyway."""

    __tablename__ = "used_assertion"

    client_id: Mapped[UUID] = mapped_column(ForeignKey("client.id"))
    jti: Mapped[str]
    good_until: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (UniqueConstraint("client_id", "jti"),)


class RememberedAnswer(Throwaway, Private, Record):
    """What a client was answered to a request, so that the same request again has no second effect.

    It is written in the transaction of the request, before anything else; ``status`` is None only until that commits.
    It is no record of the trade and in no ledger: after thirty days it is thrown away.
    """

    __tablename__ = "remembered_answer"

    client_id: Mapped[UUID]
    key: Mapped[str]
    route: Mapped[str]
    body_sha256: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any]]
    response: Mapped[str | None] = mapped_column(Text)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "client_id", "key"),
            ForeignKeyConstraint(["owner_id", "client_id"], ["client.owner_id", "client.id"]),
            CheckConstraint("(status IS NULL) = (response IS NULL)", name="answered_whole"),
            CheckConstraint("status IS NULL OR status BETWEEN 200 AND 499", name="no_fault_is_remembered"),
        )
