"""What the operator decides, read once and refused when unsafe."""

import stat

import pytest

from portal.identity.keyring import base64url
from portal.settings import Environment, PasswordPolicy, Settings, Unsafe, faults_in

SAFE = {
    "PORTAL_ENVIRONMENT": "production",
    "PORTAL_SECRET_KEY": "k" * 64,
    "PORTAL_HOSTS": "portal.example",
    "PORTAL_DATA_DIR": "/srv/portal",
    "PORTAL_DATABASE_URL": "postgresql+psycopg://portal@db.example/portal?sslmode=verify-full",
}


def faulty(given):
    return {each.setting for each in faults_in(given)}


def test_nothing_needs_to_be_set_on_ones_own_machine(tmp_path):
    settings = Settings.read({"PORTAL_DATA_DIR": str(tmp_path)})

    assert settings.environment is Environment.DEVELOPMENT
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    assert settings.hosts == ("127.0.0.1", "localhost")
    assert not settings.over_https


def test_the_development_secret_is_made_once_and_kept_from_others(tmp_path):
    first, second = (Settings.read({"PORTAL_DATA_DIR": str(tmp_path)}) for _ in range(2))

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) == 64
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_safe_settings_are_taken_in_production():
    assert faulty(SAFE) == set()
    assert Settings.read(SAFE).over_https


@pytest.mark.parametrize("missing", sorted(set(SAFE) - {"PORTAL_ENVIRONMENT"}))
def test_each_missing_setting_is_refused_in_production(missing):
    assert faulty({key: value for key, value in SAFE.items() if key != missing}) == {missing}


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_DATABASE_URL", "sqlite:////srv/portal.sqlite3"),
        ("PORTAL_DATABASE_URL", "mysql://db.example/portal"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal@db.example/portal"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal@db.example/portal?sslmode=require"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal@/portal?host=db.example"),
        ("PORTAL_DATABASE_URL", "postgresql+psycopg://portal@[db.example/portal?sslmode=verify-full"),
        ("PORTAL_DATABASE_OWNER_URL", "postgresql+psycopg://weituo_owner@db.example/portal"),
        ("PORTAL_DATABASE_VERIFIER_URL", "postgresql+psycopg://weituo_verify@db.example/portal?sslmode=prefer"),
        ("PORTAL_ENVIRONMENT", "holiday"),
        ("PORTAL_PROXIES", "all"),
        ("PORTAL_PROXIES", "-1"),
        ("PORTAL_PROXIES", "9"),
        ("PORTAL_PASSWORD_POLICY", "easy"),
        ("PORTAL_PASSWORD_LIST", "/no/such/list.txt"),
        ("PORTAL_SECRET_KEYS_FORMER", "short," + "f" * 64),
        ("PORTAL_ADDRESS", "http://portal.example"),
        ("PORTAL_ADDRESS", "https://evil.example"),
        ("PORTAL_ADDRESS", "https://portal.example/path"),
        ("PORTAL_ADDRESS", "https://evil@portal.example"),
        ("PORTAL_ADDRESS", "javascript://portal.example"),
        ("PORTAL_ADDRESS", "https://portal.example:port"),
        ("FLASK_DEBUG", "1"),
    ],
)
def test_an_unsafe_value_is_refused(setting, value):
    assert setting in faulty(SAFE | {setting: value})


@pytest.mark.parametrize(
    "given",
    [
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://portal@/portal?host=/run/postgresql"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://portal@localhost/portal"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://portal@db.example/portal", "PGSSLMODE": "verify-full"},
        {"PORTAL_DATABASE_URL": "postgresql+psycopg://portal@db.example/portal?sslmode=verify-ca"},
    ],
)
def test_a_way_to_the_database_on_which_nobody_else_listens_is_taken(given):
    assert faulty(SAFE | given) == set()


def test_what_is_not_set_is_the_safe_choice():
    settings = Settings.read(SAFE)

    assert settings.address == "https://portal.example"
    assert settings.proxies == 1
    assert settings.password_policy is PasswordPolicy.NIST
    assert settings.former_secret_keys == ()
    assert Settings.read(SAFE | {"PORTAL_PROXIES": "2"}).proxies == 2


def test_former_keys_are_named_newest_first():
    former = Settings.read(SAFE | {"PORTAL_SECRET_KEYS_FORMER": f"{'b' * 64}, {'a' * 64}"}).former_secret_keys

    assert former == ("b" * 64, "a" * 64)


def test_all_faults_are_told_at_once_each_with_its_mend():
    with pytest.raises(Unsafe) as refused:
        Settings.read({"PORTAL_ENVIRONMENT": "production"})

    assert {each.setting for each in refused.value.faults} == set(SAFE) - {"PORTAL_ENVIRONMENT"}
    assert all(each.says and each.mend for each in refused.value.faults)


def test_a_secret_is_never_repeated_in_what_is_said():
    with pytest.raises(Unsafe) as refused:
        Settings.read(SAFE | {"PORTAL_SECRET_KEY": "my short secret"})

    assert "my short secret" not in str(refused.value)


def test_passkeys_are_bound_to_the_name_that_people_type(tmp_path):
    at_home = {"PORTAL_DATA_DIR": str(tmp_path)}
    named = SAFE | {"PORTAL_HOSTS": "portal.example,old.example", "PORTAL_ADDRESS": "https://portal.example:8443/"}

    assert Settings.read(at_home).passkey_host == "localhost"
    assert Settings.read(SAFE).passkey_host == "portal.example"
    assert (Settings.read(named).passkey_host, Settings.read(named).address) == (
        "portal.example",
        "https://portal.example:8443",
    )
    assert Settings.read(at_home | {"PORTAL_ADDRESS": "http://localhost:9000"}).passkey_host == "localhost"


@pytest.mark.parametrize(
    "address", ["http://portal.example", "https://127.0.0.1", "https://[::1]", "https://portal.example/in", "portal"]
)
def test_an_address_that_no_passkey_can_be_bound_to_is_refused(address):
    assert faulty(SAFE | {"PORTAL_ADDRESS": address}) == {"PORTAL_ADDRESS"}


def test_keys_for_tokens_are_taken_from_the_settings_and_refused_when_they_are_none():
    good = base64url(b"k" * 32)

    assert [fault.setting for fault in faults_in({"PORTAL_API_KEYS": f"{good},short"})] == ["PORTAL_API_KEYS"]
    assert Settings.read({"PORTAL_API_KEYS": good, "PORTAL_SECRET_KEY": "x" * 40}).api_keys == (good,)
