"""What holds for every instant of five years, both clock changes of each year included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar, midnight_after, nine_oclock
from brokerage.school_calendar.terms import default_terms

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2024, 9, 1), date(2029, 8, 31)
EVERY_DAY = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]

days = st.dates(FIRST, LAST)
instants = st.datetimes(
    datetime.combine(FIRST, time()), datetime.combine(LAST, time()), timezones=st.just(UTC)
)
school_days = st.integers(0, 40)
calendars = st.builds(
    SchoolCalendar,
    st.just(england_and_wales()),
    st.sampled_from([(), default_terms(2024) + default_terms(2025)]),
    st.frozensets(days, max_size=8),
    st.frozensets(days, max_size=8),
)


@given(calendars, instants, school_days)
def test_a_deadline_is_a_school_day_and_never_before_the_asking(
    calendar: SchoolCalendar, asked_at: datetime, count: int
) -> None:
    last_day = calendar.deadline(asked_at, count)
    assert calendar.is_school_day(last_day)
    assert last_day >= asked_at.astimezone(LONDON).date()
    assert midnight_after(last_day) > asked_at


@given(calendars, instants, school_days)
def test_each_further_school_day_moves_the_deadline_to_the_next_one(
    calendar: SchoolCalendar, asked_at: datetime, count: int
) -> None:
    last_day = calendar.deadline(asked_at, count)
    assert calendar.deadline(asked_at, count + 1) == calendar.next_school_day(last_day) > last_day


@given(calendars, instants, st.timedeltas(timedelta(0), timedelta(days=30)), school_days)
def test_asking_later_never_ends_earlier(
    calendar: SchoolCalendar, asked_at: datetime, wait: timedelta, count: int
) -> None:
    assert calendar.deadline(asked_at + wait, count) >= calendar.deadline(asked_at, count)


@given(calendars, days, st.integers(-40, 40).filter(bool))
def test_adding_and_counting_school_days_undo_each_other(
    calendar: SchoolCalendar, day: date, count: int
) -> None:
    assert calendar.school_days_between(day, calendar.add_school_days(day, count)) == count


def test_nine_oclock_and_midnight_hold_by_the_london_clock_on_every_day() -> None:
    for day in EVERY_DAY:
        nine = nine_oclock(day)
        midnight = midnight_after(day)
        assert nine.utcoffset() == midnight.utcoffset() == timedelta(0)
        assert nine.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, time(9))
        assert midnight.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(
            day + timedelta(days=1), time()
        )


def test_every_usual_school_year_has_about_190_days_in_session() -> None:
    calendar = SchoolCalendar(england_and_wales())
    for year in range(2012, 2048):
        first, _, last = default_terms(year)
        in_session = calendar.school_days_between(first.first - timedelta(days=1), last.last)
        assert 185 <= in_session <= 198, year
