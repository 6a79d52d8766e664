"""When the service asks, reminds, and leaves it to the coordinator: pure, and in one table.

What is due is worked out from the things themselves each time, never stored ahead: a date that
moves needs nothing rewritten, and a missed day is made up for once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum

from brokerage.school_calendar.rules import SchoolCalendar


class Round(IntEnum):
    """The ladder: ask, remind once, then the coordinator's desk; some things lapse in the end."""

    ASK = 1
    REMIND = 2
    DESK = 3
    LAPSE = 4


class Whom(StrEnum):
    RELEASER = "the releaser"
    HEAD = "the supported head"
    LEADER = "the leader"
    COORDINATOR = "the coordinator"


@dataclass(frozen=True)
class Rule:
    """One kind of follow-up.

    ``days`` are the school days from asking until the end of the promise (None: the thing's own
    due day); the reminder goes out ``remind_before`` school days before that. ``asks`` says whether
    the service asks first (or a use case has asked already); ``lapses``, whether it ends by itself
    after as many school days again; ``can_be_hushed``, whether a school's hush stays it.
    """

    kind: str
    of: str
    whom: Whom
    says: str
    days: int | None = None
    remind_before: int = 1
    asks: bool = False
    lapses: bool = False
    can_be_hushed: bool = True


RULES = {
    rule.kind: rule
    for rule in (
        Rule("release", "pairing", Whom.RELEASER, "Release a leader", lapses=True),
        Rule("choose", "pairing", Whom.HEAD, "Choose who comes", lapses=True),
        Rule("accept", "pairing", Whom.LEADER, "Accept a deployment", lapses=True),
        Rule("question", "need", Whom.HEAD, "Answer a question", days=5),
        Rule("call", "need", Whom.COORDINATOR, "Ring about a new need", can_be_hushed=False),
        Rule("name", "need", Whom.COORDINATOR, "Name somebody for a need", can_be_hushed=False),
        Rule(
            "first_contact",
            "engagement",
            Whom.LEADER,
            "Speak for the first time",
            days=3,
            asks=True,
        ),
        Rule(
            "first_contact_school",
            "engagement",
            Whom.HEAD,
            "Say whether you have spoken",
            days=10,
            asks=True,
        ),
        Rule("visit_log", "visit", Whom.LEADER, "Log a visit", days=5, asks=True),
        Rule("mid_point", "engagement", Whom.HEAD, "Keep, change or stop", days=5, remind_before=2),
        Rule(
            "evaluation", "engagement", Whom.HEAD, "Say what has changed", days=10, remind_before=5
        ),
        Rule(
            "look_back_3",
            "engagement",
            Whom.HEAD,
            "Three months on",
            days=10,
            remind_before=5,
            asks=True,
        ),
        Rule(
            "look_back_6",
            "engagement",
            Whom.HEAD,
            "Six months on",
            days=10,
            remind_before=5,
            asks=True,
        ),
    )
}


@dataclass(frozen=True)
class Asking:
    """Something that somebody is, or is to be, asked.

    ``since`` is the day on which the asking began: the day of the question, or the first day on
    which the service is to ask. ``due_on`` is the last day of the promise; for what the service
    asks first it counts from the day on which it did (``asked_on``). ``urn`` is
    the school that may be hushed, ``calendar_urn`` the one whose calendar holds (None: the
    partnership's).
    """

    kind: str
    subject: str
    subject_id: int
    since: date
    recipient_id: int | None
    due_on: date | None = None
    asked_on: date | None = None
    urn: int | None = None
    calendar_urn: int | None = None

    @property
    def rule(self) -> Rule:
        return RULES[self.kind]


def promise_ends(asking: Asking, calendar: SchoolCalendar) -> date | None:
    """The last day of the promise; None while the service has yet to ask."""
    if asking.due_on is not None:
        return asking.due_on
    begun = asking.asked_on if asking.rule.asks else asking.since
    if begun is None or asking.rule.days is None:
        return None
    return calendar.add_school_days(begun, asking.rule.days)


def reminder_on(asking: Asking, ends: date, calendar: SchoolCalendar) -> date:
    """The school day of the one reminder: so many before the promise ends, and never the very day
    of asking."""
    day = calendar.add_school_days(ends, -asking.rule.remind_before)
    begun = asking.asked_on or asking.since
    return day if day > begun else calendar.next_school_day(begun)


def lapses_on(asking: Asking, ends: date, calendar: SchoolCalendar) -> date | None:
    """The day after which it lapses: as many school days after the promise as the promise had."""
    if not asking.rule.lapses:
        return None
    length = max(calendar.school_days_between(asking.since, ends), 1)
    return calendar.add_school_days(ends, length)


def due(
    asking: Asking, done: Collection[Round], today: date, calendar: SchoolCalendar
) -> Round | None:
    """The round that is due today, if any: one at the most, and only on a school day.

    After days off, what was missed is not made up step by step: a reminder whose promise has run
    out gives way to the desk. Nothing lapses before it has been on the desk.
    """
    if not calendar.is_school_day(today) or today < asking.since:
        return None
    if asking.rule.asks and Round.ASK not in done:
        return Round.ASK
    ends = promise_ends(asking, calendar)
    if ends is None:
        return None
    if today > ends:
        lapse = lapses_on(asking, ends, calendar)
        if Round.DESK in done:
            late = lapse is not None and today > lapse and Round.LAPSE not in done
            return Round.LAPSE if late else None
        return Round.DESK
    remind = today >= reminder_on(asking, ends, calendar) and Round.REMIND not in done
    return Round.REMIND if remind and today != asking.asked_on else None


def next_look(
    asking: Asking, done: Collection[Round], today: date, calendar: SchoolCalendar
) -> date | None:
    """The next day after ``today`` on which something may be due; None when nothing is to come."""
    if today < asking.since:
        return _school_day_from(asking.since, calendar)
    if asking.rule.asks and Round.ASK not in done:
        return calendar.next_school_day(today)
    ends = promise_ends(asking, calendar)
    if ends is None:
        return calendar.next_school_day(today)
    days = [ends + timedelta(1)] if Round.DESK not in done else []
    if Round.REMIND not in done and Round.DESK not in done:
        days.append(reminder_on(asking, ends, calendar))
    lapse = lapses_on(asking, ends, calendar)
    if lapse is not None and Round.LAPSE not in done:
        days.append(lapse + timedelta(1))
    if not days:
        return None
    first = min(days)
    return _school_day_from(max(first, today + timedelta(1)), calendar)


def _school_day_from(day: date, calendar: SchoolCalendar) -> date:
    return day if calendar.is_school_day(day) else calendar.next_school_day(day)
