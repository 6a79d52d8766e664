"""Somebody who stood for a side of support has left their post: what dies, what stays, who is told.

Within somebody's open transaction. Their links die; the days stay agreed and the visits planned;
who follows them is told in one page, in the hours in which they may be asked, and re-agrees in one
step; nobody asks the one who left.
"""

from collections.abc import Collection

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements.change_following import ask_follower
from brokerage.engagements.change_queries import changes_of
from brokerage.engagements.models import Engagement, Succession
from brokerage.engagements.queries import leader_today, review_of
from brokerage.engagements.rules import (
    LIVE,
    EngagementState,
    ReviewKind,
    Side,
    VisitState,
    mid_point_reached,
)
from brokerage.engagements.succession_queries import follower, still_stands
from brokerage.engagements.telling import EVALUATION, MID_POINT, SUCCESSION, VISIT, tell
from brokerage.ledger.steps import record
from brokerage.people.models import Person
from brokerage.people.steps import revoke_links_of
from brokerage.school_calendar.asking_hours import may_be_asked, next_asking
from brokerage.school_calendar.queries import calendar_of


def hand_over(session: Session, by: By, engagement: Engagement, hushed: Collection[int]) -> bool:
    """Look at each side: whether somebody left, somebody follows, or may now be told, which nobody
    of a ``hushed`` school is. The engagement is locked. Answers whether anything changed."""
    sides = list(Side) if engagement.state in LIVE else [Side.SUPPORTED]
    changed = [_look_at(session, by, engagement, side) for side in sides]
    told = [_tell_in_hours(session, by, engagement, side, hushed) for side in sides]
    return any(changed + told)


def _look_at(session: Session, by: By, engagement: Engagement, side: Side) -> bool:
    today = london_date(by.now)
    pending, changed = _pending(engagement, side), False
    if side is Side.LEADER:
        here = still_stands(session, engagement, side, today)
        if here and pending is not None:
            pending.over_at, changed = by.now, True
        elif not here and pending is None:
            _leave(session, by, engagement, side)
            changed = True
        return changed
    if _stands_for(engagement, side) and not still_stands(session, engagement, side, today):
        if pending is not None:
            pending.over_at = by.now
        pending, changed = _leave(session, by, engagement, side), True
    if pending is not None and pending.person_id is None:
        person = follower(session, engagement, side, today)
        if person is not None:
            _follow(session, by, engagement, pending, person)
            changed = True
    return changed


def _pending(engagement: Engagement, side: Side) -> Succession | None:
    return next((s for s in engagement.successions if s.is_open and s.side is side), None)


def _stands_for(engagement: Engagement, side: Side) -> int | None:
    return {
        Side.SUPPORTED: engagement.head_id,
        Side.HOME: engagement.releaser_id,
        Side.LEADER: engagement.leader.person_id,
    }[side]


def _leave(session: Session, by: By, engagement: Engagement, side: Side) -> Succession:
    """Who stood for this side has left: every link of theirs about this support dies."""
    before_id = _stands_for(engagement, side)
    if before_id is not None:
        revoke_links_of(session, by, before_id, _all_of(session, engagement))
    if side is Side.SUPPORTED:
        engagement.head_id = None
    elif side is Side.HOME:
        engagement.releaser_id = None
    found = Succession(engagement_id=engagement.id, side=side, before_id=before_id, found_at=by.now)
    session.add(found)
    session.flush()
    session.expire(engagement, ["successions"])
    engagement.next_look_on = london_date(by.now)
    record(session, by, "succession.found", found, partnership_id=engagement.partnership_id)
    return found


def _all_of(session: Session, engagement: Engagement) -> dict[str, list[int]]:
    """Everything in this support that a link can be about: ids by table."""
    changes = changes_of(session, engagement)
    return {
        "engagement": [engagement.id],
        "visit": [visit.id for visit in engagement.visits],
        "change": [change.id for change in changes],
        "change_answer": [given.id for change in changes for given in change.answers],
        "phone_note": [note.id for note in engagement.phone_notes],
        "succession": [found.id for found in engagement.successions],
    }


def _follow(
    session: Session, by: By, engagement: Engagement, succession: Succession, person: Person
) -> None:
    """``person`` follows: they stand for this side from now on."""
    succession.person_id = person.id
    if succession.side is Side.SUPPORTED:
        engagement.head_id = person.id
    else:
        engagement.releaser_id = person.id
    record(
        session,
        by,
        "succession.followed",
        succession,
        partnership_id=engagement.partnership_id,
        fields=["person_id"],
    )
    if succession.side is Side.SUPPORTED and engagement.state in LIVE:
        leader = leader_today(session, engagement, london_date(by.now))
        home = engagement.leader.home_urn
        tell(
            session,
            by,
            engagement,
            "head_has_changed",
            leader,
            key=f"head/{succession.id}",
            not_before=next_asking(calendar_of(session, engagement.partnership_id, home), by.now),
        )


def _tell_in_hours(
    session: Session, by: By, engagement: Engagement, side: Side, hushed: Collection[int]
) -> bool:
    """Tell who follows on this side, where they were not and may be now; whether they were."""
    found = _pending(engagement, side)
    if found is None or found.person_id is None or found.told_at or found.talk_at:
        return False
    urn = engagement.urn if side is Side.SUPPORTED else engagement.leader.home_urn
    calendar = calendar_of(session, engagement.partnership_id, urn)
    if urn in hushed or not may_be_asked(calendar, by.now):
        return False
    _tell(session, by, engagement, found, session.get_one(Person, found.person_id))
    return True


def _tell(
    session: Session, by: By, engagement: Engagement, succession: Succession, person: Person
) -> None:
    """One message says what there is to know, and asks what is to be said."""
    succession.told_at = by.now
    engagement.next_look_on = london_date(by.now)
    record(session, by, "succession.told", succession, partnership_id=engagement.partnership_id)
    if engagement.state is EngagementState.COMPLETED:
        succession.over_at = by.now  # nothing is left to go on with, but for what it has changed
        ask_what_is_open(session, by, engagement, person, succession)
        return
    tell(
        session,
        by,
        engagement,
        "succession_told",
        person,
        key=f"succession_told/{succession.id}",
        purpose=SUCCESSION,
        about=succession,
        reminder=False,
    )
    ask_follower(session, by, engagement, succession.side, person)


def ask_what_is_open(
    session: Session, by: By, engagement: Engagement, person: Person, succession: Succession
) -> None:
    """What the head before was asked and had not answered, asked of the new one."""
    key = f"succession/{succession.id}"
    half_way = mid_point_reached(engagement.half_days, engagement.used)
    if engagement.state is EngagementState.COMPLETED:
        tell(
            session,
            by,
            engagement,
            "evaluation_asked",
            person,
            key=f"{key}/evaluation_asked",
            purpose=EVALUATION,
            reminder=False,
        )
    elif half_way and review_of(engagement, ReviewKind.MID_POINT) is None:
        tell(
            session,
            by,
            engagement,
            "mid_point_asked",
            person,
            key=f"{key}/mid_point_asked",
            purpose=MID_POINT,
            reminder=False,
        )
    for visit in engagement.visits:
        if visit.state is VisitState.LOGGED:
            tell(
                session,
                by,
                engagement,
                "visit_logged",
                person,
                key=f"{key}/visit_logged/{visit.id}",
                purpose=VISIT,
                about=visit,
                consent_on=visit.consent_on,
            )
