"""A new head, from the notice in May to day 100, with web, scheduler and mail server running."""

import re
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from playwright.sync_api import Page, expect

from brokerage.people.models import Person
from tests.builders import a_coordinator, a_head, a_partnership, a_school
from tests.journeys.service import Service, press, reads

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HARD = "It is hard, and I am managing"
ADA = "Ada Newhead"
HILL = "Hill Top Primary School"


@dataclass
class People:
    coordinator: Person
    new_head: Person
    buddy: Person
    leaving: Person
    """The head until the summer, at the school's own address: nobody writes to it."""


@pytest.fixture
def people(service: Service) -> People:
    """A coordinator, a school whose head leaves in summer, and a serving head some way off."""
    with service.looking() as session:
        together = a_partnership(session, name="Eastburn Schools", telephone="01632 960001")
        hill = a_school(session, name=HILL, website="https://www.hilltop.example.sch.uk/")
        park = a_school(session, name="Park Primary School", easting=456000)
        made = People(
            coordinator=a_coordinator(session, together, name="Cora Field"),
            new_head=Person(
                name=ADA, email="ada@home.example"
            ),  # the service has yet to hear of her
            buddy=a_head(session, park, name="Bea Long", telephone="01632 960022"),
            leaving=a_head(
                session,
                hill,
                name="Leo Sands",
                email="head@hilltop.example.sch.uk",
                to_on=date(2027, 8, 31),
            ),
        )
        service.give_passwords(made.coordinator, made.buddy)
        session.commit()
        for person in (made.coordinator, made.buddy, made.leaving):
            session.refresh(person)
        session.expunge_all()
    service.tick(datetime(2027, 5, 10, 9, 30))
    return made


def join_the_pool(service: Service, people: People) -> None:
    """A serving head says, on a phone, that she would be a buddy."""
    page = service.desk(people.buddy, width=390)
    page.goto("/new-heads")
    page.get_by_role("link", name="Your place in the pool of buddies").click()
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label("First headship").check()
    press(page, "Save")
    reads(page, "Thank you: that is noted.")


def tell_of_it(service: Service, people: People) -> Page:
    """The coordinator tells of the appointment, which is not announced yet."""
    page = service.desk(people.coordinator)
    page.get_by_role("link", name="New heads").click()
    press(page, "Tell of an appointment")
    page.get_by_label("Name of the new head").fill(ADA)
    page.get_by_label("Their own e-mail address").fill(str(people.new_head.email))
    page.get_by_label("Their telephone").fill("07700 900123")
    page.get_by_label("The school they will lead").fill("hill top")
    page.get_by_role("option").filter(has_text=HILL).click()
    fill_day(page, "starts_on", date(2027, 9, 1))
    page.get_by_label("Who told you").fill("the chair of governors, by telephone")
    press(page, "Tell")
    reads(page, "not yet: nothing goes to the school")
    return page


def fill_day(page: Page, name: str, day: date) -> None:
    for box, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#{name}-{box}").fill(str(number))


def be_welcomed(service: Service, people: People) -> None:
    """The welcome comes to the private address; the new head says what would help."""
    page = service.opened(people.new_head, "Welcome from Eastburn Schools")
    reads(page, f"Welcome, {ADA}")
    page.get_by_label("New town").check()
    press(page, "Save")
    reads(page, "that helps to find the right buddy")


def suggest_and_ask(service: Service, coordinator: Page) -> None:
    """The coordinator reads who would be a good buddy, and why, and asks her."""
    coordinator.goto("/desk")
    reads(coordinator, "A new head has no buddy")
    coordinator.get_by_role("link", name="Find a buddy").click()
    reads(coordinator, "1. Bea Long, Park Primary School")
    reads(coordinator, "Has been there: first headship")
    reads(coordinator, "6 km from them")
    press(coordinator, "Ask Bea Long")
    reads(coordinator, "Buddy asked")


def say_yes(service: Service, people: People) -> None:
    """The buddy says yes on her phone, before she may know for whom."""
    page = service.opened(people.buddy, "Would you be a new head’s buddy?")
    reads(page, "A head who starts in September 2027, in a primary school.")
    for secret in (ADA, HILL):
        expect(page.locator("main")).not_to_contain_text(secret)
        assert secret not in service.mail(people.buddy, "Would you be").get_content()
    press(page, "Yes, gladly")
    reads(page, "Thank you for saying yes")
    service.mail(people.buddy, "Thank you for saying yes")


def confirm_before_it_is_announced(service: Service, people: People, coordinator: Page) -> None:
    coordinator.goto(service.link(people.coordinator, "There is news of a buddy"))
    reads(coordinator, "Buddy said yes")
    press(coordinator, "Confirm")
    reads(coordinator, "They can be introduced once it is announced.")
    assert {str(mail["To"]) for mail in service.sink.mails} == {
        written_to(person) for person in (people.coordinator, people.new_head, people.buddy)
    }


def written_to(person: Person) -> str:
    return f"{person.name} <{person.email}>"


def announce_and_introduce(service: Service, coordinator: Page) -> None:
    press(coordinator, "It is announced")
    press(coordinator, "Save")
    reads(coordinator, "The day of the announcement is noted.")
    press(coordinator, "Introduce them")
    reads(coordinator, "In touch")


def read_the_cards(service: Service, people: People) -> None:
    """Each has the other's name and number."""
    card = service.mail(people.new_head, "Your buddy: Bea Long").get_content()
    assert "Park Primary School" in card
    assert "01632 960022" in card
    card = service.mail(people.buddy, f"You are {ADA}’s buddy").get_content()
    assert HILL in card
    assert "07700 900123" in card


def tick_that_they_spoke(service: Service, people: People) -> None:
    page = service.opened(people.buddy, f"You are {ADA}’s buddy")
    press(page, "We spoke today")
    reads(page, "Noted: you two spoke. Nothing else is.")
    page = own_page(service, people)
    reads(page, "You spoke on 6 Sep 2027")


def own_page(service: Service, people: People, mail: str = "Your buddy") -> Page:
    """The new head's own page, on a phone, by the link in a mail."""
    return service.opened(people.new_head, mail)


def answer_the_pulse(service: Service, people: People, day: int, answer: str) -> Page:
    page = own_page(service, people, f"Day {day}: one question")
    page.get_by_label(answer).check()
    press(page, "Answer")
    reads(page, f"Day {day}: {answer}. For you alone.")
    return page


def share_it(service: Service, people: People, own: Page, headship: Page) -> None:
    """The answer is the new head's own until they share it."""
    headship.reload()
    expect(headship.locator("main")).not_to_contain_text(HARD)
    press(own, "Share day 30 with Cora Field")
    reads(own, f"Day 30: {HARD}. Shared.")
    headship.goto(service.link(people.coordinator, "A new head has shared an answer with you"))
    reads(headship, HARD)


def ask_to_be_rung(service: Service, people: People, own: Page) -> None:
    """One press: the coordinator has a mail, and a line on the desk until somebody has rung."""
    press(own, "Ring me today")
    reads(own, "Cora Field has been told this minute")
    desk = service.desk(people.coordinator)
    reads(desk, "A new head asks to be rung today")
    desk.goto(service.link(people.coordinator, "A new head asks to be rung today"))
    reads(desk, "07700 900123")
    press(desk, "I have rung")
    reads(desk, "Noted: somebody has rung.")
    desk.goto("/desk")
    expect(desk.locator("main")).not_to_contain_text("asks to be rung")


def finish(page: Page) -> None:
    """Three closing choices after day 100, and that is the end."""
    page.reload()
    for question, answer in (
        ("Was there somebody to turn to", "Yes, every time"),
        ("Did your buddy come early enough?", "Yes"),
        ("And from here?", "I should like a call once a term"),
    ):
        group = page.get_by_role("group", name=re.compile(re.escape(question)))
        group.get_by_label(answer, exact=True).check()
    press(page, "Finish")
    reads(page, "Your first 100 days are over")


def test_from_the_notice_to_day_100(service: Service, people: People) -> None:
    join_the_pool(service, people)
    coordinator = tell_of_it(service, people)
    be_welcomed(service, people)
    suggest_and_ask(service, coordinator)
    say_yes(service, people)
    confirm_before_it_is_announced(service, people, coordinator)

    service.tick(datetime(2027, 6, 14, 9, 30))
    coordinator = service.desk(people.coordinator)
    coordinator.goto("/new-heads")
    coordinator.get_by_role("link", name=ADA).click()
    reads(coordinator, "They can be introduced once it is announced.")
    announce_and_introduce(service, coordinator)
    read_the_cards(service, people)

    service.tick(datetime(2027, 9, 6, 16, 0))
    tick_that_they_spoke(service, people)

    service.tick(datetime(2027, 9, 30, 9, 30))
    coordinator = service.desk(people.coordinator)
    coordinator.goto("/new-heads")
    coordinator.get_by_role("link", name=ADA).click()
    reads(coordinator, "day 30 of 100")
    own = answer_the_pulse(service, people, 30, HARD)
    share_it(service, people, own, coordinator)
    ask_to_be_rung(service, people, own)

    service.tick(datetime(2027, 11, 1, 9, 30))  # day 60 was a Saturday
    answer_the_pulse(service, people, 60, "Well: I know where I am going")
    service.tick(datetime(2027, 12, 9, 9, 30))
    own = answer_the_pulse(service, people, 100, "Well: I know where I am going")
    service.tick(datetime(2027, 12, 10, 9, 30))
    finish(own)

    service.mail(people.buddy, "Thank you: the 100 days are over")
    coordinator = service.desk(people.coordinator)
    coordinator.goto("/new-heads?show=ended")
    coordinator.get_by_role("link", name=ADA).click()
    reads(coordinator, "I should like a call once a term")
    assert not service.sink.to(str(people.leaving.email))
    assert len(service.sink.message_ids) == len(set(service.sink.message_ids))
    service.check()
