"""Use cases about an engagement as a whole: confirmed, paused, ended."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked, use_case
from brokerage.engagements import change_steps, ending, phone_notes, steps
from brokerage.engagements.change_rules import ChangeKind, check_until
from brokerage.engagements.models import Concern, Engagement
from brokerage.engagements.queries import parts
from brokerage.engagements.rules import LIVE, LOGGERS, WORKERS, NoteKind
from brokerage.engagements.telling import CONTACT, coordinator, settled, tell
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import conflicts
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.needs.rules import CloseReason
from brokerage.pairings import paying, second_person
from brokerage.pairings import steps as pairings
from brokerage.pairings.models import Pairing
from brokerage.people.steps import use_link
from brokerage.web.words import london_day


@use_case("pairing.confirm")
def confirm(
    by: By, session: Session, pairing_reference: str, *, pot_id: int | None = paying.AS_IT_IS
) -> str:
    """Confirm a pairing to which all three have said yes; answers the engagement's reference.
    ``pot_id`` is the funding pot that pays, or None for no pot.

    Raises RuleBroken where not everybody has, where the releaser can still object, where a conflict
    was declared since, or where it is for a school of their own: that somebody else confirms, an
    officer if no other coordinator can.
    """
    today = london_date(by.now)
    found = second_person.pairing_to_confirm(session, by.actor, pairing_reference, today)
    (need,) = locked(session, Need, found.need_id)
    second_person.refuse_own_school(session, by, need.partnership_id, need.urn)
    pairings.lock_all_of(session, need.id)  # the others end with it
    (pairing,) = locked(session, Pairing, found.id)
    if not pairing.chosen_by_hand:
        where = need.partnership_id
        conflicts.refuse_between(session, by.actor, where, pairing.leader, need.urn, today)
    if pot_id != paying.AS_IT_IS:
        paying.pay_from(session, by, pairing, pot_id)
    return steps.confirm(session, by, pairing, {Part.COORDINATOR}).reference


@use_case("engagement.first_contact")
def note_first_contact(
    by: By, session: Session, engagement_id: int, on: date, *, link_id: int | None = None
) -> None:
    """Leader and school have spoken: it has begun. Noted by a coordinator, as the leader told them,
    it brings the leader a copy. Raises RuleBroken where another day is noted already."""
    engagement = _for_both(session, by, engagement_id)
    by_phone = not parts(by.actor, engagement) & {Part.LEADER, Part.HEAD}
    if engagement.state not in LIVE:
        raise RuleBroken("This support is over.")
    if on > london_date(by.now):
        raise RuleBroken("The day you spoke cannot be in the future.", field="on")
    if link_id is not None:
        use_link(session, by, link_id)
    if engagement.first_contact_on not in (None, on):
        who, noted_on = "they" if by_phone else "you", london_day(engagement.first_contact_on)
        raise RuleBroken(
            f"It is noted already that {who} spoke on {noted_on}. That day stays.", field="on"
        )
    settled(session, by, engagement, CONTACT)
    before = phone_notes.as_it_stands(engagement)
    told_by = engagement.leader.person if by_phone else None
    if Part.HEAD in parts(by.actor, engagement):
        engagement.school_spoke = True
    noted = engagement.first_contact_on is None
    if noted:
        engagement.first_contact_on = on
        record(
            session,
            by,
            "engagement.first_contact",
            engagement,
            partnership_id=engagement.partnership_id,
            on_behalf_of=told_by.id if told_by else None,
            fields=["first_contact_on"],
        )
    steps.begin_if_agreed(session, by, engagement)
    if noted:
        phone_notes.keep(session, by, engagement, NoteKind.FIRST_CONTACT, told_by, before)


@use_case("engagement.not_yet_spoken")
def note_no_contact_yet(by: By, session: Session, engagement_id: int) -> None:
    """They have not spoken yet: the coordinator hears of it (once a day); the link still works."""
    engagement = _for_both(session, by, engagement_id)
    record(
        session,
        by,
        "engagement.not_yet_spoken",
        engagement,
        partnership_id=engagement.partnership_id,
    )
    tell(
        session,
        by,
        engagement,
        "contact_missing",
        coordinator(session, by, engagement),
        key=f"contact_missing/{engagement.id}/{london_date(by.now)}",
    )


@use_case("engagement.pause")
def pause(
    by: By, session: Session, engagement_id: int, *, reason: str, until: date | None = None
) -> None:
    """Stand still for a while, with the reason; the days stay agreed, visits planned in the pause
    are called off. On ``until`` the coordinator is asked whether it goes on."""
    _needs_reason(reason)
    check_until(until, london_date(by.now))
    engagement = _for_coordinator(session, by, engagement_id)
    new = {"until": until.isoformat() if until else None}
    change_steps.decide(session, by, engagement, ChangeKind.PAUSE, new, reason, words=reason)


@use_case("engagement.resume")
def resume(by: By, session: Session, engagement_id: int) -> None:
    """Go on after a pause."""
    engagement = _for_coordinator(session, by, engagement_id)
    change_steps.decide(session, by, engagement, ChangeKind.RESUME, {}, "The pause is over")


@use_case("engagement.end_early")
def end_early(
    by: By, session: Session, engagement_id: int, *, reason: str, need_goes_on: bool
) -> None:
    """Stop before the days are used, with the reason: unused days are the leader's again, and the
    need is open again in its old place in the queue (or closed, if it does not go on)."""
    _needs_reason(reason)
    engagement, mine = _with_part(session, by, engagement_id)
    need = ending.end(session, by, engagement, mine, reason)
    if not need_goes_on:
        needs.close(session, by, need, CloseReason.NOT_NEEDED, reason, as_service=True)


@use_case("engagement.complete")
def complete(by: By, session: Session, engagement_id: int) -> None:
    """The visits are done: the supported head is asked what it has changed. Days that were not
    needed go back to the leader."""
    engagement, mine = _with_part(session, by, engagement_id)
    if not mine & LOGGERS:
        raise NotFound
    steps.complete(session, by, engagement, mine)


@use_case("engagement.contest")
def contest(by: By, session: Session, engagement_id: int, *, words: str) -> None:
    """“This is not what I agreed”: the coordinator is told at once; nothing else changes."""
    engagement, _ = _with_part(session, by, engagement_id)
    if not words.strip():
        raise RuleBroken("Say in a line what is not as you agreed it.", field="words")
    steps.note_concern(session, by, engagement, words)
    tell(
        session,
        by,
        engagement,
        "agreement_contested",
        coordinator(session, by, engagement),
        key=f"agreement_contested/{engagement.id}/{by.now.isoformat()}",
    )


@use_case("concern.settle")
def settle_concern(by: By, session: Session, concern_id: int) -> None:
    """The coordinator has seen to a concern."""
    (concern,) = locked(session, Concern, concern_id)
    engagement = session.get_one(Engagement, concern.engagement_id)
    if Part.COORDINATOR not in parts(by.actor, engagement):
        raise NotFound
    if concern.settled_at is not None:
        raise RuleBroken("This concern was settled already.")
    concern.settled_at, concern.settled_by = by.now, by.actor.person_id
    record(session, by, "concern.settled", concern, partnership_id=engagement.partnership_id)


def _for_both(session: Session, by: By, engagement_id: int) -> Engagement:
    """The engagement, locked, for its leader, the supported head or a coordinator."""
    engagement, mine = _with_part(session, by, engagement_id)
    if not mine & WORKERS:
        raise NotFound
    return engagement


def _for_coordinator(session: Session, by: By, engagement_id: int) -> Engagement:
    engagement, mine = _with_part(session, by, engagement_id)
    if Part.COORDINATOR not in mine:
        raise NotFound
    return engagement


def _with_part(session: Session, by: By, engagement_id: int) -> tuple[Engagement, set[Part]]:
    """The engagement, locked, and what the actor is to it; raises NotFound to a stranger."""
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if not mine:
        raise NotFound
    return engagement, mine


def _needs_reason(reason: str) -> None:
    if not reason.strip():
        raise RuleBroken("Give the reason in a line.", field="reason")
