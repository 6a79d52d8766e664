"""Use cases about visits: planned, moved, logged, disputed, settled."""

from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, db, locked, use_case
from brokerage.engagements import date_telling, phone_notes, steps, visit_days, visit_steps
from brokerage.engagements.log_telling import tell_of_dispute, tell_of_settlement
from brokerage.engagements.models import Visit
from brokerage.engagements.queries import silent_consents
from brokerage.engagements.rules import (
    LOGGERS,
    VISIT_LIFE,
    WORKING,
    NoteKind,
    VisitState,
)
from brokerage.errors import RuleBroken
from brokerage.leaders import spending
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.people.steps import revoke_links, use_link


@use_case("visit.plan")
def plan(by: By, session: Session, engagement_id: int, planned_on: date) -> int:
    """Put a visit in the diary, on a school day; answers its id."""
    engagement, _ = visit_steps.support_of(session, by, engagement_id)
    if engagement.state not in WORKING:
        raise RuleBroken("This support is not under way, so no visit can be planned.")
    visit_steps.check_to_come(by, planned_on, "planned_on")
    visit = steps.plan_visit(session, by, engagement, planned_on)
    date_telling.tell_planned(session, by, engagement, visit)
    return visit.id


@use_case("visit.move")
def move(
    by: By, session: Session, visit_id: int, planned_on: date, *, version: int | None = None
) -> None:
    """Move a planned visit to another school day."""
    visit, engagement, _ = visit_steps.visit_of(session, by, visit_id)
    check_version(visit, version, "this visit")
    if visit.state is not VisitState.PLANNED:
        raise RuleBroken("This visit was noted already, or is off.")
    visit_steps.check_to_come(by, planned_on, "planned_on")
    visit_days.check_day(session, engagement, planned_on)
    if planned_on == visit.planned_on:
        return
    before, visit.planned_on = visit.planned_on, planned_on
    visit.moves, visit.changed_at = visit.moves + 1, by.now
    engagement.next_look_on = london_date(by.now)
    record(
        session,
        by,
        "visit.moved",
        visit,
        partnership_id=engagement.partnership_id,
        fields=["planned_on"],
    )
    date_telling.tell_moved(session, by, engagement, visit, before)


@use_case("visit.did_not_happen")
def did_not_happen(
    by: By,
    session: Session,
    visit_id: int,
    new_date: date | None,
    *,
    link_id: int | None = None,
) -> int | None:
    """The visit did not take place; with a new date, another is planned: answers its id."""
    visit, engagement, mine = visit_steps.visit_of(session, by, visit_id)
    if link_id is not None:
        use_link(session, by, link_id)
    before = phone_notes.as_it_stands(engagement)
    visit.state, visit.changed_at = VISIT_LIFE.after(visit.state, "did_not_happen", mine), by.now
    revoke_links(session, by, "visit", visit.id)
    engagement.next_look_on = london_date(by.now)
    told_by = engagement.leader.person if not mine & {Part.LEADER, Part.HEAD} else None
    record(
        session,
        by,
        "visit.did_not_happen",
        visit,
        partnership_id=engagement.partnership_id,
        on_behalf_of=told_by.id if told_by else None,
    )
    following = None
    if new_date is not None:
        if engagement.state not in WORKING:
            raise RuleBroken("This support is not under way, so no visit can be planned.")
        visit_steps.check_to_come(by, new_date, "new_date")
        following = steps.plan_visit(session, by, engagement, new_date, "new_date")
    before["next"] = phone_notes.planned_again(following)
    phone_notes.keep(session, by, engagement, NoteKind.NO_VISIT, told_by, before, visit)
    date_telling.tell_off(session, by, engagement, visit, following, told=[told_by])
    return following.id if following else None


@use_case("visit.log")
def log(
    by: By,
    session: Session,
    engagement_id: int,
    *,
    visit_id: int | None,
    happened_on: date,
    half_days: int,
    done: str,
    next: str = "",
    worry: str = "",
    next_date: date | None = None,
    link_id: int | None = None,
) -> int:
    """A visit took place: it counts at once, and the supported head gets a copy.

    ``half_days`` is 1 or 2; a worry goes to the coordinator alone. Raises RuleBroken for a day to
    come, for more days than are left in the agreement, or without a word on what was done.
    """
    engagement, mine = visit_steps.support_of(session, by, engagement_id, LOGGERS)
    visit_steps.check_log(by, engagement, happened_on, half_days, done)
    if next_date is not None:
        visit_steps.check_to_come(by, next_date, "next_date")
    if link_id is not None:
        use_link(session, by, link_id)
    before = phone_notes.as_it_stands(engagement)
    visit = visit_steps.planned(session, engagement, visit_id)
    visit.state = VISIT_LIFE.after(visit.state, "log", mine)
    visit.happened_on, visit.half_days = happened_on, half_days
    visit.done, visit.next, visit.worry = done, next, worry
    visit.logged_at, visit.logged_by = by.now, by.actor.person_id
    visit.changed_at = by.now
    visit.consent_on = visit_steps.consent_by(session, by, engagement)
    session.flush()
    spending.use(session, by, engagement.support, half_days, visit)
    engagement.used += half_days
    visit_steps.set_first_days(engagement, visit)
    steps.begin_if_agreed(session, by, engagement)
    engagement.next_look_on = london_date(by.now)
    revoke_links(session, by, "visit", visit.id)
    told_by = phone_notes.spoken_for(by, engagement.leader.person)
    record(
        session,
        by,
        "visit.logged",
        visit,
        partnership_id=engagement.partnership_id,
        on_behalf_of=told_by.id if told_by else None,
        fields=["happened_on", "half_days"],
    )
    before |= visit_steps.follow(session, by, engagement, visit, next_date)
    phone_notes.keep(session, by, engagement, NoteKind.VISIT, told_by, before, visit)
    return visit.id


@use_case("visit.dispute")
def dispute(
    by: By, session: Session, visit_id: int, *, words: str, link_id: int | None = None
) -> None:
    """The supported head says that the log is not right: it goes to the coordinator, and the leader
    is told."""
    visit, engagement, mine = visit_steps.visit_of(session, by, visit_id)
    if not words.strip():
        raise RuleBroken("Say in a line what is not right.", field="words")
    if link_id is not None:
        use_link(session, by, link_id)
    visit.state = VISIT_LIFE.after(visit.state, "dispute", mine)
    visit.disputed_at, visit.dispute = by.now, words
    visit_steps.record_of_head(session, by, engagement, visit, NoteKind.LOG_DISPUTED, mine)
    tell_of_dispute(session, by, engagement, visit)


@use_case("visit.agree")
def agree(
    by: By,
    session: Session,
    visit_id: int,
    *,
    link_id: int | None = None,
    version: int | None = None,
) -> None:
    """The supported head says that the log is right, as they read it: in this ``version``."""
    visit, engagement, mine = visit_steps.visit_of(session, by, visit_id)
    check_version(visit, version, "this note")
    if link_id is not None:
        use_link(session, by, link_id)
    visit.state = VISIT_LIFE.after(visit.state, "settle", mine)
    visit_steps.record_of_head(session, by, engagement, visit, NoteKind.LOG_AGREED, mine)


@use_case("visit.resolve")
def resolve(by: By, session: Session, visit_id: int, *, half_days: int) -> None:
    """The coordinator has talked to both: so many half-days count (none, if it did not happen), and
    both are told."""
    visit, engagement, mine = visit_steps.visit_of(session, by, visit_id)
    if half_days not in (0, 1, 2):
        raise RuleBroken("A visit is none, half a day or a day.", field="half_days")
    visit.state = VISIT_LIFE.after(visit.state, "resolve", mine)
    change, before = half_days - visit.half_days, engagement.used
    if change and visit.happened_on is not None:
        visit_steps.check_halves(engagement, visit.happened_on, half_days, "half_days", visit)
        visit_steps.count_anew(session, by, engagement, visit, change)
        visit.half_days, visit.changed_at = half_days, by.now
    record(
        session,
        by,
        "visit.resolved",
        visit,
        partnership_id=engagement.partnership_id,
        fields=["half_days"],
    )
    tell_of_settlement(session, by, engagement, visit)
    visit_steps.follow_change(session, by, engagement, before)


def settle_silent(by: By) -> int:
    """Five school days of silence are consent: such logs are settled; how many were due."""
    with Session(db.engine) as session:
        if not silent_consents(session, london_date(by.now)):
            return 0
    return _settle(by)


@use_case("visit.consent")
def _settle(by: By, session: Session) -> int:
    today = london_date(by.now)
    due = silent_consents(session, today)
    for visit in locked(session, Visit, *due):
        # It may have been corrected since it was read: then the school has its days anew.
        over = visit.consent_on is not None and visit.consent_on < today
        if visit.state is VisitState.LOGGED and over:
            visit.state = VISIT_LIFE.after(visit.state, "settle", {Part.SERVICE})
    return len(due)
