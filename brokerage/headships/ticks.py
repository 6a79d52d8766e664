"""What time alone brings about in this room: for the follow-up tick to call."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import db
from brokerage.headships import buddying_services, queries, services
from brokerage.headships.first_hundred import pulse_due
from brokerage.headships.models import Headship
from brokerage.school_calendar.asking_hours import may_be_asked


def tick(by: By, hushed: Collection[int] = ()) -> Counter[str]:
    """Give posts that have become public, let unanswered questions to buddies lapse (the next best
    then comes up for the coordinator), and tell new heads, in the hours in which they may be asked,
    that a pulse has come; none of a ``hushed`` school (by its URN).

    Each is a use case of its own, safe to be repeated; answers how many there were of each.
    """
    done: Counter[str] = Counter()
    today = london_date(by.now)
    with Session(db.engine) as session:
        posts = queries.without_post(session, today)
        lapsed = queries.unanswered(session, today)
        pulses = [
            (headship.id, day)
            for headship in queries.to_look_at(session, today)
            if headship.urn not in hushed
            and may_be_asked(queries.calendar(session, headship), by.now)
            and (
                day := pulse_due(
                    queries.days_reached(session, headship, today), _answered(headship)
                )
            )
        ]
    for headship_id in posts:
        services.give_post(by, headship_id)
        done["post"] += 1
    for buddying_id in lapsed:
        buddying_services.lapse(by, buddying_id)
        done["lapsed"] += 1
    for headship_id, day in pulses:
        services.ask_pulse(by, headship_id, day)
        done["pulse"] += 1
    return done


def _answered(headship: Headship) -> set[int]:
    return {pulse.day for pulse in headship.pulses}
