"""Machines that tell by themselves: Sparkplug B through a real broker, OPC UA from a real server, on loopback."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, timedelta

import pytest

from agreements.sparkplug import Metric, Payload, read_payload, written
from portal.db import now, session
from portal.identity.system import System
from portal.plant import taking
from portal.plant.mapping import Unusable, read_mapping
from portal.plant.spool import Spool
from portal.plant.taking import Taking
from tests import mosquitto
from tests.faults.dying import in_a_process
from tests.servers import free_ports

paho = pytest.importorskip("paho.mqtt.client", reason="MQTT was left out: paho-mqtt is not installed")
asyncua = pytest.importorskip("asyncua", reason="OPC UA was left out: asyncua is not installed")
from portal.plant.mqtt import Broker  # noqa: E402  once it is known that the libraries are there
from portal.plant.opcua import Server  # noqa: E402

AT = (now() - timedelta(hours=2)).replace(microsecond=0)
NODE = "spBv1.0/Plant/{}/Line1"
PATIENCE = 30
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])  # what is tried is the way there
with_a_broker = pytest.mark.skipif(mosquitto.binary() is None, reason=mosquitto.WHY_NOT)
READING = """
[[reading]]
{source}
step = "钝化"
parameter = "槽液温度"
unit = "°C"
"""


def until(true, patience=PATIENCE):
    last = time.monotonic() + patience
    while not true():
        assert time.monotonic() < last, "it did not come"
        time.sleep(0.02)


@pytest.fixture
def listening(tmp_path):
    """What a file of this text asks for."""

    def _read(text):
        path = tmp_path / "line1.toml"
        path.write_text('entrustment = "WT-1"\n' + text, "utf-8")
        return read_mapping(path)

    return _read


@pytest.fixture
def spool(tmp_path):
    kept = Spool(tmp_path / "spool.sqlite3")
    yield kept
    kept.close()


@pytest.fixture
def of_mqtt(listening, batch):
    """A bath whose batch is named by another metric of it."""

    def _listening(port):
        source = 'topic = "Plant/Line1"\nmetric = "Bath/Temperature"\nbatch_from = "Bath/Batch"'
        return listening(f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n' + READING.format(source=source))

    return _listening


@pytest.fixture
def take(app, world, spool):
    """Put on record what waits; how many readings were new."""

    def _take(listening, of=None):
        taker = of or Taking(listening, spool, world.entrustment, by=System(world.org["hengrui"], "恒锐"))
        with app.app_context():
            return taker.take()

    return _take


@pytest.fixture
def port():
    return free_ports()[0]


@pytest.fixture
def birth(batch):
    metrics = [Metric("bdSeq", "1"), Metric("Bath/Batch", batch("opened"), 2), Metric("Bath/Temperature", "51.5", 1)]
    return "NBIRTH", Payload(AT, 0, metrics)


def data(seq, value):
    return "NDATA", Payload(AT + timedelta(minutes=seq), seq, [Metric("", value, 1)])


@contextlib.contextmanager
def machine(port, introduced=lambda _client: None):
    """An edge node: tells, and returns once the broker has it; ``asked`` are the commands it got."""
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    introduced(client)
    client.asked = []
    client.on_message = lambda _client, _data, message: client.asked.append(read_payload(message.payload))
    client.on_connect = lambda *_: client.subscribe(NODE.format("NCMD"), 1)
    client.ready = threading.Event()
    client.on_subscribe = lambda *_: client.ready.set()
    client.connect("127.0.0.1", port)
    client.loop_start()
    assert client.ready.wait(PATIENCE)
    try:

        def tell(*messages):
            for kind, payload in messages:
                client.publish(NODE.format(kind), written(payload), qos=1).wait_for_publish(PATIENCE)

        client.tell = tell
        yield client
    finally:
        client.disconnect()
        client.loop_stop()


def heard(spool, count):
    until(lambda: len(spool.waiting(100)) >= count)


@ON_SQLITE
@with_a_broker
def test_what_a_machine_tells_is_on_record_once_though_the_broker_restarts(of_mqtt, spool, take, port, birth, tmp_path):
    told = of_mqtt(port)
    with contextlib.ExitStack() as first:
        first.enter_context(mosquitto.mosquitto(tmp_path / "broker", port))
        listener = first.enter_context(contextlib.ExitStack())
        assert listener.enter_context(Broker(told.mqtt, spool)).listens.wait(PATIENCE)
        with machine(port) as bath:
            bath.tell(birth, data(2, "51.7"), data(1, "51.6"), data(2, "51.7"))
        heard(spool, 4)
        listener.close()  # away while the next is told: the broker keeps it, and comes back with it
        with machine(port) as bath:
            bath.tell(data(3, "51.8"))
    assert take(told) == 3, spool.refused()
    with mosquitto.mosquitto(tmp_path / "broker", port), Broker(told.mqtt, spool), machine(port) as bath:
        heard(spool, 1)
        bath.tell(data(4, "51.9"), data(4, "51.9"))
        heard(spool, 3)

    assert take(told) == 2
    assert (spool.waiting(1), spool.refused()) == ([], [])


def killed_after_commit(put):
    """What was put is on record, and whoever put it is gone."""

    def deadly(*given, **named):
        put(*given, **named)
        session.commit()
        os.kill(os.getpid(), signal.SIGKILL)

    return deadly


class Full(Spool):
    """A disk on which nothing can be kept."""

    def keep(self, *_):
        raise sqlite3.OperationalError("disk full")


def told_to_a_full_disk_and_then_to_another(told, spool, port, birth, tmp_path):
    """The kinds of what the other hears."""
    with mosquitto.mosquitto(tmp_path / "broker", port):
        with Broker(told.mqtt, Full(tmp_path / "full.sqlite3")) as broker, machine(port) as bath:
            assert broker.listens.wait(PATIENCE)
            bath.tell(birth)
            until(lambda: broker.heard)
        with Broker(told.mqtt, spool), machine(port) as bath:
            bath.tell(("NDEATH", Payload(None, None, [])))
            until(lambda: any("NDEATH" in each.topic for each in spool.waiting(100)))
    return {each.topic.split("/")[2] for each in spool.waiting(100)}


@ON_SQLITE
@with_a_broker
def test_what_could_not_be_kept_was_not_acknowledged_and_is_told_again(
    of_mqtt, spool, port, birth, tmp_path, monkeypatch
):
    monkeypatch.setattr(Broker, "heard", 0, raising=False)
    keep = Broker._keep

    def counted(self, *given):
        keep(self, *given)
        self.heard += 1

    monkeypatch.setattr(Broker, "_keep", counted)
    told = of_mqtt(port)

    assert told_to_a_full_disk_and_then_to_another(told, spool, port, birth, tmp_path) >= {"NBIRTH", "NDEATH"}


@ON_SQLITE
@with_a_broker
@pytest.mark.negative_control
def test_acknowledged_before_it_is_kept_it_would_be_lost(of_mqtt, spool, port, birth, tmp_path, monkeypatch):
    monkeypatch.setattr(Broker, "heard", 0, raising=False)
    keep = Broker._keep

    def hasty(self, client, given, message):
        client.ack(message.mid, message.qos)
        keep(self, client, given, message)
        self.heard += 1

    monkeypatch.setattr(Broker, "_keep", hasty)
    told = of_mqtt(port)

    assert "NBIRTH" not in told_to_a_full_disk_and_then_to_another(told, spool, port, birth, tmp_path)


@ON_SQLITE
@with_a_broker
def test_a_node_whose_birth_nobody_heard_is_asked_for_it_and_nothing_is_lost_meanwhile(
    app, world, of_mqtt, spool, take, port, birth, tmp_path
):
    told = of_mqtt(port)
    taker = Taking(told, spool, world.entrustment, by=System(world.org["hengrui"], "恒锐"))
    with mosquitto.mosquitto(tmp_path / "broker", port), Broker(told.mqtt, spool) as broker, machine(port) as bath:
        assert broker.listens.wait(PATIENCE)
        bath.tell(data(5, "51.6"))
        heard(spool, 1)
        assert take(told, taker) == 0
        broker.ask_for(taker.rebirths)
        until(lambda: bath.asked)
        bath.tell(birth)
        until(lambda: any("NBIRTH" in each.topic for each in spool.waiting(100)))

    assert bath.asked[0].value_of("Node Control/Rebirth") == "true"
    assert take(told, taker) == 2
    assert spool.waiting(1) == []


@dataclass
class Bath:
    """A server of OPC UA with one value, in a thread of its own."""

    port: int
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    ready: threading.Event = field(default_factory=threading.Event)

    async def made(self):
        server = asyncua.Server()
        await server.init()
        return server

    async def serve(self):
        self.ends = asyncio.Event()
        self.server = await self.made()
        self.server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}/")
        space = await self.server.register_namespace("urn:plant")
        self.node = await self.server.nodes.objects.add_variable(f"ns={space};s=Bath.Temperature", "Temperature", 51.5)
        async with self.server:
            self.ready.set()
            await self.ends.wait()

    def write(self, value, at):
        told = asyncua.ua.Variant(value, asyncua.ua.VariantType.Double)
        self._do(self.node.write_value(asyncua.ua.DataValue(told, SourceTimestamp=at.astimezone(UTC))))

    def restart(self):
        """Every connection ends, and new ones are taken."""
        self._do(self.server.bserver.stop())
        self._do(self.server.bserver.start())

    def _do(self, what):
        asyncio.run_coroutine_threadsafe(what, self.loop).result(PATIENCE)


@contextlib.contextmanager
def serving(served):
    thread = threading.Thread(target=served.loop.run_until_complete, args=(served.serve(),))
    thread.start()
    assert served.ready.wait(PATIENCE)
    try:
        yield served
    finally:
        served.loop.call_soon_threadsafe(served.ends.set)
        thread.join(PATIENCE)
        served.loop.close()


@pytest.fixture
def bath(port):
    with serving(Bath(port)) as served:
        yield served


@ON_SQLITE
def test_what_an_opc_ua_server_tells_is_on_record_though_it_restarts(listening, spool, take, bath, batch, monkeypatch):
    monkeypatch.setattr("portal.plant.opcua.PAUSE", 0.1)
    source = f'node = "ns=2;s=Bath.Temperature"\nbatch = "{batch("opened")}"'
    told = listening(f'[opcua]\nurl = "opc.tcp://127.0.0.1:{bath.port}/"\n' + READING.format(source=source))
    with Server(told.opcua, told.nodes, spool):
        heard(spool, 1)
        bath.write(51.6, AT)
        heard(spool, 2)
        bath.restart()
        heard(spool, 3)  # what stands is told anew by whoever comes back, and known again
        bath.write(51.7, AT + timedelta(minutes=1))
        heard(spool, 4)

    assert take(told) == 3
    assert spool.refused() == []


@ON_SQLITE
def test_what_the_record_refuses_is_kept_with_its_reason(of_mqtt, spool, take, port):
    unknown = Payload(AT, 0, [Metric("Bath/Batch", "NO-SUCH", 2), Metric("Bath/Temperature", "51.5", 1)])
    spool.keep(NODE.format("NBIRTH"), written(unknown))
    spool.keep(NODE.format("NDATA"), b"\xff")

    assert take(of_mqtt(port)) == 0
    because = dict(spool.refused())
    assert because[NODE.format("NDATA")] == "it is no payload of Sparkplug B"
    assert any("NO-SUCH 槽液温度 = 51.5" in each for each in because)
    assert spool.waiting(1) == []


def test_a_listener_that_begins_again_still_knows_what_aliases_mean(of_mqtt, spool, take, port, birth):
    for kind, payload in (birth, data(1, "51.6")):
        spool.keep(NODE.format(kind), written(payload))
    assert take(of_mqtt(port)) == 2

    spool.keep(NODE.format("NDATA"), written(data(2, "51.7")[1]))
    assert take(of_mqtt(port)) == 1


@ON_SQLITE
def test_killed_between_the_record_and_its_own_file_it_tells_nothing_twice(
    of_mqtt, spool, take, port, birth, monkeypatch
):
    for kind, payload in (birth, data(1, "51.6")):
        spool.keep(NODE.format(kind), written(payload))
    with monkeypatch.context() as deadly:
        deadly.setattr(taking, "put_on_record", killed_after_commit(taking.put_on_record))
        assert in_a_process(lambda: take(of_mqtt(port))) == signal.SIGKILL

    assert len(spool.waiting(10)) == 2
    assert take(of_mqtt(port)) == 0
    assert (spool.waiting(1), spool.refused()) == ([], [])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "it names neither [mqtt] nor [opcua]"),
        ('[mqtt]\nport = 1\n[[reading]]\ntopic="a/b"\nmetric="m"\nparameter="p"\nbatch="b"', "[mqtt] has no host"),
        ('[mqtt]\nhost="h"\n[[reading]]\ntopic="a/b"\nmetric="m"\nbatch="b"', "parameter is missing"),
        ('[mqtt]\nhost="h"\n[[reading]]\ntopic="a/b"\nmetric="m"\nparameter="p"', "either batch, or batch_from"),
        ('[mqtt]\nhost="h"\n[[reading]]\ntopic="a/b"\nparameter="p"\nbatch="b"', "topic (group/edge or"),
        ('[mqtt]\nhost="h"\n[[reading]]\nnode="n"\nparameter="p"\nbatch="b"', "there is no [opcua]"),
        ('[mqtt]\nhost="h"\nhots="h"', "[mqtt] knows no hots"),
        ('[mqtt]\nhost="h"\nca_file="/nowhere"', "[mqtt] ca_file: /nowhere cannot be read"),
        ('[mqtt]\nhost="h"\nuser="u"', "user or password_file alone"),
        ('[mqtt]\nhost="h"\nuser="u"\npassword_file="/dev/null"', "password to anybody who answers, unencrypted"),
        ('[mqtt]\nhost="h"\ncert_file="/dev/null"\nkey_file="/dev/null"', "cert_file and no ca_file"),
        ('[mqtt]\nhost="h"\nca_file="/dev/null"\nkey_file="/dev/null"', "names key_file alone"),
        ('[opcua]\nurl="opc.tcp://h:4840"\nuser="u"\npassword_file="/dev/null"', "name server_cert_file"),
        ('[opcua]\nurl="opc.tcp://h:4840"\nserver_cert_file="/dev/null"', "without cert_file and key_file"),
        ('[opcua]\nurl="opc.tcp://h:4840"\npolicy="Basic128Rsa15"', "knows no policy Basic128Rsa15"),
        ("nonsense", "line1.toml: "),
    ],
)
def test_a_file_that_cannot_be_listened_by_says_why(listening, text, says):
    with pytest.raises(Unusable) as wrong:
        listening(text)
    assert says in str(wrong.value)
