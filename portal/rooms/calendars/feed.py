"""The same days for a calendar program: RFC 5545, by the icalendar library."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from flask_babel import gettext
from icalendar import Calendar, Event

from portal.rooms.calendars.entries import Entry
from portal.settings import Settings
from portal.web import absolute
from portal.wording import cite, language_now

DAY = timedelta(days=1)


def as_ical(entries: Sequence[Entry]) -> bytes:
    """Whole days as days, moments as moments; names of people and places stay in the portal."""
    settings: Settings = current_app.config["SETTINGS"]
    host = urlsplit(settings.address).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", f"-//Weituo//{host}//{language_now().upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", gettext("Weituo"))
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for each in entries:
        calendar.add_component(_event(each, host))
    text: bytes = calendar.to_ical()
    return text


def _event(entry: Entry, host: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", _written_at(entry.last_event_id))
    event.add("dtstart", entry.at.astimezone(UTC) if entry.at else entry.first)
    if entry.at is None:
        event.add("dtend", entry.last + DAY)
    event.add("summary", " ".join(filter(None, (entry.what, entry.number))))
    event.add("description", "\n".join(filter(None, _notes(entry))))
    event.add("url", absolute(entry.page[0], **entry.page[1]))
    event.add("transp", "TRANSPARENT")
    return event


def _notes(entry: Entry) -> list[str]:
    within = gettext("entrustment %(number)s", number=entry.entrustment.number) if entry.entrustment else ""
    provisional = gettext("provisional") if entry.provisional else ""
    return [within, "; ".join(map(cite, entry.sources)), provisional]


def _written_at(event_id: UUID) -> datetime:
    """When the record was last written, from the time inside its last event's UUIDv7."""
    return datetime.fromtimestamp((event_id.int >> 80) // 1000, UTC)
