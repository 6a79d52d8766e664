"""Funding pots: what one pays for moves with the leader's days, and is never more than is in it."""

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.database import use_case
from brokerage.engagements import invariants as engagement_invariants
from brokerage.engagements import services as engagements
from brokerage.engagements.models import Engagement
from brokerage.errors import ChangedMeanwhile, NotFound, RuleBroken
from brokerage.leaders import invariants, pot_services, spending
from brokerage.leaders.pot_models import Pot, PotMovement
from brokerage.leaders.spending import Support
from brokerage.pairings import services
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import PairingState, Step
from brokerage.partnerships.rules import PairingOrder
from tests.builders import NOW, TODAY, a_coordinator, a_partnership, a_school, acting
from tests.leader_builders import YEAR
from tests.leader_builders import a_leader as a_plain_leader
from tests.services.pairing_town import (
    Town,
    a_leader,
    a_need,
    a_town,
    account_of,
    all_say_yes,
    propose,
    say,
)
from tests.services.test_engagements import WEEK_ON, log

Figures = tuple[int, int, int]


@pytest.fixture
def town(session: Session) -> Town:
    return a_town(session)


def a_pot(session: Session, town: Town, half_days: int | None = 8, **other: object) -> int:
    details = {"name": "Reading fund", "year": YEAR, "half_days": half_days, "pence": None}
    by = acting(session, town.coordinator)
    return pot_services.add(by, town.partnership.id, **(details | other))  # type: ignore[arg-type]


def in_pot(session: Session, pot_id: int) -> Figures:
    session.expire_all()
    pot = session.get_one(Pot, pot_id)
    session.commit()
    return pot.held, pot.agreed, pot.used


def sound(session: Session) -> bool:
    session.expire_all()
    return [*invariants.broken(session), *engagement_invariants.broken(session)] == []


def test_a_pot_holds_agrees_and_spends_with_the_leader(session: Session, town: Town) -> None:
    pot_id = a_pot(session, town, pence=140_000)
    pairing = propose(session, town, pot_id=pot_id, who_pays="")
    assert (in_pot(session, pot_id), pairing.who_pays) == ((0, 0, 0), "Reading fund")
    all_say_yes(session, town, pairing)
    assert in_pot(session, pot_id) == (4, 0, 0)
    reference = engagements.confirm(acting(session, town.coordinator), pairing.reference)
    assert in_pot(session, pot_id) == (0, 4, 0)
    engagement = session.scalars(select(Engagement).filter_by(reference=reference)).one()
    log(session, town, engagement, 1)
    assert in_pot(session, pot_id) == (0, 3, 1)
    by = acting(session, town.coordinator, WEEK_ON)
    engagements.end_early(by, engagement.id, reason="Moved", need_goes_on=False)
    assert in_pot(session, pot_id) == (0, 0, 1)
    pot = session.get_one(Pot, pot_id)
    assert (pot.left, pot.left_pence) == (7, 140_000 - 17_500)
    kinds = session.scalars(select(PotMovement.kind).order_by(PotMovement.id))
    assert [kind.value for kind in kinds] == ["held", "agreed", "used", "given back"]
    assert sound(session)


def withdrawn(session: Session, town: Town, pairing: Pairing) -> None:
    services.withdraw(acting(session, town.coordinator), pairing.reference, reason="Ill")


def pulled_out(session: Session, town: Town, pairing: Pairing) -> None:
    services.pull_out(acting(session, town.leader.person), pairing.id, words="Ill")


def displaced(session: Session, town: Town, pairing: Pairing) -> None:
    second = a_leader(session, town.partnership, town.home)
    other = Town(**vars(town) | {"leader": second})
    rival = propose(session, other)
    all_say_yes(session, other, rival)
    engagements.confirm(acting(session, town.coordinator), rival.reference)


@pytest.mark.parametrize("way_out", [withdrawn, pulled_out, displaced])
def test_what_was_held_is_the_pots_again_on_every_way_out(
    session: Session, town: Town, way_out: Callable[[Session, Town, Pairing], None]
) -> None:
    pot_id = a_pot(session, town)
    pairing = propose(session, town, pot_id=pot_id)
    all_say_yes(session, town, pairing)
    way_out(session, town, pairing)
    assert in_pot(session, pot_id) == (0, 0, 0)
    assert sound(session)


def test_a_pot_named_after_the_yes_takes_what_is_held_then(session: Session, town: Town) -> None:
    first, second = a_pot(session, town), a_pot(session, town, name="Authority")
    pairing = propose(session, town, pot_id=first)
    all_say_yes(session, town, pairing)
    by = acting(session, town.coordinator)
    engagements.confirm(by, pairing.reference, pot_id=second)
    assert (in_pot(session, first), in_pot(session, second)) == ((0, 0, 0), (0, 4, 0))
    assert account_of(session, town.leader).agreed == 4
    assert sound(session)


def test_a_pot_with_too_little_refuses_with_a_sentence_and_nothing_has_moved(
    session: Session, town: Town
) -> None:
    pot_id, poor = a_pot(session, town), a_pot(session, town, None, name="Poor", pence=69_999)
    with pytest.raises(RuleBroken, match=r"“Poor” has too little left: £699.99, and this takes £7"):
        propose(session, town, pot_id=poor)
    pairing = propose(session, town, pot_id=pot_id)
    say(session, town, pairing, Step.RELEASE)
    say(session, town, pairing, Step.CHOOSE)
    pot_services.change(
        acting(session, town.coordinator),
        pot_id,
        version=None,
        name="Reading fund",
        half_days=3,
        pence=None,
    )
    with pytest.raises(RuleBroken, match=r"“Reading fund” has too little left: 1½ days, .* 2 days"):
        say(session, town, pairing, Step.ACCEPT)
    assert in_pot(session, pot_id) == (0, 0, 0)
    assert account_of(session, town.leader).held == 0
    assert sound(session)


def test_of_many_who_accept_at_once_no_more_are_paid_than_is_in_the_pot(
    both: Flask, session: Session, town: Town
) -> None:
    pot_id = a_pot(session, town, 6)
    asked = []
    for number in range(12):
        leader = a_plain_leader(session, town.partnership, home=town.home)
        need = a_need(session, town.partnership, a_school(session), half_days=2)
        pairing = Pairing(
            reference=f"P-{number:05d}",
            partnership_id=town.partnership.id,
            need_id=need.id,
            leader_id=leader.id,
            state=PairingState.CHOSEN,
            order=PairingOrder.RELEASE_CHOOSE_ACCEPT,
            step=Step.ACCEPT,
            asked_at=NOW,
            due_on=TODAY,
            half_days=2,
            year=YEAR,
            pot_id=pot_id,
            reasons={"school": [], "coordinator": []},
            suggested_at=NOW,
        )
        session.add(pairing)
        session.commit()
        asked.append((acting(session, leader.person), pairing.id))

    def accept(number: int) -> bool:
        by, pairing_id = asked[number]
        with both.app_context():
            try:
                services.answer(by, pairing_id, Step.ACCEPT, yes=True)
            except RuleBroken as refused:
                return "too little left: no days" not in refused.sentence
            return True

    with ThreadPoolExecutor(len(asked)) as pool:
        answers = Counter(pool.map(accept, range(len(asked))))
    assert answers == {True: 3, False: 9}
    assert in_pot(session, pot_id) == (6, 0, 0)
    assert sound(session)


@use_case("test.spend")
def spend(by: By, session: Session, kind: str, support: Support, half_days: int) -> None:
    cause = session.get_one(Pot, support.pot_id)
    getattr(spending, kind)(session, by, support, half_days, cause)


MOVES = {
    "hold": (1, 0, 0),
    "free": (-1, 0, 0),
    "agree": (-1, 1, 0),
    "use": (0, -1, 1),
    "give_back": (0, -1, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_is_tried_in_whatever_order_pot_and_account_stay_as_a_model_says(
    session: Session, town: Town, by: By, seed: int
) -> None:
    chance = random.Random(seed)
    pot_id = a_pot(session, town, 12, pence=500_001)
    town.leader.engagements_at_once, town.leader.engaged = 1000, 500
    session.commit()
    leader_id, urn = town.leader.id, town.school.urn
    held = agreed = used = refused = 0
    for _ in range(120):
        kind, n = chance.choice(list(MOVES)), chance.randint(1, 5)
        support = Support(leader_id, YEAR, town.partnership.id, urn, "P-TEST", pot_id, 83_333)
        new = tuple(
            was + n * sign for was, sign in zip((held, agreed, used), MOVES[kind], strict=True)
        )
        fits = min(new) >= 0 and sum(new) <= 12 and sum(new) * 83_333 <= 2 * 500_001
        if fits:
            spend(by, kind, support, n)
            held, agreed, used = new
        else:
            with pytest.raises(RuleBroken):
                spend(by, kind, support, n)
            refused += 1
        assert in_pot(session, pot_id) == (held, agreed, used)
        account = account_of(session, town.leader)
        assert (account.held, account.agreed, account.used) == (held, agreed, used)
        money = (held + agreed + used) * 83_333
        assert session.get_one(Pot, pot_id).promised_pence == -(-money // 2)
        session.commit()
    assert 0 < refused < 120
    assert list(invariants.broken(session)) == []


def test_a_coordinator_keeps_pots_and_nobody_elses(session: Session, town: Town) -> None:
    pot_id = a_pot(session, town)
    by = acting(session, town.coordinator)
    with pytest.raises(RuleBroken, match="There is a pot “Reading fund” in 2026/27 already"):
        a_pot(session, town)
    new = {"name": "Reading", "half_days": 10, "pence": None}
    pot_services.change(by, pot_id, version=1, **new)  # type: ignore[arg-type]
    with pytest.raises(ChangedMeanwhile):
        pot_services.change(by, pot_id, version=1, **new)  # type: ignore[arg-type]
    stranger = acting(session, a_coordinator(session, a_partnership(session, authorities=())))
    with pytest.raises(NotFound):
        pot_services.close(stranger, pot_id)
    pairing = propose(session, town, pot_id=pot_id)
    all_say_yes(session, town, pairing)
    with pytest.raises(RuleBroken, match="Promised or used already: 2 days"):
        pot_services.change(by, pot_id, version=None, name="Reading", half_days=3, pence=None)
    pot_services.close(by, pot_id)
    town.need = a_need(session, town.partnership, town.school)
    with pytest.raises(RuleBroken, match="Choose an open pot"):
        propose(session, town, pot_id=pot_id)
    engagements.confirm(by, pairing.reference, pot_id=pot_id)
    assert in_pot(session, pot_id) == (0, 4, 0)


def test_a_pot_that_does_not_come_to_what_it_pays_for_is_named(
    session: Session, town: Town
) -> None:
    pot_id = a_pot(session, town)
    pairing = propose(session, town, pot_id=pot_id)
    all_say_yes(session, town, pairing)
    session.execute(update(PotMovement).values(half_days=3))
    session.commit()
    said = [*invariants.broken(session), *engagement_invariants.broken(session)]
    assert said == [
        f"Pot {pot_id}: held is 4, its movements come to 3.",
        f"Pot {pot_id} has 3 half-days held for {pairing.reference}, which comes to 4.",
    ]
