"""Which metric of which machine is which reading: a TOML file in the data folder, checked before anything is heard."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PLACES = ("mqtt", "opcua")
OWN = ("cert_file", "key_file")  # by which the other side knows us
OF_MQTT = frozenset({"host", "port", "user", "password_file", "ca_file", *OWN, "client_id", "groups"})
OF_OPCUA = frozenset({"url", "user", "password_file", "server_cert_file", *OWN, "policy"})
# Part 7 of OPC UA: policies that are no longer safe are not among them.
POLICIES = ("Basic256Sha256", "Aes128Sha256RsaOaep", "Aes256Sha256RsaPss")
AT_HOME = ("localhost", "127.0.0.1", "::1")
OF_READING = frozenset({"topic", "metric", "node", "batch", "batch_from", "step", "parameter", "unit", "instrument"})


class Unusable(ValueError):
    """What is wrong with the file, one sentence for each fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Source:
    """``key`` is ``group/edge[/device]:metric``, or the id of a node of OPC UA.

    ``batch_from`` is the key whose value names the batch that is under way.
    """

    key: str
    parameter: str
    batch: str = ""
    batch_from: str = ""
    step: str = ""
    unit: str = ""
    instrument: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """Whose readings they are, where to listen, and what each of them means."""

    entrustment: str
    sources: Mapping[str, Source]
    mqtt: Mapping[str, Any] | None
    opcua: Mapping[str, Any] | None

    @property
    def nodes(self) -> list[str]:
        """What is listened to at the server of OPC UA."""
        keys = dict.fromkeys(key for each in self.sources.values() for key in (each.key, each.batch_from) if key)
        return [key for key in keys if ":" not in key]

    @property
    def carries_batches(self) -> frozenset[str]:
        return frozenset(each.batch_from for each in self.sources.values() if each.batch_from)


def read_mapping(path: Path) -> Listening:
    """Raises :class:`Unusable` with every fault of the file."""
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as broken:
        raise Unusable([f"{path}: {broken}"]) from None
    if faults := [f"{path}: {each}" for each in _faults(told)]:
        raise Unusable(faults)
    sources = {each.key: each for each in map(_source, told["reading"])}
    return Listening(told["entrustment"], sources, told.get("mqtt"), told.get("opcua"))


def _faults(told: Mapping[str, Any]) -> Iterator[str]:
    if unknown := set(told) - {"entrustment", "reading", *PLACES}:
        yield f"nothing is called {', '.join(sorted(unknown))} here."
    if not isinstance(told.get("entrustment"), str):
        yield 'entrustment is missing: write entrustment = "WT-2026-001".'
    if not any(isinstance(told.get(each), dict) for each in PLACES):
        yield "it names neither [mqtt] nor [opcua]: there is nowhere to listen."
    for place, known, needed in (("mqtt", OF_MQTT, "host"), ("opcua", OF_OPCUA, "url")):
        about = told.get(place)
        if isinstance(about, dict):
            yield from (f"[{place}] knows no {each}." for each in sorted(set(about) - known))
            if not isinstance(about.get(needed), str):
                yield f"[{place}] has no {needed}."
            else:
                yield from (f"[{place}] {fault}" for fault in _open_to_others(place, about))
    readings = told.get("reading")
    if not isinstance(readings, list) or not readings:
        yield "it has no [[reading]]."
        return
    seen: set[str] = set()
    for number, each in enumerate(readings, start=1):
        yield from (f"[[reading]] {number}: {fault}" for fault in _faults_of(each, told, seen))


def _open_to_others(place: str, about: Mapping[str, Any]) -> Iterator[str]:
    """What would let others read along, or tell in the name of a machine."""
    for name in sorted(name for name in about if name.endswith("_file")):
        if not os.access(str(about[name]), os.R_OK):
            yield f"{name}: {about[name]} cannot be read."
    theirs = "ca_file" if place == "mqtt" else "server_cert_file"
    ours = [name for name in OWN if name in about]
    if len(ours) == 1:
        yield f"names {ours[0]} alone; cert_file and key_file come together."
    if place == "opcua" and theirs in about and not ours:
        yield "names server_cert_file without cert_file and key_file, by which the server would know us."
    if ours and theirs not in about:
        yield f"names cert_file and no {theirs}: it would show itself to anybody who answers."
    if ("user" in about) != ("password_file" in about):
        yield "names user or password_file alone; they come together."
    if "user" in about and theirs not in about and _host_of(place, about) not in AT_HOME:
        yield f"would send the password to anybody who answers, unencrypted: name {theirs}."
    if about.get("policy", POLICIES[0]) not in POLICIES:
        yield f"knows no policy {about['policy']}; use {', '.join(POLICIES)}."


def _host_of(place: str, about: Mapping[str, Any]) -> str | None:
    return str(about["host"]) if place == "mqtt" else urlsplit(about["url"]).hostname


def _faults_of(each: Any, told: Mapping[str, Any], seen: set[str]) -> Iterator[str]:
    if not isinstance(each, dict) or not all(isinstance(value, str) and value for value in each.values()):
        yield "each of its values is text that says something."
        return
    if unknown := set(each) - OF_READING:
        yield f"nothing is called {', '.join(sorted(unknown))} here."
    if "parameter" not in each:
        yield "parameter is missing."
    if ("batch" in each) == ("batch_from" in each):
        yield "it names either batch, or batch_from: the metric or node that says which batch is under way."
    of_mqtt, of_opcua = {"topic", "metric"} & set(each), "node" in each
    if of_opcua == bool(of_mqtt) or len(of_mqtt) == 1:
        yield "it names either topic (group/edge or group/edge/device) and metric, or node."
        return
    if "opcua" not in told if of_opcua else "mqtt" not in told:
        yield f"there is no [{'opcua' if of_opcua else 'mqtt'}] to hear it from."
    if of_mqtt and not 2 <= len(each["topic"].split("/")) <= 3:
        yield "topic is group/edge or group/edge/device."
    key = _key(each)
    if key in seen:
        yield f"{key} is named twice."
    seen.add(key)


def _key(each: Mapping[str, str], name: str = "metric") -> str:
    return f"{each['topic']}:{each[name]}" if "topic" in each else each["node" if name == "metric" else name]


def _source(each: Mapping[str, str]) -> Source:
    told = {name: each.get(name, "") for name in ("batch", "step", "unit", "instrument")}
    named = _key(each, "batch_from") if "batch_from" in each else ""
    return Source(_key(each), each["parameter"], batch_from=named, **told)
