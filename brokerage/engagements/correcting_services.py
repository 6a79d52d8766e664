"""The use case of whoever corrects what was noted of a visit."""

from contextlib import suppress
from datetime import date

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import check_version, set_changed, use_case
from brokerage.engagements import steps, visit_days, visit_steps
from brokerage.engagements.log_telling import tell_corrected
from brokerage.engagements.models import Engagement, Visit
from brokerage.engagements.rules import (
    LOGGERS,
    VISIT_LIFE,
    EngagementState,
    VisitState,
)
from brokerage.engagements.telling import VISIT
from brokerage.errors import RuleBroken
from brokerage.ledger.steps import record
from brokerage.life import Part
from brokerage.people.steps import revoke_links


@use_case("visit.correct")
def correct(
    by: By,
    session: Session,
    visit_id: int,
    *,
    happened_on: date,
    half_days: int,
    done: str,
    next: str = "",
    version: int | None = None,
) -> None:
    """Put right what was noted of a visit: by the leader until it is settled, by a coordinator
    then too. What counts is changed at once; the supported head gets the corrected copy, and five
    school days anew to say that it is not right. What was noted of it by telephone before cannot be
    undone any more: it has gone on since. Where nothing is changed, nothing is done.

    ``half_days`` is 1 or 2. Raises RuleBroken for what could not have been noted so either, and for
    more days than before once the visits are done or while the support is paused; ChangedMeanwhile
    for a note of another ``version``.
    """
    visit, engagement, mine = visit_steps.visit_of(session, by, visit_id, LOGGERS)
    check_version(visit, version, "this note")
    check_correctable(visit.state, mine)
    visit_steps.check_note(by, engagement, happened_on, half_days, done, instead_of=visit)
    before, shown = engagement.used, (visit.happened_on, visit.half_days > 0)
    if change := half_days - visit.half_days:
        _count(session, by, engagement, visit, change)
    consent_on = visit_steps.consent_by(session, by, engagement)
    new = {"happened_on": happened_on, "half_days": half_days, "done": done, "next": next}
    fields = set_changed(visit, new)
    if not fields:
        return
    visit.consent_on = consent_on
    visit.state = VISIT_LIFE.after(visit.state, "correct", mine)
    visit.changed_at, visit.disputed_at = by.now, None
    visit_steps.set_first_days(engagement, visit)
    engagement.next_look_on = london_date(by.now)
    revoke_links(session, by, "visit", visit.id, purposes=(VISIT,))
    session.flush()
    record(
        session,
        by,
        "visit.corrected",
        visit,
        partnership_id=engagement.partnership_id,
        fields=fields,
    )
    moved = visit.planned_on is not None and shown != (happened_on, True)
    tell_corrected(session, by, engagement, visit, moved=moved)
    visit_steps.follow_change(session, by, engagement, before)


def check_correctable(state: VisitState, mine: set[Part]) -> None:
    """Raise RuleBroken unless somebody with these parts can correct the note of a visit that stands
    so."""
    if VISIT_LIFE.may(state, "correct", mine):
        return
    if state is VisitState.DISPUTED:
        raise RuleBroken("The school says that this note is not right: the coordinator settles it.")
    if state is VisitState.SETTLED:
        raise RuleBroken("This note is settled. Ring your coordinator, who can put it right.")
    VISIT_LIFE.after(state, "correct", mine)


def _count(session: Session, by: By, engagement: Engagement, visit: Visit, change: int) -> None:
    """So many half-days more or fewer. Where the last ones are not used after all, the support goes
    on, unless the leader has taken on somebody else meanwhile: then they are theirs again."""
    all_used = engagement.used >= engagement.half_days
    if change < 0 and all_used and engagement.state is EngagementState.COMPLETED:
        with suppress(RuleBroken):
            steps.reopen(session, by, engagement, {Part.SERVICE})
    if change > 0 and (obstacle := visit_days.cannot_be_logged(engagement.state)):
        raise RuleBroken(obstacle, field="half_days")
    visit_steps.count_anew(session, by, engagement, visit, change)
