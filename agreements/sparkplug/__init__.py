"""Sparkplug B 3.0, as machines speak it over MQTT: payloads read and written, and what a node has told so far."""

from agreements.sparkplug.edges import Edge, NotBorn, Topic, topic_of
from agreements.sparkplug.payload import Metric, Payload, read_payload, written
from agreements.sparkplug.wire import Malformed

__all__ = ["Edge", "Malformed", "Metric", "NotBorn", "Payload", "Topic", "read_payload", "topic_of", "written"]
