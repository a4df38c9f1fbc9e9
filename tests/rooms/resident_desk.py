"""What the tests of residents do behind their pages."""

from datetime import timedelta

from sqlalchemy import select

from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.demo.residing import ask_exception, grant_exception
from portal.facts import posting_facts
from portal.records.hold_point import HoldPoint
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException
from tests.rooms.batch_desk import books, pdf
from workflows.powers import Role

QUALITY, REPRESENTATIVE = "chengyue/registrant-quality-manager", "chengyue/management-representative"
RESIDENT = "chengyue/resident-supervisor"
PLANT_QUALITY, PLANT_REPRESENTATIVE = "hengrui/manufacturer-quality-manager", "hengrui/management-representative"
KINDS = {"posting": Posting, "exception": PostingException, "report": DailyReport, "hold": HoldPoint}


def end_posting(world):
    """The resident comes home, and may be posted again from today on."""
    with played_by("chengyue", Role.REGISTRANT_QUALITY_MANAGER, world.org) as by:
        posting = session.get_one(Posting, world.posting)
        move(posting, "end", by=by, facts=posting_facts([posting])[posting.id], reason="Came home.")


def planned(world, **given):
    """What a quality manager types about a posting."""
    return {
        "person": str(world.person[RESIDENT]),
        "since": today().isoformat(),
        "until": (today() + timedelta(days=90)).isoformat(),
        "key_links": "cleaning\nfinal inspection\n\ncleaning",
        "production_experience": "Six years of machining.",
        "quality_experience": "Four years of final inspection.",
        "file": pdf("cv.pdf"),
    } | given


def excepted(world, *, first=None):
    """An exception of two days, asked for and signed."""
    asked = ask_exception(world.org, world.entrustment, "chengyue", first=first or today() - timedelta(days=1))
    grant_exception(world.org, asked, "chengyue")
    return asked


def newest(as_org, kind, entrustment_id):
    with books(as_org):
        wanted = select(KINDS[kind]).where(KINDS[kind].entrustment_id == entrustment_id)
        return session.scalars(wanted.order_by(KINDS[kind].id.desc())).unique().first()
