"""The dates of visits: who is told, what comes with the mail, and what calendars then show."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage import clock
from brokerage.engagements import services, visit_services
from brokerage.engagements.models import Visit
from brokerage.engagements.rules import VisitState
from brokerage.errors import RuleBroken
from brokerage.messages.models import Message
from brokerage.messages.sending import send_waiting
from brokerage.people.links import fill
from brokerage.school_calendar.models import ClosedDays
from brokerage.school_calendar.terms import DayKind
from tests.builders import NOW
from tests.calendars import attached, seen, words
from tests.outbox import a_mailer
from tests.phone_builders import CALLED, Support, a_support
from tests.services.test_pairings import messages_to
from tests.services.test_visit_calendars import feed, mailed
from tests.smtp import Sink, sink
from tests.views.conftest import Desk, DeskOf

__all__ = ["sink"]

PLANNED, LATER, STILL_LATER = date(2026, 11, 12), date(2026, 11, 13), date(2026, 11, 16)


@pytest.fixture
def support(app: Flask, session: Session) -> Support:
    support = a_support(session)
    support.town.school.name = "St Mary’s, Moor; Side"
    support.town.leader.person.name = "Lena Léa Okoro-Featherstonehaugh"
    session.commit()
    return support


def test_each_of_the_two_reads_the_other_and_nothing_of_the_need(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    (of_leader,) = feed(session, support.town.leader.person)
    (of_school,) = feed(session, support.town.head)
    assert of_leader.title == "Visit: St Mary’s, Moor; Side"
    assert of_school.title == "Visit of Lena Léa Okoro-Featherstonehaugh"
    assert of_leader.place == of_school.place == "St Mary’s, Moor; Side, ZE1 1AA"
    page = f"http://localhost/engagements/{support.engagement.reference}"
    assert of_leader.about == f"To move it, or to say that it will not happen: {page}"
    assert (of_leader.busy, of_school.busy) == (True, False)
    assert of_leader.uid == of_school.uid == f"visit-{visit_id}@localhost"


def test_the_other_side_is_told_of_a_date_and_nobody_of_what_they_did(
    session: Session, support: Support
) -> None:
    town = support.town
    kinds = ("visit_planned", "visit_moved", "visit_off")
    told = {"leader": town.leader.person, "head": town.head}

    def heard() -> dict[str, list[str]]:
        return {
            name: [kind for kind in messages_to(session, person) if kind in kinds]
            for name, person in told.items()
        }

    visit_id = support.plan(PLANNED)
    assert heard() == {"leader": [], "head": ["visit_planned"]}
    visit_services.move(support.head(CALLED), visit_id, LATER)
    assert heard() == {"leader": ["visit_moved"], "head": ["visit_planned"]}
    visit_services.move(support.head(CALLED), visit_id, LATER)  # no other day: nothing to tell
    visit_services.move(support.by(), visit_id, STILL_LATER)
    assert heard()["leader"] == ["visit_moved", "visit_moved"]
    assert heard()["head"] == ["visit_planned", "visit_moved"]
    visit_services.did_not_happen(support.leader(CALLED), visit_id, None)
    assert heard()["head"][-1] == "visit_off"
    assert heard()["leader"][-1] == "visit_moved"


def test_a_visit_that_is_off_stays_in_calendars_as_cancelled_beside_its_new_date(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    new_id = visit_services.did_not_happen(support.leader(CALLED), visit_id, LATER)
    ((off, new),) = mailed(session, support.town.head, "visit_off")
    assert (off.uid, off.day, off.status, off.sequence) == (
        f"visit-{visit_id}@localhost", PLANNED, "CANCELLED", 1,
    )  # fmt: skip
    assert (new.uid, new.day, new.status, new.sequence) == (
        f"visit-{new_id}@localhost", LATER, "CONFIRMED", 0,
    )  # fmt: skip
    assert feed(session, support.town.head) == [off, new]
    assert not feed(session, support.town.leader.person)[0].busy


def test_a_log_brings_the_next_date_and_the_day_on_which_it_was(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    on = date(2026, 11, 10)
    support.log(support.leader(CALLED), 1, visit_id=visit_id, happened_on=on, next_date=LATER)
    ((was, to_come),) = mailed(session, support.town.head, "visit_logged")
    assert (was.day, was.status) == (on, "CONFIRMED")
    assert (to_come.day, to_come.sequence) == (LATER, 0)
    body = session.scalars(select(Message.body).filter_by(kind="visit_logged")).one()
    assert "The next visit is planned for Friday 13 November 2026" in body
    support.log(support.leader(CALLED), 1, happened_on=on)
    assert session.scalars(
        select(Message.calendar).filter_by(kind="visit_logged").order_by(Message.id.desc())
    ).first() is None  # fmt: skip


def test_a_visit_after_a_pause_may_be(session: Session, support: Support) -> None:
    support.log(support.leader(), 1)
    support.plan(PLANNED)
    until = date(2026, 11, 11)
    services.pause(support.by(), support.engagement.id, reason="Illness", until=until)
    assert [one.status for one in feed(session, support.town.head)] == ["CONFIRMED", "TENTATIVE"]


def test_a_feed_goes_back_ninety_days(session: Session, support: Support) -> None:
    support.plan(PLANNED)
    for day, visits in ((PLANNED + timedelta(days=90), 1), (PLANNED + timedelta(days=91), 0)):
        assert len(feed(session, support.town.head, day)) == visits


@pytest.mark.parametrize("on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_day_on_which_the_clocks_change_is_that_day(
    session: Session, support: Support, on: date
) -> None:
    visit = Visit(
        engagement_id=support.engagement.id,
        state=VisitState.LOGGED,
        happened_on=on,
        half_days=1,
        changed_at=NOW,
    )
    session.add(visit)
    session.commit()
    (one,) = feed(session, support.town.head, on)
    assert (one.day, one.until) == (on, on + timedelta(days=1))


def test_the_file_comes_with_the_mail_as_it_was_written(
    session: Session, support: Support, sink: Sink
) -> None:
    support.plan(PLANNED)
    (planned,) = mailed(session, support.town.head, "visit_planned")
    send_waiting(support.leader(CALLED), a_mailer(sink.url))
    came = sink.to(str(support.town.head.email))
    (mail,) = [mail for mail in came if "A visit is planned" in mail["Subject"]]
    assert seen(attached(mail)) == planned
    assert "http://localhost/engagements/by-link/date/" in words(mail)


def test_a_date_is_never_moved_onto_a_day_when_either_school_is_shut(
    session: Session, support: Support
) -> None:
    visit_id = support.plan(PLANNED)
    shut = ClosedDays(urn=support.town.school.urn, first=LATER, last=LATER, kind=DayKind.INSET)
    session.add(shut)
    session.commit()
    with pytest.raises(RuleBroken, match="The next day that would do is Monday 16 November"):
        visit_services.move(support.leader(CALLED), visit_id, LATER)
    assert session.get_one(Visit, visit_id).planned_on == PLANNED
    assert "visit_moved" not in messages_to(session, support.town.head)


def test_a_visit_is_moved_in_one_press_on_a_day_when_both_schools_are_open(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    visit_id = support.plan(PLANNED)
    shut = {"urn": support.town.home.urn, "kind": DayKind.SHUT}
    session.add(ClosedDays(first=LATER, last=LATER, **shut))
    session.commit()
    clock.move_to(CALLED)
    desk = desk_of(support.town.head)
    desk.open(f"/engagements/{support.engagement.reference}/visits/{visit_id}/move")
    assert buttons(desk) == [
        "Monday 16 November 2026",
        "Thursday 19 November 2026",
        "Thursday 26 November 2026",
        "Move it",
        "It will not happen",
    ]
    desk.send("Monday 16 November 2026")
    assert "The visit is moved to Monday 16 November 2026. The other side knows." in desk.text
    ((moved,),) = mailed(session, support.town.leader.person, "visit_moved")
    assert moved.day == STILL_LATER
    file = desk.client.get(
        f"/engagements/{support.engagement.reference}/visits/{visit_id}/visit.ics"
    )
    assert seen(file.text) == feed(session, support.town.head)


def buttons(desk: Desk) -> list[str]:
    """The buttons of the page itself."""
    main = desk.soup.find("main")
    assert main is not None
    return [" ".join(button.text.split()) for button in main.find_all("button")]


def test_whoever_is_told_of_a_date_moves_it_or_calls_it_off_by_the_link_in_the_mail(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    support.plan(PLANNED)
    desk, path = desk_of(None), link_of(session, support, "visit_planned")
    desk.open(path)
    assert "Move the visit planned for Thursday 12 November 2026" in desk.text
    desk.send("Move it", status=409, planned_on=["14", "11", "2026"])
    assert "The next day that would do is Monday 16 November 2026" in desk.text
    desk.send("Thursday 19 November 2026")
    assert "The visit is moved to Thursday 19 November 2026" in desk.text
    desk.open(path)
    desk.send("It will not happen")
    assert "It is noted that the visit will not happen" in desk.text
    desk.open(path, status=409)
    assert [one.status for one in feed(session, support.town.leader.person)] == ["CANCELLED"]
    heard = messages_to(session, support.town.leader.person)
    assert heard[-2:] == ["visit_moved", "visit_off"]


def link_of(session: Session, support: Support, kind: str) -> str:
    """The path of the link in the latest mail of this kind."""
    query = select(Message).filter_by(kind=kind).order_by(Message.id.desc())
    text = fill(session.scalars(query).first())
    (address,) = [word for word in text.split() if word.startswith("http")]
    return address.removeprefix("http://localhost")


def test_it_did_not_happen_and_its_new_date_are_one_press(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    visit_id = support.plan(date(2026, 11, 9))
    clock.move_to(CALLED)
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/log")
    desk.send("Wednesday 11 November 2026")
    assert "The new date is Wednesday 11 November 2026" in desk.text
    off, new = feed(session, support.town.head)
    assert (off.uid, off.status) == (f"visit-{visit_id}@localhost", "CANCELLED")
    assert new.day == date(2026, 11, 11)


def test_the_next_visit_is_one_tap_of_the_log(
    session: Session, support: Support, desk_of: DeskOf
) -> None:
    support.plan(CALLED.date())
    clock.move_to(CALLED)
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/log")
    taps = [box["value"] for box in desk.soup.find_all("input", attrs={"name": "next_date"})]
    assert taps[:5] == ["2026-11-17", "2026-11-24", "2026-12-01", "none", "other"]
    about = {"half_days": "1", "done": "Watched phonics"}
    desk.send("Note this visit", status=400, next_date=["other", "", "", ""], **about)
    assert "Enter the day, or tap another choice." in desk.text
    desk.send("Note this visit", next_date=["2026-11-24", "", "", ""], **about)
    assert [one.day for one in feed(session, support.town.head)] == [
        date(2026, 11, 10),
        date(2026, 11, 24),
    ]


def test_with_the_last_half_day_there_is_no_next_visit_to_choose(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(support.leader(), 2)
    support.log(support.leader(CALLED - timedelta(days=1)), 1)
    clock.move_to(CALLED)
    desk = desk_of(support.town.leader.person)
    desk.open(f"/engagements/{support.engagement.reference}/log")
    assert not desk.soup.find_all("input", attrs={"name": "next_date"})
    desk.send("Note this visit", when="today", done="The last of it")
    assert "The visit is noted" in desk.text


def test_a_visit_made_before_a_pause_is_noted_once_the_support_goes_on(
    support: Support, desk_of: DeskOf
) -> None:
    support.log(support.leader(), 1)
    support.plan(date(2026, 11, 9))
    services.pause(support.by(), support.engagement.id, reason="Illness")
    clock.move_to(CALLED)
    desk, address = desk_of(support.town.leader.person), support.engagement.reference
    desk.open(f"/engagements/{address}/log", status=409)
    assert "Once your coordinator has resumed it, note the visit here." in desk.text
    services.resume(support.by(), support.engagement.id)
    desk.open(f"/engagements/{address}/log")
    desk.send("Note this visit", half_days="1", done="Watched phonics")
    assert "The visit is noted" in desk.text
