"""The pages of case studies: written by a coordinator, agreed to by both, read by everybody."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements.case_study_models import CaseStudy
from brokerage.engagements.case_study_rules import CaseStudyState
from tests.builders import a_head, a_school, in_post
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support

TEXTS = {
    "title": "Phonics in a primary school",
    "situation": "Too few could blend.",
    "done": "Lessons were watched.",
    "changed": "Nearly all can.",
    "lasted": "It did.",
}
YES, NO = "Yes, others may read it", "No"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    support = Support(app, session)
    support.close()
    return support


@pytest.fixture
def story(support: Support) -> str:
    return f"{support.page}/case-study"


def written(support: Support, desk_of: DeskOf) -> Desk:
    """Written by its coordinator, and put to both."""
    desk = desk_of(support.town.coordinator)
    desk.open(support.page)
    assert "Write a case study" in desk.text
    desk.open(f"{support.page}/case-study/write")
    desk.send("Keep it", **TEXTS)
    desk.send("Ask for their consent")
    assert "It is shown to nobody until both sides have agreed." in desk.text
    return desk


def state(support: Support) -> CaseStudyState:
    found: CaseStudyState = support.look(CaseStudy).state
    return found


def test_a_draft_begins_with_what_was_done_and_is_its_coordinators_alone(
    support: Support, story: str, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    desk.open(f"{story}/write")
    assert "Watched phonics in Year 2" in str(desk.soup.find(id="done"))
    assert "Reading is up in every class" in str(desk.soup.find(id="changed"))
    desk.send("Keep it", status=400, title="")
    desk.send("Keep it", title="Hetty and phonics", done="We at Moorside School did it")
    assert "Names that stand in it" in desk.text
    assert [mark.text for mark in desk.soup.find_all("strong", class_="app-mark")] == [
        "Hetty",
        "Moorside School",
    ]
    desk.send("Ask for their consent", status=409)
    assert "Names stand in the text" in desk.text
    for person in (support.town.head, support.leader, support.town.releaser):
        desk_of(person).open(story, status=404)
        desk_of(person).open(support.page)
    assert desk_of(support.town.head).client.get(f"{story}/write").status_code == 403
    desk.open("/case-studies")
    assert "Hetty and phonics" in desk.text
    desk_of(support.town.head).open("/case-studies")


def test_a_single_word_that_is_no_name_here_is_said_to_be_none(
    support: Support, story: str, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    desk.open(f"{story}/write")
    desk.send("Keep it", **TEXTS | {"done": "A moorside walk"})
    desk.send("Ask for their consent", status=409)
    assert "These words may be names" in desk.text
    desk.send("Ask for their consent", ordinary="y")
    assert state(support) is CaseStudyState.ASKED


def test_both_agree_by_link_and_everybody_of_the_partnership_reads_it_until_one_takes_it_off(
    session: Session, support: Support, story: str, desk_of: DeskOf
) -> None:
    written(support, desk_of)
    head, leader = (
        support.link("case_study_by_link", person, support.look(CaseStudy))
        for person in (support.town.head, support.leader)
    )
    desk = desk_of(None)
    for path in (head, leader):
        desk.open(path)
        desk.open(path)
        assert "Lessons were watched." in desk.text
        assert state(support) is CaseStudyState.ASKED
        desk.send(YES)
        assert "Thank you" in desk.text
    assert state(support) is CaseStudyState.PUBLISHED
    desk.open(head, status=409)
    teacher = in_post(session, PostKind.TEACHER, school=support.town.school)
    reader = desk_of(teacher)
    reader.open("/case-studies")
    page = f"/case-studies/{support.look(CaseStudy).id}"
    reader.open(page)
    assert "Phonics in a primary school" in reader.text
    assert "Moorside" not in reader.text
    stranger = desk_of(a_head(session, a_school(session, la_code="902")))
    stranger.open("/case-studies")
    assert "There is nothing to read yet" in stranger.text
    stranger.open(page, status=404)
    stranger.open(story, status=404)
    desk.open(support.mailed("case_study_by_link", support.leader))
    desk.send("Take it off")
    assert state(support) is CaseStudyState.WITHDRAWN
    reader.open(page, status=404)
    reader.open("/case-studies")
    assert "There is nothing to read yet" in reader.text


def test_signed_in_each_answers_for_themselves_and_the_coordinator_for_who_rang(
    support: Support, story: str, desk_of: DeskOf
) -> None:
    coordinator = written(support, desk_of)
    head = desk_of(support.town.head)
    head.open(story)
    head.send(YES)
    assert "You have agreed." in head.text
    coordinator.open(story)
    assert "said yes on Tuesday 10 November 2026" in coordinator.text
    coordinator.send("They said yes by telephone")
    assert "by telephone" in coordinator.text
    assert state(support) is CaseStudyState.PUBLISHED
    coordinator.open(f"{story}/write")
    coordinator.send("Keep it", done="Lessons were watched, and planned.")
    assert state(support) is CaseStudyState.DRAFT
    head.open(story, status=404)
    coordinator.send("Ask for their consent")
    head.open(story)
    head.send(NO)
    assert state(support) is CaseStudyState.REFUSED


def test_the_list_is_narrowed_by_area(session: Session, support: Support, desk_of: DeskOf) -> None:
    written(support, desk_of)
    shown = support.look(CaseStudy)
    shown.state, shown.published_at = CaseStudyState.PUBLISHED, shown.made_at
    session.commit()
    desk = desk_of(support.town.head)
    desk.open("/case-studies?area=phonics")
    assert "Phonics in a primary school" in desk.text
    desk.open("/case-studies?area=maths")
    assert "Nothing is like that." in desk.text


def test_of_two_coordinators_at_once_the_second_sees_both(
    session: Session, support: Support, story: str, desk_of: DeskOf
) -> None:
    written(support, desk_of)
    other = in_post(session, PostKind.COORDINATOR, partnership=support.town.partnership)
    first, second = desk_of(support.town.coordinator), desk_of(other)
    for desk in (first, second):
        desk.open(f"{story}/write")
    first.send("Keep it", done="One way")
    second.send("Keep it", status=409, done="Another way")
    assert "What was done Keep what is saved now One way" in second.text
    second.send("Keep it", **{"take-done": "typed"})
    assert support.look(CaseStudy).done == "Another way"


def test_the_coordinator_takes_it_off(support: Support, story: str, desk_of: DeskOf) -> None:
    desk = written(support, desk_of)
    desk.send("Take it off")
    assert state(support) is CaseStudyState.REFUSED
    desk.open("/case-studies")
    assert "refused" in desk.text


def test_it_stands_on_the_desk_of_each_who_has_not_said(support: Support, desk_of: DeskOf) -> None:
    written(support, desk_of)
    asks = "May others learn from this?"
    for person in (support.town.head, support.leader):
        desk = desk_of(person)
        desk.open("/desk")
        assert asks in desk.text
        desk.open(f"{support.page}/case-study")
        desk.send(YES)
        desk.open("/desk")
        assert asks not in desk.text
