"""`portal doctor`: what is wrong with an installation, and how to mend it."""

import os
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from portal.commands import doctor as surgery
from portal.commands.doctor import doctor, examine
from portal.commands.outside import remember
from portal.db import engine_for, engines, now, today
from portal.identity.sealing import keep_former_keys, seal
from portal.migrating import upgrade
from portal.plant.spool import Spool
from tests.stage import KEY, sql, stored


@pytest.fixture
def well(app, tmp_path, monkeypatch):
    """The environment of an installation on the staged world, with everything in order."""
    monkeypatch.setattr(surgery, "is_compiled", lambda: True)
    monkeypatch.setattr(surgery, "last_published_day", lambda: today() + timedelta(days=400))
    files = app.extensions["store"].shelf.folder
    (tmp_path / "files").symlink_to(files)
    url = engines().writing.url.render_as_string(hide_password=False)
    yield {"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": url, "PORTAL_SECRET_KEY": KEY}
    keep_former_keys([])


def told(environ):
    answer = CliRunner().invoke(doctor, env={**dict.fromkeys(OWN), **environ})
    assert answer.exception is None or isinstance(answer.exception, SystemExit)
    return answer


OWN = ("PORTAL_ENVIRONMENT", "PORTAL_DATA_DIR", "PORTAL_DATABASE_URL", "PORTAL_SECRET_KEY", "PORTAL_HOSTS")
OWN += ("FLASK_DEBUG", "PORTAL_SECRET_KEYS_FORMER", "PORTAL_PROXIES", "PORTAL_ADDRESS", "PORTAL_PASSWORD_POLICY")


def wrong(environ):
    return [each for each in examine(environ) if each.well is False]


def test_a_healthy_installation_is_told_so(well):
    answer = told(well)

    assert answer.exit_code == 0, answer.output
    assert "All is well." in answer.output
    assert "wrong" not in answer.output
    assert all(each in answer.output for each in ("Python", "schema is the newest", "all of them whole", "clock"))


def test_every_fault_of_the_settings_is_named_with_its_mend(well):
    answer = told(well | {"PORTAL_ENVIRONMENT": "production", "PORTAL_SECRET_KEY": "short", "PORTAL_HOSTS": ""})

    assert answer.exit_code == 1
    assert "PORTAL_SECRET_KEY: It is missing or shorter than 32 characters." in answer.output
    assert "secrets.token_hex(32)" in answer.output
    assert "PORTAL_HOSTS" in answer.output


@pytest.mark.parametrize(
    ("scanner", "travels"),
    [("scanner.example:3310", True), ("127.0.0.1:3310", False), ("/run/clamav/clamd.ctl", False), ("", False)],
)
def test_files_that_travel_to_the_scanner_in_the_clear_are_named(well, scanner, travels):
    output = told(well | {"PORTAL_CLAMD": scanner}).output

    assert ("Files travel to ClamAV unencrypted" in output) is travels


def test_an_unknown_environment_is_named(well):
    assert "PORTAL_ENVIRONMENT" in told(well | {"PORTAL_ENVIRONMENT": "holiday"}).output


def test_a_missing_database_is_not_made(tmp_path, monkeypatch):
    monkeypatch.setattr(surgery, "is_compiled", lambda: True)

    answer = told({"PORTAL_DATA_DIR": str(tmp_path)})

    assert answer.exit_code == 1
    assert "Run: portal upgrade" in answer.output
    assert not (tmp_path / "portal.sqlite3").exists()


def test_a_schema_that_is_behind_is_named(tmp_path):
    url = f"sqlite:///{tmp_path / 'portal.sqlite3'}"
    engine = engine_for(url)
    upgrade(engine, "0001")
    engine.dispose()

    found = wrong({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": url})

    assert any("The schema is 0001" in each.what and each.mend == "Run: portal upgrade" for each in found)


def test_a_database_out_of_reach_is_named_without_its_password(tmp_path):
    url = "postgresql+psycopg://portal:very-secret@127.0.0.1:1/nowhere"

    answer = told({"PORTAL_DATA_DIR": str(tmp_path), "PORTAL_DATABASE_URL": url})

    assert answer.exit_code == 1
    assert "The database does not answer" in answer.output
    assert "very-secret" not in answer.output


def test_a_missing_and_a_damaged_file_are_counted(well, app):
    once = {sha256 for (sha256,) in sql("SELECT sha256 FROM stored_file GROUP BY sha256 HAVING count(*) = 1")}
    shelf = app.extensions["store"].shelf.folder
    kept = sorted(each for each in shelf.rglob("*") if each.is_file() and each.name in once)
    kept[0].unlink()
    kept[1].write_bytes(b"something else")

    found = wrong(well)

    assert len(found) == 1
    assert "of which 2 missing or damaged" in found[0].what


def test_a_clock_behind_the_ledger_is_named(well, monkeypatch):
    monkeypatch.setattr(surgery, "now", lambda: __import__("portal.db").db.now() - timedelta(days=2))

    assert any("The clock is behind the ledger" in each.what for each in wrong(well))


def test_a_year_without_published_working_days_is_a_note_and_a_past_calendar_is_wrong(well, monkeypatch):
    monkeypatch.setattr(surgery, "last_published_day", lambda: today() + timedelta(days=40))
    note = next(each for each in examine(well) if "Working days" in each.what)
    monkeypatch.setattr(surgery, "last_published_day", lambda: date(2020, 12, 31))
    past = next(each for each in examine(well) if "Working days" in each.what)

    assert (note.well, past.well) == (None, False)
    assert note.mend


def test_translations_that_are_not_compiled_are_named(well, monkeypatch):
    monkeypatch.setattr(surgery, "is_compiled", lambda: False)

    assert [each.mend for each in wrong(well)] == ["Run: portal translations compile"]


def test_a_folder_that_cannot_be_written_is_named(well, tmp_path):
    (tmp_path / "file").write_text("not a folder")

    found = wrong(well | {"PORTAL_DATA_DIR": str(tmp_path / "file")})

    assert any("cannot be written" in each.what for each in found)


def test_a_key_that_was_changed_is_counted_until_everybody_is_sealed_anew(well):
    former = "f" * 64
    sealed = seal(former).encrypt(b"JBSWY3DPEHPK3PXP").decode()
    sql("UPDATE secret SET totp_sealed = :sealed WHERE id = (SELECT id FROM secret LIMIT 1)", sealed=sealed)

    lost = wrong(well)
    assert [each.what.split(": ")[0] for each in lost] == ["One-time-code keys that no key opens"]
    notes = [each.what for each in examine(well | {"PORTAL_SECRET_KEYS_FORMER": former}) if each.well is None]
    assert "One-time-code keys still sealed with a former key: 1." in notes
    assert former not in told(well | {"PORTAL_SECRET_KEYS_FORMER": former}).output


def test_a_portal_that_believes_no_proxy_is_told_what_follows(well):
    address = {"PORTAL_HOSTS": "portal.example", "PORTAL_ENVIRONMENT": "production", "PORTAL_PROXIES": "0"}
    if well["PORTAL_DATABASE_URL"].startswith("sqlite"):
        pytest.skip("production keeps its books in PostgreSQL")

    assert any("No proxy is believed" in each.what and each.well is None for each in examine(well | address))


def test_a_debugger_left_on_is_wrong(well):
    assert any("FLASK_DEBUG" in each.what for each in wrong(well | {"FLASK_DEBUG": "1"}))


def test_looking_changes_nothing(well):
    before = sql("SELECT count(*) FROM ledger_event")
    told(well)

    assert sql("SELECT count(*) FROM ledger_event") == before


def test_a_scanner_that_does_not_answer_and_a_store_out_of_reach_are_named(well):
    lost = {"PORTAL_S3_BUCKET": "files", "PORTAL_S3_ENDPOINT": "http://127.0.0.1:9", "PORTAL_CLAMD": "/nowhere"}

    found = [each.what for each in wrong(well | lost)]

    assert any(each.startswith("PORTAL_S3_BUCKET: The object store does not answer") for each in found)
    assert any(each.startswith("The virus scanner does not answer") for each in found)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORTAL_QUOTA", "a lot"),
        ("PORTAL_RETENTION_YEARS", "0"),
        ("PORTAL_CLAMD", "somewhere"),
        ("PORTAL_S3_ENDPOINT", "https://store.example"),
        ("PORTAL_FILES_HOST", "portal.example"),
    ],
)
def test_a_setting_for_files_that_cannot_be_right_is_named(well, setting, value):
    given = well | {"PORTAL_HOSTS": "portal.example", setting: value}

    assert any(each.what.startswith("PORTAL_") for each in wrong(given))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_worker_that_does_not_run_and_letters_given_up_are_named(well, world):
    assert "for a worker" not in told(well).output
    sql("UPDATE notice SET at = :long_ago", long_ago=stored(now() - timedelta(hours=2)))
    sql(
        "INSERT INTO letter (id, person_id, made_at, next_at, attempts, ended_at, outcome) "
        "SELECT id, id, :at, :at, 16, :at, 'given_up' FROM person LIMIT 1",
        at=stored(now()),
    )

    output = told(well).output

    assert "notices have waited an hour for a worker." in output
    assert "1 letters were refused for three days and given up." in output
    assert "All is well." in output


def test_what_lies_in_a_watched_folder_and_what_machines_told_in_vain_is_named(well, tmp_path):
    folder, long_ago = tmp_path / "from the MES", (now() - timedelta(hours=2)).timestamp()
    folder.mkdir()
    remember([f"{folder}=WT-2026-001"], tmp_path)
    remember([f"{folder}=WT-2026-001"], tmp_path)
    spool = Spool(tmp_path / "plant-line1.sqlite3")
    assert not [each for each in examine(well) if "line1" in each.what and each.well is not True]
    assert not [each for each in wrong(well) if "from the MES" in each.what]

    (folder / "export.csv").write_text("late")
    spool.keep("Plant/Line1", b"never taken")
    spool.done([], refused=[("Bath", "There is no batch B9.")])
    spool.close()
    for each in (folder / "export.csv", tmp_path / "plant-line1.sqlite3"):
        os.utime(each, (long_ago, long_ago))
    (folder / "refused").mkdir()
    (folder / "refused" / "bad.csv").write_text("bad")

    found = {each.what: each for each in examine(well)}
    assert found[f"1 files have lain an hour in {folder}."].mend.endswith(f"--watch {folder}=WT-2026-001")
    assert "portal plant listen line1.toml" in found["1 messages of machines for line1 wait to be put on record."].mend
    assert found[f"1 files of {folder} were refused."].well is None
    folder.rename(tmp_path / "elsewhere")
    assert f"The watched folder {folder} is gone." in [each.what for each in wrong(well)]
