"""What the houses of the year did for themselves: quarterly hearings, reports on the year before, and a new holder."""

from collections.abc import Callable, Iterator
from functools import partial

from portal.db import session, today
from portal.demo.hands import move, played_by
from portal.demo.posts import hear, relieve, succeed
from portal.demo.story import World
from portal.facts.appointments import REPRESENTATIVE
from portal.facts.self_inspections import report_facts
from portal.records.appointment import Appointment
from portal.records.self_inspection import SelfInspection
from portal.rooms.appointments.keeping import report
from portal.rooms.self_inspections.keeping import file, write
from workflows.powers import Role

WRITTEN = ("overview", "changes", "operation", "outside")
HEARD = {
    "chengyue": ("2026-01-30T15:00", "2026-04-28T15:00", "2026-07-28T15:00", "2026-10-27T15:00"),
    "hengrui": ("2026-01-15T15:00", "2026-04-15T15:00", "2026-07-15T15:00", "2026-10-16T15:00"),
    "lantai": ("2026-02-03T15:00", "2026-05-10T15:00"),
}
FILED = {"chengyue": "2026-03-20T11:00", "hengrui": "2026-04-02T11:00"}


def kept(world: World) -> Iterator[tuple[str, Callable[[], None]]]:
    """Each with its moment; one house heard nobody after May and filed nothing."""
    for house, moments in HEARD.items():
        for moment in moments:
            yield moment, partial(_hear, world, house)
    for house, moment in FILED.items():
        yield moment, partial(_report, world, house)
    yield "2026-04-16T09:00", partial(_relieve, world, "hengrui")
    yield "2026-05-20T09:00", partial(_succeed, world, "hengrui")
    yield "2026-06-10T16:00", partial(_tell, world, "hengrui")


def _hear(world: World, house: str) -> None:
    with played_by(house, Role.PERSON_IN_CHARGE, world.org) as by:
        hear(session.get_one(Appointment, world.named[f"{house}_{REPRESENTATIVE}"]), by)


def _relieve(world: World, house: str) -> None:
    with played_by(house, Role.PERSON_IN_CHARGE, world.org) as by:
        relieve(session.get_one(Appointment, world.named[f"{house}_{REPRESENTATIVE}"]), by)


def _succeed(world: World, house: str) -> None:
    with played_by(house, Role.PERSON_IN_CHARGE, world.org) as by:
        world.named[f"{house}_{REPRESENTATIVE}"] = succeed(house, REPRESENTATIVE, "新任管理者代表", by).id


def _tell(world: World, house: str) -> None:
    with played_by(house, Role.PERSON_IN_CHARGE, world.org) as by:
        held = session.get_one(Appointment, world.named[f"{house}_{REPRESENTATIVE}"])
        report(held, reported_on=today(), report_number="演示回执-02", by=by)


def _report(world: World, house: str) -> None:
    with played_by(house, Role.PERSON_IN_CHARGE, world.org) as by:
        report = session.get_one(SelfInspection, world.named[f"{house}_self_inspection"])
        write(report, dict.fromkeys(WRITTEN, "已自查，运行有效（演示）。"), by=by)
        session.flush()
        move(report, "sign", by=by, facts=report_facts(report))
        file(report, filed_on=today(), filing_number=f"{house}-{report.year}", by=by)
