"""A pairing moved on, within somebody's open transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.leaders import spending
from brokerage.leaders.models import Leader
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.needs.models import Need
from brokerage.needs.queries import heads_of
from brokerage.pairings import asking, queries
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import (
    LIVES,
    STANDING_RELEASE,
    UNDER_WAY,
    PairingState,
    Step,
    covers,
    has_accepted,
    next_step,
)
from brokerage.pairings.turns import refuse_beyond_cap
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.steps import revoke_links


def move(
    session: Session,
    by: By,
    pairing: Pairing,
    event: str,
    parts: set[Part],
    *,
    on_behalf_of: int | None = None,
) -> None:
    """Lead the pairing on by its life's table, keep the accounts in step, and note it.

    Days are held with the leader's yes, and freed on every way out before confirmation.
    """
    before = pairing.state
    pairing.state = LIVES[pairing.order].after(before, event, parts)
    held, holds = (has_accepted(pairing.order, state) for state in (before, pairing.state))
    if holds and not held and pairing.state in UNDER_WAY:
        refuse_beyond_cap(session, pairing)
        spending.hold(session, by, pairing.support, pairing.half_days, pairing)
    elif held and not holds and pairing.state is not PairingState.CONFIRMED:
        spending.free(session, by, pairing.support, pairing.half_days, pairing)
    pairing.ring_wanted_at = None
    if pairing.state not in UNDER_WAY:
        pairing.step = pairing.due_on = pairing.next_look_on = None
        revoke_links(session, by, "pairing", pairing.id)
    if pairing.state not in UNDER_WAY | {PairingState.CONFIRMED}:
        pairing.over_at = by.now
    record(
        session,
        by,
        f"pairing.{event.replace(' ', '_')}",
        pairing,
        partnership_id=pairing.partnership_id,
        on_behalf_of=on_behalf_of,
        fields=["state"],
    )


def answer(
    session: Session,
    by: By,
    pairing: Pairing,
    step: Step,
    yes: bool,
    parts: set[Part],
    *,
    words: str = "",
    conditions: str = "",
    answered_at: datetime | None = None,
    via: str = "page",
) -> None:
    """One of the three says yes or no; whoever is next is asked.

    An answer that a coordinator records came from the person asked: it is theirs, and they get a
    copy with which they can undo it.
    """
    today = london_date(by.now)
    asked = queries.asked_for(session, pairing, step, today)
    in_person = asked is not None and asked.id == by.actor.person_id
    on_behalf_of = asked.id if asked is not None and not in_person else None
    event = f"{'yes' if yes else 'no'} {step}"
    move(session, by, pairing, event, parts, on_behalf_of=on_behalf_of)
    given = PairingAnswer(
        pairing_id=pairing.id,
        step=step,
        yes=yes,
        person_id=asked.id if asked else None,
        at=answered_at or by.now,
        via=via,
        recorded_by=None if in_person else by.actor.person_id,
        words=words,
    )
    session.add(given)
    session.flush()
    revoke_links(session, by, "pairing", pairing.id)
    if conditions:
        pairing.conditions = conditions
    if step is Step.RELEASE and yes:
        pairing.checks_confirmed_on = today
    if not in_person and asked is not None:
        asking.send_copy(session, by, pairing, given, asked)
    if yes:
        _set_aside_others(session, by, pairing, step)
        go_on(session, by, pairing)
    else:
        pairing.over_reason = words or None
        bring_up_next(session, by, pairing)


def go_on(session: Session, by: By, pairing: Pairing) -> None:
    """Ask whoever is next.

    Where that is the releaser and a standing release covers it, they are told instead of asked and
    can object for so many school days; and whoever comes after them is asked at once.
    """
    if next_step(pairing.order, pairing.state) is Step.RELEASE and _covered(session, by, pairing):
        _use_standing_release(session, by, pairing)
    asking.ask_next(session, by, pairing)


def _covered(session: Session, by: By, pairing: Pairing) -> bool:
    leader = session.get_one(Leader, pairing.leader_id)
    need = session.get_one(Need, pairing.need_id)
    return covers(
        standing_half_days=leader.standing_half_days,
        standing_until=leader.standing_until,
        standing_terms=leader.standing_terms,
        standing_weekdays=leader.standing_weekdays,
        today=london_date(by.now),
        taken=queries.standing_days_taken(session, leader.id, pairing.year),
        half_days=pairing.half_days,
        terms=need.terms,
        weekdays=need.weekdays,
    )


def _use_standing_release(session: Session, by: By, pairing: Pairing) -> None:
    partnership = session.get_one(Partnership, pairing.partnership_id)
    releaser = queries.asked_for(session, pairing, Step.RELEASE, london_date(by.now))
    move(session, by, pairing, f"yes {Step.RELEASE}", {Part.SERVICE})
    pairing.by_standing_release = True
    calendar = asking.calendar(session, pairing, Step.RELEASE)
    pairing.object_by = calendar.deadline(by.now, partnership.release_days)
    session.add(
        PairingAnswer(
            pairing_id=pairing.id,
            step=Step.RELEASE,
            yes=True,
            person_id=releaser.id if releaser else None,
            at=by.now,
            via=STANDING_RELEASE,
        )
    )
    session.flush()
    if releaser is not None:
        asking.notify_standing_release(session, by, pairing, releaser, pairing.object_by)


def lapse(session: Session, by: By, pairing: Pairing) -> None:
    """Nobody answered in time, nor after it."""
    told = asking.those_asked(session, pairing, london_date(by.now))
    move(session, by, pairing, "lapse", {Part.SERVICE})
    for person in told:
        asking.tell_it_is_off(session, by, pairing, person)
    bring_up_next(session, by, pairing)


def bring_up_next(session: Session, by: By, pairing: Pairing) -> None:
    """A pairing came to nothing: tell the coordinator, with the next best on the need's page.

    Nobody else hears anything before the coordinator sends it.
    """
    asking.tell_coordinator(session, by, pairing, "pairing_over")


def close_other_pairings(session: Session, by: By, chosen: Pairing, event: str) -> None:
    """End every other pairing of the need, as one is confirmed (``displace``). Those who had been
    asked are told that it is settled."""
    for other in queries.pairings_of(session, chosen.need_id):
        if other.id != chosen.id and other.state in UNDER_WAY | {PairingState.SUGGESTED}:
            end(session, by, other, event)


def end(session: Session, by: By, pairing: Pairing, event: str, reason: str = "") -> None:
    """End a pairing that is suggested or under way; tell those who had been asked."""
    told = asking.those_asked(session, pairing, london_date(by.now))
    move(session, by, pairing, event, {Part.SERVICE, Part.COORDINATOR})
    pairing.over_reason = reason or None
    for person in told:
        asking.tell_it_is_off(session, by, pairing, person)


def lock_all_of(session: Session, need_id: int) -> list[Pairing]:
    """What is suggested or asked for a need, locked, and its leaders. The need is locked already:
    need, pairings, leaders, each by id, so that of two who end much at once neither waits for what
    the other holds."""
    of_need = select(Pairing.id).where(
        Pairing.need_id == need_id, Pairing.state.in_(UNDER_WAY | {PairingState.SUGGESTED})
    )
    found = locked(session, Pairing, *session.scalars(of_need))
    locked(session, Leader, *(pairing.leader_id for pairing in found))
    return found


def end_all_of(session: Session, by: By, need: Need, reason: str) -> None:
    """The need is over, and so is whatever is suggested or asked for it: days held are free at
    once. Whoever had been asked is told once; the school hears of its need itself."""
    today = london_date(by.now)
    told: dict[Person, Pairing] = {}
    for pairing in lock_all_of(session, need.id):
        for person in asking.those_asked(session, pairing, today):
            told.setdefault(person, pairing)
        move(session, by, pairing, "withdraw", {Part.SERVICE})
        pairing.over_reason = reason
    knows = {by.actor.person_id, *(head.id for head in heads_of(session, need.urn, today))}
    for person, pairing in told.items():
        if person.id not in knows:
            asking.tell_it_is_off(session, by, pairing, person)


def _set_aside_others(session: Session, by: By, pairing: Pairing, step: Step) -> None:
    """The school has chosen one of several: the others are not chosen. Those who had said yes to
    that are told that it is settled; nobody who was not asked hears of it."""
    if step is not Step.CHOOSE:
        return
    for other in queries.to_choose_from(session, pairing.need_id):
        if other.id != pairing.id:
            answered = {given.person for given in other.answers if given.undone_at is None}
            move(session, by, other, f"no {Step.CHOOSE}", {Part.HEAD})
            for person in sorted(filter(None, answered), key=lambda person: person.id):
                asking.tell_it_is_off(session, by, other, person)
