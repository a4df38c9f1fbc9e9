"""What passed a machine, a room, an operator, a reading or a load between two moments, as a machine asks it."""

from pydantic import Field

from portal.api.desk import desk
from portal.api.doors import acting_machine
from portal.api.epcis_shapes import Moment
from portal.api.shapes import At, Digits, Given, Id, Shape
from portal.lineage.numbering import addresses
from portal.lineage.tracing import activities
from portal.lineage.windows import PLACES, Window, deeds_of, things_of
from portal.records.lineage import Activity, Node
from workflows.lineage import Deed, Thing
from workflows.scopes import Scope
from workflows.words import N_

_EXACTLY = N_("Exactly as it is written.")


class WindowAsked(Shape):
    """The moments, both within the window, and at least one of the others; without all three nothing is found."""

    since: Moment | None = Field(None, description=N_("From when, with its zone."))
    until: Moment | None = Field(None, description=N_("Until when, with its zone."))
    equipment: str = Field("", max_length=100, description=_EXACTLY)
    area: str = Field("", max_length=100, description=_EXACTLY)
    operator: str = Field("", max_length=100, description=N_("As it was told; a second person counts too."))
    reading: str = Field("", max_length=200, description=N_("Name of a parameter or of a characteristic."))
    load: str = Field("", max_length=200, description=N_("The teller's own number of the act."))
    limit: Digits = Field(50, ge=1, le=200, description=N_("How many acts a page holds at most."))
    after: Id | None = Field(None, description=N_("The next of the page before: acts that follow it."))


class PassedShape(Shape):
    """A thing that passed there."""

    id: Id
    kind: str
    code: str = Field(description=N_("Its number."))


class WindowAct(Shape):
    """What was done there, and to what."""

    id: Id
    kind: str
    began_at: At = Field(description=N_("When it began."))
    ended_at: At | None
    step: str | None = Field(description=N_("What was done."))
    equipment: str | None = Field(description=N_("Number of the equipment."))
    area: str | None = Field(description=N_("Number of the room."))
    operator: str | None = Field(description=N_("Who did it, as it was told."))
    second: str | None = Field(description=N_("The second person."))
    things: list[PassedShape] = Field(description=N_("What it made, touched, packed or moved."))


class WindowActs(Shape):
    count: int = Field(description=N_("How many acts there are in all."))
    items: list[WindowAct] = Field(description=N_("The acts of this page, in the order of their day."))
    next: Id | None


@desk.door("/window", Scope.EVENTS_READ, gives=WindowActs, tag="epcis")
def ask_a_window(query: WindowAsked) -> Given:
    """Ask what passed a place between two moments.

    Only what the organisation takes part in is told, and only that is counted. A question without moments, or without
    a place, finds nothing.
    """
    places = {each: getattr(query, each) for each in PLACES}
    if query.since is None or query.until is None or not any(places.values()):
        return WindowActs(count=0, items=[], next=None)
    window = Window(query.since, query.until, **places)
    deeds = deeds_of(window, acting_machine().entrustments)
    where = addresses(deeds)
    before = next((place for place, each in enumerate(deeds, start=1) if where[each] == query.after), 0)
    page = deeds[before : before + query.limit]
    done, things = activities(page), things_of(page)
    named = addresses(node.id for some in things.values() for node in some)
    items = [
        _shape(done[each], where[each], [_thing(node, named[node.id]) for node in things.get(each, ())])
        for each in page
    ]
    further = before + len(page) < len(deeds)
    return WindowActs(count=len(deeds), items=items, next=where[page[-1]] if further and page else None)


def _shape(deed: Activity, address: Id, things: list[PassedShape]) -> WindowAct:
    told = {name: getattr(deed, name) for name in ("began_at", "ended_at", "equipment", "area", "operator", "second")}
    return WindowAct(id=address, kind=Deed(deed.kind).name.lower(), step=deed.label, things=things, **told)


def _thing(node: Node, address: Id) -> PassedShape:
    return PassedShape(id=address, kind=Thing(node.kind).name.lower(), code=node.code)
