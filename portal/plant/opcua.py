"""Listening at a server of OPC UA: each change of a value lies on the disk before the next is waited for."""

import asyncio
import json
import math
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Self

from asyncua import Client, Node, ua
from asyncua.crypto import security_policies
from asyncua.crypto.uacrypto import CertProperties, load_certificate
from cryptography import x509

from portal import logs
from portal.plant.mapping import POLICIES
from portal.plant.spool import Spool
from portal.plant.taking import OPCUA

EVERY = 500  # milliseconds between two publications of the server
QUEUE = 1000  # values of one node that the server keeps for us in between
PAUSE, SLOWEST = 1.0, 30.0
TIMEOUT = 4.0


class Server:
    """Subscribed for as long as the block lasts; it comes back by itself when the server does."""

    def __init__(self, about: Mapping[str, Any], nodes: Sequence[str], spool: Spool) -> None:
        self._about, self._nodes, self._spool = about, nodes, spool
        file = about.get("password_file")
        self._password = Path(file).read_text("utf-8").strip() if file else ""
        self._ends = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()), name="opcua", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join(SLOWEST)

    def datachange_notification(self, node: Node, _value: Any, data: Any) -> None:
        """Called for each new value; the name is that of the library."""
        told = data.monitored_item.Value
        if told.StatusCode is not None and not told.StatusCode.is_good():
            logs.warn("plant.opcua-bad", status=told.StatusCode.name)
            return
        at = told.SourceTimestamp or told.ServerTimestamp
        value = _text(told.Value.Value if told.Value is not None else None)
        if value is not None:
            at = datetime.now(UTC) if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)
            said = {"node": node.nodeid.to_string(), "value": value, "at": at.isoformat()}
            self._spool.keep(OPCUA, json.dumps(said).encode())

    async def _listen(self) -> None:
        pause = PAUSE
        while not self._ends.is_set():
            try:
                async with await self._client() as client:
                    subscription = await client.create_subscription(EVERY, self)
                    nodes = [client.get_node(each) for each in self._nodes]
                    await subscription.subscribe_data_change(nodes, queuesize=QUEUE)
                    pause = PAUSE
                    while not self._ends.is_set():
                        await asyncio.sleep(0.2)
                        await client.check_connection()
            except Exception as lost:  # noqa: BLE001  whatever it is, one that ended unseen would hear nothing more
                logs.error("plant.opcua-lost", lost)
                await asyncio.sleep(0 if self._ends.is_set() else pause)
                pause = min(pause * 2, SLOWEST)

    async def _client(self) -> Client:
        client = Client(self._about["url"], timeout=TIMEOUT)
        if "user" in self._about:
            client.set_user(self._about["user"])
            client.set_password(self._password)
        if "cert_file" in self._about:
            await self._secure(client)
        return client

    async def _secure(self, client: Client) -> None:
        """Sign and encrypt, for this server alone: without its certificate the library would take any that answers."""
        own, key, theirs = (_held_in(self._about[each]) for each in ("cert_file", "key_file", "server_cert_file"))
        certificate = await load_certificate(own.path_or_content, own.extension)
        client.application_uri = _uri_in(certificate) or client.application_uri  # a server compares them
        policy = getattr(security_policies, f"SecurityPolicy{self._about.get('policy', POLICIES[0])}")
        await client.set_security(policy, own, key, None, theirs, ua.MessageSecurityMode.SignAndEncrypt)


def _held_in(file: str) -> CertProperties:
    """Told by what it holds, not by how it is called, whether a file is PEM or DER."""
    content = Path(file).read_bytes()
    return CertProperties(content, "pem" if b"-----BEGIN" in content else "der")


def _uri_in(certificate: x509.Certificate) -> str | None:
    """The name of the application that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    return next(iter(names.get_values_for_type(x509.UniformResourceIdentifier)), None)


def _text(value: Any) -> str | None:
    """A number as the decimal text that it stands for; None for what is neither number nor words."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f") if math.isfinite(value) else None
    return value if isinstance(value, str) else None
