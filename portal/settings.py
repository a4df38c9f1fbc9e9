"""What the operator decides: read once from the environment, typed, and refused when unsafe."""

import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

_API_KEY = re.compile(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]")

_MAILBOX = re.compile(r"[^@\s<>,]+@[^@\s<>,]+")

QUOTA = 50 * 1024**3
RETENTION_YEARS = 10
MOST_PROXIES = 5
SHORTEST_KEY = 32
AT_HOME = frozenset({"localhost", "127.0.0.1", "::1"})


class Environment(StrEnum):
    DEVELOPMENT = "development"
    PRODUCTION = "production"


class PasswordPolicy(StrEnum):
    """Whose advice on passwords is followed; what each asks for is in portal/identity/passwords.py."""

    NIST = "nist"
    MLPS = "mlps"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the settings, and how to mend it."""

    setting: str
    says: str
    mend: str


class Unsafe(RuntimeError):
    """The portal will not start with these settings."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(f"{each.setting}: {each.says} {each.mend}" for each in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class FileSettings:
    """Where files lie and what is done before they count.  Sizes are in bytes.

    ``retention_years`` is how long the object store lets nobody delete a file.  GMP 2025 art. 45 asks for the lifetime
    of the device and at least two years from release; no lifetime is known for each file, so ten years are assumed.
    """

    bucket: str = ""
    endpoint: str = ""
    region: str = ""
    scanner: str = ""
    host: str = ""
    quota: int = QUOTA
    retention_years: int = RETENTION_YEARS

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "FileSettings":
        return cls(
            bucket=given.get("PORTAL_S3_BUCKET", ""),
            endpoint=given.get("PORTAL_S3_ENDPOINT", ""),
            region=given.get("PORTAL_S3_REGION", "") or "us-east-1",
            scanner=given.get("PORTAL_CLAMD", ""),
            host=given.get("PORTAL_FILES_HOST", ""),
            quota=int(given.get("PORTAL_QUOTA") or QUOTA),
            retention_years=int(given.get("PORTAL_RETENTION_YEARS") or RETENTION_YEARS),
        )


@dataclass(frozen=True, slots=True)
class MailSettings:
    """By which server letters leave; without ``host`` they lie in the outbox, a folder beside the data."""

    host: str = ""
    port: int = 587
    tls: str = "starttls"
    user: str = ""
    password: str = ""
    sender: str = "weituo@localhost"

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "MailSettings":
        return cls(
            host=given.get("PORTAL_MAIL_HOST", ""),
            port=int(given.get("PORTAL_MAIL_PORT") or 587),
            tls=given.get("PORTAL_MAIL_TLS") or "starttls",
            user=given.get("PORTAL_MAIL_USER", ""),
            password=given.get("PORTAL_MAIL_PASSWORD", ""),
            sender=given.get("PORTAL_MAIL_FROM") or "weituo@localhost",
        )


@dataclass(frozen=True, slots=True)
class Settings:
    """``PORTAL_…`` as the rest of the house reads it.  Sizes are in bytes, spans of time in minutes.

    ``address`` is what people type to come here, without a slash at its end: links are made of it and passkeys are
    bound to its host name.  ``proxies`` is how many of ours stand before it.  ``former_secret_keys`` open what was
    sealed before the key was changed.  ``idle_minutes_watched`` counts for authorities and organisation administrators.
    """

    environment: Environment
    data_dir: Path
    database_url: str
    secret_key: str
    hosts: tuple[str, ...]
    owner_url: str = ""
    verifier_url: str = ""
    address: str = "http://localhost"
    proxies: int = 0
    former_secret_keys: tuple[str, ...] = ()
    password_policy: PasswordPolicy = PasswordPolicy.NIST
    password_list: Path | None = None
    largest_request: int = 2 * 1024 * 1024
    largest_file: int = 20 * 1024 * 1024
    idle_minutes: int = 30
    idle_minutes_watched: int = 15
    absolute_minutes: int = 12 * 60
    api_keys: tuple[str, ...] = ()
    testing: bool = False
    files: FileSettings = FileSettings()
    mail: MailSettings = MailSettings()

    @property
    def over_https(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def passkey_host(self) -> str:
        """The name that passkeys are bound to: of the public address, or of one's own machine."""
        return urlsplit(self.address).hostname or "localhost"

    @property
    def signing_keys(self) -> list[str]:
        """For what a browser carries for us: all of them are known, the last one signs."""
        return [*reversed(self.former_secret_keys), self.secret_key]

    @property
    def issuer(self) -> str:
        """What the portal calls itself in a token; the address of its API on the first host that is named."""
        return f"{'https' if self.over_https else 'http'}://{self.hosts[0]}/api/v1"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def outbox_dir(self) -> Path:
        return self.data_dir / "outbox"

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read and judge the settings; raises :class:`Unsafe` with every fault at once."""
        given = os.environ if environ is None else environ
        if faults := tuple(faults_in(given)):
            raise Unsafe(faults)
        data_dir = Path(given.get("PORTAL_DATA_DIR", ".data")).resolve()
        environment = Environment(given.get("PORTAL_ENVIRONMENT", Environment.DEVELOPMENT))
        password_list = given.get("PORTAL_PASSWORD_LIST")
        return cls(
            environment=environment,
            data_dir=data_dir,
            database_url=given.get("PORTAL_DATABASE_URL") or f"sqlite:///{data_dir / 'portal.sqlite3'}",
            secret_key=given.get("PORTAL_SECRET_KEY") or _kept_secret(data_dir),
            owner_url=given.get("PORTAL_DATABASE_OWNER_URL", ""),
            verifier_url=given.get("PORTAL_DATABASE_VERIFIER_URL", ""),
            hosts=_hosts(given),
            address=_address(given),
            proxies=int(given.get("PORTAL_PROXIES") or (environment is Environment.PRODUCTION)),
            former_secret_keys=_listed(given.get("PORTAL_SECRET_KEYS_FORMER", "")),
            password_policy=PasswordPolicy(given.get("PORTAL_PASSWORD_POLICY") or PasswordPolicy.NIST),
            password_list=Path(password_list).resolve() if password_list else None,
            api_keys=tuple(filter(None, given.get("PORTAL_API_KEYS", "").split(","))),
            files=FileSettings.read(given),
            mail=MailSettings.read(given),
        )


def faults_in(given: Mapping[str, str]) -> Iterator[Fault]:
    environment = given.get("PORTAL_ENVIRONMENT", Environment.DEVELOPMENT)
    if environment not in set(Environment):
        yield Fault("PORTAL_ENVIRONMENT", f"{environment!r} is not known.", "Use development or production.")
        return
    url = given.get("PORTAL_DATABASE_URL", "")
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        yield Fault(
            "PORTAL_DATABASE_URL",
            "The address names no database this portal is tested on.",
            "Use postgresql+psycopg://user@host/name or sqlite:////absolute/path.",
        )
    if (address := given.get("PORTAL_ADDRESS", "")) and not _fit_for_passkeys(address, environment):
        yield Fault(
            "PORTAL_ADDRESS",
            "It is no address that passkeys can be bound to.",
            "Give the address that people type, with a host name and no path: https://portal.example",
        )
    if not all(map(_API_KEY.fullmatch, filter(None, given.get("PORTAL_API_KEYS", "").split(",")))):
        yield Fault(
            "PORTAL_API_KEYS",
            "One of the keys is not 32 bytes in base64url.",
            "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(32))'",
        )
    yield from _faults_in_files(given)
    yield from _faults_in_mail(given)
    yield from _unreadable(given)
    if environment == Environment.PRODUCTION:
        yield from _unsafe_in_production(given)


def _fit_for_passkeys(address: str, environment: str) -> bool:
    """A name, not a number, and https except on one's own machine: browsers bind passkeys to nothing else."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    named = bool(host) and ":" not in host and not host.replace(".", "").isdigit()
    at_home = environment == Environment.DEVELOPMENT and parts.scheme == "http" and host == "localhost"
    return named and parts.path in ("", "/") and not parts.query and (parts.scheme == "https" or at_home)


def _faults_in_files(given: Mapping[str, str]) -> Iterator[Fault]:
    for name, example in (("PORTAL_QUOTA", "bytes, as 53687091200"), ("PORTAL_RETENTION_YEARS", "years, as 10")):
        if given.get(name) and not (given[name].isascii() and given[name].isdigit() and int(given[name])):
            yield Fault(name, f"{given[name]!r} is not a whole number above zero.", f"Give {example}, or leave it out.")
    scanner = given.get("PORTAL_CLAMD", "")
    if scanner and not scanner.startswith("/") and not scanner.rpartition(":")[2].isdigit():
        yield Fault("PORTAL_CLAMD", "It names no socket.", "Use /run/clamav/clamd.ctl or host:3310.")
    host = given.get("PORTAL_FILES_HOST", "")
    if host and host in given.get("PORTAL_HOSTS", "").split(","):
        yield Fault("PORTAL_FILES_HOST", "It is one of PORTAL_HOSTS.", "Give the files a host name of their own.")
    endpoint = given.get("PORTAL_S3_ENDPOINT", "")
    if endpoint and not given.get("PORTAL_S3_BUCKET"):
        yield Fault("PORTAL_S3_BUCKET", "An object store is named, but no bucket.", "Name the bucket for files.")
    if endpoint and not endpoint.startswith(("https://", "http://127.0.0.1:", "http://localhost:")):
        yield Fault(
            "PORTAL_S3_ENDPOINT", "Files would travel unencrypted.", "Use an address that begins with https://."
        )


def _faults_in_mail(given: Mapping[str, str]) -> Iterator[Fault]:
    host, tls = given.get("PORTAL_MAIL_HOST", ""), given.get("PORTAL_MAIL_TLS") or "starttls"
    port = given.get("PORTAL_MAIL_PORT") or "587"
    if tls not in {"starttls", "tls", "none"}:
        yield Fault("PORTAL_MAIL_TLS", f"{tls!r} is not known.", "Use starttls, tls or none.")
    if tls == "none" and host and host not in AT_HOME:
        yield Fault("PORTAL_MAIL_TLS", "Letters would travel unencrypted.", "Use starttls or tls.")
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 2**16):
        yield Fault("PORTAL_MAIL_PORT", f"{port!r} is no port.", "Give a number, as 587 or 465.")
    if host and not _MAILBOX.fullmatch(given.get("PORTAL_MAIL_FROM", "")):
        yield Fault("PORTAL_MAIL_FROM", "A server is named, but no sender.", "Give an address: weituo@portal.example")


def _unreadable(given: Mapping[str, str]) -> Iterator[Fault]:
    proxies = given.get("PORTAL_PROXIES", "")
    if proxies and not (proxies.isascii() and proxies.isdigit() and int(proxies) <= MOST_PROXIES):
        yield Fault(
            "PORTAL_PROXIES",
            "It is no number of proxies.",
            f"Say how many proxies of yours each request passes, from 0 to {MOST_PROXIES}; one too many lets anybody "
            "choose the address that is counted.",
        )
    if (given.get("PORTAL_PASSWORD_POLICY") or PasswordPolicy.NIST) not in set(PasswordPolicy):
        yield Fault("PORTAL_PASSWORD_POLICY", "This policy is not known.", "Use nist or mlps.")
    if (password_list := given.get("PORTAL_PASSWORD_LIST")) and not os.access(password_list, os.R_OK):
        yield Fault("PORTAL_PASSWORD_LIST", "The file cannot be read.", "Name a text file with one password a line.")
    if any(len(each) < SHORTEST_KEY for each in _listed(given.get("PORTAL_SECRET_KEYS_FORMER", ""))):
        yield Fault(
            "PORTAL_SECRET_KEYS_FORMER",
            f"A former key is shorter than {SHORTEST_KEY} characters.",
            "List the keys used before, newest first, separated by commas.",
        )
    if (given.get("FLASK_DEBUG") or "0").lower() not in {"0", "false", "no"}:
        yield Fault("FLASK_DEBUG", "A debugger would be open to whoever meets an error.", "Unset it.")
    if given.get("PORTAL_ADDRESS") and not _answers_at(_address(given), _hosts(given)):
        yield Fault(
            "PORTAL_ADDRESS",
            "The portal does not answer at this address.",
            "Write http:// or https:// and a host of PORTAL_HOSTS, with nothing after it but a port.",
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in text.split(","))))


def _hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    return _listed(given.get("PORTAL_HOSTS", "127.0.0.1,localhost"))


def _address(given: Mapping[str, str]) -> str:
    """Where the portal is reached: as the operator says, else the first host over https, or one's own machine."""
    over_https = given.get("PORTAL_ENVIRONMENT") == Environment.PRODUCTION
    first = next(iter(_hosts(given)), "localhost")
    return (given.get("PORTAL_ADDRESS") or (f"https://{first}" if over_https else "http://localhost")).rstrip("/")


def _answers_at(address: str, hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        whole = parts.scheme in {"http", "https"} and f"{parts.scheme}://{parts.netloc}" == address and parts.port != 0
    except ValueError:
        return False
    named = any(host == each or (each.startswith(".") and f".{host}".endswith(each)) for each in hosts)
    return whole and named and "@" not in parts.netloc


def _unsafe_in_production(given: Mapping[str, str]) -> Iterator[Fault]:
    if len(given.get("PORTAL_SECRET_KEY", "")) < SHORTEST_KEY:
        yield Fault(
            "PORTAL_SECRET_KEY",
            "It is missing or shorter than 32 characters.",
            "Set it to the output of: python3 -c 'import secrets; print(secrets.token_hex(32))'",
        )
    if not given.get("PORTAL_HOSTS"):
        yield Fault("PORTAL_HOSTS", "No host name is trusted.", "Name the public host names, separated by commas.")
    elif given.get("PORTAL_ADDRESS", "https://").partition("://")[0] != "https":
        yield Fault("PORTAL_ADDRESS", "Links would lead over plain http.", "Write an address that begins with https.")
    if not given.get("PORTAL_DATA_DIR"):
        yield Fault("PORTAL_DATA_DIR", "Files would land in the working folder.", "Name an absolute folder.")
    if not given.get("PORTAL_DATABASE_URL", "").startswith("postgresql"):
        yield Fault(
            "PORTAL_DATABASE_URL",
            "Production keeps its books in PostgreSQL 15 or later.",
            "Use postgresql+psycopg://user@host/name.",
        )
    for name in ("PORTAL_DATABASE_URL", "PORTAL_DATABASE_OWNER_URL", "PORTAL_DATABASE_VERIFIER_URL"):
        if _may_be_overheard(given.get(name, ""), given.get("PGSSLMODE", "")):
            yield Fault(
                name,
                "The way to the database is not encrypted, or another server could answer on it.",
                "Add ?sslmode=verify-full&sslrootcert=/path/to/ca.pem, or use a socket: …@/name?host=/run/postgresql.",
            )


def _may_be_overheard(url: str, mode_of_all: str) -> bool:
    """Whether a database is asked over a network on which its server does not prove who it is."""
    try:
        parts = urlsplit(url)
        asked = parse_qs(parts.query)
        hosts = [parts.hostname or "", *asked.get("host", [])]
    except ValueError:
        return True
    away = any(host and host not in AT_HOME and not host.startswith("/") for host in hosts)
    return away and asked.get("sslmode", [mode_of_all])[-1] not in {"verify-ca", "verify-full"}


def _kept_secret(data_dir: Path) -> str:
    """Make the development secret once and keep it beside the data, readable by its owner alone."""
    kept = data_dir / "secret.key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return kept.read_text()
