"""A visit noted on a phone from the link in a mail, and its next date in everybody's calendar."""

import urllib.request
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect

from brokerage.engagements import calendar_queries, calendar_services
from brokerage.people.models import Person
from tests.builders import NOW
from tests.calendars import Seen, attached, seen
from tests.journeys.service import Service, press, reads
from tests.phone_builders import a_support

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLANNED = date(2026, 11, 12)
_COUNT = "() => { window.taps = 0; addEventListener('pointerdown', () => window.taps++, true); }"


@dataclass
class People:
    leader: Person
    head: Person
    page: str


@pytest.fixture
def people(service: Service) -> People:
    """Support under way with a visit planned; the leader has put their visits into a calendar."""
    with service.looking() as session, service.app.app_context():
        support = a_support(session, telephone="01632 960001")
        leader, head = support.town.leader.person, support.town.head
        service.give_passwords(head)
        session.commit()
        support.plan(PLANNED)
        calendar_services.make_address(support.leader(NOW))
        made = People(leader, head, f"/engagements/{support.engagement.reference}")
        for person in (leader, head):
            session.refresh(person)
        session.expunge_all()
    return made


def feed_of(service: Service, person: Person) -> list[Seen]:
    """The person's feed, fetched as their calendar does."""
    with service.looking() as session, service.app.app_context():
        found = calendar_queries.feed_of(session, person.id)
        assert found is not None
        token = calendar_queries.token(found)
    with urllib.request.urlopen(f"{service.address}/calendar/{token}.ics", timeout=10) as answer:
        return seen(answer.read().decode())


def taps(page: Page) -> int:
    counted: int = page.evaluate("() => window.taps")
    return counted


@pytest.mark.parametrize("service", ["sqlite"], indirect=True)
def test_a_visit_is_noted_with_its_next_date_in_four_taps_and_a_line(
    service: Service, people: People
) -> None:
    leader, head = people.leader, people.head
    service.tick(datetime(2026, 11, 13, 9, 5))
    page = service.opened(leader, "How was the visit?")
    page.evaluate(_COUNT)
    expect(page.get_by_label("Yesterday, as planned")).to_be_checked()
    page.get_by_text("Half a day", exact=True).click()
    page.get_by_label("What did you do?").click()
    page.keyboard.type("Watched phonics in Year 2")
    page.get_by_text("Thursday 26 November 2026", exact=True).first.click()
    assert taps(page) == 3
    press(page, "Note this visit")
    reads(page, "The visit is noted")

    (to_come,) = seen(attached(service.mail(head, "A visit was noted")))
    assert (to_come.day, to_come.sequence) == (date(2026, 11, 26), 0)
    page = service.desk(head, width=390)
    page.goto(people.page)
    page.get_by_role("link", name="Move it").first.click()
    press(page, "Friday 27 November 2026")
    reads(page, "The visit is moved to Friday 27 November 2026")

    (moved,) = seen(attached(service.mail(leader, "is moved to Friday 27 November")))
    assert (moved.uid, moved.day, moved.sequence) == (to_come.uid, date(2026, 11, 27), 1)
    assert [one.day for one in feed_of(service, leader)] == [PLANNED, date(2026, 11, 27)]
