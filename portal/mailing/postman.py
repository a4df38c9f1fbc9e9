"""The two ways out of the house: a mail server, or a folder in which letters lie as files."""

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from portal.settings import MailSettings, Settings

PATIENCE = 30  # seconds


class Undelivered(Exception):
    """This letter was refused; another one may be taken."""


class OutOfReach(Exception):
    """No letter leaves at the moment."""


class Postman(Protocol):
    def deliver(self, message: EmailMessage) -> None:
        """Raises :class:`Undelivered` or :class:`OutOfReach`."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """A file for each letter, named after it, so that a letter delivered twice lies there once."""

    folder: Path

    def deliver(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self.folder / f".{name}.{os.getpid()}"
            with beside.open("wb") as file:
                file.write(message.as_bytes(policy=SMTP))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.folder / f"{name}.eml")
        except OSError as full:
            raise OutOfReach(type(full).__name__) from full


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, asked for its certificate unless it is on this machine."""

    at: MailSettings

    def deliver(self, message: EmailMessage) -> None:
        try:
            with self._door() as door:
                if self.at.user:
                    door.login(self.at.user, self.at.password)
                _hand_over(door, message)
        except (OSError, smtplib.SMTPException) as lost:
            raise OutOfReach(type(lost).__name__) from lost

    def _door(self) -> smtplib.SMTP:
        trusted = ssl.create_default_context()
        if self.at.tls == "tls":
            return smtplib.SMTP_SSL(self.at.host, self.at.port, timeout=PATIENCE, context=trusted)
        door = smtplib.SMTP(self.at.host, self.at.port, timeout=PATIENCE)
        if self.at.tls == "starttls":
            door.starttls(context=trusted)
        return door


def _hand_over(door: smtplib.SMTP, message: EmailMessage) -> None:
    """What is wrong with one letter keeps no other waiting: its address, its size, or characters no server reads."""
    try:
        door.send_message(message)
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError, ValueError) as refused:
        raise Undelivered(type(refused).__name__) from refused


def postman_of(settings: Settings) -> Postman:
    return Server(settings.mail) if settings.mail.host else Outbox(settings.outbox_dir)
