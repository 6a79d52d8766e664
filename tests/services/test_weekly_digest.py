"""One mail a week for all that is not urgent; what is put off; and a tick that goes on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.engagements import visit_services
from brokerage.engagements.models import Engagement
from brokerage.errors import RuleBroken
from brokerage.follow_ups import digests, putting_off, services
from brokerage.follow_ups.models import DigestItem, FollowUp
from brokerage.follow_ups.queries import digest_key, waiting_for_digest
from brokerage.follow_ups.rules import Round
from brokerage.follow_ups.services import look_at
from brokerage.follow_ups.subjects import SUBJECTS
from brokerage.messages.models import Message
from brokerage.messages.steps import write
from brokerage.people.models import Person
from brokerage.people.steps import recipient
from tests.builders import NOW, acting
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import a_town
from tests.services.test_engagements import engaged
from tests.services.test_follow_ups import rounds
from tests.services.test_pairings import messages_to

RUNGS = 2
"""A week after the agreement both leader and school are asked whether they have spoken."""
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def tick(day: int) -> int:
    return services.tick(By(SERVICE, MONDAY.replace(day=day)))


@pytest.fixture
def support(session: Session) -> Support:
    """The leader is asked on Wednesday 11 November how the visits of the days before were."""
    made = a_support(session)
    made.plan()
    made.plan(date(2026, 11, 9))
    tick(11)
    return made


def digest_of(session: Session, person: Person) -> Message:
    query = select(Message).filter_by(kind="weekly_digest", to_person_id=person.id)
    return session.scalars(query).one()


def test_two_reminders_are_one_mail_with_a_link_each(session: Session, support: Support) -> None:
    leader = support.town.leader.person
    asked = messages_to(session, leader).count("log_asked")
    for hour in (9, 10, 15):
        services.tick(By(SERVICE, MONDAY.replace(hour=hour)))
    message = digest_of(session, leader)
    assert message.subject == "This week: 2 things wait for you"
    assert message.body.count("Log a visit (") == message.body.count("[[link ") == 2
    assert message.from_name is not None
    assert message.from_name.startswith(support.town.coordinator.name)
    assert messages_to(session, leader).count("log_asked") == asked
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 0


def test_four_ticks_at_once_write_one_digest(
    both: Flask, session: Session, support: Support
) -> None:
    def once(_: int) -> None:
        with both.app_context():
            tick(16)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(once, range(8)))
    assert digest_of(session, support.town.leader.person)


@pytest.mark.slow
def test_a_digest_killed_halfway_is_written_whole_afterwards(
    session: Session, support: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SUBJECTS["engagement"].line
    seen: list[object] = []

    def dies(*given: Any) -> Any:
        seen.append(given)
        if len(seen) == 2:
            raise SystemExit("killed")
        return real(*given)

    monkeypatch.setitem(vars(SUBJECTS["engagement"]), "line", dies)
    with pytest.raises(SystemExit):
        tick(16)
    monkeypatch.undo()
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 2
    services.tick(By(SERVICE, MONDAY + timedelta(minutes=1)))
    assert digest_of(session, support.town.leader.person).body.count("[[link ") == 2


@pytest.mark.slow
def test_a_week_brings_one_digest_and_the_rest_waits_for_the_next(
    session: Session, support: Support
) -> None:
    tick(16)
    item = FollowUp(
        subject="visit",
        subject_id=support.engagement.visits[0].id,
        kind="visit_log",
        since=support.engagement.visits[0].planned_on + timedelta(1),
        round=int(Round.REMIND_AGAIN),
        recipient_id=support.town.leader.person_id,
        partnership_id=support.town.partnership.id,
        asked_at=MONDAY,
    )
    session.add(item)
    session.flush()
    session.add(
        DigestItem(
            follow_up_id=item.id,
            recipient_id=item.recipient_id,
            partnership_id=item.partnership_id,
            thing="engagement",
            thing_id=support.engagement.id,
        )
    )
    session.commit()
    tick(17)
    assert digest_of(session, support.town.leader.person)
    tick(23)
    assert messages_to(session, support.town.leader.person).count("weekly_digest") == 2


def test_what_comes_late_for_the_weeks_digest_goes_out_by_itself_before_it_is_on_the_desk(
    session: Session, support: Support
) -> None:
    leader = support.town.leader.person
    key = digest_key(leader.id, MONDAY.date())
    write(session, By(SERVICE, MONDAY), "change_notice", recipient(leader), key=key)
    session.commit()
    asked = messages_to(session, leader).count("log_asked")
    for _ in range(2):
        tick(17)
    assert messages_to(session, leader).count("log_asked") == asked + 2
    assert rounds(session, "visit_log") == [Round.ASK] * 2 + [Round.REMIND] * 2
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 0


def test_who_had_the_weeks_digest_is_not_looked_at_for_another(
    session: Session, support: Support
) -> None:
    leader, today = support.town.leader.person, MONDAY.date()
    look_at(By(SERVICE, MONDAY), "engagement", support.engagement.id)
    assert waiting_for_digest(session, today) == [leader.id]
    key = digest_key(leader.id, today)
    write(session, By(SERVICE, MONDAY), "change_notice", recipient(leader), key=key)
    assert waiting_for_digest(session, today + timedelta(4)) == []
    assert waiting_for_digest(session, today + timedelta(7)) == [leader.id]


@pytest.mark.slow
def test_the_first_school_day_of_the_week_is_the_day_of_the_digest(session: Session) -> None:
    support = a_support(session)
    support.plan(date(2027, 4, 28))
    for month, day in ((4, 29), (4, 30), (5, 3), (5, 4)):  # the third of May is a bank holiday
        services.tick(By(SERVICE, datetime(2027, month, day, 9, tzinfo=UTC)))
    assert digest_of(session, support.town.leader.person).written_at.day == 4


@pytest.mark.slow
def test_who_cannot_be_written_to_gets_no_digest_and_nothing_is_left(
    session: Session, support: Support
) -> None:
    session.execute(update(Person).values(address_refused=True))
    session.commit()
    tick(16)
    assert session.scalar(select(func.count()).select_from(DigestItem)) == 0
    assert "weekly_digest" not in messages_to(session, support.town.leader.person)


def putter(session: Session, support: Support, day: int, until: date) -> str:
    by = acting(session, support.town.leader.person, MONDAY.replace(day=day, hour=11))
    visit = max(support.engagement.visits, key=lambda visit: visit.planned_on or date.min)
    number = support.engagement.id
    return putting_off.put_off(by, "engagement", number, "visit_log", visit.id, until)


@pytest.mark.slow
def test_twice_something_is_put_off_and_then_it_is_the_coordinators(session: Session) -> None:
    support = a_support(session)
    support.plan(date(2026, 11, 10))
    support.engagement.first_contact_on = NOW.date()
    session.commit()
    tick(11)
    with pytest.raises(RuleBroken, match="one of these days"):
        putter(session, support, 11, date(2026, 12, 18))
    putter(session, support, 11, date(2026, 11, 16))
    with pytest.raises(RuleBroken, match="asked again on Monday 16 November"):
        putter(session, support, 12, date(2026, 11, 19))
    for day in (12, 13, 16, 17):
        tick(day)
    assert rounds(session, "visit_log") == [Round.ASK, Round.ASK]
    putter(session, support, 17, date(2026, 11, 18))
    for day in range(18, 30):
        tick(day)
    with pytest.raises(RuleBroken, match="twice already"):
        putter(session, support, 29, date(2026, 11, 30))
    assert rounds(session, "visit_log") == [Round.ASK] * 3 + [Round.REMIND, Round.DESK]


def test_nobody_puts_off_what_another_is_asked(session: Session, support: Support) -> None:
    by = acting(session, support.town.head, MONDAY.replace(day=11))
    visit = support.engagement.visits[0]
    number, until = support.engagement.id, date(2026, 11, 16)
    with pytest.raises(RuleBroken, match="answered already, or is not being asked"):
        putting_off.put_off(by, "engagement", number, "visit_log", visit.id, until)


def test_one_thing_that_fails_stops_neither_its_neighbours_nor_the_digests(
    session: Session, support: Support, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = engaged(session, a_town(session))
    visit_services.plan(acting(session, other.leader.person, NOW), other.id, date(2026, 11, 12))
    real, bad = SUBJECTS["engagement"].askings, support.engagement.id

    def fails(session: Session, thing: Engagement, today: date) -> Any:
        if thing.id == bad:
            raise ZeroDivisionError
        return real(session, thing, today)

    monkeypatch.setitem(vars(SUBJECTS["engagement"]), "askings", fails)
    session.execute(update(Engagement).values(next_look_on=date(2026, 11, 13)))
    session.commit()
    tick(13)
    assert "log_asked" in messages_to(session, other.leader.person)
    session.expire_all()
    assert support.engagement.next_look_on == date(2026, 11, 13)  # tried again with the next tick
    assert other.next_look_on is not None
    assert other.next_look_on > date(2026, 11, 13)


@pytest.mark.slow
def test_a_tick_that_is_no_longer_ours_leaves_the_rest(session: Session) -> None:
    for _ in range(3):
        engaged(session, a_town(session))
    session.execute(update(Engagement).values(next_look_on=date(2026, 11, 10)))
    session.commit()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "AT_A_TIME", 1)
        by = By(SERVICE, MONDAY.replace(day=10))
        assert services.tick(by, going_on=lambda: False) == RUNGS
        assert services.tick(by, lasts=-1) == RUNGS
        assert services.tick(by) == RUNGS
    assert digests.write_all(by, lambda: True) == 0
