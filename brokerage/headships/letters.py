"""The messages of this room and the links in them, within somebody's open transaction.

Keys begin with the headship, so that ``brokerage check`` can see what was sent about it when. Until
it is announced, only the new head's own address and coordinators are written to by name; a buddy
who is asked earlier hears neither the head nor the school.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.headships.models import Buddying, Headship
from brokerage.headships.queries import partnership_of
from brokerage.messages import steps as messages
from brokerage.people import steps as people
from brokerage.people.links import make_link, marker
from brokerage.people.models import Link, Person
from brokerage.people.queries import coordinator_of

LINK_LASTS = timedelta(days=400)  # from the notice in spring to day 100 in the next one
OWN_PAGE = "new_head.by_link"
BUDDY_ASKED = "buddies.answer"
BUDDY_PAGE = "buddies.by_link"
OPEN = "headships.open_by_link"


def write(
    session: Session,
    by: By,
    headship: Headship,
    kind: str,
    to: Person | None,
    key: str,
    **words: Any,
) -> None:
    """A message about a headship, signed by its coordinator; its key begins with the headship."""
    if to is None:
        return
    partnership = partnership_of(session, headship)
    messages.write(
        session,
        by,
        kind,
        people.recipient(to),
        key=f"headship/{headship.id}/{key}",
        partnership_id=headship.partnership_id,
        signed=people.signatory(session, partnership, london_date(by.now)),
        **words,
    )


def own_link(session: Session, by: By, headship: Headship) -> str:
    """A marker of a link to the new head's own page; it may be used as often as they like."""
    return marker(_link(session, by, OWN_PAGE, headship.person, "headship", headship.id, headship))


def buddy_link(session: Session, by: By, buddying: Buddying, purpose: str) -> str:
    """A marker of a link for the buddy: to answer, or to their page."""
    about = buddying.headship
    return marker(_link(session, by, purpose, buddying.buddy, "buddying", buddying.id, about))


def tell_coordinator(session: Session, by: By, headship: Headship, kind: str, key: str) -> None:
    """A message to the named coordinator, with a link to the headship's page."""
    to = coordinator_of(session, headship.partnership_id, london_date(by.now))
    if to is not None and to.id != by.actor.person_id:
        link = marker(_link(session, by, OPEN, to, "headship", headship.id, headship))
        write(session, by, headship, kind, to, key, link=link)


def _link(
    session: Session,
    by: By,
    purpose: str,
    person: Person,
    subject: str,
    subject_id: int,
    headship: Headship,
) -> Link:
    return make_link(
        session,
        by,
        purpose,
        person,
        subject=subject,
        subject_id=subject_id,
        partnership_id=headship.partnership_id,
        lasts=LINK_LASTS,
    )


def send_welcome(session: Session, by: By, headship: Headship) -> None:
    """The new head's link to their page, to their own address."""
    link = own_link(session, by, headship)
    write(session, by, headship, "new-head-welcome", headship.person, f"welcome/{link}", link=link)


def send_pulse(session: Session, by: By, headship: Headship, day: int) -> None:
    link = own_link(session, by, headship)
    key = f"pulse/{day}"
    write(session, by, headship, "new-head-pulse", headship.person, key, link=link, number=day)


def copy_to_head(session: Session, by: By, headship: Headship, what: str) -> None:
    """What was recorded for the new head: they see it, and can put it right, on their page."""
    link = own_link(session, by, headship)
    key = f"copy/{link}"
    write(session, by, headship, "recorded-for-you", headship.person, key, link=link, what=what)


def copy_to_buddy(session: Session, by: By, buddying: Buddying, what: str, *, page: bool) -> None:
    """What was recorded for the buddy; with a link to take it back, where there is a page."""
    link = buddy_link(session, by, buddying, BUDDY_PAGE) if page else None
    key = f"buddying/{buddying.id}/copy/{by.now.isoformat()}"
    about = buddying.headship
    write(session, by, about, "recorded-for-you", buddying.buddy, key, link=link, what=what)


def ask_buddy(session: Session, by: By, buddying: Buddying) -> None:
    link = buddy_link(session, by, buddying, BUDDY_ASKED)
    key = f"buddying/{buddying.id}/asked"
    about = buddying.headship
    write(session, by, about, "buddy-asked", buddying.buddy, key, link=link, due_on=buddying.due_on)


def introduce(session: Session, by: By, buddying: Buddying, about_buddy: str | None) -> None:
    """A card each: name, school, a number, and who rings first. ``about_buddy`` is the buddy's
    school."""
    headship, buddy = buddying.headship, buddying.buddy
    key = f"buddying/{buddying.id}/introduced"
    write(
        session,
        by,
        headship,
        "buddy-card",
        headship.person,
        f"{key}/head",
        link=own_link(session, by, headship),
        buddy=buddy,
        school=about_buddy,
    )
    write(
        session,
        by,
        headship,
        "new-head-card",
        buddy,
        f"{key}/buddy",
        link=buddy_link(session, by, buddying, BUDDY_PAGE),
        head=headship.person,
        school=headship.school.name,
        starts_on=headship.starts_on,
    )


def say_over(session: Session, by: By, buddying: Buddying) -> None:
    """A buddying was ended: whoever did not end it is told so, without a reason."""
    headship = buddying.headship
    key = f"buddying/{buddying.id}/over"
    for person in (headship.person, buddying.buddy):
        if person.id != by.actor.person_id:
            write(session, by, headship, "buddying-over", person, f"{key}/{person.id}")


def thank_buddy(session: Session, by: By, buddying: Buddying) -> None:
    key = f"buddying/{buddying.id}/thanks"
    write(session, by, buddying.headship, "buddy-thanks", buddying.buddy, key)


def thank_for_yes(session: Session, by: By, buddying: Buddying) -> None:
    """The buddy's own page, where a yes can be taken back."""
    link = buddy_link(session, by, buddying, BUDDY_PAGE)
    key = f"buddying/{buddying.id}/yes"
    write(session, by, buddying.headship, "buddy-said-yes", buddying.buddy, key, link=link)


def say_not_needed(session: Session, by: By, buddying: Buddying) -> None:
    key = f"buddying/{buddying.id}/not-needed"
    write(session, by, buddying.headship, "buddy-not-needed", buddying.buddy, key)


def ask_to_ring(session: Session, by: By, headship: Headship, ring_id: int) -> None:
    """To the named coordinator at once; where they cannot be written to, to the partnership."""
    key = f"ring/{ring_id}"
    today = london_date(by.now)
    coordinator = coordinator_of(session, headship.partnership_id, today)
    if coordinator is not None and people.recipient(coordinator).address is not None:
        tell_coordinator(session, by, headship, "ring-me", key)
        return
    partnership = partnership_of(session, headship)
    messages.write(
        session,
        by,
        "ring-me",
        messages.Recipient(None, partnership.name, partnership.email),
        key=f"headship/{headship.id}/{key}",
        partnership_id=partnership.id,
        signed=people.signatory(session, partnership, today),
        link=None,
    )
