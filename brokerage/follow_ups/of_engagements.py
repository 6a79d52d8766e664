"""Following up engagements: first contact, logs, mid-point, evaluation and the looks back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import contact
from brokerage.engagements.models import Engagement, Succession, Visit
from brokerage.engagements.queries import leader_today, review_of, supported_head
from brokerage.engagements.rules import (
    LIVE,
    OVER,
    WORKING,
    EngagementState,
    NoteKind,
    ReviewKind,
    Side,
    VisitState,
    mid_point_reached,
    months_after,
)
from brokerage.engagements.succession_queries import STILL_TO_ANSWER, open_successions
from brokerage.engagements.telling import tell
from brokerage.follow_ups.digest_lines import DigestLine
from brokerage.follow_ups.rules import MAILED, REMINDERS, Asking, Round
from brokerage.people.links import make_link, marker
from brokerage.people.models import Person
from brokerage.school_calendar.queries import calendar_of

LOOK_BACKS = (
    ("look_back_3", ReviewKind.LOOK_BACK_3, 3),
    ("look_back_6", ReviewKind.LOOK_BACK_6, 6),
)
ASKED_FOR = 8
"""School days for which the school is asked whether they spoke: fewer than its rule's promise."""
MESSAGE = {
    "first_contact": ("first_contact_asked", "engagements.contact_by_link"),
    "first_contact_school": ("school_contact_asked", "engagements.school_contact_by_link"),
    "visit_log": ("log_asked", "engagements.log_by_link"),
    "mid_point": ("mid_point_asked", "engagements.mid_point_by_link"),
    "succession": ("succession_told", "engagements.succession_by_link"),
    "evaluation": ("evaluation_asked", "engagements.evaluation_by_link"),
    "look_back_3": ("look_back_asked", "engagements.look_back_by_link"),
    "look_back_6": ("look_back_asked", "engagements.look_back_by_link"),
}

LOOKED_BACK_ON = timedelta(300)
"""Well after the last look back, a closed engagement is asked nothing more."""


def live(today: date) -> ColumnElement[bool]:
    """Engagements in which something may yet be asked."""
    lately = Engagement.over_at > datetime.combine(today - LOOKED_BACK_ON, time(), UTC)
    closed = and_(Engagement.state == EngagementState.CLOSED, lately)
    return or_(Engagement.state.not_in(OVER), closed)


def askings(session: Session, engagement: Engagement, today: date) -> list[Asking]:
    reached = mid_point_reached(engagement.half_days, engagement.used)
    asks_head = reached or engagement.state not in WORKING
    head = supported_head(session, engagement, today) if asks_head else None
    leader = leader_today(session, engagement, today)
    found: list[Asking] = _successions(engagement)
    if engagement.state is EngagementState.AGREED and engagement.first_contact_on is None:
        due_on = contact.due_on(engagement)
        since = _anew(engagement, due_on, NoteKind.FIRST_CONTACT, NoteKind.VISIT)
        found.append(_of(engagement, "first_contact", since, leader))
    found += _contact_at_school(session, engagement, today)
    if engagement.state in WORKING:
        found += _logs(engagement, leader)
    if engagement.state is EngagementState.ACTIVE:
        found += _mid_point(engagement, head)
    if engagement.state is EngagementState.COMPLETED and engagement.completed_at is not None:
        since = _anew(engagement, london_date(engagement.completed_at), NoteKind.EVALUATION)
        found += _of_head(engagement, "evaluation", since, head)
    if engagement.state is EngagementState.CLOSED and engagement.over_at is not None:
        found += _looks_back(engagement, head, today)
    return found


def _contact_at_school(session: Session, engagement: Engagement, today: date) -> list[Asking]:
    """The school is asked too, whatever the leader has said; once, and silence is a yes: it is gone
    before it would be reminded of. A leader who has not rung is asked by themselves."""
    if not contact.school_is_asked(engagement):
        return []
    since, head = contact.due_on(engagement), None
    if today >= since:  # before that, nobody need be known
        head = supported_head(session, engagement, today)
        if head is None:
            return []
    calendar = calendar_of(session, engagement.partnership_id, engagement.urn)
    return [
        replace(asking, urgent=engagement.first_contact_on is None)
        for asking in _of_head(engagement, "first_contact_school", since, head)
        if head is None or today <= calendar.add_school_days(asking.since, ASKED_FOR)
    ]


def _of(
    engagement: Engagement,
    kind: str,
    since: date,
    person: Person | None,
    visit: Visit | None = None,
) -> Asking:
    to_school = kind not in ("first_contact", "visit_log")
    return Asking(
        kind=kind,
        subject="visit" if visit else "engagement",
        subject_id=visit.id if visit else engagement.id,
        since=since,
        recipient_id=person.id if person else None,
        urn=engagement.urn if to_school else None,
        calendar_urn=engagement.urn if to_school else engagement.leader.home_urn,
    )


def _of_head(
    engagement: Engagement, kind: str, since: date, head: Person | None
) -> Iterator[Asking]:
    """What the supported school's head is asked: anew of one who follows another, since what the
    one before was asked counts for nothing; not at all before they are told that they follow."""
    followed = [
        found
        for found in engagement.successions
        if found.side is Side.SUPPORTED and head is not None and found.person_id == head.id
    ]
    if followed:
        last = followed[-1]
        told = last.answered_at or last.told_at or last.talk_at
        if told is None and last.is_open and engagement.state in STILL_TO_ANSWER:
            return
        since = max(since, london_date(told or last.found_at))
    yield _of(engagement, kind, since, head)


def _anew(
    engagement: Engagement, since: date, *kinds: NoteKind, visit: Visit | None = None
) -> date:
    """The day on which the asking began: anew where an answer that was noted by telephone was
    undone."""
    undone = [
        london_date(note.undone_at)
        for note in engagement.phone_notes
        if note.undone_at and note.kind in kinds and (visit is None or note.visit_id == visit.id)
    ]
    return max([since, *undone])


def _successions(engagement: Engagement) -> list[Asking]:
    """Who follows in post is asked whether it goes on, unless they would rather talk first."""
    if engagement.state not in LIVE:
        return []
    return [
        Asking(
            kind="succession",
            subject="succession",
            subject_id=found.id,
            since=_anew(
                engagement,
                london_date(found.told_at),
                NoteKind.SCHOOL_GOES_ON,
                NoteKind.HOME_GOES_ON,
            ),
            recipient_id=found.person_id,
            urn=_urn(engagement, found.side),
            calendar_urn=_urn(engagement, found.side),
        )
        for found in open_successions(engagement)
        if found.told_at is not None and found.talk_at is None
    ]


def _urn(engagement: Engagement, side: Side) -> int:
    return engagement.urn if side is Side.SUPPORTED else engagement.leader.home_urn


def _logs(engagement: Engagement, leader: Person | None) -> list[Asking]:
    """A log is asked for on the day after the visit was planned, when it has surely happened."""
    return [
        _of(
            engagement,
            "visit_log",
            _anew(
                engagement,
                visit.planned_on + timedelta(1),
                NoteKind.VISIT,
                NoteKind.NO_VISIT,
                visit=visit,
            ),
            leader,
            visit,
        )
        for visit in engagement.visits
        if visit.state is VisitState.PLANNED and visit.planned_on is not None
    ]


def _mid_point(engagement: Engagement, head: Person | None) -> list[Asking]:
    reached = mid_point_reached(engagement.half_days, engagement.used)
    if not reached or review_of(engagement, ReviewKind.MID_POINT) is not None:
        return []
    total = 0
    for visit in sorted(engagement.visits, key=lambda v: (v.logged_at is None, v.logged_at)):
        total += visit.half_days
        if visit.logged_at and mid_point_reached(engagement.half_days, total):
            noted_at = max(visit.logged_at, visit.changed_at or visit.logged_at)
            since = _anew(engagement, london_date(noted_at), NoteKind.MID_POINT)
            return list(_of_head(engagement, "mid_point", since, head))
    return []


def _looks_back(engagement: Engagement, head: Person | None, today: date) -> list[Asking]:
    """Each look back is asked for when its months are over, and not once the next one's are."""
    over_on = london_date(engagement.over_at) if engagement.over_at else today
    found: list[Asking] = []
    for kind, review, months in LOOK_BACKS:
        since = months_after(over_on, months)
        past = today >= months_after(over_on, months + 3)
        if review_of(engagement, review) is None and not past:
            since = _anew(engagement, since, NoteKind(review.value))
            found += _of_head(engagement, kind, since, head)
    return found


def act(session: Session, by: By, engagement: Engagement, asking: Asking, round: Round) -> None:
    if round not in MAILED or asking.recipient_id is None:
        return
    message, purpose = MESSAGE[asking.kind]
    model = {"visit": Visit, "succession": Succession}.get(asking.subject)
    about = session.get_one(model, asking.subject_id) if model else None
    tell(
        session,
        by,
        engagement,
        message,
        session.get_one(Person, asking.recipient_id),
        key=f"{asking.kind}/{asking.subject_id}/{asking.since}/{int(round)}",
        purpose=purpose,
        about=about,
        reminder=round in REMINDERS,
    )


def line(session: Session, by: By, engagement: Engagement, asking: Asking) -> DigestLine:
    """What the weekly digest says of an asking, with its own link."""
    assert asking.recipient_id is not None  # noqa: S101 - else it is the coordinator's
    link = make_link(
        session,
        by,
        MESSAGE[asking.kind][1],
        session.get_one(Person, asking.recipient_id),
        subject=asking.subject,
        subject_id=asking.subject_id,
        partnership_id=engagement.partnership_id,
    )
    return DigestLine(asking.rule.says, engagement.reference, asking.since, marker(link))
