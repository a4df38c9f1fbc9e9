"""From what was heard to readings on record: understood in its order, written in parts, each told once."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agreements.sparkplug import Edge, Malformed, NotBorn, Topic, read_payload, topic_of
from agreements.tables.reading import Unclear
from agreements.tables.rows import Row
from agreements.tables.sorts import SORTS
from agreements.tables.telling import act_of
from portal import logs
from portal.db import unit_of_work
from portal.identity.system import Doer
from portal.making.recording import put_on_record
from portal.plant.mapping import Listening, Source
from portal.plant.spool import Heard, Spool
from portal.tenancy import acting_for
from workflows.acts import Act

A_PART = 2_000
MOST_HELD = 10_000  # messages that wait for a birth before the oldest are given up
OPCUA = "opcua"
NO_BATCH, NO_BIRTH = "no batch is named as under way", "no birth told what its aliases mean"
UNREADABLE, NO_MOMENT = "it is no payload of Sparkplug B", "it bears no moment"
READINGS = SORTS["readings"]


@dataclass
class Part:
    """What some messages came to."""

    done: list[int] = field(default_factory=list)
    births: list[Heard] = field(default_factory=list)
    told: list[tuple[Source, str, str, datetime]] = field(default_factory=list)
    latest: dict[str, str] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


class Taking:
    """One listener's messages on their way.  ``rebirths`` are the nodes to be asked to tell all of it anew."""

    def __init__(self, listening: Listening, spool: Spool, entrustment_id: UUID, *, by: Doer) -> None:
        self._listening, self._spool, self._within, self._by = listening, spool, entrustment_id, by
        self._edges: dict[tuple[str, str], Edge] = {}
        self._latest = spool.latest()
        for topic, payload in spool.births():
            if (of := topic_of(topic)) is not None:
                self._edge(of).take(of, read_payload(payload))

    @property
    def rebirths(self) -> list[tuple[str, str]]:
        """Group and edge of each; asked for once."""
        asked = [of for of, edge in self._edges.items() if edge.asks]
        for of in asked:
            self._edges[of].asks = False
        return asked

    def take(self) -> int:
        """Put on record what waits, a part in each transaction; how many readings were new."""
        new, after = 0, 0
        while heard := self._spool.waiting(A_PART, after):
            part = Part()
            for each in heard:
                self._understand(each, part)
            new += self._record(part)
            self._spool.done(part.done, part.births, part.latest.items(), part.refused)
            # A birth may tell what those mean that came before it.
            after = 0 if part.births else heard[-1].id
        self._give_up_the_oldest()
        return new

    def _understand(self, heard: Heard, part: Part) -> None:
        of = topic_of(heard.topic)
        try:
            values = list(self._of_sparkplug(heard, of) if of else self._of_opcua(heard))
        except NotBorn:
            return  # it stays where it is until the birth has come
        except (Malformed, ValueError, KeyError, TypeError):
            part.refused.append((heard.topic, UNREADABLE))
            values = []
        part.done.append(heard.id)
        if of is not None and of.kind.endswith("BIRTH"):
            part.births.append(heard)
        carried = self._listening.carries_batches
        part.latest |= {key: value for key, value, _ in values if key in carried}
        self._latest |= part.latest
        for key, value, at in values:
            if source := self._listening.sources.get(key):
                if at is None:
                    part.refused.append((f"{key} = {value}", NO_MOMENT))
                else:
                    part.told.append((source, self._latest.get(source.batch_from, source.batch), value, at))

    def _of_sparkplug(self, heard: Heard, of: Topic) -> Iterator[tuple[str, str, datetime | None]]:
        for each in self._edge(of).take(of, read_payload(heard.payload)):
            yield f"{of.of}:{each.name}", each.value or "", each.at

    def _of_opcua(self, heard: Heard) -> Iterator[tuple[str, str, datetime | None]]:
        if heard.topic == OPCUA:
            told = json.loads(heard.payload)
            yield told["node"], told["value"], datetime.fromisoformat(told["at"])

    def _record(self, part: Part) -> int:
        acts: dict[str, Act] = {}
        for number, (source, batch, value, at) in enumerate(part.told, start=1):
            told = {"batch": batch, "step": source.step, "parameter": source.parameter, "value": value}
            told |= {"unit": source.unit, "instrument": source.instrument}
            if not batch:
                part.refused.append((f"{source.key} = {value} at {at.isoformat()}", NO_BATCH))
                continue
            try:
                act = act_of("", READINGS, Row(number, {name: said for name, said in told.items() if said}, began=at))
            except Unclear as unclear:
                part.refused.append((f"{source.key} = {value} at {at.isoformat()}", str(unclear.says)))
                continue
            acts.setdefault(act.ref, act)
        if not acts:
            return 0
        digest = hashlib.sha256("\n".join(sorted(acts)).encode()).hexdigest()
        with acting_for(self._by.organisation_id), unit_of_work():
            outcome = put_on_record(
                list(acts.values()), entrustment_id=self._within, by=self._by, origin="message", origin_ref=digest
            )
        of = {each.place: each for each in acts.values()}
        wrong = [(each.place, each.says) for each in outcome.faults]
        wrong += [(each.place, each.says) for each in outcome.questions]
        part.refused += [(_said(of.get(at), at), str(says)) for at, says in wrong]
        if part.refused:
            logs.warn("plant.refused", count=len(part.refused))
        return len(outcome.written)

    def _give_up_the_oldest(self) -> None:
        held = self._spool.waiting(MOST_HELD + A_PART)
        if len(held) > MOST_HELD:
            oldest = held[: len(held) - MOST_HELD]
            self._spool.done((each.id for each in oldest), refused=[(each.topic, NO_BIRTH) for each in oldest])

    def _edge(self, of: Topic) -> Edge:
        return self._edges.setdefault((of.group, of.edge), Edge())


def _said(act: Act | None, place: str) -> str:
    if act is None:
        return place
    return f"{act.batch} {act.values[0].name} = {act.values[0].value} at {act.began_at.isoformat()}"
