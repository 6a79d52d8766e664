"""Pages about days: the account and who may see what of it, pots, the round, a month as a file."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.actor import SERVICE, By, PostKind
from brokerage.engagements.models import Engagement
from brokerage.follow_ups import services as follow_ups
from brokerage.leaders import asked_services
from brokerage.leaders.models import DaysAccount
from brokerage.leaders.pot_models import Pot
from brokerage.pairings.models import Pairing
from brokerage.people.links import token
from brokerage.people.models import Link
from tests.builders import a_coordinator, a_head, a_partnership, a_school, in_post
from tests.services.pairing_town import (
    Town,
    a_need,
    a_town,
    all_say_yes,
    propose,
)
from tests.services.test_engagements import engaged, log
from tests.views.conftest import Desk, DeskOf


def said(desk: Desk) -> str:
    """The page's words with a space between any two of its parts."""
    return " ".join(desk.soup.get_text(" ").split())


@pytest.fixture
def town(session: Session) -> Town:
    town = a_town(session)
    town.leader.engagements_at_once = 9
    session.commit()
    return town


def elsewhere(session: Session, town: Town) -> Town:
    """Another partnership, in which the same leader has agreed to two days."""
    other = a_partnership(session, authorities=("902",), quality_floor=300)
    in_post(session, PostKind.SYSTEM_LEADER, partnership=other, person=town.leader.person)
    school = a_school(session, la_code="902", name="Faraway School")
    need = a_need(session, other, school, worry="Secret of Faraway")
    head, coordinator = a_head(session, school), a_coordinator(session, other)
    mine = {"partnership": other, "coordinator": coordinator, "school": school, "head": head}
    there = Town(**vars(town) | mine | {"need": need})
    engaged(session, there)
    return there


def test_a_coordinator_sees_what_is_committed_elsewhere_and_never_where(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    there = elsewhere(session, town)
    number, reference = town.leader.id, engagement.reference
    desk = desk_of(town.coordinator)
    pages = (
        f"/leaders/{number}",
        f"/leaders/{number}/account",
        f"/needs/{town.need.reference}/shortlist",
        "/leaders",
        f"/leaders/export/{town.partnership.id}",
        "/days/round",
    )
    for address in pages:
        desk.open(address)
        assert "Faraway" not in desk.response.text, address  # type: ignore[union-attr]
        assert there.partnership.name not in said(desk) or address == pages[0]
    stands = "6 days left no days held 2 days agreed no days used 2 days committed elsewhere"
    for address in pages[:2]:
        desk.open(address)
        assert stands in said(desk), address
    assert f"Agreed: support for {town.school.name} was confirmed {reference}" in said(desk)
    in_post(session, PostKind.OFFICER, partnership=there.partnership, person=town.coordinator)
    for address in pages[:2]:
        desk.open(address)
        assert "6 days left no days held 4 days agreed no days used" in said(desk), address
        assert "committed elsewhere" not in said(desk)


def test_leader_and_releaser_see_all_of_the_account_but_no_needs_words(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    elsewhere(session, town)
    for person in (town.leader.person, town.releaser):
        desk = desk_of(person)
        desk.open(f"/leaders/{town.leader.id}/account")
        assert "6 days left no days held 4 days agreed no days used" in said(desk)
        assert "support for Faraway School was confirmed" in said(desk)
        assert "Secret" not in said(desk)
        assert "committed elsewhere" not in said(desk)
        desk.open(f"/engagements/{engagement.reference}")
    stranger = a_head(session, a_school(session))
    desk_of(stranger).open(f"/leaders/{town.leader.id}/account", 404)
    desk_of(town.head).open(f"/leaders/{town.leader.id}/account", 404)


def test_the_account_can_be_read_as_at_the_end_of_any_day(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    log(session, town, engagement, 1)
    clock.move_to(datetime(2026, 12, 1, 12, tzinfo=UTC))
    desk = desk_of(town.leader.person)
    address = f"/leaders/{town.leader.id}/account"
    desk.open(f"{address}?on=9&on=11&on=2026")
    assert "at the end of Monday 9 November 2026" in said(desk)
    assert "8 days left no days held 2 days agreed no days used" in said(desk)
    desk.open(f"{address}?on=10&on=11&on=2026")
    assert "8 days left no days held 1½ days agreed half a day used" in said(desk)
    desk.open(f"{address}?on=2&on=11&on=2026")
    assert "Nothing had moved in this school year by then." in said(desk)
    desk.open(f"{address}?on=31&on=2&on=2026", 400)
    assert "Enter a real date" in said(desk)


def test_a_school_sees_the_days_it_gives_and_receives(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    engagement = engaged(session, town)
    log(session, town, engagement, 1)
    manager = in_post(session, PostKind.BUSINESS_MANAGER, school=town.school)
    desk = desk_of(manager)
    desk.open(f"/schools/{town.school.urn}/days")
    assert "2026/27 no days 2 days" in said(desk)
    assert "November 2026" in said(desk)
    desk = desk_of(town.releaser)
    desk.open(f"/schools/{town.home.urn}/days")
    assert "2026/27 2 days no days" in said(desk)
    desk = desk_of(town.coordinator)
    desk.open(f"/schools/{town.home.urn}/days")
    assert "For your books" not in said(desk)
    desk.open(f"/schools/{town.home.urn}/days/2026-11/csv", 404)
    teacher = in_post(session, PostKind.TEACHER, school=town.home)
    desk_of(teacher).open(f"/schools/{town.home.urn}/days", 404)


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


def test_a_month_is_given_out_with_its_rates_and_no_cell_that_a_spreadsheet_runs(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    town.leader.person.name = "=HYPERLINK(1)"
    session.add(Pot(partnership_id=town.partnership.id, year=2026, name="Reading", half_days=9))
    session.commit()
    pot = session.scalars(select(Pot.id)).one()
    pairing = propose(session, town, pot_id=pot, pence_a_day=35_050, who_pays="@fund")
    all_say_yes(session, town, pairing)
    desk = desk_of(town.coordinator)
    desk.open(f"/pairings/{pairing.reference}/confirm")
    assert "Reading (2½ days left)" in said(desk)
    desk.send("Confirm it")
    engagement = session.scalars(select(Engagement)).one()
    reference = engagement.reference
    log(session, town, engagement, 1, happened_on=date(2026, 11, 9))
    log(session, town, engagement, 2)
    desk.open("/days?month=2026-11")
    assert "2 visits 1½ days £525.75 in all" in said(desk)
    desk.open(f"/days/{town.partnership.id}/2026-11/csv")
    assert desk.response is not None
    first, second = rows_of(desk.response.text)
    assert first == {
        "Date": "09/11/2026",
        "Leader": "'=HYPERLINK(1)",
        "Home school": town.home.name,
        "Home school URN": str(town.home.urn),
        "Supported school": town.school.name,
        "Supported school URN": str(town.school.urn),
        "Engagement": reference,
        "Days": "0.5",
        "Rate a day": "350.50",
        "Amount": "175.25",
        "Who pays": "'@fund",
        "Funding pot": "Reading",
    }
    assert (second["Days"], second["Amount"]) == ("1", "350.50")
    desk.open(f"/days/{town.partnership.id}/2026-12/csv")
    assert rows_of(desk.response.text) == []
    desk.open(f"/days/{town.partnership.id}/2026-13/csv", 404)
    mine = desk_of(town.head)
    mine.open(f"/schools/{town.school.urn}/days/2026-11/csv")
    assert mine.response is not None
    assert len(rows_of(mine.response.text)) == 2


def test_a_coordinator_keeps_pots_and_offers_them_where_it_is_said_who_pays(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    desk = desk_of(town.coordinator)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    assert "Paid from a pot?" not in said(desk)
    desk.open("/pots")
    desk.open(f"/pots/new/{town.partnership.id}")
    desk.send("Add it", 409, name="Reading fund")
    assert "Say how many days, or how much money, is in the pot." in said(desk)
    desk.send("Add it", name="Reading fund", half_days="2.5", pence="£1,000")
    assert "In the pot 2½ days £1,000" in said(desk)
    desk.open(f"/needs/{town.need.reference}/propose/{town.leader.id}")
    pot = session.scalars(select(Pot)).one()
    number = str(pot.id)
    session.rollback()
    desk.send("Send it", 409, half_days="3", price="350", pot=number)
    assert "“Reading fund” has too little left: 2½ days, and this takes 3 days." in said(desk)
    desk.send("Send it", half_days="2", price="350", pot=number)
    pairing = session.scalars(select(Pairing)).one()
    assert (pairing.pot_id, pairing.who_pays) == (int(number), "Reading fund")
    session.rollback()
    desk.open(f"/pots/{number}/change")
    desk.send("Save", name="Reading fund", half_days="", pence="900.50")
    assert "not limited £900.50" in said(desk)
    desk.send("Close it")
    assert "closed" in said(desk)
    desk.send("Open it again")
    desk.open("/pots")
    assert "Reading fund" in said(desk)
    for rival in (town.head, town.leader.person):
        desk_of(rival).open(f"/pots/{number}", 403)


def asked(session: Session, now: datetime) -> str:
    """The days question is opened and asked; the address of its page."""
    clock.move_to(now)
    by = By(SERVICE, now)
    asked_services.open_questions(by)
    follow_ups.tick(by)
    link = session.scalars(select(Link).filter_by(subject="days_question")).one()
    page = "next-year" if "next_year" in link.purpose else "still"
    return f"/days/{page}/{token(link)}"


def pledges(session: Session) -> dict[int, int]:
    session.expire_all()
    return {row.year: row.pledged for row in session.scalars(select(DaysAccount))}


def test_next_years_days_by_link_on_one_page(session: Session, town: Town, desk_of: DeskOf) -> None:
    address = asked(session, datetime(2027, 6, 7, 9, tzinfo=UTC))
    leader, coordinator = desk_of(None), desk_of(town.coordinator)
    leader.open(address)
    box = leader.soup.find("input", attrs={"name": "half_days"})
    assert box is not None
    assert box.get("value") == "10"
    assert leader.soup.find("a", string="Not now? Choose when to be asked again")
    assert pledges(session) == {2026: 20}
    coordinator.open("/days/round")
    assert "0 of 1 have answered no days for 2027/28 10 days in 2026/27" in said(coordinator)
    leader.send("Send", half_days="7.5")
    assert "Thank you: 7½ days in 2027/28." in said(leader)
    assert pledges(session) == {2026: 20, 2027: 15}
    leader.open(address, 409)
    coordinator.open("/days/round")
    assert "1 of 1 have answered 7½ days for 2027/28" in said(coordinator)


def test_a_coordinator_notes_next_years_days_by_telephone(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    asked(session, datetime(2027, 6, 7, 9, tzinfo=UTC))
    clock.move_to(datetime(2027, 6, 22, 9, tzinfo=UTC))
    desk = desk_of(town.coordinator)
    desk.open("/desk")
    assert "Days for next year 1 leader has not answered" in said(desk)
    assert desk.soup.find("a", href=f"/days/round?partnership={town.partnership.id}")
    desk.open("/days/round")
    assert "Note their answer" in said(desk)
    number = session.scalars(select(Link.subject_id).filter_by(subject="days_question")).one()
    desk.open(f"/days/asked/{number}")
    desk.send("Send", half_days="4")
    assert "noted for them" in said(desk)
    assert pledges(session)[2027] == 8
    desk.open("/desk")
    assert "Days for next year" not in said(desk)


def test_still_so_many_days_in_one_tap_or_another_number(
    session: Session, town: Town, desk_of: DeskOf
) -> None:
    address = asked(session, datetime(2027, 1, 4, 9, tzinfo=UTC))
    desk = desk_of(None)
    desk.open(address)
    assert "You have 10 days left in 2026/27: still right?" in said(desk)
    desk.send("Send this number", 400, half_days="")
    assert "Enter how many days you have left." in said(desk)
    desk.open(address)
    desk.send("Yes, 10 days")
    assert "Thank you. It is noted." in said(desk)
    assert pledges(session) == {2026: 20}
