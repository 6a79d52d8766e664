"""Who is told when the date of a visit changes, within somebody's open transaction.

The other side is: the school of what the leader did, the leader of what the school did, both of
what a coordinator did. Nobody has a mail about what they did themselves: they have just read it on
the page, which also gives them the file, and their own calendar reads it in the feed.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import diary
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import leader_today, parts, supported_head
from brokerage.engagements.telling import DATE, tell
from brokerage.life import Part
from brokerage.people.models import Person

WHO = ((Part.LEADER, "The leader"), (Part.HEAD, "The school"), (Part.COORDINATOR, "I"))
"""The one who did it, as a mail signed by the coordinator names them."""


def others(session: Session, by: By, engagement: Engagement) -> Iterator[tuple[Part, Person]]:
    """The two in whose calendars a visit stands, as far as they hold their posts and it is not they
    who are acting."""
    today = london_date(by.now)
    both = (
        (Part.LEADER, leader_today(session, engagement, today)),
        (Part.HEAD, supported_head(session, engagement, today)),
    )
    for part, person in both:
        if person is not None and person.id != by.actor.person_id:
            yield part, person


def tell_planned(session: Session, by: By, engagement: Engagement, visit: Visit) -> None:
    """A visit is planned (or stands again)."""
    _tell(session, by, engagement, "visit_planned", visit, [visit], day=visit.planned_on)


def tell_moved(
    session: Session, by: By, engagement: Engagement, visit: Visit, before: object
) -> None:
    """A visit is on another day than ``before``."""
    day = visit.planned_on
    _tell(session, by, engagement, "visit_moved", visit, [visit], day=day, before=before)


def tell_off(
    session: Session,
    by: By,
    engagement: Engagement,
    visit: Visit,
    following: Visit | None,
    told: Collection[Person | None] = (),
    *,
    is_last: bool = False,
) -> None:
    """A visit did not happen, or will not; ``following`` is the new one. ``told`` are those who
    hear of it by another mail. ``is_last``: it is off because the visits are done."""
    both = [visit, following] if following is not None else [visit]
    _tell(
        session,
        by,
        engagement,
        "visit_off",
        following or visit,
        both,
        told,
        before=visit.planned_on,
        past=visit.planned_on is not None and visit.planned_on <= london_date(by.now),
        day=following.planned_on if following else None,
        is_last=is_last,
    )


def who_did_it(by: By, engagement: Engagement) -> str:
    """The actor, as a mail signed by the coordinator names them."""
    mine = parts(by.actor, engagement)
    return next((words for part, words in WHO if part in mine), "Somebody")


def _tell(
    session: Session,
    by: By,
    engagement: Engagement,
    kind: str,
    about: Visit,
    shown: Iterable[Visit],
    told: Collection[Person | None] = (),
    **words: Any,
) -> None:
    session.flush()
    can_move = words.get("day") is not None
    for part, person in others(session, by, engagement):
        if person in told:
            continue
        tell(
            session,
            by,
            engagement,
            kind,
            person,
            key=f"{kind}/{about.id}/{about.version}/{person.id}",
            purpose=DATE if can_move else None,
            about=about,
            calendar=diary.attachment(shown, engagement, part),
            who=who_did_it(by, engagement),
            **words,
        )
