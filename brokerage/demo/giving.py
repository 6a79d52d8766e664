"""How the made-up leaders and their releasers give days from year to year."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from brokerage.demo.days import at
from brokerage.demo.history import History, Story
from brokerage.demo.leaders import ROWS, give_standing_releases
from brokerage.demo.town import SEED
from brokerage.leaders import services as leaders
from brokerage.leaders.models import Leader
from brokerage.leaders.rules import Accepting

STANDING = (1, 5, 11, 13, 16, 17, 21, 24, 29, 34, 36, 38)
"""Those with a standing release, by their place in ROWS."""
NOT_OPEN = ((8, Accepting.CLOSED), (20, Accepting.CALL_ONLY), (31, Accepting.CLOSED))


def stories(history: History) -> Iterator[Story]:
    first = history.days.begins
    july = history.days.after(date(first.year + 1, 7, 1), 4)
    yield released(history, history.days.after(first, 3), date(first.year + 1, 7, 31))
    yield released(history, history.days.after(july, 3), date(first.year + 2, 7, 31))
    for number in range(len(ROWS)):
        yield pledged_again(history, number, july)
    for number, accepting in NOT_OPEN:
        yield not_open(history, number, accepting)


def released(history: History, day: date, until: date) -> Story:
    """What the releasers said at the yearly talk, noted by the coordinator."""
    moment = at(Random(SEED), day)
    yield moment
    chosen = [history.leaders[number] for number in STANDING]
    give_standing_releases(history.coordinator(moment), chosen, until)


def pledged_again(history: History, number: int, july: date) -> Story:
    """In July each leader says what they give next year."""
    chance = Random(SEED * 7 + number)
    moment = at(chance, history.days.after(july, -number % 4))
    yield moment
    leaders.pledge(
        history.by(history.one(Leader, history.leaders[number]).person_id, moment),
        history.leaders[number],
        version=None,
        this_year=None,
        next_year=ROWS[number].half_days,
    )


def not_open(history: History, number: int, accepting: Accepting) -> Story:
    """Takes nothing new just now, or after a telephone call only."""
    moment = at(Random(SEED * 9 + number), history.days.ago(10 + number % 5))
    yield moment
    until = history.days.today + timedelta(days=75)
    leaders.change_availability(
        history.by(history.one(Leader, history.leaders[number]).person_id, moment),
        history.leaders[number],
        version=None,
        accepting=accepting,
        closed_until=until if accepting is Accepting.CLOSED else None,
    )
