"""Support that goes on with another leader: no day lost or doubled, and nothing of it forgotten."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.engagements import change_invariants, going_on, services, swap_services
from brokerage.engagements import invariants as engagements
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_rules import ChangeKind, ChangeState
from brokerage.engagements.models import Engagement, Outcome
from brokerage.engagements.rules import EngagementState
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import invariants as leaders
from brokerage.leaders.models import Leader
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from tests.builders import NOW
from tests.phone_builders import Support, a_support
from tests.services.pairing_town import a_leader, account_of, messages_to, say


def figures(session: Session, leader: Leader) -> tuple[int, int, int, int]:
    account = account_of(session, leader)
    return account.held, account.agreed, account.used, account.left


def whole(session: Session) -> list[str]:
    rooms = (engagements.broken, change_invariants.broken, leaders.broken)
    return [fault for broken in rooms for fault in broken(session)]


@pytest.fixture
def one(session: Session) -> Support:
    found = a_support(session)
    found.town.need.outcomes = "All can blend"
    session.add(
        Outcome(
            engagement_id=found.engagement.id,
            number=1,
            words="All can blend",
            measure="A screening check",
            baseline="Half can",
        )
    )
    session.commit()
    return found


def swap(one: Support, leader: Leader, **more: str) -> Pairing:
    details = {"reason": "Lena is ill"} | more
    by = one.by(now=NOW)
    reference = swap_services.swap(by, one.engagement.id, leader.id, **details)
    one.session.expire_all()
    return one.session.scalars(select(Pairing).filter_by(reference=reference)).one()


def test_another_leader_goes_on_with_the_days_that_are_left(one: Support) -> None:
    session, town = one.session, one.town
    one.log(one.leader(), 1)
    one.plan()
    other = a_leader(session, town.partnership, town.home)
    pairing = swap(one, other)
    assert figures(session, town.leader) == (0, 0, 1, 19)
    assert figures(session, other) == (0, 0, 0, 20)
    assert (pairing.half_days, pairing.pence_a_day, pairing.who_pays) == (3, 35000, "The school")
    assert (pairing.state, pairing.leader_id) == (PairingState.PROPOSED, other.id)
    assert (town.need.state, town.need.half_days) == (NeedState.OPEN, 3)
    assert one.engagement.state is EngagementState.ENDED_EARLY
    assert one.engagement.over_reason == "Another leader goes on: Lena is ill"
    for person in (town.head, town.leader.person, town.releaser):
        assert "support_handed_on" in messages_to(session, person)
    first = one.engagement
    town.leader = other
    for step in Step:
        say(session, town, pairing, step)
    reference = services.confirm(one.by(), pairing.reference)
    session.expire_all()
    now = session.scalars(select(Engagement).filter_by(reference=reference)).one()
    assert (now.goes_on_from, now.half_days) == (first.id, 3)
    assert [(o.words, o.measure, o.baseline) for o in now.outcomes] == [
        ("All can blend", "A screening check", "Half can")
    ]
    assert now.agreements[0].terms["outcome_list"][0]["measure"] == "A screening check"
    (before,) = going_on.earlier_support(session, now)
    assert [visit.done for visit in before.visits if visit.done] == ["Watched phonics"]
    assert going_on.gone_on_in(session, first) is now
    assert figures(session, other) == (0, 3, 0, 17)
    assert whole(session) == []


def test_what_was_asked_is_withdrawn_and_the_swap_is_kept_with_its_reason(one: Support) -> None:
    other = a_leader(one.session, one.town.partnership, one.town.home)
    swap(one, other)
    found = one.session.scalars(select(Change)).one()
    assert (found.kind, found.state, found.reason, found.new) == (
        ChangeKind.SWAP,
        ChangeState.AGREED,
        "Lena is ill",
        {"half_days": 4},
    )
    with pytest.raises(RuleBroken, match="is over"):
        swap(one, other)


def test_a_swap_that_cannot_be_changes_nothing(one: Support) -> None:
    session, town = one.session, one.town
    poor = a_leader(session, town.partnership, town.home, pledged=1)
    with pytest.raises(RuleBroken):
        swap(one, poor)
    with pytest.raises(RuleBroken, match="supports the school now"):
        swap(one, town.leader)
    with pytest.raises(RuleBroken, match="reason"):
        swap(one, poor, reason=" ")
    for person in (town.head, town.leader.person):
        with pytest.raises(NotFound):
            swap_services.swap(one.by(person), one.engagement.id, poor.id, reason="I like it")
    session.expire_all()
    assert one.engagement.state is EngagementState.AGREED
    assert figures(session, town.leader) == (0, 4, 0, 16)
    assert town.need.state is NeedState.PLACED
    assert whole(session) == []
