"""Calendars as two libraries read them that have nothing to do with each other."""

from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage

import ics
from icalendar import Calendar


@dataclass(frozen=True)
class Seen:
    """One event, as a calendar has taken it in."""

    uid: str
    day: date
    until: date
    sequence: int
    status: str
    title: str
    place: str
    about: str
    busy: bool
    changed_at: datetime


def seen(text: str) -> list[Seen]:
    """The events of an iCalendar file, by uid. Both libraries read it whole, and read the same; its
    lines are folded and ended as RFC 5545 has them."""
    assert text.endswith("\r\n")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    ours, others = _by_icalendar(text), _by_ics(text)
    assert ours == others
    return ours


def _by_icalendar(text: str) -> list[Seen]:
    calendar = Calendar.from_ical(text)
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    found = [
        Seen(
            uid=str(event["UID"]),
            day=event.decoded("DTSTART"),
            until=event.decoded("DTEND"),
            sequence=int(event["SEQUENCE"]),
            status=str(event["STATUS"]),
            title=str(event["SUMMARY"]),
            place=str(event["LOCATION"]),
            about=str(event["DESCRIPTION"]),
            busy=event["TRANSP"] == "OPAQUE",
            changed_at=event.decoded("LAST-MODIFIED"),
        )
        for event in calendar.walk("VEVENT")
    ]
    return sorted(found, key=lambda one: one.uid)


def _by_ics(text: str) -> list[Seen]:
    calendar = ics.Calendar(text)
    assert calendar.method == "PUBLISH"
    found = []
    for event in calendar.events:
        assert event.all_day
        (sequence,) = (line.value for line in event.extra if line.name == "SEQUENCE")
        found.append(
            Seen(
                uid=event.uid,
                day=event.begin.date(),
                until=event.end.date(),
                sequence=int(sequence),
                status=event.status,
                title=event.name,
                place=event.location,
                about=event.description,
                busy=not event.transparent,
                changed_at=event.last_modified.datetime,
            )
        )
    return sorted(found, key=lambda one: one.uid)


def attached(mail: EmailMessage) -> str:
    """The calendar file that came with a mail."""
    (part,) = mail.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_param("method") == "PUBLISH"
    assert part.get_filename() == "visit.ics"
    return str(part.get_payload(decode=True).decode())


def words(mail: EmailMessage) -> str:
    """What a mail says, whatever comes with it."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
