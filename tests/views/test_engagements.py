"""The pages of an engagement: each of its people sees what is theirs, and does what is theirs."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.database import db
from brokerage.engagements.models import Agreement, Concern, Engagement
from brokerage.engagements.rules import EngagementState
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.services.test_pairings import messages_to
from tests.views.conftest import DeskOf
from tests.views.support_town import Support

DONE = "Watched phonics in Year 2"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


def test_each_of_its_people_finds_it_in_their_list_and_nobody_else_does(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    town = support.town
    deputy = in_post(session, PostKind.DEPUTY, school=town.school)
    for person in (town.coordinator, support.leader, town.head, town.releaser, deputy):
        desk = desk_of(person)
        desk.open("/engagements")
        assert "Moorside School" in desk.text
        desk.open(support.page)
        assert "2 days agreed no days used 2 days left" in desk.text
    teacher = in_post(session, PostKind.TEACHER, school=town.school)
    assert desk_of(teacher).client.get(support.page).status_code == 403
    elsewhere = a_partnership(session, authorities=("902",))
    school = a_school(session, la_code="902")
    for stranger in (a_coordinator(session, elsewhere), a_head(session, school)):
        desk = desk_of(stranger)
        desk.open(support.page, status=404)
        desk.open(f"{support.page}/agreement", status=404)
        desk.open("/engagements")
        assert "There is no support here yet" in desk.text


def test_the_list_is_narrowed_by_state_and_school(support: Support, desk_of: DeskOf) -> None:
    support.another("Fell View")
    support.end_early()
    desk = desk_of(support.town.coordinator)
    desk.open("/engagements?state=under+way")
    assert ("Fell View" in desk.text, "Moorside School" in desk.text) == (True, False)
    desk.open("/engagements?state=ended+early")
    assert ("Fell View" in desk.text, "Moorside School" in desk.text) == (False, True)
    desk.open("/engagements?school=fell")
    assert ("Fell View" in desk.text, "Moorside School" in desk.text) == (True, False)
    desk.open("/engagements?state=closed&page=7")
    assert "Nothing is like that" in desk.text


def test_list_and_page_run_at_most_twelve_queries(
    app: Flask, support: Support, desk_of: DeskOf
) -> None:
    for number in range(4):
        support.another(f"School of number {number}")
    support.log(1)
    desk = desk_of(support.town.coordinator)
    with app.app_context():
        engine: Engine = db.engine
    seen: list[str] = []

    def count(*args: object) -> None:
        seen.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    try:
        desk.open("/engagements")
        assert len([s for s in seen if s.startswith("SELECT")]) <= 12
    finally:
        event.remove(engine, "before_cursor_execute", count)


def test_worries_and_concerns_are_for_the_coordinator_and_who_wrote_them(
    support: Support, desk_of: DeskOf
) -> None:
    town = support.town
    support.log(1, worry="One of the two may leave", next="Model two lessons")
    desk = desk_of(town.releaser)
    desk.open(f"{support.page}/agreement")
    desk.send("This is not what I agreed", words="I agreed Tuesdays only")
    assert "Your coordinator has been told" in desk.text
    seen = {}
    for person in (town.coordinator, support.leader, town.head, town.releaser):
        page = desk_of(person)
        page.open(support.page)
        words = ("One of the two may leave", "I agreed Tuesdays only", "Model two lessons")
        seen[person.name] = tuple(said in page.text for said in words)
    assert seen == {
        "Cora Ordinator": (True, True, True),
        "Lena Leader": (True, False, True),
        "Hetty Head": (False, False, True),
        "Rollo Releaser": (False, True, False),
    }


def test_the_coordinator_settles_a_concern_once(support: Support, desk_of: DeskOf) -> None:
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/agreement")
    desk.send("This is not what I agreed", status=409, words="  ")
    assert "Say in a line what is not as you agreed it." in desk.text
    desk.send("This is not what I agreed", words="It was to be four days")
    desk = desk_of(support.town.coordinator)
    desk.open(support.page)
    desk.send("It is settled")
    assert support.look(Concern).settled_by == support.town.coordinator.id
    assert "It is settled" not in [b.text.strip() for b in desk.soup.find_all("button")]


def test_evaluation_is_for_head_leader_and_coordinator(support: Support, desk_of: DeskOf) -> None:
    support.close()
    town = support.town
    shown = {}
    for person in (town.coordinator, support.leader, town.head, town.releaser):
        desk = desk_of(person)
        desk.open(support.page)
        shown[person.name] = "Reading is up in every class" in desk.text
        assert "Evaluation" in desk.text
    assert shown == {
        "Cora Ordinator": True,
        "Lena Leader": True,
        "Hetty Head": True,
        "Rollo Releaser": False,
    }


def test_the_agreement_assembles_itself_and_keeps_every_version(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    support.leader.name = "Lena Newname"
    first = support.engagement.agreements[0]
    first.terms = {**first.terms, "outcomes": "All can teach phonics", "conditions": "Not Fridays"}
    session.add(
        Agreement(
            engagement_id=support.engagement.id,
            number=2,
            made_at=first.made_at + timedelta(days=3),
            terms={**first.terms, "half_days": 6},
            why="A day more",
        )
    )
    session.commit()
    desk = desk_of(support.town.releaser)
    desk.open(f"{support.page}/agreement")
    for words in (
        "Lena Newname",
        "Reading in Year 2 is slipping",
        "All can teach phonics",
        "Not Fridays",
        "£1,050 in all",
        "the home school said on Tuesday 3 November 2026 that they are done",
        "What holds now (version 2)",
        "Changed from version 1: 3 days instead of 2 days.",
        "Version 1, made on Tuesday 3 November 2026: 2 days",
        "A day more",
    ):
        assert words in desk.text, words
    signed = [row.text for row in desk.soup.find("table").find_all("tr")[1:]]
    assert [name in row for name, row in zip(("Rollo", "Hetty", "Lena"), signed, strict=True)]
    assert all("3 Nov 2026" in row and "signed in" in row for row in signed)
    desk.open(f"{support.page}/agreement?version=1")
    assert "£350 a day, £700 in all" in desk.text
    desk.open(f"{support.page}/agreement?version=²", status=404)


def test_the_mid_points_words_are_not_the_leaders_to_read(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(2)
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/mid-point")
    desk.send("Send", level_0="amber", choice="change", words="Less talk", exit_plan="We do")
    assert "Less talk" in desk.text
    desk.open(f"{support.page}/mid-point", status=409)
    assert "This was answered already" in desk.text
    desk = desk_of(support.leader)
    desk.open(support.page)
    assert "Less talk" not in desk.text
    assert "We do" in desk.text


def test_from_done_to_evaluation_comment_and_look_back(support: Support, desk_of: DeskOf) -> None:
    support.log(1)
    leader, head = desk_of(support.leader), desk_of(support.town.head)
    leader.open(f"{support.page}/done")
    assert "Not used: 1½ days. They go back to the leader." in leader.text
    leader.send("The visits are done")
    head.open(f"{support.page}/evaluation")
    head.send("Send and close", status=400, words="")
    said = {"difference": "a clear difference", "words": "Reading is up"}
    head.send("Send and close", level_0="green", **said)
    assert support.look(Engagement).state is EngagementState.CLOSED
    leader.open(f"{support.page}/comment")
    assert "Reading is up" in leader.text
    leader.send("Send", words="They worked hard")
    head.open(f"{support.page}/look-back", status=409)
    head.open(support.page)
    assert "They worked hard" in head.text


def test_a_coordinator_pauses_resumes_and_ends_early(support: Support, desk_of: DeskOf) -> None:
    desk = desk_of(support.town.coordinator)
    desk.open(f"{support.page}/pause")
    desk.send("Pause it", status=400)
    desk.send("Pause it", reason="Inspection")
    assert "Standing still for now: Inspection" in desk.text
    desk.open(f"{support.page}/log", status=409)
    desk.open(support.page)
    desk.send("Resume it")
    desk.open(f"{support.page}/end")
    desk.send("End it", reason="The leader has moved", goes_on="yes")
    assert support.look(Engagement).state is EngagementState.ENDED_EARLY
    assert support.town.need.state.value == "open"
    desk.open(f"{support.page}/end")
    desk.send("End it", status=409, reason="Again", goes_on="no")


def test_what_is_not_theirs_to_do_is_not_there_for_them(support: Support, desk_of: DeskOf) -> None:
    visit = support.log(1)
    town = support.town
    refused = {
        support.leader: ("mid-point", "evaluation", f"visits/{visit.id}/dispute", "pause", "end"),
        town.head: ("log", "done", "comment", "pause", f"visits/{visit.id}/resolve"),
        town.releaser: ("log", "mid-point", "spoken", "visits/new", "end"),
    }
    for person, pages in refused.items():
        client = desk_of(person).client
        for page in pages:
            assert client.get(f"{support.page}/{page}").status_code in (403, 404), page


def test_the_coordinator_looks_once_more_and_confirms(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    pairing = support.another("Fell View", confirmed=False)
    desk = desk_of(support.town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/confirm")
    assert "£350 a day" in desk.text
    assert desk.soup.find("a", string=f"Pairing {pairing.reference}")
    desk.send("Confirm it")
    assert "It is agreed" in desk.text
    assert "Fell View" in desk.text
    desk.open(f"/pairings/{pairing.reference}/confirm")
    desk.send("Confirm it", status=409)
    assert "Not everybody has agreed, or it is confirmed already." in desk.text
    elsewhere = a_coordinator(session, a_partnership(session, authorities=("902",)))
    desk_of(elsewhere).open(f"/pairings/{pairing.reference}/confirm", status=404)


def test_what_was_agreed_already_is_recorded_on_one_screen(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    town = support.town
    school = a_school(session, name="Fell View")
    head = a_head(session, school)
    desk = desk_of(town.coordinator)
    desk.open("/engagements/already-agreed")
    desk.send("Record it", status=400)
    assert "Choose the leader." in desk.text
    typed = {
        "urn": str(school.urn),
        "leader": str(town.leader.id),
        "code": "phonics",
        "phase": "primary",
        "half_days": "3",
        "worry": "Phonics in Year 1",
        "price": "300",
        "who_pays": "The school",
        "agreed_on": ["1", "10", "2026"],
        "agreed_how": "by telephone with all three",
    }
    desk.send("Record it", status=409, **typed, first_date=["14", "11", "2026"])
    assert "Schools are not open on Saturday" in desk.text
    desk.send("Record it", status=409, **(typed | {"half_days": "50"}), first_date=["", "", ""])
    assert "Those days have just been taken." in desk.text
    desk.send("Record it", **typed, first_date=["", "", ""])
    assert "It is recorded" in desk.text
    assert messages_to(session, head) == ["agreement_made"]
    made = support.look(Engagement)
    desk.open(f"/engagements/{made.reference}/agreement")
    assert "agreed before, by telephone with all three" in desk.text
    assert "£300 a day, £900 in all" in desk.text
    desk = desk_of(support.leader)
    desk.open(f"/engagements/{made.reference}/log")
    desk.send(
        "Note this visit", when="other", happened_on=["8", "10", "2026"], half_days="1", done=DONE
    )
    assert "The visit is noted" in desk.text
