"""Following up changes of agreements: the answers of those whom they touch, and a pause's end."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import change_telling
from brokerage.engagements.agreement_models import Change
from brokerage.engagements.change_following import SIDE
from brokerage.engagements.change_queries import person_asked, still_asked
from brokerage.engagements.change_rules import Asked, ChangeKind, ChangeState
from brokerage.engagements.models import Engagement
from brokerage.engagements.rules import EngagementState
from brokerage.follow_ups.rules import MAILED, REMINDERS, Asking, Round
from brokerage.people.models import Person

KINDS = {
    Asked.RELEASER: "change_releaser",
    Asked.HEAD: "change_head",
    Asked.LEADER: "change_leader",
    Asked.COORDINATOR: "change_coordinator",
}


def live(_today: date) -> ColumnElement[bool]:
    """Changes in which something may yet be asked."""
    paused = and_(
        Change.kind == ChangeKind.PAUSE,
        Change.state == ChangeState.AGREED,
        Change.engagement.has(Engagement.state == EngagementState.PAUSED),
    )
    return or_(Change.state == ChangeState.PROPOSED, paused)


def askings(session: Session, change: Change, today: date) -> list[Asking]:
    if change.kind is ChangeKind.PAUSE and change.state is ChangeState.AGREED:
        return _pause(session, change, today)
    if change.stuck:
        return []
    return [
        _of(change, KINDS[asked], since, person, asked)
        for asked, person in still_asked(session, change, today).items()
        if (since := _begun(change, asked, person)) is not None
    ]


def _of(
    change: Change, kind: str, since: date, person: Person | None, asked: Asked = Asked.COORDINATOR
) -> Asking:
    home, supported = change.engagement.leader.home_urn, change.engagement.urn
    hushed = {Asked.RELEASER: home, Asked.HEAD: supported}
    calendars = hushed | {Asked.LEADER: home}
    return Asking(
        kind=kind,
        subject="change",
        subject_id=change.id,
        since=since,
        recipient_id=person.id if person else None,
        due_on=change.due_on if change.state is ChangeState.PROPOSED else None,
        urn=hushed.get(asked),
        calendar_urn=calendars.get(asked),
    )


def _begun(change: Change, asked: Asked, person: Person | None) -> date | None:
    """When it was asked: anew where an answer that was noted by telephone was undone, and of who
    follows another in post; None while they are still to be told that they follow."""
    undone = [london_date(given.undone_at) for given in change.answers if given.undone_at]
    since = max([london_date(change.asked_at), *undone])
    followed = [
        found
        for found in change.engagement.successions
        if found.side is SIDE.get(asked) and person is not None and found.person_id == person.id
    ]
    if not followed:
        return since
    told = followed[-1].told_at or followed[-1].talk_at or followed[-1].answered_at
    if told is None:
        return None if followed[-1].is_open else since
    return max(since, london_date(told))


def _pause(session: Session, change: Change, today: date) -> list[Asking]:
    """On the day until which support is paused, the coordinator is asked whether it goes on."""
    engagement, until = change.engagement, change.engagement.paused_until
    if engagement.state is not EngagementState.PAUSED or until is None:
        return []
    if change.new.get("until") != until.isoformat():
        return []  # an earlier pause, which is over
    coordinator = person_asked(session, engagement, Asked.COORDINATOR, today)
    return [_of(change, "pause_over", until, coordinator)]


def act(session: Session, by: By, change: Change, asking: Asking, round: Round) -> None:
    if round not in MAILED or asking.recipient_id is None:
        return
    reminder = round in REMINDERS
    if asking.kind == "pause_over":
        change_telling.tell_coordinator(session, by, change, "pause_over", reminder=reminder)
    elif asking.kind != KINDS[Asked.COORDINATOR]:
        person = session.get_one(Person, asking.recipient_id)
        change_telling.ask_one(session, by, change, person, round=int(round))
