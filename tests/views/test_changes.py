"""Pages on which an agreement changes: who can ask for what, answer, note, and read what."""

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements.agreement_models import AgreementTemplate, Change
from brokerage.engagements.change_rules import ChangeState
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.leaders.models import DaysAccount
from brokerage.pairings.models import Pairing
from tests.builders import a_person, in_post
from tests.services.pairing_town import a_leader, all_say_yes
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support

ALL = "Everybody whom it touches has said yes"


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    return Support(app, session)


def ask_for_days(support: Support, desk: Desk, **typed: object) -> Change:
    desk.open(f"{support.page}/change/days")
    desk.send("Ask for it", **({"half_days": "4", "reason": "Year 3 too"} | typed))
    found: Change = support.look(Change)
    return found


def test_a_head_asks_for_two_days_more_and_the_others_say_yes(
    support: Support, desk_of: DeskOf
) -> None:
    head = desk_of(support.town.head)
    head.open(support.page)
    head.open(f"{support.page}/change")
    assert [a.text for a in head.soup.select("main li a")] == [
        "More or fewer days", "A later or earlier end", "Another price, or who pays", "A pause",
        "Stopping early",
    ]  # fmt: skip
    change = ask_for_days(support, head)
    assert "Those whom it touches are asked now." in head.text
    assert "A change is asked for: 4 days instead of 2 days" in head.text
    nobody = desk_of(None)
    nobody.open(support.mailed("change_by_link", support.town.releaser))
    for words in ("Year 3 too", "£1,400 in all", "Hetty Head", "8 days"):
        assert words in nobody.text, words
    nobody.send("Yes, I agree", answer="yes")
    assert "The others are still being asked." in nobody.text
    leader = desk_of(support.leader)
    leader.open("/desk")
    assert "Your agreement may change" in leader.text
    leader.open(f"{support.page}/changes/{change.id}")
    assert "yes, 10 Nov 2026" in leader.text
    leader.send("Yes, I agree", status=400)
    leader.send("Yes, I agree", answer="yes")
    assert ALL in leader.text
    assert support.look(Engagement).half_days == 8
    head.open(f"{support.page}/agreement")
    assert "Changed from version 1: 4 days instead of 2 days." in head.text
    assert "for the home school, agrees to version 2" in head.text
    head.open(support.page)
    assert "10 Nov 2026: Changed: 4 days instead of 2 days" in head.text
    assert head.text.count("Agreement changed") == 0


def test_a_no_is_the_coordinators_to_read(support: Support, desk_of: DeskOf) -> None:
    change = ask_for_days(support, desk_of(support.town.head))
    nobody = desk_of(None)
    nobody.open(support.mailed("change_by_link", support.town.releaser))
    nobody.send("No", answer="no", words="She is out too often")
    assert "What was agreed before holds" in nobody.text
    page = f"{support.page}/changes/{change.id}"
    for person, reads in (
        (support.town.coordinator, True),
        (support.town.releaser, True),
        (support.town.head, False),
        (support.leader, False),
    ):
        desk = desk_of(person)
        desk.open(page)
        assert ("She is out too often" in desk.text) is reads, person.name
        assert ("no, 10 Nov 2026" in desk.text) is reads, person.name
        assert "Nothing is asked here any more." in desk.text
    nobody.open(support.mailed("change_by_link", support.leader), status=409)


def test_a_coordinator_asks_for_the_head_and_notes_the_answers(
    support: Support, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    change = ask_for_days(support, desk, asked_for="head")
    assert change.asked_by == support.town.head.id
    page = f"{support.page}/changes/{change.id}"
    desk.open(f"{page}/note/releaser")
    assert "Rollo Releaser" in desk.text
    desk.send("Note it", status=400)
    desk.send("Note it", answer="yes")
    assert "The answer is noted, and they get a copy." in desk.text
    copy = desk_of(None)
    copy.open(support.mailed("undo_change_by_link", support.town.releaser))
    assert "Cora Ordinator noted this for you by telephone" in copy.text
    copy.send("That is not what I said: undo it")
    assert "It is undone." in copy.text
    for whose in ("releaser", "leader"):
        desk.open(f"{page}/note/{whose}")
        desk.send("Note it", answer="yes")
    assert "by phone, 10 November 2026" in desk.text
    assert support.look(Change).state is ChangeState.AGREED
    desk.open(f"{page}/note/leader")
    assert "That was answered already" in desk.text


def test_days_that_are_gone_are_seen_to_by_the_coordinator(
    support: Support, desk_of: DeskOf, session: Session
) -> None:
    change = ask_for_days(support, desk_of(support.town.head))
    session.execute(update(DaysAccount).values(pledged=4))
    session.commit()
    page = f"{support.page}/changes/{change.id}"
    for person in (support.town.releaser, support.leader):
        desk = desk_of(person)
        desk.open(page)
        desk.send("Yes, I agree", answer="yes")
    assert "It could not be made just now, so your coordinator sees to it." in desk.text
    desk = desk_of(support.town.coordinator)
    desk.open("/desk")
    assert "A change is agreed, and could not be made" in desk.text
    desk.open(page)
    assert "Those days have just been taken." in desk.text
    desk.send("Try it again", status=409)
    session.execute(update(DaysAccount).values(pledged=20))
    session.commit()
    desk.open(page)
    desk.send("Try it again")
    assert ALL in desk.text


@pytest.mark.parametrize(
    ("what", "typed", "now"),
    [
        ("dates", {"expected_end": ["26", "3", "2027"]}, "Friday 26 March 2027"),
        ("price", {"pence_a_day": "400", "who_pays": "The trust"}, "£400 a day, £800 in all"),
    ],
)
def test_dates_and_price_change_with_everybodys_yes(
    support: Support, desk_of: DeskOf, what: str, typed: dict[str, object], now: str
) -> None:
    desk = desk_of(support.town.coordinator)
    desk.open(f"{support.page}/change/{what}")
    desk.send("Ask for it", status=400)
    desk.send("Ask for it", reason="A grant ended", **typed)
    change = support.look(Change)
    for person in (support.town.head, support.leader if what == "dates" else support.town.releaser):
        other = desk_of(person)
        other.open(f"{support.page}/changes/{change.id}")
        other.send("Yes, I agree", answer="yes")
    assert ALL in other.text
    desk.open(f"{support.page}/agreement")
    assert now in desk.text


def test_one_at_a_time_and_whoever_asked_takes_it_back(support: Support, desk_of: DeskOf) -> None:
    head, leader = desk_of(support.town.head), desk_of(support.leader)
    change = ask_for_days(support, head)
    leader.open(f"{support.page}/change/dates")
    leader.send("Ask for it", status=409, expected_end=["26", "3", "2027"], reason="Ill")
    assert "about already: 4 days instead of 2 days" in leader.text
    leader.open(f"{support.page}/changes/{change.id}")
    assert "Take it back" not in leader.text
    head.open(f"{support.page}/changes/{change.id}")
    head.send("Take it back")
    assert "It is taken back." in head.text
    leader.open(f"{support.page}/change/dates")


def test_a_wish_for_a_pause_is_the_coordinators_to_decide(
    support: Support, desk_of: DeskOf
) -> None:
    leader, desk = desk_of(support.leader), desk_of(support.town.coordinator)
    leader.open(f"{support.page}/change/pause")
    leader.send("Ask for it", reason="An operation", until=["1", "12", "2026"])
    desk.open("/desk")
    assert "You are asked for a change" in desk.text
    desk.open(f"{support.page}/changes/{support.look(Change).id}")
    desk.send("Yes, I agree", answer="yes")
    assert support.look(Engagement).state is EngagementState.PAUSED
    assert "until Tuesday 1 December 2026: An operation" in desk.text
    desk.open(f"{support.page}/change")
    leader.open(f"{support.page}/change")
    assert "Going on after the pause" in leader.text
    desk.open(support.page)
    desk.send("Resume it")
    assert "Next: plan the next visit." in desk.text


def test_another_leader_goes_on_and_reads_what_was_done(
    support: Support, session: Session, desk_of: DeskOf
) -> None:
    support.log(1)
    town = support.town
    other = a_leader(
        session, town.partnership, town.home, person=a_person(session, name="Olu Other")
    )
    desk = desk_of(town.coordinator)
    desk.open(f"{support.page}/swap")
    assert "1½ days of 2 days are left." in desk.text
    choices = [box["value"] for box in desk.soup.find_all("input", attrs={"name": "leader"})]
    assert choices == [str(other.id)]
    desk.send("Let them go on", status=400)
    desk.send("Let them go on", leader=str(other.id), reason="Lena is ill")
    assert "the new leader’s pairing is under way" in desk.text
    pairing = session.scalars(select(Pairing).filter_by(leader_id=other.id)).one()
    town.leader = other
    with support.app.app_context():
        all_say_yes(session, town, pairing)
    desk.open(f"/pairings/{pairing.reference}/confirm")
    desk.send("Confirm it")
    engagement = support.look(Engagement)
    leader = desk_of(other.person)
    leader.open(f"/engagements/{engagement.reference}")
    assert f"Before that: Lena Leader ({support.reference})" in leader.text
    assert "Watched phonics in Year 2" in leader.text
    leader.open(support.page, status=404)
    before = desk_of(town.head)
    before.open(support.page)
    assert "It goes on with Olu Other" in before.text


def test_who_may_do_what(support: Support, session: Session, desk_of: DeskOf) -> None:
    change = ask_for_days(support, desk_of(support.town.head))
    deputy = in_post(session, PostKind.DEPUTY, school=support.town.school)
    page, one = support.page, f"{support.page}/changes/{change.id}"
    seen = {}
    people = {
        "coordinator": support.town.coordinator,
        "head": support.town.head,
        "leader": support.leader,
        "releaser": support.town.releaser,
        "deputy": deputy,
        "stranger": in_post(session, PostKind.SYSTEM_LEADER, partnership=support.town.partnership),
    }
    pages = {
        "what": f"{page}/change", "days": f"{page}/change/days", "price": f"{page}/change/price",
        "read": one, "note": f"{one}/note/leader", "swap": f"{page}/swap",
        "contacts": f"{page}/contacts",
        "template": f"/partnerships/{support.town.partnership.id}/agreement",
        "write": f"/partnerships/{support.town.partnership.id}/agreement/write",
    }  # fmt: skip
    for who, person in people.items():
        browser = desk_of(person).client
        seen[who] = {name for name, path in pages.items() if browser.get(path).status_code == 200}
    assert seen == {
        "coordinator": set(pages),
        "head": {"what", "days", "price", "read", "contacts"},
        "leader": {"what", "days", "read"},
        "releaser": {"read"},
        "deputy": {"read"},
        "stranger": set(),
    }


def test_a_partnership_writes_what_its_agreements_say(
    support: Support, session: Session, desk_of: DeskOf
) -> None:
    desk = desk_of(support.town.coordinator)
    address = f"/partnerships/{support.town.partnership.id}/agreement"
    desk.open(address)
    assert "These sentences came with the service." in desk.text
    desk.open(f"{address}/write")
    desk.send("Save", status=409, exit="Thank you, {pupil}")
    assert "There is nothing to fill in for “{pupil}”" in desk.text
    desk.send("Preview", press="preview", exit="We part at {school}.")
    assert "We part at Supported School." in desk.text
    assert session.scalars(select(AgreementTemplate)).all() == []
    late = desk_of(support.town.coordinator)
    late.open(f"{address}/write")
    desk.send("Save", exit="We part at {school}.")
    assert "We part at Supported School." in desk.text
    late.send("Save", status=409, exit="Mine")
    assert "How it ends Keep what is saved now We part at {school}." in late.text
    late.send("Save", **{"take-exit": "typed"})
    assert support.look(AgreementTemplate).texts["exit"] == "Mine"
    desk.open(f"{support.page}/agreement")
    assert "Half way, the head says keep, change or stop." in desk.text


def test_the_head_names_who_answers_for_it(support: Support, desk_of: DeskOf) -> None:
    desk = desk_of(support.town.head)
    desk.open(f"{support.page}/contacts")
    desk.send("Save", accountable="Ada Marsh, deputy head", site_contact="The office")
    assert "Ada Marsh, deputy head answers for it; the leader asks for The office" in desk.text
    reader = desk_of(support.leader)
    reader.open(f"{support.page}/agreement")
    assert "Ada Marsh, deputy head" in reader.text
