"""The coordinator's desk: everything of their partnerships that waits for them."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from brokerage.actor import Actor, PostKind
from brokerage.clock import LONDON, london_date
from brokerage.desks import left_to_desk, of_changes
from brokerage.desks.rules import Line
from brokerage.desks.sending import of_sending
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import unsettled
from brokerage.engagements.rules import OVER, EngagementState, Side
from brokerage.engagements.succession_queries import at_the_desk
from brokerage.headships.desk import at_the_desk as new_heads_at_the_desk
from brokerage.headships.models import Headship
from brokerage.headships.rules import BuddyingState
from brokerage.leaders.asked_queries import silent
from brokerage.leaders.asked_rules import QuestionKind
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.models import Pairing
from brokerage.pairings.queue import ToSend, at_hand
from brokerage.pairings.rules import UNDER_WAY, PairingState, Step, next_step
from brokerage.pairings.second_person import for_officer
from brokerage.web.words import counted

CONFIRM = "engagements.confirm"
FEW = 5
"""Up to so many suggestions stand on the desk one by one."""
ENDED = {EngagementState.CLOSED: "is closed", EngagementState.ENDED_EARLY: "has ended early"}
ASKED = {
    Step.RELEASE: "The releaser has not answered",
    Step.CHOOSE: "The school has not chosen",
    Step.ACCEPT: "The leader has not answered",
}


def lines(session: Session, actor: Actor, today: date) -> list[Line]:
    """All lines of the actor's desk as coordinator, in no order."""
    mine = actor.coordinates()
    if not mine:
        return []
    return [
        *_needs(session, mine),
        *_pairings(session, actor, today),
        *_engagements(session, mine, today),
        *_left(session, mine),
        *_new_heads(session, mine, today),
        *_days(session, mine, today),
        *left_to_desk.lines(session, mine, today),
        *of_sending(session, actor, today),
    ]


def _needs(session: Session, mine: Collection[int]) -> Iterator[Line]:
    states = (NeedState.SUBMITTED, NeedState.OPEN, NeedState.ASKED)
    busy = select(Pairing.need_id).where(
        Pairing.state.in_(UNDER_WAY | {PairingState.SUGGESTED, PairingState.CONFIRMED})
    )
    query = select(Need).where(Need.partnership_id.in_(mine), Need.state.in_(states))
    for need in session.scalars(query.where(Need.id.not_in(busy))):
        values = {"reference": need.reference}
        whom = f"{need.school.name} ({need.reference})"
        if need.called_at is None and need.state is not NeedState.ASKED:
            yield Line("A new need", whom, "Ring them", "needs.read", values, need.call_by)
        elif need.state is NeedState.ASKED:
            yield Line("Your question is open", whom, "See it", "needs.read", values)
        else:
            yield Line(
                "Somebody is to be found",
                whom,
                "Find somebody",
                "pairings.matching.shortlist",
                values,
                need.name_by,
            )


def of_officer(session: Session, actor: Actor, today: date) -> list[Line]:
    """What an officer confirms, since every coordinator is of the supported school."""
    if not actor.partnerships(PostKind.OFFICER):
        return []
    return [_to_confirm(pairing) for pairing in for_officer(session, actor, today)]


def _to_confirm(pairing: Pairing) -> Line:
    whom = f"{pairing.leader.person.name} for {pairing.need.school.name}"
    what, values = "All have agreed: you confirm", {"reference": pairing.reference}
    return Line(what, whom, "Confirm", CONFIRM, values, at_once=True)


def _pairings(session: Session, actor: Actor, today: date) -> Iterator[Line]:
    yesterday = datetime.combine(today - timedelta(1), time(), LONDON)
    under_way, waiting = at_hand(session, actor.coordinates(), yesterday, FEW)
    yield from _suggestions(waiting)
    for pairing in under_way:
        whom = f"{pairing.leader.person.name} for {pairing.need.school.name}"
        values = {"reference": pairing.reference}
        if pairing.step is None and next_step(pairing.order, pairing.state) is None:
            own = pairing.need.urn in actor.schools()
            what = "All have agreed: somebody else confirms" if own else "All have agreed"
            action, where = ("See who", "pairings.read") if own else ("Confirm", CONFIRM)
            yield Line(what, whom, action, where, values, at_once=not own)
        elif pairing.step is not None and pairing.due_on is not None and pairing.due_on < today:
            yield Line(
                ASKED[pairing.step], whom, "Ring them", "pairings.read", values, pairing.due_on
            )
        elif pairing.step is not None and pairing.ring_wanted_at is not None:
            since = london_date(pairing.ring_wanted_at)
            yield Line(
                "Somebody who is asked would like a call",
                whom,
                "Ring them",
                "pairings.read",
                values,
                since=since,
            )


def _suggestions(waiting: ToSend) -> Iterator[Line]:
    """A few suggestions by themselves, more than that together, as the plan that they are; and
    those that a second look found for needs that had nobody."""
    if waiting.found:
        what = f"{counted(waiting.found, 'need')} that waited could be placed now"
        new = f"{waiting.new} new since yesterday" if waiting.new else "Nobody has heard of it yet"
        at_once = bool(waiting.new)
        yield Line(what, new, "Look at them", "pairings.matching.plan", at_once=at_once)
    if waiting.total > FEW:
        what = f"{counted(waiting.total, 'suggestion')} wait for you"
        yield Line(what, "Nobody has heard of them yet", "Look at them", "pairings.matching.plan")
        return
    for pairing in waiting.first:
        yield Line(
            "A suggestion waits for you",
            f"{pairing.leader.person.name} for {pairing.need.school.name}",
            "Look at it",
            "pairings.matching.shortlist",
            {"reference": pairing.need.reference},
            pairing.need.name_by,
        )


def _engagements(session: Session, mine: Collection[int], today: date) -> Iterator[Line]:
    for engagement, visit, concern, change in unsettled(session, mine, today):
        if change is not None:
            yield of_changes.to_see_to(change)
        if visit is not None:
            yield _about(
                engagement, "A log is disputed", "Settle it", visit.disputed_at, f"visit-{visit.id}"
            )
        if concern is not None:
            action = "Settle it" if engagement.state in OVER else "Read it"
            place = f"concern-{concern.id}"
            yield _about(engagement, "A concern", action, concern.raised_at, place)


def _left(session: Session, mine: Collection[int]) -> Iterator[Line]:
    """Support in which somebody has left their post, and nobody follows yet or they would talk."""
    for engagement, found in at_the_desk(session, mine):
        what = "Somebody has left, and who follows is not known"
        action = "See it"
        if found.side is Side.LEADER:
            what, action = "The leader is no longer on the register", "Settle who goes on"
        elif found.person is not None:
            what, action = "Somebody new in post would like to talk", "Ring them"
        yield _about(engagement, what, action, found.found_at, f"succession-{found.id}")


def _about(engagement: Engagement, what: str, action: str, at: datetime | None, place: str) -> Line:
    """What is to be settled in an engagement, be it over or not; ``place`` is where it stands on
    the engagement's page."""
    whom = f"{engagement.leader.person.name} at {engagement.school.name}"
    if engagement.state in OVER:
        whom += f", support that {ENDED[engagement.state]}"
    values = {"reference": engagement.reference, "_anchor": place}
    since = london_date(at) if at else None
    return Line(what, whom, action, "engagements.read", values, since=since)


def _new_heads(session: Session, mine: Collection[int], today: date) -> Iterator[Line]:
    waiting = new_heads_at_the_desk(session, mine, today)
    for ring in waiting.rings:
        headship = ring.headship
        what = "A new head asks to be rung today"
        whom, since = headship.person.name, london_date(ring.asked_at)
        yield _of_head(headship, what, whom, "Ring them", since=since, at_once=True)
    for headship in waiting.to_check:
        what = "A new head was told to us"
        yield _of_head(headship, what, headship.school.name, "See that it is right")
    for headship in waiting.without_buddy:
        yield Line(
            "A new head has no buddy",
            headship.person.name,
            "Find a buddy",
            "headships.buddies",
            {"headship_id": headship.id},
            headship.buddy_by,
        )
    for buddying in waiting.to_move_on:
        headship = buddying.headship
        accepted = buddying.state is BuddyingState.ACCEPTED
        if not accepted and not headship.is_public(today):
            continue  # they can be introduced once it is announced
        yield _of_head(
            headship,
            "A buddy has said yes" if accepted else "They are to be introduced",
            f"{buddying.buddy.name} for {headship.person.name}",
            "Confirm" if accepted else "Introduce",
            headship.buddy_by,
        )


def _of_head(
    headship: Headship,
    what: str,
    whom: str,
    action: str,
    due_on: date | None = None,
    *,
    since: date | None = None,
    at_once: bool = False,
) -> Line:
    values = {"headship_id": headship.id}
    return Line(what, whom, action, "headships.read", values, due_on, since, at_once)


def _days(session: Session, mine: Collection[int], today: date) -> Iterator[Line]:
    said_nothing = silent(session, mine, today)
    next_year = [one for one in said_nothing if one.question.kind is QuestionKind.ROUND]
    still = [one for one in said_nothing if one.question.kind is QuestionKind.STILL]
    if next_year:
        count, values = len(next_year), {"partnership": next_year[0].partnership_id}
        whom = f"{counted(count, 'leader')} {'has' if count == 1 else 'have'} not answered"
        yield Line("Days for next year", whom, "See who", "leaders.asked.round", values)
    what = "Not said: if the days left are right"
    if len(still) > FEW:
        values = {"partnership": still[0].partnership_id}
        whom = counted(len(still), "leader")
        yield Line(what, whom, "See the register", "leaders.register", values)
        return
    for one in still:
        values = {"question_id": one.question.id}
        whom, since = one.question.leader.person.name, one.question.since
        yield Line(what, whom, "Ask them, and note it", "leaders.asked.note", values, since=since)
