"""What is done once a day: noted when it is done, so that what fails or is killed is done again."""

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from brokerage.actor import By
from brokerage.clock import london_date
from brokerage.database import db, writing
from brokerage.engagements.succession_services import hand_over_where_left
from brokerage.follow_ups.queries import hushed_schools
from brokerage.ledger.queries import newest_about
from brokerage.pairings.asking_anew import ask_anew_where_left
from brokerage.school_calendar.asking_hours import anybody_may_be_asked
from brokerage.upkeep import steps
from brokerage.upkeep.models import Looked

POSTS = ("post", "leader", "person")
HAND_OVER, TELL_WHO_FOLLOWS = "hand over", "tell who follows"


def once(by: By, name: str, work: Callable[[By], int], about: Collection[str] = ()) -> int | None:
    """What came of the work; None where it was done today, and nothing of the kinds ``about`` was
    changed since. To do it twice must do no harm."""
    today = london_date(by.now)
    with Session(db.engine) as session:
        last = session.get(Looked, name)
        up_to = last.up_to if last else 0
        newest = newest_about(session, about, after=up_to) if about else None
    if newest is None and last is not None and last.looked_on == today:
        return None
    done = work(by)
    with writing() as session:
        steps.note_looked(session, name, today, newest or up_to)
    return done


def hand_over(by: By) -> int | None:
    """See who left their post, and who follows: once a night, once in the morning, when they may be
    asked, and when a post was changed since."""
    name = TELL_WHO_FOLLOWS if anybody_may_be_asked(by.now) else HAND_OVER
    return once(by, name, _hand_over, about=POSTS)


def _hand_over(by: By) -> int:
    silent = hushed(by)
    return ask_anew_where_left(by, silent) + hand_over_where_left(by, silent)


def hushed(by: By) -> frozenset[int]:
    """The schools of which nobody is asked anything today."""
    with Session(db.engine) as session:
        return hushed_schools(session, london_date(by.now))
