"""Leaders are asked about their days: in June for next year, once a term for what is left."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By, PostKind
from brokerage.errors import NotFound, RuleBroken
from brokerage.follow_ups import services as follow_ups
from brokerage.follow_ups.models import FollowUp
from brokerage.follow_ups.rules import Round
from brokerage.leaders import asked_services, services
from brokerage.leaders.asked_models import DaysQuestion
from brokerage.leaders.asked_queries import round_of, silent
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.leaders.invariants import broken
from brokerage.leaders.models import DaysAccount, Leader
from brokerage.leaders.rules import Accepting
from brokerage.messages.models import Message
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Link, Person, Post
from tests.builders import a_coordinator, a_partnership, a_school, acting, in_post
from tests.leader_builders import a_leader

JUNE = date(2027, 6, 7)  # the Monday after a half-term
JANUARY = date(2027, 1, 4)


@pytest.fixture
def partnership(session: Session) -> Partnership:
    return a_partnership(session)


def days_of(first: date, count: int) -> None:
    """Every morning for so many days, as the scheduler does."""
    for step in range(count):
        day = first + timedelta(step)
        by = By(SERVICE, datetime(day.year, day.month, day.day, 10, tzinfo=UTC))
        asked_services.open_questions(by)
        follow_ups.tick(by)


def asked(session: Session, leader: Leader) -> list[tuple[str, date]]:
    """What the leader was asked, and when."""
    session.expire_all()
    query = select(Message.kind, Message.written_at).filter_by(to_person_id=leader.person_id)
    found = [(kind, at.date()) for kind, at in session.execute(query.order_by(Message.id))]
    session.commit()
    return [one for one in found if one[0].startswith("days_")]


def rungs(session: Session, leader: Leader) -> list[Round]:
    """The rungs of the ladder that were climbed for the leader; the reminder is in the weekly
    digest."""
    query = select(FollowUp.round).join(
        DaysQuestion,
        (FollowUp.subject == "days_question") & (FollowUp.subject_id == DaysQuestion.id),
    )
    found = session.scalars(query.where(DaysQuestion.leader_id == leader.id).order_by(FollowUp.id))
    climbed = [Round(number) for number in found]
    session.commit()
    return climbed


def question(session: Session, leader: Leader) -> DaysQuestion:
    session.expire_all()
    query = select(DaysQuestion).filter_by(leader_id=leader.id, answered_at=None)
    found = session.scalars(query).one()
    session.commit()
    return found


def pledged(session: Session, leader: Leader) -> dict[int, int]:
    session.expire_all()
    rows = session.scalars(select(DaysAccount).filter_by(leader_id=leader.id))
    found = {row.year: row.pledged for row in rows}
    session.commit()
    return found


def test_in_june_each_is_asked_once_and_reminded_once(
    session: Session, partnership: Partnership
) -> None:
    leader = a_leader(session, partnership, accepting=Accepting.CLOSED)
    other = a_partnership(session)
    in_post(session, PostKind.SYSTEM_LEADER, partnership=other, person=leader.person)
    days_of(date(2027, 5, 28), 35)
    assert asked(session, leader) == [("days_next_year", JUNE)]
    assert rungs(session, leader) == [Round.ASK, Round.REMIND, Round.DESK]
    late = date(2027, 6, 21)
    (kept,) = silent(session, [partnership.id, other.id], late)
    assert (kept.question.leader_id, kept.partnership_id) == (leader.id, partnership.id)
    assert silent(session, [other.id], late) == []
    assert silent(session, [partnership.id], date(2027, 8, 1)) == []
    session.commit()


def test_nobody_is_to_be_rung_who_is_on_the_register_no_more(
    session: Session, partnership: Partnership
) -> None:
    gone, moved = a_leader(session, partnership), a_leader(session, partnership)
    inactive = a_leader(session, partnership)
    days_of(JUNE, 1)
    late, other = date(2027, 6, 21), a_partnership(session)
    for leader in (gone, moved):
        query = update(Post).where(Post.person_id == leader.person_id)
        session.execute(query.where(Post.kind == PostKind.SYSTEM_LEADER).values(to_on=JUNE))
    in_post(session, PostKind.SYSTEM_LEADER, partnership=other, person=moved.person)
    session.get_one(Person, inactive.person_id).active = False
    session.commit()
    assert silent(session, [partnership.id], late) == []
    (kept,) = silent(session, [partnership.id, other.id], late)
    assert (kept.question.leader_id, kept.partnership_id) == (moved.id, other.id)
    session.commit()


def test_the_answer_pledges_next_year_and_stops_the_reminder(
    session: Session, partnership: Partnership
) -> None:
    leader = a_leader(session, partnership)
    days_of(JUNE, 1)
    by = By(acting(session, leader.person).actor, datetime(2027, 6, 8, 8, tzinfo=UTC))
    link = session.scalars(select(Link).filter_by(subject="days_question")).one()
    session.commit()
    asked_services.answer(by, question(session, leader).id, half_days=15, link_id=link.id)
    assert pledged(session, leader) == {2026: 20, 2027: 15}
    days_of(date(2027, 6, 9), 25)
    assert len(asked(session, leader)) == 1
    row = session.scalars(select(DaysQuestion)).one()
    assert (row.half_days, row.recorded_by) == (15, None)
    with pytest.raises(RuleBroken, match="not being asked any more"):
        asked_services.answer(by, row.id, half_days=2)
    assert list(broken(session)) == []


def test_a_pledge_made_elsewhere_answers_too_and_who_pledged_before_is_not_asked(
    session: Session, partnership: Partnership
) -> None:
    unasked = a_leader(session, partnership)
    coordinator = a_coordinator(session, partnership)
    by = acting(session, coordinator)
    services.pledge(by, unasked.id, version=None, this_year=None, next_year=6)
    leader = a_leader(session, partnership)
    days_of(JUNE, 1)
    services.pledge(
        By(by.actor, datetime(2027, 6, 8, 8, tzinfo=UTC)),
        leader.id,
        version=None,
        this_year=None,
        next_year=0,
    )
    days_of(date(2027, 6, 9), 20)
    assert (len(asked(session, leader)), asked(session, unasked)) == (1, [])
    found = round_of(session, partnership.id, 2027, JUNE)
    assert (found.answered, found.before, found.pledged) == (2, 40, 6)
    assert session.scalars(select(DaysQuestion)).one().recorded_by == coordinator.id
    session.commit()


def test_a_coordinator_notes_it_by_telephone_and_nobody_elses_does(
    session: Session, partnership: Partnership
) -> None:
    leader = a_leader(session, partnership)
    days_of(JUNE, 1)
    now = datetime(2027, 6, 8, 8, tzinfo=UTC)
    asked_now = question(session, leader).id
    stranger = acting(session, a_coordinator(session, a_partnership(session)), now)
    with pytest.raises(NotFound):
        asked_services.answer(stranger, asked_now, half_days=8)
    by = acting(session, a_coordinator(session, partnership), now)
    asked_services.answer(by, asked_now, half_days=8)
    assert pledged(session, leader)[2027] == 8
    kinds = session.scalars(select(Message.kind).filter_by(to_person_id=leader.person_id))
    assert "leader_changed" in list(kinds)
    session.commit()


def test_once_a_term_who_takes_requests_and_has_days_is_asked_whether_it_is_still_right(
    session: Session, partnership: Partnership
) -> None:
    leader = a_leader(session, partnership, half_days=8)
    silent_ones = [
        a_leader(session, partnership, accepting=Accepting.CLOSED),
        a_leader(session, partnership, half_days=0),
        a_leader(session, partnership, half_days=None),
    ]
    days_of(date(2026, 12, 28), 60)
    ((kind, on),) = asked(session, leader)
    assert (kind, on) == ("days_still", JANUARY)
    assert rungs(session, leader) == [Round.ASK, Round.REMIND, Round.DESK]
    assert [asked(session, one) for one in silent_ones] == [[], [], []]
    mail = session.scalars(select(Message).filter_by(kind="days_still")).first()
    assert mail is not None
    assert mail.subject == "Still 4 days?"
    session.commit()


@pytest.mark.parametrize(("half_days", "expected"), [(None, 8), (3, 3)])
def test_yes_in_one_tap_or_another_number_refreshes_the_record(
    session: Session, partnership: Partnership, half_days: int | None, expected: int
) -> None:
    leader = a_leader(session, partnership, half_days=8)
    days_of(JANUARY, 3)
    now = datetime(2027, 1, 7, 8, tzinfo=UTC)
    by = By(acting(session, leader.person).actor, now)
    asked_services.answer(by, question(session, leader).id, half_days=half_days)
    assert pledged(session, leader) == {2026: expected}
    assert session.get_one(Leader, leader.id).kept_at == now
    session.commit()
    days_of(date(2027, 1, 8), 20)
    assert len(asked(session, leader)) == 1


def test_a_hushed_home_school_is_left_in_peace(session: Session, partnership: Partnership) -> None:
    home = a_school(session)
    leader = a_leader(session, partnership, home=home)
    head = in_post(session, PostKind.HEADTEACHER, school=home)
    by = By(acting(session, head).actor, datetime(2027, 6, 7, 6, tzinfo=UTC))
    follow_ups.hush(by, home.urn)
    days_of(JUNE, 10)
    assert asked(session, leader) == []
    days_of(date(2027, 6, 17), 4)
    assert asked(session, leader) == [("days_next_year", date(2027, 6, 18))]


def test_opened_twice_it_is_asked_once(session: Session, partnership: Partnership) -> None:
    leader = a_leader(session, partnership)
    by = By(SERVICE, datetime(2027, 6, 7, 9, tzinfo=UTC))
    assert [asked_services.open_questions(by) for _ in range(2)] == [1, 0]
    assert question(session, leader).kind is QuestionKind.ROUND
