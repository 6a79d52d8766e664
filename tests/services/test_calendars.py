"""Calendars of partnerships and schools, and what is counted in them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.errors import NotFound, RuleBroken
from brokerage.school_calendar.queries import calendar_of
from brokerage.school_calendar.term_files import read_term_dates
from brokerage.school_calendar.terms import DayKind, SeasonOf
from brokerage.schools import calendar_services as services
from tests.builders import a_coordinator, a_head, a_partnership, a_school, acting, in_post

MONDAY = date(2026, 11, 23)
AUTUMN = {"first": date(2026, 9, 1), "last": date(2026, 12, 18)}

Calendars = tuple[dict[str, int], dict[str, int], dict[str, object]]
"""The partnership's, the school's, and who may or may not keep them."""


@pytest.fixture
def town(session: Session) -> Calendars:
    partnership, school = a_partnership(session), a_school(session)
    people = {
        "coordinator": a_coordinator(session, partnership),
        "head": a_head(session, school),
        "stranger": a_coordinator(session, a_partnership(session, authorities=("902",))),
        "officer": in_post(session, PostKind.OFFICER, partnership=partnership),
    }
    session.commit()
    return {"partnership_id": partnership.id}, {"urn": school.urn}, people


def test_a_school_has_its_own_terms_then_its_partnerships_then_the_usual_ones(
    session: Session, town: Calendars
) -> None:
    ours, school, people = town
    coordinator, head = acting(session, people["coordinator"]), acting(session, people["head"])
    half_term = {
        "half_term_first": date(2026, 11, 23),
        "half_term_last": date(2026, 11, 27),
    }
    services.set_term(coordinator, ours, 2026, SeasonOf.AUTUMN, **AUTUMN, **half_term)
    shared = calendar_of(session, ours["partnership_id"], school["urn"])
    assert not shared.is_school_day(MONDAY)
    assert shared.is_school_day(date(2026, 10, 26))  # the usual half-term is not ours
    session.rollback()

    services.set_term(head, school, 2026, SeasonOf.AUTUMN, **AUTUMN)
    assert calendar_of(session, ours["partnership_id"], school["urn"]).is_school_day(MONDAY)
    assert not calendar_of(session, ours["partnership_id"], None).is_school_day(MONDAY)
    session.rollback()

    services.unset_term(head, school, 2026, SeasonOf.AUTUMN)
    assert not calendar_of(session, ours["partnership_id"], school["urn"]).is_school_day(MONDAY)


def test_closed_days_add_up_and_days_without_visits_are_school_days(
    session: Session, town: Calendars
) -> None:
    ours, school, people = town
    coordinator, head = acting(session, people["coordinator"]), acting(session, people["head"])
    shut = {"kind": DayKind.SHUT, "first": MONDAY, "last": MONDAY, "note": "snow"}
    closed = services.shut(head, school, **shut)
    assert services.shut(head, school, **shut) == closed
    tests = {"kind": DayKind.NO_VISITS, "first": date(2026, 11, 24), "last": date(2026, 11, 25)}
    services.shut(coordinator, ours, **tests, note="")
    calendar = calendar_of(session, ours["partnership_id"], school["urn"])
    assert not calendar.is_school_day(MONDAY)
    assert calendar.is_school_day(date(2026, 11, 25))
    assert not calendar.is_open_to_visitors(date(2026, 11, 25))
    session.rollback()
    services.open_again(head, school, closed)
    assert calendar_of(session, None, school["urn"]).is_school_day(MONDAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"last": date(2026, 8, 31)}, "last"),
        ({"first": date(2026, 7, 31)}, "first"),
        ({"half_term_first": date(2026, 10, 26)}, "half_term_last"),
        (
            {"half_term_first": date(2026, 10, 30), "half_term_last": date(2026, 10, 26)},
            "half_term_first",
        ),
        ({"last": date(2027, 1, 10)}, "last"),
    ],
)
def test_a_term_that_cannot_be_is_refused_where_it_can_be_mended(
    session: Session,
    town: Calendars,
    change: dict[str, date],
    field: str,
) -> None:
    ours, _, people = town
    by = acting(session, people["coordinator"])
    spring = {"first": date(2027, 1, 5), "last": date(2027, 3, 26)}
    services.set_term(by, ours, 2026, SeasonOf.SPRING, **spring)
    with pytest.raises(RuleBroken) as broken:
        services.set_term(by, ours, 2026, SeasonOf.AUTUMN, **{**AUTUMN, **change})
    assert broken.value.field == field


def test_only_those_who_keep_a_calendar_change_it(session: Session, town: Calendars) -> None:
    ours, school, people = town
    for who, whose in (
        ("stranger", ours),
        ("stranger", school),
        ("officer", ours),
        ("officer", school),
        ("head", ours),
    ):
        by = acting(session, people[who])
        with pytest.raises(NotFound):
            services.set_term(by, whose, 2026, SeasonOf.AUTUMN, **AUTUMN)
    coordinator = acting(session, people["coordinator"])
    services.set_term(coordinator, school, 2026, SeasonOf.AUTUMN, **AUTUMN)


def test_a_file_is_taken_in_whole_or_not_at_all(session: Session, town: Calendars) -> None:
    ours, _, people = town
    by = acting(session, people["coordinator"])
    good = read_term_dates(
        b"what,first,last\nautumn term,01/09/2026,18/12/2026\nINSET day,23/11/2026,\n", "t.csv"
    )
    assert services.take_in(by, ours, good) == {"terms": 1, "shut": 1}
    assert not calendar_of(session, ours["partnership_id"], None).is_school_day(MONDAY)
    session.rollback()
    bad = read_term_dates(
        b"what,first,last\nspring term,05/01/2027,26/03/2027\nsummer term,20/03/2027,20/07/2027\n",
        "t.csv",
    )
    with pytest.raises(RuleBroken, match="runs into the spring term"):
        services.take_in(by, ours, bad)
    calendar = calendar_of(session, ours["partnership_id"], None)
    assert {(term.school_year, term.season) for term in calendar.terms} == {(2026, "autumn")}


def test_a_promise_to_a_school_is_counted_in_its_own_days(
    session: Session, town: Calendars
) -> None:
    ours, school, people = town
    services.shut(
        acting(session, people["head"]),
        school,
        kind=DayKind.INSET,
        first=date(2026, 11, 20),
        last=date(2026, 11, 23),
        note="",
    )
    asked = datetime(2026, 11, 19, 10, tzinfo=UTC)
    theirs = calendar_of(session, ours["partnership_id"], school["urn"])
    assert theirs.deadline(asked, 2) == date(2026, 11, 25)
    assert calendar_of(session, ours["partnership_id"], None).deadline(asked, 2) == MONDAY
