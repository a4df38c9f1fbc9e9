"""Certificates that sign themselves, made for the occasion: whoever trusts one trusts its holder and nobody else."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Holder:
    """Where the certificate of somebody lies, and the key to it."""

    certificate: Path
    key: Path


def certified(folder: Path, called: str, *names: x509.GeneralName, by_rsa: bool = False) -> Holder:
    """A certificate good from yesterday until tomorrow; OPC UA wants one ``by_rsa``."""
    key = rsa.generate_private_key(65537, 2048) if by_rsa else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    held = Holder(folder / f"{called}.pem", folder / f"{called}.key")
    held.key.write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    held.certificate.write_bytes(made.public_bytes(pem))
    return held
