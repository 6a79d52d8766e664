"""Engagements begun and moved on, within somebody's open transaction."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import new_reference
from brokerage.engagements import diary
from brokerage.engagements.assembling import assemble
from brokerage.engagements.change_ending import withdraw_open
from brokerage.engagements.contact import promised_by
from brokerage.engagements.date_telling import tell_off
from brokerage.engagements.going_on import carry_over
from brokerage.engagements.models import Concern, Engagement, Outcome, Visit
from brokerage.engagements.outcome_steps import bring_findings
from brokerage.engagements.queries import planned, review_of, supported_head
from brokerage.engagements.rules import (
    LIFE,
    VISIT_LIFE,
    EngagementState,
    ReviewKind,
    VisitState,
    outcomes_of,
)
from brokerage.engagements.telling import (
    AGREEMENT,
    EVALUATION,
    MID_POINT,
    WHILE_UNDER_WAY,
    settled,
    tell,
)
from brokerage.engagements.visit_days import check_day, of_visits, to_come
from brokerage.errors import RuleBroken
from brokerage.leaders import spending
from brokerage.leaders.queries import releaser_of
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.needs import steps as needs
from brokerage.needs.models import Need
from brokerage.pairings import steps as pairings
from brokerage.pairings.models import Pairing
from brokerage.pairings.rules import Step
from brokerage.people.models import Link, Person
from brokerage.people.steps import revoke_links
from brokerage.school_calendar.visiting import in_the_way
from brokerage.web.words import london_day


def confirm(session: Session, by: By, pairing: Pairing, parts: set[Part]) -> Engagement:
    """All have agreed: the pairing is confirmed, its days agreed, the need placed, every other
    pairing of the need off, and the agreement assembled and sent to the three."""
    today = london_date(by.now)
    if pairing.object_by is not None and today <= pairing.object_by:
        raise RuleBroken(
            f"The releaser can object until the end of {london_day(pairing.object_by)}. "
            "Confirm it after that, or note their word by telephone."
        )
    pairings.move(session, by, pairing, "confirm", parts)
    pairing.confirmed_at = by.now
    spending.agree(session, by, pairing.support, pairing.half_days, pairing)
    need = session.get_one(Need, pairing.need_id)
    needs.place(session, by, need)
    pairings.close_other_pairings(session, by, pairing, "displace")
    answers = (answer for answer in pairing.answers if answer.yes and answer.undone_at is None)
    said_yes = {answer.step: answer.person_id for answer in answers}
    engagement = Engagement(
        reference=new_reference(session, Engagement, "E"),
        partnership_id=pairing.partnership_id,
        pairing_id=pairing.id,
        need_id=need.id,
        leader_id=pairing.leader_id,
        urn=need.urn,
        head_id=said_yes.get(Step.CHOOSE),
        releaser_id=said_yes.get(Step.RELEASE),
        half_days=pairing.half_days,
        year=pairing.year,
        agreed_at=by.now,
        contact_by=promised_by(session, by, pairing),
        next_look_on=today,
    )
    session.add(engagement)
    session.flush()
    bring_findings(session, by, need)
    if not carry_over(session, engagement):
        set_outcomes(session, engagement, need)
    first = pairing.first_date
    if first is not None and not in_the_way(session, *of_visits(engagement), first):
        plan_visit(session, by, engagement, first)
        session.expire(engagement, ["visits"])
    assemble(session, by, engagement, "first agreement")
    record(
        session,
        by,
        "engagement.agreed",
        engagement,
        partnership_id=engagement.partnership_id,
        fields=["half_days"],
    )
    send_agreement(session, by, engagement)
    return engagement


def set_outcomes(session: Session, engagement: Engagement, need: Need) -> None:
    """What is to be different afterwards, each by itself, from what the need says."""
    found = outcomes_of(need.outcomes, need.baseline)
    for number, (words, baseline) in enumerate(found, start=1):
        session.add(
            Outcome(engagement_id=engagement.id, number=number, words=words, baseline=baseline)
        )
    session.flush()


def people(session: Session, engagement: Engagement, day: date) -> dict[str, Person | None]:
    """Those whom the engagement binds: leader, supported head, releaser."""
    return {
        "leader": engagement.leader.person,
        "head": supported_head(session, engagement, day),
        "releaser": releaser_of(session, engagement.leader, day),
    }


def send_agreement(session: Session, by: By, engagement: Engagement) -> None:
    """The agreement to each of the three, by a link that opens it; a new version as what it is."""
    number = len(engagement.agreements)
    kind = "agreement_made" if number == 1 else "agreement_changed"
    for name, person in people(session, engagement, london_date(by.now)).items():
        if person is not None:
            tell(
                session,
                by,
                engagement,
                kind,
                person,
                key=f"agreement/{engagement.id}/{number}/{person.id}",
                purpose=AGREEMENT,
                calendar=diary.attachment(planned(engagement), engagement, diary.PARTS.get(name)),
            )


def move(session: Session, by: By, engagement: Engagement, event: str, parts: set[Part]) -> None:
    """Lead the engagement on by its life's table, and note it."""
    engagement.state = LIFE.after(engagement.state, event, parts)
    engagement.next_look_on = london_date(by.now)
    record(
        session,
        by,
        f"engagement.{event}",
        engagement,
        partnership_id=engagement.partnership_id,
        fields=["state"],
    )


def plan_visit(
    session: Session, by: By, engagement: Engagement, on: date, field: str = "planned_on"
) -> Visit:
    """A visit on a day on which both schools are open. Raises RuleBroken for any other day."""
    check_day(session, engagement, on, field)
    visit = Visit(
        engagement_id=engagement.id, state=VisitState.PLANNED, planned_on=on, changed_at=by.now
    )
    session.add(visit)
    session.flush()
    engagement.next_look_on = london_date(by.now)
    record(session, by, "visit.planned", visit, partnership_id=engagement.partnership_id)
    return visit


def cancel_planned(session: Session, by: By, engagement: Engagement) -> list[Visit]:
    """Visits that were still planned will not happen; answers them."""
    cancelled = [visit for visit in engagement.visits if visit.state is VisitState.PLANNED]
    for visit in cancelled:
        cancel(session, by, visit)
    session.flush()
    return cancelled


def cancel(session: Session, by: By, visit: Visit) -> None:
    """A planned visit will not happen."""
    visit.state = VISIT_LIFE.after(visit.state, "did_not_happen", {Part.COORDINATOR})
    visit.changed_at = by.now
    revoke_links(session, by, "visit", visit.id)


def complete(session: Session, by: By, engagement: Engagement, parts: set[Part]) -> list[int]:
    """The visits are done; the supported head is asked for the evaluation, and told in the same
    mail which visits to come are off: the leader hears of these too. Answers the ids of the visits
    that were still planned, and will not happen."""
    move(session, by, engagement, "complete", parts)
    engagement.completed_at = by.now
    finish(session, by, engagement)
    cancelled = cancel_planned(session, by, engagement)
    withdraw_open(session, by, engagement)
    settled(session, by, engagement, *WHILE_UNDER_WAY)
    today = london_date(by.now)
    head, off = supported_head(session, engagement, today), to_come(cancelled, today)
    tell(
        session,
        by,
        engagement,
        "evaluation_asked",
        head,
        key=f"evaluation_asked/{engagement.id}/{by.now.isoformat()}",
        purpose=EVALUATION,
        reminder=False,
        off=[visit.planned_on for visit in off],
        calendar=diary.attachment(cancelled, engagement, Part.HEAD),
    )
    for visit in off:
        tell_off(session, by, engagement, visit, None, told=[head], is_last=True)
    return [visit.id for visit in cancelled]


def reopen(session: Session, by: By, engagement: Engagement, parts: set[Part]) -> None:
    """The visits are not done after all, and nobody is asked any more what has changed. Raises
    RuleBroken where its place with the leader has been taken."""
    spending.enter(session, engagement.support)
    move(session, by, engagement, "undo_complete", parts)
    engagement.completed_at = None
    settled(session, by, engagement, EVALUATION)


def ask_mid_point(session: Session, by: By, engagement: Engagement) -> None:
    """Half the days are used, just now: ask the head to keep, change or stop (asked once, or again
    where what brought it about was undone or corrected)."""
    query = select(func.count()).select_from(Link).where(Link.revoked_at.is_not(None))
    of_it = {"purpose": MID_POINT, "subject": "engagement", "subject_id": engagement.id}
    taken_back = session.scalar(query.filter_by(**of_it))
    if review_of(engagement, ReviewKind.MID_POINT) is None:
        tell(
            session,
            by,
            engagement,
            "mid_point_asked",
            supported_head(session, engagement, london_date(by.now)),
            key=f"mid_point_asked/{engagement.id}/{taken_back}",
            purpose=MID_POINT,
            reminder=False,
        )


def note_concern(session: Session, by: By, engagement: Engagement, words: str) -> Concern:
    """Keep a concern for the coordinator alone."""
    concern = Concern(
        engagement_id=engagement.id, raised_at=by.now, raised_by=by.actor.person_id, words=words
    )
    session.add(concern)
    session.flush()
    record(session, by, "concern.raised", concern, partnership_id=engagement.partnership_id)
    return concern


def finish(session: Session, by: By, engagement: Engagement) -> None:
    """Visits are over: days not used go back to the leader, and their place is free."""
    unused = engagement.half_days - engagement.used
    if unused:
        spending.give_back(session, by, engagement.support, unused, engagement)
    spending.leave(session, engagement.support)


def begin_if_agreed(session: Session, by: By, engagement: Engagement) -> None:
    """The first contact or the first visit begins it."""
    if engagement.state is EngagementState.AGREED:
        move(session, by, engagement, "start", {Part.SERVICE})
