"""The pages of needs, as each role meets them."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import PostKind
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.needs.telling import FOLLOW
from brokerage.people.links import address
from brokerage.people.models import Link
from tests.builders import a_head, a_school, in_post
from tests.needs_builders import Town, days_on
from tests.views.conftest import DeskOf

HOSTILE = "Reading 😀 \u202eslipping\u202c <script>alert(1)</script> {% 7*7 %}\nand\u00a0more"


@pytest.fixture
def town(app: Flask, session: Session) -> Town:
    return Town(session, app=app)


def the_need(town: Town) -> Need:
    need = town.session.scalars(select(Need).order_by(Need.id.desc()).limit(1)).one()
    return town.look(need.reference)


def path_of(app: Flask, session: Session, subject: str, **which: object) -> str:
    """The path that the latest link about ``subject`` opens."""
    query = select(Link).filter_by(subject=subject, **which).order_by(Link.id.desc()).limit(1)
    link = session.scalars(query).one()
    session.commit()
    with app.test_request_context():
        return address(link).removeprefix("http://localhost")


def test_a_head_posts_in_three_questions_and_gets_a_name_and_a_day_at_once(
    town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.head)
    desk.open("/needs")
    assert "Nothing has been asked for yet" in desk.text
    desk.open("/needs/new")
    assert "Who will see this" in desk.text
    assert "No pupils, no named staff" in desk.text
    assert "ask for Cora Ordinator on 01234 567890" in desk.text
    assert not desk.soup.find(attrs={"name": "urn"})
    desk.send(
        "Continue",
        worry="Phonics is weak in Reception",
        whom="Two teachers",
        by_when=["27", "3", "2027"],
        ring_when="after 3",
    )
    assert "Phonics" in desk.soup.find(id="code-0").find_parent("fieldset").text
    desk.send("Continue", code="phonics", half_days="2.5")
    assert "2½ days" in desk.text
    assert the_need(town).state is NeedState.DRAFT
    desk.send("Send")
    need = the_need(town)
    assert need.state is NeedState.SUBMITTED
    for words in (need.reference, "Cora Ordinator", "Tuesday 10 November 2026", "after 3"):
        assert words in desk.text
    desk.open(f"/needs/{need.reference}")
    assert "will ring by Tuesday 10 November 2026" in desk.text
    assert (need.code, need.half_days, need.phase) == ("phonics", 5, "primary")


def test_a_coordinator_who_posts_for_a_school_reads_what_its_head_gets(
    town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.coordinator)
    desk.open("/needs/new/for-a-school")
    assert "the school’s head and deputies" in desk.text
    assert "I would rather ring" not in desk.text
    desk.send(
        "Continue",
        urn=str(town.school.urn),
        head_agreed_on=["2", "11", "2026"],
        head_agreed_how="by telephone",
        worry="Phonics is weak in Reception",
    )
    desk.send("Continue")
    assert "the head gets a copy" in desk.text
    desk.send("Send")
    assert "A copy is on its way to the head" in desk.text
    assert "on its way to you" not in desk.text


def test_several_needs_one_after_the_other(town: Town, desk_of: DeskOf) -> None:
    desk = desk_of(town.head)
    desk.open("/needs/new")
    desk.send("Continue", worry="One")
    desk.send("Continue")
    desk.send("Send and write another", then="another")
    assert "is sent. Now the next one." in desk.text
    assert desk.soup.find("textarea", id="worry").text.strip() == ""
    desk.send("Save and come back later", worry="Two", then="later")
    assert "Nobody has been told" in desk.text
    assert "not sent yet" in desk.text


def test_the_same_page_sent_twice_posts_once(town: Town, desk_of: DeskOf) -> None:
    desk = desk_of(town.head)
    desk.open("/needs/new")
    page = desk.soup
    desk.send("Continue", worry="Once")
    desk.open("/needs/new")
    desk.soup = page
    desk.send("Continue", worry="Once")
    assert town.session.scalar(select(func.count()).select_from(Need)) == 1


def test_a_text_too_long_is_refused_in_a_sentence_and_nothing_typed_is_lost(
    town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.head)
    desk.open("/needs/new")
    long = "x" * 100_000
    desk.send("Continue", worry=long, whom="Year 5", status=409)
    assert "up to 4,000 characters; this has 100,000" in desk.text
    assert desk.soup.find("textarea", id="worry").text.strip() == long
    assert desk.soup.find("textarea", id="whom").text.strip() == "Year 5"
    assert desk.soup.find(class_="govuk-error-summary").find("a")["href"] == "#worry"
    desk.send("Continue", worry="Shorter")
    assert the_need(town).worry == "Shorter"


def test_strange_characters_are_kept_as_typed_and_nul_is_dropped(
    town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.head)
    desk.open("/needs/new")
    desk.send("Continue", worry=HOSTILE + "\x00")
    assert the_need(town).worry == HOSTILE
    desk.send("Continue")
    assert "<script>alert" not in desk.response.text
    assert "alert(1)" in desk.text


def test_what_is_missing_or_past_is_said_beside_its_box(town: Town, desk_of: DeskOf) -> None:
    desk = desk_of(town.head)
    desk.open("/needs/new")
    desk.send("Continue", worry=" ", by_when=["31", "2", "2027"], status=400)
    assert "Say in a line or two" in desk.text
    assert "Enter a real date" in desk.text
    desk.send("Continue", worry="x", by_when=["1", "1", "2020"], status=409)
    assert "still to come" in desk.text


def test_a_head_of_two_schools_chooses_one(town: Town, desk_of: DeskOf) -> None:
    second = a_school(town.session)
    a_head(town.session, second, person=town.head)
    desk = desk_of(town.head)
    desk.open("/needs/new")
    desk.send("Continue", urn=str(second.urn), worry="x")
    assert the_need(town).urn == second.urn


def test_a_deputy_asks_the_head_who_sends_without_signing_in(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    deputy = desk_of(in_post(town.session, PostKind.DEPUTY, school=town.school))
    deputy.open("/needs/new")
    deputy.send("Continue", worry="Phonics")
    deputy.send("Continue")
    assert "They get an e-mail with a link" in deputy.text
    deputy.send("Ask your head to send it")
    assert "Hedda Head was asked on 3 Nov 2026" in deputy.text
    assert "You can remind them here from tomorrow." in deputy.text
    clock.move_to(days_on(1))
    deputy.open(f"/needs/{the_need(town).reference}")
    deputy.send("Remind your head")
    assert "Hedda Head was asked on 4 Nov 2026" in deputy.text
    path = path_of(app, town.session, "need draft")
    stranger = desk_of(None)
    stranger.open(path)
    assert the_need(town).state is NeedState.DRAFT  # looking changes nothing
    stranger.send("Send")
    assert the_need(town).reference in stranger.text
    assert the_need(town).state is NeedState.SUBMITTED
    stranger.open(path, status=409)


def test_an_officer_posts_for_a_school_and_the_head_can_take_it_back(
    app: Flask, town: Town, desk_of: DeskOf
) -> None:
    officer = in_post(town.session, PostKind.OFFICER, partnership=town.partnership)
    desk = desk_of(officer)
    desk.open("/needs/new")
    desk.send("Continue", worry="Attendance", urn=str(town.school.urn), status=400)
    assert "day on which the head agreed" in desk.text
    agreed = {"head_agreed_on": ["2", "11", "2026"], "head_agreed_how": "by telephone"}
    desk.send("Continue", **agreed)
    desk.send("Continue")
    desk.send("Send")
    assert the_need(town).posted_for == "officer"
    head = desk_of(None)
    path = path_of(app, town.session, "need", purpose=FOLLOW, person_id=town.head.id)
    head.open(path)
    assert "The head agreed on 2 Nov 2026, by telephone" in head.text
    head.send("Take it back", reason="no longer needed")
    assert the_need(town).state is NeedState.WITHDRAWN


def test_of_two_editors_the_second_sees_both_and_can_send_again(
    town: Town, desk_of: DeskOf
) -> None:
    need = town.posted()
    one, two = desk_of(town.head), desk_of(town.head)
    for desk in (one, two):
        desk.open(f"/needs/{need.reference}/change")
    one.send("Save", worry="The first")
    two.send("Save", worry="The second", status=409)
    assert "Somebody else changed this need" in two.text
    assert "The first" in two.text
    assert two.soup.find("textarea", id="worry").text.strip() == "The second"
    two.send("Save", **{"take-worry": "typed"})
    assert town.look(need.reference).worry == "The second"


def test_withdrawn_and_reopened_by_the_head(town: Town, desk_of: DeskOf) -> None:
    need = town.posted()
    desk = desk_of(town.head)
    desk.open(f"/needs/{need.reference}/withdraw")
    desk.send("Withdraw", reason="another reason", status=409)
    desk.send("Withdraw", reason="another reason", over_note="We have a new deputy")
    desk.open(f"/needs/{need.reference}")
    assert "another reason (We have a new deputy)" in desk.text
    desk.send("Reopen")
    assert town.look(need.reference).state is NeedState.OPEN
