"""The stage of the matrix: the staged world, a few houses more in it, and every text of it marked with its owner."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from agreements.renewals import RenewalNews
from portal.db import aside, new_id, now, session, today, unit_of_work
from portal.demo.ending import make_ending
from portal.demo.intaking import send_readings, send_steps
from portal.demo.labelling import print_labels
from portal.demo.machines import make_client
from portal.demo.making import make_batches
from portal.demo.producing import cut_titanium, make_pieces
from portal.demo.relations import Venture
from portal.demo.residing import ask_exception, draft_report, grant_exception, set_hold_point
from portal.demo.restarting import make_restart
from portal.demo.stopping import find_defect, settle_defect
from portal.demo.story import World, _invited, complained_of
from portal.facts.notices import PAPERS
from portal.founding import enrol
from portal.granting import grant_access
from portal.identity.sessions import begin_session, hash_of
from portal.notices import about_paper
from portal.records.proof import Passkey
from portal.tenancy import acting_for, all_records, beyond_tenants
from tests.api.knocking import Knocker, register
from tests.breaking import break_in
from tests.matrix.canaries import OVERSEEN, OVERSEES, mark_everything
from tests.matrix.relations import TAKING_PART
from tests.matrix.upstream import lying_upstream, uuid_of
from tests.stage import Stage, sql, stored
from workflows.catalogue import LIFECYCLES
from workflows.engine import OTHER, Side
from workflows.powers import Role

# People who should not be able to do much: without a role, about to be deactivated, with a role of another trade,
# an inspector whose case ended yesterday.
MORE_PEOPLE: dict[str, tuple[Role, ...]] = {
    "chengyue/nobody": (),
    "hengrui/nobody": (),
    "hengrui/gone": (Role.PLANT_CLERK, Role.MANUFACTURER_RELEASE_PERSON),
    "hengrui/misfit": (Role.REGISTRANT_RELEASE_PERSON,),
    "shanghai/between-cases": (Role.AUTHORITY_INSPECTOR,),
}
# What an address calls a record whose table has a longer name.
CALLED = {"file": "stored_file", "event": "ledger_event", "session": "web_session"}
# In these four places each kind of shared record is looked for; the others stand in for states.
PLACES = ("entrustment", "rival_entrustment", "strange_entrustment", "former_entrustment")
PARTIES = ("chengyue", "hengrui", "lantai", "qihe", "anhe")


@dataclass(frozen=True)
class Subject:
    """One record: what it is, whose, in which entrustment if any, in which state."""

    kind: str
    id: UUID
    owner: str | None
    place: str | None
    state: str | None = None
    place_state: str | None = None
    within: UUID | None = None
    led_to: tuple[str, ...] = ()

    @property
    def called(self) -> str:
        where = f"in {self.place or 'no entrustment'}" + (
            f", led to {' and '.join(self.led_to)}" if self.led_to else ""
        )
        return f"{self.kind} of {self.owner or 'nobody'} {where}"

    def seen_by(self, house: str) -> bool:
        """Whoever takes part in its entrustment today, or in what it led to; of what is in none its owner too."""
        return self.is_among_the_books_of(house) or any(house in TAKING_PART[place] for place in self.led_to)

    def is_among_the_books_of(self, house: str) -> bool:
        if self.place:
            return house in TAKING_PART[self.place]
        return house == self.owner or (self.kind in OVERSEEN and house in OVERSEES.get(self.owner or "", ()))

    def side_of(self, house: str) -> str | None:
        """Where a house stands, as the record sees it: in an audit held by the manufacturer the sides swap."""
        sides = TAKING_PART.get(self.place or "", {})
        side = sides.get(house)
        mirrored = self.kind == "audit" and sides.get(self.owner or "") == Side.MANUFACTURER
        return OTHER.get(side, side) if mirrored else side


@dataclass
class Scene:
    """The world of the matrix and the records that its doors are tried with."""

    world: World
    subjects: dict[str, list[Subject]] = field(default_factory=dict)
    machines: dict[str, Knocker] = field(default_factory=dict)


def set_scene(stage: Stage) -> tuple[Stage, Scene]:
    """Build on the staged world, once for each worker and engine."""
    with stage.copy() as world, stage.app.app_context():
        _more_houses(world)
        scene = Scene(world, machines={house: register(stage.app, world, house) for house in PARTIES})
        scene.subjects |= {"passkey": [_passkey(world)], "web_session": [_session(world)]}
        mark_everything(world)
        for kind in _SHARED:
            scene.subjects[kind] = list(_shared(world, kind))
        for kind in _PRIVATE:
            scene.subjects.setdefault(kind, []).extend(_own(world, kind))
        for kind, made, owner, state, led in lying_upstream(world):
            scene.subjects[kind].append(Subject(kind, made, owner, None, state, led_to=led))
        scene.subjects["ledger_event"] = list(_events(world))
        scene.subjects |= {"node": list(_nodes(world)), "activity": list(_nodes(world, kind=68))}
        return stage.kept_as("matrix", world), scene


_SHARED = (
    "entrustment",
    "batch",
    "batch_document",
    "agreement",
    "agreement_review",
    "meeting",
    "ending",
    "ending_line",
    "nonconformity",
    "defect_notice",
    "duty",
    "capa",
    "capa_action",
    "change",
    "audit",
    "audit_finding",
    "audit_programme",
    "exhibit",
    "posting",
    "posting_exception",
    "recording",
    "daily_report",
    "observation",
    "hold_point",
    "restart",
    "trade_item",
    "label_run",
    "transfer",
    "transfer_gap",
    "variety_report",
    "definition",
    "approved_source",
    "verdict",
    "stored_file",
)
# The trial that came before is over: nothing can be done to it any more.
_UNDERWAY = {
    "batch": " AND stage = 'commercial'",
    "batch_document": " AND batch_id IN (SELECT id FROM batch WHERE stage = 'commercial')",
}
# Those with a process of their own, which stand in some state of it.
_MOVING = (
    "entrustment",
    "batch",
    "agreement",
    "nonconformity",
    "defect_notice",
    "posting",
    "posting_exception",
    "daily_report",
    "hold_point",
    "appointment",
    "area",
    "authorisation",
    "equipment",
    "hearing",
    "self_inspection",
    "supplier",
    "material",
    "material_lot",
)
_PRIVATE = (
    "appointment",
    "area",
    "authorisation",
    "equipment",
    "equipment_proof",
    "duty",
    "hearing",
    "organisation",
    "self_inspection",
    "supplier",
    "material",
    "material_lot",
    "intake",
    "auditor_qualification",
    "capture",
    "named_query",
    "client",
    "client_key",
    "production_licence",
    "inspection",
    "internal_audit",
    "audit_report",
    "credit_statement",
    "registration_certificate",
    "credit_check",
    "product",
    "site",
    "person",
    "invitation",
    "stored_file",
)


def _more_houses(world: World) -> None:
    """A relation that one side has left and an authority has yet to join; people who lost roles, access or session."""
    anhe = stored(world.org["anhe"])
    tables = ("site", "production_licence", "inspection", "credit_statement")
    plant = tuple(uuid_of(sql(f"SELECT id FROM {table} WHERE owner_id = :anhe", anhe=anhe)[0][0]) for table in tables)
    former = complained_of(world.org, Venture("lantai", "anhe", "骨科外固定支架", "13-01-05", "0523"), plant)
    world.named["former_entrustment"] = former["entrustment"]
    draft_report(world.org, world.posting, "chengyue", world.batch["opened"])
    set_hold_point(world.org, world.batch["opened"], "chengyue")
    settle_defect(world.org, find_defect(world.org, world.batch["marketing_released"]), "chengyue")
    excepted = ask_exception(world.org, former["entrustment"], "lantai", first=today())
    grant_exception(world.org, excepted, "lantai")
    cut_titanium(world.org, "anhe", parts=2)
    make_client(world.org, "anhe")
    for key, prefix in (("strange", "S2611"), ("former", "F2611")):
        about = world.named[f"{key}_entrustment"]
        product = former["product"] if key == "former" else world.strange_product
        registrant = "lantai" if key == "former" else "qihe"
        made = make_batches(world.org, about, product, prefix, registrant=registrant, manufacturer="anhe")
        if key == "strange":
            draft_report(world.org, world.strange_posting, registrant, made["opened"])
            set_hold_point(world.org, made["opened"], registrant)
        settle_defect(world.org, find_defect(world.org, made["marketing_released"], "anhe"), registrant)
        make_pieces(world.org, "anhe", made["marketing_released"], 1 if key == "strange" else 2, shipped=True)
        send_steps(world.org, made["opened"], "anhe", "安和")
        send_readings(world.org, made["opened"], "anhe")
        print_labels(world.org, made["opened"], "anhe")
    make_restart(world.org, world.entrustment, "hengrui")
    make_ending(world.org, world.entrustment, "chengyue")
    make_ending(world.org, former["entrustment"], "lantai")
    for house in ("lantai", "qihe"):
        _invited(world, house)
    for who, roles in MORE_PEOPLE.items():
        house = who.split("/")[0]
        world.person[who] = enrol(
            world.org[house],
            name=who,
            title=who,
            email=f"{who.replace('/', '@')}.example",
            roles=roles,
            language="en",
            password="opens nothing here",
        )
    grant_access(
        world.org["shanghai"],
        "shanghai@between-cases.example",
        case_number="over",
        purpose="over",
        since=today() - timedelta(days=9),
        until=today(),
    )
    for house in PARTIES:
        _tell_of_its_papers(world, house)
    break_in(*(record.__tablename__ for record in all_records()))  # this world is only looked at
    sql("UPDATE access_grant SET until = :day WHERE case_number = 'over'", day=stored(today() - timedelta(days=1)))
    late = {"house": anhe, "about": stored(former["entrustment"])}
    sql(
        "UPDATE participation SET until = :day WHERE organisation_id = :house AND entrustment_id = :about",
        day=stored(today() - timedelta(days=1)),
        **late,
    )
    _admit_tomorrow(world, former["entrustment"])


def _nodes(world: World, kind: int = 3) -> Iterator[Subject]:
    """In each place a batch as the graph of making knows it, or an act; of each plant a lot that went into nothing."""
    ask = "SELECT n.id, t.uid FROM node n JOIN folio f ON f.number = n.folio JOIN ticket t ON t.id = n.id / 16777216 "
    for place in PLACES:
        about = stored(world.named[place])
        number, uid = sql(f"{ask} WHERE f.entrustment_id = :about AND n.kind = {kind} LIMIT 1", about=about)[0]
        yield Subject("node" if kind == 3 else "activity", UUID(int=uuid_of(uid).int | number % 16777216), None, place)
    unused = "f.entrustment_id IS NULL AND n.kind = 1 AND n.id NOT IN (SELECT node FROM disclosure)"
    for house in ("hengrui", "anhe") if kind == 3 else ():
        number, uid = sql(f"{ask} WHERE f.owner_id = :house AND {unused}", house=stored(world.org[house]))[0]
        yield Subject("node", UUID(int=uuid_of(uid).int | number % 16777216), house, None)


def _tell_of_its_papers(world: World, house: str) -> None:
    """A notice of no entrustment for each, as if it were the last day to apply for its renewal."""
    with acting_for(world.org[house]), unit_of_work():
        for kind in PAPERS.values():
            news = RenewalNews(f"{kind.exhibit}-closes", today(), is_late=False)
            session.add_all([about_paper(each, news) for each in session.query(kind)])


def _admit_tomorrow(world: World, about: UUID) -> None:
    """The row that already lets Shanghai see the strangers' relation would be wrong; copy one, dated tomorrow."""
    row = dict(
        sql("SELECT * FROM participation WHERE entrustment_id = :about LIMIT 1", about=stored(about))[0]._mapping
    )
    new = UUID(int=uuid_of(row["id"]).int + 1)
    row |= {"id": stored(new), "organisation_id": stored(world.org["shanghai"]), "side": "authority"}
    row |= {"since": stored(today() + timedelta(days=1)), "until": None}
    sql(f"INSERT INTO participation ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", **row)


def _shared(world: World, kind: str) -> Any:
    """In each place one record of each owner: what is begun last comes first, so that something can be done to it."""
    houses = {value: key for key, value in world.org.items()}
    column = ", state" if any(each.subject == kind for each in LIFECYCLES) else ""
    column = ", batch_id" if kind == "batch_document" else column
    for place in (*PLACES, "eligible") if kind == "agreement" else PLACES:
        known: set[str] = set()
        (place_state,) = sql("SELECT state FROM entrustment WHERE id = :about", about=stored(world.named[place]))[0]
        only = _UNDERWAY.get(kind, "")
        rows = sql(
            f"SELECT id, owner_id{column} FROM {kind} WHERE entrustment_id = :about{only} ORDER BY id",
            about=stored(world.named[place]),
        )
        for row in rows:
            owner = houses[uuid_of(row[1])]
            if owner not in known:
                known.add(owner)
                if kind == "batch_document":
                    yield Subject(kind, uuid_of(row[0]), owner, place, None, place_state, uuid_of(row[2]))
                else:
                    yield Subject(kind, uuid_of(row[0]), owner, place, row[2] if column else None, place_state)


def _own(world: World, kind: str) -> Any:
    alone = " AND entrustment_id IS NULL" if kind in ("duty", "stored_file") else ""
    state = ", state" if kind in _MOVING else ""
    for house in PARTIES:
        ask = f"SELECT id{state} FROM {kind} WHERE owner_id = :owner{alone} ORDER BY id"
        rows = [tuple(each) for each in sql(ask, owner=stored(world.org[house]))]
        if rows:
            made, *stands = rows[1 % len(rows)]
            yield Subject(kind, uuid_of(made), house, None, *stands)


def _events(world: World) -> Any:
    ask = (
        "SELECT e.id FROM ledger_event e JOIN ledger_stream s ON s.id = e.stream_id "
        "WHERE s.about_id = :about ORDER BY e.seq DESC LIMIT 1"
    )
    for place in PLACES:
        yield Subject("ledger_event", uuid_of(sql(ask, about=stored(world.named[place]))[0][0]), None, place)
    for house in PARTIES:
        yield Subject("ledger_event", uuid_of(sql(ask, about=stored(world.org[house]))[0][0]), house, None)


def _passkey(world: World) -> Subject:
    """What somebody proves themselves with is theirs alone, not even their house's."""
    made, about = new_id(), world.person["hengrui/gone"]
    new_passkey = Passkey(
        id=made,
        person_id=about,
        credential_id="a-passkey-of-somebody",
        public_key="opens nothing",
        sign_count=0,
        name="CANARY-hengrui-passkey",
        transports=[],
        added_at=now(),
        last_used_at=None,
        removed_at=None,
    )
    with beyond_tenants("test: a passkey for the world of the matrix"), aside() as books:
        books.add(new_passkey)
    return Subject("passkey", made, None, None)


def _session(world: World) -> Subject:
    token = hash_of(begin_session(world.person["hengrui/gone"]))
    return Subject(
        "web_session", uuid_of(sql("SELECT id FROM web_session WHERE token_hash = :hash", hash=token)[0][0]), None, None
    )
