"""What a query of events may ask, by the names that EPCIS 2.0 gives its parameters."""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from agreements.epcis import Action, Kind
from agreements.epcis.vocabulary import Words, is_word
from portal.api.shapes import Digits, Shape
from portal.lineage.asking import Asked
from workflows.words import N_

MOST_NAMES = 50


def _several(value: object) -> list[str]:
    """In an address the standard parts them by |; a comma, which no name here holds, is taken too."""
    given = value if isinstance(value, list) else [value]
    return [each.strip() for some in given for each in str(some).replace("|", ",").split(",") if each.strip()]


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(value)
    return value


def _read(value: object) -> object:
    # A plus sign in an address is a blank once it is read.
    return datetime.fromisoformat(value.replace(" ", "+")) if isinstance(value, str) else value


def _words(words: Words) -> AfterValidator:
    def known(value: list[str]) -> list[str]:
        if not all(is_word(each, words) for each in value):
            raise ValueError(value)
        return value

    return AfterValidator(known)


def _among(words: type[StrEnum]) -> AfterValidator:
    def known(value: list[str]) -> list[str]:
        return [words(each).value for each in value]

    return AfterValidator(known)


Names = Annotated[list[str], Field(max_length=MOST_NAMES), BeforeValidator(_several)]
Moment = Annotated[datetime, BeforeValidator(_read), AfterValidator(_aware)]


class EventQuery(Shape):
    """The parameters that are understood; any other is refused, as the standard asks."""

    eventType: Annotated[Names, _among(Kind)] = Field(
        [], description=N_("Types of events; several are separated by commas.")
    )
    GE_eventTime: Moment | None = Field(None, description=N_("Events at this moment or after it."))
    LT_eventTime: Moment | None = Field(None, description=N_("Events before this moment."))
    EQ_action: Annotated[Names, _among(Action)] = Field([], description=N_("ADD, OBSERVE, DELETE."))
    EQ_bizStep: Annotated[Names, _words(Words.STEP)] = Field([], description=N_("Business steps."))
    EQ_disposition: Annotated[Names, _words(Words.DISPOSITION)] = Field([], description=N_("Dispositions."))
    EQ_readPoint: Names = Field([], description=N_("Places where something was done."))
    EQ_bizLocation: Names = Field(
        [], description=N_("Places where something is from then on; no event here names one.")
    )
    EQ_eventID: Names = Field([], description=N_("Ids of events: as they were sent, hashes, or urn:uuid: of an act."))
    MATCH_epc: Names = Field([], description=N_("Things in the list of EPCs or in the package."))
    MATCH_anyEPC: Names = Field([], description=N_("Things anywhere in the event."))
    MATCH_inputEPC: Names = Field([], description=N_("Things that went in."))
    MATCH_outputEPC: Names = Field([], description=N_("Things that came out."))
    MATCH_anyEPCClass: Names = Field([], description=N_("Lots and batches anywhere in the event."))
    MATCH_parentID: Names = Field([], description=N_("Packages."))
    perPage: Digits = Field(30, ge=1, le=200, description=N_("How many events a page holds at most."))
    nextPageToken: Digits = Field(
        0, ge=0, le=2**31 - 1, description=N_("From the Link of the page before: events that follow it.")
    )

    @property
    def asked(self) -> Asked:
        return Asked(
            types=self.eventType,
            since=self.GE_eventTime,
            before=self.LT_eventTime,
            actions=self.EQ_action,
            steps=self.EQ_bizStep,
            dispositions=self.EQ_disposition,
            places=self.EQ_readPoint,
            locations=self.EQ_bizLocation,
            ids=self.EQ_eventID,
            epcs=self.MATCH_epc,
            any_epcs=self.MATCH_anyEPC,
            inputs=self.MATCH_inputEPC,
            outputs=self.MATCH_outputEPC,
            classes=self.MATCH_anyEPCClass,
            parents=self.MATCH_parentID,
        )


class PageTurn(Shape):
    """Which page of what a kept query finds."""

    perPage: Digits = Field(30, ge=1, le=200, description=N_("How many events a page holds at most."))
    nextPageToken: Digits = Field(
        0, ge=0, le=2**31 - 1, description=N_("From the Link of the page before: events that follow it.")
    )


class ListTurn(Shape):
    """Which page of a list of names, queries or documents."""

    perPage: Digits = Field(30, ge=1, le=200, description=N_("How many of them a page holds at most."))
    nextPageToken: str = Field("", max_length=100, description=N_("From the Link of the page before."))

    @property
    def number(self) -> int:
        return int(self.nextPageToken) if re.fullmatch(r"[0-9]{1,15}", self.nextPageToken) else 0
