"""The radar at a coordinator's desk: why it is stuck, whom to ring, what to write."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements.radar_models import RadarMessage, RadarRest
from brokerage.engagements.radar_rules import Sign
from brokerage.messages.models import Message
from brokerage.messages.steps import prepared
from tests.builders import NOW
from tests.views.conftest import Desk, DeskOf
from tests.views.support_town import Support

LATE = NOW + timedelta(days=34)


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    """Support of which nothing was heard for a month."""
    made = Support(app, session)
    made.leader.telephone = "07700 900123"
    session.commit()
    clock.move_to(LATE)
    return made


@pytest.fixture
def desk(support: Support, desk_of: DeskOf) -> Desk:
    return desk_of(support.town.coordinator)


def test_the_desk_and_the_bar_lead_to_the_radar(desk: Desk) -> None:
    page = desk.open("/desk")
    links = [link["href"] for link in page.find_all("a")]
    assert links.count("/radar") == 2


def test_it_says_who_where_why_and_whom_to_ring(desk: Desk, support: Support) -> None:
    page = desk.open("/radar")
    assert "Lena Leader at Moorside School" in desk.text
    assert "Leader and school have not spoken; that was to be by 10 November." in desk.text
    assert page.find("a", href="tel:07700900123")
    assert page.find("a", href=f"{support.page}/spoken")
    assert page.find("a", href=f"{support.page}/pause")


def test_it_can_be_narrowed_to_one_sign(desk: Desk) -> None:
    desk.open("/radar?sign=silence")
    assert "Lena Leader" not in desk.text
    desk.open("/radar?sign=not_begun")
    assert "Lena Leader" in desk.text


def test_when_nothing_is_stuck_it_says_what_would_be(desk: Desk) -> None:
    clock.move_to(NOW)
    desk.open("/radar")
    assert "Nothing is stuck just now." in desk.text


def test_the_prepared_message_can_be_changed_and_goes_out_once(
    desk: Desk, support: Support
) -> None:
    page = desk.open("/radar")
    (address,) = (link["href"] for link in page.find_all("a") if "/radar/" in link["href"][3:-6])
    desk.open(str(address))
    assert "Write to Lena Leader" in desk.text
    assert support.town.need.worry not in desk.text
    text = desk.soup.find("textarea")
    assert text is not None
    assert "Cora Ordinator" in text.text
    desk.send("Send it", text="Dear Lena\n\nHave you spoken?")
    assert "The message to Lena Leader is on its way." in desk.text
    sent = support.look(Message)
    assert (sent.kind, sent.to_person_id) == ("radar_message", support.leader.id)
    assert sent.body == "Dear Lena\n\nHave you spoken?\n"
    assert support.look(RadarMessage).sign is Sign.CONTACT
    assert "Written to about “no first contact” on 7 Dec 2026." in desk.text


def test_who_was_written_to_lately_is_not_written_to_unawares(desk: Desk, support: Support) -> None:
    address = f"{support.page}/radar/leader/silence"
    desk.open(address)
    desk.send("Send it", text="The first")
    desk.open(address)
    assert "They were written to about this on Monday 7 December 2026:" in desk.text
    assert "The first" in desk.text
    desk.send("Send it again", text="The second")
    assert support.look(Message).body == "The second\n"


def test_two_who_write_at_once_are_told_of_each_other(
    desk: Desk, support: Support, desk_of: DeskOf
) -> None:
    address = f"{support.page}/radar/leader/silence"
    other = desk_of(support.town.coordinator)
    desk.open(address)
    other.open(address)
    other.send("Send it", text="Theirs")
    desk.send("Send it", status=409, text="Mine")
    assert "Theirs" in desk.text
    assert "Mine" in desk.text
    desk.send("Send it again")
    assert support.look(Message).body == "Mine\n"


def test_an_engagement_is_left_until_a_day(desk: Desk, support: Support) -> None:
    desk.open(f"{support.page}/radar/leave")
    desk.send("Leave it until then")
    assert "It is off the radar until Monday 14 December 2026." in desk.text
    assert "Nothing is stuck just now." in desk.text
    assert support.look(RadarRest).signs == "no_first_contact not_begun"
    desk.open(f"{support.page}/radar/leave")
    desk.send("Leave it until then", status=409, until=["12", "12", "2026"])
    assert "That is not a school day. The next one is Monday 14 December 2026." in desk.text


@pytest.mark.parametrize("who", ["leader", "head", "releaser"])
def test_the_radar_is_for_coordinators(support: Support, desk_of: DeskOf, who: str) -> None:
    people = {
        "leader": support.leader,
        "head": support.town.head,
        "releaser": support.town.releaser,
    }
    desk = desk_of(people[who])
    for address in ("/radar", f"{support.page}/radar/leave", f"{support.page}/radar/head/silence"):
        desk.open(address, status=403)


def test_every_sign_has_a_message_for_each_that_tells_nothing_of_the_need() -> None:
    to = {"name": "Lena"}
    signed = {"name": "Cora Ordinator", "partnership": "Eastburn Hub"}
    for sign in Sign:
        for whom in ("leader", "head"):
            name = f"radar_{sign.code}_{whom}"
            subject, text = prepared(name, to=to, signed=signed, reference="E-23456")
            assert "E-23456" in subject
            assert text.startswith("Dear Lena,")
            assert text.endswith("Cora Ordinator\nEastburn Hub")
