"""Not now: whoever is asked says when they would rather be. What nobody answered: the desk."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import visit_services
from brokerage.engagements.telling import LOG
from brokerage.follow_ups import services
from brokerage.follow_ups.rules import RULES
from brokerage.needs import triage_services
from brokerage.people.links import token
from brokerage.people.models import Link
from tests.builders import NOW, acting, in_post
from tests.change_builders import DATES
from tests.change_builders import propose as ask_for
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import a_town, propose
from tests.views.conftest import Desk, DeskOf


@pytest.fixture
def support(session: Session) -> Support:
    """Support with a visit on Tuesday 10 November, of which the leader is asked the day after."""
    made = a_support(session)
    made.plan()
    asked(11)
    return made


def asked(day: int, month: int = 11) -> None:
    now = datetime(2026, month, day, 9, tzinfo=UTC)
    clock.move_to(now)
    services.tick(By(SERVICE, now))


def log_link(session: Session) -> str:
    link = session.scalars(select(Link).filter_by(purpose=LOG)).first()
    assert link is not None
    return token(link)


def test_from_the_mail_a_day_is_chosen_in_two_presses(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    browser = desk_of(None)
    page = browser.open(f"/engagements/by-link/log/{log_link(session)}")
    (address,) = [a["href"] for a in page.find_all("a") if "Not now" in a.text]
    browser.open(str(address))
    assert [label.text.strip() for label in browser.soup.select(".govuk-radios label")] == [
        "Thursday 12 November 2026",
        "Monday 16 November 2026",
        "Wednesday 18 November 2026",
        "Wednesday 25 November 2026",
    ]
    browser.send("Ask me again then", until="2026-11-16")
    assert "You will be asked again on Monday 16 November 2026" in browser.text
    assert not browser.soup.select("form[method=post] .govuk-radios")


def not_now(desk: Desk) -> str:
    """Where the open page's “Not now?” leads; that page is opened."""
    (found,) = [a for a in desk.soup.find_all("a") if "Not now?" in a.text]
    desk.open(str(found["href"]))
    return desk.text


def test_from_the_page_about_a_change_a_day_is_chosen(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    ask_for(support, DATES, support.town.leader.person)
    clock.move_to(NOW)
    browser = desk_of(None)
    link = session.scalars(select(Link).filter_by(person_id=support.town.head.id)).all()[-1]
    session.commit()
    browser.open(f"/engagements/by-link/change/{token(link)}")
    assert "Agree to a change" in not_now(browser)
    browser.send("Ask me again then", until="2026-11-06")
    assert "You will be asked again on Friday 6 November 2026" in browser.text


def test_a_deputy_who_posted_a_need_puts_its_question_off(
    session: Session, desk_of: DeskOf
) -> None:
    town = a_town(session)
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    town.need.posted_by = deputy.id
    session.commit()
    triage_services.ask(acting(session, town.coordinator), town.need.id, question="Which year?")
    link = session.scalars(select(Link).filter_by(person_id=deputy.id)).one()
    session.commit()
    browser = desk_of(None)
    browser.open(f"/needs/by-link/answer/{token(link)}")
    assert "Answer a question" in not_now(browser)
    browser.send("Ask me again then", until="2026-11-04")


def test_a_leader_who_heads_their_own_school_neither_sees_nor_delays_their_release(
    session: Session, desk_of: DeskOf
) -> None:
    town = a_town(session)
    in_post(session, PostKind.HEADTEACHER, school=town.home, person=town.leader.person)
    chair = in_post(session, PostKind.CHAIR, school=town.home)
    session.commit()
    pairing = propose(session, town)
    address = f"/later/pairing/{pairing.id}/release/{pairing.id}"
    session.commit()
    desk_of(town.leader.person).open(address, 404)
    assert "Release a leader" in desk_of(chair).open(address).text


def test_signed_in_it_is_a_press_on_the_desk(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.leader.person)
    page = desk.open("/desk")
    (address,) = [a["href"] for a in page.find_all("a") if "Not now: A visit" in a.text]
    desk.open(str(address))
    desk.send("Ask me again then", status=400)
    desk.send("Ask me again then", until="2026-11-12")
    assert "You will be asked again on Thursday 12 November 2026" in desk.text
    desk_of(support.town.head).open(str(address), 404)
    desk.open(str(address).replace("engagement", "school"), 404)


def test_what_nobody_answered_stands_on_the_desk_with_whom_to_ring(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    for day in (16, 18):
        asked(day)
    desk.open("/desk")
    assert "is not logged" not in desk.text
    asked(19)
    page = desk.open("/desk")
    whom = f"{support.town.leader.person.name} at {support.town.school.name}"
    assert f"Ring the leader: The visit of 10 Nov 2026 is not logged, {whom}" in page.text
    (line,) = [line for line in page.select(".app-line") if "is not logged" in line.text]
    assert line.select_one("a").text.startswith("Ring the leader")
    (visit,) = support.engagement.visits
    visit_services.did_not_happen(support.by(now=clock.now()), visit.id, date(2026, 12, 1))
    assert "is not logged" not in desk.open("/desk").text


def test_the_head_ends_a_hush_early(session: Session, support: Support, desk_of: DeskOf) -> None:
    desk = desk_of(support.town.head)
    desk.open("/desk")
    desk.send("Ask us nothing for ten days")
    assert "asked nothing until" in desk.text
    desk.send("You may ask us again")
    assert "asked nothing until" not in desk.text


def test_the_whole_table_is_there_to_be_read(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    page = desk_of(support.town.coordinator).open("/how-we-follow-up")
    kinds = [row.text for row in page.find_all("th", scope="row")]
    assert kinds == [rule.says + rule.whom.value for rule in RULES.values()]
    desk_of(support.town.head).open("/how-we-follow-up", 403)
