"""Reading what was asked already, what was put off, and which schools are left in peace."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import String, cast, exists, func, select
from sqlalchemy.orm import Session

from brokerage.clock import london_date
from brokerage.follow_ups.ladder import monday_of, put_off
from brokerage.follow_ups.models import DigestItem, FollowUp, Hush, PutOff
from brokerage.follow_ups.rules import Asking, Round
from brokerage.messages.models import Message
from brokerage.school_calendar.rules import SchoolCalendar

Key = tuple[str, int, str, date]


def key_of(asking: Asking) -> Key:
    """By what one asking is told from the next about the same thing."""
    return (asking.subject, asking.subject_id, asking.kind, asking.since)


@dataclass(frozen=True)
class Past:
    """What has come of some askings so far: the rungs climbed in each and when, the days to which
    they were put off, and until when schools are hushed."""

    climbed: dict[Key, dict[Round, date]]
    waits: dict[Key, list[date]]
    hushed: dict[int, date]

    def hushed_until(self, asking: Asking) -> date | None:
        """The last day on which it may not be asked, since its school is hushed."""
        may_be = asking.urn is not None and asking.rule.can_be_hushed
        return self.hushed.get(asking.urn) if may_be and asking.urn else None

    def as_it_stands(
        self, asking: Asking, calendar: SchoolCalendar
    ) -> tuple[Asking, dict[Round, date]]:
        """The asking from the day to which it was put off, if it was; and the rungs climbed."""
        waits = self.waits.get(key_of(asking))
        if waits:
            asking = put_off(asking, waits[-1], calendar)
        done = dict(self.climbed.get(key_of(asking), {}))
        return replace(asking, asked_on=done.get(Round.ASK)), done


def past_of(session: Session, askings: Iterable[Asking], today: date) -> Past:
    """What has come of these askings: three reads, however many there are."""
    ids: defaultdict[str, set[int]] = defaultdict(set)
    urns = set()
    for asking in askings:
        ids[asking.subject].add(asking.subject_id)
        if asking.urn is not None:
            urns.add(asking.urn)
    climbed: defaultdict[Key, dict[Round, date]] = defaultdict(dict)
    waits: defaultdict[Key, list[date]] = defaultdict(list)
    for subject, subject_ids in ids.items():
        rungs = select(FollowUp).where(
            FollowUp.subject == subject, FollowUp.subject_id.in_(subject_ids)
        )
        for row in session.scalars(rungs.order_by(FollowUp.asked_at.desc())):
            key = (subject, row.subject_id, row.kind, row.since)
            climbed[key][Round(row.round)] = london_date(row.asked_at)
        later = select(PutOff).where(PutOff.subject == subject, PutOff.subject_id.in_(subject_ids))
        for wait in session.scalars(later.order_by(PutOff.number)):
            waits[(subject, wait.subject_id, wait.kind, wait.since)].append(wait.until)
    return Past(climbed, waits, hushed(session, urns, today))


def hushed_schools(session: Session, today: date) -> frozenset[int]:
    """The schools that are asked nothing today."""
    return frozenset(session.scalars(select(Hush.urn).where(Hush.until >= today)))


def hushed(session: Session, urns: Collection[int], today: date) -> dict[int, date]:
    """By URN, the last day on which a school is asked nothing: of those that are hushed today."""
    if not urns:
        return {}
    query = select(Hush.urn, func.max(Hush.until)).where(Hush.urn.in_(urns), Hush.until >= today)
    return {row[0]: row[1] for row in session.execute(query.group_by(Hush.urn))}


def digest_key(person_id: int, today: date) -> str:
    """The key of a person's weekly digest."""
    return f"digest/{person_id}/{monday_of(today)}"


def had_digest(session: Session, person_id: int, today: date) -> bool:
    """Whether the person's digest of this week was written."""
    same = select(Message.id).filter_by(key=digest_key(person_id, today))
    return session.scalar(same) is not None


def waiting_for_digest(session: Session, today: date) -> list[int]:
    """The ids of those for whom something is noted, and who had no digest this week yet."""
    key = "digest/" + cast(DigestItem.recipient_id, String) + f"/{monday_of(today)}"
    query = select(DigestItem.recipient_id).where(~exists().where(Message.key == key)).distinct()
    return list(session.scalars(query.order_by(DigestItem.recipient_id)))
