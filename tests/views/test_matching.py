"""The shortlist of a need, proposing, and the plan for the queue."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.leaders.rules import Accepting
from brokerage.needs.rules import NeedState
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from tests.builders import acting
from tests.services.pairing_town import Town, a_leader, a_town
from tests.views.conftest import DeskOf
from tests.views.pairing_pages import (
    kinds_to,
    proposed,
)


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


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


def test_of_many_left_out_a_page_is_shown_at_a_time_the_nearest_first(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    far = [a_leader(session, town.partnership, town.home, max_km=2) for _ in range(21)]
    few = a_leader(session, town.partnership, town.home, pledged=1)
    desk = desk_of(town.coordinator)
    page = desk.open(f"/needs/{town.need.reference}/shortlist")
    shown = [row.text for row in page.select("details tbody th[scope=row]")]
    assert "Why not the others (22)" in desk.text
    assert "1 to 20 of 22 people left out" in desk.text
    page = desk.open(f"/needs/{town.need.reference}/shortlist?others=2")
    assert f"1. {town.leader.person.name}" in desk.text
    assert page.select_one("details[open] a[rel=prev]")
    shown += [row.text for row in page.select("details tbody th[scope=row]")]
    named = [name for name in shown if name != "Together"]
    assert named[0] == few.person.name
    assert sorted(named[1:]) == sorted(one.person.name for one in far)


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


def test_a_draft_is_nobodys_to_match_or_to_read_before_it_is_sent(
    session: Session, desk_of: DeskOf, town: Town
) -> None:
    town.need.state = NeedState.DRAFT
    session.commit()
    desk = desk_of(town.coordinator)
    where = f"/needs/{town.need.reference}"
    for page in ("shortlist", f"propose/{town.leader.id}"):
        desk.open(f"{where}/{page}", 404)
