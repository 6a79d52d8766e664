"""What the people of an engagement answer by link: showing changes nothing, a press does, once."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements.models import Concern, Engagement, Review, Visit
from brokerage.engagements.rules import EngagementState, ReviewKind, VisitState
from brokerage.ledger.models import LedgerEntry
from tests.builders import NOW
from tests.services.test_pairings import messages_to
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support

GONE = "This link no longer works"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


@pytest.fixture
def desk(desk_of: DeskOf) -> Desk:
    """Somebody who is not signed in."""
    return desk_of(None)


def is_used_up(desk: Desk, path: str) -> bool:
    desk.open(path, status=409)
    return GONE in desk.text


def test_each_of_the_three_reads_the_agreement_by_link_and_can_contest_it(
    support: Support, desk: Desk
) -> None:
    for person in (support.leader, support.town.head, support.town.releaser):
        desk.open(support.mailed("agreement_by_link", person))
        assert "Reading in Year 2 is slipping" in desk.text
    path = support.mailed("agreement_by_link", support.town.releaser)
    desk.open(path)
    desk.send("This is not what I agreed", status=409, words="")
    desk.send("This is not what I agreed", words="Tuesdays only")
    assert "Thank you" in desk.text
    assert support.look(Concern).words == "Tuesdays only"
    desk.open(path)
    assert "Reading in Year 2 is slipping" in desk.text


def test_the_agreement_still_opens_after_other_answers(support: Support, desk: Desk) -> None:
    path = support.mailed("agreement_by_link", support.town.head)
    support.close()
    desk.open(path)
    assert "What was agreed" in desk.text


def test_showing_any_link_changes_nothing(session: Session, support: Support, desk: Desk) -> None:
    visit = support.plan(date(2026, 11, 9))
    support.log(2)
    links = [
        support.mailed("agreement_by_link"),
        support.mailed("visit_by_link"),
        support.mailed("mid_point_by_link"),
        support.link("log_by_link", support.leader, visit),
        support.link("contact_by_link", support.leader, support.engagement),
    ]
    before = session.scalar(select(func.count()).select_from(LedgerEntry))
    for path in links * 2:
        desk.open(path)
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == before


def test_a_leader_logs_by_link_without_signing_in(
    session: Session, support: Support, desk: Desk
) -> None:
    planned = support.plan(date(2026, 11, 9))
    path = support.link("log_by_link", support.leader, planned)
    desk.open(path)
    desk.send("Note this visit", half_days="1", done="Watched phonics", worry="A worry of mine")
    assert "Thank you" in desk.text
    visit = support.look(Visit, planned.id)
    assert (visit.state, visit.happened_on) == (VisitState.LOGGED, date(2026, 11, 9))
    assert messages_to(session, support.town.coordinator)[-1] == "visit_worry"
    assert is_used_up(desk, path)
    assert support.look(Engagement).used == 1


def test_a_leader_who_logs_the_last_days_by_link_reads_that_they_are_used_up(
    support: Support, desk: Desk
) -> None:
    support.log(2)
    planned = support.plan(date(2026, 11, 9))
    desk.open(support.link("log_by_link", support.leader, planned))
    about = {"half_days": "2", "done": "Watched phonics"}
    desk.send("Note this visit", next_date=["17", "11", "2026"], **about)
    assert "Thank you" in desk.text
    assert "so no further visit is planned: the head is asked what has changed." in desk.text


def test_a_leader_says_by_link_that_it_did_not_happen(support: Support, desk: Desk) -> None:
    planned = support.plan(date(2026, 11, 9))
    path = support.link("log_by_link", support.leader, planned)
    desk.open(path)
    desk.send("It did not happen", status=409, new_date=["15", "11", "2026"])
    desk.send("It did not happen", new_date=["16", "11", "2026"])
    assert "The new date is Monday 16 November 2026." in desk.text
    assert support.look(Visit, planned.id).state is VisitState.DID_NOT_HAPPEN
    assert is_used_up(desk, path)


def test_a_link_to_log_after_the_end_says_so(support: Support, desk: Desk) -> None:
    path = support.link("log_by_link", support.leader, support.plan(date(2026, 11, 9)))
    support.end_early()
    assert is_used_up(desk, path)


@pytest.mark.parametrize(
    ("button", "words", "state"),
    [
        ("That is right", "", VisitState.SETTLED),
        ("That is not right", "It was half a day", VisitState.DISPUTED),
    ],
)
def test_the_head_answers_a_log_by_link(
    support: Support, desk: Desk, button: str, words: str, state: VisitState
) -> None:
    visit = support.log(2, worry="Not for the head")
    path = support.mailed("visit_by_link")
    desk.open(path)
    assert "Watched phonics in Year 2" in desk.text
    assert "Not for the head" not in desk.text
    desk.send(button, **({"words": words} if words else {}))
    assert "Thank you" in desk.text
    assert support.look(Visit, visit.id).state is state
    assert is_used_up(desk, path)


def test_a_log_that_is_settled_can_still_be_read_by_its_link(
    support: Support, session: Session, desk: Desk
) -> None:
    visit = support.log(2)
    path = support.mailed("visit_by_link")
    visit.state = VisitState.SETTLED
    session.commit()
    desk.open(path)
    assert "please ring your coordinator" in desk.text
    assert not desk.soup.find("textarea")


def test_a_forged_link_is_refused_with_a_sentence(support: Support, desk: Desk) -> None:
    path = support.mailed("agreement_by_link")
    for bad in (path[:-1] + ("0" if path[-1] != "0" else "1"), path + "x", "0-1"):
        address = bad if bad.startswith("/") else f"/engagements/by-link/visit/{bad}"
        assert is_used_up(desk, address)
    other = path.replace("/agreement/", "/evaluation/")
    assert is_used_up(desk, other)


def test_we_have_spoken_and_not_yet_by_link(session: Session, support: Support, desk: Desk) -> None:
    path = support.link("contact_by_link", support.leader, support.engagement)
    desk.open(path)
    desk.send("Not yet")
    assert "Your coordinator knows" in desk.text
    assert messages_to(session, support.town.coordinator)[-1] == "contact_missing"
    desk.open(path)
    desk.send("Yes, we have spoken", status=409, on=["1", "12", "2026"])
    assert "cannot be in the future" in desk.text
    desk.send("Yes, we have spoken", on=["5", "11", "2026"])
    engagement = support.look(Engagement)
    assert (engagement.first_contact_on, engagement.state) == (
        date(2026, 11, 5),
        EngagementState.ACTIVE,
    )
    assert is_used_up(desk, path)


def test_mid_point_evaluation_comment_and_both_look_backs_by_link(
    support: Support, desk: Desk
) -> None:
    support.log(2)
    desk.open(support.mailed("mid_point_by_link"))
    desk.send("Send", status=400)
    desk.send("Send", level_0="green", choice="keep")
    assert is_used_up(desk, support.mailed("mid_point_by_link"))
    support.log(2)
    desk.open(support.mailed("evaluation_by_link"))
    desk.send(
        "Send and close", level_0="green", difference="a large difference", words="All can read"
    )
    assert is_used_up(desk, support.mailed("evaluation_by_link"))
    desk.open(support.mailed("comment_by_link"))
    assert "All can read" in desk.text
    desk.send("Send", words="They did the work")
    for months, kind in ((3, ReviewKind.LOOK_BACK_3), (6, ReviewKind.LOOK_BACK_6)):
        clock.move_to(NOW + timedelta(days=31 * months + 7))
        path = support.link("look_back_by_link", support.town.head, support.engagement)
        desk.open(path)
        desk.send("Send", level_0="slipped back", difference="a little")
        assert support.look(Review).kind is kind
        assert is_used_up(desk, path)


def test_a_look_back_before_its_time_says_so(support: Support, desk: Desk) -> None:
    support.close()
    path = support.link("look_back_by_link", support.town.head, support.engagement)
    desk.open(path, status=409)
    assert "it was answered, or it is early" in desk.text


def test_a_head_who_has_left_finds_nothing_by_an_old_link(
    support: Support, session: Session, desk: Desk
) -> None:
    path = support.mailed("agreement_by_link", support.town.head)
    support.town.head.posts[0].to_on = date(2026, 11, 4)
    session.commit()
    desk.open(path, status=404)


def test_the_same_press_twice_counts_once(support: Support, desk: Desk) -> None:
    planned = support.plan(date(2026, 11, 9))
    path = support.link("log_by_link", support.leader, planned)
    desk.open(path)
    first = desk.soup
    desk.send("Note this visit", half_days="1", done="Watched phonics")
    desk.soup = first
    desk.send("Note this visit", half_days="1", done="Watched phonics")
    assert "Thank you" in desk.text
    assert support.look(Engagement).used == 1
