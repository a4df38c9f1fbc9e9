"""Letters: what they say, when they come, that each comes once, and that none is lost."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
import time_machine
from click.testing import CliRunner
from sqlalchemy.exc import DBAPIError

from agreements.duty_rules import DUTY_RULES
from portal import ledger
from portal.commands import cli
from portal.db import CHINA, engines, new_id, now, session, unit_of_work
from portal.demo.cast import HOUSES
from portal.demo.hands import move, played_by
from portal.facts import batch_facts
from portal.facts.notices import choose_pace
from portal.founding import Operator
from portal.mailing import make_a_round, postman_of
from portal.mailing.postman import Outbox, OutOfReach, Server, Undelivered
from portal.mailing.sending import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, pause_after
from portal.records.batch import Batch
from portal.records.notice import Notice
from portal.settings import MailSettings, faults_in
from portal.tenancy import acting_for
from portal.walls import open_books
from portal.walls.postgresql import WORKER
from tests.breaking import break_in
from tests.browsing import words
from tests.house.tree import ROOT
from tests.mailing_desk import Bag, letters_in, mail_server
from tests.rooms import batch_desk as desk
from tests.stage import KEY, sql, stored
from workflows.powers import Role

TO = "release@chengyue.example"
EVERYBODY = len(HOUSES["chengyue"].roles)
LETTERS = {
    "zh": """\
您在委托平台有以下新通知：

* 待您办理：上市放行
  批次 B2611-02, 委托关系WT-{year}-001
  http://localhost/batches/{batch}

全部通知，以及接收邮件的频次：
http://localhost/notices

本邮件由平台自动发送，请勿回复。
""",
    "en": """\
This is new for you in Weituo:

* Waits for you: Marketing release
  Batch B2611-02, entrustment WT-{year}-001
  http://localhost/batches/{batch}

All of them, and how often you want letters:
http://localhost/notices

This letter was written by the portal; answers to it are not read.
""",
}


@pytest.fixture
def bag():
    return Bag()


@pytest.fixture
def send(app, bag):
    def _send(after=timedelta(0)):
        with app.app_context(), time_machine.travel(now() + after, tick=True):
            done = make_a_round(bag)
        letters, bag.letters = bag.letters, []
        return letters if not done.closed else done.closed

    return _send


@pytest.fixture
def release(world):
    """The plant releases a batch for production, and nothing else waits to be told, nor will."""
    break_in("duty")
    sql("UPDATE duty SET due_at = NULL")
    for table in ("notice_copy", "letter", "notice"):
        sql(f"DELETE FROM {table}")
    with played_by("hengrui", Role.MANUFACTURER_RELEASE_PERSON, world.org) as by:
        batch = session.get_one(Batch, world.batch["recorded"])
        move(batch, "release_production", by=by, facts=batch_facts([batch], by.id)[batch.id])
    return world.batch["recorded"]


def tell_again(*, urgent=False):
    """The same thing is told once more, as if it had happened again."""
    columns = [each.name for each in Notice.__table__.columns if each.name not in ("id", "handed_on_at", "urgent")]
    new, urgent = stored(new_id()), str(urgent).upper()
    chosen = ", ".join(columns)
    sql(
        f"INSERT INTO notice (id, handed_on_at, urgent, {chosen}) "
        f"SELECT :new, NULL, {urgent}, {chosen} FROM notice ORDER BY id LIMIT 1",
        new=new,
    )


@pytest.mark.parametrize("language", LETTERS)
def test_a_letter_says_what_it_says(send, world, release, language):
    break_in("person")
    sql("UPDATE person SET language = :language", language=language)

    (letter,) = send()

    values = {"year": now().astimezone(CHINA).year, "batch": release}
    assert letter.get_content() == LETTERS[language].format(**values)
    assert letter["To"] == TO
    assert letter["Subject"] == {"zh": "委托平台通知：1 条", "en": "Weituo: 1 notice"}[language]
    assert letter["Content-Language"] == {"zh": "zh-CN", "en": "en"}[language]
    assert letter["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("language", "says"), [("zh", "义务已开始：{duty}\n  {house}本单位事项"), ("en", "{duty}\n  own matter of {house}")]
)
def test_of_an_own_matter_it_says_whose_it_is(send, world, release, language, says):
    rule = DUTY_RULES["self-inspection"]
    break_in("person")
    sql("UPDATE person SET language = :language", language=language)
    about = "kind = 'duty', about_kind = 'duty', name = :rule, detail = :rule, due_at = NULL"
    sql(
        f"UPDATE notice SET entrustment_id = NULL, {about}, about_id = (SELECT id FROM duty "
        "WHERE owner_id = notice.for_id AND rule = :rule AND met_at IS NULL)",
        rule=rule.id,
    )

    (letter,) = send()

    assert says.format(duty=rule.title(language), house=HOUSES["chengyue"].name) in letter.get_content()


@pytest.mark.parametrize("engine", ["sqlite"])
def test_one_letter_an_hour_holds_all_that_came_meanwhile(send, release):
    assert len(send()) == 1
    tell_again()
    tell_again()
    assert send(timedelta(minutes=40)) == []

    (letter,) = send(timedelta(minutes=61))

    assert letter["Subject"] == "委托平台通知：2 条"
    assert send(timedelta(minutes=125)) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_is_urgent_does_not_wait(send, world, release):
    send()
    tell_again(urgent=True)

    (letter,) = send(timedelta(minutes=1))

    assert letter["Subject"] == "委托平台紧急通知：1 条"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_whoever_wants_one_a_day_gets_it_in_the_morning(send, world, release):
    _wish(world, "daily")
    night = datetime.combine(now().astimezone(CHINA).date() + timedelta(days=1), datetime.min.time(), CHINA)
    at = {hour: night + timedelta(hours=hour) - now() for hour in (7, 9, 11)}
    assert send(at[7]) == []

    assert len(send(at[9])) == 1

    tell_again()
    assert send(at[11]) == []
    assert len(send(at[9] + timedelta(days=1))) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
def test_whoever_wants_only_what_is_urgent_gets_only_that(send, world, release):
    _wish(world, "urgent_only")
    assert send() == []
    tell_again(urgent=True)

    (letter,) = send()

    assert letter["Subject"] == "委托平台紧急通知：1 条"


def _wish(world, pace):
    person = world.person[desk.RELEASE]
    with acting_for(world.org["chengyue"], person_id=person), unit_of_work():
        choose_pace(person, pace)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_was_read_or_done_or_may_no_longer_be_seen_is_not_sent(send, seat, world, release):
    (notice,) = sql("SELECT id FROM notice")[0]
    browser = seat(desk.RELEASE)
    browser.post("/notices/read", page="/notices", notice=str(notice))
    assert send() == []

    tell_again()
    sql("UPDATE notice SET detail = 'complete'")
    assert send() == []

    tell_again()
    break_in("participation")
    sql("UPDATE participation SET until = '2026-01-01'")
    assert send() == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_server_that_is_away_loses_nothing(send, bag, release):
    bag.away = True
    assert send() == "away"
    assert send(timedelta(seconds=30)) == []

    bag.away = False
    assert len(send(timedelta(minutes=2))) == 1
    assert sql("SELECT outcome FROM letter") == [("sent",)]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_an_address_that_is_refused_is_tried_again_later_each_time_and_keeps_nobody_else_waiting(send, bag, release):
    sql("UPDATE notice SET whom = 'notice:read'")
    bag.refuses = TO
    assert len(send()) == EVERYBODY - 1
    assert send(timedelta(seconds=50)) == []
    bag.refuses = ""

    assert [each["To"] for each in send(timedelta(minutes=2))] == [TO]
    assert [pause_after(number) for number in (1, 2, 3, MOST_ATTEMPTS)] == [
        FIRST_PAUSE,
        2 * FIRST_PAUSE,
        4 * FIRST_PAUSE,
        LONGEST_PAUSE,
    ]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_after_three_days_a_letter_is_given_up_and_the_notice_stays(send, bag, seat, release):
    bag.refuses = TO
    send()
    sql("UPDATE letter SET attempts = :nearly", nearly=MOST_ATTEMPTS - 1)
    send(timedelta(minutes=2))

    assert sql("SELECT outcome FROM letter") == [("given_up",)]
    assert "1 unread" in words(seat(desk.RELEASE).get("/notices"))


def test_what_nobody_may_look_back_on_is_cleared_away_and_the_ledger_keeps_the_event(app, bag, send, release, told):
    """By the worker's own role, which may delete these rows and no others."""
    send()
    tell_again()
    before = told()
    long_ago = stored(now() - timedelta(days=91))
    sql("UPDATE notice SET at = :then WHERE handed_on_at IS NOT NULL", then=long_ago)
    sql("UPDATE letter SET made_at = :then, slot = NULL", then=long_ago)
    open_books(app.config["SETTINGS"], role=WORKER)

    with app.app_context():
        make_a_round(bag)
        left = [sql(f"SELECT count(*) FROM {table}")[0][0] for table in ("notice", "notice_copy", "letter")]
        make_a_round(bag)

    open_books(app.config["SETTINGS"])
    assert left == [1, 1, 2]
    assert sql("SELECT count(*) FROM letter")[0][0] == 1
    assert told() == before


def test_of_many_workers_one_sends_each_letter(app, world, release, tmp_path):
    sql("UPDATE notice SET whom = 'notice:read'")
    outbox, gate, failed = Outbox(tmp_path), threading.Barrier(3), []

    def work():
        gate.wait()
        try:
            with app.app_context():
                for _ in range(3):
                    make_a_round(outbox)
        except Exception as broken:  # noqa: BLE001  a thread's failure must reach the test
            failed.append(broken)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert failed == []
    assert len(letters_in(tmp_path)) == len({each["To"] for each in letters_in(tmp_path)}) == EVERYBODY
    assert {(attempts, outcome) for attempts, outcome in sql("SELECT attempts, outcome FROM letter")} == {(1, "sent")}


def test_a_mail_server_takes_them_and_says_whom_it_does_not_know(app, release):
    with mail_server() as (port, taken), app.app_context():
        mail = MailSettings(host="127.0.0.1", port=port, tls="none", sender="weituo@portal.example")
        server = postman_of(replace(app.config["SETTINGS"], mail=mail))
        assert isinstance(server, Server)
        sql("UPDATE notice SET whom = 'notice:read'")
        break_in("person")
        sql("UPDATE person SET email = 'nobody@chengyue.example' WHERE email = :to", to=TO)

        assert make_a_round(server).sent == len(taken) == EVERYBODY - 1
    assert b"nobody@" not in b"".join(taken)
    with pytest.raises(OutOfReach):
        server.deliver(EmailMessage())


def test_a_letter_that_no_server_reads_is_refused_alone():
    letter = EmailMessage()
    letter["From"], letter["To"] = "weituo@portal.example", "质量@hengrui.example"
    with mail_server() as (port, _taken), pytest.raises(Undelivered):
        Server(MailSettings(host="127.0.0.1", port=port, tls="none")).deliver(letter)


def test_the_worker_s_role_writes_nothing_but_what_it_is_for(app, world, engine):
    if engine != "postgresql":
        pytest.skip("SQLite knows no roles")
    open_books(app.config["SETTINGS"], role=WORKER)
    with acting_for(world.org["hengrui"]), pytest.raises(DBAPIError, match="permission denied"), unit_of_work():
        session.get_one(Batch, world.batch["opened"]).label_version = "X"
        ledger.write(session.get_one(Batch, world.batch["opened"]), "batch.amended", by=Operator(*_somebody(world)))
    open_books(app.config["SETTINGS"])


def _somebody(world):
    return world.org["hengrui"], world.org["hengrui"], "hengrui"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_an_address_that_would_add_a_header_gets_nothing_and_keeps_nobody_waiting(send, release):
    sql("UPDATE notice SET whom = 'notice:read'")
    break_in("person")
    sql("UPDATE person SET email = :bad WHERE email = :to", bad=f"x@y.example\r\nBcc: {TO}", to=TO)

    assert len(send()) == EVERYBODY - 1
    assert sorted(sql("SELECT outcome FROM letter")) == [("given_up",), *[("sent",)] * (EVERYBODY - 1)]


def test_nothing_leaves_unencrypted_over_a_network():
    wrong = {"PORTAL_MAIL_HOST": "mail.example", "PORTAL_MAIL_TLS": "none", "PORTAL_MAIL_PORT": "0"}

    assert {each.setting for each in faults_in(wrong)} == {"PORTAL_MAIL_TLS", "PORTAL_MAIL_PORT", "PORTAL_MAIL_FROM"}


@pytest.fixture
def environment(monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PORTAL_SECRET_KEY", KEY)
    monkeypatch.setenv("PORTAL_DATABASE_URL", engines().writing.url.render_as_string(hide_password=False))
    return tmp_path


def test_by_hand_it_runs_once_as_the_worker_s_own_role(release, environment):
    assert CliRunner().invoke(cli, ["notices", "send"]).output == "Letters sent: 1.\n"

    assert engines().writing.url.username in (None, "weituo_worker")
    assert [each["To"] for each in letters_in(environment / "outbox")] == [TO]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_the_worker_ends_when_it_is_asked_to(release, environment):
    working = subprocess.Popen(
        [sys.executable, "-c", "from portal.commands import cli; cli()", "worker", "--every", "600"],
        cwd=ROOT,
        env=os.environ.copy(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert working.stdout.readline() == "Letters sent: 1.\n"

    working.send_signal(signal.SIGTERM)

    assert working.wait(timeout=30) == 0
    working.stdout.close()
