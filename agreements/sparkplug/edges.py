"""An edge node as its messages tell of it: what its aliases mean, whether any message is missing, whether it lives.

Messages may come twice, late and in another order: each value bears its own moment, so it is taken whenever it comes.
What is kept of the order only says when the node has to be asked to tell all of it anew.

Source: Eclipse Sparkplug 3.0.0, 4 (topics), 6.4.19 (sequence numbers), 5.3 (birth and death, bdSeq).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agreements.sparkplug.payload import Metric, Payload

NAMESPACE, BD_SEQ, REBIRTH = "spBv1.0", "bdSeq", "Node Control/Rebirth"
PATIENCE = 5  # messages after a gap until what is missing is asked for
_HALF = 128


class NotBorn(Exception):
    """An alias that no birth has told of yet: the message has to wait for one."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``kind`` is NBIRTH, NDATA, NDEATH, DBIRTH, DDATA or DDEATH; ``device`` "" for the node itself."""

    group: str
    kind: str
    edge: str
    device: str = ""

    @property
    def of(self) -> str:
        """Whose metrics it tells of, as a mapping names it: group/edge or group/edge/device."""
        return "/".join(filter(None, (self.group, self.edge, self.device)))


def topic_of(text: str) -> Topic | None:
    """None for a topic of something else, a command among them."""
    parts = text.split("/")
    if len(parts) not in (4, 5) or parts[0] != NAMESPACE or len(parts) - 4 != parts[2].startswith("D"):
        return None
    if parts[2] not in ("NBIRTH", "NDATA", "NDEATH", "DBIRTH", "DDATA", "DDEATH"):
        return None
    return Topic(parts[1], parts[2], parts[3], *parts[4:])


@dataclass
class Edge:
    """``asks`` is set while the node has to be asked for a rebirth."""

    names: dict[tuple[str, int], str] = field(default_factory=dict)
    bd_seq: str | None = None
    expected: int | None = None
    lives: bool = False
    asks: bool = False
    _late: dict[int, int] = field(default_factory=dict)

    def take(self, topic: Topic, payload: Payload) -> Sequence[Metric]:
        """The metrics of a message, each with its name and its moment.  Raises :class:`NotBorn`."""
        if topic.kind == "NDEATH":
            if payload.value_of(BD_SEQ) in (None, self.bd_seq):  # the will of an earlier life says nothing
                self.lives, self.expected = False, None
            return ()
        if topic.kind == "NBIRTH":
            self.names, self._late, self.bd_seq = {}, {}, payload.value_of(BD_SEQ)
            self.lives, self.asks, self.expected = True, False, payload.seq
        if topic.kind.endswith("BIRTH"):
            self.names |= {(topic.device, each.alias): each.name for each in payload.metrics if each.alias is not None}
        told = [self._named(topic, each, payload) for each in payload.metrics]
        self._count(payload.seq)
        return [each for each in told if each.value is not None]

    def _named(self, topic: Topic, metric: Metric, payload: Payload) -> Metric:
        name = metric.name or self.names.get((topic.device, metric.alias if metric.alias is not None else -1))
        if not name:
            self.asks = True
            raise NotBorn
        return replace(metric, name=name, at=metric.at or payload.at)

    def _count(self, seq: int | None) -> None:
        if seq is None:
            return
        if self.expected is None:
            self.asks = self.asks or not self.lives
        elif (ahead := (seq - self.expected) % 256) < _HALF:
            self._late |= {(self.expected + each) % 256: PATIENCE for each in range(ahead)}
            self.expected = (seq + 1) % 256
        self._late.pop(seq, None)
        self._late = {each: left - 1 for each, left in self._late.items()}
        if any(left <= 0 for left in self._late.values()):
            self.asks, self._late = True, {}
