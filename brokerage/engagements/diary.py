"""Visits as people's own calendars show them (iCalendar, RFC 5545): in a feed, and with mails.

The same visit has the same UID wherever it comes from, and a SEQUENCE that never goes back, so that
a calendar knows which of two it has read is the newer one: it counts with the row's version, which
an undoing counts up too. METHOD is PUBLISH, not REQUEST: a REQUEST asks for an RSVP, whose answer
would go as a mail to nobody ("accepted", and the service never hears of it); what is published is
taken in, and updated by its UID. There is no ORGANIZER either: calendars would take the visit for
somebody else's meeting. Days are London's dates without times, so no clock change moves them.

A visit occupies the leader for the day; for the school, which goes on with its own, it does not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from flask import current_app
from icalendar import Calendar, Event

from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import EngagementState, VisitState
from brokerage.engagements.telling import page_of
from brokerage.life import Part

MAKER = "-//School support brokerage//Visits//EN"
NAME = "School visits"
PARTS = {"leader": Part.LEADER, "head": Part.HEAD}
"""Those whom an engagement binds and in whose calendars its visits stand."""
READ_AGAIN = timedelta(hours=4)
"""How long calendars are asked to wait before they read the feed again; each does as it likes."""


@dataclass(frozen=True)
class Entry:
    """One visit as it stands in the calendar of one of its people."""

    visit_id: int
    day: date
    status: str
    sequence: int
    changed_at: datetime
    reference: str
    title: str
    place: str
    busy: bool


def entry(visit: Visit, engagement: Engagement, part: Part) -> Entry | None:
    """The visit in the calendar of whoever is ``part`` of the engagement; None where it stands on
    no day. The visit is flushed."""
    day = visit.happened_on or visit.planned_on
    if day is None:
        return None
    none_counts = visit.state is VisitState.SETTLED and not visit.half_days
    off = visit.state is VisitState.DID_NOT_HAPPEN or none_counts
    paused = engagement.state is EngagementState.PAUSED and visit.state is VisitState.PLANNED
    school = engagement.school
    return Entry(
        visit_id=visit.id,
        day=day,
        status="CANCELLED" if off else "TENTATIVE" if paused else "CONFIRMED",
        sequence=visit.version - 1,
        changed_at=visit.changed_at or engagement.agreed_at,
        reference=engagement.reference,
        title=_title(engagement, part),
        place=", ".join(filter(None, (school.name, school.postcode))),
        busy=part is Part.LEADER and not off,
    )


def entries(visits: Iterable[Visit], engagement: Engagement, part: Part) -> list[Entry]:
    """Those of the visits that stand on a day."""
    found = (entry(visit, engagement, part) for visit in visits)
    return [one for one in found if one is not None]


def _title(engagement: Engagement, part: Part) -> str:
    """What it is called: for each of the two by the other; no word of what the need is about."""
    leader, school = engagement.leader.person.name, engagement.school.name
    if part is Part.LEADER:
        return f"Visit: {school}"
    return f"Visit of {leader}" if part is Part.HEAD else f"Visit of {leader} to {school}"


def text(shown: Iterable[Entry]) -> str:
    """The iCalendar file of these entries; the same ones make the same file."""
    public_url = str(current_app.config["PUBLIC_URL"])
    calendar = Calendar()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", NAME)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for one in shown:
        calendar.add_component(_event(one, public_url))
    return bytes(calendar.to_ical()).decode()


def attachment(visits: Iterable[Visit], engagement: Engagement, part: Part | None) -> str | None:
    """The file that goes with a mail to whoever is ``part``; None where nothing is to be shown, or
    to somebody in whose calendar no visit stands."""
    if part is None or part not in PARTS.values():
        return None
    shown = entries(visits, engagement, part)
    return text(shown) if shown else None


def _event(one: Entry, public_url: str) -> Event:
    page = page_of(one.reference)
    event = Event()
    event.add("uid", f"visit-{one.visit_id}@{urlsplit(public_url).hostname}")
    event.add("dtstamp", one.changed_at)
    event.add("last-modified", one.changed_at)
    event.add("sequence", one.sequence)
    event.add("status", one.status)
    event.add("summary", one.title)
    event.add("dtstart", one.day)
    event.add("dtend", one.day + timedelta(days=1))
    event.add("location", one.place)
    event.add("description", f"To move it, or to say that it will not happen: {page}")
    event.add("url", page)
    event.add("transp", "OPAQUE" if one.busy else "TRANSPARENT")
    return event
