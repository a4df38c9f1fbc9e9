"""Sparkplug B: payloads as bytes and back, numbers to the digit, and what is known of a node in whatever order."""

import struct
from datetime import UTC, datetime

import pytest

from agreements.sparkplug import Edge, Malformed, Metric, NotBorn, Payload, read_payload, topic_of, written
from agreements.sparkplug.wire import BYTES, FIXED32, VARINT, field

AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
BIRTH = Payload(AT, 0, [Metric("bdSeq", "3"), Metric("Bath/Temperature", "51.5", 7)])


def data(seq, value="52"):
    return Payload(AT, seq, [Metric("", value, 7)])


def of(kind, device=""):
    return topic_of("/".join(filter(None, ("spBv1.0", "Plant", kind, "Line1", device))))


def test_what_is_written_is_read():
    told = Payload(
        AT, 255, [Metric("温度", "51.5", 1, AT), Metric("batch", "B-1"), Metric("on", "true"), Metric("", None, 2)]
    )

    assert read_payload(written(told)) == told


@pytest.mark.parametrize(
    ("kind", "content", "says"),
    [
        (3, field(10, VARINT, 2**32 - 5), "-5"),
        (1, field(10, VARINT, 251), "-5"),
        (7, field(10, VARINT, 2**32 - 5), "4294967291"),
        (4, field(11, VARINT, 2**64 - 1), "-1"),
        (9, field(12, FIXED32, struct.pack("<f", 51.9)), "51.9"),
        (9, field(12, FIXED32, struct.pack("<f", 1e-7)), "0.0000001"),
        (9, field(12, FIXED32, struct.pack("<f", float("nan"))), None),
        (12, field(15, BYTES, b"B-1"), "B-1"),
    ],
)
def test_a_number_is_the_decimal_text_that_it_stands_for(kind, content, says):
    metric = field(1, BYTES, b"m") + field(4, VARINT, kind) + content

    assert read_payload(field(2, BYTES, metric)).metrics[0].value == says


@pytest.mark.parametrize(
    "junk", [b"\x12\xff", b"\x08" + b"\xff" * 11, b"\x0b", b"\x12\x02\x0a\x05", b"\x12\x03\x0a\x01\xff"]
)
def test_what_is_no_payload_is_refused(junk):
    with pytest.raises(Malformed):
        read_payload(junk)


def test_an_alias_means_what_its_birth_said_and_waits_for_that():
    edge = Edge()
    with pytest.raises(NotBorn):
        edge.take(of("NDATA"), data(1))
    assert edge.asks

    edge.take(of("NBIRTH"), BIRTH)
    (metric,) = edge.take(of("NDATA"), data(1))
    assert (metric.name, metric.value, metric.at, edge.asks) == ("Bath/Temperature", "52", AT, False)


def test_devices_have_aliases_of_their_own():
    edge = Edge()
    edge.take(of("NBIRTH"), BIRTH)
    edge.take(of("DBIRTH", "Bath2"), Payload(AT, 1, [Metric("Level", "1", 7)]))

    assert [each.name for each in edge.take(of("DDATA", "Bath2"), data(2))] == ["Level"]
    assert [each.name for each in edge.take(of("NDATA"), data(3))] == ["Bath/Temperature"]


@pytest.mark.parametrize(
    ("seqs", "asks"), [((1, 2, 3), False), ((2, 1, 3), False), ((1, 1, 2), False), ((3, 4, 5, 6, 7, 8), True)]
)
def test_what_comes_late_or_twice_is_taken_and_what_is_missing_is_asked_for(seqs, asks):
    edge = Edge()
    edge.take(of("NBIRTH"), BIRTH)

    assert [len(edge.take(of("NDATA"), data(each))) for each in seqs] == [1] * len(seqs)
    assert edge.asks == asks


def test_the_count_goes_round_and_a_will_of_an_earlier_life_says_nothing():
    edge = Edge()
    edge.take(of("NBIRTH"), BIRTH)
    for seq in (*range(1, 256), 0, 1):
        edge.take(of("NDATA"), data(seq))
    assert not edge.asks

    edge.take(of("NDEATH"), Payload(AT, None, [Metric("bdSeq", "2")]))
    assert edge.lives
    edge.take(of("NDEATH"), Payload(AT, None, [Metric("bdSeq", "3")]))
    assert not edge.lives
    assert edge.take(of("NDATA"), data(2))  # late, and taken; whether there was more is asked
    assert edge.asks


@pytest.mark.parametrize(
    "text", ["other/topic", "spBv1.0/G/NCMD/E", "spBv1.0/G/DDATA/E", "spBv1.0/G/NDATA/E/D", "spBv1.0/STATE/x"]
)
def test_other_topics_are_none_of_ours(text):
    assert topic_of(text) is None
