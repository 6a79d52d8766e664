"""Each person's desk: what needs them now, and nothing of anybody else's."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.desks.rules import Line, in_order
from brokerage.engagements import services
from brokerage.engagements.models import Concern, Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.needs.rules import NeedState
from tests.builders import NOW, acting, in_post
from tests.services.pairing_town import Town, a_need, a_town
from tests.services.test_engagements import engaged, log
from tests.services.test_pairings import propose
from tests.views.conftest import DeskOf


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def test_what_cannot_wait_comes_first_then_the_oldest_promise() -> None:
    def line(whom: str, day: int | None = None, at_once: bool = False) -> Line:
        due = date(2026, 11, day) if day else None
        return Line("what", whom, "do", "desks.desk", due_on=due, at_once=at_once)

    lines = [line("d"), line("c", 9), line("b", 4), line("a", at_once=True)]
    assert [found.whom for found in in_order(lines)] == ["a", "b", "c", "d"]


def test_the_coordinators_desk_has_each_thing_with_its_one_next_action(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.coordinator)
    desk.open("/desk")
    assert f"Somebody is to be found, {town.school.name} ({town.need.reference})" in desk.text
    assert "Find somebody" in desk.text
    propose(session, town)
    desk.open("/desk")
    assert "Nothing needs you just now" in desk.text
    clock.move_to(NOW.replace(day=17))
    desk.open("/desk")
    assert "The releaser has not answered" in desk.text
    assert "late" in desk.text


def test_a_concern_about_support_that_is_over_says_so_until_it_is_settled(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    services.contest(acting(session, town.head), engagement.id, words="Too few days")
    desk = desk_of(town.coordinator)
    whom = f"{town.leader.person.name} at {town.school.name}"
    desk.open("/desk")
    assert f"A concern, {whom}" in desk.text
    assert "support that" not in desk.text
    services.end_early(
        acting(session, town.coordinator), engagement.id, reason="Moved", need_goes_on=False
    )
    page = desk.open("/desk")
    assert f"Settle it: A concern, {whom}, support that has ended early" in desk.text
    desk.open(str(page.select_one(".app-line a")["href"]))
    assert desk.soup.find(id=f"concern-{session.scalars(select(Concern.id)).one()}")
    desk.send("It is settled")
    desk.open("/desk")
    assert "Nothing needs you just now" in desk.text


def test_a_desk_shows_ten_lines_and_says_how_many_more(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    for _ in range(12):
        a_need(session, town.partnership, town.school)
    desk = desk_of(town.coordinator)
    page = desk.open("/desk")
    assert len(page.select(".app-line")) == 10
    assert "And 3 more lines" in desk.text
    assert len(desk.open("/desk/all").select(".app-line")) == 13


def test_each_is_shown_what_they_are_asked_and_not_what_others_are(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    propose(session, town)
    releaser = desk_of(town.releaser)
    releaser.open("/desk")
    assert "May one of your staff help a school?" in releaser.text
    for other in (town.head, town.leader.person):
        desk = desk_of(other)
        desk.open("/desk")
        assert town.leader.person.name not in desk.text.replace(f"{other.name} Sign out", ""), (
            other.name
        )


def test_a_leader_sees_their_days_and_a_head_the_log_to_look_at(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    log(session, town, engaged(session, town), 2)
    clock.move_to(NOW.replace(day=10))
    leader = desk_of(town.leader.person)
    leader.open("/desk")
    assert "8 days left of 10 days: 1 day used, 1 day agreed" in leader.text
    head = desk_of(town.head)
    head.open("/desk")
    assert "A visit was logged: is it right?" in head.text
    assert "Half way: keep, change or stop?" in head.text


def test_a_line_about_support_opens_the_very_form_and_waits_only_once_it_is_asked(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    where = f"/engagements/{engaged(session, town).reference}"
    leader = desk_of(town.leader.person)
    leader.open("/desk")
    assert f'href="{where}/spoken"' in str(leader.soup)
    assert "Not now" not in leader.text
    clock.move_to(NOW.replace(day=17))
    leader.open("/desk")
    assert "Not now" in leader.text
    log(session, town, session.scalars(select(Engagement)).one(), 2)
    head = desk_of(town.head)
    head.open("/desk")
    assert f'href="{where}/mid-point"' in str(head.soup)


def test_what_a_head_is_asked_months_later_stands_on_their_desk(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    engagement.state, engagement.over_at = EngagementState.CLOSED, NOW - timedelta(100)
    session.commit()
    head = desk_of(town.head)
    head.open("/desk")
    assert "Did it last?" in head.text
    assert f'href="/engagements/{engagement.reference}/look-back"' in str(head.soup)


def test_what_is_not_asked_any_more_is_not_offered_for_later(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement, head = engaged(session, town), desk_of(town.head)
    for days, offered in ((100, 1), (200, 1), (280, 0), (500, 0)):
        engagement.state, engagement.over_at = EngagementState.CLOSED, NOW - timedelta(days)
        session.commit()
        page = head.open("/desk")
        assert "Did it last?" in head.text
        later = [str(a["href"]) for a in page.find_all("a") if "Not now" in a.text]
        assert len(later) == offered
        for address in later:
            head.open(address)


def test_a_question_stands_on_the_heads_desk(session: Session, town: Town, desk_of: DeskOf) -> None:
    town.need.state, town.need.asked_at, town.need.question = NeedState.ASKED, NOW, "How many?"
    session.commit()
    desk = desk_of(town.head)
    desk.open("/desk")
    assert "Your coordinator has a question" in desk.text


def test_a_head_hushes_the_school_in_one_press(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.head)
    desk.open("/desk")
    desk.send("Ask us nothing for ten days")
    assert "until the end of Friday 13 November 2026" in desk.text
    desk.open("/desk")
    assert "asked nothing until the end of Friday 13 November 2026" in desk.text


def test_somebody_with_nothing_to_do_is_told_so(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    desk = desk_of(deputy)
    desk.open("/desk")
    assert "Nothing needs you just now" in desk.text


def test_the_board_reads_counts_and_no_names(session: Session, town: Town, desk_of: DeskOf) -> None:
    log(session, town, engaged(session, town), 2)
    officer = in_post(session, PostKind.OFFICER, partnership=town.partnership)
    desk = desk_of(officer)
    desk.open("/board")
    assert "1 of 0 designated leaders deployed" in desk.text
    assert "1 day of support given" in desk.text
    for name in (town.leader.person.name, town.head.name, town.school.name):
        assert name not in desk.text
    desk_of(town.head).open("/board", status=403)


def test_a_need_taken_on_without_its_call_still_asks_for_the_call(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    town.need.called_at = None
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open("/desk")
    assert f"A new need, {town.school.name} ({town.need.reference})" in desk.text
    assert "Ring them" in desk.text


def test_a_deputy_finds_their_own_draft_on_their_desk(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    other = in_post(session, PostKind.DEPUTY, school=town.school)
    a_need(session, town.partnership, town.school, posted_by=deputy.id, state=NeedState.DRAFT)
    desk = desk_of(deputy)
    desk.open("/desk")
    assert "A need is written and not sent" in desk.text
    desk = desk_of(other)
    desk.open("/desk")
    assert "Nothing needs you just now" in desk.text


def test_a_school_reads_how_its_need_stands_in_plain_words(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.head)
    desk.open("/desk")
    assert f"{town.need.reference} Phonicslooking" in desk.text


def test_whoever_would_like_a_call_stands_on_the_coordinators_desk(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    pairing = propose(session, town)
    releaser = desk_of(town.releaser)
    releaser.open(f"/asked/{pairing.reference}")
    releaser.send("Ring me first")
    desk = desk_of(town.coordinator)
    desk.open("/desk")
    assert "Somebody who is asked would like a call" in desk.text
