"""What an event says of making: the act that it tells, in the words that every way in uses.

A deed is read from our own word for it where the event carries one, else from type, action and business step.  An event
that tells of nothing that is kept here is refused with the reason; fields that are not kept are named in a warning.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from agreements.epcis.events import Action, Counted, Event, Fault, Faulty, Kind, Report
from agreements.epcis.hashing import event_id
from agreements.epcis.names import AREA, EQUIPMENT, code_in, item_of, party_of
from agreements.epcis.units import written
from agreements.epcis.vocabulary import CBVMDA, OWN
from agreements.identifiers import Malformed
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import CONSUMING, MOVING, Deed, Thing
from workflows.making import OPERATIONS
from workflows.words import N_, Said

DEEDS = {each.name.lower(): each for each in Deed}
_LOT_NUMBERS = (f"{{{CBVMDA}}}lotNumber", f"{{{CBVMDA}:}}lotNumber")
_MOVED = {
    "shipping": Deed.SHIP,
    "departing": Deed.SHIP,
    "consigning": Deed.SHIP,
    "receiving": Deed.ARRIVE,
    "arriving": Deed.ARRIVE,
    "accepting": Deed.ARRIVE,
}
_OBSERVED = {
    "inspecting": Deed.INSPECT,
    "sampling": Deed.INSPECT,
    "sensor_reporting": Deed.MONITOR,
    "repairing": Deed.REWORK,
    "assembling": Deed.STEP,
    "destroying": Deed.SCRAP,
    "decommissioning": Deed.SCRAP,
    "removing": Deed.SCRAP,
    "killing": Deed.SCRAP,
}
# Who has it in the end, the surest first.
_HOLDERS = ("possessing_party", "owning_party", "location")
_KEPT = frozenset(
    {
        *("type", "isA", "@context", "eventID", "eventTime", "eventTimeZoneOffset", "recordTime", "action", "bizStep"),
        *("disposition", "epcList", "quantityList", "parentID", "childEPCs", "childQuantityList", "inputEPCList"),
        *("inputQuantityList", "outputEPCList", "outputQuantityList", "readPoint", "sourceList", "destinationList"),
        *("sensorElementList", "errorDeclaration", "ilmd", "bizLocation"),
    }
)
TOGETHER = N_("The corrective event %(id)s is not in this document; send what was wrong and what is right together.")
_VALUES = ("value", "stringValue", "booleanValue", "uriValue", "hexBinaryValue", "meanValue")


@dataclass(frozen=True, slots=True)
class Understood:
    """The act of an event, and what of the event is not kept."""

    act: Act
    warnings: Sequence[Said] = ()


def act_of(event: Event, products: Collection[str] = ()) -> Understood:
    """Read an event as an act; ``products`` are the GTINs of the plant's own devices.  Raises :class:`Faulty`."""
    try:
        return _Reading(event, products).understood()
    except Malformed as wrong:
        raise Faulty([Fault(event.number, "", wrong.says)]) from wrong


def correcting(understood: Sequence[Understood], events: Sequence[Event]) -> tuple[list[Act], list[Fault]]:
    """The acts of a document; those that an error declaration names as corrective take the place of what was wrong.

    The event that is declared wrong is told again only to declare that, so it is no act of its own; where nothing takes
    its place, it is taken back by a correction that makes nothing.  A declaration whose corrective event is missing is
    a fault.
    """
    taken: dict[str, tuple[str, str]] = {}
    refs, faults = {each.act.ref for each in understood}, []
    for event in events:
        if event.error:
            taken |= dict.fromkeys(event.error.corrective, (event.id, event.error.reason))
            faults += [
                Fault(event.number, "errorDeclaration.correctiveEventIDs", Said(TOGETHER, {"id": each}))
                for each in event.error.corrective
                if each not in refs
            ]
    acts = []
    for each, event in zip(understood, events, strict=True):
        if event.error:
            acts += [] if event.error.corrective else [_withdrawing(event)]
        elif each.act.ref in taken:
            wrong, reason = taken[each.act.ref]
            acts.append(replace(each.act, corrects=wrong, reason=reason or "incorrect_data"))
        else:
            acts.append(each.act)
    return acts, faults


def _withdrawing(event: Event) -> Act:
    declared = event.error
    assert declared is not None
    return Act(
        kind=Deed.CORRECT,
        place=place_of(event),
        began_at=declared.at,
        ref=f"{event.id}#withdrawn",
        corrects=event.id,
        reason=declared.reason or "did_not_occur",
    )


def place_of(event: Event) -> str:
    return f"event {event.number}"


class _Reading:
    """One event as it is turned into an act."""

    def __init__(self, event: Event, products: Collection[str]) -> None:
        self.event, self.products = event, products
        self.place = place_of(event)
        self.batch = self._own("batch") or next(
            (str(event.ilmd[each]) for each in _LOT_NUMBERS if each in event.ilmd), ""
        )

    def understood(self) -> Understood:
        kind = self._kind()
        act = _SHAPED.get(kind, _Reading._made)(self, kind)
        return Understood(act, list(self._not_kept(kind)))

    def _kind(self) -> Deed:
        event, said = self.event, self._own("deed")
        if said in DEEDS:
            return DEEDS[said]
        found: Deed | None = None
        if event.kind is Kind.TRANSFORMATION:
            found = Deed.COMMISSION if event.step == "commissioning" and event.outputs else Deed.STEP
            found = {"repairing": Deed.REWORK, "receiving": Deed.RECEIVE}.get(event.step, found)
        elif event.kind is Kind.AGGREGATION and event.action is not Action.OBSERVE:
            found = Deed.PACK if event.action is Action.ADD else Deed.UNPACK
        elif event.kind is Kind.OBJECT:
            found = self._of_object()
        if found is None:
            says = N_("Nothing is kept here of what a %(type)s with action %(action)s and step %(step)s tells.")
            about: dict[str, str | int] = {
                "type": event.kind.value,
                "action": event.action.value if event.action else "–",
                "step": event.step or "–",
            }
            raise Faulty([Fault(event.number, "bizStep", Said(says, about))])
        return found

    def _of_object(self) -> Deed | None:
        event = self.event
        if event.action is Action.ADD:
            return Deed.COMMISSION if event.epcs else Deed.RECEIVE
        if event.action is Action.DELETE:
            return Deed.SCRAP
        if event.step in _MOVED:
            return Deed.RETURN if event.disposition == "returned" else _MOVED[event.step]
        if operation := self._own("operation"):
            return Deed.STERILISE if operation == "sterilisation" else Deed.STEP
        return _OBSERVED.get(event.step) or (Deed.MONITOR if event.reports and not event.epcs else None)

    def _made(self, kind: Deed) -> Act:
        """A transformation, a commissioning, a receipt, or something done to things without making any."""
        event = self.event
        uses = [*self._items(event.inputs), *self._named("madeOf")]
        makes = [*self._items(event.outputs)]
        quantities: dict[Item, Quantity] = {}
        uses += self._counted(event.input_quantities, quantities)
        makes += self._counted(event.output_quantities, quantities)
        about = [*self._items(event.epcs), *self._counted(event.quantities, quantities)]
        if kind in (Deed.COMMISSION, Deed.RECEIVE) or event.action is Action.ADD:
            makes += about
            about = []
        batch = self._batch([*makes, *about])
        makes = [each for each in makes if each.kind is not Thing.BATCH]
        if kind not in CONSUMING:
            about, makes = [*makes, *about], []
        if kind is Deed.COMMISSION:
            makes = [replace(each, batch=each.batch or batch) for each in makes]
        alone = [each for each in about if not (each.kind is Thing.BATCH and each.code == batch)]
        return self._act(
            kind,
            batch=batch,
            uses=tuple(uses),
            makes=tuple(makes),
            touches=tuple(alone),
            quantities={item: much for item, much in quantities.items() if item in (*uses, *makes)},
        )

    def _packed(self, kind: Deed) -> Act:
        event = self.event
        moves = [*self._items(event.epcs), *self._counted(event.quantities, {})]
        return self._act(kind, package=item_of(event.parent, self.products), moves=tuple(moves))

    def _carried(self, kind: Deed) -> Act:
        event = self.event
        named = event.sources if kind is Deed.RETURN else event.destinations
        holder = next((named[each] for each in _HOLDERS if each in named), "")
        if not holder and kind is Deed.ARRIVE:
            holder = event.location or event.read_point
        if not holder:
            field, says = ("sourceList", N_("It does not say who gave it back.")), N_("It does not say to whom.")
            at, why = field if kind is Deed.RETURN else ("destinationList", says)
            raise Faulty([Fault(event.number, at, Said(why))])
        moves = [*self._items(event.epcs), *self._counted(event.quantities, {})]
        return self._act(kind, moves=tuple(moves), party=party_of(holder))

    def _act(self, kind: Deed, **given: Any) -> Act:
        event, operation = self.event, self._own("operation")
        began = self._moment("beganAt")
        own_step = event.step if ":" in event.step else ""
        return Act(
            kind=kind,
            place=self.place,
            began_at=began or event.at,
            ended_at=event.at if began else None,
            step=self._own("step") or own_step.rpartition("/")[2],
            operation=operation if operation in OPERATIONS else "",
            equipment=self._own(EQUIPMENT),
            area=code_in(event.read_point, AREA) if f"/{AREA}/" in event.read_point else "",
            operator=self._own("operator"),
            second=self._own("second"),
            values=tuple(self._values()),
            ref=event.id or event_id(event.body),
            **({"batch": self.batch} | given),
        )

    def _batch(self, items: Sequence[Item]) -> str:
        """The batch that it is about: the one named, or the one that came of it."""
        named = {each.code for each in items if each.kind is Thing.BATCH} | ({self.batch} if self.batch else set())
        if len(named) > 1:
            says = N_("It is about several batches: %(batches)s. Tell each in an event of its own.")
            raise Faulty([Fault(self.event.number, "", Said(says, {"batches": ", ".join(sorted(named))}))])
        return next(iter(named), "")

    def _items(self, uris: Sequence[str]) -> Iterator[Item]:
        return (item_of(each, self.products, batch=self.batch) for each in uris)

    def _counted(self, counted: Sequence[Counted], quantities: dict[Item, Quantity]) -> list[Item]:
        items = []
        for each in counted:
            item = item_of(each.uri, self.products, batch=self.batch)
            items.append(item)
            if each.number and item.kind is not Thing.BATCH:
                quantities[item] = Quantity(each.number, written(each.unit))
        return items

    def _named(self, name: str) -> list[Item]:
        found = self.event.others.get(f"{{{OWN}}}{name}", [])
        return [*self._items([str(each) for each in (found if isinstance(found, list) else [found])])]

    def _values(self) -> Iterator[Value]:
        for report in self.event.reports:
            said = next((report.fields[each] for each in _VALUES if each in report.fields), None)
            if said is None:
                continue
            subject = report.fields.get(f"{{{OWN}}}subject")
            device = report.fields.get("deviceID", "")
            yield Value(
                place=f"{self.place} {report.place}",
                name=str(report.fields.get(f"{{{OWN}}}parameter") or report.kind),
                value=_text(said),
                unit=str(report.fields.get(f"{{{OWN}}}unit") or _unit(report)),
                at=report.at,
                subject=item_of(str(subject), self.products, batch=self.batch) if subject else None,
                instrument=code_in(str(device), EQUIPMENT) if device else "",
            )

    def _own(self, name: str) -> str:
        found = self.event.others.get(f"{{{OWN}}}{name}", "")
        return found if isinstance(found, str) else ""

    def _moment(self, name: str) -> datetime | None:
        text = self._own(name)
        try:
            moment = datetime.fromisoformat(text) if text else None
        except ValueError:
            moment = None
        return moment if moment is not None and moment.tzinfo is not None and moment <= self.event.at else None

    def _not_kept(self, kind: Deed) -> Iterator[Said]:
        event = self.event
        lost = sorted(set(event.body) - _KEPT - {each for each in event.body if each.startswith(f"{{{OWN}}}")})
        lost += sorted(f"ilmd {each}" for each in event.ilmd if each not in _LOT_NUMBERS)
        if event.read_point and f"/{AREA}/" not in event.read_point and kind is not Deed.ARRIVE:
            lost.append("readPoint")
        if event.location and kind is not Deed.ARRIVE:
            lost.append("bizLocation")
        if kind not in MOVING:
            lost += [name for name in ("sourceList", "destinationList") if name in event.body]
        if lost:
            yield Said(N_("%(place)s: not kept are %(fields)s."), {"place": self.place, "fields": ", ".join(lost)})


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _unit(report: Report) -> str:
    code = report.fields.get("uom")
    return written(str(code)) if code else ""


_SHAPED: Mapping[Deed, Callable[[_Reading, Deed], Act]] = {
    Deed.PACK: _Reading._packed,  # noqa: SLF001
    Deed.UNPACK: _Reading._packed,  # noqa: SLF001
    Deed.SHIP: _Reading._carried,  # noqa: SLF001
    Deed.ARRIVE: _Reading._carried,  # noqa: SLF001
    Deed.RETURN: _Reading._carried,  # noqa: SLF001
}
