"""What the made-up partnership has set about who is suggested, and who is kept apart."""

from sqlalchemy import select

from brokerage.clock import london_date
from brokerage.demo.history import History, Story, late
from brokerage.leaders import conflict_services
from brokerage.leaders.rules import ConflictKind
from brokerage.matching.profiles import SameTrust
from brokerage.needs.models import Need
from brokerage.needs.rules import NeedState
from brokerage.pairings.profiles import ready
from brokerage.pairings.queries import shortlist
from brokerage.partnerships import suggesting_services
from brokerage.partnerships.rules import weights_as_they_come

FLOOR = 400
MOST_HALF_DAYS = 50
"""Twenty-five days a year from one home school."""
KINDS = (
    (ConflictKind.COLLEAGUE, "Was deputy here until last summer"),
    (ConflictKind.FAMILY, ""),
)


def settings_and_conflicts(history: History) -> Story:
    """On the last day, before the queue is planned: a first turn counts for a little more, a home
    school gives so many days, and two leaders are kept apart from schools that wait."""
    at = late(history.days.latest)
    yield at
    by, partnership_id = history.coordinator(at), history.posts.partnership_id
    suggesting_services.set_suggesting(
        by,
        partnership_id,
        version=None,
        quality_floor=FLOOR,
        points=weights_as_they_come() | {"first_time": 40, "distance": 180},
        home_school_half_days=MOST_HALF_DAYS,
        same_trust=SameTrust.BARRED,
        buddy_rival_metres=2_000,
        buddy_same_trust=False,
    )
    for (leader_id, urn), (kind, words) in zip(_to_keep_apart(history), KINDS, strict=False):
        conflict_services.note_conflict(
            by, partnership_id, leader_id=leader_id, urn=urn, kind=kind, words=words
        )


def _to_keep_apart(history: History) -> list[tuple[int, int]]:
    """For schools whose needs wait to be placed: somebody who could help there, not the best, and
    the school."""
    found: dict[int, int] = {}
    today = london_date(late(history.days.latest))
    with history.reading() as session:
        waiting = select(Need).where(Need.state == NeedState.OPEN).order_by(Need.id)
        for need in session.scalars(waiting):
            could = shortlist(session, need, today, FLOOR).proposable if ready(need) else ()
            others = [int(one.leader.leader_id) for one in could[1:]]
            apart = next((one for one in others if one not in found.values()), None)
            if apart is not None:
                found.setdefault(need.urn, apart)
    return [(leader_id, urn) for urn, leader_id in found.items()]
