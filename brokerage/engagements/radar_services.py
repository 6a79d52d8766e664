"""Use cases of the radar: a coordinator writes to somebody, or leaves a line until a day."""

from datetime import date, timedelta

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.engagements.models import Engagement
from brokerage.engagements.queries import parts, supported_head
from brokerage.engagements.radar_models import RadarMessage, RadarRest
from brokerage.engagements.radar_queries import stuck_by_id, written_lately
from brokerage.engagements.radar_rules import Sign
from brokerage.engagements.rules import LIVE
from brokerage.errors import NotFound, RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.messages import steps as messages
from brokerage.messages.steps import Signatory
from brokerage.partnerships.models import Partnership
from brokerage.people.models import Person
from brokerage.people.steps import recipient
from brokerage.school_calendar.queries import calendar_of
from brokerage.web.words import london_day

LONGEST = timedelta(days=100)
"""So long a line can be left at most: long enough for the summer holidays."""
MOST_LETTERS = {"subject": 200, "text": 4000}


@use_case("radar.write")
def write_to(
    by: By,
    session: Session,
    engagement_id: int,
    sign: Sign,
    whom: Part,
    *,
    subject: str,
    text: str,
    seen: int = 0,
) -> int:
    """Write to the leader or the head, in the actor's own name; answers the id of what was kept.

    ``seen`` is the latest message about the same that the actor knows of: where somebody has
    written since, nothing is sent, and the actor is told. Raises RuleBroken for nobody to write to.
    """
    engagement = _coordinated(session, by, engagement_id)
    person = addressee(session, engagement, whom, london_date(by.now))
    if person is None or not recipient(person).address:
        raise RuleBroken("There is no e-mail address to write to. Ring them instead.")
    for field, typed in (("subject", subject), ("text", text)):
        if not typed.strip():
            raise RuleBroken("Write something here.", field=field)
        if len(typed) > MOST_LETTERS[field]:
            raise RuleBroken(f"Use up to {MOST_LETTERS[field]} characters.", field=field)
    last = written_lately(session, engagement, sign, person.id, london_date(by.now))
    if last is not None and last.id > seen:
        raise RuleBroken(
            f"Somebody has written to {person.name} about this meanwhile, on "
            f"{london_day(last.written_at)}. Send yours only if it is still wanted."
        )
    written = RadarMessage(
        engagement_id=engagement.id,
        sign=sign,
        person_id=person.id,
        written_by=by.actor.person_id,
        written_at=by.now,
        subject=_unmarked(messages.one_line(subject)),
        text=_unmarked(text.strip()),
    )
    session.add(written)
    session.flush()
    messages.write(
        session,
        by,
        "radar_message",
        recipient(person),
        key=f"radar/{written.id}",
        partnership_id=engagement.partnership_id,
        signed=own_signatory(session, by.actor.person_id, engagement),
        subject=written.subject,
        text=written.text,
    )
    record(
        session,
        by,
        "radar.written",
        written,
        partnership_id=engagement.partnership_id,
        fields=["subject", "text"],
    )
    return written.id


@use_case("radar.leave")
def leave_until(by: By, session: Session, engagement_id: int, until: date) -> None:
    """The engagement was seen: off the radar until the school day ``until``, or until it shows a
    sign that it does not show now."""
    engagement = _coordinated(session, by, engagement_id)
    today = london_date(by.now)
    stuck = stuck_by_id(session, engagement.id, today)
    if stuck is None:
        raise RuleBroken("This support is not stuck any more.")
    calendar = calendar_of(session, engagement.partnership_id, None)
    if not today < until <= today + LONGEST:
        latest = london_day(today + LONGEST)
        raise RuleBroken(f"Choose a day after today, up to {latest}.", field="until")
    if not calendar.is_school_day(until):
        after = london_day(calendar.next_school_day(until))
        raise RuleBroken(f"That is not a school day. The next one is {after}.", field="until")
    rest = RadarRest(
        engagement_id=engagement.id,
        until=until,
        signs=" ".join(sorted(stuck.codes)),
        left_by=by.actor.person_id,
        left_at=by.now,
    )
    session.add(rest)
    session.flush()
    record(
        session,
        by,
        "radar.left",
        rest,
        partnership_id=engagement.partnership_id,
        fields=["until"],
    )


def addressee(session: Session, engagement: Engagement, whom: Part, today: date) -> Person | None:
    """Who is written to: the leader, or the head of the supported school as it is today."""
    if whom is Part.LEADER:
        return engagement.leader.person
    return supported_head(session, engagement, today)


def own_signatory(session: Session, person_id: int | None, engagement: Engagement) -> Signatory:
    """The coordinator who writes, in their own name."""
    partnership = session.get_one(Partnership, engagement.partnership_id)
    person = session.get_one(Person, person_id)
    return Signatory(person.name, person.email or partnership.email, partnership.name)


def _unmarked(text: str) -> str:
    """Text in which nothing looks like the marker of a link, to be filled in on sending."""
    return text.replace("[[", "[ [")


def _coordinated(session: Session, by: By, engagement_id: int) -> Engagement:
    (engagement,) = locked(session, Engagement, engagement_id)
    if Part.COORDINATOR not in parts(by.actor, engagement):
        raise NotFound
    if engagement.state not in LIVE:
        raise RuleBroken("This support is over.")
    return engagement
