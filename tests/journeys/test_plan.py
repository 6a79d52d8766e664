"""A coordinator's plan: made, one kept, made again, compared, used, and one of it sent."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from brokerage.messages.models import Message
from brokerage.needs.models import Need
from brokerage.needs.rules import Urgency
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState
from brokerage.specialisms.steps import seed
from tests.builders import NOW, a_school
from tests.journeys.looking import AXE, faults
from tests.journeys.service import Service, press, reads
from tests.services.pairing_town import Town, a_leader, a_need, a_town

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOON = 60_000
"""Milliseconds: the scheduler ticks every few seconds, and this machine may be busy."""


@pytest.fixture
def town(service: Service) -> Iterator[Town]:
    """Four needs and three leaders; the coordinator signs in."""
    service.tick(NOW.replace(tzinfo=None))
    with service.looking() as session:
        seed(session)
        session.commit()
        made = a_town(session)
        for number, urgency in enumerate((Urgency.URGENT, Urgency.HIGH, Urgency.NORMAL)):
            school = a_school(session, easting=452000 + 1500 * number, northing=519000)
            a_need(session, made.partnership, school, urgency=urgency)
        for number in range(2):
            home = a_school(session, easting=451000, northing=521000 + 900 * number)
            a_leader(session, made.partnership, home)
        for need in session.scalars(select(Need)):
            need.promised_at = NOW
            need.call_by = need.name_by = need.queue_by = NOW.date()
        service.give_passwords(made.coordinator)
        session.commit()
        yield made


def planned(page: Page) -> None:
    """Ask for a plan, and wait until the page, which looks again by itself, says it is made."""
    press(page, "Make a plan for the queue")
    expect(page.locator("main")).to_contain_text(
        re.compile("Waiting to begin|Under way|needs? ha(s|ve) somebody")
    )
    expect(page.locator(".app-numbers")).to_be_visible(timeout=SOON)


def heard(service: Service) -> int:
    with service.looking() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def test_a_plan_from_the_first_run_to_the_first_letter(service: Service, town: Town) -> None:
    page = service.desk(town.coordinator)
    page.goto("/matching")
    planned(page)
    reads(page, "In use since")
    page.goto("/matching")
    reads(page, "1 of 1 urgent need has a suggestion")
    assert not AXE.exists() or faults(page, "the plan") == []

    kept = page.locator("tbody tr").filter(has_text="urgent").first
    name = kept.locator("b").first.inner_text()
    kept.get_by_role("button", name="Keep this one").click()
    reads(page, "Kept: no plan changes this suggestion")
    other = page.locator("tbody tr").filter(has=page.get_by_role("link", name="Somebody else")).last
    other.get_by_role("link", name="Somebody else").click()
    page.get_by_role("radio").last.check()
    page.get_by_label("Why?").fill("They know the school")
    press(page, "Suggest them instead")
    reads(page, "Your reason: They know the school")

    other = page.locator("tbody tr").filter(has_text="They know the school")
    other.get_by_role("button", name="Let it go").click()
    page.get_by_text("Make this plan differently").click()
    page.get_by_label("Fewest points that somebody must have").fill("200")
    planned(page)
    reads(page, "This plan is not used yet")
    reads(page, "Made differently: from 200 points up")
    assert not AXE.exists() or faults(page, "a run") == []
    page.get_by_role("link", name=re.compile("^Plan of 3 November")).first.click()
    reads(page, "Beside plan of 3 November")
    press(page, "Use this plan")
    reads(page, "4 suggestions now. Nobody has heard anything yet.")
    expect(page.locator("tbody tr").filter(has_text="urgent").first).to_contain_text(name)
    assert heard(service) == 0

    page.get_by_role("link", name="Map and table").click()
    expect(page.locator(".app-map svg line")).to_have_count(4)
    assert not AXE.exists() or faults(page, "the map") == []
    page.go_back()
    page.locator("tbody tr").filter(has_text="urgent").get_by_label("Tick to send").check()
    press(page, "Send the ticked ones")
    reads(page, "1 suggestion sent")
    with service.looking() as session:
        sent = session.scalars(select(Pairing).filter_by(state=PairingState.PROPOSED)).one()
        assert sent.leader.person.name == name
    assert heard(service) >= 1
    service.check()
