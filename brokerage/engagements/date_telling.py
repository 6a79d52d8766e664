"""Who is told when the date of a visit changes, within somebody's open transaction.

The other side is: the school of what the leader did, the leader of what the school did, both of
what a coordinator did. Nobody has a mail about what they did themselves: they have just read it on
the page, which also gives them the file, and their own calendar reads it in the feed.
"""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.engagements import diary
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.queries import leader_today, parts, supported_head
from brokerage.engagements.telling import DATE, VISIT, page_of, tell
from brokerage.life import Part
from brokerage.people.models import Person

WHO = ((Part.LEADER, "The leader"), (Part.HEAD, "The school"), (Part.COORDINATOR, "I"))
"""The one who did it, as a mail signed by the coordinator names them."""


def of_both(session: Session, by: By, engagement: Engagement) -> list[tuple[Part, Person | None]]:
    """The two in whose calendars a visit stands, as far as they hold their posts."""
    today = london_date(by.now)
    leader, head = (
        leader_today(session, engagement, today),
        supported_head(session, engagement, today),
    )
    return [(Part.LEADER, leader), (Part.HEAD, head)]


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


def tell_corrected(
    session: Session, by: By, engagement: Engagement, visit: Visit, *, moved: bool
) -> None:
    """What was noted of a visit is corrected: the school can say anew that it is not right.
    ``moved``: it was on another day."""
    for part, person in of_both(session, by, engagement):
        if person is None or person.id == by.actor.person_id:
            continue
        tell(
            session,
            by,
            engagement,
            "visit_corrected",
            person,
            key=f"visit_corrected/{visit.id}/{visit.version}/{person.id}",
            purpose=VISIT if part is Part.HEAD else None,
            about=visit,
            calendar=diary.attachment([visit] if moved else [], engagement, part),
            who=_who(by, engagement),
            visited_on=visit.happened_on,
            consent_on=visit.consent_on,
            page=page_of(engagement.reference),
            moved=moved,
        )


def _who(by: By, engagement: Engagement) -> str:
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
    for part, person in of_both(session, by, engagement):
        if person is None or person.id == by.actor.person_id or person in told:
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
            who=_who(by, engagement),
            **words,
        )
