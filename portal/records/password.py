"""Passwords somebody chose before, as hashes, kept only where the policy forbids to take them again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record, Throwaway


class ChosenPassword(Throwaway, Record):
    """One password and when it was chosen; the newest of a person is the one in use."""

    __tablename__ = "chosen_password"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    password_hash: Mapped[str]
    chosen_at: Mapped[datetime]
