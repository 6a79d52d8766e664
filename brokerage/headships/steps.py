"""Changes to headships and buddyings, within somebody's open transaction."""

from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from brokerage.actor import By, PostKind
from brokerage.clock import london_date
from brokerage.database import changes_one, locked
from brokerage.errors import NotFound, RuleBroken
from brokerage.headships import letters
from brokerage.headships.first_hundred import buddy_by, next_pulse_on
from brokerage.headships.models import Buddying, Headship, PoolMember
from brokerage.headships.profiles import shortlist
from brokerage.headships.queries import HUNDRED_SCHOOL_DAYS, calendar
from brokerage.headships.rules import (
    BUDDYING_LIFE,
    BUDDYING_LIVE,
    POST_OF,
    BuddyingState,
    parts,
)
from brokerage.ledger.steps import record
from brokerage.partnerships.models import Partnership
from brokerage.people import steps as people
from brokerage.people.models import Person


def lock_headship(session: Session, headship_id: int) -> Headship:
    """The headship, locked; its buddyings are changed only under this lock."""
    (headship,) = locked(session, Headship, headship_id)
    return headship


def lock_buddying(session: Session, buddying_id: int) -> Buddying:
    """The buddying, its headship locked first. Raises NotFound."""
    headship_id = session.scalar(select(Buddying.headship_id).filter_by(id=buddying_id))
    if headship_id is None:
        raise NotFound
    lock_headship(session, headship_id)
    (buddying,) = locked(session, Buddying, buddying_id)
    return buddying


def require_coordinated(by: By, headship: Headship) -> None:
    """Raise NotFound unless the actor coordinates the headship's partnership."""
    if headship.partnership_id not in by.actor.coordinates():
        raise NotFound


def require_own(by: By, headship: Headship) -> None:
    """Raise NotFound unless the actor is the new head."""
    if not by.actor.signed_in or by.actor.person_id != headship.person_id:
        raise NotFound


def require_going_on(headship: Headship) -> None:
    if headship.ended_on is not None:
        raise RuleBroken("This is over. Nothing was changed.")


def move(
    session: Session, by: By, buddying: Buddying, event: str, *, on_behalf_of: int | None = None
) -> None:
    """The buddying's next state by its table of life; its place in the pool follows.

    Raises NotFound for somebody who is nothing to it, RuleBroken where the event cannot be now.
    """
    headship = buddying.headship
    who = parts(
        by.actor,
        partnership_id=headship.partnership_id,
        new_head_id=headship.person_id,
        buddy_id=buddying.buddy_id,
    )
    if not who:
        raise NotFound
    before = buddying.state
    buddying.state = BUDDYING_LIFE.after(before, event, who)
    was, is_now = before in BUDDYING_LIVE, buddying.state in BUDDYING_LIVE
    if is_now and not was:
        take_place(session, buddying.buddy_id)
    if not is_now:
        buddying.over_at = by.now
        people.revoke_links(session, by, "buddying", buddying.id)
    if was and not is_now:
        free_place(session, buddying.buddy_id)
    record(
        session,
        by,
        f"buddying.{event}",
        buddying,
        partnership_id=headship.partnership_id,
        on_behalf_of=on_behalf_of,
        fields=["state"],
    )
    session.flush()


def take_place(session: Session, buddy_id: int) -> None:
    """One of the buddy's places is taken; raises RuleBroken where none is free."""
    free = update(PoolMember).where(
        PoolMember.person_id == buddy_id,
        PoolMember.willing,
        PoolMember.buddying < PoolMember.at_once,
    )
    if not changes_one(session, free.values(buddying=PoolMember.buddying + 1)):
        raise RuleBroken(
            "This head has no free place: they have just been asked about another new head, or "
            "have left the pool. Choose somebody else."
        )


def free_place(session: Session, buddy_id: int) -> None:
    taken = update(PoolMember).where(PoolMember.person_id == buddy_id, PoolMember.buddying > 0)
    changes_one(session, taken.values(buddying=PoolMember.buddying - 1))


def suggest_next(session: Session, by: By, headship: Headship) -> None:
    """Bring the next best buddy up for the coordinator, if there is one and none is up already."""
    session.refresh(headship, ["buddyings"])
    last = headship.starts_on + HUNDRED_SCHOOL_DAYS
    over = headship.ended_on is not None or london_date(by.now) > last
    if over or headship.live_buddying() or headship.suggested():
        return
    found = shortlist(session, headship, london_date(by.now)).ranked
    if found:
        best = found[0][1]
        add_suggestion(session, by, headship, found[0][0].person, best.score, best.reasons)


def add_suggestion(
    session: Session, by: By, headship: Headship, person: Person, score: int, reasons: Any
) -> Buddying:
    buddying = Buddying(
        headship=headship,
        buddy=person,
        state=BuddyingState.SUGGESTED,
        score=score,
        reasons=list(reasons),
        suggested_at=by.now,
    )
    session.add(buddying)
    session.flush()
    record(session, by, "buddying.suggested", buddying, partnership_id=headship.partnership_id)
    return buddying


def give_post(session: Session, by: By, headship: Headship) -> None:
    """The post as head, once the appointment is public: before that nothing in the register of
    people may show it."""
    if headship.post_id is not None or not headship.is_public(london_date(by.now)):
        return
    post = people.add_post(
        session,
        by,
        headship.person,
        POST_OF.get(headship.category, PostKind.HEADTEACHER),
        from_on=headship.starts_on,
        urn=headship.urn,
    )
    headship.post_id = post.id


def promise_buddy(
    session: Session, headship: Headship, partnership: Partnership, today: date
) -> None:
    """Work out anew by when a buddy is promised, and when to look next: it is told of, or its
    start has moved."""
    headship.buddy_by = buddy_by(
        calendar(session, headship), headship.told_at, headship.starts_on, partnership.buddy_days
    )
    look_next(session, headship, partnership, today)


def look_next(session: Session, headship: Headship, partnership: Partnership, today: date) -> None:
    """Keep the hint of when this headship's next pulse comes."""
    headship.next_look_on = next_pulse_on(
        calendar(session, headship),
        headship.starts_on,
        today,
        in_school_days=partnership.hundred_in_school_days,
    )


def end_live_buddying(session: Session, by: By, headship: Headship) -> None:
    """The headship is over, so its buddying is: ended if it was agreed, withdrawn if not."""
    for buddying in headship.buddyings:
        if buddying.state in (
            BuddyingState.ACCEPTED,
            BuddyingState.CONFIRMED,
            BuddyingState.ACTIVE,
        ):
            move(session, by, buddying, "end")
        elif buddying.state in (BuddyingState.ASKED, BuddyingState.SUGGESTED):
            move(session, by, buddying, "withdraw")


def close(session: Session, by: By, headship: Headship) -> None:
    """The hundred days are over: the buddying ends with thanks, the answers stay."""
    live = headship.live_buddying()
    if live is not None and live.introduced_on is not None:
        letters.thank_buddy(session, by, live)
    end_live_buddying(session, by, headship)
    headship.ended_on = london_date(by.now)
    record(session, by, "headship.ended", headship, partnership_id=headship.partnership_id)
