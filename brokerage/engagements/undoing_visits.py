"""Taking back what was noted of a first contact, of visits and of their logs, within somebody's
open transaction: for each, whether it still can be, and how."""

from datetime import date

from brokerage.actor import By
from brokerage.database import locked
from brokerage.engagements import steps, visit_steps
from brokerage.engagements.costs import price_of
from brokerage.engagements.models import Visit
from brokerage.engagements.queries import leader_today, supported_head
from brokerage.engagements.rules import COUNTED, VISIT_LIFE, WORKING, EngagementState, VisitState
from brokerage.engagements.telling import MID_POINT, VISIT, settled
from brokerage.engagements.undoable import Undoable, settle_concern, tell_it_is_undone
from brokerage.leaders import spending
from brokerage.life import Part
from brokerage.people.steps import revive_links, revoke_links


def may_first_contact(of: Undoable) -> bool:
    visited = any(visit.state in COUNTED for visit in of.engagement.visits)
    noted = of.engagement.first_contact_on is not None and of.engagement.school_spoke is not True
    return noted and not visited and of.reviews_are(of.before["reviews"]) and of.can_go_back()


def undo_first_contact(of: Undoable, by: By) -> None:
    of.engagement.first_contact_on = None
    _go_back(of, by)


def may_visit(of: Undoable) -> bool:
    return (
        of.visit_may("undo_log")
        and of.engagement.used == of.before["used"] + of.visit.half_days
        and of.reviews_are(of.before["reviews"])
        and of.following_is_as_planned()
        and of.can_go_back()
    )


def undo_visit(of: Undoable, by: By) -> None:
    """The visit is planned again, or was never; its half-days are agreed ones again."""
    session, engagement = of.session, of.engagement
    (visit,) = locked(session, Visit, of.visit.id)
    event = "undo_log" if visit.planned_on is not None else "undo_log_unplanned"
    visit.state = VISIT_LIFE.after(visit.state, event, of.whose)
    was_as_planned = visit.happened_on == visit.planned_on
    half_days, visit.half_days, visit.changed_at = visit.half_days, 0, by.now
    spending.use_at(session, by, engagement.support, -half_days, visit, price_of(visit))
    engagement.used -= half_days
    visit.happened_on = visit.logged_at = visit.logged_by = visit.consent_on = None
    visit.done = visit.next = visit.worry = ""
    _put_back_first_days(of)
    off = _take_away_following(of, by)
    settle_concern(of, by)
    revoke_links(session, by, "visit", visit.id, purposes=(VISIT,))
    if of.before["half_way"]:
        settled(session, by, engagement, MID_POINT)
    again = _go_back(of, by)
    if visit.planned_on is not None and not was_as_planned:
        again.append(visit)
    _tell_both(of, by, again, off)


def _put_back_first_days(of: Undoable) -> None:
    """As they are without this visit: others may have been noted or corrected since."""
    engagement, kept = of.engagement, of.before["first_contact_on"]
    engagement.first_contact_on = date.fromisoformat(kept) if kept else None
    if kept == of.before["first_visit_on"]:  # that visit, if any, was the first contact
        engagement.first_contact_on = engagement.first_visit_on = None
    visit_steps.set_first_days(engagement, of.visit)


def may_no_visit(of: Undoable) -> bool:
    under_way = of.engagement.state in WORKING
    return under_way and of.visit_may("undo_did_not_happen") and of.following_is_as_planned()


def undo_no_visit(of: Undoable, by: By) -> None:
    (visit,) = locked(of.session, Visit, of.visit.id)
    visit.state = VISIT_LIFE.after(visit.state, "undo_did_not_happen", of.whose)
    visit.changed_at = by.now
    _tell_both(of, by, [visit], _take_away_following(of, by))


def may_log_agreed(of: Undoable) -> bool:
    in_time = of.visit.consent_on is not None and of.today <= of.visit.consent_on
    return in_time and of.visit_may("undo_settle")


def undo_log_agreed(of: Undoable, by: By) -> None:
    (visit,) = locked(of.session, Visit, of.visit.id)
    visit.state = VISIT_LIFE.after(visit.state, "undo_settle", of.whose)


def may_log_disputed(of: Undoable) -> bool:
    return of.visit_may("undo_dispute")


def undo_log_disputed(of: Undoable, by: By) -> None:
    (visit,) = locked(of.session, Visit, of.visit.id)
    visit.state = VISIT_LIFE.after(visit.state, "undo_dispute", of.whose)
    visit.disputed_at, visit.dispute = None, ""
    leader = leader_today(of.session, of.engagement, of.today)
    if leader is not None and leader.id != of.note.noted_by:  # who noted it was not told of it
        tell_it_is_undone(of, by, leader)


def _go_back(of: Undoable, by: By) -> list[Visit]:
    """Lead the engagement back to where it was: its place taken again, its visits to come again.
    Answers those."""
    session, engagement = of.session, of.engagement
    again: list[Visit] = []
    if engagement.state is EngagementState.COMPLETED:
        steps.reopen(session, by, engagement, of.whose)
        again = _plan_again(of, by)
    if of.state_before is EngagementState.AGREED:
        steps.move(session, by, engagement, "undo_start", of.whose)
    return again


def _plan_again(of: Undoable, by: By) -> list[Visit]:
    following = of.following()
    off = locked(of.session, Visit, *of.before["cancelled"])
    again = [visit for visit in off if following is None or visit.id != following.id]
    for visit in again:
        visit.state = VISIT_LIFE.after(visit.state, "undo_did_not_happen", of.whose)
        visit.changed_at = by.now
        revive_links(of.session, "visit", visit.id, of.note.noted_at)
    return again


def _take_away_following(of: Undoable, by: By) -> list[Visit]:
    """The visit that was planned along with it is off; it stands on its day until both are told."""
    following = of.following()
    if following is None:
        return []
    if following.state is VisitState.PLANNED:
        steps.cancel(of.session, by, following)
    return [following]


def _tell_both(of: Undoable, by: By, again: list[Visit], off: list[Visit]) -> None:
    """The head had been told; the leader, who undoes it, had files with earlier mails. Both get one
    that shows which visits stand ``again`` and which are ``off``."""
    tell_it_is_undone(
        of, by, supported_head(of.session, of.engagement, of.today), Part.HEAD, [*again, *off]
    )
    if again or off:
        tell_it_is_undone(of, by, of.engagement.leader.person, Part.LEADER, [*again, *off])
    for visit in off:
        visit.planned_on, visit.changed_at = None, by.now
