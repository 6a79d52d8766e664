"""The pages of matching and pairing, as coordinators and the three who answer meet them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask, url_for
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.database import db
from brokerage.leaders.rules import Accepting
from brokerage.messages.models import Message
from brokerage.needs.models import NeedBar
from brokerage.needs.rules import NeedState
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.people.links import token
from brokerage.people.models import Person
from tests.builders import NOW, a_person, a_school, acting
from tests.services.pairing_town import Town, a_leader, a_need, a_town, account_of, open_links
from tests.views.conftest import Desk

DeskOf = Callable[[Person | None], Desk]

RELEASE, CHOOSE, ACCEPT = (f"pairings.{word}_by_link" for word in ("release", "choose", "accept"))


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def proposed(session: Session, town: Town, leader_id: int | None = None) -> Pairing:
    reference = services.propose(
        acting(session, town.coordinator),
        town.need.id,
        leader_id or town.leader.id,
        half_days=4,
        pence_a_day=35000,
        who_pays="The school",
        first_date=None,
    )
    session.expire_all()
    return session.scalars(select(Pairing).filter_by(reference=reference)).one()


def says_yes(session: Session, town: Town, pairing: Pairing, *steps: Step) -> None:
    who = {Step.RELEASE: town.releaser, Step.CHOOSE: town.head}
    for step in steps:
        services.answer(acting(session, who[step]), pairing.id, step, yes=True)
    session.expire_all()


def address(app: Flask, session: Session, purpose: str, which: int = -1) -> str:
    link = open_links(session, purpose)[which]
    with app.test_request_context():
        return url_for(purpose, token=token(link))


def kinds_to(session: Session, person: Person) -> list[str]:
    session.expire_all()
    query = select(Message.kind).filter_by(to_person_id=person.id).order_by(Message.id)
    return list(session.scalars(query))


# The shortlist, and proposing


def test_the_shortlist_shows_points_that_add_up_and_what_is_left(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert f"1. {town.leader.person.name}" in desk.text
    assert "5.0 km away" in desk.text
    assert "10 days left" in desk.text
    assert f"Release: {town.releaser.name} is asked" in desk.text
    cells = page.select(".app-card td.govuk-table__cell--numeric")
    numbers = [int(cell.text.split()[0]) for cell in cells]
    assert sum(numbers[:-1]) == numbers[-1]


def test_the_shortlist_says_why_not_of_everybody_left_out_with_numbers(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    far = a_leader(session, town.partnership, town.home, max_km=2)
    few = a_leader(session, town.partnership, town.home, pledged=1)
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert f"{far.person.name} Travels 2 km, the school is 5 km away." in desk.text
    assert f"{few.person.name} Has half a day left, the need asks for 2 days." in desk.text


def test_where_nobody_is_left_the_rule_that_left_nobody_is_named_and_the_need_can_wait(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.leader.accepting = Accepting.CLOSED
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "None of the leaders who pass all other rules up to then (1)" in desk.text
    assert "are taking on new work" in desk.text
    assert page.find("a", string="Put the need to wait")


def test_below_the_floor_the_answer_is_nobody_suitable_yet_with_the_gap(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.partnership.quality_floor = 990
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Nobody suitable yet: the best scores" in desk.text
    assert "below the floor" in desk.text
    assert page.find("a", string="Put the need to wait")


def test_what_became_of_somebody_tried_already_stands_beside_them(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.releaser)
    services.answer(by, pairing.id, Step.RELEASE, yes=False, words="Not before Easter")
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Not released: Not before Easter" in desk.text


def test_proposing_asks_the_first_of_the_three_for_what_was_typed(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    desk.send("Send it", half_days="1.5", price="£350", who_pays="The school")
    pairing = session.scalars(select(Pairing)).one()
    assert (pairing.half_days, pairing.pence_a_day, pairing.who_pays) == (3, 35000, "The school")
    assert kinds_to(session, town.releaser) == ["release_asked"]
    assert f"{town.leader.person.name} for {town.school.name}" in desk.text
    assert "asked now" in desk.text


@pytest.mark.parametrize("price", ["a lot", "-1", "5001", "nan", "1e9"])
def test_a_price_that_cannot_be_one_is_refused_beside_its_box(
    session: Session, desk_of: DeskOf, town: Town, price: str
) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    page = desk.send("Send it", status=400, price=price)
    assert page.select_one("#price-error")
    assert session.scalar(select(Pairing)) is None


def test_somebody_whom_the_rules_leave_out_needs_a_reason(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.leader.max_km = 1
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    assert "Travels 1 km" in desk.text
    page = desk.send("Send it", status=409)
    assert page.select_one("#by_hand-error")
    desk.send("Send it", by_hand="They offered to travel")
    assert "They offered to travel" in desk.text


def test_a_first_date_in_the_past_is_refused(session: Session, desk_of: DeskOf, town: Town) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    page = desk.send("Send it", status=409, first_date=["1", "11", "2026"])
    assert page.select_one("#first_date-error")


def test_a_second_person_can_be_proposed_and_a_third_not(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    others = [a_leader(session, town.partnership, town.home) for _ in range(2)]
    proposed(session, town)
    desk = desk_of(town.coordinator)
    shortlist = f"/needs/{town.need.reference}/shortlist"
    assert "as a second" in desk.open(shortlist).text
    proposed(session, town, others[0].id)
    assert "Propose " not in desk.open(shortlist).text


# The plan


def test_a_plan_is_looked_over_and_sent_one_by_one(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    too_long = a_need(session, town.partnership, a_school(session), half_days=40)
    desk = desk_of(town.coordinator)
    desk.open("/matching")
    assert "1 leader could do this: make a plan." in desk.text
    desk.send("Make a plan for the queue")
    assert "1 of 2 needs have a suggestion. Nobody has heard anything yet." in desk.text
    assert "1 of 2 normal needs have a suggestion" in desk.text
    assert f"{too_long.reference}" in desk.text
    assert "have the days left" in desk.text
    assert session.scalars(select(Message)).all() == []
    (send,) = (a for a in desk.soup.find_all("a") if a.text.strip().startswith("Propose"))
    desk.open(str(send["href"]))
    desk.send("Send it")
    assert kinds_to(session, town.releaser) == ["release_asked"]
    desk.open("/matching")
    assert town.need.reference not in desk.text


def test_a_suggestion_dropped_is_not_made_again(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    desk = desk_of(town.coordinator)
    desk.open("/matching")
    desk.send("Make a plan for the queue")
    desk.send("Drop")
    desk.send("Make a plan for the queue")
    assert "0 of 1 needs have a suggestion" in desk.text
    assert "Everybody who could do this was tried, or is not wanted by the school." in desk.text
    assert session.scalars(select(Message)).all() == []


def test_a_plan_of_another_partnership_is_not_theirs_to_make(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    other = a_town(session, authorities=("902",))
    desk = desk_of(other.coordinator)
    desk.open("/matching")
    assert town.need.reference not in desk.text
    form = desk._form("Make a plan for the queue")
    form["action"] = f"/matching/run/{town.partnership.id}"
    desk.send("Make a plan for the queue", status=404)
    desk.open(f"/needs/{town.need.reference}/shortlist", status=404)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}", status=404)
    pairing = proposed(session, town)
    desk.open(f"/pairings/{pairing.reference}", status=404)
    desk.open(f"/pairings/{pairing.reference}/answer", status=404)
    desk.open(f"/pairings/{pairing.reference}/withdraw", status=404)


# A coordinator's page of a pairing


def test_an_answer_by_telephone_is_noted_with_its_day_and_they_get_a_copy(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/answer")
    desk.send("Note it", answer="yes", on=["2", "11", "2026"], conditions="Not on Mondays")
    assert "by phone, 2 November 2026" in desk.text
    assert "Not on Mondays" in desk.text
    assert kinds_to(session, town.releaser) == ["release_asked", "answer_recorded"]
    assert kinds_to(session, town.head) == ["choice_asked"]


def test_an_answer_by_telephone_for_a_step_that_is_over_is_refused(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/answer")
    says_yes(session, town, pairing, Step.RELEASE)
    desk.send("Note it", status=409, answer="no")
    assert "not being asked any more" in desk.text
    session.expire_all()
    assert pairing.state is PairingState.RELEASED


def test_asking_again_sends_a_reminder_now(session: Session, desk_of: DeskOf, town: Town) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}")
    desk.send("Ask again now")
    assert f"A reminder is on its way to {town.releaser.name}." in desk.text
    subjects = session.scalars(select(Message.subject).order_by(Message.id)).all()
    assert [subject.startswith("Reminder: ") for subject in subjects] == [False, True]


def test_a_pairing_is_taken_back_with_a_reason_only(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/withdraw")
    desk.send("Take it back", status=400)
    desk.send("Take it back", reason="Their school is being inspected")
    assert "Their school is being inspected" in desk.text
    assert kinds_to(session, town.releaser) == ["release_asked", "pairing_off"]


def test_the_list_shows_what_is_overdue_first_and_filters_by_state(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    early = proposed(session, town)
    need = a_need(session, town.partnership, a_school(session))
    clock.move_to(NOW + timedelta(days=6))
    town.need = need
    late = proposed(session, town)
    late.due_on = date(2026, 11, 20)
    session.commit()
    desk = desk_of(town.coordinator)
    page = desk.open("/pairings")
    shown = [span.text for span in page.select("tbody th span")]
    assert shown == [early.reference, late.reference]
    assert desk.text.count("overdue") == 1
    desk.open("/pairings?state=over")
    assert "No pairings" in desk.text
    desk.open("/pairings?state=anything")
    assert early.reference in desk.text


# The three answer, by link


def test_a_releaser_reads_what_it_costs_and_answers_with_one_press(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    town.need.worry = "Something between the school and us"
    session.commit()
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    assert town.school.name in desk.text
    assert "Phonics, primary" in desk.text
    assert "2 days" in desk.text
    assert "£350 a day, paid by: The school" in desk.text
    assert "given by your school this year" in desk.text
    assert "Something between" not in desk.text
    desk.send("Yes, I release them")
    assert "What happens next" in desk.text
    assert kinds_to(session, town.head) == ["choice_asked"]


def test_opening_a_link_changes_nothing(app: Flask, session: Session, town: Town) -> None:
    pairing = proposed(session, town)
    client = app.test_client()
    for _ in range(3):
        assert client.get(address(app, session, RELEASE)).status_code == 200
    session.expire_all()
    assert pairing.state is PairingState.PROPOSED
    assert len(open_links(session, RELEASE)) == 1


def test_conditions_are_kept_and_read_by_those_who_answer_after(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("Yes, on these conditions", status=400)
    assert "Say what your conditions are." in desk.text
    desk.send("Yes, on these conditions", conditions="Fridays only")
    desk.open(address(app, session, CHOOSE))
    assert "Fridays only" in desk.text


def test_a_release_for_the_year_answers_and_next_time_is_a_notice(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("Yes, and for the year", half_days="5")
    assert "released them for the year" in desk.text
    session.expire_all()
    assert (town.leader.standing_half_days, town.leader.standing_until) == (10, date(2027, 8, 31))
    town.need = a_need(session, town.partnership, a_school(session))
    proposed(session, town)
    assert kinds_to(session, town.releaser)[-1] == "release_noted"
    desk.open(address(app, session, "pairings.object_by_link"))
    desk.send("Not this time", words="Too much this month")
    assert "this is stopped for now" in desk.text
    states = set(session.scalars(select(Pairing.state)))
    assert states == {PairingState.RELEASED, PairingState.NOT_RELEASED}


def test_a_no_by_the_releaser_is_seen_by_the_coordinator_alone(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    desk.send("No, I do not release them", words="We have our own troubles")
    assert "Only the coordinator sees your answer" in desk.text
    assert kinds_to(session, town.leader.person) == kinds_to(session, town.head) == []
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/pairings/{pairing.reference}")
    assert "We have our own troubles" in coordinator.text
    assert "See who is next best" in coordinator.text
    desk_of(town.leader.person).open(f"/asked/{pairing.reference}", status=404)
    desk_of(town.head).open(f"/asked/{pairing.reference}", status=404)


def test_ring_me_tells_the_coordinator_and_leaves_the_pairing_as_it_is(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    link = address(app, session, RELEASE)
    desk = desk_of(None)
    desk.open(link)
    desk.send("Ring me first")
    assert "Somebody will ring you" in desk.text
    assert kinds_to(session, town.coordinator) == ["ring_wanted"]
    assert pairing.state is PairingState.PROPOSED
    coordinator = desk_of(town.coordinator)
    coordinator.open("/pairings")
    assert "wants a call" in coordinator.text
    desk.open(link)
    desk.send("Yes, I release them")
    coordinator.open(f"/pairings/{pairing.reference}")
    assert "wants a call" not in coordinator.text


def test_a_school_chooses_on_cards_with_reasons_and_no_scores_or_addresses(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    second = a_leader(session, town.partnership, town.home)
    first, other = proposed(session, town), proposed(session, town, second.id)
    for pairing in (first, other):
        says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    page = desk.open(address(app, session, CHOOSE, 0))
    assert len(page.select(".app-card")) == 2
    assert "Leads Phonics in a primary school" in desk.text
    assert "points" not in desk.text
    for person in (town.leader.person, second.person, town.releaser):
        assert str(person.email) not in desk.text
    desk.send(f"Yes to {second.person.name}")
    assert "you have made your choice" in desk.text
    session.expire_all()
    assert (first.state, other.state) == (PairingState.NOT_CHOSEN, PairingState.CHOSEN)
    assert kinds_to(session, town.leader.person) == []


def test_not_this_one_leaves_the_other_to_choose_and_please_not_is_kept(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    second = a_leader(session, town.partnership, town.home)
    first, other = proposed(session, town), proposed(session, town, second.id)
    for pairing in (first, other):
        says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    desk.open(address(app, session, CHOOSE, 0))
    desk.send(f"Not this one: {second.person.name}", words="We know them", please_not="y")
    assert "There is somebody else for you to look at." in desk.text
    assert second.person.name not in desk.text
    session.expire_all()
    assert (first.state, other.state) == (PairingState.RELEASED, PairingState.NOT_CHOSEN)
    assert session.scalars(select(NeedBar)).one().leader_id == second.id
    desk.send(f"Not this one: {town.leader.person.name}")
    assert "we look on" in desk.text
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/needs/{town.need.reference}/shortlist")
    assert "The school asked not to be given this person." in coordinator.text


def test_a_leader_reads_who_why_and_when_and_says_yes(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    assert town.head.name in desk.text
    assert "Reading in Year 2 is slipping" in desk.text
    assert f"{town.releaser.name} has agreed" in desk.text
    assert "Leads Phonics in a primary school" in desk.text
    desk.send("Yes, I will")
    assert "the days are held for this" in desk.text
    assert account_of(session, town.leader).held == 4
    assert kinds_to(session, town.coordinator) == ["pairing_agreed"]
    coordinator = desk_of(town.coordinator)
    coordinator.open(f"/pairings/{pairing.reference}")
    assert "Everybody has agreed" in coordinator.text


def test_a_leader_closes_to_new_requests_on_the_same_page(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    desk.send("Close me until then", status=400)
    desk.send("Close me until then", closed_until=["11", "1", "2027"])
    assert "You are closed to new requests until then." in desk.text
    session.expire_all()
    assert town.leader.closed_until == date(2027, 1, 11)
    desk.send("No, I cannot", words="Too much on")
    assert pairing.state is PairingState.DECLINED or session.refresh(pairing) is None
    assert pairing.state is PairingState.DECLINED


def test_a_link_used_already_says_so_and_names_whom_to_ring(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    link = address(app, session, RELEASE)
    desk = desk_of(None)
    desk.open(link)
    desk.send("Yes, I release them")
    desk.open(link, status=410)
    assert "This link no longer works" in desk.text
    assert town.coordinator.name in desk.text
    assert str(town.coordinator.email) in desk.text
    for made_up in ("1-x", "x", "999999-" + "0" * 40, "%00"):
        desk.open(f"/release/{made_up}", status=410)
        assert town.coordinator.name not in desk.text


def test_a_link_of_one_purpose_opens_no_page_of_another(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    proposed(session, town)
    release = address(app, session, RELEASE)
    for other in ("choose", "accept", "object", "undo"):
        desk_of(None).open(release.replace("/release/", f"/{other}/"), status=410)


def test_a_form_sent_twice_is_answered_as_the_first_time(
    app: Flask, session: Session, town: Town
) -> None:
    pairing = proposed(session, town)
    client, link = app.test_client(), address(app, session, RELEASE)
    desk = Desk(client)
    desk.open(link)
    form = desk._form("Yes, I release them")
    fields = {str(box["name"]): box.get("value", "") for box in form.find_all("input")}
    answers = [client.post(link, data=fields) for _ in range(2)]
    assert [(a.status_code, a.location) for a in answers] == [(302, "/thank-you/released")] * 2
    session.expire_all()
    assert pairing.state is PairingState.RELEASED
    assert len(pairing.answers) == 1


def test_an_answer_given_meanwhile_by_telephone_closes_the_page(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    desk = desk_of(None)
    desk.open(address(app, session, RELEASE))
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    desk.send("No, I do not release them", status=410)
    assert town.coordinator.name in desk.text


def test_what_was_noted_by_telephone_can_be_undone_by_link(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    desk = desk_of(None)
    desk.open(address(app, session, "pairings.undo_by_link"))
    assert "by phone, 3 November 2026" in desk.text
    desk.send("That is not what I said: undo it")
    assert "That answer is undone" in desk.text
    session.expire_all()
    assert (pairing.state, pairing.step) == (PairingState.PROPOSED, Step.RELEASE)


def test_what_has_gone_on_since_cannot_be_undone_and_says_so(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    says_yes(session, town, pairing, Step.CHOOSE)
    desk = desk_of(None)
    desk.open(address(app, session, "pairings.undo_by_link"))
    assert "It has gone on since" in desk.text


def test_days_taken_meanwhile_are_told_in_a_sentence(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    account_of(session, town.leader).used = 18
    session.commit()
    desk = desk_of(None)
    desk.open(address(app, session, ACCEPT))
    desk.send("Yes, I will", status=409)
    assert "Those days have just been taken." in desk.text


def test_an_answer_about_something_else_is_refused_and_changes_nothing(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE)
    desk = desk_of(None)
    desk.open(address(app, session, CHOOSE))
    desk.send(f"Yes to {town.leader.person.name}", status=409, reference="P-OTHER")
    assert "That one is not being asked any more." in desk.text
    desk.send(f"Yes to {town.leader.person.name}", status=400, answer="perhaps")
    assert "Press one of the buttons to answer." in desk.text
    session.expire_all()
    assert pairing.state is PairingState.RELEASED


# The three answer, signed in


def test_the_same_pages_answer_for_people_who_are_signed_in(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    for person, button in (
        (town.releaser, "Yes, I release them"),
        (town.head, f"Yes to {town.leader.person.name}"),
        (town.leader.person, "Yes, I will"),
    ):
        desk = desk_of(person)
        page = desk.open("/asked")
        link = page.select_one(".app-card a")
        assert link is not None
        desk.open(str(link["href"]))
        desk.send(button)
        assert "What happens next" in desk.text
        desk.open("/asked")
        assert "Nothing just now" in desk.text
    session.expire_all()
    assert pairing.state is PairingState.ACCEPTED


def test_a_leader_who_accepted_can_say_that_they_cannot_after_all(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    says_yes(session, town, pairing, Step.RELEASE, Step.CHOOSE)
    services.answer(acting(session, town.leader.person), pairing.id, Step.ACCEPT, yes=True)
    desk_of(town.head).open(f"/asked/{pairing.reference}/pull-out", status=404)
    desk = desk_of(town.leader.person)
    link = desk.open("/asked").select_one("main li a")
    assert link is not None
    desk.open(str(link["href"]))
    desk.send("I cannot after all", words="I have been ill")
    assert account_of(session, town.leader).held == 0
    assert pairing.state is PairingState.DECLINED
    desk.open(f"/asked/{pairing.reference}/pull-out", status=404)


def test_somebody_who_is_not_asked_finds_nothing(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    pairing = proposed(session, town)
    for person in (town.head, town.leader.person, a_person(session)):
        desk_of(person).open(f"/asked/{pairing.reference}", status=404)
    says_yes(session, town, pairing, Step.RELEASE)
    desk_of(town.releaser).open(f"/asked/{pairing.reference}", status=410)


def test_a_need_that_is_placed_offers_nobody(session: Session, desk_of: DeskOf, town: Town) -> None:
    town.need.state = NeedState.PLACED
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "nobody can be proposed for it now" in desk.text
    assert "Propose " not in desk.text
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    desk.send("Send it", status=409)


def test_a_need_that_says_too_little_asks_for_more_first(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.need.half_days = None
    session.commit()
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/shortlist")
    assert "Say first what is needed" in desk.text
    desk.open("/matching")
    assert "Say first what is needed" in desk.text


def test_the_lists_ask_the_database_no_more_for_many_than_for_few(
    app: Flask, session: Session, desk_of: DeskOf, town: Town
) -> None:
    asked: list[str] = []
    desk = desk_of(town.coordinator)

    def count(address: str) -> int:
        desk.open(address)  # whatever is read once is read now
        asked.clear()
        desk.open(address)
        return len(asked)

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        few = {address: count(address) for address in ("/pairings", "/matching")}
        for _ in range(12):
            other = a_school(session, name="Another school")
            a_leader(session, town.partnership, other)
            a_need(session, town.partnership, other)
        services.plan_queue(acting(session, town.coordinator), town.partnership.id)
        for _ in range(6):
            town.need = a_need(session, town.partnership, a_school(session))
            proposed(session, town, a_leader(session, town.partnership, town.home).id)
        many = {address: count(address) for address in few}
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    for address in few:
        assert many[address] <= few[address] + 3, address
        assert many[address] <= 20, address
