"""What time alone brings about in this room: for the follow-up tick to call."""

from collections import Counter

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import db
from brokerage.headships import buddying_services, queries, services
from brokerage.headships.first_hundred import pulse_due
from brokerage.headships.models import Headship


def tick(by: By) -> Counter[str]:
    """Give posts that have become public, let unanswered questions to buddies lapse (the next best
    then comes up for the coordinator), and tell new heads that a pulse has come.

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
            if (
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
