"""When leaders are asked about their days: pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from brokerage.leaders.rules import school_year
from brokerage.school_calendar.rules import SchoolCalendar

JUNE, JULY = 6, 7
ROUND_ENDS = 31
WEEK = 5  # school days of a full one


class QuestionKind(StrEnum):
    ROUND = "days for next year"
    STILL = "still so many days"


@dataclass(frozen=True)
class ToAsk:
    """A question that a partnership has to ask on a day: about which school year, in which term,
    since when."""

    kind: QuestionKind
    year: int
    season: str
    since: date


def to_ask(calendar: SchoolCalendar, today: date) -> list[ToAsk]:
    """What a partnership is asking its leaders today: from the first school day of June, how many
    days they give next year; from the first full week of a term, whether what is left is right."""
    found = []
    if since := round_begins(calendar, today):
        found.append(ToAsk(QuestionKind.ROUND, school_year(today) + 1, "summer", since))
    term = calendar.term_of(today)
    if term is not None:
        monday = first_full_week(calendar, term.first, term.last)
        if monday is not None and monday <= today:
            found.append(ToAsk(QuestionKind.STILL, school_year(today), term.season, monday))
    return found


def round_begins(calendar: SchoolCalendar, today: date) -> date | None:
    """The first school day of June, while the round goes on (it ends with July)."""
    first = calendar.add_school_days(date(today.year, JUNE, 1), 0)
    return first if first <= today <= round_ends(today.year) else None


def round_ends(year: int) -> date:
    """The last day on which leaders are asked about the next school year."""
    return date(year, JULY, ROUND_ENDS)


def first_full_week(calendar: SchoolCalendar, first: date, last: date) -> date | None:
    """The Monday of the first week, between these days, whose five weekdays are school days."""
    monday = first + timedelta(-first.weekday() % 7)
    while monday <= last:
        if all(calendar.is_school_day(monday + timedelta(step)) for step in range(WEEK)):
            return monday
        monday += timedelta(7)
    return None


def goes_on(kind: QuestionKind, since: date, today: date, calendar: SchoolCalendar) -> bool:
    """Whether a question asked since that day is still worth an answer: the round until its last
    day, the other until its term is over."""
    if kind is QuestionKind.ROUND:
        return today <= round_ends(since.year)
    term = calendar.term_of(since)
    return term is not None and today <= term.last
