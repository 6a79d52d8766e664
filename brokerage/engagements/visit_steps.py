"""What is checked, counted and told when a visit is logged, within somebody's open transaction."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import locked
from brokerage.engagements import diary, steps, visit_days
from brokerage.engagements.costs import price_of
from brokerage.engagements.models import Concern, Engagement, Visit
from brokerage.engagements.phone_notes import (
    as_it_stands,
    changed_in_diaries,
    keep,
    planned_again,
)
from brokerage.engagements.queries import parts, supported_head, visit_by_id
from brokerage.engagements.rules import (
    CONSENT_DAYS,
    COUNTED,
    LIVE,
    WORKERS,
    EngagementState,
    NoteKind,
    VisitState,
    mid_point_passed,
)
from brokerage.engagements.telling import MID_POINT, VISIT, coordinator, settled, tell
from brokerage.errors import NotFound, RuleBroken
from brokerage.leaders import spending
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.school_calendar.queries import calendar_of
from brokerage.web.words import days, london_day


def support_of(
    session: Session, by: By, engagement_id: int, wanted: Collection[Part] = WORKERS
) -> tuple[Engagement, set[Part]]:
    """The engagement, locked, and the actor's parts in it; raises NotFound for somebody with none
    of those ``wanted``."""
    (engagement,) = locked(session, Engagement, engagement_id)
    mine = parts(by.actor, engagement)
    if not mine & set(wanted):
        raise NotFound
    return engagement, mine


def visit_of(
    session: Session, by: By, visit_id: int, wanted: Collection[Part] = WORKERS
) -> tuple[Visit, Engagement, set[Part]]:
    """The visit and its engagement, both locked, likewise."""
    found = visit_by_id(session, visit_id)
    engagement, mine = support_of(session, by, found.engagement_id, wanted)
    (visit,) = locked(session, Visit, visit_id)
    return visit, engagement, mine


def consent_by(session: Session, by: By, engagement: Engagement) -> date:
    """Until when the school can say that what is noted now is not right."""
    calendar = calendar_of(session, engagement.partnership_id, engagement.urn)
    return calendar.deadline(by.now, CONSENT_DAYS)


def check_to_come(by: By, on: date, field: str) -> None:
    if on < london_date(by.now):
        raise RuleBroken("Choose today or a day to come.", field=field)


def check_log(by: By, engagement: Engagement, on: date, half_days: int, done: str) -> None:
    """Raise RuleBroken for a visit that cannot be noted so."""
    if obstacle := visit_days.cannot_be_logged(engagement.state):
        raise RuleBroken(obstacle)
    check_note(by, engagement, on, half_days, done)


def check_note(
    by: By,
    engagement: Engagement,
    on: date,
    half_days: int,
    done: str,
    *,
    instead_of: Visit | None = None,
) -> None:
    """Raise RuleBroken, on the form field to mend, unless a visit can have been so: from the
    agreement until today, within the days of the agreement, and no more than the two halves of a
    day. ``instead_of`` is the visit whose note this is to replace."""
    if on > london_date(by.now):
        raise RuleBroken("The visit cannot be in the future.", field="happened_on")
    if on < london_date(engagement.agreed_at):
        raise RuleBroken("The visit cannot be before the agreement.", field="happened_on")
    if half_days not in (1, 2):
        raise RuleBroken("A visit is half a day or a day.", field="half_days")
    if not done.strip():
        raise RuleBroken("Say in a line what you did.", field="done")
    check_halves(engagement, on, half_days, "happened_on", instead_of)
    left = engagement.half_days - engagement.used
    if instead_of is not None:
        left += instead_of.half_days
    if half_days > left:
        raise RuleBroken(
            f"Left in this agreement: {days(left)}. Talk to your coordinator.", field="half_days"
        )


def check_halves(
    engagement: Engagement, on: date, half_days: int, field: str, instead_of: Visit | None
) -> None:
    """Raise RuleBroken for a third half of a day; a note that stays on its day may become less."""
    stays = instead_of is not None and instead_of.happened_on == on
    if stays and instead_of is not None and half_days <= instead_of.half_days:
        return
    others = [visit for visit in engagement.visits if visit is not instead_of]
    noted = sum(one.half_days for one in others if one.state in COUNTED and one.happened_on == on)
    if noted and noted + half_days > 2:
        raise RuleBroken(
            f"Noted already for {london_day(on)}: {days(noted)}. A day has two halves. If that "
            "note is wrong, correct it on the page of this support, or ring your coordinator.",
            field=field,
        )


def set_first_days(engagement: Engagement, visit: Visit) -> None:
    """The first visit is the earliest that is noted, ``visit`` among them; a first contact that was
    that visit goes along with it."""
    noted = [one for one in {*engagement.visits, visit} if one.state in COUNTED]
    first = min((one.happened_on for one in noted if one.happened_on), default=None)
    was_visit = engagement.first_contact_on in (None, engagement.first_visit_on)
    engagement.first_visit_on = first
    if was_visit and first is not None:
        engagement.first_contact_on = first


def planned(session: Session, engagement: Engagement, visit_id: int | None) -> Visit:
    """The planned visit that took place, or a new one."""
    if visit_id is None:
        visit = Visit(engagement_id=engagement.id, state=VisitState.PLANNED)
        session.add(visit)
        return visit
    (visit,) = locked(session, Visit, visit_id)
    if visit.engagement_id != engagement.id:
        raise NotFound
    return visit


def follow(
    session: Session, by: By, engagement: Engagement, visit: Visit, next_date: date | None
) -> dict[str, Any]:
    """What a log brings about: the next visit planned (while days are left for one), the head and
    the coordinator told, the support completed or its mid-point asked for. Answers what came of it,
    for an undoing."""
    all_used, before = engagement.used >= engagement.half_days, engagement.used - visit.half_days
    following = None
    if next_date is not None and not all_used:
        following = steps.plan_visit(session, by, engagement, next_date, "next_date")
    tell_of_log(session, by, engagement, visit, following)
    concern = note_worry(session, by, engagement, visit)
    came = {"next": planned_again(following), "concern": concern.id if concern else None}
    return came | follow_change(session, by, engagement, before)


def tell_of_log(
    session: Session, by: By, engagement: Engagement, visit: Visit, following: Visit | None
) -> None:
    """The supported head gets a copy, with the date of the next visit and what is now otherwise in
    their calendar."""
    head = supported_head(session, engagement, london_date(by.now))
    if head is None or head.id == by.actor.person_id:
        return
    changed = changed_in_diaries(session, visit, {"next": planned_again(following)})
    tell(
        session,
        by,
        engagement,
        "visit_logged",
        head,
        key=f"visit_logged/{visit.id}/{by.now.isoformat()}",
        purpose=VISIT,
        about=visit,
        consent_on=visit.consent_on,
        next_on=following.planned_on if following else None,
        calendar=diary.attachment(changed, engagement, Part.HEAD),
    )


def note_worry(session: Session, by: By, engagement: Engagement, visit: Visit) -> Concern | None:
    """A worry goes to the coordinator alone, as a concern."""
    if not visit.worry.strip():
        return None
    concern = steps.note_concern(session, by, engagement, visit.worry)
    tell(
        session,
        by,
        engagement,
        "visit_worry",
        coordinator(session, by, engagement),
        key=f"visit_worry/{visit.id}/{by.now.isoformat()}",
    )
    return concern


def record_of_head(
    session: Session,
    by: By,
    engagement: Engagement,
    visit: Visit,
    kind: NoteKind,
    mine: set[Part],
) -> None:
    """Note what the head said of a log; by telephone, if a coordinator notes it."""
    head = None
    if Part.HEAD not in mine:
        head = supported_head(session, engagement, london_date(by.now))
    record(
        session,
        by,
        "visit.agreed" if kind is NoteKind.LOG_AGREED else "visit.disputed",
        visit,
        partnership_id=engagement.partnership_id,
        on_behalf_of=head.id if head else None,
    )
    keep(session, by, engagement, kind, head, as_it_stands(engagement), visit)


def count_anew(session: Session, by: By, engagement: Engagement, visit: Visit, change: int) -> None:
    """So many half-days more (or fewer, below nought) were used. Once the support is over its days
    can only become fewer: those are the leader's again."""
    live = engagement.state in LIVE
    if change > 0 and not live:
        raise RuleBroken("This support is over: no days can be added to it.", field="half_days")
    if engagement.used + change > engagement.half_days:
        raise RuleBroken("There are not that many days in this agreement.", field="half_days")
    price = price_of(visit)
    if live:
        spending.use_at(session, by, engagement.support, change, visit, price)
    else:
        then = replace(engagement.support, pence_a_day=price)
        spending.use(session, by, then, change, visit)
        spending.give_back(session, by, then, -change, engagement)
    engagement.used += change


def follow_change(session: Session, by: By, engagement: Engagement, before: int) -> dict[str, Any]:
    """What other days for visits bring about, where ``before`` were used until now: the support is
    done with the last ones; and half way is asked for, or is not any more. Answers what came of it,
    for an undoing."""
    came: dict[str, Any] = {"cancelled": [], "half_way": False}
    if engagement.state is not EngagementState.ACTIVE:
        return came
    if engagement.used >= engagement.half_days:
        came["cancelled"] = steps.complete(session, by, engagement, {Part.SERVICE})
    elif mid_point_passed(engagement.half_days, before, engagement.used):
        steps.ask_mid_point(session, by, engagement)
        came["half_way"] = True
    elif mid_point_passed(engagement.half_days, engagement.used, before):
        settled(session, by, engagement, MID_POINT)
    return came
