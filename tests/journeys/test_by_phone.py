"""A need whose every answer comes by telephone, and is recorded by the coordinator."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.leaders.models import DaysAccount
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.people.models import Person
from brokerage.specialisms.steps import seed
from tests.builders import a_coordinator, a_head, a_partnership, a_person, a_school
from tests.calendars import words
from tests.journeys.service import Service, press, reads
from tests.processes import comes
from tests.services.pairing_town import a_leader

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTED = "What you told me has been noted"
COPIES = {
    "head": {
        "was posted for Hill Primary School": 1,
        "I have found somebody for you": 2,  # asked again, once the first answer was undone
        NOTED: 4,  # the choice, twice; the mid-point; the evaluation
        "Support is agreed": 1,
        "A visit was noted: is that right?": 2,
        "Half way: keep, change or stop?": 1,
        "What has changed?": 1,
    },
    "releaser": {
        "May one of your staff help another school?": 1,
        NOTED: 1,  # the release
        "Support is agreed": 1,
    },
    "leader": {
        "Could you support a school?": 2,
        NOTED: 4,  # the acceptance; that they spoke; two visits
        "Support is agreed": 1,
        "What the school says your support has changed": 1,
    },
    "coordinator": {"An answer noted by telephone was undone": 1},
}
"""The subjects of all the mails that each of them gets, and how many of each."""
UNDO_LINKS = {"head": 4, "releaser": 1, "leader": 4, "coordinator": 0}
"""How many of these hold a link that undoes what was noted: one for each answer."""


@dataclass
class People:
    coordinator: Person
    head: Person
    releaser: Person
    leader: Person


@pytest.fixture
def people(service: Service) -> People:
    """Two schools, their heads, a leader of phonics; of the four only the coordinator signs in."""
    with service.looking() as session:
        seed(session)
        session.commit()
        together = a_partnership(
            session, name="Eastburn Schools", quality_floor=300, telephone="01632 960001"
        )
        home = a_school(session, name="Park Primary School")
        school = a_school(session, name="Hill Primary School", easting=452000)
        made = People(
            coordinator=a_coordinator(session, together, name="Cora Field"),
            head=a_head(session, school, name="Hedda Marsh", telephone="01632 960011"),
            releaser=a_head(session, home, name="Rolf Ames", telephone="01632 960012"),
            leader=a_person(session, name="Lena Okoro", telephone="01632 960013"),
        )
        a_leader(session, together, home, person=made.leader)
        service.give_passwords(made.coordinator)
        session.commit()
        for person in vars(made).values():
            session.refresh(person)
        session.expunge_all()
    service.tick(datetime(2026, 11, 3, 9, 30))
    return made


def fill_day(page: Page, name: str, day: date) -> None:
    for box, number in (("day", day.day), ("month", day.month), ("year", day.year)):
        page.locator(f"#{name}-{box}").fill(str(number))


def post_for_the_school(desk: Page) -> None:
    """The coordinator writes the need down, with how and when the head agreed to it."""
    press(desk, "The queue of needs")
    desk.get_by_role("link", name="Post for a school").click()
    desk.get_by_label("Which school is it for?").fill("hill")
    desk.get_by_role("option").filter(has_text="Hill Primary School").click()
    fill_day(desk, "head_agreed_on", date(2026, 11, 2))
    desk.get_by_label("How did the head agree?").fill("by telephone")
    desk.get_by_label("What worries them?").fill("Phonics in Reception is slipping")
    press(desk, "Continue")
    press(desk, "Continue")
    press(desk, "Send")
    reads(desk, "A copy is on its way to the head")


def note_the_call(desk: Page) -> None:
    desk.goto("/desk")
    desk.get_by_role("link", name="Ring them").click()
    reads(desk, "Hedda Marsh, 01632 960011")
    press(desk, "Note the call")
    desk.get_by_label("Specialism", exact=True).select_option("phonics")
    desk.get_by_label("Phase").select_option("primary")
    desk.get_by_label("Days", exact=True).fill("2")
    desk.get_by_label("What should be different afterwards?").fill("All blend by Easter")
    press(desk, "Save")
    reads(desk, "The call is noted.")


def propose(desk: Page) -> None:
    desk.goto("/desk")
    desk.get_by_role("link", name="Find somebody").click()
    press(desk, "Propose Lena Okoro")
    press(desk, "Send it")


def record_a_yes(desk: Page, whom: str) -> None:
    """They have rung: the coordinator notes a yes for whoever is asked now."""
    press(desk, "Note an answer by telephone")
    reads(desk, whom)
    desk.get_by_label("Yes", exact=True).check()
    press(desk, "Note it")
    reads(desk, "The answer is noted, and they get a copy.")
    reads(desk, "by phone, 3 November 2026")


def undo_the_choice(service: Service, people: People) -> None:
    """The head reads her copy on a phone: that is not what she said."""
    page = service.opened(people.head, NOTED)
    reads(page, "by phone, 3 November 2026")
    press(page, "That is not what I said: undo it")
    reads(page, "That answer is undone")
    page = service.opened(people.head, "I have found somebody for you", times=2)
    reads(page, "Lena Okoro")


def confirm(desk: Page) -> None:
    desk.goto("/desk")
    reads(desk, "All have agreed")
    desk.get_by_role("link", name="Confirm").click()
    press(desk, "Confirm it")
    reads(desk, "It is agreed. All three have the agreement.")


def note_that_they_spoke(desk: Page) -> None:
    press(desk, "They have spoken")
    reads(desk, "You are writing down what the leader told you by telephone.")
    press(desk, "They have spoken")
    reads(desk, "It is noted that they have spoken.")


def log_for_the_leader(desk: Page, done: str) -> None:
    press(desk, "Note a visit (as told by the leader)")
    reads(desk, "You are writing down what the leader told you by telephone.")
    desk.get_by_label("Today").check()
    desk.get_by_label("A whole day").check()
    desk.get_by_label("What did you do?").fill(done)
    press(desk, "Note this visit")
    reads(desk, "The visit is noted, and the school has a copy.")


def keep_it_half_way(desk: Page) -> None:
    press(desk, "Half way: keep, change or stop (as told by the head)")
    desk.get_by_label("Green: on track").check()
    desk.get_by_label("Keep it as it is").check()
    press(desk, "Send")
    reads(desk, "It is noted")


def say_what_has_changed(desk: Page) -> None:
    press(desk, "Say what has changed (as told by the head)")
    desk.get_by_label("Green: we are there").check()
    desk.get_by_label("A clear difference").check()
    desk.get_by_label("What is different now, and how do you know?").fill("Twice as many can blend")
    press(desk, "Send and close")
    reads(desk, "This support is closed")


def all_is_closed(service: Service) -> None:
    with service.looking() as session:
        assert session.scalars(select(Engagement)).one().state is EngagementState.CLOSED
        assert session.scalars(select(Need)).one().state is NeedState.CLOSED
        account = session.scalars(select(DaysAccount)).one()
        assert (account.held, account.agreed, account.used, account.left) == (0, 0, 4, 16)


def each_got_their_copies(service: Service, people: People) -> None:
    """Exactly the mails that they should, and nobody else any."""

    def all_came() -> bool:
        return len(service.sink.mails) >= sum(sum(mails.values()) for mails in COPIES.values())

    comes(all_came, within=60)
    for who, mails in COPIES.items():
        came = service.sink.to(str(getattr(people, who).email))
        subjects = Counter(str(mail["Subject"]).split(" (")[0] for mail in came)
        if who == "head":
            subjects["was posted for Hill Primary School"] = sum(
                subjects.pop(subject) for subject in list(subjects) if "was posted for" in subject
            )
        assert dict(subjects) == mails, who
        links = sum("/undo/" in words(mail) for mail in came)
        assert links == UNDO_LINKS[who], who
    assert all_came()
    assert len(service.sink.mails) == len(set(service.sink.message_ids))


def test_every_answer_by_telephone(service: Service, people: People) -> None:
    desk = service.desk(people.coordinator)
    post_for_the_school(desk)
    note_the_call(desk)
    propose(desk)
    record_a_yes(desk, "Rolf Ames, telephone 01632 960012")
    record_a_yes(desk, "Hedda Marsh, telephone 01632 960011")
    undo_the_choice(service, people)
    service.mail(people.coordinator, "An answer noted by telephone was undone")
    desk.reload()
    reads(desk, "They undid what was noted for them (by phone, 3 November 2026)")
    record_a_yes(desk, "Hedda Marsh, telephone 01632 960011")
    record_a_yes(desk, "Lena Okoro, telephone 01632 960013")
    confirm(desk)

    service.tick(datetime(2026, 11, 5, 16, 0))
    desk = service.desk(people.coordinator)
    desk.goto("/engagements")
    desk.get_by_role("link", name="Hill Primary School").click()
    note_that_they_spoke(desk)
    log_for_the_leader(desk, "Watched two lessons")
    keep_it_half_way(desk)
    service.tick(datetime(2026, 11, 12, 16, 0))
    desk.reload()
    log_for_the_leader(desk, "Planned the spring together")
    say_what_has_changed(desk)

    all_is_closed(service)
    each_got_their_copies(service, people)
    service.check()
