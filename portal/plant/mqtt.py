"""Listening at a broker of MQTT: each message lies on the disk before it is acknowledged."""

import sqlite3
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from agreements.sparkplug import Metric, Payload, written
from agreements.sparkplug.edges import NAMESPACE, REBIRTH
from portal import logs
from portal.plant.spool import Spool

AT_LEAST_ONCE = 1
SLOWEST = 30


class Broker:
    """Connected for as long as the block lasts; it comes back by itself when the broker does."""

    def __init__(self, about: Mapping[str, Any], spool: Spool) -> None:
        self._spool, self._groups = spool, about.get("groups", ["+"])
        self.listens = threading.Event()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=about.get("client_id", "weituo"),
            clean_session=False,  # the broker keeps for us what comes while we are away
            manual_ack=True,
        )
        if "user" in about:
            self._client.username_pw_set(about["user"], _password(about))
        if "ca_file" in about:
            self._client.tls_set(about["ca_file"], about.get("cert_file"), about.get("key_file"))
        self._client.reconnect_delay_set(1, SLOWEST)
        self._client.on_connect = self._subscribe
        self._client.on_connect_fail = lambda *_: logs.warn("plant.mqtt-unreached", host=about["host"])
        self._client.on_subscribe = lambda *_: self.listens.set()
        self._client.on_disconnect = self._lost
        self._client.on_message = self._keep
        self._client.connect_async(about["host"], about.get("port", 8883 if "ca_file" in about else 1883))

    def __enter__(self) -> Self:
        self._client.loop_start()
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def ask_for(self, rebirths: Iterable[tuple[str, str]]) -> None:
        """Have these nodes, by group and edge, tell all of it anew."""
        for group, edge in rebirths:
            told = written(Payload(datetime.now(UTC), None, [Metric(REBIRTH, "true")]))
            self._client.publish(f"{NAMESPACE}/{group}/NCMD/{edge}", told, qos=0)

    def _subscribe(self, client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        if reason.is_failure:
            logs.warn("plant.mqtt-refused", reason=str(reason))
            return
        kinds = ("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH")
        topics = [f"{NAMESPACE}/{group}/{kind}/#" for group in self._groups for kind in kinds]
        client.subscribe([(each, AT_LEAST_ONCE) for each in topics])

    def _lost(self, _client: paho.Client, _data: Any, _flags: Any, reason: Any, _properties: Any) -> None:
        """A broker that wants a certificate hangs up on whoever shows none, without a word."""
        if reason.is_failure:
            logs.warn("plant.mqtt-lost", reason=str(reason))

    def _keep(self, client: paho.Client, _data: Any, message: paho.MQTTMessage) -> None:
        try:
            self._spool.keep(message.topic, bytes(message.payload))
        except sqlite3.Error as broken:  # not acknowledged: the broker tells it again
            logs.error("plant.not-kept", broken)
            return
        client.ack(message.mid, message.qos)


def _password(about: Mapping[str, Any]) -> str | None:
    return Path(about["password_file"]).read_text("utf-8").strip() if "password_file" in about else None
