"""Suggesting one leader and proposing them, within somebody's open transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, new_reference
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders.models import Leader
from brokerage.leaders.queries import leaders_of
from brokerage.leaders.rules import school_year
from brokerage.life import Part
from brokerage.matching import explanation
from brokerage.matching.profiles import LeaderProfile, NeedProfile
from brokerage.matching.scoring import Point, points, total
from brokerage.needs.models import Need
from brokerage.needs.rules import IN_QUEUE, NeedState
from brokerage.pairings import queries, steps
from brokerage.pairings.house_rules import house_rules
from brokerage.pairings.models import Pairing
from brokerage.pairings.profiles import need_profile, ready
from brokerage.pairings.rules import UNDER_WAY, PairingState
from brokerage.pairings.second_person import check_proposal
from brokerage.pairings.shortlists import in_the_way, is_hushed
from brokerage.pairings.turns import beyond_cap, fit_of_leader, one_at_a_time
from brokerage.partnerships.models import Partnership
from brokerage.specialisms.queries import names
from brokerage.web.words import days

AT_ONCE = 2
"""How many leaders may be asked for one need at a time: one, and a second if wanted."""


def need_to_place(session: Session, by: By, need_id: int) -> Need:
    """The need, locked, that a coordinator is about to find somebody for."""
    (need,) = locked(session, Need, need_id)
    if need.partnership_id not in by.actor.coordinates():
        raise NotFound
    if need.state not in IN_QUEUE:
        raise RuleBroken(f"This need is {need.state.value}: nobody can be proposed for it now.")
    if not ready(need):
        raise RuleBroken("Say first what is needed, in which phase, and how many days.")
    return need


def open_pairings(session: Session, need_id: int) -> Sequence[Pairing]:
    """What is suggested or being asked for a need."""
    query = select(Pairing).where(
        Pairing.need_id == need_id, Pairing.state.in_(UNDER_WAY | {PairingState.SUGGESTED})
    )
    return session.scalars(query).all()


def suggested(
    session: Session, by: By, need: Need, leader_id: int, half_days: int, by_hand: str
) -> Pairing:
    """The suggestion of this leader for this need: the one there is, or a new one.

    Raises RuleBroken where the rules or the floor leave the leader out and no reason is given.
    """
    leader = session.get(Leader, leader_id)
    if leader is None or leader not in leaders_of(
        session, need.partnership_id, london_date(by.now)
    ):
        raise NotFound
    open_now = open_pairings(session, need.id)
    mine = next((pairing for pairing in open_now if pairing.leader_id == leader_id), None)
    if mine is not None and mine.state is not PairingState.SUGGESTED:
        raise RuleBroken(f"{leader.person.name} is being asked about this need already.")
    if sum(pairing.state in UNDER_WAY for pairing in open_now) >= AT_ONCE:
        raise RuleBroken("Two people are being asked about this need already.")
    by_hand = by_hand or (mine.chosen_by_hand or "" if mine is not None else "")
    check_proposal(session, by, need.partnership_id, need.urn, by_hand)
    today, house = london_date(by.now), house_rules(session, need.partnership_id)
    one_at_a_time(session, need.partnership_id, leader.home_urn)
    earlier = queries.earlier_work(session, need.urn)
    profile = need_profile(need, names(session), earlier=earlier, today=today)
    fit = fit_of_leader(session, leader, need.partnership_id, today, besides=need.id)
    given = points(profile, fit, house.weights)
    if not by_hand:
        hushed = is_hushed(by.actor, need, leader)
        _check_fit(profile, fit, total(given), house.floor, half_days, hushed)
    if mine is None:
        mine = _new(session, by, need, leader_id, profile, fit, given)
    mine.half_days = half_days
    mine.chosen_by_hand = by_hand or None
    return mine


def _check_fit(
    profile: NeedProfile, fit: LeaderProfile, score: int, floor: int, half_days: int, hushed: bool
) -> None:
    """Raise RuleBroken where rules, the floor, or (with the days proposed, which may be others than
    the need asks for) what the home school may give leave the leader out."""
    capped = beyond_cap(fit.home_school_half_days, half_days)
    uncapped = replace(fit, home_school_half_days=None)
    obstacles = [in_the_way(profile, uncapped, score, floor, hushed=hushed), capped]
    if said := " ".join(filter(None, obstacles)):
        raise RuleBroken(f"{said} Give your reason to propose them all the same.", field="by_hand")


def _new(
    session: Session,
    by: By,
    need: Need,
    leader_id: int,
    profile: NeedProfile,
    fit: LeaderProfile,
    given: Iterable[Point],
) -> Pairing:
    given = tuple(given)
    for_school = need_profile(
        need,
        names(session),
        today=london_date(by.now),
        for_school=True,
        earlier=queries.earlier_work(session, need.urn),
    )
    reasons: dict[str, Any] = {
        "school": list(explanation.for_headteacher(for_school, fit)),
        "coordinator": [
            asdict(reason) for reason in explanation.for_coordinator(profile, fit, given)
        ],
    }
    partnership = session.get_one(Partnership, need.partnership_id)
    pairing = Pairing(
        reference=new_reference(session, Pairing, "P"),
        partnership_id=need.partnership_id,
        need_id=need.id,
        leader_id=leader_id,
        order=partnership.pairing_order,
        half_days=need.half_days or 1,
        year=school_year(london_date(by.now)),
        score=total(given),
        reasons=reasons,
        suggested_at=by.now,
        state=PairingState.SUGGESTED,
    )
    session.add(pairing)
    session.flush()
    return pairing


def send(session: Session, by: By, pairing: Pairing) -> None:
    """The coordinator sends the suggestion out: the first of the three is asked.

    Where a standing release covers it, the releaser is told instead of asked and can object for
    so many school days; the next person is asked at once.
    """
    leader = session.get_one(Leader, pairing.leader_id)
    account = next((a for a in leader.accounts if a.year == pairing.year), None)
    if account is None or account.left < pairing.half_days:
        left = days(account.left if account else 0)
        raise RuleBroken(f"{leader.person.name} has {left} left this year.", field="half_days")
    pairing.proposed_at = by.now
    pairing.kept_at = None
    steps.move(session, by, pairing, "propose", {Part.COORDINATOR})
    steps.go_on(session, by, pairing)


def to_plan(
    session: Session, queue: Iterable[Need], words: dict[str, str], today: date
) -> list[NeedProfile]:
    """Needs as a plan sees them: nobody is suggested again who came to nothing for the need, nor
    whose support for it was agreed and has ended."""
    queue = list(queue)
    earlier, over = queries.earlier_pairings(session, {need.urn for need in queue})
    not_again: dict[str, set[str]] = {}
    for need_id, leader_id in over:
        not_again.setdefault(str(need_id), set()).add(str(leader_id))
    profiles = [
        need_profile(need, words, earlier=earlier.get(need.urn), today=today)
        for need in queue
        if ready(need)
    ]
    return [
        replace(one, not_leaders=one.not_leaders | not_again.get(one.need_id, set()))
        for one in profiles
    ]


def queue_of(session: Session, partnership_id: int) -> list[Need]:
    """Needs to be placed for which nobody is being asked, nor was proposed and not yet sent."""
    asked = select(Pairing.need_id).where(Pairing.state.in_(UNDER_WAY))
    query = select(Need).where(
        Need.partnership_id == partnership_id, Need.state.in_(IN_QUEUE), Need.id.not_in(asked)
    )
    query = query.options(selectinload(Need.bars), selectinload(Need.conflicts))
    return list(session.scalars(query.order_by(Need.id)))


def without_an_open_need(session: Session) -> list[Pairing]:
    """Pairings under way or suggested whose need is neither in the queue any more, nor will be
    again once its school has answered."""
    query = (
        select(Pairing)
        .join(Need, Need.id == Pairing.need_id)
        .where(
            Pairing.state.in_(UNDER_WAY | {PairingState.SUGGESTED}),
            Need.state.not_in(IN_QUEUE | {NeedState.ASKED}),
        )
    )
    return list(session.scalars(query))
