"""Use cases about pairings, up to the point where all have agreed."""

from datetime import date, datetime, time

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import LONDON, london_date
from brokerage.database import db, locked, use_case
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import steps as leader_steps
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import StandingRelease
from brokerage.life import Part
from brokerage.needs import bars
from brokerage.needs.models import Need
from brokerage.pairings import (
    asking,
    paying,
    proposing,
    queries,
    run_services,
    second_person,
    steps,
    undoing,
)
from brokerage.pairings.models import Pairing, PairingAnswer
from brokerage.pairings.rules import UNDER_WAY, PairingState, Step, has_accepted
from brokerage.people.steps import use_link


@use_case("pairing.propose")
def propose(
    by: By,
    session: Session,
    need_id: int,
    leader_id: int,
    *,
    half_days: int,
    pence_a_day: int | None,
    who_pays: str,
    first_date: date | None,
    by_hand: str = "",
    pot_id: int | None = None,
) -> str:
    """Propose a leader for a need and ask the first of the three; answers the reference.

    ``pot_id`` is the funding pot that pays, if one does; ``by_hand`` the coordinator's reason for
    somebody whom the rules or the floor leave out. Raises RuleBroken where the need is not open,
    two are being asked already, fewer days are left, a reason is wanting, the pot has too little,
    or support for the coordinator's own school could be confirmed by nobody.
    """
    need = proposing.need_to_place(session, by, need_id)
    if first_date is not None and first_date < london_date(by.now):
        raise RuleBroken("The first date is in the past.", field="first_date")
    pairing = proposing.suggested(session, by, need, leader_id, half_days, by_hand)
    pairing.pence_a_day = pence_a_day
    pairing.who_pays = who_pays
    pairing.first_date = first_date
    paying.pay_from(session, by, pairing, pot_id)
    proposing.send(session, by, pairing)
    return pairing.reference


@use_case("pairing.answer")
def answer(
    by: By,
    session: Session,
    pairing_id: int,
    step: Step,
    *,
    yes: bool,
    words: str = "",
    conditions: str = "",
    please_not: bool = False,
    link_id: int | None = None,
) -> str:
    """The person asked answers, on a page or by link; answers the pairing's state.

    ``please_not``: the school would rather not be shown this leader again.
    Raises RuleBroken where it is not being asked any more, or where the days have just been taken.
    """
    pairing = _asked_of_actor(by, session, pairing_id, step, link_id)
    _answer(by, session, pairing, step, yes, words, conditions, link_id)
    if please_not and step is Step.CHOOSE and not yes:
        need = session.get_one(Need, pairing.need_id)
        bars.bar(session, by, need, pairing.leader_id, words[:200])
    return pairing.state.value


@use_case("pairing.release_for_the_year")
def release_for_the_year(
    by: By,
    session: Session,
    pairing_id: int,
    *,
    half_days: int,
    until: date,
    link_id: int | None = None,
) -> str:
    """The releaser says yes, and releases the leader for so many days of the year ahead too: from
    now on they are told instead of asked."""
    pairing = _asked_of_actor(by, session, pairing_id, Step.RELEASE, link_id)
    (leader,) = locked(session, Leader, pairing.leader_id)
    leader_steps.give_standing(session, by, leader, StandingRelease(half_days, (), (), until))
    _answer(by, session, pairing, Step.RELEASE, True, "", "", link_id)
    return pairing.state.value


def _asked_of_actor(
    by: By, session: Session, pairing_id: int, step: Step, link_id: int | None
) -> Pairing:
    """The pairing, locked, that the actor is asked about; their link is used up."""
    (pairing,) = locked(session, Pairing, pairing_id)
    asked = queries.asked_for(session, pairing, step, london_date(by.now))
    if asked is None or asked.id != by.actor.person_id:
        raise NotFound
    if link_id is not None:
        use_link(session, by, link_id)
    return pairing


def _answer(
    by: By,
    session: Session,
    pairing: Pairing,
    step: Step,
    yes: bool,
    words: str,
    conditions: str,
    link_id: int | None,
) -> None:
    mine = queries.parts(session, by.actor, pairing, london_date(by.now)) | _part_of_link(step)
    steps.answer(
        session,
        by,
        pairing,
        step,
        yes,
        mine,
        words=words,
        conditions=conditions,
        via="link" if link_id else "page",
    )


def _part_of_link(step: Step) -> set[Part]:
    return {{Step.RELEASE: Part.RELEASER, Step.CHOOSE: Part.HEAD, Step.ACCEPT: Part.LEADER}[step]}


@use_case("pairing.record_answer")
def record_answer(
    by: By,
    session: Session,
    reference: str,
    step: Step,
    *,
    yes: bool,
    on: date,
    words: str = "",
    conditions: str = "",
) -> str:
    """A coordinator records what somebody said by telephone on a day; that person gets a copy with
    which they can undo it. For a coordinator's own school, somebody else records."""
    found = queries.pairing_in_partnership(session, by.actor, reference)
    second_person.refuse_own_school(session, by, found.partnership_id, found.need.urn)
    (pairing,) = locked(session, Pairing, found.id)
    if on > london_date(by.now):
        raise RuleBroken("The day of the call cannot be in the future.", field="on")
    steps.answer(
        session,
        by,
        pairing,
        step,
        yes,
        {Part.COORDINATOR},
        words=words,
        conditions=conditions,
        answered_at=_at(by, on),
        via=f"by phone, {on.day} {on:%B %Y}",
    )
    return pairing.state.value


def _at(by: By, on: date) -> datetime:
    """The instant of a call on a day: now, if it was today, else noon of that day."""
    if on == london_date(by.now):
        return by.now
    return datetime.combine(on, time(12), LONDON)


@use_case("pairing.undo_answer")
def undo_answer(by: By, session: Session, answer_id: int, link_id: int) -> None:
    """Somebody undoes what was recorded for them, a yes or a no; the same is asked again.

    Raises RuleBroken where it has gone on since, or where the days it freed have been taken.
    """
    given = session.get(PairingAnswer, answer_id)
    if given is None or given.person_id != by.actor.person_id:
        raise NotFound
    (pairing,) = locked(session, Pairing, given.pairing_id)
    session.refresh(given)
    use_link(session, by, link_id)
    undoing.undo(session, by, pairing, given)


@use_case("pairing.object")
def object_to_release(
    by: By, session: Session, pairing_id: int, link_id: int, *, words: str
) -> None:
    """The releaser, told that their standing release was used, takes it back for this once."""
    (pairing,) = locked(session, Pairing, pairing_id)
    link = use_link(session, by, link_id)
    if link.person_id != by.actor.person_id or not pairing.by_standing_release:
        raise NotFound
    told = asking.those_asked(session, pairing, london_date(by.now))
    steps.move(session, by, pairing, "object", {Part.RELEASER})
    pairing.over_reason = words or None
    for person in told:
        if person.id != by.actor.person_id:
            asking.tell_it_is_off(session, by, pairing, person)
    steps.bring_up_next(session, by, pairing)


@use_case("pairing.pull_out")
def pull_out(by: By, session: Session, pairing_id: int, *, words: str) -> None:
    """The leader, having accepted, cannot after all; the days are theirs again."""
    (pairing,) = locked(session, Pairing, pairing_id)
    mine = queries.parts(session, by.actor, pairing, london_date(by.now))
    if Part.LEADER not in mine or not has_accepted(pairing.order, pairing.state):
        raise NotFound
    steps.move(session, by, pairing, "pull_out", mine)
    pairing.over_reason = words or None
    steps.bring_up_next(session, by, pairing)


@use_case("pairing.withdraw")
def withdraw(by: By, session: Session, reference: str, *, reason: str) -> None:
    """The coordinator takes a pairing back; those asked are told that it is settled."""
    found = queries.pairing_in_partnership(session, by.actor, reference)
    (pairing,) = locked(session, Pairing, found.id)
    steps.end(session, by, pairing, "withdraw", reason)


@use_case("pairing.lapse")
def lapse(by: By, session: Session, pairing_id: int) -> bool:
    """Nobody answered in time, nor after it: the pairing lapses; whether it did."""
    (pairing,) = locked(session, Pairing, pairing_id)
    if pairing.state not in UNDER_WAY or pairing.step is None:
        return False
    steps.lapse(session, by, pairing)
    return True


def end_those_without_a_need(by: By) -> int:
    """Pairings whose need left the queue without them are withdrawn; how many were.

    For what happens below without a caller here, such as a school that closes. Whoever ends a need
    ends its pairings in that same transaction.
    """
    with Session(db.engine) as session:
        if not proposing.without_an_open_need(session):
            return 0
    return _end_those_without_a_need(by)


@use_case("pairing.reconcile")
def _end_those_without_a_need(by: By, session: Session) -> int:
    ended = 0
    for pairing in proposing.without_an_open_need(session):
        (held,) = locked(session, Pairing, pairing.id)
        if held.state in UNDER_WAY | {PairingState.SUGGESTED}:
            steps.end(session, by, held, "withdraw", "The need is no longer open.")
            ended += 1
    return ended


def plan_queue(by: By, partnership_id: int) -> dict[str, int]:
    """Suggest a leader for each need still to be placed, all at once, within days, engagements and
    terms. Suggestions neither kept nor sent are replaced; nobody hears anything.

    Answers how many needs were looked at, and how many were given somebody.
    """
    return run_services.plan_at_once(by, partnership_id)
