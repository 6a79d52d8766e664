"""Whoever follows somebody in post reads one page and answers in one press."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements import services
from brokerage.engagements.models import Succession
from brokerage.engagements.succession_services import hand_over_where_left
from brokerage.people.models import Person, Post
from tests.builders import a_head
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    """Support whose head left last Friday; the new one is in post since Saturday."""
    support = Support(app, session)
    support.plan(date(2026, 11, 17))
    leaves(support, support.town.head, PostKind.HEADTEACHER)
    return support


def leaves(support: Support, person: Person, kind: PostKind) -> None:
    support.session.expire_all()
    post = support.session.scalars(select(Post).filter_by(person_id=person.id, kind=kind)).one()
    post.to_on = date(2026, 11, 6)
    support.session.commit()


def new_head(support: Support) -> Person:
    person = a_head(
        support.session, support.town.school, from_on=date(2026, 11, 7), name="Nora New"
    )
    a_night(support)
    return person


def address(desk: Desk, text: str) -> str:
    """Where the page's link of these words leads."""
    found = next(link for link in desk.soup.find_all("a") if text in link.text)
    return str(found["href"])


def a_night(support: Support) -> None:
    with support.app.app_context():
        hand_over_where_left(By(SERVICE, clock.now()))
    support.session.expire_all()


def test_a_new_head_reads_by_link_what_was_agreed_and_goes_on(
    support: Support, desk_of: DeskOf
) -> None:
    new = new_head(support)
    desk = desk_of(None)
    desk.open(support.mailed("succession_by_link", new))
    for words in ("Hetty Head, who led Moorside School before", "Lena Leader", "17 November 2026"):
        assert words in desk.text
    assert "Reading in Year 2 is slipping" in desk.text
    desk.open(address(desk, "Not now?"))
    desk.send("Ask me again then", until="2026-11-11")
    assert "You will be asked again on Wednesday 11 November 2026" in desk.text
    desk.open(support.mailed("succession_by_link", new))
    desk.send("I would like to talk first")
    desk.open(support.mailed("succession_by_link", new))
    assert "Your coordinator knows that you would like to talk" in desk.text
    desk.send("Yes, it goes on as agreed")
    assert "It goes on as agreed" in desk.text
    assert support.look(Succession).answered_at is not None


def test_signed_in_it_stands_on_their_desk(support: Support, desk_of: DeskOf) -> None:
    new = new_head(support)
    desk = desk_of(new)
    desk.open("/")
    desk.open(address(desk, "Read and say"))
    desk.send("Yes, it goes on as agreed")
    desk.open("/")
    assert "Does this support go on?" not in desk.text


def test_a_coordinator_sees_who_is_missing_and_notes_what_they_were_told(
    support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    a_night(support)
    desk.open("/")
    assert "Somebody has left, and who follows is not known" in desk.text
    new_head(support)
    desk.open(support.page)
    assert "Nora New follows Hetty Head at Moorside School" in desk.text
    desk.open(address(desk, "Note what they told you"))
    assert "what Nora New told you by telephone" in desk.text
    desk.send("Yes, it goes on as agreed")
    assert "is still to say" not in desk.text


def test_the_head_who_left_and_the_leader_cannot_answer(support: Support, desk_of: DeskOf) -> None:
    new_head(support)
    number = support.look(Succession).id
    for person in (support.town.head, support.leader, support.town.releaser):
        desk_of(person).open(f"{support.page}/go-on/{number}", status=404)


def test_a_leader_who_left_the_register_is_on_the_coordinators_desk(
    support: Support, desk_of: DeskOf
) -> None:
    new_head(support)
    leaves(support, support.leader, PostKind.SYSTEM_LEADER)
    a_night(support)
    desk = desk_of(support.town.coordinator)
    desk.open("/")
    assert "The leader is no longer on the register" in desk.text
    desk_of(support.leader).open(support.page, status=403)


def test_a_new_head_reads_whether_the_leader_knows_of_them_or_has_left(
    support: Support, desk_of: DeskOf
) -> None:
    new = new_head(support)
    page = support.mailed("succession_by_link", new)
    desk = desk_of(None)
    desk.open(page)
    assert "Lena Leader has been told of the change" in desk.text
    leaves(support, support.leader, PostKind.SYSTEM_LEADER)
    desk.open(page)
    assert "has been told of the change" not in desk.text
    assert "Lena Leader has left since, and who goes on is being settled" in desk.text


def test_a_coordinator_opens_support_whose_head_left_and_nobody_follows(
    support: Support, desk_of: DeskOf
) -> None:
    a_night(support)
    desk = desk_of(support.town.coordinator)
    desk.open(f"/engagements/{support.engagement.reference}")
    assert "nobody is known yet who follows" in desk.text
    desk.open(address(desk, "People"))


def test_once_the_visits_are_done_nobody_is_to_say_that_they_go_on(
    support: Support, desk_of: DeskOf
) -> None:
    new = new_head(support)
    desk = desk_of(support.town.coordinator)
    page = f"/engagements/{support.engagement.reference}"
    desk.open(page)
    assert "is still to say that this support goes on" in desk.text
    support.log(1)
    with support.app.app_context():
        services.complete(support.by(support.town.coordinator), support.engagement.id)
    desk.open(page)
    assert "is still to say" not in desk.text
    assert new.name in desk.text
