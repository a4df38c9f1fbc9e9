"""Doors: who may open them, on whose behalf, and whether they may write."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from typing import Any, TypeVar, cast
from uuid import UUID

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from portal import ledger
from portal.db import Record, reading, session, unit_of_work
from portal.facts.access import grants_in_force
from portal.limits import UPLOAD, WRITE, Limit, alone, network_of, spend
from portal.lineage.showing import is_anothers, shown_in
from portal.records.ledger import ENTRUSTMENT, ORGANISATION
from portal.tenancy import acting_for, looks_on, side_in
from portal.web.once import answered_before, asked_for
from portal.web.origin import SAFE
from workflows.engine import Side
from workflows.powers import Power

View = Callable[..., ResponseReturnValue]
Kind = TypeVar("Kind", bound=Record)


class Room(Blueprint):
    """A blueprint in which a route that does not say who may open it does not register."""

    def route(self, rule: str, **options: Any) -> Callable[[Any], Any]:
        """Hang a door.  ``power`` opens it; ``before`` runs ahead of the request's transaction.

        ``limit`` says how often one person may come; of an ``only`` one, one person has one under way at a time.
        ``upload`` lets the request be as large as a file, and counts the files.
        """
        if "power" not in options:
            raise TypeError(f"{self.name}: {rule} does not say which power opens it")
        power: Power = options.pop("power")
        before: Callable[[], None] | None = options.pop("before", None)
        upload: bool = options.pop("upload", False)
        limits = [each for each in (options.pop("limit", None), UPLOAD if upload else None, WRITE) if each]
        only: Limit | None = options.pop("only", None)

        def hang(view: View) -> View:
            door = _door(view, power, before, _counted(limits, only))
            door.upload = upload  # type: ignore[attr-defined]
            self.add_url_rule(rule, options.pop("endpoint", view.__name__), door, **options)
            return door

        return hang

    def public(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Hang a door that anybody may open: nobody's books are open behind it.

        ``limit`` says how often one address of the network may come.
        """
        limit: Limit | None = options.pop("limit", None)

        def hang(view: View) -> View:
            @wraps(view)
            def answer(**found: Any) -> ResponseReturnValue:
                if limit and _counts(limit):
                    spend(limit, network_of(request.remote_addr))
                return view(**found)

            answer.power = None  # type: ignore[attr-defined]
            self.add_url_rule(rule, options.pop("endpoint", view.__name__), answer, **options)
            return answer

        return hang

    def own(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Hang a door to what is one's own: whoever is signed in enters, and nobody's books are open behind it."""

        def hang(view: View) -> View:
            @wraps(view)
            def answer(**found: Any) -> ResponseReturnValue:
                if g.actor is None:
                    return _to_sign_in()
                if _counts(WRITE):
                    spend(WRITE, str(g.actor.id))
                return view(**found)

            answer.power, answer.own = None, True  # type: ignore[attr-defined]
            self.add_url_rule(rule, options.pop("endpoint", view.__name__), answer, **options)
            return answer

        return hang


def door_of(view: Callable[..., Any]) -> Power | None:
    return getattr(view, "power", None)


def may_upload(view: Callable[..., Any] | None, actor: Any) -> bool:
    """Whether a file may come through this door from this person."""
    power = door_of(view) if view and getattr(view, "upload", False) else None
    return power is not None and actor is not None and bool(actor.may(power))


def take_a_file() -> None:
    """Let this request be as large as a file with what is sent beside it."""
    request.max_content_length = current_app.config["SETTINGS"].largest_file + 64 * 1024


def find(
    kind: type[Kind],
    record_id: UUID,
    *,
    side: Side | Callable[[Kind], Side | None] | None = None,
    upstream: bool = False,
) -> Kind:
    """The record, or 404 for whoever must not know that it exists.

    A house's own record that lies upstream of common work is there for a partner at those doors alone that say so.
    With ``side``, which the record may tell itself, 403 unless the organisation stands there in the record's
    entrustment.  An authority's look is first written to the ledger of the entrustment; if that fails nothing is shown
    (503).
    """
    record = session.get(kind, record_id) or abort(404)
    if not upstream and not g.actor.is_authority and is_anothers(record):
        abort(404)
    if g.actor.is_authority:
        looks_on(getattr(record, "entrustment_id", None))
    asked = side(record) if callable(side) else side
    if asked is not None and standing_side(record) is not asked:
        abort(403)
    if g.actor.is_authority and request.method in SAFE:
        record = witnessed(record, f"{kind.__tablename__}.read")
    return record


def witnessed(record: Kind, event: str) -> Kind:
    """The same record, once the ledger says that the actor read or took it; if it cannot, nothing is shown (503).

    It says so in the record's entrustment; of a house's own record that is seen since it lies upstream of common work,
    in each entrustment in which the actor sees it; of any other in the books of its house.
    """
    kind, about = type(record), cast("Any", record)
    subject, owner_id = (kind.__tablename__, about.id), about.owner_id
    entrustment_id, led_to = getattr(about, "entrustment_id", None), shown_in(record)
    case = case_in_force()
    session.close()  # one file has one writer: the look must be down before it is taken
    look: dict[str, Any] = {"by": g.actor, "case": case, "subject": subject}
    try:
        if led_to:
            ledger.witness_each(event, [(ENTRUSTMENT, each) for each in led_to], **look)
        else:
            ledger.witness(event, entrustment_id=entrustment_id, owner_id=owner_id, **look)
    except SQLAlchemyError:
        abort(503)
    session.add(record)
    return record


def witnessed_each(entrustment_ids: Sequence[UUID], event: str, *, houses: Sequence[UUID] = ()) -> None:
    """The ledger of each entrustment, and of each of the houses whose own records are seen, says that the actor looks
    at it or takes it; if one cannot, nothing is shown.

    Whatever was loaded before is let go: read it again.
    """
    case = case_in_force()
    session.close()
    streams = [*((ENTRUSTMENT, each) for each in entrustment_ids), *((ORGANISATION, each) for each in houses)]
    try:
        ledger.witness_each(event, streams, by=g.actor, case=case)
    except SQLAlchemyError:
        abort(503)


def case_in_force() -> str | None:
    """Under which case an authority looks, for the parties to read; None for whoever needs none."""
    numbers = [each.case_number for each in grants_in_force(g.actor.id)]
    return ", ".join(numbers) or None


def standing_side(record: Any) -> Side | None:
    """On which side of the record's entrustment the actor's organisation stands today."""
    entrustment_id = getattr(record, "entrustment_id", None)
    return side_in(entrustment_id) if entrustment_id else None


def _door(
    view: View, power: Power, before: Callable[[], None] | None, counted: Callable[[], AbstractContextManager[None]]
) -> View:
    @wraps(view)
    def answer(**found: Any) -> ResponseReturnValue:
        if g.actor is None:
            return _to_sign_in()
        if not g.actor.may(power):
            abort(403)
        with counted():
            if request.method not in SAFE:
                return _once(view, found, before)
            if before is not None:
                before()
            with _on_behalf(), reading():
                return view(**found)

    answer.power = power  # type: ignore[attr-defined]
    return answer


def _once(view: View, found: dict[str, Any], before: Callable[[], None] | None) -> ResponseReturnValue:
    """Answer a form that may have been sent before, or is being sent twice at this moment."""
    drawn = asked_for()
    with _on_behalf():
        if earlier := answered_before(drawn):
            return earlier
    if before is not None:
        before()
    try:
        with _on_behalf(), unit_of_work():
            ledger.begin_with(drawn)
            return view(**found)
    except Exception:  # whatever the second of two stumbled over, the first one did what the form asked for
        with _on_behalf():
            if earlier := answered_before(drawn):
                return earlier
        raise


def _on_behalf() -> AbstractContextManager[None]:
    return acting_for(g.actor.organisation_id, person_id=g.actor.id, read_only=g.actor.is_authority)


def _counted(limits: Sequence[Limit], only: Limit | None) -> Callable[[], AbstractContextManager[None]]:
    """Ahead of the request's transaction: one file has one writer."""

    @contextmanager
    def counted() -> Iterator[None]:
        who = str(g.actor.id)
        for limit in limits:
            if _counts(limit):
                spend(limit, who)
        with alone(only, who) if only else nullcontext():
            yield

    return counted


def _counts(limit: Limit) -> bool:
    return limit.looks or request.method not in SAFE


def _to_sign_in() -> ResponseReturnValue:
    """A page sends its reader to sign in and back again; anything else is 401."""
    if request.method not in SAFE:
        abort(401)
    return redirect(url_for("sessions.enter", next=request.full_path.rstrip("?")))
