"""Which rung of the ladder is due on which day, and when to look again: pure.

A rung is climbed once, on a school day of whoever is asked. What goes into the weekly digest falls
on the digest's own days, so that it is said, and answered, before it comes to the coordinator.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from brokerage.follow_ups.rules import MAILED, Asking, Round
from brokerage.school_calendar.rules import SchoolCalendar

TOO_OLD = 10
"""What should have gone out more than so many school days ago (a fortnight; holidays, in which
nobody is asked, do not count) is not sent any more: the coordinator rings."""
APART = 2
"""A second reminder comes at least so many school days after the first."""
AGAIN = 2
"""What was put off past its promise is open for at least so many school days once asked again."""
LATEST = 5
"""Nothing is put off to more than so many school days after the end of its promise."""
PUT_OFF_BY = (1, 3, 5, 10)
"""The school days for which something may be put off."""
MOST_PUT_OFF = 2
"""How often one thing may be put off."""

Done = Mapping[Round, date]


@dataclass(frozen=True)
class Rung:
    """A round to come, and its right day; ``digest``: it goes into that day's weekly digest."""

    round: Round
    day: date
    digest: bool = False


def due(asking: Asking, done: Done, today: date, calendar: SchoolCalendar) -> Rung | None:
    """The rung to be climbed today, if any: one at the most, and only on a school day.

    After days off, what was missed is not made up step by step: only the latest is. What is too old
    to be sent, or has nobody to be sent to, comes to the coordinator at once. Nothing lapses before
    it has been on the desk.
    """
    if not calendar.is_school_day(today) or today in done.values():
        return None
    reached = [rung for rung in to_come(asking, done, calendar) if rung.day <= today]
    if not reached:
        return None
    rung = reached[-1]
    if rung.round is Round.LAPSE and Round.DESK not in done:
        return reached[-2]
    if rung.round not in MAILED:
        return rung
    too_old = calendar.school_days_between(rung.day, today) > TOO_OLD
    if too_old or asking.recipient_id is None:
        return Rung(Round.DESK, rung.day)
    return rung


def next_look(asking: Asking, done: Done, today: date, calendar: SchoolCalendar) -> date | None:
    """The next day after ``today`` on which a rung may be due; None when none is to come."""
    days = [rung.day for rung in to_come(asking, done, calendar)]
    if not days:
        return None
    return school_day_from(max(days[0], today + timedelta(1)), calendar)


def to_come(asking: Asking, done: Done, calendar: SchoolCalendar) -> list[Rung]:
    """The rungs that are not climbed yet, in order, as far as their days are known: those after the
    first question only once it was asked."""
    if asking.asks and Round.ASK not in done:
        if Round.DESK in done:
            return []
        digest = asking.in_digest(Round.ASK)
        day = (digest_from if digest else school_day_from)(asking.since, calendar)
        return [Rung(Round.ASK, day, digest)]
    ends = promise_ends(asking, calendar)
    if ends is None:
        return []
    found = [] if Round.DESK in done else _reminders(asking, done, ends, calendar)
    desk = calendar.next_school_day(ends)
    if Round.DESK not in done:
        found.append(Rung(Round.DESK, desk))
    if asking.rule.lapses and Round.LAPSE not in done:
        length = max(calendar.school_days_between(_begun(asking), ends), 1)
        found.append(Rung(Round.LAPSE, calendar.add_school_days(desk, length)))
    return found


def promise_ends(asking: Asking, calendar: SchoolCalendar) -> date | None:
    """The last day of the promise; None while the service has yet to ask."""
    if asking.due_on is not None:
        return asking.due_on
    begun = asking.asked_on if asking.asks else asking.since
    if begun is None or asking.rule.days is None:
        return None
    return calendar.add_school_days(begun, asking.rule.days)


def put_off(asking: Asking, until: date, calendar: SchoolCalendar) -> Asking:
    """The asking of somebody who said that they would rather be asked again on ``until``: from then
    on it begins anew."""
    due_on = asking.due_on
    if due_on is not None:
        due_on = max(due_on, calendar.add_school_days(until, AGAIN))
    return replace(asking, since=until, due_on=due_on, asked_on=None, put_off=True)


def days_to_put_off(asking: Asking, today: date, calendar: SchoolCalendar) -> list[date]:
    """The days on which somebody asked may rather be asked again."""
    ends = promise_ends(asking, calendar)
    if ends is None:
        return []
    latest = calendar.add_school_days(ends, LATEST)
    days = [calendar.add_school_days(today, number) for number in PUT_OFF_BY]
    return [day for day in days if day <= latest]


def _begun(asking: Asking) -> date:
    return asking.asked_on or asking.since


def _reminders(asking: Asking, done: Done, ends: date, calendar: SchoolCalendar) -> list[Rung]:
    """The reminders to come, each within the promise and after the day of asking. One for which the
    weekly digest comes too late goes out by itself, but a second one then does not at all."""
    rule, begun = asking.rule, _begun(asking)
    found = []
    first = _reminder(asking, Round.REMIND, rule.remind_before, begun, ends, calendar)
    if first is None:
        day = calendar.add_school_days(ends, -rule.remind_before)
        first = Rung(Round.REMIND, max(day, calendar.next_school_day(begun)))
    if first.day <= ends and Round.REMIND not in done and Round.REMIND_AGAIN not in done:
        found.append(first)
    if rule.remind_again is not None and Round.REMIND_AGAIN not in done:
        apart = calendar.add_school_days(done.get(Round.REMIND, first.day), APART - 1)
        again = Round.REMIND_AGAIN
        second = _reminder(asking, again, rule.remind_again, apart, ends, calendar)
        if second is None and not asking.in_digest(again):
            day = calendar.add_school_days(ends, -rule.remind_again) if rule.remind_again else ends
            second = Rung(again, day) if day > apart else None
        if second is not None:
            found.append(second)
    return found


def _reminder(
    asking: Asking, round: Round, before: int, after: date, ends: date, calendar: SchoolCalendar
) -> Rung | None:
    """The reminder in a weekly digest after the day ``after``: the last one that comes as many days
    ``before`` the end as it should, or else the first; None where there is none in the promise."""
    if not asking.in_digest(round):
        return None
    meant = digest_until(calendar.add_school_days(ends, -before) if before else ends, calendar)
    day = meant if meant > after else digest_from(after + timedelta(1), calendar)
    return Rung(round, day, digest=True) if day <= ends else None


def school_day_from(day: date, calendar: SchoolCalendar) -> date:
    """``day``, or the first school day after it."""
    return calendar.add_school_days(day, 0)


def digest_from(day: date, calendar: SchoolCalendar) -> date:
    """The first day of a weekly digest from ``day`` on: a Monday, or the first school day after."""
    first = school_day_from(monday_of(day), calendar)
    return first if first >= day else school_day_from(monday_of(day) + timedelta(7), calendar)


def digest_until(day: date, calendar: SchoolCalendar) -> date:
    """The last day of a weekly digest up to ``day``."""
    monday = monday_of(day)
    while (first := school_day_from(monday, calendar)) > day:
        monday -= timedelta(7)
    return first


def monday_of(day: date) -> date:
    return day - timedelta(day.weekday())
