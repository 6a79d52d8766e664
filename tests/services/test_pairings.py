"""A pairing from proposal to three yeses: who is asked what, when, and what comes of a no."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import SERVICE, By
from brokerage.errors import NotFound, RuleBroken
from brokerage.messages.models import Message
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import STEPS, PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from tests.builders import NOW, a_school, acting
from tests.services.pairing_town import (
    a_leader,
    a_need,
    a_town,
    account_of,
    all_say_yes,
    messages_to,
    open_links,
    propose,
    say,
    who,
)

LATER = NOW + timedelta(days=1)


@pytest.mark.parametrize("order", PairingOrder)
def test_each_is_asked_in_turn_and_nobody_before_their_turn(
    session: Session, order: PairingOrder
) -> None:
    town = a_town(session, pairing_order=order)
    pairing = propose(session, town)
    for number, step in enumerate(STEPS[order]):
        for later in STEPS[order][number + 1 :]:
            assert messages_to(session, who(town, later)) == []
        assert len(messages_to(session, who(town, step))) == 1
        say(session, town, pairing, step)
    session.expire_all()
    assert messages_to(session, town.coordinator)[-1] == "pairing_agreed"
    assert (pairing.step, pairing.due_on) == (None, None)


def test_days_are_held_with_the_leaders_yes_and_not_before(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    say(session, town, pairing, Step.RELEASE)
    say(session, town, pairing, Step.CHOOSE)
    assert account_of(session, town.leader).held == 0
    say(session, town, pairing, Step.ACCEPT)
    assert account_of(session, town.leader).held == 4
    assert town.leader.engaged == 1


@pytest.mark.parametrize(
    ("left", "said"), [(0, "no days left"), (1, "half a day left"), (3, "1½ days left")]
)
def test_whoever_has_too_few_days_left_is_not_proposed_even_with_a_reason(
    session: Session, left: int, said: str
) -> None:
    town = a_town(session)
    town.leader.accounts[0].pledged = left
    session.commit()
    with pytest.raises(RuleBroken, match=f" has {said} this year") as refused:
        propose(session, town, by_hand="They know the school")
    assert refused.value.field == "half_days"


def test_every_way_out_frees_the_days(session: Session) -> None:
    town = a_town(session)
    for way in ("withdraw", "pull_out"):
        pairing = propose(session, town)
        all_say_yes(session, town, pairing)
        assert account_of(session, town.leader).held == 4
        if way == "withdraw":
            services.withdraw(
                acting(session, town.coordinator), pairing.reference, reason="Not now"
            )
        else:
            services.pull_out(acting(session, town.leader.person), pairing.id, words="Ill")
        assert account_of(session, town.leader).held == 0
        assert town.leader.engaged == 0


def test_a_refusal_by_the_releaser_is_told_to_the_coordinator_alone(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    assert say(session, town, pairing, Step.RELEASE, yes=False) == "not released"
    assert messages_to(session, town.coordinator) == ["pairing_over"]
    assert messages_to(session, town.leader.person) == []
    assert messages_to(session, town.head) == []


def test_an_answer_by_phone_moves_on_and_its_copy_can_undo_it(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    assert messages_to(session, town.releaser) == ["release_asked", "answer_recorded"]
    assert messages_to(session, town.head) == ["choice_asked"]
    (undo,) = open_links(session, "pairings.undo_by_link")
    services.undo_answer(acting(session, town.releaser), undo.subject_id, undo.id)
    session.expire_all()
    assert (pairing.state, pairing.step) == (PairingState.PROPOSED, Step.RELEASE)
    assert open_links(session, "pairings.choose_by_link") == []
    assert messages_to(session, town.releaser)[-1] == "release_asked"


def test_what_was_recorded_by_phone_cannot_be_undone_once_it_has_gone_on(
    session: Session,
) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    by = acting(session, town.coordinator)
    services.record_answer(by, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    say(session, town, pairing, Step.CHOOSE)
    (undo,) = open_links(session, "pairings.undo_by_link")
    with pytest.raises(RuleBroken, match="gone on"):
        services.undo_answer(acting(session, town.releaser), undo.subject_id, undo.id)


def test_a_standing_release_is_a_notice_with_three_school_days_to_object(
    session: Session,
) -> None:
    town = a_town(session)
    town.leader.standing_half_days = 6
    town.leader.standing_until = date(2027, 8, 31)
    pairing = propose(session, town)
    assert pairing.by_standing_release
    assert messages_to(session, town.releaser) == ["release_noted"]
    assert messages_to(session, town.head) == ["choice_asked"]
    assert pairing.object_by == date(2026, 11, 6)
    (notice,) = open_links(session, "pairings.object_by_link")
    services.object_to_release(
        acting(session, town.releaser), pairing.id, notice.id, words="Not this term"
    )
    session.expire_all()
    assert pairing.state is PairingState.NOT_RELEASED
    assert messages_to(session, town.head) == ["choice_asked", "pairing_off"]


def test_a_standing_release_covers_so_many_days_and_then_the_releaser_is_asked(
    session: Session,
) -> None:
    town = a_town(session)
    town.leader.standing_half_days = 6
    town.leader.standing_until = date(2027, 8, 31)
    propose(session, town)
    another = a_need(session, town.partnership, a_school(session))
    services.propose(
        acting(session, town.coordinator),
        another.id,
        town.leader.id,
        half_days=4,
        pence_a_day=None,
        who_pays="",
        first_date=None,
    )
    assert messages_to(session, town.releaser) == ["release_noted", "release_asked"]


def test_of_two_cards_the_school_chooses_one_and_the_other_is_set_aside(session: Session) -> None:
    town = a_town(session)
    second = a_leader(session, town.partnership, town.home)
    first_pairing = propose(session, town)
    reference = services.propose(
        acting(session, town.coordinator),
        town.need.id,
        second.id,
        half_days=4,
        pence_a_day=None,
        who_pays="",
        first_date=None,
    )
    other = session.scalars(select(Pairing).filter_by(reference=reference)).one()
    for pairing in (first_pairing, other):
        say(session, town, pairing, Step.RELEASE)
    say(session, town, first_pairing, Step.CHOOSE)
    session.expire_all()
    assert first_pairing.state is PairingState.CHOSEN
    assert other.state is PairingState.NOT_CHOSEN
    assert messages_to(session, second.person) == []


def test_a_third_is_not_asked_while_two_are(session: Session) -> None:
    town = a_town(session)
    propose(session, town)
    for last in (False, True):
        leader = a_leader(session, town.partnership, town.home)
        town.leader = leader
        if last:
            with pytest.raises(RuleBroken, match="Two people"):
                propose(session, town)
        else:
            propose(session, town)


def test_somebody_the_rules_leave_out_is_proposed_with_a_reason_only(session: Session) -> None:
    town = a_town(session)
    town.leader.max_km = 1
    with pytest.raises(RuleBroken, match="Give your reason") as refused:
        propose(session, town)
    assert refused.value.field == "by_hand"
    assert propose(session, town, by_hand="They have offered to travel").chosen_by_hand


def test_nobody_of_another_partnership_can_move_it(session: Session) -> None:
    town, other = a_town(session), a_town(session, authorities=("902",))
    pairing = propose(session, town)
    stranger = acting(session, other.coordinator)
    with pytest.raises(NotFound):
        services.record_answer(stranger, pairing.reference, Step.RELEASE, yes=True, on=NOW.date())
    with pytest.raises(NotFound):
        services.withdraw(stranger, pairing.reference, reason="")
    with pytest.raises(NotFound):
        services.propose(
            stranger,
            town.need.id,
            town.leader.id,
            half_days=4,
            pence_a_day=None,
            who_pays="",
            first_date=None,
        )
    with pytest.raises(NotFound):
        services.answer(acting(session, other.releaser), pairing.id, Step.RELEASE, yes=True)


def test_what_nobody_answers_lapses_and_the_coordinator_is_told(session: Session) -> None:
    town = a_town(session)
    pairing = propose(session, town)
    service = By(SERVICE, LATER)
    assert services.lapse(service, pairing.id)
    assert not services.lapse(service, pairing.id)
    session.expire_all()
    assert pairing.state is PairingState.LAPSED
    assert messages_to(session, town.coordinator) == ["pairing_over"]


def test_a_plan_suggests_within_days_and_nobody_hears(session: Session) -> None:
    town = a_town(session)
    needs = [town.need] + [
        a_need(session, town.partnership, a_school(session), half_days=12) for _ in range(3)
    ]
    by = acting(session, town.coordinator)
    found = services.plan_queue(by, town.partnership.id)
    assert found["needs"] == len(needs)
    suggested = session.scalars(select(Pairing)).all()
    assert len(suggested) == found["suggested"] > 0
    assert sum(pairing.half_days for pairing in suggested) <= 20
    assert session.scalars(select(Message)).all() == []
    assert services.plan_queue(by, town.partnership.id) == found
    session.expire_all()
    assert len(session.scalars(select(Pairing)).all()) == found["suggested"]
