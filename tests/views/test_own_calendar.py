"""The page of a person's own calendar: its private address is made, read, replaced, stopped."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements.calendar_models import CalendarFeed
from brokerage.ledger.models import LedgerEntry
from tests.builders import TODAY, a_person
from tests.calendars import seen
from tests.phone_builders import CALLED, Support, a_support
from tests.views.conftest import Desk, DeskOf

MAKE, REPLACE, STOP = "Make my address", "Replace the address", "Stop it"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    support = a_support(session)
    support.plan(date(2026, 11, 12))
    return support


@pytest.fixture
def stranger(desk_of: DeskOf) -> FlaskClient:
    """A calendar's own program: nobody signed in."""
    return desk_of(None).client


def address(desk: Desk) -> str:
    box = desk.soup.find(id="address")
    assert box is not None
    return str(box["value"]).removeprefix("http://localhost")


def test_each_makes_an_address_that_their_calendar_reads_without_signing_in(
    support: Support, desk_of: DeskOf, stranger: FlaskClient
) -> None:
    for person in (support.town.head, support.town.leader.person):
        desk = desk_of(person)
        desk.open("/account")
        assert desk.soup.find("a", href="/account/calendar")
        desk.open("/account/calendar")
        assert "Thursday 12 November 2026" in desk.text
        desk.send(MAKE)
        assert "No calendar has read it yet" in desk.text
        assert desk.soup.find("a", href=f"webcal://localhost{address(desk)}")
        answer = stranger.get(address(desk))
        assert answer.content_type == "text/calendar; charset=utf-8; method=PUBLISH"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert [one.day for one in seen(answer.text)] == [date(2026, 11, 12)]
        again = stranger.get(address(desk), headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.text) == (304, "")
        desk.open("/account/calendar")
        assert "A calendar last read it today" in desk.text


def test_an_address_that_was_replaced_or_stopped_is_not_found(
    support: Support, desk_of: DeskOf, stranger: FlaskClient
) -> None:
    desk = desk_of(support.town.head)
    desk.open("/account/calendar")
    desk.send(MAKE)
    first = address(desk)
    desk.send(REPLACE)
    second = address(desk)
    assert [stranger.get(path).status_code for path in (first, second)] == [404, 200]
    desk.send(STOP)
    assert stranger.get(second).status_code == 404
    assert desk.soup.find(string=MAKE) or MAKE in desk.text


def test_reading_it_is_noted_once_a_day_and_by_nothing_else(
    session: Session, support: Support, desk_of: DeskOf, stranger: FlaskClient
) -> None:
    desk = desk_of(support.town.head)
    desk.open("/account/calendar")
    desk.send(MAKE)
    entries = select(LedgerEntry.id)
    before = session.scalars(entries).all()
    for day in (TODAY, TODAY, CALLED.date()):
        if day != TODAY:
            clock.move_to(CALLED)
        assert stranger.get(address(desk)).status_code == 200
        session.expire_all()
        assert session.scalars(select(CalendarFeed)).one().last_read_on == day
    assert session.scalars(entries).all() == before
    assert stranger.post(address(desk)).status_code in (400, 405)


def test_with_no_visits_the_page_says_so(session: Session, desk_of: DeskOf) -> None:
    desk = desk_of(a_person(session))
    desk.open("/account/calendar")
    assert "No visit at present" in desk.text


def test_whoever_is_told_nothing_of_a_visit_gets_no_file_of_it(
    support: Support, desk_of: DeskOf
) -> None:
    visit = support.engagement.visits[0]
    path = f"/engagements/{support.engagement.reference}/visits/{visit.id}/visit.ics"
    assert seen(desk_of(support.town.coordinator).client.get(path).text)[0].title.startswith(
        f"Visit of {support.town.leader.person.name} to "
    )
    assert desk_of(support.town.releaser).client.get(path).status_code == 404
    assert desk_of(None).client.get(path).status_code == 302
