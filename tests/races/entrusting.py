"""Fresh entrustments in bulk: the one that runs, copied with all it rests on, each with a ledger stream of its own."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import new_id, session
from portal.demo.hands import played_by
from portal.demo.story import World
from portal.records.agreement import Agreement, AgreementVersion
from portal.records.entrustment import Answer, Entrustment, Exhibit, Verdict
from portal.records.ledger import ENTRUSTMENT
from portal.tenancy import Participation
from tests.races.subjects import copy_of
from workflows.powers import Role


def reported_entrustments(world: World, count: int) -> list[UUID]:
    """So many entrustments that only wait to be activated."""
    return [each.id for each in _copied(world, count, state="reported", activated_at=None)]


def entrustments_without_agreements(world: World, count: int) -> list[UUID]:
    """So many entrustments in which nothing has been drawn up yet."""
    return [each.id for each in _copied(world, count, agreements=False, state="eligible", activated_at=None)]


def offered_agreements(world: World, count: int) -> list[UUID]:
    """So many quality agreements on the table, each in an entrustment of its own."""
    made: list[UUID] = []
    changed = {"state": "offered", "signed_at": None}
    for each in _copied(world, count, state="eligible", activated_at=None, agreement=changed):
        made += [agreement.id for agreement in each.agreements if agreement.state == "offered"]
    return made


class _Copied:
    def __init__(self, entrustment_id: UUID, agreements: list[Agreement]) -> None:
        self.id, self.agreements = entrustment_id, agreements


def _copied(world: World, count: int, *, agreement: Any = None, agreements: bool = True, **given: Any) -> list[_Copied]:
    with played_by("chengyue", Role.MANAGEMENT_REPRESENTATIVE, world.org) as by:
        like = session.get_one(Entrustment, world.entrustment)
        around = [
            row
            for kind in (Participation, Exhibit, Answer, Verdict)
            for row in session.scalars(select(kind).where(kind.entrustment_id == like.id))
        ]
        signed = session.scalars(select(Agreement).where(Agreement.entrustment_id == like.id)).all()
        versions = session.scalars(select(AgreementVersion).where(AgreementVersion.entrustment_id == like.id)).all()
        made = []
        for number in range(count):
            own = new_id()
            ledger.open_stream(session(), ENTRUSTMENT, own)
            entrustment = copy_of(like, id=own, entrustment_id=own, number=f"R-{number:05}", **given)
            rows = [copy_of(row, entrustment_id=own, **_without_file(row)) for row in around]
            copies = []
            for each in signed if agreements else ():
                changed = agreement if agreement and each.kind == "quality" else {}
                copied = copy_of(each, entrustment_id=own, **changed)
                copies.append(copied)
                rows += [
                    copy_of(version, entrustment_id=own, agreement_id=copied.id)
                    for version in versions
                    if version.agreement_id == each.id
                ]
            ledger.write(entrustment, "entrustment.proposed", by=by, also=[*copies, *rows])
            made.append(_Copied(own, copies))
        return made


def _without_file(row: Any) -> dict[str, None]:
    return {"file_id": None} if isinstance(row, Exhibit) else {}
