"""The follow-up tick: each is asked once, at the right time, and a school's hush is kept."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.database import WriteSession, writing_engine
from brokerage.engagements import visit_services
from brokerage.errors import NotFound
from brokerage.follow_ups import services
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import Round
from brokerage.messages.models import Message
from brokerage.needs.rules import NeedState
from brokerage.pairings import services as pairings
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from tests.builders import NOW, a_partnership, acting, in_post
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged
from tests.services.test_pairings import messages_to, propose


def at(day: int, hour: int = 9, month: int = 11) -> By:
    return By(SERVICE, datetime(2026, month, day, hour, tzinfo=UTC))


def rounds(session: Session, kind: str) -> list[Round]:
    query = select(FollowUp.round).filter_by(kind=kind).order_by(FollowUp.id)
    return [Round(number) for number in session.scalars(query)]


def test_a_release_nobody_answers_is_reminded_of_once_and_lapses_in_the_end(
    session: Session,
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    for day in range(3, 31):
        for hour in (8, 9, 12):
            services.tick(at(day, hour))
    session.expire_all()
    assert rounds(session, "release") == [Round.REMIND, Round.DESK, Round.LAPSE]
    assert messages_to(session, town.releaser) == ["release_asked", "release_asked", "pairing_off"]
    assert session.get_one(Pairing, pairing.id).state is PairingState.LAPSED
    assert messages_to(session, town.coordinator) == ["pairing_over"]


def test_nobody_is_asked_before_nine(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    assert services.tick(at(5, 8)) == 0
    assert services.tick(at(5, 9)) == 1
    assert services.tick(at(5, 10)) == 0


def test_while_a_thing_is_looked_at_others_may_go_on_pointing_to_it(
    both: Flask, session: Session
) -> None:
    pairing = propose(session, a_town(session))
    with WriteSession(writing_engine()) as looking:
        services.look_at_things(looking, at(5), "pairing", [pairing.id], together=True)
        if both.config["SETTINGS"].on_sqlite:
            return  # one writes there at a time
        points = select(Pairing.id).with_for_update(key_share=True, read=True, nowait=True)
        assert session.scalars(points).all() == [pairing.id]


def test_an_answer_stops_its_reminder(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    pairings.answer(acting(session, town.releaser), pairing.id, Step.RELEASE, yes=True)
    services.tick(at(5))
    assert rounds(session, "release") == []
    assert messages_to(session, town.releaser) == ["release_asked"]


def test_a_hushed_school_is_asked_nothing_for_ten_days(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    assert services.hush(acting(session, town.releaser), town.home.urn) == "2026-11-13"
    for day in range(4, 14):
        services.tick(at(day))
    assert messages_to(session, town.releaser) == ["release_asked"]
    services.tick(at(16))
    assert rounds(session, "release") == [Round.DESK]


def test_once_a_hush_is_ended_what_waited_is_asked_from_the_next_school_day_on(
    session: Session,
) -> None:
    town = a_town(session)
    propose(session, town)
    services.hush(acting(session, town.releaser), town.home.urn)
    services.tick(at(5))
    services.end_hush(acting(session, town.releaser, at(5, 10).now), town.home.urn)
    services.tick(at(5, 11))
    assert rounds(session, "release") == []
    services.sweep(at(6, 0))
    services.tick(at(6))
    assert rounds(session, "release") == [Round.REMIND]


def test_a_coordinator_hushes_the_schools_of_their_own_partnerships_and_no_others(
    session: Session,
) -> None:
    town = a_town(session)
    other = a_partnership(session, authorities=("902",))
    both = in_post(session, PostKind.COORDINATOR, partnership=other, person=town.releaser)
    by = acting(session, both)
    for hush in (services.hush, services.end_hush):
        with pytest.raises(NotFound):
            hush(by, town.school.urn)
        hush(by, town.home.urn)
        hush(acting(session, town.coordinator), town.school.urn)


def test_a_visit_that_was_planned_is_asked_about_the_day_after(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person)
    visit_services.plan(by, engagement.id, date(2026, 11, 12))
    for day in (10, 11, 12):
        services.tick(at(day))
    assert rounds(session, "visit_log") == []
    services.tick(at(13))
    assert rounds(session, "visit_log") == [Round.ASK]
    assert "log_asked" in messages_to(session, town.leader.person)


def test_a_week_without_a_first_word_is_asked_about(session: Session) -> None:
    town = a_town(session)
    engaged(session, town)
    services.tick(at(9))
    assert rounds(session, "first_contact") == []
    services.tick(at(10))
    assert messages_to(session, town.leader.person)[-1] == "first_contact_asked"


def test_two_ticks_at_once_ask_once(both: Flask, session: Session) -> None:
    town = a_town(session)
    propose(session, town)

    def tick(_: int) -> int:
        with both.app_context():
            return services.tick(at(5))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tick, range(8))) == 1
    assert messages_to(session, town.releaser) == ["release_asked", "release_asked"]


def test_a_tick_costs_what_is_due_and_not_what_exists(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    services.tick(at(5))
    hint = session.scalars(select(Pairing.next_look_on)).one()
    assert hint > at(5).now.date()
    assert session.scalar(select(func.count()).select_from(FollowUp)) == 1


def test_a_clock_that_jumps_a_year_asks_each_thing_once(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    before = session.scalar(select(func.count()).select_from(Message))
    year_on = By(SERVICE, NOW + timedelta(days=365))
    assert services.tick(year_on) <= 1
    services.tick(year_on)
    after = session.scalar(select(func.count()).select_from(Message))
    assert after is not None
    assert before is not None
    assert after - before == 0


@pytest.mark.parametrize(
    ("state", "called", "asked"),
    [
        (NeedState.SUBMITTED, False, True),
        (NeedState.OPEN, False, True),
        (NeedState.OPEN, True, False),
    ],
)
def test_the_coordinator_is_reminded_of_a_promised_call_until_it_was_made(
    session: Session, state: NeedState, called: bool, asked: bool
) -> None:
    town = a_town(session)
    need = town.need
    need.state, need.promised_at, need.coordinator_id = state, NOW, town.coordinator.id
    need.call_by, need.name_by = date(2026, 11, 10), date(2026, 11, 17)
    need.called_at = NOW if called else None
    need.next_look_on = NOW.date()
    session.commit()
    for day in (3, 4, 5, 6, 9):
        services.tick(at(day))
    assert messages_to(session, town.coordinator) == (["weekly_digest"] if asked else [])
