"""When support is stuck, how badly, why, and what to do next: pure, and in one table.

What goes in are plain values of one engagement (a :class:`Course`); what comes out are its signs,
the heaviest first. An engagement without a sign is not on the radar.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate

from brokerage.engagements.rules import FIRST_CONTACT_DAYS, EngagementState
from brokerage.life import Part
from brokerage.school_calendar.rules import SchoolCalendar
from brokerage.web.words import counted, days


class Sign(StrEnum):
    """What shows that support is stuck."""

    AMBER = "amber twice"
    CONTACT = "no first contact"
    SILENCE = "silence"
    UNUSED = "days unused"
    SLIPPING = "slipping dates"
    MISSING_LOG = "missing log"
    NOT_BEGUN = "not begun"
    PAUSED = "paused long"

    @property
    def code(self) -> str:
        """As it stands in addresses and in the names of prepared messages."""
        return self.value.replace(" ", "_")


@dataclass(frozen=True)
class Weight:
    """What a sign counts: from ``after`` on, ``at_once`` points, and ``each`` more for every one
    beyond it, up to ``most``. ``after`` is in school days; for dates that slip it is how often, for
    days unused the school days left, for ratings their weight."""

    after: int
    at_once: int
    each: int
    most: int

    def points(self, beyond: int) -> int:
        return min(self.most, self.at_once + self.each * max(beyond, 0))


WEIGHTS = {
    Sign.AMBER: Weight(after=2, at_once=50, each=10, most=80),
    Sign.CONTACT: Weight(after=0, at_once=30, each=2, most=60),
    Sign.SILENCE: Weight(after=15, at_once=30, each=2, most=70),
    Sign.UNUSED: Weight(after=40, at_once=25, each=1, most=65),
    Sign.SLIPPING: Weight(after=2, at_once=25, each=10, most=45),
    Sign.MISSING_LOG: Weight(after=5, at_once=20, each=2, most=60),
    Sign.NOT_BEGUN: Weight(after=15, at_once=20, each=1, most=40),
    Sign.PAUSED: Weight(after=30, at_once=15, each=1, most=40),
}
"""A month of silence outweighs a late log; what a head is unhappy with outweighs both."""

DAYS_FOR_A_HALF_DAY = 5
"""So many school days are wanted for each half-day still to come: a visit about once a fortnight.
Where fewer are left near the year's end, days will go unused."""
RATING_WEIGHTS = {"amber": 1, "red": 2, "change": 1, "stop": 2}
"""What a rating counts, be it of an outcome or a mid-point's answer; any other counts nothing."""


@dataclass(frozen=True)
class Advice:
    """What a coordinator does about a sign: whom they ring or write to, and the page of the one
    next thing."""

    whom: Part
    do: str
    endpoint: str


ADVICE = {
    Sign.AMBER: Advice(Part.HEAD, "Read what they said", "engagements.read"),
    Sign.CONTACT: Advice(Part.LEADER, "Note that they have spoken", "engagements.contact"),
    Sign.SILENCE: Advice(Part.LEADER, "Plan a visit for them", "engagements.plan"),
    Sign.UNUSED: Advice(Part.LEADER, "Plan the visits left", "engagements.plan"),
    Sign.SLIPPING: Advice(Part.HEAD, "Agree a date that holds", "engagements.plan"),
    Sign.MISSING_LOG: Advice(Part.LEADER, "Note the visit by phone", "engagements.log"),
    Sign.NOT_BEGUN: Advice(Part.HEAD, "Read it, or end it", "engagements.read"),
    Sign.PAUSED: Advice(Part.HEAD, "Resume it, or end it", "engagements.read"),
}


@dataclass(frozen=True)
class Course:
    """How an engagement goes. ``contact_by`` is the day by which they are to have spoken;
    ``heard_on`` that of the latest contact, visit or log (or of the going on after a pause),
    ``planned`` the days of visits not noted yet; ``moves`` how often one of those was moved;
    ``not_happened``, how many did not take place since the last that did. ``ratings`` are words, as
    they were given; ``paused_on``, since when it has stood still; ``resumed_on``, when it last went
    on."""

    state: EngagementState
    agreed_on: date
    ends_on: date
    half_days: int
    used: int = 0
    contact_by: date | None = None
    first_contact_on: date | None = None
    visited_on: date | None = None
    heard_on: date | None = None
    planned: tuple[date, ...] = ()
    moves: int = 0
    not_happened: int = 0
    ratings: tuple[str, ...] = ()
    paused_on: date | None = None
    resumed_on: date | None = None

    @property
    def waits_since(self) -> date:
        """From when its beginning is waited for: a pause does not count."""
        return max(self.agreed_on, self.resumed_on or self.agreed_on)


@dataclass(frozen=True)
class Found:
    """A sign of one engagement: its weight, since when, and why in a sentence."""

    sign: Sign
    points: int
    since: date
    why: str

    @property
    def advice(self) -> Advice:
        return ADVICE[self.sign]


class SchoolDays:
    """How many school days lie between two days, counted once for a whole list."""

    def __init__(self, calendar: SchoolCalendar, first: date, last: date) -> None:
        self._first = first
        every = (first + timedelta(n) for n in range((last - first).days + 1))
        self._so_far = [0, *accumulate(int(calendar.is_school_day(day)) for day in every)]

    def between(self, start: date, end: date) -> int:
        """School days after ``start``, up to and with ``end``; nought where it is not later."""
        return max(self._upto(end) - self._upto(start), 0)

    def _upto(self, day: date) -> int:
        number = (day - self._first).days + 1
        return self._so_far[max(0, min(number, len(self._so_far) - 1))]


def signs(course: Course, today: date, count: SchoolDays) -> list[Found]:
    """The signs that this engagement is stuck, the heaviest first."""
    found: list[Found | None] = [_amber(course)]
    if course.state is EngagementState.AGREED:
        found += [_contact(course, today, count), _not_begun(course, today, count)]
    if course.state is EngagementState.ACTIVE:
        found.append(_silence(course, today, count))
    if course.state is EngagementState.PAUSED:
        found.append(_paused(course, today, count))
    else:
        found += [_missing_log(course, today, count), _slipping(course)]
    found.append(_unused(course, today, count))
    order = list(Sign)
    return sorted(
        (one for one in found if one is not None),
        key=lambda one: (-one.points, order.index(one.sign)),
    )


def score(found: Iterable[Found]) -> int:
    """How stuck it is, by all of its signs together."""
    return sum(one.points for one in found)


def _found(sign: Sign, beyond: int, since: date, why: str) -> Found:
    return Found(sign, WEIGHTS[sign].points(beyond), since, why)


def _amber(course: Course) -> Found | None:
    weight = sum(RATING_WEIGHTS.get(rating, 0) for rating in course.ratings)
    if weight < WEIGHTS[Sign.AMBER].after:
        return None
    since = course.heard_on or course.agreed_on
    if "stop" in course.ratings:
        why = "The head would stop."
    elif "change" in course.ratings:
        why = "The head would change something, and not all is green."
    else:
        why = "What is to be different stands at amber twice, or at red."
    return _found(Sign.AMBER, weight - WEIGHTS[Sign.AMBER].after, since, why)


def _contact(course: Course, today: date, count: SchoolDays) -> Found | None:
    due = course.contact_by or course.waits_since + timedelta(FIRST_CONTACT_DAYS)
    if course.first_contact_on is not None or today <= due:
        return None
    why = f"Leader and school have not spoken; that was to be by {_day(due)}."
    return _found(Sign.CONTACT, count.between(due, today), due, why)


def _not_begun(course: Course, today: date, count: SchoolDays) -> Found | None:
    since = course.waits_since
    waited, after = count.between(since, today), WEIGHTS[Sign.NOT_BEGUN].after
    if waited < after or any(day >= today for day in course.planned):
        return None
    what = "Agreed" if since == course.agreed_on else "Gone on after a pause"
    why = f"{what} on {_day(since)}, {waited} school days ago, and no visit is to come."
    return _found(Sign.NOT_BEGUN, waited - after, since, why)


def _silence(course: Course, today: date, count: SchoolDays) -> Found | None:
    """Nothing was heard, and nothing is in the diary: a visit there that is not noted is asked
    about first, as a missing log."""
    if course.planned:
        return None
    since = course.heard_on or course.agreed_on
    silent, after = count.between(since, today), WEIGHTS[Sign.SILENCE].after
    if silent < after:
        return None
    if course.visited_on is not None:
        last = f"the last was on {_day(course.visited_on)}"
    else:
        last = f"they spoke on {_day(course.first_contact_on or course.agreed_on)}"
    why = f"No visit noted for {counted(silent, 'school day')}, and none planned; {last}."
    return _found(Sign.SILENCE, silent - after, since, why)


def _missing_log(course: Course, today: date, count: SchoolDays) -> Found | None:
    past = sorted(day for day in course.planned if day < today)
    if not past:
        return None
    late, after = count.between(past[0], today), WEIGHTS[Sign.MISSING_LOG].after
    if late <= after:
        return None
    others = f" (and {len(past) - 1} more)" if len(past) > 1 else ""
    why = f"The visit of {_day(past[0])}{others} is not noted, {late} school days later."
    return _found(Sign.MISSING_LOG, late - after, past[0], why)


def _slipping(course: Course) -> Found | None:
    after = WEIGHTS[Sign.SLIPPING].after
    often = max(course.moves, course.not_happened)
    if often < after:
        return None
    if course.moves >= course.not_happened:
        why = f"The next visit was moved {_times(course.moves)}."
    else:
        why = f"{course.not_happened} visits running did not happen."
    return _found(Sign.SLIPPING, often - after, course.heard_on or course.agreed_on, why)


def _unused(course: Course, today: date, count: SchoolDays) -> Found | None:
    """Days that nobody has a date for, when there is hardly time left to give them."""
    to_come = sum(day >= today for day in course.planned)
    open_half_days = course.half_days - course.used - to_come
    left, near = count.between(today, course.ends_on), WEIGHTS[Sign.UNUSED].after
    if left > near or open_half_days <= 0 or open_half_days * DAYS_FOR_A_HALF_DAY <= left:
        return None
    amount = days(open_half_days)
    if left:
        when = f"{counted(left, 'school day')} before {_day(course.ends_on)}"
    else:
        when = f"and it was to end by {_day(course.ends_on)}"
    why = f"{amount[0].upper()}{amount[1:]} still without a date, {when}."
    return _found(Sign.UNUSED, near - left, min(today, course.ends_on), why)


def _paused(course: Course, today: date, count: SchoolDays) -> Found | None:
    since = course.paused_on or course.agreed_on
    stood, after = count.between(since, today), WEIGHTS[Sign.PAUSED].after
    if stood < after:
        return None
    why = f"Paused on {_day(since)}, {stood} school days ago."
    return _found(Sign.PAUSED, stood - after, since, why)


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
