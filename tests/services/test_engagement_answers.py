"""What the people of an engagement say beside visits and reviews, and which links that settles."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.engagements import services, visit_services
from brokerage.engagements.models import Concern, Engagement, Visit
from brokerage.engagements.queries import of_actor, parts
from brokerage.engagements.rules import EngagementState, ReviewKind, look_back_due
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.models import LedgerEntry
from brokerage.life import Part
from brokerage.people.links import make_link
from brokerage.people.models import Link, Person
from tests.builders import NOW, a_head, a_school, acting, in_post
from tests.services.pairing_town import Town, a_town, open_links
from tests.services.test_engagements import WEEK_ON, engaged, log
from tests.services.test_pairings import messages_to

CLOSED = EngagementState.CLOSED


def mail(session: Session, town: Town, about: Engagement | Visit, purpose: str, to: Person) -> int:
    """A link as the follow-ups send it; answers its id."""
    link = make_link(
        session,
        acting(session, town.coordinator),
        f"engagements.{purpose}",
        to,
        subject=about.__tablename__,
        subject_id=about.id,
        partnership_id=town.partnership.id,
    )
    session.commit()
    return link.id


def is_good(session: Session, link_id: int) -> bool:
    session.expire_all()
    link = session.get_one(Link, link_id)
    return link.used_at is None and link.revoked_at is None


def test_that_they_have_spoken_is_noted_once_and_settles_every_such_link(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    leader, head = town.leader.person, town.head
    to_leader = mail(session, town, engagement, "contact_by_link", leader)
    to_head = mail(session, town, engagement, "contact_by_link", head)
    spoke = date(2026, 11, 5)
    services.note_first_contact(
        acting(session, leader, WEEK_ON), engagement.id, spoke, link_id=to_leader
    )
    assert not is_good(session, to_leader)
    assert not is_good(session, to_head)
    assert (engagement.first_contact_on, engagement.state) == (spoke, EngagementState.ACTIVE)
    with pytest.raises(RuleBroken, match="already answered"):
        services.note_first_contact(
            acting(session, head, WEEK_ON), engagement.id, spoke, link_id=to_head
        )
    services.note_first_contact(acting(session, head, WEEK_ON), engagement.id, spoke)
    with pytest.raises(
        RuleBroken, match="noted already that you spoke on Thursday 5 November 2026"
    ):
        services.note_first_contact(
            acting(session, head, WEEK_ON), engagement.id, date(2026, 11, 6)
        )
    session.expire_all()
    assert engagement.first_contact_on == spoke


def test_that_they_have_spoken_noted_by_telephone_brings_the_leader_a_copy(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    leader = town.leader.person
    for _ in range(2):
        services.note_first_contact(
            acting(session, town.coordinator, WEEK_ON), engagement.id, date(2026, 11, 5)
        )
    assert messages_to(session, leader).count("noted_for_you") == 1
    entry = session.scalars(select(LedgerEntry).filter_by(action="engagement.first_contact")).one()
    assert entry.on_behalf_of == leader.id


def test_that_they_have_spoken_said_by_one_of_them_needs_no_copy(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    services.note_first_contact(
        acting(session, town.head, WEEK_ON), engagement.id, date(2026, 11, 5)
    )
    assert "noted_for_you" not in messages_to(session, town.leader.person)
    assert "noted_for_you" not in messages_to(session, town.head)


def test_not_yet_tells_the_coordinator_once_a_day(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person, WEEK_ON)
    for now in (WEEK_ON, WEEK_ON, WEEK_ON + timedelta(days=1)):
        services.note_no_contact_yet(By(by.actor, now), engagement.id)
    assert messages_to(session, town.coordinator).count("contact_missing") == 2
    with pytest.raises(NotFound):
        services.note_no_contact_yet(acting(session, town.releaser, WEEK_ON), engagement.id)


def test_answering_one_thing_leaves_the_agreements_link_and_settles_what_it_answers(
    session: Session,
) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person)
    visit_id = visit_services.plan(by, engagement.id, date(2026, 11, 24))
    visit = session.get_one(Visit, visit_id)
    to_log = mail(session, town, visit, "log_by_link", town.leader.person)
    log(session, town, engagement, 2)
    log(session, town, engagement, 2)
    assert not is_good(session, to_log)
    assert open_links(session, "engagements.mid_point_by_link") == []
    assert len(open_links(session, "engagements.evaluation_by_link")) == 1
    assert len(open_links(session, "engagements.agreement_by_link")) == 3


def test_a_concern_is_settled_by_its_coordinator_and_once(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    services.contest(acting(session, town.head), engagement.id, words="Four days, I thought")
    concern = session.scalars(select(Concern)).one()
    with pytest.raises(NotFound):
        services.settle_concern(acting(session, town.head), concern.id)
    by = acting(session, town.coordinator, WEEK_ON)
    services.settle_concern(by, concern.id)
    with pytest.raises(RuleBroken, match="settled already"):
        services.settle_concern(by, concern.id)


def test_whoever_released_has_a_part_in_it_and_a_teacher_of_the_school_has_none(
    session: Session,
) -> None:
    town = a_town(session)
    chair = in_post(session, PostKind.CHAIR, school=town.home)
    town.leader.releaser_id = chair.id
    session.commit()
    town.releaser = chair
    engagement = engaged(session, town)
    town.leader.releaser_id = None
    session.commit()
    teacher = in_post(session, PostKind.TEACHER, school=town.school)
    expected = {chair: {Part.RELEASER}, teacher: set(), a_head(session, a_school(session)): set()}
    for person, mine in expected.items():
        actor = acting(session, person).actor
        assert parts(actor, engagement) == mine
        assert len(session.scalars(of_actor(actor)).all()) == len(mine)
    services.contest(acting(session, chair), engagement.id, words="Tuesdays only")


def test_days_to_come_only_are_planned(session: Session) -> None:
    town = a_town(session)
    engagement = engaged(session, town)
    by = acting(session, town.leader.person, WEEK_ON)
    with pytest.raises(RuleBroken, match="to come") as refused:
        visit_services.plan(by, engagement.id, NOW.date())
    assert refused.value.field == "planned_on"


@pytest.mark.parametrize(
    ("today", "answered", "due"),
    [
        (date(2027, 2, 9), (), None),
        (date(2027, 2, 10), (), ReviewKind.LOOK_BACK_3),
        (date(2027, 2, 10), (ReviewKind.LOOK_BACK_3,), None),
        (date(2027, 5, 10), (ReviewKind.LOOK_BACK_3,), ReviewKind.LOOK_BACK_6),
        (date(2027, 5, 10), (), ReviewKind.LOOK_BACK_6),
        (date(2027, 5, 10), (ReviewKind.LOOK_BACK_6,), None),
    ],
)
def test_which_look_back_is_due(
    today: date, answered: tuple[ReviewKind, ...], due: ReviewKind | None
) -> None:
    assert look_back_due(CLOSED, date(2026, 11, 10), answered, today) is due
    assert look_back_due(EngagementState.ACTIVE, None, answered, today) is None
