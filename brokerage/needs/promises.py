"""A need's clock: by when the school is rung, by when it has a name, and how late we are. Pure."""

from dataclasses import dataclass
from datetime import date, datetime

from brokerage.needs.rules import NeedState, Urgency
from brokerage.school_calendar.rules import SchoolCalendar, in_london


@dataclass(frozen=True)
class PromiseDays:
    """How soon, in school days, a partnership promises a call and a name."""

    call: int = 5
    urgent_call: int = 2
    name: int = 10
    urgent_name: int = 5


@dataclass(frozen=True)
class Promise:
    """The last day for the call, and for the name of somebody who could help."""

    call_by: date
    name_by: date


@dataclass(frozen=True)
class Due:
    """What a school is waiting for; ``late`` counts the school days since the promised day.

    ``stopped_since`` is set while the clock stands still, because the school was asked something.
    """

    what: str
    by: date
    late: int = 0
    stopped_since: date | None = None


def promised(
    calendar: SchoolCalendar,
    promised_at: datetime,
    urgency: Urgency,
    days: PromiseDays,
    paused_days: int = 0,
) -> Promise:
    """What is promised to a school that asked (or came back) at ``promised_at``."""
    urgent = urgency is Urgency.URGENT
    call = days.urgent_call if urgent else days.call
    name = days.urgent_name if urgent else days.name
    return Promise(
        call_by=calendar.deadline(promised_at, call + paused_days),
        name_by=calendar.deadline(promised_at, name + paused_days),
    )


def stood_still(calendar: SchoolCalendar, asked_at: datetime, answered_at: datetime) -> int:
    """The school days for which the clock stood still while the school was asked something."""
    asked, answered = in_london(asked_at).date(), in_london(answered_at).date()
    return max(0, calendar.school_days_between(asked, answered))


def due(
    calendar: SchoolCalendar,
    today: date,
    *,
    state: NeedState,
    called: bool,
    call_by: date | None,
    name_by: date | None,
    asked_at: datetime | None = None,
) -> Due | None:
    """What the school is waiting for now: its call, then a name. None for a draft, for one that
    waits until somebody suitable is free, and once it is placed or over."""
    by = name_by if called else call_by
    if by is None or state not in (NeedState.SUBMITTED, NeedState.OPEN, NeedState.ASKED):
        return None
    what = "a name" if called else "a call"
    if state is NeedState.ASKED and asked_at is not None:
        return Due(what, by, stopped_since=in_london(asked_at).date())
    return Due(what, by, late=max(0, calendar.school_days_between(by, today)))
