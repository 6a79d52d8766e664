"""The page on which somebody reads, and undoes, what a coordinator noted for them by telephone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements import visit_services
from brokerage.engagements.models import PhoneNote
from brokerage.engagements.rules import NoteKind
from brokerage.messages.models import Message
from brokerage.people.links import address
from brokerage.people.models import Link
from tests.phone_builders import (
    CALLED,
    EACH,
    UNDONE,
    Do,
    Support,
    a_support,
    a_visit_as_planned,
    as_it_stands,
    half_way,
    that_it_is_right,
)
from tests.views.conftest import Desk, DeskOf

UNDO_IT = "That is not what I said: undo it"
SHOWN = {
    NoteKind.FIRST_CONTACT: {"They spoke on": "Friday 6 November 2026"},
    NoteKind.VISIT: {"When": "Tuesday 10 November 2026", "Done": "Watched phonics"},
    NoteKind.NO_VISIT: {
        "It was planned for": "Tuesday 10 November 2026",
        "Next visit": "Thursday 19 November 2026",
    },
    NoteKind.LOG_AGREED: {"You said": "It is right"},
    NoteKind.LOG_DISPUTED: {"You said": "Half a day"},
    NoteKind.MID_POINT: {"Your answer": "Stop", "In your words": "No", "Afterwards": "None"},
    NoteKind.EVALUATION: {"Your answer": "A clear difference", "In your words": "Up"},
    NoteKind.LEADER_COMMENT: {"In your words": "Well done"},
    NoteKind.LOOK_BACK_3: {"Your answer": "A little"},
}


@pytest.fixture
def support(session: Session) -> Support:
    return a_support(session)


@pytest.fixture
def desk(desk_of: DeskOf) -> Desk:
    """Somebody who is not signed in."""
    return desk_of(None)


def mailed(app: Flask, support: Support) -> str:
    """The path of the link in the latest copy."""
    link = support.link()
    support.session.commit()
    clock.move_to(UNDONE)
    with app.test_request_context():
        return address(link).removeprefix("http://localhost")


@pytest.mark.parametrize(("kind", "story"), EACH)
def test_what_was_noted_is_read_by_link_and_undone_with_a_press(
    app: Flask,
    session: Session,
    support: Support,
    desk: Desk,
    kind: NoteKind,
    story: Callable[[Support], Do],
) -> None:
    do = story(support)
    before = as_it_stands(session)
    do(support)
    noted = as_it_stands(session)
    path = mailed(app, support)
    for _ in range(2):
        desk.open(path)
        rows = zip(desk.soup.find_all("dt"), desk.soup.find_all("dd"), strict=True)
        assert {key.text: value.text for key, value in rows}.items() >= SHOWN[kind].items()
    assert as_it_stands(session) == noted  # looking changes nothing
    by = f"{support.town.coordinator.name} noted this for you by telephone on Tuesday 10 November"
    assert by in desk.text
    assert "undo it here until Tuesday 24 November 2026" in desk.text
    desk.send(UNDO_IT)
    assert "It is undone." in desk.text
    assert as_it_stands(session) == before
    desk.open(path, status=409)
    assert "it was used" in desk.text


def test_the_copy_holds_the_link_and_no_details(session: Session, support: Support) -> None:
    half_way(support)(support)
    copy = session.scalars(select(Message).filter_by(kind="noted_for_you")).one()
    assert f"[[link {support.link().id}]]" in copy.body
    assert "undo it here until Tuesday 24 November 2026" in copy.body
    assert "Stop" not in copy.body


def test_what_has_gone_on_says_so_and_whom_to_ring(
    app: Flask, session: Session, support: Support, desk: Desk
) -> None:
    support.town.partnership.telephone = "01632 960001"
    session.commit()
    a_visit_as_planned(support)(support)
    path = mailed(app, support)
    desk.open(path)
    visit_services.agree(support.head(UNDONE), support.note().visit_id or 0)
    noted = as_it_stands(session)
    desk.send(UNDO_IT, status=409)
    assert "Too late to undo: it has gone on since. Please ring your coordinator." in desk.text
    desk.open(path)
    assert "cannot be undone here any more" in desk.text
    assert "01632 960001" in desk.text
    assert UNDO_IT not in desk.text
    assert as_it_stands(session) == noted


def test_it_can_be_undone_for_a_fortnight_and_not_after(
    app: Flask, session: Session, support: Support, desk: Desk
) -> None:
    half_way(support)(support)
    path = mailed(app, support)
    clock.move_to(CALLED + timedelta(days=14) - timedelta(minutes=1))
    desk.open(path)
    clock.move_to(CALLED + timedelta(days=14))
    desk.open(path, status=409)
    assert "too old" in desk.text


def test_the_coordinator_and_whose_words_it_was_see_that_it_was_undone(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    that_it_is_right(support)(support)
    support.undo()
    clock.move_to(UNDONE)
    undone = "Undone: that a visit’s log is right"
    shown = {
        support.town.coordinator: True,
        support.town.head: True,
        support.town.leader.person: False,
    }
    for person, sees in shown.items():
        desk = desk_of(person)
        desk.open(f"/engagements/{support.engagement.reference}")
        assert (undone in desk.text) is sees
    told = session.scalars(select(Message).filter_by(kind="noted_undone")).one()
    assert support.engagement.reference in told.body


def test_somebody_elses_copy_opens_nothing(
    app: Flask, session: Session, support: Support, desk: Desk
) -> None:
    half_way(support)(support)
    path = mailed(app, support)
    note = session.scalars(select(PhoneNote)).one()
    for post in support.town.head.posts:
        post.to_on = CALLED.date() - timedelta(days=1)
    session.commit()
    assert session.scalars(select(Link).filter_by(subject_id=note.id, subject="phone_note")).one()
    desk.open(path, status=404)
