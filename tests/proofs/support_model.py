"""What support under way should do, in plain Python: visits logged, disputed and taken back, and
support paused, done or ended early. Each event answers whether it may be, and moves the model."""

from dataclasses import dataclass
from datetime import date

from brokerage.engagements.rules import EngagementState as E
from brokerage.engagements.rules import VisitState as V
from brokerage.needs.rules import NeedState as N
from tests.proofs.life_model import LIVE, Support, Visit

WORKING = {E.AGREED, E.ACTIVE}
COUNTED = {V.LOGGED, V.SETTLED, V.DISPUTED}


@dataclass
class PhoneLog:
    """A visit that a coordinator logged for the leader, and how things stood before."""

    support: Support
    visit: Visit
    used: int
    state: E
    undone: bool = False
    gone_on: bool = False


def log(support: Support, half_days: int, on: date) -> Visit | None:
    if support.state not in WORKING or half_days > support.half_days - support.used:
        return None
    if not _fits(support, half_days, on):
        return None
    visit = Visit(half_days, on)
    support.visits.append(visit)
    _use(support, half_days)
    support.state = E.ACTIVE
    if support.used == support.half_days:
        _finish(support, E.COMPLETED)
    return visit


def _fits(support: Support, half_days: int, on: date, but: Visit | None = None) -> bool:
    """Whether the day has as many halves left; a note that stays on its day may become less."""
    if but is not None and but.on == on and half_days <= but.half_days:
        return True
    same_day = [v for v in support.visits if v is not but and v.on == on and v.state in COUNTED]
    noted = sum(visit.half_days for visit in same_day)
    return noted == 0 or noted + half_days <= 2


def correct(
    support: Support, visit: Visit, half_days: int, on: date, by_leader: bool, note: PhoneLog | None
) -> bool:
    change = half_days - visit.half_days
    live = support.state in LIVE
    settled = visit.state is V.SETTLED and not by_leader
    if not (visit.state is V.LOGGED or settled) or not _fits(support, half_days, on, visit):
        return False
    if support.used + change > support.half_days or (change > 0 and support.state not in WORKING):
        return False
    if change == 0 and on == visit.on:
        return True
    leader, all_used = support.pairing.leader, support.used == support.half_days
    room = leader.engaged < leader.at_once
    if change < 0 and all_used and support.state is E.COMPLETED and room:
        support.state, live = E.ACTIVE, True
        leader.engaged += 1
    visit.state, visit.half_days, visit.on = V.LOGGED, half_days, on
    if note is not None:
        note.gone_on = True
    _use(support, change)
    if not live:  # days that are no longer used are the leader's again
        leader.agreed += change
    if live and change > 0 and support.used == support.half_days:
        _finish(support, E.COMPLETED)
    return True


def first_visit(support: Support) -> date | None:
    return min((visit.on for visit in support.visits if visit.state in COUNTED), default=None)


def dispute(visit: Visit) -> bool:
    if visit.state is not V.LOGGED:
        return False
    visit.state = V.DISPUTED
    return True


def resolve(support: Support, visit: Visit, half_days: int) -> bool:
    change = half_days - visit.half_days
    live = support.state in LIVE
    too_many = support.used + change > support.half_days or (change > 0 and not live)
    if visit.state is not V.DISPUTED or too_many or not _fits(support, half_days, visit.on, visit):
        return False
    visit.state, visit.half_days = V.SETTLED, half_days
    _use(support, change)
    if support.state is E.ACTIVE and change > 0 and support.used == support.half_days:
        _finish(support, E.COMPLETED)
    if not live:  # days that are no longer used are the leader's again
        support.pairing.leader.agreed += change
    return True


def undo_log(note: PhoneLog) -> bool:
    support, visit, leader = note.support, note.visit, note.support.pairing.leader
    if note.undone or note.gone_on or visit.state is not V.LOGGED:
        return False
    if support.used != note.used + visit.half_days or not _can_go_back(note):
        return False
    if support.state is E.COMPLETED:
        if leader.engaged >= leader.at_once:
            return False
        leader.engaged += 1
    _use(support, -visit.half_days)
    visit.state, visit.half_days = V.DID_NOT_HAPPEN, 0
    support.state, note.undone = note.state, True
    return True


def _can_go_back(note: PhoneLog) -> bool:
    now, support = note.support.state, note.support
    if now is E.COMPLETED:
        return support.used >= support.half_days
    if note.state is E.AGREED:
        return now is E.ACTIVE
    return now is note.state


def complete(support: Support) -> bool:
    if support.state is not E.ACTIVE:
        return False
    _finish(support, E.COMPLETED)
    return True


def end_early(support: Support, need_goes_on: bool) -> bool:
    if support.state not in LIVE:
        return False
    _finish(support, E.ENDED_EARLY)
    support.pairing.need.state = N.OPEN if need_goes_on else N.CLOSED
    return True


def pause(support: Support) -> bool:
    if support.state not in WORKING:
        return False
    support.state = E.PAUSED
    return True


def resume(support: Support) -> bool:
    if support.state is not E.PAUSED:
        return False
    begun = any(visit.state in COUNTED for visit in support.visits)
    support.state = E.ACTIVE if begun else E.AGREED
    return True


def _use(support: Support, half_days: int) -> None:
    leader = support.pairing.leader
    support.used += half_days
    leader.agreed -= half_days
    leader.used += half_days


def _finish(support: Support, state: E) -> None:
    leader = support.pairing.leader
    leader.agreed -= support.half_days - support.used
    leader.engaged -= 1
    support.state = state
