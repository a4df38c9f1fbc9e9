"""Machines over lines that others cannot read, and from nobody but the broker or server that is meant.

GMP 2025 art. 81: what is on record comes from where it says.
"""

import ipaddress
import shutil
import subprocess

import pytest
from cryptography import x509

from portal import logs
from tests import mosquitto
from tests.certificates import certified
from tests.making.test_machines_telling import (
    AT,
    ON_SQLITE,
    PATIENCE,
    READING,
    Bath,
    Broker,
    Server,
    asyncua,
    birth,
    data,
    heard,
    listening,
    machine,
    port,
    serving,
    spool,
    take,
    until,
    with_a_broker,
)

__all__ = ["birth", "listening", "port", "spool", "take"]
HERE = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
USER, WORD = "weituo", "a word for tests"
REFUSED = 2  # times that it may try before it is believed that it will not get in


@pytest.fixture
def holders(tmp_path):
    """The broker or server, somebody who would like to be it, and we ourselves."""

    def _of(*, by_rsa):
        ours = x509.UniformResourceIdentifier("urn:weituo:listener")
        theirs = (HERE, x509.UniformResourceIdentifier("urn:plant:server"))
        named = {"real": theirs, "false": theirs, "ours": (ours,)}
        return {called: certified(tmp_path, called, *names, by_rsa=by_rsa) for called, names in named.items()}

    return _of


@pytest.fixture
def word(tmp_path):
    """The password file, with the right word or another."""

    def _word(said=WORD):
        path = tmp_path / "password"
        path.write_text(f"{said}\n", "utf-8")
        return path

    return _word


@pytest.fixture
def warned(monkeypatch):
    """The events of the log, by name."""
    seen = []
    for each in ("warn", "error"):
        monkeypatch.setattr(logs, each, lambda event, *_, **__: seen.append(event))
    return seen


def broker_of(tmp_path, port, holder, *, knows=None):
    """A broker that speaks TLS alone, to whoever has the password, or the certificate that it ``knows``."""
    passwords = tmp_path / "passwords"
    tool = shutil.which("mosquitto_passwd")
    subprocess.run([tool, "-c", "-b", passwords, USER, WORD], check=True, capture_output=True)
    passwords.chmod(0o600)
    lets_in = f"certfile {holder.certificate}\nkeyfile {holder.key}\n"
    if knows:
        lets_in += f"cafile {knows.certificate}\nrequire_certificate true\nuse_identity_as_username true\n"
        return mosquitto.mosquitto(tmp_path / "broker", port, lets_in=lets_in)
    return mosquitto.mosquitto(
        tmp_path / "broker", port, lets_in=f"{lets_in}allow_anonymous false\npassword_file {passwords}"
    )


@pytest.fixture
def of_mqtt(listening, batch, port):
    def _listening(**about):
        lines = "".join(f'{name} = "{value}"\n' for name, value in about.items())
        source = 'topic = "Plant/Line1"\nmetric = "Bath/Temperature"\nbatch_from = "Bath/Batch"'
        return listening(f'[mqtt]\nhost = "127.0.0.1"\nport = {port}\n{lines}' + READING.format(source=source))

    return _listening


def tell_over_tls(port, holder, *messages, shown=None):
    def introduced(client):
        client.tls_set(holder.certificate, *((shown.certificate, shown.key) if shown else ()))
        client.username_pw_set(USER, WORD)

    with machine(port, introduced) as bath:
        bath.tell(*messages)


@ON_SQLITE
@with_a_broker
def test_over_tls_and_with_a_password_what_a_machine_tells_is_on_record(
    of_mqtt, holders, word, spool, take, port, birth, tmp_path
):
    real = holders(by_rsa=False)["real"]
    told = of_mqtt(ca_file=real.certificate, user=USER, password_file=word())
    with broker_of(tmp_path, port, real), Broker(told.mqtt, spool) as broker:
        assert broker.listens.wait(PATIENCE)
        tell_over_tls(port, real, birth, data(1, "51.6"))
        heard(spool, 2)

    assert take(told) == 2


@ON_SQLITE
@with_a_broker
def test_a_broker_that_lets_in_by_certificate_knows_us_by_ours_and_nobody_without(
    of_mqtt, holders, spool, port, birth, tmp_path, warned
):
    by = holders(by_rsa=False)
    real, ours = by["real"], by["ours"]
    with broker_of(tmp_path, port, real, knows=ours):
        with Broker(of_mqtt(ca_file=real.certificate).mqtt, spool) as stranger:
            until(lambda: len(warned) >= REFUSED)
            assert not stranger.listens.is_set()
        told = of_mqtt(ca_file=real.certificate, cert_file=ours.certificate, key_file=ours.key)
        with Broker(told.mqtt, spool) as broker:
            assert broker.listens.wait(PATIENCE)
            tell_over_tls(port, real, birth, shown=ours)
            heard(spool, 1)


# The library leaves the socket of a handshake that failed to the collector.
@pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning")
@ON_SQLITE
@with_a_broker
@pytest.mark.parametrize("wrong", ["the certificate", "the password"])
def test_nothing_is_heard_of_another_broker_or_with_another_password_and_the_log_says_so(
    of_mqtt, holders, word, spool, port, tmp_path, warned, wrong
):
    by = holders(by_rsa=False)
    believed = by["false" if wrong == "the certificate" else "real"]
    said = word(WORD if wrong == "the certificate" else "another word")
    told = of_mqtt(ca_file=believed.certificate, user=USER, password_file=said)
    with broker_of(tmp_path, port, by["real"]), Broker(told.mqtt, spool) as broker:
        until(lambda: len(warned) >= REFUSED)
        assert not broker.listens.is_set()

    assert ("plant.mqtt-unreached" if wrong == "the certificate" else "plant.mqtt-refused") in warned


class Doorkeeper:
    """Lets in whoever has the password; the name of the method is the library's."""

    def get_user(self, _server, username=None, password=None, certificate=None):  # noqa: ARG002
        from asyncua.crypto.permission_rules import User, UserRole  # noqa: PLC0415  only where the library is

        return User(UserRole.User) if (username, password) == (USER, WORD) else None


class Secured(Bath):
    """The same server, which signs and encrypts, and lets nobody in without the password."""

    async def made(self):
        server = asyncua.Server(user_manager=Doorkeeper())
        await server.init()
        await server.set_application_uri("urn:plant:server")
        server.set_security_policy([asyncua.ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        await server.load_certificate(self.holder.certificate)
        await server.load_private_key(self.holder.key.read_bytes(), format="pem")
        return server


@pytest.fixture
def secured(port, holders):
    """The server, and a file that listens to it; ``believed`` is whose certificate it goes by."""
    by = holders(by_rsa=True)
    served = Secured(port)
    served.holder = by["real"]
    with serving(served):
        yield served, by


def of_opcua(listening, batch, port, by, believed, password):
    source = f'node = "ns=2;s=Bath.Temperature"\nbatch = "{batch("opened")}"'
    about = {
        "url": f"opc.tcp://127.0.0.1:{port}/",
        "server_cert_file": by[believed].certificate,
        "cert_file": by["ours"].certificate,
        "key_file": by["ours"].key,
        "user": USER,
        "password_file": password,
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in about.items())
    return listening(f"[opcua]\n{lines}" + READING.format(source=source))


@ON_SQLITE
def test_an_opc_ua_server_that_signs_and_encrypts_is_heard(listening, batch, spool, take, port, secured, word):
    served, by = secured
    told = of_opcua(listening, batch, port, by, "real", word())
    with Server(told.opcua, told.nodes, spool):
        heard(spool, 1)
        served.write(51.6, AT)
        heard(spool, 2)

    assert take(told) == 2


@ON_SQLITE
@pytest.mark.parametrize("wrong", ["the certificate", "the password"])
def test_nothing_is_heard_of_another_server_or_with_another_password(
    listening, batch, spool, port, secured, word, warned, monkeypatch, wrong
):
    monkeypatch.setattr("portal.plant.opcua.PAUSE", 0.05)
    monkeypatch.setattr("portal.plant.opcua.TIMEOUT", 1.0)
    _, by = secured
    believed = "false" if wrong == "the certificate" else "real"
    told = of_opcua(listening, batch, port, by, believed, word(WORD if believed == "false" else "another word"))
    with Server(told.opcua, told.nodes, spool):
        until(lambda: warned.count("plant.opcua-lost") >= REFUSED)

    assert spool.waiting(1) == []
