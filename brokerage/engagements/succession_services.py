"""Use cases of a change of post in the middle of support: found, agreed to, talked about first."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, reading, use_case
from brokerage.engagements import phone_notes, succession_steps
from brokerage.engagements.models import Engagement, Succession
from brokerage.engagements.rules import LIVE, NoteKind, Side
from brokerage.engagements.succession_queries import (
    succession_by_id,
    succession_for,
    to_hand_over,
)
from brokerage.engagements.telling import SUCCESSION, coordinator, tell
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.people.models import Person
from brokerage.people.steps import revoke_links, use_link

NOTE = {Side.SUPPORTED: NoteKind.SCHOOL_GOES_ON, Side.HOME: NoteKind.HOME_GOES_ON}


def hand_over_where_left(by: By, hushed: Collection[int] = ()) -> int:
    """Wherever somebody has left their post, or somebody follows one who left: each support in a
    transaction of its own. How many were handed over, or found without anybody. Nobody of a
    ``hushed`` school (by its URN) is told yet."""
    ids = to_hand_over(reading(), london_date(by.now))
    reading().rollback()
    return sum(hand_over(by, number, hushed) for number in ids)


@use_case("engagement.hand_over")
def hand_over(by: By, session: Session, engagement_id: int, hushed: Collection[int] = ()) -> bool:
    """See who has left this support, and tell those who follow once they may be asked; whether
    anything changed."""
    (engagement,) = locked(session, Engagement, engagement_id)
    return succession_steps.hand_over(session, by, engagement, hushed)


@use_case("succession.agree")
def agree(by: By, session: Session, succession_id: int, *, link_id: int | None = None) -> None:
    """Who follows goes on with the support as it was agreed; what was open is asked of them. Noted
    by a coordinator, as they said it by telephone, it brings them a copy.

    Raises NotFound for anybody else, RuleBroken where the support is over.
    """
    engagement, succession, person = _to_answer(session, by, succession_id)
    before = phone_notes.as_it_stands(engagement) | {"succession": succession.id}
    if link_id is not None:
        use_link(session, by, link_id)
    succession.answered_at = by.now
    revoke_links(session, by, "succession", succession.id, purposes=[SUCCESSION])
    told_by = phone_notes.spoken_for(by, person)
    record(
        session,
        by,
        "succession.agreed",
        succession,
        partnership_id=engagement.partnership_id,
        on_behalf_of=told_by.id if told_by else None,
        fields=["answered_at"],
    )
    if succession.side is Side.SUPPORTED:
        succession_steps.ask_what_is_open(session, by, engagement, person, succession)
    phone_notes.keep(session, by, engagement, NOTE[succession.side], told_by, before)


@use_case("succession.talk")
def talk_first(by: By, session: Session, succession_id: int) -> None:
    """They would rather talk before they say yes: it comes onto the coordinator's desk. The support
    goes on meanwhile, and the link still takes their yes."""
    engagement, succession, _ = _to_answer(session, by, succession_id)
    if succession.talk_at is not None:
        return
    succession.talk_at = by.now
    record(session, by, "succession.talk", succession, partnership_id=engagement.partnership_id)
    tell(
        session,
        by,
        engagement,
        "succession_talk",
        coordinator(session, by, engagement),
        key=f"succession_talk/{succession.id}",
    )


def _to_answer(
    session: Session, by: By, succession_id: int
) -> tuple[Engagement, Succession, Person]:
    """What is to be answered, locked: the engagement first, as everywhere."""
    found = succession_by_id(session, succession_id)
    (engagement,) = locked(session, Engagement, found.engagement_id)
    session.expire(engagement, ["successions"])
    succession = succession_for(by.actor, engagement, succession_id)
    if succession.person_id is None:
        raise RuleBroken("Nobody is known yet who follows. Add their post first, under People.")
    if engagement.state not in LIVE:
        raise RuleBroken("The visits are done, so there is nothing left to go on with.")
    return engagement, succession, session.get_one(Person, succession.person_id)
