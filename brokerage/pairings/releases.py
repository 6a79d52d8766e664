"""How a leader's release stands, in words for a coordinator who is about to propose them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from brokerage.leaders.models import Leader
from brokerage.leaders.releasing import releasers_of
from brokerage.leaders.rules import school_year
from brokerage.needs.models import Need
from brokerage.pairings import queries
from brokerage.pairings.rules import covers
from brokerage.people.models import Person
from brokerage.web.words import days


def release_in_words(session: Session, need: Need, leader: Leader, today: date) -> str:
    """Whether a standing release covers the need's days, or who would be asked."""
    return releases_in_words(session, need, [leader], today)[leader.id]


def releases_in_words(
    session: Session, need: Need, leaders: Sequence[Leader], today: date
) -> dict[int, str]:
    """The same for each of these leaders, by id."""
    releasers = releasers_of(session, leaders, today)
    return {
        leader.id: f"Released for the year ({days(leader.standing_half_days)} in all)"
        if leader.standing_half_days is not None and _stands(session, need, leader, today)
        else _is_asked(releasers[leader.id])
        for leader in leaders
    }


def _stands(session: Session, need: Need, leader: Leader, today: date) -> bool:
    return covers(
        standing_half_days=leader.standing_half_days,
        standing_until=leader.standing_until,
        standing_terms=leader.standing_terms,
        standing_weekdays=leader.standing_weekdays,
        today=today,
        taken=queries.standing_days_taken(session, leader.id, school_year(today)),
        half_days=need.half_days or 1,
        terms=need.terms,
        weekdays=need.weekdays,
    )


def _is_asked(releasers: Sequence[Person]) -> str:
    if not releasers:
        return "Nobody known: add the head of their school"
    return f"{releasers[0].name} is asked"
