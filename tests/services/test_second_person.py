"""Support for a coordinator's own school has a second person's word."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import PostKind
from brokerage.engagements import services as engagements
from brokerage.engagements.already_agreed import record_already_agreed
from brokerage.engagements.models import Engagement
from brokerage.errors import NotFound, RuleBroken
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.models import Person
from tests.builders import TODAY, a_coordinator, a_partnership, acting, in_post
from tests.services.pairing_town import (
    Town,
    a_town,
    agreed_before,
    all_say_yes,
    messages_to,
    propose,
)

MUST = "Somebody else must confirm this: you hold a post at this school"


@pytest.fixture
def town(session: Session) -> Town:
    """The one coordinator is a deputy of the supported school."""
    town = a_town(session)
    in_post(session, PostKind.DEPUTY, school=town.school, person=town.coordinator)
    return town


@pytest.fixture
def second(session: Session, town: Town) -> Person:
    return a_coordinator(session, town.partnership, name="Sekunda Person")


def agreed_by_all(session: Session, town: Town) -> Pairing:
    pairing = propose(session, town)
    all_say_yes(session, town, pairing)
    return pairing


def test_they_may_propose_and_somebody_else_is_told_and_confirms(
    session: Session, town: Town, second: Person
) -> None:
    pairing = agreed_by_all(session, town)
    assert messages_to(session, second) == ["pairing_agreed"]
    assert "pairing_agreed" not in messages_to(session, town.coordinator)
    with pytest.raises(RuleBroken, match=f"{MUST}. Sekunda Person can."):
        engagements.confirm(acting(session, town.coordinator), pairing.reference)
    assert session.scalars(select(Engagement)).all() == []
    engagements.confirm(acting(session, second), pairing.reference)
    assert len(session.scalars(select(Engagement)).all()) == 1


def test_they_note_no_answer_by_telephone(session: Session, town: Town, second: Person) -> None:
    pairing = propose(session, town)
    with pytest.raises(RuleBroken, match=MUST):
        services.record_answer(
            acting(session, town.coordinator), pairing.reference, Step.RELEASE, yes=True, on=TODAY
        )
    said = services.record_answer(
        acting(session, second), pairing.reference, Step.RELEASE, yes=True, on=TODAY
    )
    assert said == "released"


def test_they_propose_nobody_against_the_rules(
    session: Session, town: Town, second: Person
) -> None:
    with pytest.raises(RuleBroken, match="only somebody else may propose"):
        propose(session, town, by_hand="I know her well")
    town.coordinator = second
    propose(session, town, by_hand="I know her well")


def test_they_record_nothing_as_agreed_already(
    session: Session, town: Town, second: Person
) -> None:
    agreed = agreed_before(town)
    with pytest.raises(RuleBroken, match=MUST):
        record_already_agreed(acting(session, town.coordinator), town.partnership.id, agreed)
    assert record_already_agreed(acting(session, second), town.partnership.id, agreed)


def test_where_there_is_nobody_else_nothing_is_begun(session: Session, town: Town) -> None:
    with pytest.raises(RuleBroken, match="needs a second coordinator, or an officer"):
        propose(session, town)
    colleague = a_coordinator(session, town.partnership)
    in_post(session, PostKind.CHAIR, school=town.school, person=colleague)
    with pytest.raises(RuleBroken, match="needs a second coordinator, or an officer"):
        propose(session, town)


def test_where_no_coordinator_can_an_officer_confirms(session: Session, town: Town) -> None:
    officer = in_post(session, PostKind.OFFICER, partnership=town.partnership)
    by = acting(session, officer)
    pairing = propose(session, town)
    with pytest.raises(NotFound):  # not before everybody has agreed
        engagements.confirm(by, pairing.reference)
    all_say_yes(session, town, pairing)
    assert messages_to(session, officer) == ["pairing_agreed"]
    assert engagements.confirm(by, pairing.reference)


def test_an_officer_confirms_nothing_that_a_coordinator_can(
    session: Session, town: Town, second: Person
) -> None:
    officer = in_post(session, PostKind.OFFICER, partnership=town.partnership)
    pairing = agreed_by_all(session, town)
    with pytest.raises(NotFound):
        engagements.confirm(acting(session, officer), pairing.reference)
    elsewhere = in_post(session, PostKind.OFFICER, partnership=a_partnership(session))
    with pytest.raises(NotFound):
        engagements.confirm(acting(session, elsewhere), pairing.reference)


def test_a_leader_from_the_coordinators_own_school_needs_nobody_else(session: Session) -> None:
    town = a_town(session)
    in_post(session, PostKind.DEPUTY, school=town.home, person=town.coordinator)
    pairing = agreed_by_all(session, town)
    assert engagements.confirm(acting(session, town.coordinator), pairing.reference)
