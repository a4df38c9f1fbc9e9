"""One protection removed at a time: whoever asks the matrix then must notice.

``python -m tests.assurance.mutants [ENGINE]`` tries them all and says how many were noticed.  A new protection
gets a line below; the walls of the database are taken down table by table in :mod:`tests.assurance.walling`.
"""

import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zlib import crc32

import flask_wtf
from flask import Flask, current_app

from portal import tenancy
from portal.api import doors as api_doors
from portal.identity import actor
from portal.identity.machines import recognise_machine
from portal.rooms.authority import routes as authority
from portal.rooms.entrustments import exhibiting
from portal.rooms.entrustments import routes as entrustments
from portal.rooms.evidence import routes as evidence
from portal.rooms.products import routes as products
from portal.web import doors as web_doors
from tests import postgres
from tests.assurance.removing import (
    acting_as_a_party,
    any_power_will_do,
    either_side_will_do,
    open_to_partners,
    put_in_place,
    rewritten,
    seen_wherever_it_led,
    stamped_only,
    view_in_place,
    without_cases,
    without_walls,
)
from tests.assurance.walling import unnoticed_walls
from tests.matrix.oracle import Cell, expected
from tests.matrix.principals import EVERYBODY
from tests.matrix.runner import MISSING, Run, kind_of, subjects_for
from tests.matrix.scene import Scene, set_scene
from tests.matrix.table import Door, address, doors
from tests.stage import ENGINES, Stage, set_stage
from workflows.engine import Decision

Removal = Callable[[Flask], AbstractContextManager[None]]


@dataclass(frozen=True)
class Mutant:
    """A portal without one protection, and the questions whose answers must give that away.

    ``off`` takes other layers away first, where two guard the same thing: then the answer with this one must differ
    from the answer without it.  ``alone`` is for what writes or alters the schema: it gets a copy of its own.
    """

    name: str
    removed: Removal
    questions: tuple[tuple[str, str, str], ...]
    off: tuple[Removal, ...] = ()
    alone: bool = False
    alike: bool = False


# --- The protections --------------------------------------------------------------------------------------------------

_PRIVATE_WALL = partial(
    rewritten, tenancy._open_to, "record.owner_id == mine, include", "record.owner_id.is_not(None), include"
)
_SHARED_WALL = partial(
    rewritten, tenancy._open_to, "record.entrustment_id.in_(common)", "record.entrustment_id.is_not(None)"
)
_UNTIL = partial(rewritten, tenancy.entrustments_of, "row.c.until >= _constant(on, row.c.until)", "true()")
_AUTHORITIES = partial(rewritten, authority._authorities_only, "if not g.actor.is_authority:", "if False:")
_RUN = "/entrustments/<entrustment_id>/verdicts"
_WITHDRAW = "/people/invitations/<invitation_id>/withdraw"
_RIVAL, _OWN, _FORMER = "rival_entrustment", "entrustment", "former_entrustment"


def mutants(app: Flask, scene: Scene) -> list[Mutant]:
    """Every protection there is, by name: of each door, of each wall, of each session."""
    return [
        *of_the_doors(app, scene),
        *of_what_is_ones_own(app),
        *of_the_machines(scene),
        *of_the_sessions(),
        *of_the_walls(),
        *of_the_sides(app),
        *of_the_requests(),
    ]


def of_the_doors(app: Flask, scene: Scene) -> Iterator[Mutant]:
    """Each door without the power it asks for, tried by somebody whom nothing but the power keeps out."""
    for rule in app.url_map.iter_rules():
        path = address(rule)
        method = "GET" if "GET" in rule.methods else "POST"
        door = doors().get(f"{method} {path}")
        if door is None or door.roles is None:
            continue
        off = (_AUTHORITIES,) if door.house == "authority" else ()
        who, place = _kept_out_by_the_power_alone(door, scene)
        yield Mutant(
            f"the power of {rule.endpoint}",
            partial(any_power_will_do, rule.endpoint),
            ((who, door.key, place),),
            off=off,
            alone=door.bare == "acts",
            alike=True,
        )


def _kept_out_by_the_power_alone(door: Door, scene: Scene) -> tuple[str, str]:
    """Somebody without the role, on the right side, in the right kind of house, before a record that is theirs."""
    if door.house == "authority":
        lies_there = any(each.place == _OWN for each in scene.subjects.get(kind_of(door.path) or "", ()))
        return "hengrui/management-representative", _OWN if lies_there else ""
    for who in EVERYBODY.values():
        if who.counts and not who.roles & (door.roles or frozenset()):
            as_if = replace(who, roles=door.roles)
            for about in subjects_for(door.path, scene):
                if expected(Cell(as_if, door.method, door.path, about)).statuses - {403, 404}:
                    return who.name, f"{about.place or about.owner}/{about.owner or ''}" if about else ""
    raise LookupError(f"nobody in the cast is kept out of {door.key} by the power alone")


def of_the_sessions() -> Iterator[Mutant]:
    ended, gone = "\n        .where(WebSession.ended_at.is_(None))", "\n        .where(Person.deactivated_at.is_(None))"
    token = ('getattr(WebSession, column) == bindparam("key")', "getattr(WebSession, column).is_not(None)")
    for name, removed, who in (
        ("an ended session is over", partial(rewritten, actor._living, ended, ""), "session ended"),
        ("a deactivated person is nobody", partial(rewritten, actor._living, gone, ""), "deactivated"),
        ("a session is found by its token", partial(rewritten, actor._living, *token), "forged cookie"),
    ):
        yield Mutant(name, removed, ((who, "GET /batches", ""),))
    idle, old = ("not idle and not old", "not old"), ("not idle and not old", "not idle")
    yield Mutant(
        "an idle session is over", partial(rewritten, actor._alive, *idle), (("session idle", "GET /batches", ""),)
    )
    yield Mutant(
        "an old session is over", partial(rewritten, actor._alive, *old), (("session old", "GET /batches", ""),)
    )


def of_what_is_ones_own(app: Flask) -> Iterator[Mutant]:
    """Each door to one's own account without asking whether anybody is signed in."""
    for door in doors().values():
        if door.gate != "themselves":
            continue
        endpoint, _ = app.url_map.bind("localhost").match(re.sub(r"<\w+>", str(MISSING), door.path), method=door.method)
        within = app.view_functions[endpoint].__wrapped__
        yield Mutant(
            f"{door.key} asks who it is",
            partial(view_in_place, endpoint, within),
            (("signed out", door.key, ""),),
        )


def of_the_machines(scene: Scene) -> Iterator[Mutant]:
    """The interface without the question for a token: whoever knocks is taken for the plant's machine."""

    def anybody() -> object:
        settings = current_app.config["SETTINGS"]
        return recognise_machine(scene.machines["hengrui"].token, address="127.0.0.1", settings=settings)

    for door in doors().values():
        if door.gate == "machines" and door.method == "GET":
            yield Mutant(
                f"{door.key} asks for a token",
                partial(put_in_place, api_doors, "_who", anybody),
                (("chengyue/registrant-quality-manager", door.key, ""), ("signed out", door.key, "")),
            )


def of_the_walls() -> Iterator[Mutant]:
    """The filter of the ORM, with the walls of the database taken away: together they would hide each other's want."""
    bare = (without_walls,)
    rqm, rep = "chengyue/registrant-quality-manager", "chengyue/management-representative"
    yield Mutant(
        "private books are closed",
        _PRIVATE_WALL,
        ((rqm, "GET /products/<product_id>", "lantai"), (rqm, "GET /people/<person_id>", "hengrui")),
        off=bare,
    )
    yield Mutant(
        "what is shared is shared with those who take part",
        _SHARED_WALL,
        ((rqm, "GET /batches/<batch_id>", _RIVAL), (rqm, "GET /batches", "")),
        off=bare,
    )
    yield Mutant(
        "a file of no entrustment is its owner's",
        partial(rewritten, tenancy._open_to, "and_(record.owner_id == mine, ", "and_("),
        ((rqm, "GET /files/<file_id>", "lantai"),),
        off=bare,
    )
    lot, strange = "GET /material-lots/<material_lot_id>", "strange_entrustment"
    yield Mutant("a lot is seen where it led", seen_wherever_it_led, ((rqm, lot, strange),), off=bare)
    yield Mutant("what lies upstream is its house's to write", open_to_partners, ((rqm, f"{lot}/amend", _OWN),))
    yield Mutant(
        "who left an entrustment left its records",
        _UNTIL,
        (("anhe/plant-clerk", "GET /batches/<batch_id>", _FORMER),),
        off=bare,
    )
    yield Mutant(
        "who is yet to join does not look before",
        partial(rewritten, tenancy.entrustments_of, "row.c.since <= _constant(on, row.c.since),", ""),
        (("shanghai/authority-inspector", "GET /batches/<batch_id>", _FORMER),),
        off=bare,
    )
    yield Mutant(
        "who left stands on no side",
        partial(
            rewritten,
            tenancy.side_in,
            ", or_(Participation.until.is_(None), Participation.until >= today())",
            "",
        ),
        (("anhe/plant-clerk", "GET /batches/<batch_id>/edit", _FORMER),),
        off=(*bare, _UNTIL),
    )
    yield Mutant(
        "an authority looks while a case is open",
        without_cases,
        (
            ("shanghai/between-cases", "GET /batches/<batch_id>", _OWN),
            ("shanghai/between-cases", "GET /inspection", ""),
        ),
    )
    refusing = partial(put_in_place, tenancy, "_refuse_foreign", stamped_only)
    yield Mutant(
        "nothing is written into an entrustment of others",
        refusing,
        ((rep, f"POST {_RUN}", _RIVAL),),
        off=(*bare, _SHARED_WALL),
        alone=True,
    )
    yield Mutant(
        "nothing of another house is changed",
        refusing,
        (("chengyue/organisation-administrator", f"POST {_WITHDRAW}", "lantai"),),
        off=(*bare, _PRIVATE_WALL),
        alone=True,
    )
    yield Mutant(
        "an authority only looks",
        partial(put_in_place, web_doors, "acting_for", acting_as_a_party),
        (("shanghai/authority-inspector", f"POST {_RUN}", _OWN),),
        off=(partial(any_power_will_do, "verdicts.run"),),
        alone=True,
    )
    yield Mutant(
        "an authority's look is written down",
        partial(put_in_place, web_doors, "witnessed", lambda record, event: record),
        (("shanghai/authority-inspector", "GET /batches/<batch_id>", _OWN),),
    )


def of_the_sides(app: Flask) -> Iterator[Mutant]:
    """What a house, a side or a state decides, behind the power."""
    misfit, rep = "hengrui/misfit", "hengrui/management-representative"
    for who, question, place in (
        ("qihe/plant-clerk", "GET /batches/<batch_id>/edit", "strange_entrustment"),
        ("qihe/plant-clerk", "GET /batches/<batch_id>/documents", "strange_entrustment"),
        ("qihe/plant-clerk", "GET /entrustments/<entrustment_id>/batches/open", "strange_entrustment"),
        (misfit, "GET /batches/<batch_id>/reviews", _OWN),
        (rep, "POST /entrustments/<entrustment_id>/residents", _OWN),
    ):
        yield Mutant(f"the side of {question}", either_side_will_do, ((who, question, place),))
    for part, who, question, off in (
        ("self.on_side and ", "qihe/plant-clerk", "GET /batches/<batch_id>/complete", ()),
        ("self.in_state and ", "hengrui/plant-clerk", "GET /batches/<batch_id>/reopen", ()),
        (
            "self.has_power and ",
            "chengyue/resident-supervisor",
            "GET /entrustments/<entrustment_id>/suspend",
            (partial(any_power_will_do, "entrustments.suspend"),),
        ),
    ):
        place = "strange_entrustment" if who.startswith("qihe") else _OWN
        removed = partial(rewritten, Decision.allowed.fget, part, "")
        yield Mutant(f"a move asks for {part.removesuffix(' and ')}", removed, ((who, question, place),), off=off)
    withdrawing = app.view_functions["entrustments.withdraw"].__wrapped__
    yield Mutant(
        "only the author takes an exhibit back",
        partial(rewritten, withdrawing, "exhibit.owner_id != g.actor.organisation_id", "False"),
        ((rep, "GET /entrustments/exhibits/<exhibit_id>/withdraw", f"{_OWN}/chengyue"),),
    )
    for name, function, words, who, question in (
        ("proposes", entrustments.propose.__wrapped__, "not own.is_registrant", rep, "GET /entrustments/propose"),
        ("records a product", products.create.__wrapped__, "not _house().is_registrant", rep, "GET /products/new"),
        (
            "keeps a certificate",
            evidence._create,
            "not kind.kept_by(_house())",
            rep,
            "GET /evidence/registration-certificates/new",
        ),
    ):
        yield Mutant(f"only a registrant {name}", partial(rewritten, function, words, "False"), ((who, question, ""),))
    yield Mutant(
        "only an authority inspects",
        _AUTHORITIES,
        ((rep, "GET /inspection/<entrustment_id>", _OWN),),
        off=(partial(any_power_will_do, "authority.entrustment"),),
    )
    yield Mutant(
        "an onlooker shows nothing",
        partial(rewritten, exhibiting.show_record.__wrapped__, "side not in OWES", "False"),
        (("shanghai/authority-inspector", "POST /entrustments/<entrustment_id>/exhibits", _OWN),),
        off=(partial(any_power_will_do, "entrustments.show_record"),),
    )


def of_the_requests() -> Iterator[Mutant]:
    yield Mutant(
        "a form carries its token",
        partial(put_in_place, flask_wtf.CSRFProtect, "protect", lambda self: None),
        (("chengyue/management-representative", "POST /entrustments/propose (no token)", ""),),
    )


# --- Trying them ------------------------------------------------------------------------------------------------------


def survivors(stage: Stage, scene: Scene, one_in: int = 1) -> tuple[list[str], int]:
    """The mutants that nobody noticed, and how many there were; of those that are alike one in so many."""
    with stage.copy() as scene.world:
        found = mutants(stage.app, scene)
        every = [each for each in found if not each.alike or crc32(each.name.encode()) % one_in == 0]
        run = Run(stage.app, scene)
        unnoticed = [each.name for each in every if not each.alone and not noticed(each, run)]
    for each in every:
        if each.alone:
            with stage.copy() as scene.world:
                unnoticed += [] if noticed(each, Run(stage.app, scene)) else [each.name]
    with stage.copy() as scene.world:
        walls, tables = unnoticed_walls(scene.world)
    return unnoticed + walls, len(every) + tables


def noticed(mutant: Mutant, run: Run) -> bool:
    """Whether a question is answered otherwise than promised; with layers ``off``, than without those alone."""
    asked = [_cell(run.scene, *each) for each in mutant.questions]
    with ExitStack() as stack:
        for layer in mutant.off:
            stack.enter_context(layer(run.app))
        before = [run.judge(each) for each in asked] if mutant.off else []
        run.surprises.clear()
        run.leaks.clear()
        with mutant.removed(run.app):
            after = [run.judge(each) for each in asked]
    found = before != after if mutant.off else bool(run.surprises or run.leaks)
    run.surprises.clear()
    run.leaks.clear()
    return found


def _cell(scene: Scene, who: str, question: str, place: str) -> Cell:
    method, path, *variant = question.split(" ", 2)
    where, _, owner = place.partition("/")
    about = subjects_for(path, scene)
    chosen = [
        each
        for each in about
        if each is None
        or not where
        or (where in (each.place, str(each.place or each.owner), *each.led_to) and (not owner or each.owner == owner))
    ]
    return Cell(EVERYBODY[who], method, path, chosen[0], "".join(variant).strip("()"))


def main(names: Iterable[str] = ENGINES) -> int:
    """Every mutant on every engine there is."""
    alive = 0
    for engine in names:
        if engine == "postgresql" and postgres.start() is None:
            sys.stdout.write(f"{postgres.WHY_NOT}\n")
            continue
        with tempfile.TemporaryDirectory(dir=postgres.in_memory()) as folder:
            stage, scene = set_scene(set_stage(engine, Path(folder)))
            unnoticed, total = survivors(stage, scene)
        alive += len(unnoticed)
        sys.stdout.write(f"{engine}: {total - len(unnoticed)} of {total} noticed\n")
        sys.stdout.writelines(f"  unnoticed: {name}\n" for name in unnoticed)
    postgres.stop()
    return 1 if alive else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ENGINES))
