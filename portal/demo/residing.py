"""Who watches over production in the demonstration world."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.acting import begin
from portal.db import new_id, now, session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import filed, move, played_by
from portal.facts import exception_facts, ground_of, posting_facts
from portal.facts.reports import opening_report_facts
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.person import Person
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException, Presence, Roster
from portal.rooms.exceptions.asking import ask_for_exception
from portal.rooms.holds.setting import set_hold
from portal.rooms.postings.proposing import Planned, propose_posting
from portal.rooms.reports.writing import note_observation
from portal.tenancy import side_in
from workflows.attendance import ARRIVE, AWAY, PLAN
from workflows.daily_report import DRAFT
from workflows.engine import weigh_opening
from workflows.hold_point import SET
from workflows.powers import Role

A_MONTH, MONTHS = timedelta(days=30), timedelta(days=180)
KEY_LINKS = ["激光打标", "清洗", "终检", "灭菌前包装"]


def post_resident(org: dict[str, UUID], relation: UUID, registrant: str) -> UUID:
    """The registrant's resident goes to the plant for half a year."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        ground = ground_of(session.get_one(Entrustment, relation))
        email = HOUSES[registrant].email(Role.RESIDENT_SUPERVISOR)
        person = session.scalars(select(Person).where(Person.email == email)).one()
        posting_id = new_id()
        planned = Planned(
            since=today(),
            until=today() + MONTHS,
            key_links=KEY_LINKS,
            production_experience="植入物机加工与清洗六年，曾任车间主任。",
            quality_experience="成品检验四年，内审员。",
        )
        proof = filed("Curriculum vitae", Posting.__tablename__, posting_id, relation)
        posting = propose_posting(ground, person, planned, proof, by=by, posting_id=posting_id)
        move(posting, "post", by=by, facts=posting_facts([posting])[posting.id])
        training = Roster(
            id=new_id(),
            entrustment_id=relation,
            posting_id=posting.id,
            since=today() + A_MONTH,
            until=today() + A_MONTH + timedelta(days=1),
            plan=AWAY,
            standing_in_id=None,
            note="法规培训",
        )
        ledger.write(training, PLAN.event, by=by)
        return posting.id


def ask_exception(org: dict[str, UUID], relation: UUID, registrant: str, *, first: date) -> UUID:
    """For two days the registrant wants to post nobody; its management representative has yet to sign."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        asked = ask_for_exception(
            session.get_one(Entrustment, relation),
            first,
            first + timedelta(days=1),
            because="派驻人员参加法规培训两天，且这两天只做清洗，不做终检。",
            measures="质量工程师当晚审核清洗记录，终检推迟到派驻人员返回之后。",
            by=by,
        )
        return asked.id


def grant_exception(org: dict[str, UUID], exception_id: UUID, registrant: str) -> None:
    with played_by(registrant, Role.MANAGEMENT_REPRESENTATIVE, org) as by:
        asked = session.get_one(PostingException, exception_id)
        move(asked, "grant", by=by, facts=exception_facts([asked])[asked.id])


def draft_report(org: dict[str, UUID], posting_id: UUID, registrant: str, batch_id: UUID) -> UUID:
    """The resident arrives, sees a batch and begins the report of the day, to be signed in the evening."""
    with played_by(registrant, Role.RESIDENT_SUPERVISOR, org) as by:
        posting = session.get_one(Posting, posting_id)
        side, batch = side_in(posting.entrustment_id), session.get_one(Batch, batch_id)
        arrived = Presence(
            id=new_id(),
            entrustment_id=posting.entrustment_id,
            posting_id=posting.id,
            place=posting.site_name,
            arrived_at=now(),
        )
        ledger.write(arrived, ARRIVE.event, by=by)
        report = DailyReport(
            id=new_id(),
            entrustment_id=posting.entrustment_id,
            posting_id=posting.id,
            day=today(),
            key_links=KEY_LINKS[:2],
            batches=[batch.number],
            remarks="清洗后目视检查抽查20件，未见异常。",
            handover="明日继续跟进终检。",
        )
        facts = opening_report_facts(posting, report.day, by.id)
        begin(report, weigh_opening(DRAFT, facts, powers=by.powers, side=side, on=today()), actor=by, side=side)
        note_observation(report, "清洗槽温度记录有一处漏填，已当场补记并说明原因。", batch, by=by)
        return report.id


def set_hold_point(org: dict[str, UUID], batch_id: UUID, registrant: str) -> UUID:
    """The registrant's quality manager lets a batch wait before final inspection."""
    with played_by(registrant, Role.REGISTRANT_QUALITY_MANAGER, org) as by:
        batch = session.get_one(Batch, batch_id)
        side = side_in(batch.entrustment_id)
        decision = weigh_opening(SET, batch.state, powers=by.powers, side=side, on=today())
        return set_hold(batch, "终检", "更换刀具后的前20件由派驻人员复检。", decision, by=by).id
