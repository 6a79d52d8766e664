"""When a buddy is due, which day of the hundred it is, and what is private until announced."""

from datetime import UTC, date, datetime

import pytest

from brokerage.actor import SERVICE, Actor, HeldPost, PostKind
from brokerage.errors import NotAllowed, RuleBroken
from brokerage.headships.first_hundred import (
    answer_by,
    buddy_by,
    date_of_day,
    next_pulse_on,
    pulse_due,
    reached,
)
from brokerage.headships.package import AT_A_TIME, package, this_week
from brokerage.headships.rules import (
    BUDDYING_LIFE,
    BUDDYING_LIVE,
    BuddyingState,
    Category,
    Stands,
    about_them,
    check_at_once,
    check_private,
    check_spoke,
    is_public,
    is_schools_address,
    parts,
    situation,
    stands,
)
from brokerage.life import Part
from brokerage.school_calendar.bank_holidays import england_and_wales
from brokerage.school_calendar.rules import SchoolCalendar

CALENDAR = SchoolCalendar(england_and_wales())


def told(year: int, month: int, day: int, hour: int = 10) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told_at", "starts_on", "by"),
    [
        # A September head: before July ends, which for a school is its last day of term.
        (told(2026, 3, 3), date(2026, 9, 1), date(2026, 7, 20)),
        (told(2026, 7, 16), date(2026, 9, 1), date(2026, 7, 20)),
        # Two school days no longer fit into July: before the start.
        (told(2026, 7, 20), date(2026, 9, 1), date(2026, 8, 31)),
        (told(2026, 8, 10), date(2026, 9, 1), date(2026, 8, 31)),
        # Overnight: two school days after the notice, over a weekend and after 16:00 too.
        (told(2026, 11, 3), date(2026, 11, 3), date(2026, 11, 5)),
        (told(2026, 11, 3, 17), date(2026, 11, 4), date(2026, 11, 6)),
        (told(2026, 11, 6), date(2026, 11, 9), date(2026, 11, 10)),
        # Told of a head who is there already.
        (told(2026, 11, 3), date(2026, 10, 1), date(2026, 11, 5)),
        # Everybody else: the last school day before the start.
        (told(2026, 11, 3), date(2027, 1, 4), date(2026, 12, 18)),
        (told(2026, 12, 21), date(2027, 1, 4), date(2027, 1, 3)),
    ],
)
def test_a_buddy_is_due_before_the_start_or_two_school_days_after_an_overnight_notice(
    told_at: datetime, starts_on: date, by: date
) -> None:
    assert buddy_by(CALENDAR, told_at, starts_on, 2) == by


def test_a_buddy_has_the_usual_days_to_answer_but_never_less_than_one_school_day() -> None:
    asked = told(2026, 11, 3)
    assert answer_by(CALENDAR, asked, date(2026, 12, 18), 5) == date(2026, 11, 10)
    assert answer_by(CALENDAR, asked, date(2026, 11, 5), 5) == date(2026, 11, 5)
    assert answer_by(CALENDAR, asked, date(2026, 11, 2), 5) == date(2026, 11, 4)


def test_the_hundred_days_are_counted_as_the_partnership_chose() -> None:
    start = date(2026, 9, 1)
    day_100 = date_of_day(CALENDAR, start, 100, in_school_days=False)
    assert day_100 == date(2026, 12, 9)
    in_school = date_of_day(CALENDAR, start, 100, in_school_days=True)
    assert date(2027, 2, 1) < in_school < date(2027, 3, 1)
    for school_days, last in ((False, day_100), (True, in_school)):
        far = [
            reached(CALENDAR, start, day, in_school_days=school_days)
            for day in (date(2026, 8, 31), start, last, date(2027, 6, 1))
        ]
        assert far == [0, 1, 100, 101]


def test_a_pulse_is_asked_from_its_day_until_it_is_answered_or_passed_by() -> None:
    assert pulse_due(29, ()) is None
    assert pulse_due(30, ()) == 30
    assert pulse_due(59, {30}) is None
    assert pulse_due(60, ()) == 60
    assert pulse_due(101, {30, 60}) == 100
    assert pulse_due(101, {30, 60, 100}) is None


def test_the_next_pulse_comes_30_60_and_100_days_after_the_start_and_then_none() -> None:
    start = date(2026, 9, 1)
    found, day = [], date(2026, 1, 1)
    while (on := next_pulse_on(CALENDAR, start, day, in_school_days=False)) is not None:
        found.append((on - start).days + 1)
        day = on
    assert found == [30, 60, 100]


def test_an_appointment_is_private_until_announced_or_begun() -> None:
    start, day = date(2027, 1, 4), date(2026, 11, 3)
    assert not is_public(None, start, day)
    assert not is_public(date(2026, 11, 4), start, day)
    assert is_public(day, start, day)
    assert is_public(None, start, start)


@pytest.mark.parametrize(
    ("address", "schools"),
    [
        ("ada@hilltop.sch.uk", True),
        ("ada@mail.hilltop.sch.uk", True),
        ("Office@gmail.example", True),
        ("head.teacher@elsewhere.example", True),
        ("ada@home.example", False),
        ("ada@nothilltop.sch.uk", False),
        ("", False),
    ],
)
def test_a_schools_address_is_known_by_its_website_or_by_who_reads_it(
    address: str, schools: bool
) -> None:
    assert is_schools_address(address, "http://www.hilltop.sch.uk/welcome") is schools


def test_the_new_heads_own_address_is_needed() -> None:
    check_private("ada@home.example", None)
    for address in ("", None, "head@x.example"):
        with pytest.raises(RuleBroken) as refused:
            check_private(address, None)
        assert refused.value.field == "email"


def test_the_same_person_may_be_several_things_to_a_buddying() -> None:
    coordinator = Actor(5, "C", (HeldPost(PostKind.COORDINATOR, partnership_id=7),), frozenset({7}))
    about = {"partnership_id": 7, "new_head_id": 1, "buddy_id": 2}
    assert parts(coordinator, **about) == {Part.COORDINATOR}
    assert parts(coordinator, **{**about, "partnership_id": 8}) == frozenset()
    assert parts(Actor(1), **about) == {Part.NEW_HEAD}
    assert parts(Actor(2), **about) == {Part.BUDDY}
    assert parts(SERVICE, **about) == {Part.SERVICE}
    assert parts(Actor(), **{**about, "buddy_id": None}) == frozenset()


def test_either_may_end_a_buddying_and_only_a_coordinator_begins_one() -> None:
    for who in (Part.BUDDY, Part.NEW_HEAD, Part.COORDINATOR, Part.SERVICE):
        assert BUDDYING_LIFE.after(BuddyingState.ACTIVE, "end", {who}) is BuddyingState.ENDED
    for who in (Part.BUDDY, Part.NEW_HEAD):
        with pytest.raises(NotAllowed):
            BUDDYING_LIFE.after(BuddyingState.SUGGESTED, "ask", {who})
        with pytest.raises(NotAllowed):
            BUDDYING_LIFE.after(BuddyingState.ACCEPTED, "confirm", {who})
    with pytest.raises(RuleBroken, match="any more"):
        BUDDYING_LIFE.after(BuddyingState.LAPSED, "accept", {Part.BUDDY})
    with pytest.raises(NotAllowed):
        BUDDYING_LIFE.after(BuddyingState.ASKED, "accept", {Part.NEW_HEAD})


def test_what_is_over_stays_over() -> None:
    over = set(BuddyingState) - BUDDYING_LIVE - {BuddyingState.SUGGESTED}
    events = {row.event for row in BUDDYING_LIFE.rows}
    assert not [(s, e) for s in over for e in events if BUDDYING_LIFE.may(s, e, set(Part))]


def test_where_a_headship_stands_follows_from_its_buddyings() -> None:
    def of(*states: BuddyingState, **other: bool) -> Stands:
        known = {"welcomed": True, "ended": False, "fell_through": False} | other
        return stands(buddyings=states, **known)

    assert of() is Stands.NO_BUDDY
    assert of(BuddyingState.DECLINED, BuddyingState.SUGGESTED) is Stands.NO_BUDDY
    assert of(BuddyingState.DECLINED, BuddyingState.ASKED) is Stands.ASKED
    assert of(BuddyingState.ENDED, BuddyingState.ACTIVE) is Stands.IN_TOUCH
    assert of(welcomed=False) is Stands.TO_CHECK
    assert of(BuddyingState.ENDED, ended=True, fell_through=True) is Stands.FELL_THROUGH


def test_a_buddys_number_is_1_to_5_and_not_below_those_they_have() -> None:
    check_at_once(2, 2)
    for at_once, buddying in ((0, 0), (6, 0), (1, 2)):
        with pytest.raises(RuleBroken) as refused:
            check_at_once(at_once, buddying)
        assert refused.value.field == "at_once"


def test_they_cannot_have_spoken_tomorrow_or_before_they_met() -> None:
    check_spoke(date(2026, 11, 3), date(2026, 11, 3), date(2026, 11, 3))
    for on in (date(2026, 11, 4), date(2026, 11, 2)):
        with pytest.raises(RuleBroken):
            check_spoke(on, date(2026, 11, 3), date(2026, 11, 3))


def test_the_situation_is_said_in_the_words_that_buddies_tick() -> None:
    assert situation(Category.NEW_TO_HEADSHIP, ["budget deficit", "nonsense"], 90) == {
        "first headship",
        "budget deficit",
        "small school",
    }
    assert situation(Category.CO_HEAD, [], None) == frozenset()


def test_a_reason_that_speaks_to_the_new_head_is_turned_for_others() -> None:
    said = {
        "Heads a primary school, like you": "Heads a primary school, like theirs",
        "6.8 km from you": "6.8 km from them",
        "A school about the size of yours": "A school about the size of theirs",
        "In the same trust as you, as you wished": "In the same trust as they are, as they wished",
        "Has been there: new town": "Has been there: new town",
    }
    assert {reason: about_them(reason) for reason in said} == said


@pytest.mark.parametrize("category", Category)
def test_each_package_has_safeguarding_budget_governors_staff_and_site_early(
    category: Category,
) -> None:
    steps = package(category)
    days = {step.code: step.day for step in steps}
    assert len(days) == len(steps)
    assert max(days[code] for code in ("dsl", "record", "site")) <= 5
    assert {"money", "governors", "staff", "chair"} <= set(days)
    assert [step.day for step in steps] == sorted(step.day for step in steps)
    assert all(-14 <= step.day <= 100 and len(step.code) <= 40 for step in steps)


def test_a_few_things_at_a_time_are_shown_and_what_is_ticked_goes() -> None:
    for far in range(-20, 101):
        few = this_week(Category.NEW_TO_HEADSHIP, far, ())
        assert len(few) <= AT_A_TIME
        assert all(far - 21 <= step.day <= far + 7 for step in few)
    first = this_week(Category.ACTING, 1, ())[0].code
    assert first not in {step.code for step in this_week(Category.ACTING, 1, {first})}
