"""A need's whole life, in a real browser, with web, scheduler and mail server running."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState, ReviewKind
from brokerage.leaders.models import DaysAccount
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.people.models import Person
from brokerage.specialisms.steps import seed
from tests.builders import a_coordinator, a_head, a_partnership, a_person, a_school
from tests.journeys.service import Service, press, reads
from tests.services.pairing_town import a_leader

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@dataclass
class People:
    coordinator: Person
    head: Person
    releaser: Person
    leader: Person


@pytest.fixture
def people(service: Service) -> People:
    """Two schools, their heads, a leader with ten days of phonics to give, a coordinator."""
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
            head=a_head(session, school, name="Hedda Marsh"),
            releaser=a_head(session, home, name="Rolf Ames"),
            leader=a_person(session, name="Lena Okoro"),
        )
        a_leader(session, together, home, person=made.leader)
        service.give_passwords(made.coordinator, made.head)
        session.commit()
        for person in (made.coordinator, made.head, made.releaser, made.leader):
            session.refresh(person)
        session.expunge_all()
    service.tick(datetime(2026, 11, 3, 9, 30))
    return made


def the_only(session: Session, model: type[Any]) -> Any:
    return session.scalars(select(model)).one()


def post_the_need(service: Service, people: People) -> str:
    page = service.desk(people.head, width=390)
    page.get_by_role("button", name="Ask for support").click()
    page.get_by_label("What worries you?").fill("Phonics in Reception is slipping")
    page.get_by_label("Which children or staff is it about?").fill("Two Reception teachers")
    page.get_by_label("When can we ring?").fill("Any day after 3")
    press(page, "Continue")
    press(page, "Continue")
    press(page, "Send")
    reads(page, "Cora Field")
    service.mail(people.head, "Cora Field will ring by")
    with service.looking() as session:
        return str(the_only(session, Need).reference)


def note_the_call(service: Service, people: People, reference: str) -> Page:
    desk = service.desk(people.coordinator)
    reads(desk, "A new need")
    desk.get_by_role("link", name="Ring them").click()
    desk.goto(f"/needs/{reference}/call")
    desk.locator("#code").select_option("phonics")
    desk.locator("#phase").select_option("primary")
    desk.locator("#half_days").fill("2")
    desk.locator("#outcomes").fill("All children blend by Easter")
    press(desk, "Save")
    return desk


def propose(desk: Page, reference: str) -> None:
    desk.goto(f"/needs/{reference}/shortlist")
    reads(desk, "Lena Okoro")
    desk.get_by_role("button", name="Propose Lena Okoro").click()
    desk.locator("#price").fill("350")
    desk.locator("#who_pays").fill("The school")
    press(desk, "Send it")


def log_a_day(page: Page, when: str, done: str) -> None:
    page.get_by_label(when).check()
    page.get_by_label("A whole day").check()
    page.get_by_label("What did you do?").fill(done)
    press(page, "Note this visit")


def test_from_the_first_worry_to_the_look_back(service: Service, people: People) -> None:
    reference = post_the_need(service, people)
    coordinator = note_the_call(service, people, reference)
    propose(coordinator, reference)

    page = service.opened(people.releaser, "one of your staff")
    press(page, "Yes")

    page = service.opened(people.head, "found somebody")
    reads(page, "Lena Okoro")
    assert "points" not in page.inner_text("main")
    press(page, "Yes to Lena Okoro")

    page = service.opened(people.leader, "support a school")
    press(page, "Yes")
    with service.looking() as session:
        assert the_only(session, DaysAccount).held == 4

    service.mail(people.coordinator, "Everybody has agreed")
    coordinator.goto("/desk")
    coordinator.get_by_role("link", name="Confirm").first.click()
    press(coordinator, "Confirm it")
    for person in (people.releaser, people.head, people.leader):
        page = service.opened(person, "Support is agreed")
        reads(page, "All children blend by Easter")

    service.tick(datetime(2026, 11, 10, 9, 5))
    page = service.opened(people.leader, "Have you spoken yet?")
    press(page, "Yes, we have spoken")
    with service.looking() as session:
        engagement = the_only(session, Engagement)
        assert engagement.state is EngagementState.ACTIVE
        where = engagement.reference
    coordinator.goto(f"/engagements/{where}/visits/new")
    for box, number in zip(("day", "month", "year"), ("12", "11", "2026"), strict=True):
        coordinator.locator(f"#planned_on-{box}").fill(number)
    press(coordinator, "Plan this visit")
    reads(coordinator, "A visit is planned for Thursday 12 November 2026")

    service.tick(datetime(2026, 11, 13, 9, 5))
    page = service.opened(people.leader, "How was the visit?")
    log_a_day(page, "Yesterday, as planned", "Watched two lessons")
    page = service.opened(people.head, "A visit was noted")
    reads(page, "Watched two lessons")
    page = service.opened(people.head, "Half way")
    page.get_by_label("Green: on track").check()
    page.get_by_label("Keep it as it is").check()
    press(page, "Send")

    coordinator.goto(f"/engagements/{where}/log")
    log_a_day(coordinator, "Today", "Planned the spring together")
    page = service.opened(people.head, "What has changed?")
    page.get_by_label("Green: we are there").check()
    page.get_by_label("A clear difference").check()
    page.get_by_label("What is different now, and how do you know?").fill("Twice as many can blend")
    press(page, "Send")
    with service.looking() as session:
        assert the_only(session, Engagement).state is EngagementState.CLOSED
        assert the_only(session, Need).state is NeedState.CLOSED
        account = the_only(session, DaysAccount)
        assert (account.held, account.agreed, account.used, account.left) == (0, 0, 4, 16)

    service.tick(datetime(2027, 2, 22, 9, 5))
    page = service.opened(people.head, "This week: one thing")
    page.get_by_label("Better still").check()
    page.get_by_label("A large difference").check()
    press(page, "Send")
    with service.looking() as session:
        kinds = {review.kind for review in the_only(session, Engagement).reviews}
        assert {ReviewKind.EVALUATION, ReviewKind.LOOK_BACK_3} <= kinds
    assert len(service.sink.message_ids) == len(set(service.sink.message_ids))
    service.check()
