"""What the pages about one headship show: gathered here, so that each page shows no more."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from brokerage.headships.first_hundred import date_of_day, last_day, pulse_due
from brokerage.headships.models import Buddying, Headship, Pulse, RingRequest
from brokerage.headships.package import Step, package, this_week
from brokerage.headships.queries import (
    calendar,
    coordinator_for,
    days_reached,
    partnership_of,
    school_led,
)
from brokerage.headships.rules import (
    CLOSING,
    PULSE_CHOICES,
    BuddyingState,
    Stands,
    about_them,
    stands,
)
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.schools.models import School


@dataclass(frozen=True)
class Days:
    """How far a headship is: ``far`` is 0 before the start, 1 to 100, and 101 afterwards."""

    far: int
    last_on: date
    school_days: bool

    @property
    def begun(self) -> bool:
        return self.far > 0

    @property
    def over(self) -> bool:
        return self.far > 100


@dataclass(frozen=True)
class CoordinatorSees:
    """A headship as its coordinator sees it. Of the pulses, only what was shared."""

    stands: Stands
    public: bool
    late: bool
    days: Days
    live: Buddying | None
    suggested: Buddying | None
    why_suggested: list[str]
    live_school: School | None
    shared: list[tuple[int, str]]
    from_here: str
    rings: list[RingRequest]
    spoken: list[date]
    before: list[Buddying]


@dataclass(frozen=True)
class HeadSees:
    """A new head's own page."""

    days: Days
    partnership: Partnership
    coordinator: Person | None
    buddy: Buddying | None
    buddy_school: School | None
    finding: bool
    spoken: list[date]
    steps: tuple[Step, ...]
    all_steps: list[tuple[date, Step]]
    ticked: frozenset[str]
    pulse: int | None
    pulses: list[Pulse]
    ring: RingRequest | None


@dataclass(frozen=True)
class Listed:
    """A headship in the coordinator's list."""

    headship: Headship
    stands: Stands
    public: bool
    in_place: bool
    late: bool
    ringing: bool


def listed(headship: Headship, today: date) -> Listed:
    where = where_it_stands(headship)
    return Listed(
        headship=headship,
        stands=where,
        public=headship.is_public(today),
        in_place=where in (Stands.CONFIRMED, Stands.IN_TOUCH),
        late=is_late(headship, today),
        ringing=any(ring.settled_at is None for ring in headship.rings),
    )


def where_it_stands(headship: Headship) -> Stands:
    return stands(
        welcomed=headship.welcomed_at is not None,
        ended=headship.ended_on is not None,
        fell_through=headship.fell_through,
        buddyings=[one.state for one in headship.buddyings],
    )


def is_late(headship: Headship, today: date) -> bool:
    """Whether the buddy should have been there by now and is not."""
    in_place = where_it_stands(headship) in (Stands.CONFIRMED, Stands.IN_TOUCH)
    return headship.ended_on is None and not in_place and headship.buddy_by < today


def as_coordinator(session: Session, headship: Headship, today: date) -> CoordinatorSees:
    live, up = headship.live_buddying(), headship.suggested()
    return CoordinatorSees(
        stands=where_it_stands(headship),
        public=headship.is_public(today),
        late=is_late(headship, today),
        days=_days(session, headship, today),
        live=live,
        suggested=up,
        why_suggested=[about_them(reason) for reason in up.reasons] if up else [],
        live_school=school_led(session, live.buddy_id, today) if live else None,
        shared=[
            (pulse.day, PULSE_CHOICES[pulse.choice])
            for pulse in headship.pulses
            if pulse.shared_at is not None
        ],
        from_here=CLOSING["onward"][1].get(headship.closing.get("onward", ""), ""),
        rings=[ring for ring in headship.rings if ring.settled_at is None],
        spoken=_spoken(live),
        before=[b for b in headship.buddyings if b is not live and b.over_at is not None],
    )


def as_head(session: Session, headship: Headship, today: date) -> HeadSees:
    days = _days(session, headship, today)
    in_school_days = days.school_days
    live = headship.live_buddying()
    buddy = live if live and live.state is BuddyingState.ACTIVE else None
    ticked = frozenset(tick.step for tick in headship.ticks)
    steps = package(headship.category)
    far = days.far or min(0, (today - headship.starts_on).days + 1)
    dates = [
        date_of_day(
            calendar(session, headship), headship.starts_on, step.day, in_school_days=in_school_days
        )
        for step in steps
    ]
    open_rings = [ring for ring in headship.rings if ring.settled_at is None]
    return HeadSees(
        days=days,
        partnership=partnership_of(session, headship),
        coordinator=coordinator_for(session, headship, today),
        buddy=buddy,
        buddy_school=school_led(session, buddy.buddy_id, today) if buddy else None,
        finding=live is not None and buddy is None,
        spoken=_spoken(buddy),
        steps=this_week(headship.category, far, ticked),
        all_steps=list(zip(dates, steps, strict=True)),
        ticked=ticked,
        pulse=pulse_due(days.far, {pulse.day for pulse in headship.pulses}),
        pulses=list(headship.pulses),
        ring=open_rings[-1] if open_rings else None,
    )


def _days(session: Session, headship: Headship, today: date) -> Days:
    in_school_days = partnership_of(session, headship).hundred_in_school_days
    return Days(
        far=days_reached(session, headship, today),
        last_on=last_day(
            calendar(session, headship), headship.starts_on, in_school_days=in_school_days
        ),
        school_days=in_school_days,
    )


def _spoken(buddying: Buddying | None) -> list[date]:
    """The days on which they spoke, whoever ticked them; the latest first."""
    return sorted({contact.on for contact in buddying.contacts}, reverse=True) if buddying else []
