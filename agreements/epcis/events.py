"""An event, checked: every fault is found at once, each with the number of the event and the field.

Source: EPCIS 2.0 7.4 (event types and their fields); CBV 2.0 7 (words), 8 (identifiers).
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from agreements.epcis.keys import key_in
from agreements.epcis.vocabulary import Words, bare, is_word
from agreements.identifiers import Malformed
from workflows.words import N_, Said

Body = Mapping[str, Any]

# What says nothing is not there.
EMPTY: tuple[Any, ...] = (None, "", [], {})
FIRST_YEAR, LAST_YEAR = 1970, 2199
EXAMPLE_MOMENT = "2026-11-20T10:00:00.000+08:00"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})")
_OFFSET = re.compile(r"[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00")
_UNIT = re.compile(r"[A-Z0-9]{2,3}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
LONGEST_URI = 2000
_MOST = 30
_NO_WORD = N_("CBV 2.0 has no such word: %(word)s. One of your own is written as a URI.")
# What a reading is dated by, the best first.
MOMENTS = ("time", "endTime", "startTime")


class Kind(StrEnum):
    OBJECT = "ObjectEvent"
    AGGREGATION = "AggregationEvent"
    TRANSFORMATION = "TransformationEvent"
    TRANSACTION = "TransactionEvent"
    ASSOCIATION = "AssociationEvent"


class Action(StrEnum):
    ADD = "ADD"
    OBSERVE = "OBSERVE"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True)
class Fault:
    """``number`` counts the events of a document from one, ``place`` is the field."""

    number: int
    place: str
    says: Said


class Faulty(ValueError):
    """An event that cannot be taken as it is told."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(f"event {each.number}, {each.place}: {each.says}" for each in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Counted:
    """So much of a class of things; ``number`` and ``unit`` are empty where it does not say how much."""

    uri: str
    number: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a sensor said; ``fields`` are all that the report and its metadata told, ``place`` is where it stands."""

    place: str
    kind: str
    fields: Body
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ErrorDeclared:
    """The event was told wrongly; ``corrective`` are the ids of those that take its place."""

    at: datetime
    reason: str = ""
    corrective: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """One event.  ``others`` are the fields of no standard, by ``{namespace}name``; ``body`` is all of it as read."""

    number: int
    kind: Kind
    at: datetime
    offset: str
    body: Body
    id: str = ""
    action: Action | None = None
    step: str = ""
    disposition: str = ""
    epcs: tuple[str, ...] = ()
    quantities: tuple[Counted, ...] = ()
    parent: str = ""
    inputs: tuple[str, ...] = ()
    input_quantities: tuple[Counted, ...] = ()
    outputs: tuple[str, ...] = ()
    output_quantities: tuple[Counted, ...] = ()
    read_point: str = ""
    location: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)
    destinations: Mapping[str, str] = field(default_factory=dict)
    reports: tuple[Report, ...] = ()
    ilmd: Body = field(default_factory=dict)
    others: Body = field(default_factory=dict)
    error: ErrorDeclared | None = None


def event_of(body: Body, number: int = 1) -> Event:
    """Check one event of a document.  Raises :class:`Faulty` with every fault of it."""
    return _Reading(body, number).event()


class _Reading:
    """One event as it is gone through, and what was found wrong with it so far."""

    def __init__(self, body: Body, number: int) -> None:
        self.body = {name: value for name, value in body.items() if value not in EMPTY}
        self.number, self.faults = number, list[Fault]()

    def event(self) -> Event:
        kind = self.body.get("type")
        if kind not in Kind.__members__.values():
            self.wrong("type", N_("There is no event of this type: %(type)s."), type=str(kind)[:100])
            raise Faulty(self.faults)
        of = Kind(str(kind))
        at, action = self.moment("eventTime", self.body.get("eventTime")), self.action(of)
        children = of in (Kind.AGGREGATION, Kind.ASSOCIATION)
        event = Event(
            number=self.number,
            kind=of,
            at=at or datetime.min,  # noqa: DTZ901  never seen: a fault is raised below
            offset=self.offset(),
            body=self.body,
            id=self.uri("eventID", self.body.get("eventID", "")),
            action=action,
            step=self.word("bizStep", Words.STEP),
            disposition=self.word("disposition", Words.DISPOSITION),
            epcs=self.epcs("childEPCs" if children else "epcList"),
            quantities=self.counted("childQuantityList" if children else "quantityList"),
            parent=self.epc("parentID", self.body.get("parentID", "")),
            inputs=self.epcs("inputEPCList"),
            input_quantities=self.counted("inputQuantityList"),
            outputs=self.epcs("outputEPCList"),
            output_quantities=self.counted("outputQuantityList"),
            read_point=self.place("readPoint"),
            location=self.place("bizLocation"),
            sources=self.parties("sourceList", "source"),
            destinations=self.parties("destinationList", "destination"),
            reports=tuple(self.reports()),
            ilmd=self.object("ilmd"),
            others={name: value for name, value in self.body.items() if name.startswith("{")},
            error=self.error(),
        )
        self.parties("bizTransactionList", "bizTransaction")
        self.persistent()
        self.uri("transformationID", self.body.get("transformationID", ""))
        # Of another type of event, so nothing is made of them; their hash is made all the same.
        self.epcs("epcList" if children else "childEPCs")
        self.counted("quantityList" if children else "childQuantityList")
        self.together(event)
        if self.faults:
            raise Faulty(self.faults)
        return event

    def wrong(self, place: str, says: str, **values: str | int) -> None:
        if len(self.faults) < _MOST:
            self.faults.append(Fault(self.number, place, Said(says, values)))

    def moment(self, place: str, value: Any) -> datetime | None:
        if value is None:
            self.wrong(place, N_("It is missing."))
            return None
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            says = N_("A moment has a date, a time and its offset from UTC, as in %(example)s.")
            self.wrong(place, says, example=EXAMPLE_MOMENT)
            return None
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
            self.wrong(place, N_("There is no such day or time: %(value)s."), value=value)
            return None
        return moment

    def offset(self) -> str:
        value = self.body.get("eventTimeZoneOffset")
        if value is None:
            self.wrong("eventTimeZoneOffset", N_("It is missing."))
        elif not isinstance(value, str) or not _OFFSET.fullmatch(value):
            self.wrong("eventTimeZoneOffset", N_("An offset from UTC is written as +08:00."))
        return str(value)

    def action(self, kind: Kind) -> Action | None:
        value = self.body.get("action")
        if kind is Kind.TRANSFORMATION:
            if value is not None:
                self.wrong("action", N_("A transformation has no action."))
            return None
        if value not in Action.__members__.values():
            self.wrong("action", N_("An action is ADD, OBSERVE or DELETE."))
            return None
        return Action(str(value))

    def word(self, name: str, words: Words) -> str:
        value = self.body.get(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not is_word(value, words):
            self.wrong(name, _NO_WORD, word=str(value)[:100])
            return ""
        return bare(value, words)

    def epcs(self, name: str) -> tuple[str, ...]:
        if name not in self.body:
            return ()
        found = tuple(self.epc(f"{name}[{place}]", each) for place, each in enumerate(self.listed(name), start=1))
        if len(set(found)) < len(found):
            self.wrong(name, N_("%(epc)s is named twice."), epc=Counter(found).most_common(1)[0][0])
        return found

    def epc(self, place: str, value: Any) -> str:
        told = self.uri(place, value)
        if told:
            try:
                key_in(told)
            except Malformed as malformed:
                self.faults.append(Fault(self.number, place, malformed.says))
        return told

    def uri(self, place: str, value: Any) -> str:
        if value == "":
            return ""
        if not isinstance(value, str) or len(value) > LONGEST_URI or not _URI.fullmatch(value.strip()):
            self.wrong(place, N_("This is not a URI: %(value)s."), value=str(value)[:100])
            return ""
        return value.strip()

    def counted(self, name: str) -> tuple[Counted, ...]:
        found = []
        for place, each in enumerate(self.listed(name), start=1):
            at = f"{name}[{place}]"
            if not isinstance(each, Mapping) or "epcClass" not in each:
                self.wrong(at, N_("A quantity names the class of what it counts (epcClass)."))
                continue
            uri, unit = self.epc(f"{at}.epcClass", each["epcClass"]), each.get("uom")
            number = self.decimal(f"{at}.quantity", each["quantity"]) if "quantity" in each else ""
            if unit not in EMPTY and (not isinstance(unit, str) or not _UNIT.fullmatch(unit)):
                says = N_("A unit is two or three capitals or digits of UN/CEFACT Recommendation 20, such as KGM.")
                self.wrong(f"{at}.uom", says)
            found.append(Counted(uri, number, "" if unit in EMPTY else str(unit)))
        return tuple(found)

    def decimal(self, place: str, value: Any) -> str:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        if isinstance(value, bool) or not re.fullmatch(r"\d{1,12}(\.\d{1,6}0*)?", text) or not Decimal(text):
            says = N_("A quantity is a number above 0 with at most six decimals, not %(value)s.")
            self.wrong(place, says, value=str(value)[:40])
            return ""
        return text

    def place(self, name: str) -> str:
        value = self.object(name)
        if value and "id" not in value:
            self.wrong(f"{name}.id", N_("It is missing."))
        return self.uri(f"{name}.id", value.get("id", ""))

    def parties(self, name: str, key: str) -> dict[str, str]:
        found = {}
        for place, each in enumerate(self.listed(name), start=1):
            if not isinstance(each, Mapping) or not isinstance(each.get("type"), str) or key not in each:
                self.wrong(f"{name}[{place}]", N_("It needs a type and a URI."))
                continue
            told = self.uri(f"{name}[{place}].{key}", each[key])
            found[bare(each["type"], Words.PARTY)] = self.epc(f"{name}[{place}].{key}", told)
        return found

    def reports(self) -> Iterator[Report]:
        for place, element in enumerate(self.listed("sensorElementList"), start=1):
            at = f"sensorElementList[{place}]"
            if not isinstance(element, Mapping):
                self.wrong(at, N_("It is an object with named values."))
                continue
            metadata = element.get("sensorMetadata", {})
            reports = element.get("sensorReport")
            if not isinstance(metadata, Mapping) or not isinstance(reports, list):
                self.wrong(f"{at}.sensorReport", N_("A list of reports is missing."))
                continue
            dated = self.moments(f"{at}.sensorMetadata", metadata)
            for nth, report in enumerate(reports, start=1):
                where = f"{at}.sensorReport[{nth}]"
                if not isinstance(report, Mapping):
                    self.wrong(where, N_("It is an object with named values."))
                    continue
                fields, known = {**metadata, **report}, dated | self.moments(where, report)
                moment = next((known[each] for each in MOMENTS if each in known), None)
                yield Report(where, bare(str(fields.get("type", "")), None), fields, moment)

    def moments(self, place: str, told: Body) -> dict[str, datetime | None]:
        return {each: self.moment(f"{place}.{each}", told[each]) for each in MOMENTS if each in told}

    def persistent(self) -> None:
        told = self.object("persistentDisposition")
        for way in ("set", "unset"):
            listed = told.get(way, [])
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                self.wrong(f"persistentDisposition.{way}", N_("It is a list."))

    def error(self) -> ErrorDeclared | None:
        if "errorDeclaration" not in self.body:
            return None
        told = self.object("errorDeclaration")
        at = self.moment("errorDeclaration.declarationTime", told.get("declarationTime"))
        ids = told.get("correctiveEventIDs", [])
        if not isinstance(ids, list):
            self.wrong("errorDeclaration.correctiveEventIDs", N_("It is a list."))
            ids = []
        corrective = tuple(self.uri(f"errorDeclaration.correctiveEventIDs[{n}]", each) for n, each in enumerate(ids, 1))
        reason = told.get("reason") or ""
        if not isinstance(reason, str):
            self.wrong("errorDeclaration.reason", _NO_WORD, word=str(reason)[:100])
            return None
        return None if at is None else ErrorDeclared(at, bare(reason, Words.REASON), corrective)

    def object(self, name: str) -> Body:
        value = self.body.get(name, {})
        if not isinstance(value, Mapping):
            self.wrong(name, N_("It is an object with named values."))
            return {}
        return value

    def listed(self, name: str) -> Sequence[Any]:
        value = self.body.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(name, N_("It is a list."))
            return ()
        return value

    def together(self, event: Event) -> None:
        """What a type of event needs to say anything."""
        if event.kind is Kind.OBJECT and not (event.epcs or event.quantities or event.reports):
            self.wrong("epcList", N_("The event names no thing and no measurement."))
        if event.kind is Kind.TRANSFORMATION and not (
            event.inputs or event.input_quantities or event.outputs or event.output_quantities
        ):
            self.wrong("inputEPCList", N_("The event names nothing that went in and nothing that came out."))
        if event.kind in (Kind.AGGREGATION, Kind.ASSOCIATION):
            if event.action is not Action.OBSERVE and not event.parent:
                self.wrong("parentID", N_("It is missing."))
            if event.action is Action.ADD and not (event.epcs or event.quantities):
                self.wrong("childEPCs", N_("The event puts nothing into its package."))
        if event.error and not event.id:
            self.wrong("eventID", N_("An event that is declared wrong is named by its id."))
