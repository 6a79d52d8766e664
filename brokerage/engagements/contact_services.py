"""What the supported school says of the first contact: that they spoke, or that nobody has rung."""

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.engagements import contact, steps
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts, supported_head
from brokerage.engagements.rules import SPEAKERS
from brokerage.engagements.telling import CONTACT, SCHOOL_CONTACT, coordinator, settled, tell
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.people.models import Person
from brokerage.people.steps import use_link
from brokerage.web.words import london_day


@use_case("engagement.school_contact")
def school_says(
    by: By, session: Session, engagement_id: int, *, spoken: bool, link_id: int | None = None
) -> None:
    """The head says (or a coordinator notes for them) whether leader and school have spoken.

    "Yes" begins the support where nobody had said so before; "no" brings it to the coordinator, as
    a concern to settle where it was noted that they spoke. The same link takes a yes after a no;
    what was said already changes nothing.
    """
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if not mine & SPEAKERS:
        raise NotFound
    if not contact.is_open(engagement):
        raise RuleBroken("The support has gone on since: nobody asks this any more.")
    if engagement.school_spoke is spoken:
        return
    head = None
    if Part.HEAD not in mine:
        head = supported_head(session, engagement, london_date(by.now))
    engagement.school_spoke = spoken
    engagement.next_look_on = london_date(by.now)
    record(
        session,
        by,
        "engagement.school_spoke" if spoken else "engagement.school_not_rung",
        engagement,
        partnership_id=engagement.partnership_id,
        on_behalf_of=head.id if head else None,
        fields=["school_spoke"],
    )
    if spoken:
        if link_id is not None:
            use_link(session, by, link_id)
        _they_spoke(session, by, engagement)
    else:
        _nobody_rang(session, by, engagement)
    if head is not None:
        _copy(session, by, engagement, head)


def _they_spoke(session: Session, by: By, engagement: Engagement) -> None:
    settled(session, by, engagement, CONTACT)
    if engagement.first_contact_on is None:
        engagement.first_contact_on = london_date(by.now)
    steps.begin_if_agreed(session, by, engagement)


def _nobody_rang(session: Session, by: By, engagement: Engagement) -> None:
    told, today = coordinator(session, by, engagement), london_date(by.now)
    if engagement.first_contact_on is None:
        key = f"contact_missing/{engagement.id}/{today}"
        tell(session, by, engagement, "contact_missing", told, key=key)
        return
    spoke = london_day(engagement.first_contact_on)
    words = f"It is noted that they spoke on {spoke}; the school says that nobody has rung."
    steps.note_concern(session, by, engagement, words)
    key = f"contact_disputed/{engagement.id}/{by.now.isoformat()}"
    tell(session, by, engagement, "contact_disputed", told, key=key)


def _copy(session: Session, by: By, engagement: Engagement, head: Person) -> None:
    """What a coordinator noted for the head goes to them, with the link that says it otherwise."""
    key = f"school_contact_noted/{engagement.id}/{by.now.isoformat()}"
    tell(
        session,
        by,
        engagement,
        "school_contact_noted",
        head,
        key=key,
        purpose=SCHOOL_CONTACT,
        spoken=bool(engagement.school_spoke),
    )
