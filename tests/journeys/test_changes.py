"""A head asks for two more days: each whom it touches says yes, and the agreement is new."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from brokerage.engagements import change_invariants
from brokerage.engagements import invariants as engagements
from brokerage.engagements.models import Engagement
from brokerage.leaders import invariants as leaders
from tests.journeys.service import Service, press, reads
from tests.services.pairing_town import Town, a_town, account_of
from tests.services.test_engagements import engaged

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def town(service: Service) -> Town:
    """Support of two days, agreed; its head signs in."""
    with service.looking() as session:
        made = a_town(session, name="Eastburn Schools")
        made.head.name, made.releaser.name = "Hedda Marsh", "Rolf Ames"
        made.leader.person.name, made.school.name = "Lena Okoro", "Hill Primary School"
        session.commit()
        engaged(session, made)
        service.give_passwords(made.head, made.leader.person)
        session.commit()
        for person in (made.head, made.releaser, made.leader.person, made.leader, made.school):
            session.refresh(person)
        session.expunge_all()
    service.tick(datetime(2026, 11, 3, 11, 0))
    return made


def ask_for_two_more(desk: Page) -> None:
    desk.goto("/engagements")
    desk.get_by_role("link", name="Hill Primary School").click()
    press(desk, "Change the agreement")
    desk.get_by_role("link", name="More or fewer days").click()
    desk.get_by_label("How many days shall it be in all?").fill("4")
    desk.get_by_label("Why?").fill("Year 3 would like it too")
    press(desk, "Ask for it")
    reads(desk, "Those whom it touches are asked now.")
    reads(desk, "A change is asked for: 4 days instead of 2 days")


def test_a_head_asks_for_two_more_days(service: Service, town: Town) -> None:
    desk = service.desk(town.head)
    ask_for_two_more(desk)

    page = service.opened(town.releaser, "May I change something in your agreement?")
    reads(page, "Year 3 would like it too")
    press(page, "Yes, I agree")
    reads(page, "Your yes is noted. The others are still being asked.")

    leader = service.desk(town.leader.person, width=390)
    leader.get_by_role("link", name="Read and answer").click()
    reads(leader, "The home school, which releases the leader")
    press(leader, "Yes, I agree")
    reads(leader, "Everybody whom it touches has said yes")

    printed = service.opened(town.releaser, "Your agreement has a new version")
    reads(printed, "Changed from version 1: 4 days instead of 2 days.")
    printed.emulate_media(media="print")
    expect(printed.get_by_text("Is this not what you agreed?")).to_be_hidden()
    expect(printed.get_by_text("Earlier versions")).to_be_hidden()
    expect(printed.get_by_text("Privacy")).to_be_hidden()
    reads(printed, "for the supported school, agrees to version 2")

    with service.looking() as session:
        engagement = session.query(Engagement).one()
        assert (engagement.half_days, len(engagement.agreements)) == (8, 2)
        account = account_of(session, engagement.leader)
        assert (account.held, account.agreed, account.left) == (0, 8, 12)
        for broken in (change_invariants.broken, engagements.broken, leaders.broken):
            assert list(broken(session)) == []
