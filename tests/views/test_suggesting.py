"""The page on which a partnership sets who is suggested."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.ledger.models import LedgerEntry
from brokerage.partnerships.models import Partnership
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.services.pairing_town import a_town
from tests.views.conftest import DeskOf


def saved(session: Session, partnership: Partnership) -> Partnership:
    session.expire_all()
    return session.get_one(Partnership, partnership.id)


def test_a_coordinator_sets_who_is_suggested_and_reads_it_back(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}")
    assert "any number of days" in desk.text
    desk.open(f"/partnerships/{partnership.id}/suggesting")
    assert "In the boxes above: 1000 of 1000 points" in desk.text
    assert "Put the points back" not in desk.text
    desk.send(
        "Save",
        quality_floor="350",
        home_school_half_days="12.5",
        same_trust="allowed and said",
        points_first_time="70",
        points_distance="150",
        buddy_rival_metres="1.5",
        buddy_same_trust="y",
    )
    assert "The next shortlist and the next plan follow these settings" in desk.text
    for says in (
        "350 points",
        "12½ days",
        "suggested, and the school’s page says that they are from its own trust",
        "nearer than 1.5 km",
        "may come from their own trust",
        "A first turn70",
    ):
        assert says in desk.text
    now = saved(session, partnership)
    assert (now.quality_floor, now.home_school_half_days, now.same_trust) == (
        350,
        25,
        "allowed and said",
    )
    assert (now.buddy_rival_metres, now.buddy_same_trust) == (1500, True)
    assert now.weights is not None
    assert (now.weights["first_time"], sum(now.weights.values())) == (70, 1000)
    assert session.scalars(select(LedgerEntry)).one().fields == [
        "buddy_rival_metres",
        "buddy_same_trust",
        "home_school_half_days",
        "quality_floor",
        "same_trust",
        "weights",
    ]


def test_points_can_be_put_back_as_they_came_and_nothing_else_with_them(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}/suggesting")
    desk.send("Save", quality_floor="350", points_load="80", points_distance="150")
    desk.open(f"/partnerships/{partnership.id}/suggesting")
    desk.send("Put the points back as they came")
    assert "The points are back as they came" in desk.text
    box = desk.soup.find("input", id="points_load")
    assert box is not None
    assert box["value"] == "30"
    now = saved(session, partnership)
    assert (now.weights, now.quality_floor) == (None, 350)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("quality_floor", "1001", "Enter a whole number from 0 to 1000"),
        ("quality_floor", "", "Enter the quality floor"),
        ("points_load", "501", "Enter a whole number from 0 to 500"),
        ("points_load", "", "Enter a number of points"),
        ("points_load", "50", "The points add up to 1020, and must be 1000: take 20 away"),
        ("home_school_half_days", "1.3", "in steps of half a day"),
        ("same_trust", "perhaps", "Choose one of these"),
        ("buddy_rival_metres", "far", "Enter a distance in kilometres, such as 1.5"),
        ("buddy_rival_metres", "21", "Enter a distance from 0 to 20 km"),
        ("buddy_rival_metres", "", "Enter a distance"),
    ],
)
def test_a_setting_that_cannot_be_is_said_and_nothing_that_was_typed_is_lost(
    session: Session, desk_of: DeskOf, field: str, typed: str, says: str
) -> None:
    partnership = a_partnership(session)
    desk = desk_of(a_coordinator(session, partnership))
    desk.open(f"/partnerships/{partnership.id}/suggesting")
    other = {"home_school_half_days": "7", field: typed}
    desk.send("Save", status=409 if typed == "50" else 400, **other)
    assert says in desk.text
    for name, kept in other.items():
        box = desk.soup.find("input", id=name)
        assert box is None or box.get("value", "") == kept
    now = saved(session, partnership)
    assert (now.home_school_half_days, now.weights, now.quality_floor) == (None, None, 400)


def test_of_two_editors_the_second_sees_what_the_first_saved(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    address = f"/partnerships/{partnership.id}/suggesting"
    one = desk_of(a_coordinator(session, partnership))
    two = desk_of(a_coordinator(session, partnership))
    one.open(address)
    two.open(address)
    one.send(
        "Save",
        home_school_half_days="10",
        points_load="40",
        points_distance="190",
        buddy_rival_metres="0.8",
    )
    two.send("Save", status=409, quality_floor="300")
    assert "Somebody else changed these settings" in two.text
    for says in (
        "The most days that one home school gives in a school year: 10 days",
        "Days to spare: 40",
        "Nearness: 190",
        "Rivals for pupils are nearer than, in km: 0.8 km",
    ):
        assert says in two.text
    two.send("Save")
    assert saved(session, partnership).quality_floor == 300
    assert saved(session, partnership).home_school_half_days == 20


def test_nobody_but_its_coordinators_comes_to_the_settings(
    session: Session, desk_of: DeskOf
) -> None:
    partnership = a_partnership(session)
    address = f"/partnerships/{partnership.id}/suggesting"
    other = a_partnership(session, authorities=("902",))
    desk_of(a_coordinator(session, other)).open(address, status=404)
    desk_of(in_post(session, PostKind.OFFICER, partnership=partnership)).open(address, status=403)
    desk_of(a_head(session, a_school(session))).open(address, status=403)


def test_that_a_school_is_in_difficulty_is_ticked_and_seen_by_coordinators_alone(
    session: Session, desk_of: DeskOf
) -> None:
    town = a_town(session)
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/call")
    desk.send("Save", fragile="y", phone_enough="y")
    assert "in difficulty Seen by coordinators alone" in desk.text
    assert "a telephone call would do" in desk.text
    head = desk_of(town.head)
    head.open(f"/needs/{town.need.reference}")
    assert "difficulty" not in head.text
    assert "a telephone call would do" in head.text
    session.expire_all()
    assert (town.need.fragile, town.need.phone_enough) == (True, True)
